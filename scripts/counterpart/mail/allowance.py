"""How many mails an account may send in an hour and in a day, counted over all rounds and runs on this machine."""

from __future__ import annotations

import hashlib
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from counterpart.findings import UsageError


@dataclass(frozen=True, slots=True)
class Limit:
    """So many mails in so long; *name* is the setting's."""

    name: str
    mails: int
    within: timedelta

    @classmethod
    def of(cls, name: str, rate: float, hours: int) -> Limit:
        """*rate* mails in *hours*: 2.5 in an hour are 3 in 72 minutes, so that any number can be said."""
        mails = math.ceil(rate)
        return cls(name, mails, timedelta(hours=hours) * mails / rate)


class Allowance:
    """What an account has left. Each line of its file is the moment of one mail, in milliseconds."""

    def __init__(self, path: Path, limits: tuple[Limit, ...], now: Callable[[], datetime]) -> None:
        """*path* is the account's file, which need not be there; *now* gives moments with a time zone."""
        self._path, self._limits, self._now = path, limits, now
        self._longest = max((limit.within for limit in limits), default=timedelta())
        self._read = 0
        self._moments: deque[datetime] = deque()

    def spent(self) -> tuple[Limit, timedelta] | None:
        """The limit that is reached, and for how long; of several the longest, and None where there is none."""
        now = self._now()
        self._look(now)
        waits = [
            (self._moments[-limit.mails] + limit.within - now, limit)
            for limit in self._limits
            if len(self._moments) >= limit.mails
        ]
        wait, limit = max(waits, key=lambda each: each[0], default=(timedelta(), None))
        return (limit, wait) if limit is not None and wait > timedelta() else None

    def use(self) -> None:
        """Count one mail."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with open(self._path, "a", encoding="ascii", newline="\n") as file:
                file.write(f"{math.ceil(self._now().timestamp() * 1000)}\n")
        except OSError:
            raise UsageError(
                f"What was sent cannot be counted in '{self._path.parent}'. Let COUNTERPART_STATE name another "
                "folder."
            ) from None

    def _look(self, now: datetime) -> None:
        """Read what was added to the file since the last time, by any program."""
        try:
            with open(self._path, "rb") as file:
                file.seek(self._read)
                added = file.read()
        except FileNotFoundError:
            return
        except OSError:
            raise UsageError(f"'{self._path}', where mails are counted, cannot be read.") from None
        whole = added[: added.rfind(b"\n") + 1]
        self._read += len(whole)
        self._moments.extend(
            datetime.fromtimestamp(int(line) / 1000, UTC)
            for line in whole.split()
            if line.isdigit() and len(line) < 15
        )
        while self._moments and self._moments[0] + self._longest <= now:
            self._moments.popleft()


def file_of(folder: Path, host: str, account: str) -> Path:
    """The file in *folder* that counts what an *account* sent through a server; its name tells neither."""
    return folder / "mail" / f"{hashlib.sha256(f'{host} {account}'.encode()).hexdigest()[:20]}.sent"
