"""What earlier reports say about those who return, and the other way round."""

from __future__ import annotations

import pytest

from counterpart.matching.bounds import Interval, Prober, Statements
from counterpart.report.disclosure import screen
from counterpart.report.disclosure_earlier import remember, remembered
from counterpart.report.disclosure_links import Reader
from counterpart.report.report import Report
from counterpart.report.tables import tables_of
from counterpart.world.regions import REGIONS
from tests.attacker import Key
from tests.attacks import report
from tests.finished import SECTORS, STAGES, crowd, disclosed, finished

THREE = {id: SECTORS[id] for id in ("public", "law", "school")}
TWO = {id: STAGES[id] for id in ("mid", "early")}
LAW = {("AU", "public", "mid"): 52, ("AU", "law", "mid"): 47, ("AU", "school", "mid"): 7}
ASIA = {("CN", "law", "mid"): 42, ("VN", "law", "mid"): 22, ("IN", "law", "mid"): 22, ("IL", "law", "mid"): 12}
EUROPE = {("PL", sector, "mid"): 113 for sector in THREE}


def made(kinds: dict[tuple[str, ...], int], **lists: object) -> Report:
    facts = crowd(kinds, **lists)  # type: ignore[arg-type]
    return report(facts, screen(tables_of(facts)))


def returning(least: dict[str, int]) -> Reader:
    """A later report of which one thing is known: how many return at least, by region, or ("") only in all."""
    reader = Reader(statements=Statements())
    numbers = {
        place: reader.statements.number(least.get(place, 0)) for place in ([""] if "" in least else REGIONS)
    }
    if "" not in least:
        reader.cells |= {("region-returning", (region, "returning")): (n,) for region, n in numbers.items()}
    reader.cells["returning", ("returning",)] = tuple(numbers.values())
    return reader


#: An earlier report, how many return, a cell that it withheld, and its least possible count: before and after.
CLEARER: dict[str, tuple[Report, dict[str, int], Key, int, int]] = {
    "a sector": (made(LAW, sectors=THREE), {"": 106}, ("sector", ("school",)), 4, 7),
    "a region": (made({("AU", "law", "mid"): 102, **{(c, "law", "mid"): 1 for c in ("NG", "PL", "CN", "US")}}),
                 {"africa": 1}, ("region", ("africa",)), 0, 1),
    "a subregion": (made(ASIA | {("KZ", "law", "mid"): 8}), {"": 106}, ("subregion", ("central-asia",)), 5, 5),
    "a subregion of a region": (
        made(ASIA | {("KZ", "law", "mid"): 8}), {"asia": 106}, ("subregion", ("central-asia",)), 5, 8,
    ),
    "a sector of a region": (
        made(LAW | EUROPE, sectors=THREE), {"oceania": 106}, ("region-sector", ("oceania", "school")), 4, 7,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CLEARER)
def test_who_returns_makes_an_earlier_count_clearer(case: str) -> None:
    earlier, least, cell, before, after = CLEARER[case]
    statements, once = remembered([earlier])
    reader = returning(least)
    withheld = remember(reader, [earlier])
    assert withheld.keys() == once.keys()
    where = (earlier.round, cell)
    assert Prober(statements).interval(once[where], whole=True).low == before
    assert Prober(reader.statements).interval(withheld[where], whole=True).low == after


def test_no_more_people_return_than_there_were() -> None:
    reader = returning({})
    remember(reader, [made(LAW, sectors=THREE)])
    prober = Prober(reader.statements)
    assert prober.interval(reader.cells["returning", ("returning",)]).high == 107
    assert prober.interval(reader.cells["region-returning", ("oceania", "returning")]).high == 107
    for least in ({}, {"": 0}):
        reader = returning(least)
        remember(reader, [made(LAW, sectors=THREE), made(ASIA)])
        assert Prober(reader.statements).interval(reader.cells["returning", ("returning",)]).high == 209


def test_a_shown_count_of_an_earlier_report_is_ten_at_least_and_the_others_fit_to_it() -> None:
    earlier = made(ASIA | {("KZ", "law", "mid"): 8, ("IR", "law", "early"): 10}, career_stages=TWO)
    statements, once = remembered([earlier])
    assert earlier.count("career-stage", "early") == earlier.count("country", "IR") == 10
    assert earlier.count("country", "IN") == 20 and earlier.count("subregion", "southern-asia") == 30
    # All of 30 (28 to 32) but 20 (18 to 22) and 10 (10 to 12): four at most.
    rest = once[earlier.round, ("country", ("AF",))]
    assert Prober(statements).interval(rest) == Interval(low=0, high=4)


def test_a_count_that_was_as_clear_before_costs_the_new_report_nothing() -> None:
    earlier = made(
        {("AU", "public", "mid"): 52, ("AU", "law", "mid"): 47, ("AU", "school", "mid"): 9}, sectors=THREE
    )
    statements, once = remembered([earlier])
    clear = Prober(statements).interval(once[earlier.round, ("sector", ("school",))])
    assert clear.low == 9  # if it is below ten at all, it is nine: nobody should have published that
    facts = finished(3, 150, round="2027-2")
    alone, with_it = disclosed(facts), disclosed(facts, [earlier])
    assert with_it.safe and with_it.tried > alone.tried
    assert with_it.screened.shown == alone.screened.shown
