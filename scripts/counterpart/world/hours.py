"""When people in different time zones can talk: clocks as minutes, nothing asked of any clock."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

#: Nobody is asked to talk before eight in the morning or after nine at night, by the own clock; minutes.
FROM, UNTIL = 8 * 60, 21 * 60
#: A time to talk is at least an hour, where there is one.
CALL = 60

_DAY = 24 * 60
_STEP = 15  # every time zone is whole quarters of an hour from UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A time on the first person's clock, and how long it is; in minutes, from midnight."""

    start: int
    length: int

    @property
    def end(self) -> int:
        """When it ends, on the same clock."""
        return self.start + self.length


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """How people's clocks stand to each other from a day on; *offsets* in minutes ahead of UTC."""

    since: date
    offsets: tuple[int, ...]

    def other(self, minute: int, person: int) -> int:
        """What it is for *person* at *minute* of the first one's day: below 0 the day before, from 1440 on
        the next."""
        return minute - self.offsets[0] + self.offsets[person]

    def together(self) -> tuple[Stretch, ...]:
        """When it is day for everybody; stretches shorter than a call only where there are no others."""
        return _together(self._apart())

    def least_bad(self) -> Stretch:
        """The call for which nobody has to be up far from the day, however that falls to one or the other."""
        return _least_bad(self._apart())

    def _apart(self) -> tuple[int, ...]:
        """How far each clock is ahead of the first one's."""
        return tuple(each - self.offsets[0] for each in self.offsets)


@cache  # there are few ways in which clocks stand to each other, and many people
def _together(apart: tuple[int, ...]) -> tuple[Stretch, ...]:
    good = [
        minute
        for minute in range(FROM, UNTIL, _STEP)
        if all(FROM <= (minute + ahead) % _DAY < UNTIL for ahead in apart)
    ]
    found = []
    while good:
        start = good[0]
        length = next(n for n in range(1, len(good) + 1) if n == len(good) or good[n] != start + _STEP * n)
        found.append(Stretch(start=start, length=_STEP * length))
        good = good[length:]
    return tuple(each for each in found if each.length >= CALL) or tuple(found)


@cache
def _least_bad(apart: tuple[int, ...]) -> Stretch:
    def costs(start: int) -> tuple[int, int, int]:
        each = [_outside((start + ahead) % _DAY) for ahead in apart]
        return max(each), sum(each), start

    return Stretch(start=min(range(0, _DAY, 2 * _STEP), key=costs), length=CALL)


def _outside(clock: int) -> int:
    """How far a call that begins at *clock* is from the day; minutes."""
    if FROM <= clock <= UNTIL - CALL:
        return 0
    return min((FROM - clock) % _DAY, (clock - (UNTIL - CALL)) % _DAY)


def clocks(
    offsets: Callable[[date], Sequence[int]], first: date, last: date, changes: Collection[date] | None = None
) -> tuple[Clocks, ...]:
    """How the clocks stand from *first* to *last*, with one entry more for each change that moves them apart.

    *changes*: the days on which any offset may be another than the day before, where they are known.
    """
    found: list[Clocks] = []
    every = (first + timedelta(days=number) for number in range((last - first).days + 1))
    for day in every if changes is None else sorted({first, *changes}):
        now = tuple(offsets(day))
        apart = [each - now[0] for each in now]
        if not found or apart != [each - found[-1].offsets[0] for each in found[-1].offsets]:
            found.append(Clocks(since=day, offsets=now))
    return tuple(found)


def clock(minute: int) -> str:
    """``08:00``, and the day when it is not the first person's: ``08:00 the next day``."""
    return _time(minute) + _day(minute)


def span(stretch: Stretch) -> str:
    """``08:00 to 17:00``, and the day of its begin when it is not the first person's."""
    return f"{_time(stretch.start)} to {_time(stretch.end)}{_day(stretch.start)}"


def _time(minute: int) -> str:
    return f"{minute % _DAY // 60:02}:{minute % 60:02}"


def _day(minute: int) -> str:
    return " the day before" if minute < 0 else " the next day" if minute >= _DAY else ""
