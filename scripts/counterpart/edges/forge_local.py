"""A repository on this machine as a host: for demonstrations, tests, and whoever pulls by hand.

Pull requests are what the hosts make of them, ``refs/pull/N/head``, with their text in a file beside the refs.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from pathlib import Path

from counterpart.edges.forge import Down, Pull
from counterpart.edges.git import Git
from counterpart.finding import UsageError

WHO = "Counterpart relay <relay@counterpart.invalid>"


class LocalForge:
    """One repository, bare or not; nothing in a work tree is touched."""

    def __init__(self, folder: Path, main: str = "main") -> None:
        """*main*: the branch that applications are meant for."""
        self.git = Git(folder)
        self.main = main
        self._one = asyncio.Lock()  # numbers of pull requests are given one at a time
        inside = self.git.run("rev-parse", "--absolute-git-dir").decode("utf-8").strip()
        self._pulls = Path(inside, "counterpart", "pulls")

    async def read(self, path: str, branch: str | None = None) -> bytes | None:
        """A file on *branch* (None: the main branch); None when there is none."""
        return await asyncio.to_thread(self._read, f"refs/heads/{branch or self.main}", path)

    async def put(self, branch: str, path: str, content: bytes, message: str) -> bytes:
        """Make *branch* with one added file, unless there is one; what its file holds afterwards."""
        return await asyncio.to_thread(self._put, branch, path, content, message)

    async def open(self, branch: str, title: str, body: str) -> Pull:
        """Open a pull request for *branch*, unless there is one."""
        async with self._one:
            return await asyncio.to_thread(self._open, branch, title, body)

    def pulls(self) -> dict[int, dict[str, str]]:
        """The pull requests by number: branch, title and body."""
        texts = {int(path.stem): path.read_text(encoding="utf-8") for path in self._pulls.glob("*.json")}
        return {number: json.loads(texts[number]) for number in sorted(texts)}

    def _read(self, ref: str, path: str) -> bytes | None:
        with self.git.objects() as objects:
            return objects.read(f"{ref}:{path}")

    def _put(self, branch: str, path: str, content: bytes, message: str) -> bytes:
        ref = f"refs/heads/{branch}"
        there = self._read(ref, path)
        if there is not None:
            return there
        stream = (
            f"commit {ref}\ncommitter {WHO} {self._when()} +0000\ndata {len(message.encode())}\n{message}\n"
            f"from refs/heads/{self.main}^0\nM 100644 inline {path}\ndata {len(content)}\n"
        )
        # Without --force, a branch that somebody made in between is not replaced.
        with contextlib.suppress(UsageError):
            self.git.run("fast-import", "--quiet", content=stream.encode() + content + b"\n")
        there = self._read(ref, path)
        if there is None:
            raise Down
        return there

    def _when(self) -> int:
        # No time of arrival beside the one in the file: it would tell what a rounded one there hides.
        return int(self.git.run("log", "-1", "--format=%ct", f"refs/heads/{self.main}"))

    def _open(self, branch: str, title: str, body: str) -> Pull:
        said = self.git.run(
            "for-each-ref", "--format=%(objectname) %(refname)", "refs/pull/", f"refs/heads/{branch}"
        )
        listed = said.decode("utf-8").splitlines()
        head = next((line.split()[0] for line in listed if line.endswith(f" refs/heads/{branch}")), None)
        if head is None:
            return Pull(number=None)  # it was taken in, and the branch is gone
        numbers = {int(m[2]): m[1] for line in listed if (m := re.fullmatch(r"(\w+) refs/pull/(\d+)/head", line))}
        for number, commit in numbers.items():
            if commit == head:
                return Pull(number=number)
        number = max(numbers, default=0) + 1
        self._pulls.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"branch": branch, "title": title, "body": body}, indent=1) + "\n"
        aside = self._pulls / f".{number}.tmp"
        aside.write_text(text, encoding="utf-8")
        aside.replace(self._pulls / f"{number}.json")
        self.git.run("update-ref", f"refs/pull/{number}/head", head, "0" * 40)
        return Pull(number=number)
