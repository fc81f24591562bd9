"""A host of Git repositories with pull requests, as the relay and a proposal need one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Busy(Exception):
    """The host takes no more for now; ``seconds`` is when to ask again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"busy for {seconds} s")
        self.seconds = seconds


class Down(Exception):
    """The host does not answer, or answers what cannot be used; nothing is known of what it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """A pull request: its number, or None where it is still to be opened."""

    number: int | None


class Forge(Protocol):
    """What a host can do. Everything may be asked again after it was cut off, and then gives the same."""

    async def read(self, path: str, branch: str | None = None) -> bytes | None:
        """A file on *branch* (None: the main branch); None when there is none."""

    async def put(self, branch: str, path: str, content: bytes, message: str) -> bytes:
        """Make *branch* with one added file, unless there is one; what its file holds afterwards."""

    async def open(self, branch: str, title: str, body: str) -> Pull:
        """Open a pull request for *branch*, unless there is one."""

    async def describe(self, branch: str, title: str, body: str) -> Pull:
        """The open pull request of *branch*, with this title and body: opened, or brought up to date."""
