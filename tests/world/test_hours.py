"""When people can talk: by day for everybody, whatever their clocks say, and told before clocks change."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest

from counterpart.world.hours import FROM, UNTIL, Clocks, Stretch, clock, clocks, span
from counterpart.world.zones import names, offset

DAY = date(2027, 3, 1)
QUARTERS = range(-12 * 60, 14 * 60 + 1, 15)


def at(*offsets: int) -> Clocks:
    return Clocks(since=DAY, offsets=offsets)


def stretches(*offsets: int) -> list[tuple[int, int]]:
    return [(each.start, each.end) for each in at(*offsets).together()]


def test_two_people_always_have_an_hour_by_day_wherever_they_live() -> None:
    for one, other in product(QUARTERS, QUARTERS):
        assert max(end - start for start, end in stretches(one, other)) >= 60, (one, other)


def test_whoever_reads_it_it_is_the_same_time_and_day_for_all() -> None:
    for one, other in product(QUARTERS, QUARTERS):
        mine, theirs = at(one, other), at(other, one)
        for each in mine.together():
            for minute in (each.start, each.end - 1):
                assert FROM <= mine.other(minute, 1) % 1440 < UNTIL
        utc = sorted((each.start - one) % 1440 for each in mine.together())
        assert utc == sorted((each.start - other) % 1440 for each in theirs.together())


@pytest.mark.parametrize(
    ("offsets", "found"),
    [
        ((0, 0), [(480, 1260)]),
        ((660, 60), [(1080, 1260)]),  # Sydney in March, Madrid
        ((0, 720), [(480, 540), (1200, 1260)]),  # half the world apart: an hour at either end
        ((0, 690), [(480, 570)]),  # the half hour at the other end is too short for a call
        ((0, 345), [(480, 915)]),  # Kathmandu
    ],
)
def test_the_hours_are_those_of_both_days(offsets: tuple[int, int], found: list[tuple[int, int]]) -> None:
    assert stretches(*offsets) == found


def test_three_people_round_the_world_have_no_such_hour_and_the_least_bad_is_named() -> None:
    world = at(0, 8 * 60, 16 * 60)
    assert world.together() == ()
    least = world.least_bad()
    heard = [world.other(least.start, person) % 1440 for person in range(3)]
    assert least.length == 60
    assert sorted(clock(each) for each in heard) == ["06:00", "14:00", "22:00"]


def test_a_time_of_another_day_says_so() -> None:
    here = at(11 * 60, -5 * 60)
    assert [clock(here.other(minute, 1)) for minute in (720, 1080)] == ["20:00 the day before", "02:00"]
    there = at(-5 * 60, 11 * 60)
    assert span(Stretch(start=there.other(1080, 1), length=90)) == "10:00 to 11:30 the next day"


def test_a_change_of_the_clocks_is_told_once_for_each_and_only_where_it_moves_them_apart() -> None:
    def of(*zones: str) -> list[str]:
        end = DAY + timedelta(days=120)
        return [f"{c.since}" for c in clocks(lambda day: [offset(zone, day) for zone in zones], DAY, end)]

    assert of("Australia/Sydney", "Europe/Madrid") == ["2027-03-01", "2027-03-28", "2027-04-04"]
    assert of("Europe/Berlin", "Europe/Madrid") == ["2027-03-01"]
    assert of("Asia/Tokyo", "Africa/Lagos") == ["2027-03-01"]


def test_every_zone_is_whole_quarters_of_an_hour_from_utc() -> None:
    assert {offset(name, DAY) % 15 for name in names()} == {0}
