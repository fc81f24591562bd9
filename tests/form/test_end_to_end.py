"""The whole way, nothing replaced: the page in Chromium, the relay's process, Git, the coordinators' commands.

The page comes from another origin than the relay, as it does when a site is published.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.form.browser import Relay, serving
from tests.form.test_page import copy_of, saved, sent, text
from tests.intake.test_guard import git

pytest.importorskip(
    "uvicorn", reason="uvicorn is missing: pip install --require-hashes -r scripts/locks/relay.txt"
)

ROUND, NOW = "2027-2", "2027-08-02T02:00:00Z"
NAME, EMAIL, NUMBER = "Canary Shelfmark", "canary-7261@example.org", "CANARY-NUMBER-7261"
EMPLOYER, WORDS = "Canary Employer of Quillhaven", "I collect canary songs 7261."
CORRECTED = "Canary Harbour Archive"
CANARIES = (NAME, EMAIL, NUMBER, EMPLOYER, WORDS, CORRECTED, "Shelfmark", "Quillhaven", "Harbour", "canary")
MAIN = "import sys; from counterpart.cli.main import main; main(sys.argv[1:])"


@dataclass(slots=True)
class Programme:
    """A made-up round in a Git repository, and the commands that a coordinator types there."""

    root: Path

    def counterpart(self, *arguments: str, code: int = 0) -> str:
        command = [sys.executable, "-c", MAIN, *arguments]
        done = subprocess.run(command, cwd=self.root, capture_output=True, encoding="utf-8")
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def checked(self) -> None:
        """``check`` finds nothing, and Git nothing that is not committed."""
        assert re.search("error|warning", self.counterpart("check")) is None
        assert git(self.root, "status", "--porcelain") == ""

    def branches(self) -> list[str]:
        return git(self.root, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/apply/").splitlines()

    def merged(self, branch: str) -> None:
        """One branch more is there; it has a pull request, the guard passes it, and it is taken in."""
        assert branch in self.branches()
        head = git(self.root, "rev-parse", branch)
        pulls = git(self.root, "for-each-ref", "--format=%(objectname)", "refs/pull/").splitlines()
        assert pulls.count(head) == 1
        assert "adds one file and nothing else" in self.counterpart("guard", "main", head, "--branch", branch)
        assert self.counterpart("merge") == "Took in 1 branch.\n"
        self.checked()

    def everything(self) -> bytes:
        """Whatever Git holds: each object in clear, each name of a branch, and the texts of the pull requests."""
        objects = subprocess.run(
            ["git", "cat-file", "--batch-all-objects", "--batch"], cwd=self.root, capture_output=True, check=True
        )
        texts = [path.read_bytes() for path in (self.root / ".git").rglob("*.json")]
        assert len(texts) == len(git(self.root, "for-each-ref", "refs/pull/").splitlines())
        return b"\n".join([objects.stdout, git(self.root, "for-each-ref").encode(), *texts])


@pytest.fixture
def programme_of_git(tmp_path: Path) -> Programme:
    made = Programme(tmp_path / "programme")
    made.root.mkdir()
    git(made.root, "init", "--quiet", "--initial-branch", "main")
    made.counterpart("sample", ROUND, "--people", "0")
    (made.root / "rounds" / ROUND / "roll.yaml").unlink()  # nobody is admitted before applications close
    git(made.root, "add", "--all")
    git(made.root, "commit", "--quiet", "--message", "A round takes applications")
    return made


@contextmanager
def relay_of(programme: Programme, origin: str, log: Path) -> Iterator[str]:
    """The relay as a process of its own; all that it says goes to *log*."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        bind = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-c", MAIN, "relay", "--bind", bind, "--origin", origin, "--pretend-now", NOW]
    environ = dict(os.environ, PYTHONUNBUFFERED="1")
    with log.open("wb") as file:
        running = subprocess.Popen(command, cwd=programme.root, env=environ, stdout=file, stderr=file)
    try:
        while running.poll() is None:
            try:
                urllib.request.urlopen(f"http://{bind}/health").close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://{bind}"
    finally:
        running.terminate()
        running.wait()


@pytest.fixture
def visit(chromium: Any) -> Iterator[Any]:
    """Opens a page in a browser that was never here."""
    contexts = []

    def go(url: str) -> Any:
        context = chromium.new_context(timezone_id="Europe/Lisbon")
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"error on the page: {error}"))
        page.goto(f"{url}/apply/{ROUND}/")
        page.wait_for_selector("body[data-view]")
        return page

    yield go
    for context in contexts:
        context.close()


def typed(page: Any) -> None:
    """Answer everything from the first field to the last button by keyboard alone."""
    keys = page.keyboard
    page.focus("#name")
    for words in (NAME, EMAIL):
        keys.type(words)
        keys.press("Tab")
    keys.press("Space")  # a member
    keys.press("Tab")
    keys.type(NUMBER)
    keys.press("Tab")
    keys.press("ArrowDown")  # not before
    keys.press("Tab")
    keys.type("portug")
    keys.press("Enter")
    keys.press("Tab")  # the zone is what the computer says
    keys.press("Tab")
    for language in ("portug", "english"):
        keys.type(language)
        keys.press("Enter")
    page.focus("#sector, input[name=sector]")
    keys.press("Space")
    keys.press("Tab")
    keys.press("Space")
    keys.press("Tab")
    keys.type(EMPLOYER)
    keys.press("Tab")
    keys.type(WORDS)
    keys.press("Tab")
    keys.press("Space")
    page.focus("input[name=partner_may_see][value=about_me]")
    keys.press("Space")
    page.focus("#code_of_conduct")
    keys.press("Space")
    keys.press("Tab")
    keys.press("Enter")


def with_copy(page: Any, path: Path) -> None:
    page.set_input_files("#copy-file", path)
    page.wait_for_selector("#copy-do:not([hidden])")


def status(page: Any) -> str:
    page.click("#ask")
    page.wait_for_function("() => document.querySelector('#copy-answer').textContent.startsWith('Status')")
    return text(page, "#copy-answer").partition(".")[0]


def kept_in(programme: Programme) -> list[Path]:
    return sorted((programme.root / "applicants").rglob("*.yaml"))


def keys_of(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.partition(":")[0].strip() for line in lines if ":" in line]


def test_by_the_relay_from_the_first_key_to_the_withdrawal(
    visit: Any, programme_of_git: Programme, tmp_path: Path
) -> None:
    programme, log = programme_of_git, tmp_path / "relay.txt"
    with serving(tmp_path / "site", Relay()) as site, relay_of(programme, site, log) as relay:
        options = ["--out", str(tmp_path / "site"), "--relay", relay, "--pretend-now", NOW]
        programme.counterpart("form", ROUND, *options)

        page = visit(site)
        typed(page)
        page.wait_for_selector("#receipt:not([hidden])")
        first = copy_of(page, tmp_path)
        id = json.loads(first.read_text(encoding="utf-8"))["id"]
        assert f"Id {id} Received Monday, 2 August 2027" in text(page, "#receipt-facts")
        assert programme.branches() == [f"apply/{ROUND}/{id}"]
        page = visit(site)
        with_copy(page, first)
        assert status(page) == "Status: received"
        programme.merged(f"apply/{ROUND}/{id}")
        assert programme.counterpart("open", id, "--key", "demo") == (
            f"{id} of round {ROUND}\n"
            f"  name            {NAME}\n"
            f"  e-mail          {EMAIL}\n"
            f"  member number   {NUMBER}\n"
            f"  employer        {EMPLOYER}\n"
            f"  about me        {WORDS}\n"
            f"  a partner sees  name, e-mail, about me\n"
        )
        assert status(page) == "Status: checked"

        page.click("#correct")
        page.fill("#employer", CORRECTED)
        page.check("#code_of_conduct")
        sent(page)
        assert text(page, "#receipt-title") == "Your correction was received"
        second = copy_of(page, tmp_path)
        programme.merged(f"apply/{ROUND}/{id}.2")
        opened = programme.counterpart("open", id, "--key", "demo")
        assert opened.startswith(f"{id} of round {ROUND}, as corrected (form 2)\n")
        assert CORRECTED in opened and EMPLOYER not in opened

        page = visit(site)
        with_copy(page, second)
        page.click("#withdraw")
        page.click("#confirm-yes")
        page.wait_for_function("() => document.querySelector('#copy-words').textContent.includes('was withdrawn')")
        programme.merged(f"apply/{ROUND}/{id}.withdrawal")
        page = visit(site)
        with_copy(page, second)
        assert status(page) == "Status: withdrawn"
        assert programme.counterpart("open", id, "--key", "demo").startswith(
            f"{id} of round {ROUND}, as corrected (form 2), withdrawn\n"
        )

    everything = programme.everything()
    said = log.read_bytes()
    assert everything.count(b"sealed:") == 2  # so what was sent is in what is searched
    assert said.startswith(b"The relay listens at ")
    assert [canary for canary in CANARIES if canary.encode() in everything + said] == []


def test_by_a_file_it_becomes_the_same_kind_of_file(
    visit: Any, programme_of_git: Programme, tmp_path: Path
) -> None:
    programme, log = programme_of_git, tmp_path / "relay.txt"
    with serving(tmp_path / "site", Relay()) as site, relay_of(programme, site, log) as relay:
        form = ["form", ROUND, "--out", str(tmp_path / "site"), "--pretend-now", NOW]
        programme.counterpart(*form, "--relay", relay)
        page = visit(site)
        typed(page)
        page.wait_for_selector("#receipt:not([hidden])")
        programme.merged(programme.branches()[0])
        (by_relay,) = kept_in(programme)

        programme.counterpart(*form)
        page = visit(site)
        typed(page)
        page.wait_for_selector("#receipt:not([hidden])")
        download = saved(page, "#ways-save")
        file = tmp_path / download.suggested_filename
        download.save_as(file)

    assert "is new" in programme.counterpart("intake", str(file), "--received", NOW)
    (by_file,) = [path for path in kept_in(programme) if path != by_relay]
    id = json.loads(file.read_text(encoding="utf-8"))["id"]
    assert by_file.name == f"{id}.yaml"
    assert keys_of(by_file) == keys_of(by_relay)
    git(programme.root, "add", "applicants")
    git(programme.root, "commit", "--quiet", "--message", "By mail")
    programme.checked()
    ours = programme.counterpart("open", id, "--key", "demo").splitlines()
    theirs = programme.counterpart("open", by_relay.stem, "--key", "demo").splitlines()
    assert ours[1:] == theirs[1:]
    assert f"  name            {NAME}" in ours
    assert [canary for canary in CANARIES if canary.encode() in programme.everything()] == []
