"""A repository on this machine as a host: for demonstrations, tests, and whoever pulls by hand.

Pull requests are what the hosts make of them, ``refs/pull/N/head``, with their text in a file beside the refs.
Several relays may use one repository at once: what must be there only once is a ref, and Git makes each ref once.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import threading
import weakref
from pathlib import Path
from typing import TypedDict

from counterpart.files.git import Git, Objects
from counterpart.findings import UsageError
from counterpart.forge.host import Down, Pull

WHO = "Counterpart relay <relay@counterpart.invalid>"

_PULL = re.compile(r"(\w+) refs/pull/([0-9]+)/head")
_ATTEMPTS = 100  # at a number of one's own, while others take theirs


class Record(TypedDict):
    """What is written down of a pull request: its branch, its newest commit, and what it says."""

    branch: str
    head: str
    title: str
    body: str


class LocalForge:
    """One repository, bare or not; nothing in a work tree is touched."""

    def __init__(self, folder: Path, main: str = "main") -> None:
        """*main*: the branch that applications are meant for."""
        self.git = Git(folder)
        self.main = main
        self._one = asyncio.Lock()  # numbers of pull requests are given one at a time
        inside = self.git.run("rev-parse", "--absolute-git-dir").decode("utf-8").strip()
        self._pulls = Path(inside, "counterpart", "pulls")
        self._reader = _Reader(self.git)

    async def read(self, path: str, branch: str | None = None) -> bytes | None:
        """A file on *branch* (None: the main branch); None when there is none."""
        return await asyncio.to_thread(self._reader.read, f"refs/heads/{branch or self.main}:{path}")

    async def put(self, branch: str, path: str, content: bytes, message: str) -> bytes:
        """Make *branch* with one added file, unless there is one; what its file holds afterwards."""
        return await asyncio.to_thread(self._put, branch, path, content, message)

    async def open(self, branch: str, title: str, body: str) -> Pull:
        """Open a pull request for *branch*, unless there is one."""
        async with self._one:
            return await asyncio.to_thread(self._open, branch, title, body)

    async def describe(self, branch: str, title: str, body: str) -> Pull:
        """The open pull request of *branch*, with this title and body: opened, or brought up to date."""
        async with self._one:
            return await asyncio.to_thread(self._described, branch, title, body)

    def pulls(self) -> dict[int, Record]:
        """The pull requests by number: branch, head, title and body."""
        texts = {int(path.stem): path.read_text(encoding="utf-8") for path in self._pulls.glob("*.json")}
        return {number: json.loads(texts[number]) for number in sorted(texts)}

    def _put(self, branch: str, path: str, content: bytes, message: str) -> bytes:
        ref = f"refs/heads/{branch}"
        there = self._reader.read(f"{ref}:{path}")
        if there is not None:
            return there
        stream = (
            f"commit {ref}\ncommitter {WHO} {self._when()} +0000\ndata {len(message.encode())}\n{message}\n"
            f"from refs/heads/{self.main}^0\nM 100644 inline {path}\ndata {len(content)}\n"
        )
        try:
            # Without --force, a branch that somebody made in between is not replaced.
            self.git.run("fast-import", "--quiet", content=stream.encode() + content + b"\n")
        except UsageError:
            there = self._reader.read(f"{ref}:{path}")
            if there is None:
                raise Down from None
            return there
        return content

    def _when(self) -> int:
        # No time of arrival beside the one in the file: it would tell what a rounded one there hides.
        return int(self.git.run("log", "-1", "--format=%ct", f"refs/heads/{self.main}"))

    def _open(self, branch: str, title: str, body: str) -> Pull:
        for _ in range(_ATTEMPTS):
            head, numbers = self._listed(branch)
            if head is None:
                return Pull(number=None)  # it was taken in, and the branch is gone
            number = numbers.get(head)
            if number is None:
                number = max(numbers.values(), default=0) + 1
                try:
                    self.git.run("update-ref", f"refs/pull/{number}/head", head, "0" * len(head))
                except UsageError:
                    continue  # another relay has just taken this number
            self._describe(number, {"branch": branch, "head": head, "title": title, "body": body})
            return Pull(number=number)
        raise Down

    def _described(self, branch: str, title: str, body: str) -> Pull:
        head = self.git.commit(f"refs/heads/{branch}")
        merged = f"refs/heads/{self.main}"
        for number, pull in self.pulls().items():
            if pull["branch"] == branch and self.git.base(pull["head"], merged) != pull["head"]:
                self.git.run("update-ref", f"refs/pull/{number}/head", head)
                self._write(number, {"branch": branch, "head": head, "title": title, "body": body})
                return Pull(number=number)
        return self._open(branch, title, body)

    def _listed(self, branch: str) -> tuple[str | None, dict[str, int]]:
        """The newest commit of *branch*, and every pull request's: commit -> number."""
        ref = f"refs/heads/{branch}"
        said = self.git.run("for-each-ref", "--format=%(objectname) %(refname)", "refs/pull/", ref)
        listed = said.decode("utf-8").splitlines()
        head = next((line.partition(" ")[0] for line in listed if line.endswith(f" {ref}")), None)
        return head, {match[1]: int(match[2]) for line in listed if (match := _PULL.fullmatch(line))}

    def _describe(self, number: int, record: Record) -> None:
        """Write down what a pull request says. Its ref comes first, so a relay that was killed may owe this."""
        if not (self._pulls / f"{number}.json").exists():
            self._write(number, record)

    def _write(self, number: int, record: Record) -> None:
        place = self._pulls / f"{number}.json"
        self._pulls.mkdir(parents=True, exist_ok=True)
        aside = self._pulls / f".{number}.{threading.get_ident()}.tmp"
        aside.write_text(json.dumps({"number": number, **record}, indent=1) + "\n", encoding="utf-8")
        aside.replace(place)


class _Reader:
    """One process of Git that answers every reading, one at a time; it ends with its owner."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._one = threading.Lock()
        self._stack = contextlib.ExitStack()
        self._objects: Objects | None = None
        weakref.finalize(self, _end, self._stack)

    def read(self, name: str) -> bytes | None:
        """The contents of ``ref:path``; None when there is none; Down when Git does not answer."""
        with self._one:
            for _ in range(2):
                try:
                    if self._objects is None:
                        self._objects = self._stack.enter_context(self._git.objects())
                    return self._objects.read(name)
                except (OSError, UsageError):  # somebody ended that process; another is as good
                    self._objects = None
                    _end(self._stack)
        raise Down


def _end(stack: contextlib.ExitStack) -> None:
    with contextlib.suppress(OSError, ValueError):
        stack.close()
