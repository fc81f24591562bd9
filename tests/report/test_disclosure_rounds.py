"""Successive rounds of the same people: all reports in hand, the attacker turns each against the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from counterpart.report.report import Facts
from counterpart.world.regions import SUBREGION_OF, region_of_country
from tests.attacks import NARROWED, Attacked, attacked, found_out, record, report, targets_in
from tests.finished import SECTORS, crowd, disclosed, finished, following


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """How rounds follow each other. ``share``: of each later round so many return; ``moved``: of those, so many
    have moved to another country."""

    seed: int
    sizes: tuple[int, ...]
    share: float
    moved: float = 0.0
    known: int = 0

    def rounds(self) -> list[Facts]:
        """The rounds, the first one first."""
        made = [finished(self.seed, self.sizes[0], known=self.known)]
        for number, size in enumerate(self.sizes[1:], 1):
            made.append(
                following(
                    made, self.seed + 1000 * number, size, share=self.share, moved=self.moved, known=self.known
                )
            )
        return made


def stayed(before: Sequence[Facts], now: Facts) -> str:
    """How near everybody who returns has stayed: in the same country, region, or nearer than nothing."""
    homes = [
        (facts.people[id].country, one.country)
        for id, one in now.people.items()
        for facts in before
        if id in facts.people
    ]
    if all(once == here for once, here in homes):
        return "country"
    return "region" if all(region_of_country(once) == region_of_country(here) for once, here in homes) else "world"


def read_together(rounds: Sequence[Facts]) -> list[Attacked]:
    """Every round published with those before it in mind, and read by one attacker, who knows who stayed where."""
    reports, read = [], []
    for number, facts in enumerate(rounds):
        found = disclosed(facts, reports)
        assert found.safe, number
        reports.append(report(facts, found.screened))
        read.append(attacked(facts, found.screened, read, stayed(rounds[:number], facts)))
    return read


def leaks_in(series: Series, most: int) -> tuple[dict[object, str], int]:
    """What the attacker finds out of *most* counts of each round, and how many it tried."""
    leaks: dict[object, str] = {}
    tried = 0
    for number, one in enumerate(read_together(series.rounds())):
        targets = targets_in(one, most, series.seed)
        tried += len(targets)
        leaks |= {(number, cell): how for cell, how in found_out(one, targets).items()}
    return leaks, tried


def test_a_following_round_has_people_of_the_rounds_before_and_nobody_else_returns() -> None:
    rounds = Series(seed=7, sizes=(200, 300, 250), share=0.4, moved=0.1).rounds()
    for number, facts in enumerate(rounds[1:], 1):
        there = {id for before in rounds[:number] for id in before.people}
        back = facts.people.keys() & there
        assert len(back) == round(0.4 * len(facts.people))
        assert {id for id, one in facts.people.items() if one.returning} == back
    assert rounds[2].people.keys() & rounds[0].people.keys() - rounds[1].people.keys()
    assert all(one.country in SUBREGION_OF for one in rounds[2].people.values())


@pytest.mark.parametrize(
    "series",
    [
        Series(seed=61, sizes=(120, 420), share=0.3, known=6),
        Series(seed=62, sizes=(450, 1500), share=0.3),
        Series(seed=63, sizes=(60, 130, 450), share=0.35, moved=0.05),
    ],
    ids=lambda series: "-".join(map(str, series.sizes)),
)
def test_an_attacker_with_the_reports_of_successive_rounds_finds_nobody_in_any(series: Series) -> None:
    leaks, tried = leaks_in(series, 8)
    assert leaks == {} and tried >= 12


THREE = {id: SECTORS[id] for id in ("public", "law", "school")}


def test_a_report_does_not_narrow_a_count_that_an_earlier_one_withheld() -> None:
    """An attack from behind, by a report that is safe by itself.

    The earlier round has 103 to 107 people for a reader. 403 less 297 (shown as 405 and 295) return, so it had 106
    or 107; less 52 and 47 at most in two rows that are shown, seven to nine are left for the third.
    """
    counts = {("AU", "public", "mid"): 52, ("AU", "law", "mid"): 47, ("AU", "school", "mid"): 7}
    first, seven = crowd(counts, sectors=THREE), ("sector", ("school",))
    now = following([first], 1, 403, share=1.0)
    before = disclosed(first)
    assert before.safe and before.screened.counts[seven] == 7
    assert found_out(attacked(first, before.screened), [seven]) == {}

    read = attacked(first, before.screened)
    careless = disclosed(now)
    attacked(now, careless.screened, [read], "region")
    assert careless.safe and found_out(read, [seven]) == {seven: NARROWED}

    read = attacked(first, before.screened)
    careful = disclosed(now, [report(first, before.screened)])
    attacked(now, careful.screened, [read], "region")
    assert careful.safe and found_out(read, [seven]) == {}


SIZES = (60, 99, 130, 250, 399, 420, 600, 1162, 1500, 2500)


def series_of(number: int) -> Series:
    """The series of one long test: sizes grow, shrink or stay; every fifth is a chain of three rounds."""
    first, second = SIZES[number % 10], SIZES[(7 * number + number // 10 + 5) % 10]
    sizes = (first, second, SIZES[(3 * number + 8) % 10]) if number % 5 == 4 else (first, second)
    return Series(
        seed=5000 + number,
        sizes=sizes,
        share=(0.2, 0.3, 0.4, 0.5)[number % 4],
        moved=(0.0, 0.0, 0.05)[number % 3],
        known=(0, 5, 12)[(number // 2) % 3],
    )


@pytest.mark.long
@pytest.mark.parametrize("number", range(40))
def test_forty_series_of_rounds_against_the_independent_attacker(number: int) -> None:
    series = series_of(number)
    leaks, tried = leaks_in(series, 15)
    assert leaks == {}
    kind = "pairs" if len(series.sizes) == 2 else "chains of three"
    record(
        {
            f"{kind} of successive rounds in which the independent attacker found nobody": 1,
            "withheld counts that it attacked there with all reports in hand": tried,
        }
    )
