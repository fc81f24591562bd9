"""An association that keeps a copy of this project writes its own pages, and its tests pass."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import OURS, TESTS
from tests.project import copy_files


def copied(to: Path) -> Path:
    """The project's files in a Git repository of another association."""
    copy_files(to)
    for command in (["init", "--quiet"], ["add", "."]):
        subprocess.run(["git", "-C", str(to), *command], check=True, capture_output=True)
    return to


def rewrite(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8", newline="\n")


def test_every_test_that_is_ours_is_there() -> None:
    for name in OURS:
        file, _, test = name.partition("::")
        assert f"def {test}" in (TESTS / file).read_text(encoding="utf-8")


def test_the_tests_of_a_copy_with_other_pages_and_words_pass(tmp_path: Path) -> None:
    copy = copied(tmp_path / "museum-pairs")
    rewrite(copy / "mkdocs.yml", ("site_name: Counterpart", "site_name: Museum Pairs"))
    rewrite(
        copy / "site" / "programme.yaml",
        ("name: Counterpart", "name: Museum Pairs"),
        ("The Example Library Association", "The Example Museum Association"),
        ("librarianship", "museum work"),
        ("librarian", "curator"),
        ("workplace: library", "workplace: museum"),
        ("workplaces: libraries", "workplaces: museums"),
    )
    (copy / "README.md").write_text("# Museum Pairs\n", encoding="utf-8")
    (copy / "CHANGELOG.md").unlink()
    for name in ("index", "faq", "why-peers", "guides/a-day-at-work"):
        page = copy / "site" / f"{name}.md"
        front = re.match(r"---\n.*?\n---\n", page.read_text(encoding="utf-8"), re.DOTALL)
        assert front
        page.write_text(f"{front[0]}\n# Museum Pairs\n\nTwo curators talk as equals.\n", encoding="utf-8")
    files = sorted({name.partition("::")[0] for name in OURS} | {"test_house.py", "test_findings_documented.py"})
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider", "-m", "not long",
         *(f"tests/{name}" for name in files)],
        cwd=copy, capture_output=True, encoding="utf-8", check=False,
        env=dict(os.environ, PYTHONPATH=os.pathsep.join((str(copy / "scripts"), str(copy)))),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-8000:]
    assert "this copy is the site of another programme" in done.stdout
