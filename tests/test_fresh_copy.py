"""A fresh copy of the repository: it is enough to begin a programme, as the page on setting up says."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from counterpart.sealing.demo_keys import DEMONSTRATION_RECIPIENTS
from tests import runner

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "site" / "coordinators" / "setting-up.md"
#: What a programme reads of its copy: its data, its pages, and how the site is built.
PARTS = ("README.md", "mkdocs.yml", "rounds", "applicants", "site")


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tracked files, in a repository of its own."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", *PARTS], capture_output=True, encoding="utf-8"
    )
    if listed.returncode:
        pytest.skip("not a Git repository")
    root = tmp_path / "programme"
    for name in filter(None, listed.stdout.split("\0")):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    for name, value in {"CONFIG_GLOBAL": os.devnull, "CONFIG_NOSYSTEM": "1"}.items():
        monkeypatch.setenv(f"GIT_{name}", value)
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Coordinator")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "coordinator@example.org")
    monkeypatch.setenv("COUNTERPART_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("COUNTERPART_STATE", str(tmp_path / "state"))
    monkeypatch.chdir(root)
    git("init", "--quiet", "--initial-branch", "main")
    commit("Begin")
    return root


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], capture_output=True, check=True, encoding="utf-8").stdout.strip()


def commit(message: str) -> str:
    git("add", "--all")
    git("commit", "--quiet", "--message", message)
    return git("rev-parse", "HEAD")


def typed(command: str) -> tuple[int, str]:
    program, *arguments = shlex.split(command)
    assert program == "counterpart"
    code, out, err = runner.run(*arguments)
    return code, out + err


def commands_of_the_round() -> list[str]:
    """What the page tells to type for a round, in order."""
    part = PAGE.read_text(encoding="utf-8").partition("\n## 2. ")[2].partition("\n### ")[0]
    return re.findall(r"^ +(counterpart .*)$", part, re.MULTILINE)


def test_a_fresh_copy_passes_check_and_today_says_how_to_begin(copy: Path) -> None:
    code, said = typed("counterpart check")
    assert code == 0
    assert re.fullmatch(r"Checked \d+ files: no findings\.\n", said)
    assert typed("counterpart today") == (
        0,
        "There is no round yet. To begin your first one: counterpart round new 2027-1\n"
        "To try things out in a folder of its own, with made-up people: scripts/demo\n",
    )
    begun = git("rev-parse", "HEAD")
    (copy / "rounds" / "README.md").write_text("# Our rounds\n", encoding="utf-8")
    assert typed("counterpart merge")[0] == 0
    code, said = typed(f"counterpart guard {begun} {commit('Our own words')} --branch words")
    assert code == 0, said
    assert typed("counterpart check")[0] == 0


def test_what_the_page_on_setting_up_says_leads_to_a_form_that_seals_to_ones_own_keys(copy: Path) -> None:
    new, keys, check = commands_of_the_round()
    assert (new, check) == ("counterpart round new 2027-1", "counterpart check")
    assert typed(new)[0] == 0
    path = copy / "rounds" / "2027-1" / "round.yaml"
    code, said = typed(check)
    assert code == 1
    assert re.findall(r"error\[([a-z-]+)\]", said) == ["draw-empty", "list-too-short"]
    for name in ("coordinator-1", "coordinator-2"):
        assert typed(keys.replace("coordinator-1", name))[0] == 0
    code, said = typed(check)
    assert code == 1
    assert re.findall(r"error\[([a-z-]+)\]", said) == ["draw-empty"]
    text = path.read_text(encoding="utf-8")
    text = text.replace('draw: " "', 'draw: "Lottery numbers of 9 January 2027: 4 8 15 16 23 42"')
    path.write_text(text.replace("# contact: ", "contact: ").replace("# site: ", "site: "), encoding="utf-8")
    code, said = typed(check)
    assert code == 0, said
    assert re.fullmatch(r"Checked \d+ files: no findings\.\n", said), said
    commit("Begin round 2027-1")
    assert typed("counterpart form 2027-1 --out build/site")[0] == 0
    page = (copy / "build/site/apply/2027-1/index.html").read_text(encoding="utf-8")
    (embedded,) = re.findall(r'<script type="application/json" id="settings">(.*?)</script>', page)
    own = re.findall(r"age1[a-z0-9]+", path.read_text(encoding="utf-8"))
    assert json.loads(embedded)["recipients"] == own
    assert len(own) == 2
    assert not set(own) & set(DEMONSTRATION_RECIPIENTS)
    assert "First round of 2027" in page
