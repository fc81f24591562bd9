"""What the pages for coordinators show as typed and answered is typed here, and must be answered so."""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterpart.cli import main as cli
from tests.mailserver import mail_server

MAIL = """host: 127.0.0.1
port: {port}
security: none
from: {{name: Peer mentoring, address: mentoring@example.org}}
"""
SITE = Path(__file__).resolve().parent.parent / "site"
#: A block with a command in it, or a file that the reader is to write.
BLOCK = re.compile(
    r'^```(?:console\n(?P<typed>\$ .*?)|yaml title="(?P<path>rounds/[^"]+)"\n(?P<text>.*?))^```$', re.M | re.S
)
SAMPLE = "counterpart sample 2027-1 --people 60 --countries 20 --seed 7"
TWELVE = "counterpart sample 2027-1 --people 12 --countries 6 --seed 3"
COMMIT = ["git add --all", "git commit --quiet --message Begin"]
#: What a page takes to be done already.
BEFORE: dict[str, list[str]] = {
    "coordinators/tutorial.md": [],
    "coordinators/handbook.md": [SAMPLE, *COMMIT],
    "coordinators/hand-over.md": [SAMPLE, "counterpart match 2027-1", *COMMIT],
    "coordinators/privacy.md": [SAMPLE, "counterpart match 2027-1", *COMMIT],
    "coordinators/reading-the-proof.md": [TWELVE, "counterpart match 2027-1", *COMMIT],
    "coordinators/trouble.md": [SAMPLE, "counterpart match 2027-1", *COMMIT],
}


def blocks(name: str) -> Iterator[re.Match[str]]:
    return BLOCK.finditer((SITE / name).read_text(encoding="utf-8"))


def steps(typed: str) -> list[tuple[str, str]]:
    """Each command of a block, with what it answers."""
    parts = re.split(r"^\$ ", typed, flags=re.MULTILINE)[1:]
    return [(command, answer.strip("\n")) for command, _, answer in (part.partition("\n") for part in parts)]


def pattern(shown: str) -> str:
    """What *shown* stands for: '…' is anything, and on a line of its own any number of lines."""
    lines = [
        r"(?:.*\n)*?" if line.strip() == "…" else re.escape(line).replace("…", ".*") + r"\n"
        for line in shown.split("\n")
    ]
    return "".join(lines) if shown else ""


class Desk:
    """A folder in which commands are typed, and what they answer."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._root, self._capsys, self._monkeypatch = root, capsys, monkeypatch
        git = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        for role in ("AUTHOR", "COMMITTER"):
            git |= {f"GIT_{role}_NAME": "Coordinator", f"GIT_{role}_EMAIL": "coordinator@example.org"}
        ours = {name: str(root.parent / name.lower()) for name in ("COUNTERPART_KEYS", "COUNTERPART_STATE")}
        for name, value in {**git, **ours}.items():
            monkeypatch.setenv(name, value)
        root.mkdir()
        monkeypatch.chdir(root)
        for command in ("git init --quiet", "git symbolic-ref HEAD refs/heads/main"):
            self.type(command)

    def type(self, command: str) -> str:
        """What *command* answers, on both of its channels."""
        program, *arguments = shlex.split(command)
        if program == "git":
            done = subprocess.run([program, *arguments], capture_output=True, encoding="utf-8", check=False)
            return (done.stdout + done.stderr).rstrip("\n")
        assert program == "counterpart", command
        self._monkeypatch.setattr("sys.stdin", io.StringIO("2027-1\n"))
        with pytest.raises(SystemExit):
            cli.main(arguments)
        return "".join(self._capsys.readouterr()).strip("\n")

    def tried(self, name: str, block: re.Match[str]) -> int:
        """Type the commands of a *block* of the page *name*, or write its file; how many were typed."""
        if block["path"]:
            self.write(block["path"], block["text"])
            return 0
        commands = steps(block["typed"])
        for command, shown in commands:
            answer = "\n".join(line.rstrip() for line in self.type(command).split("\n"))
            answer = f"{answer}\n" if answer else ""
            assert re.fullmatch(pattern(shown), answer), f"{name}: $ {command}\n{answer}"
        return len(commands)

    def write(self, path: str, text: str) -> None:
        """The file that a page tells to write."""
        target = self._root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")


@pytest.mark.parametrize("name", BEFORE)
def test_what_a_page_shows_is_what_is_answered(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path / "programme", capsys, monkeypatch)
    with mail_server(tmp_path) as (_, settings):
        mail = tmp_path / "mail.yaml"
        mail.write_text(MAIL.format(port=settings.port), encoding="utf-8")
        monkeypatch.setenv("COUNTERPART_MAIL", str(mail))
        for command in BEFORE[name]:
            desk.type(command)
        tried = sum(desk.tried(name, block) for block in blocks(name))

    assert tried >= 3


def test_every_page_that_shows_what_is_answered_is_tried() -> None:
    shown = {page.relative_to(SITE).as_posix() for page in SITE.rglob("*.md")}

    assert {name for name in shown if any(block["typed"] for block in blocks(name))} == BEFORE.keys()
