"""What may be shown of true tables, before anybody attacks them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from counterpart.report.disclosure import BASE, LEAST, SHARE_BASE, VALUES, Screened, rounded, screen, share
from counterpart.report.disclosure_audit import CLOSE, PASSES
from counterpart.report.report import Answer, Facts, Known
from counterpart.report.tables import BUNDLE, STEPS, size_of, tables_of
from counterpart.report.words import ROWS, TITLES
from counterpart.world.regions import COUNTRIES, PLACE_NAMES, REGION_OF, REGIONS, SUBREGION_OF, SUBREGIONS
from counterpart.world.vocabulary import world
from tests.finished import crowd, finished, person


def screened(facts: Facts, **more: object) -> Screened:
    return screen(tables_of(facts), **more)  # type: ignore[arg-type]


def test_the_policy_is_as_strict_as_it_was_measured() -> None:
    assert (LEAST, BASE, VALUES, SHARE_BASE) == (10, 5, 5, 50)
    assert (CLOSE, PASSES) == (8, 12)  # intervals that are looked at once more in whole numbers; repairs


@pytest.mark.parametrize(("true", "shown"), [(10, 10), (12, 10), (13, 15), (17, 15), (18, 20), (1162, 1160)])
def test_a_count_is_rounded_to_the_nearest_multiple_of_five(true: int, shown: int) -> None:
    assert rounded(true) == shown


@pytest.mark.parametrize("count", [0, 1, 8, 9])
def test_a_count_below_ten_is_withheld_before_it_is_rounded_and_zero_too(count: int) -> None:
    facts = crowd({("AU", "public", "mid"): 60, ("PL", "law", "mid"): count})
    assert screened(facts).low[("sector", ("law",))] == 0
    assert ("sector", ("law",)) not in screened(facts).shown


def test_ten_is_shown() -> None:
    facts = crowd({("AU", "public", "mid"): 60, ("PL", "law", "mid"): 10})
    assert screened(facts).shown["sector", ("law",)] == 10


def test_totals_are_rounded_from_true_totals_and_may_differ_from_the_sum() -> None:
    found = screened(crowd({("AU", "public", "mid"): 33, ("PL", "law", "mid"): 33})).shown
    assert found["total", ()] == 65
    assert found["sector", ("public",)] + found["sector", ("law",)] == 70


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (10, 45, None),
        (20, 50, 40),
        (15, 100, 15),
        (None, 100, None),
        (10, None, None),
        (100, 100, None),
        (10, 1000, None),
        (985, 1000, None),
        (970, 1000, 95),
        (385, 1160, 35),
    ],
)
def test_a_share_is_rounded_and_never_none_or_all(
    part: int | None, whole: int | None, expected: int | None
) -> None:
    assert share(part, whole) == expected


def test_the_bundle_grows_with_the_round_and_never_crosses_a_country() -> None:
    assert STEPS == (0, 100, 400, 1500)
    assert [size_of(n) for n in (10, 99, 100, 399, 400, 1499, 1500)] == [0, 0, 100, 100, 400, 400, 1500]
    assert [table for table, least in BUNDLE.items() if least == 0] == ["total", "region", "sector"]
    crossed = {table for table in BUNDLE if len(TITLES[table][1]) == 2}
    assert crossed == {
        "region-sector", "region-career-stage", "region-outcome", "sector-career-stage", "region-returning",
    }  # fmt: skip
    assert TITLES.keys() == BUNDLE.keys()


@pytest.mark.parametrize("size", [99, 100, 399, 400, 1499, 1500])
def test_a_round_has_the_tables_of_its_size(size: int) -> None:
    tables = {table for table, _ in tables_of(finished(1, size)).counts}
    assert tables | {"satisfaction"} == {t for t, least in BUNDLE.items() if size >= least} | {"satisfaction"}


def test_countries_below_ten_are_summed_up_by_subregion_and_then_by_region() -> None:
    kinds = {"AU": 60, "FR": 12, "BE": 8, "NL": 7, "PL": 20, "CZ": 5, "ES": 4, "NG": 9, "KE": 3}
    found = screened(crowd({(country, "public", "mid"): count for country, count in kinds.items()}))
    countries = {key: count for (table, key), count in found.shown.items() if table == "country"}
    assert countries == {
        ("AU",): 60,
        ("FR",): 10,
        ("PL",): 20,
        ("others", "western-europe"): 15,
        ("others", "africa"): 10,
    }
    # CZ and ES are nine together, in two subregions, so nothing is said of the rest of Europe.
    assert found.counts["country", ("others", "europe")] == 9
    assert ("country", ("others", "europe")) in found.low


def test_the_other_countries_of_a_place_are_two_at_least() -> None:
    facts = crowd({("AU", "public", "mid"): 100, ("NZ", "public", "mid"): 30})
    found = screened(facts, guards=[("country", ("NZ",))])
    assert ("country", ("others", "australia-and-new-zealand")) in found.guards
    assert ("country", ("others", "oceania")) in found.guards
    assert ("country", ("NZ",)) not in found.shown


def test_a_region_in_which_all_had_the_same_outcome_is_withheld_as_a_whole() -> None:
    facts = crowd({("AU", "public", "mid"): 386, ("NG", "public", "mid"): 14})
    alone = [id for id, one in facts.people.items() if one.country == "NG"]
    facts = replace(facts, partnerships=tuple(g for g in facts.partnerships if not set(g) & set(alone)))
    found = screened(facts)
    assert found.counts["region-outcome", ("africa", "unpaired")] == 14
    row = [("region-outcome", ("africa", outcome)) for outcome in ("completed", "not-completed", "unpaired")]
    assert not found.shown.keys() & set(row)
    assert found.shown["region", ("africa",)] == 15
    assert row[2] in found.guards


def test_an_outcome_that_rounds_to_everybody_is_withheld_with_its_row() -> None:
    facts = crowd({("AU", "public", "mid"): 121}, answers=False)
    found = screened(facts)
    assert found.counts["outcome", ("paired",)] == 120 and found.counts["outcome", ("unpaired",)] == 1
    assert not [cell for cell in found.shown if cell[0] in ("outcome", "pairing")]


def test_ten_must_be_left_that_the_public_does_not_know() -> None:
    facts = crowd({("AU", "public", "mid"): 100, ("PL", "law", "mid"): 12})
    known = replace(facts, known=(Known(country="PL"),) * 10)
    assert screened(facts).shown["country", ("PL",)] == 10
    assert screened(known).low["country", ("PL",)] == 10
    assert screened(known).low["region", ("europe",)] == 10
    assert screened(known).shown["sector", ("law",)] == 10
    assert screened(replace(facts, known=(Known(country="PL", sector="law"),) * 3)).low["sector", ("law",)] == 3


def test_somebody_publicly_known_is_known_in_every_table_that_tells_as_much() -> None:
    facts = finished(3, 1500)
    one = next(iter(facts.people.values()))
    subregion = SUBREGION_OF[one.country]
    region, sector, stage = REGION_OF[subregion], one.sector, one.career_stage
    place = {("total", ()), ("region", (region,)), ("subregion", (subregion,)), ("country", (one.country,))}
    work = {("sector", (sector,)), ("region-sector", (region, sector))}
    career = {("career-stage", (stage,)), ("region-career-stage", (region, stage))}
    both = {("sector-career-stage", (sector, stage))}
    for known, cells in (
        (Known(country=one.country), place),
        (Known(country=one.country, sector=sector), place | work),
        (Known(country=one.country, career_stage=stage), place | career),
        (Known(country=one.country, sector=sector, career_stage=stage), place | work | career | both),
    ):
        assert tables_of(replace(facts, known=(known,) * 2)).known == dict.fromkeys(cells, 2)


def test_ten_whom_the_public_does_not_know_must_be_left_in_a_row_of_other_countries() -> None:
    kinds = {"AU": 60, "BE": 8, "NL": 7, "CZ": 6, "ES": 9}
    facts = crowd(
        {(country, "public", "mid"): count for country, count in kinds.items()} | {("AU", "law", "mid"): 30}
    )
    alone = screened(facts).shown
    assert alone["country", ("others", "western-europe")] == alone["country", ("others", "europe")] == 15
    known = screened(replace(facts, known=(Known(country="BE"),) * 3 + (Known(country="NL"),) * 3))
    # Of fifteen nine are left, so they are summed up with the rest of Europe: thirty, six of them known.
    assert known.low["country", ("others", "western-europe")] == 6
    assert known.counts["country", ("others", "europe")] == known.shown["country", ("others", "europe")] == 30
    more = screened(replace(facts, known=(Known(country="ES"),) * 6))
    assert more.shown["country", ("others", "western-europe")] == 15
    assert more.low["country", ("others", "europe")] == 6


def test_a_row_of_other_countries_that_guards_is_withheld_and_summed_up_by_region() -> None:
    kinds = {"AU": 90, "BE": 8, "NL": 7, "CZ": 6, "ES": 9}
    facts = crowd({(country, "public", "mid"): count for country, count in kinds.items()})
    row = ("country", ("others", "western-europe"))
    found = screened(facts, guards=[row])
    assert row in found.guards and row not in found.shown
    assert found.shown["country", ("others", "europe")] == 30


@pytest.mark.parametrize("table", ["wishes", "satisfaction"])
def test_a_table_in_which_all_said_the_same_is_withheld_as_a_whole(table: str) -> None:
    facts = crowd({("AU", "public", "mid"): 120})
    mixed = {
        id: replace(one, wishes=("all", "some", "none", "no-wish")[n % 4])
        for n, (id, one) in enumerate(facts.people.items())
    }
    said = {
        id: Answer(completed=True, satisfaction=("low", "middle", "high")[n % 3])
        for n, id in enumerate(facts.people)
    }
    tables = {cell[0] for cell in screened(replace(facts, people=mixed, answers=said)).shown}
    assert {"wishes", "satisfaction"} <= tables
    assert table not in {cell[0] for cell in screened(facts).shown}


def test_a_person_of_two_partnerships_is_counted_once_and_a_partnership_as_one() -> None:
    facts = crowd({("AU", "public", "mid"): 120})
    ids = list(facts.people)
    facts = replace(facts, partnerships=((ids[0], ids[1]), (ids[0], ids[2])), pairings=2)
    counts = tables_of(facts).counts
    assert counts["pairing", ("paired-again",)] == 1 and counts["pairing", ("paired-once",)] == 2
    assert counts["partnerships", ()] == 2 and counts["distance", ("same-region",)] == 2
    assert sum(count for (table, _), count in counts.items() if table == "wishes") == 3


def test_without_a_second_pairing_nobody_can_be_paired_again_and_no_row_says_so() -> None:
    assert ("pairing", ("paired-again",)) not in tables_of(crowd({("AU", "public", "mid"): 120})).counts


def test_a_topic_named_twice_by_one_person_counts_once() -> None:
    facts = crowd({("AU", "public", "mid"): 100})
    people = dict(facts.people) | {"X": person(interests=("topic-1", "topic-1", "topic-0"))}
    counts = tables_of(replace(facts, people=people)).counts
    assert counts["interest", ("topic-1",)] == 1


def test_every_country_has_its_place_in_the_one_geography() -> None:
    assert set(COUNTRIES) == world().countries
    assert len(REGIONS) == 5 and len(SUBREGIONS) == 22
    assert {REGION_OF[SUBREGION_OF[c]] for c in COUNTRIES} == set(REGIONS)
    assert set(PLACE_NAMES) == {*REGIONS, *SUBREGIONS}
    examples = {"TW": "eastern-asia", "XK": "southern-europe", "VN": "south-eastern-asia", "MX": "central-america"}
    assert {c: SUBREGION_OF[c] for c in examples} == examples


def test_every_row_has_words() -> None:
    facts = finished(2, 1600)
    for table, key in tables_of(replace(facts, answers={}, pairings=2)).counts:
        last = table.rpartition("region-")[2] if table.startswith("region-") else table
        if last in ROWS:
            assert key[-1] in ROWS[last]
