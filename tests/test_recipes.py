"""The recipes for developers are followed, word for word, in a copy of the project.

In a recipe, in the order of the page,

- a ``diff`` block with a title changes the file of that name: lines with ' ' and '-' must be there, once, in one
  piece, and '+' is new; ``@@`` begins another place in the same file;
- another block with a title is a new file, whole;
- each line of an ``sh`` block is a command that must succeed, unless a ``text`` block that follows it shows a
  finding;
- a ``text`` block without a title is what the last of those commands prints.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project import copy_files
from tests.test_examples_of_pages import pattern

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "site" / "developers"
RECIPES = sorted(path.name for path in PAGES.glob("add-*.md"))
BLOCK = re.compile(
    r"^(?P<fence>`{3,})(?P<kind>\w+)(?: title=\"(?P<path>[^\"]+)\")?\n(?P<text>.*?)^(?P=fence)$", re.M | re.S
)


class Stuck(AssertionError):
    """A step of a recipe cannot be followed."""


def changed(text: str, diff: str, path: str) -> str:
    """*text* with every change of *diff* made; ``Stuck`` where a place is not there, or there twice."""
    for part in re.split(r"^@@\n", diff, flags=re.MULTILINE):
        lines = part.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line[0] in " -")
        new = "".join(line[1:] for line in lines if line[0] in " +")
        times = len(re.findall(f"^(?={re.escape(old)})", text, re.MULTILINE))
        if times != 1:
            raise Stuck(f"the page changes a place in {path} that is there {times} times:\n{old}")
        text = f"\n{text}".replace(f"\n{old}", f"\n{new}")[1:]
    return text


class Project:
    """A copy of the project in which a recipe is followed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        copy_files(root)
        git = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        for role in ("AUTHOR", "COMMITTER"):
            git |= {f"GIT_{role}_NAME": "Developer", f"GIT_{role}_EMAIL": "developer@example.org"}
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        self._environ = {**clean, **git, "PYTHONPATH": str(root / "scripts"), "NO_COLOR": "1"}
        for command in ("git init --quiet", "git add --all", "git commit --quiet --message Begin"):
            self.run(command)

    def run(self, command: str) -> tuple[int, str]:
        """Run a *command* in the copy, with this environment's programs for those in .venv."""
        words = shlex.split(command)
        if words[0].startswith(".venv/bin/"):
            words[0] = str(Path(sys.executable).with_name(words[0].removeprefix(".venv/bin/")))
        done = subprocess.run(
            words, cwd=self.root, env=self._environ, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False,
        )  # fmt: skip
        return done.returncode, done.stdout

    def follow(self, page: str) -> list[str]:
        """Follow every step of a *page*; what was done, a word each."""
        steps: list[str] = []
        code, said, command = 0, "", ""
        for block in BLOCK.finditer(page):
            kind, path, text = block["kind"], block["path"], block["text"]
            if code and not (kind == "text" and not path and re.search(r"(error|warning)\[", text)):
                raise Stuck(f"$ {command}\n{said}")
            if kind == "sh":
                for command in text.splitlines():
                    if code:
                        raise Stuck(f"$ {command}\n{said}")
                    code, said = self.run(command)
                steps.append("run")
            elif kind == "text" and not path:
                if not re.fullmatch(pattern(text.removesuffix("\n")), said):
                    raise Stuck(f"$ {command}\n{said}")
                code = 0
                steps.append("compare")
            elif kind == "diff":
                self._write(path, changed((self.root / path).read_text(encoding="utf-8"), text, path))
                steps.append("change")
            else:
                if (self.root / path).exists():
                    raise Stuck(f"the page tells to make {path}, which is there")
                self._write(path, text)
                steps.append("make")
        if code:
            raise Stuck(f"$ {command}\n{said}")
        return steps

    def _write(self, path: str, text: str) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")


@pytest.mark.skipif(os.name == "nt", reason="the pages show the commands of other systems")
@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_can_be_followed_from_start_to_end(name: str, tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    code, place = project.run(".venv/bin/python -c 'import counterpart; print(counterpart.__file__)'")
    assert (code, place) == (0, f"{project.root / 'scripts' / 'counterpart' / '__init__.py'}\n")

    steps = project.follow((PAGES / name).read_text(encoding="utf-8"))

    assert {"change", "make", "run", "compare"} <= set(steps)


def test_there_is_a_recipe_for_a_rule_an_e_mail_and_a_command() -> None:
    assert RECIPES == ["add-a-command.md", "add-a-rule.md", "add-an-e-mail.md"]


def test_a_change_is_made_where_its_lines_are() -> None:
    text = "a = 1\nb = 2\nc = 3\n"

    assert changed(text, " a = 1\n+x = 9\n@@\n-c = 3\n+c = 4\n", "f.py") == "a = 1\nx = 9\nb = 2\nc = 4\n"


@pytest.mark.parametrize(("text", "times"), [("b = 2\n", 0), ("a = 1\na = 1\n", 2), ("aa = 1\n", 0)])
def test_a_change_of_a_place_that_is_not_there_once_is_noticed(text: str, times: int) -> None:
    with pytest.raises(Stuck) as stuck:
        changed(text, " a = 1\n+x = 9\n", "f.py")

    assert str(stuck.value) == f"the page changes a place in f.py that is there {times} times:\na = 1\n"
