"""The audit: attacks that must be noticed, repairs that must hold, and a publisher that stops when in doubt."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from counterpart.matching.bounds import Interval, Prober, Undecided
from counterpart.report import disclosure_audit
from counterpart.report.disclosure import VALUES, screen
from counterpart.report.disclosure_audit import Audited, audit
from counterpart.report.disclosure_links import read, setting_of
from counterpart.report.report import Facts, Known, Report
from counterpart.report.report_file import report_data
from counterpart.report.tables import BUNDLE, tables_of
from counterpart.world.regions import SUBREGION_OF
from tests.finished import crowd, disclosed, finished, published


def attacked(facts: Facts, earlier: Sequence[Report] = (), **more: object) -> Audited:
    """An attack on the figures as they are screened, before any repair."""
    return audit(setting_of(facts), screen(tables_of(facts)), earlier, **more)  # type: ignore[arg-type]


def weak(facts: Facts) -> set[object]:
    found = attacked(facts).weak
    assert found is not None
    return {each.cell for each in found}


#: Attacks: the round, and a count that a reader narrows too far as long as nothing is repaired.
ATTACKS = {
    # 105 (103 to 107) less 90 (88 to 92) and 20 (18 to 22) leaves 0 or 1 for all other countries there.
    "subtraction of countries from their subregion": (
        {("AU", "public", "mid"): 88, ("NZ", "public", "mid"): 18, ("PL", "public", "mid"): 30},
        ("country", ("others", "australia-and-new-zealand")),
    ),
    # Of 13 + 13 + 13 + 3, three shown as 15 each and 40 in all leave three or fewer.
    "subtraction of sectors from everybody": (
        {("AU", sector, "mid"): 13 for sector in ("public", "law", "art")} | {("AU", "school", "mid"): 3},
        ("sector", ("school",)),
    ),
    # Regions and sectors in one table; the sectors of Oceania's few follow from the sectors of all.
    "a cell that follows through another table": (
        {(country, "law", "mid"): 13 for country in ("NG", "JP", "PL")}
        | {("AU", "law", "early"): 3, ("AU", "public", "early"): 120, ("PL", "public", "mid"): 300},
        ("region-sector", ("oceania", "law")),
    ),
    # One country is all of its subregion: who knows the one knows the other.
    "a place with a single country": (
        {("AU", "public", "mid"): 88, ("NZ", "public", "mid"): 18, ("PL", "public", "mid"): 30},
        ("country", ("AQ",)),
    ),
}


@pytest.mark.parametrize("case", ATTACKS)
def test_an_attack_succeeds_before_the_repair_and_fails_after_it(case: str) -> None:
    kinds, cell = ATTACKS[case]
    facts = crowd(kinds)
    assert cell in weak(facts)

    found = disclosed(facts)

    assert found.safe and found.weak_at_first >= 1 and found.passes >= 1
    again = audit(setting_of(facts), found.screened)
    assert again.weak == ()
    assert found.screened.guards


def test_the_repair_withholds_the_smallest_figure_that_binds() -> None:
    facts = crowd({("AU", "public", "mid"): 88, ("NZ", "public", "mid"): 18, ("PL", "public", "mid"): 30})
    found = disclosed(facts)
    assert ("country", ("NZ",)) in found.screened.guards
    assert found.screened.shown["country", ("AU",)] == 90
    assert found.screened.shown["subregion", ("australia-and-new-zealand",)] == 105


def test_two_tables_that_are_each_safe_can_leak_together() -> None:
    kinds, cell = ATTACKS["a cell that follows through another table"]
    facts = crowd(kinds)
    tables = tables_of(facts)
    for left in ("sector", "region-sector"):
        found = audit(setting_of(facts), screen(tables, dropped=[left])).weak
        assert found is not None and cell not in {each.cell for each in found}
    assert cell in weak(facts)


def test_a_pair_of_people_who_know_of_each_other_learns_no_more() -> None:
    facts = finished(11, 450)
    one, other = list(facts.people.values())[:2]
    both = tuple(Known(country=p.country, sector=p.sector, career_stage=p.career_stage) for p in (one, other))
    found = disclosed(replace(facts, known=both))
    assert found.safe
    assert audit(setting_of(facts), found.screened).weak == ()


def test_publicly_known_people_are_counted_on_by_the_attacker() -> None:
    facts = crowd({("AU", "public", "mid"): 120, ("PL", "law", "early"): 9, ("NG", "law", "early"): 40})
    known = replace(facts, known=(Known(country="PL", sector="law", career_stage="early"),) * 9)
    found = disclosed(known)
    reader = audit(setting_of(known), found.screened)
    assert found.safe
    interval = reader.prober.interval(reader.reader.cells["country", ("PL",)], whole=True)
    # Nine are known; nobody can tell whether there are more.
    assert interval.low == 9 and interval.values >= VALUES


def test_without_a_decision_of_the_solver_nothing_is_safe() -> None:
    facts = finished(3, 150)
    found = disclosed(facts, seconds=0.0)
    assert found.undecided and not found.safe


def test_one_question_that_the_solver_leaves_open_is_enough_to_stop() -> None:
    asked = []

    def sometimes(prober: Prober, numbers: Sequence[int], whole: bool) -> Interval:
        asked.append(whole)
        if len(asked) == 20:
            raise Undecided(contradiction=False)
        return disclosure_audit.ask(prober, numbers, whole)

    found = disclosed(finished(3, 150), ask=sometimes)
    assert found.undecided and not found.safe and len(asked) == 20


def test_a_solver_that_contradicts_the_truth_is_not_believed() -> None:
    def liar(prober: Prober, numbers: Sequence[int], whole: bool) -> Interval:
        return Interval(low=10_000, high=20_000)

    assert disclosed(finished(3, 150), ask=liar).undecided


def test_a_table_that_no_repair_saves_is_refused_by_name() -> None:
    def always_one(prober: Prober, numbers: Sequence[int], whole: bool) -> Interval:
        found = disclosure_audit.ask(prober, numbers, whole)
        return found if len(numbers) > 1 else Interval(low=found.low, high=found.low + 3)

    facts = crowd({("AU", "public", "mid"): 60, ("PL", "law", "mid"): 20})
    true = disclosed(facts, ask=always_one)
    assert not true.safe
    assert set(true.refused) <= {"region", "sector"} or true.undecided


def test_the_order_of_people_and_pairs_changes_nothing() -> None:
    facts = finished(5, 420)
    chance = random.Random(1)
    ids = list(facts.people)
    chance.shuffle(ids)
    groups = list(facts.partnerships)
    chance.shuffle(groups)
    shuffled = replace(facts, people={id: facts.people[id] for id in ids}, partnerships=tuple(groups))
    assert report_data(published(shuffled)) == report_data(published(facts))


def test_a_second_report_does_not_make_the_first_clearer() -> None:
    first = published(finished(8, 1400))
    facts = finished(9, 1500, round="2027-2")
    found = disclosed(facts, [first])
    assert found.safe
    checked = audit(setting_of(facts), found.screened, [first])
    assert checked.weak == () and checked.tried > audit(setting_of(facts), found.screened).tried


def test_earlier_reports_that_cannot_be_all_there_were_say_nothing() -> None:
    facts = finished(9, 1600, round="2027-2")
    small = published(finished(8, 60))  # fewer people than now return
    alone, together = disclosed(facts), disclosed(facts, [small])
    assert together.safe
    assert together.screened.shown == alone.screened.shown


@pytest.mark.parametrize("size", [99, 100, 399, 400])
def test_a_round_just_below_or_above_a_step_is_safe(size: int) -> None:
    assert disclosed(finished(21, size)).safe


@pytest.mark.parametrize("left", ["", *(table for table in BUNDLE if table != "total")])
def test_whatever_table_is_left_out_every_withheld_count_is_attacked(left: str) -> None:
    facts = replace(finished(41, 1500), pairings=3)
    screened = screen(tables_of(facts), dropped=[left])
    reader = read(setting_of(facts), screened)
    missing = {cell for cell in screened.low if cell not in reader.cells}
    # Countries that are alike are attacked through the first one of their subregion.
    assert {cell[0] for cell in missing} <= {"country"}
    for cell in missing:
        alike = [
            country
            for country, subregion in SUBREGION_OF.items()
            if subregion == SUBREGION_OF[cell[1][0]] and ("country", (country,)) in reader.cells
        ]
        assert any(("country", (country,)) in screened.low for country in alike)
    assert reader.rows.keys() and set(reader.rows.values()) == screened.shown.keys()
    # What is true fulfils every statement: the solver finds the figures possible as they are.
    assert Prober(reader.statements).interval(reader.cells["total", ()]).values >= 1
