"""Time zones from the locked data of the ``tzdata`` package: the same on every machine."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from itertools import pairwise
from zoneinfo import ZoneInfo


@cache
def names() -> frozenset[str]:
    """Every IANA time zone that the locked data knows."""
    return frozenset(resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


@cache
def zone(name: str) -> ZoneInfo:
    """The time zone *name*, which must be one of ``names()``; raises KeyError for any other."""
    if name not in names():
        raise KeyError(name)
    with resources.files("tzdata.zoneinfo").joinpath(*name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


@cache
def changes(name: str, first: date, last: date) -> tuple[date, ...]:
    """The days after *first*, up to *last*, on which the clocks of a time zone show another offset than before."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return tuple(day for before, day in pairwise(days) if offset(name, day) != offset(name, before))


@cache
def offset(name: str, day: date) -> int:
    """Minutes ahead of UTC in the zone *name* at noon UTC of *day*."""
    ahead = zone(name).utcoffset(datetime.combine(day, time(12), UTC))
    assert ahead is not None
    return round(ahead.total_seconds() / 60)
