"""A sender's own journal of mails, on its own machine: what it was about to do, and what came of it.

It lies outside the repository, names mails by their keys, and reaches the disk before anything else happens.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from counterpart.findings import UsageError
from counterpart.model import RoundId

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def folder() -> Path:
    """Where programs keep what they were doing: ``COUNTERPART_STATE``, or the system's usual place."""
    if chosen := os.environ.get("COUNTERPART_STATE"):
        return Path(chosen)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return base / "counterpart"


class Journal:
    """The journal of one sender, which is this copy of the repository on this machine, for one round."""

    def __init__(self, file: IO[bytes], sender: str) -> None:
        """*file* is open for appending; *sender* is the code by which others see who claimed a mail."""
        self._file = file
        self.sender = sender

    def read(self) -> dict[tuple[str, str], tuple[str, int | None]]:
        """The latest event of each (key, batch). A line that was cut off counts as never written."""
        self._file.seek(0)
        return _events(self._file)

    def write(self, key: str, batch: str, event: str, code: int | None = None) -> None:
        """Note an event, and wait until it is on the disk."""
        line = json.dumps([key, batch, event, code]).encode("ascii")
        # A line that was cut off before ends here, so that this one stands alone.
        self._file.write(b"\n" + line + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())


@contextmanager
def journal(root: Path, round_id: RoundId) -> Iterator[Journal]:
    """The journal for the repository at *root*, for one process at a time; a usage error for a second one."""
    place = _place(root)
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(place / f"{round_id}.jsonl", "a+b") as file:
            _lock(file)
            yield Journal(file, _sender(place))
    except OSError:
        raise UsageError(
            f"The journal of mails cannot be written in '{place}'. Let COUNTERPART_STATE name another folder."
        ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """What this machine noted of a round's e-mails: where, whether any was begun, and the log's last commit."""

    file: Path
    begun: bool
    log: str  # empty where none was noted

    @property
    def any_mail(self) -> bool:
        """Whether this machine knows of e-mails of the round: it began one, or has seen the log of them."""
        return self.begun or bool(self.log)


def notes(root: Path, round_id: RoundId) -> Notes:
    """What is noted for the repository at *root*; nothing is locked or made."""
    place = _place(root)
    file, log = place / f"{round_id}.jsonl", place / f"{round_id}.log"
    try:
        begun = False
        if file.exists():
            with open(file, "rb") as lines:
                begun = any(event in ("sending", "sent") for event, _ in _events(lines).values())
        last = log.read_text(encoding="ascii").strip() if log.exists() else ""
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"What was noted about e-mails in '{place}' cannot be read.") from None
    return Notes(file=file if begun else log, begun=begun, log=last if _COMMIT.fullmatch(last) else "")


def note_log(root: Path, round_id: RoundId, commit: str) -> None:
    """Note the log's last commit that this machine has seen, so that a log that lost it is noticed.

    Where it cannot be written, nothing is said: the branch in the copy tells the same.
    """
    place = _place(root)
    with contextlib.suppress(OSError):
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = place / f"{round_id}.log.{os.getpid()}"
        aside.write_text(f"{commit}\n", encoding="ascii", newline="\n")
        os.replace(aside, place / f"{round_id}.log")


def _place(root: Path) -> Path:
    return folder() / "mail" / hashlib.sha256(os.path.realpath(root).encode()).hexdigest()[:20]


def _events(file: IO[bytes]) -> dict[tuple[str, str], tuple[str, int | None]]:
    events: dict[tuple[str, str], tuple[str, int | None]] = {}
    for line in file:
        try:
            key, batch, event, code = json.loads(line)
        except ValueError:
            continue
        events[key, batch] = (event, code)
    return events


def _sender(place: Path) -> str:
    """The random code of this sender, made when it is first asked for."""
    path = place / "sender"
    if not path.exists():
        aside = place / f"sender.{os.getpid()}"
        aside.write_text(secrets.token_hex(5), encoding="ascii")
        os.replace(aside, path)
    return path.read_text(encoding="ascii")


def _lock(file: IO[bytes]) -> None:
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise UsageError(
            "Mails of this round are being sent on this machine already; wait until that ends."
        ) from None
