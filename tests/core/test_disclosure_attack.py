"""The independent attacker over random rounds, and over publishers that each lack one of the rules."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.attacker import Attacker, Key
from tests.finished import crowd, disclosed, finished

from counterpart.core import disclosure, disclosure_audit, disclosure_links
from counterpart.core.disclosure import Screened
from counterpart.core.disclosure_audit import Disclosed
from counterpart.core.geography import REGION_OF, SUBREGION_OF
from counterpart.core.report import Facts, Known, Report
from counterpart.core.report_data import report_data, report_of
from counterpart.core.report_tables import outcomes, tables_of

#: How a reader would say that a count was found out.
EXACTLY, NARROWED = "found exactly", "narrowed too far"


def attacker(facts: Facts, found: Disclosed, earlier: Sequence[Report] = ()) -> Attacker:
    report = report_of(facts, found.screened, title="A round", countries={}, proven=True)
    made = Attacker(
        report_data(report),
        lists={"sectors": facts.sectors, "stages": facts.career_stages, "topics": facts.topics},
        low=true_low(facts, found.screened),
        outcomes=outcomes(facts),
        pairings=facts.pairings,
        threes=facts.threes,
    )
    if earlier:
        made.came_before([report_data(each) for each in earlier])
    return made


def true_low(facts: Facts, screened: Screened) -> dict[Key, int]:
    """The counts of which fewer than ten people are not publicly known, counted again, and how many are known."""
    known = tables_of(facts).known
    return {
        cell: sum(known.get(c, 0) for c in _parts(cell, screened))
        for cell, count in screened.counts.items()
        if count - sum(known.get(c, 0) for c in _parts(cell, screened)) < 10 and cell not in screened.shown
    }


def _parts(cell: Key, screened: Screened) -> list[Key]:
    if cell[0] != "country" or cell[1][0] != "others":
        return [cell]
    place = cell[1][1]
    # A region's row sums up the countries of those subregions that have no row of their own.
    summed = {key[1] for table, key in screened.shown if table == "country" and key[0] == "others"}
    return [
        ("country", (country,))
        for country, subregion in SUBREGION_OF.items()
        if ("country", (country,)) not in screened.shown
        and (subregion == place or (REGION_OF[subregion] == place and subregion not in summed))
    ]


def found_out(
    facts: Facts,
    found: Disclosed,
    most: int = 10_000,
    seed: int = 0,
    earlier: Sequence[Report] = (),
    only: Key | None = None,
) -> dict[Key, str]:
    """The counts below ten that the attacker finds out, of *most* of them chosen by chance."""
    chance = random.Random(seed)
    made = attacker(facts, found, earlier)
    low = true_low(facts, found.screened)
    targets = _unlike(low) if only is None else [only]
    chance.shuffle(targets)
    leaks = {}
    for cell in targets[:most]:
        least, greatest = made.bounds(cell)
        true = found.screened.counts[cell]
        assert least <= true <= greatest, f"the attacker's own statements are wrong about {cell[0]}"
        if least == greatest:
            leaks[cell] = EXACTLY
        elif greatest - least < 4:
            leaks[cell] = NARROWED
    return leaks


def _unlike(low: Mapping[Key, int]) -> list[Key]:
    """The counts without those of countries that are all alike to a reader: one for each subregion."""
    seen: set[str] = set()
    targets = []
    for cell in sorted(low):
        if cell[0] == "country" and cell[1][0] in SUBREGION_OF and not low[cell]:
            subregion = SUBREGION_OF[cell[1][0]]
            if subregion in seen:
                continue
            seen.add(subregion)
        targets.append(cell)
    return targets


@pytest.mark.parametrize(
    ("seed", "size", "known"), [(1, 60, 0), (2, 130, 5), (3, 420, 0), (4, 700, 12), (5, 1600, 20), (1112, 130, 20)]
)
def test_an_independent_attacker_finds_nobody(seed: int, size: int, known: int) -> None:
    facts = finished(seed, size, known=known)
    found = disclosed(facts)
    assert found.safe
    assert found_out(facts, found, most=12, seed=seed) == {}


def test_an_independent_attacker_with_an_earlier_report_finds_nobody() -> None:
    one = finished(31, 1500)
    before = disclosed(one)
    earlier = report_of(one, before.screened, title="Before", countries={}, proven=True)
    facts = finished(32, 1550, round="2027-2")
    found = disclosed(facts, [earlier])
    assert found.safe
    assert found_out(facts, found, most=12, earlier=[earlier]) == {}


def test_a_report_is_not_rebuilt_after_one_erasure_because_that_would_point_at_the_person() -> None:
    facts = finished(33, 450)
    changed = 0
    ids = sorted(facts.people)[:20]
    before = report_data(report_of(facts, disclosed(facts).screened, title="", countries={}, proven=True))
    for id in ids:
        people = {other: one for other, one in facts.people.items() if other != id}
        groups = tuple(group for group in facts.partnerships if id not in group)
        fewer = replace(facts, people=people, partnerships=groups)
        screened = disclosure.screen(tables_of(fewer))
        changed += report_data(report_of(fewer, screened, title="", countries={}, proven=True)) != before
    # This is why 'report' writes once and 'guard' refuses a second version; see their tests.
    assert changed > len(ids) // 2


# Each rule taken away in turn: somebody must notice.


def _none(*_: object, **__: object) -> Any:
    return frozenset()


def _exact(count: int) -> int:
    return count


def _unattacked(*_: object, **__: object) -> bool:
    return False


SUBTRACTION = {("AU", "public", "mid"): 88, ("NZ", "public", "mid"): 18, ("PL", "public", "mid"): 30}
LEAK: Key = ("country", ("others", "australia-and-new-zealand"))
FEW = {("AU", "public", "mid"): 75, ("NG", "law", "early"): 6, ("PL", "school", "mid"): 41}
EXACT = {("AU", "public", "mid"): 88, ("PL", "public", "mid"): 34, ("NG", "public", "mid"): 1}


def leaks_without_audit(monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr(disclosure_audit, "_is_weak", _unattacked)
    facts = crowd(SUBTRACTION)
    return LEAK in found_out(facts, disclosed(facts), only=LEAK)


def leaks_with_a_lower_threshold(monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr(disclosure, "LEAST", 5)
    found = disclosure.screen(tables_of(crowd(FEW)))
    return any(0 < found.counts[cell] < 10 for cell in found.shown)


def leaks_without_rounding(monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr(disclosure, "rounded", _exact)
    monkeypatch.setattr(disclosure_audit, "_is_weak", _unattacked)
    facts = crowd(EXACT)
    shown = disclosed(facts).screened
    total = shown.shown["total", ()]
    return total - sum(c for (t, _), c in shown.shown.items() if t == "region") == 1


def leaks_with_five_values_made_one(monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr(disclosure_audit, "VALUES", 1)
    facts = crowd(SUBTRACTION)
    return LEAK in found_out(facts, disclosed(facts), only=LEAK)


def leaks_without_integer_programs(monkeypatch: pytest.MonkeyPatch) -> bool:
    """Then somebody must see that no question is asked in whole numbers any more."""
    asked: list[bool] = []

    def watch(prober: Any, numbers: Sequence[int], whole: bool) -> Any:
        asked.append(whole)
        return prober.interval(numbers, whole=whole)

    monkeypatch.setattr(disclosure_audit, "CLOSE", 0)
    disclosed(finished(3, 150), ask=watch)
    return True not in asked


def leaks_without_the_rule_of_one_outcome(monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr(disclosure, "_uniform", _none)
    facts = crowd({("AU", "public", "mid"): 400, ("NG", "public", "mid"): 14})
    alone = {id for id, one in facts.people.items() if one.country == "NG"}
    facts = replace(facts, partnerships=tuple(g for g in facts.partnerships if not alone & set(g)))
    shown = disclosure.screen(tables_of(facts)).shown
    return shown.get(("region-outcome", ("africa", "unpaired"))) == shown["region", ("africa",)]


def leaks_without_publicly_known_people(monkeypatch: pytest.MonkeyPatch) -> bool:
    facts = crowd({("AU", "public", "mid"): 100, ("PL", "law", "mid"): 12})
    known = replace(facts, known=(Known(country="PL"),) * 10)
    assert ("country", ("PL",)) not in disclosure.screen(tables_of(known)).shown
    return ("country", ("PL",)) in disclosure.screen(tables_of(facts)).shown  # as if nobody were known


def leaks_without_links_between_tables(monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr(disclosure_links.Reader, "same", lambda self, one, other: None)
    facts = crowd(SUBTRACTION)
    return LEAK in found_out(facts, disclosed(facts), only=LEAK)


def leaks_with_one_country_as_others(monkeypatch: pytest.MonkeyPatch) -> bool:
    def alone(tables: Any, shown: Any, guards: Any, others: Any = disclosure._others) -> Any:
        return {cell: (people, known, 9) for cell, (people, known, _) in others(tables, shown, guards).items()}

    monkeypatch.setattr(disclosure, "_others", alone)
    tables = tables_of(crowd({("AU", "public", "mid"): 100, ("NZ", "public", "mid"): 30}))
    found = disclosure.screen(tables, [("country", ("NZ",))])
    return found.shown.get(("country", ("others", "australia-and-new-zealand"))) == 30


MUTANTS: list[Callable[[pytest.MonkeyPatch], bool]] = [
    leaks_without_audit,
    leaks_with_a_lower_threshold,
    leaks_without_rounding,
    leaks_with_five_values_made_one,
    leaks_without_integer_programs,
    leaks_without_the_rule_of_one_outcome,
    leaks_without_publicly_known_people,
    leaks_without_links_between_tables,
    leaks_with_one_country_as_others,
]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_without_one_of_the_rules_somebody_could_be_found(
    mutant: Callable[[pytest.MonkeyPatch], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert mutant(monkeypatch)


@pytest.mark.parametrize("kinds", [SUBTRACTION, FEW, EXACT], ids=["subtraction", "few", "exact"])
def test_with_all_the_rules_nobody_is_found_in_the_same_rounds(kinds: dict[tuple[str, ...], int]) -> None:
    facts = crowd(kinds)
    found = disclosed(facts)
    assert found.safe
    assert found_out(facts, found, most=6) == {}
    if LEAK in found.screened.low:
        assert found_out(facts, found, only=LEAK) == {}


def record(figure: str, value: int) -> None:
    if where := os.environ.get("COUNTERPART_LONG_RESULT"):
        with Path(where).open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps({"figure": figure, "value": value}) + "\n")


@pytest.mark.long
@pytest.mark.parametrize("part", range(20))
def test_two_hundred_rounds_against_the_independent_attacker(part: int) -> None:
    attacked = 0
    for seed in range(1000 + part * 10, 1010 + part * 10):
        size = (60, 99, 130, 250, 399, 420, 600, 1162, 1500, 2500)[seed % 10]
        facts = finished(seed, size, known=(0, 5, 20)[seed % 3])
        found = disclosed(facts)
        assert found.safe, seed
        assert found_out(facts, found, most=24, seed=seed) == {}, seed
        attacked += min(24, len(true_low(facts, found.screened)))
    record("finished rounds in which the independent attacker found nobody", 10)
    record("withheld counts that it attacked there", attacked)
