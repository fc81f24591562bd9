"""The independent attacker over random rounds, and over publishers that each lack one of the rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from counterpart.report import disclosure, disclosure_audit, disclosure_links
from counterpart.report.disclosure_audit import Disclosed
from counterpart.report.report import Facts, Known
from counterpart.report.tables import tables_of
from tests.attacker import Key
from tests.attacks import attacked, found_out, record, targets_in
from tests.finished import crowd, disclosed, finished


def leaks_of(facts: Facts, found: Disclosed, only: Key) -> bool:
    """Whether the attacker finds out one count."""
    return only in found_out(attacked(facts, found.screened), [only])


@pytest.mark.parametrize(
    ("seed", "size", "known"), [(1, 60, 0), (2, 130, 5), (3, 420, 0), (4, 700, 12), (5, 1600, 20), (1112, 130, 20)]
)
def test_an_independent_attacker_finds_nobody(seed: int, size: int, known: int) -> None:
    facts = finished(seed, size, known=known)
    found = disclosed(facts)
    assert found.safe
    read = attacked(facts, found.screened)
    assert found_out(read, targets_in(read, 12, seed)) == {}


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
    return leaks_of(facts, disclosed(facts), LEAK)


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
    return leaks_of(facts, disclosed(facts), LEAK)


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
    return leaks_of(facts, disclosed(facts), LEAK)


def leaks_with_one_country_as_others(monkeypatch: pytest.MonkeyPatch) -> bool:
    def alone(*given: Any, others: Any = disclosure._others) -> Any:
        return {cell: replace(row, countries=9) for cell, row in others(*given).items()}

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
    read = attacked(facts, found.screened)
    assert found_out(read, targets_in(read, 6, 0)) == {}
    assert LEAK not in found.screened.low or not leaks_of(facts, found, LEAK)


@pytest.mark.long
@pytest.mark.parametrize("part", range(20))
def test_two_hundred_rounds_against_the_independent_attacker(part: int) -> None:
    tried = 0
    for seed in range(1000 + part * 10, 1010 + part * 10):
        size = (60, 99, 130, 250, 399, 420, 600, 1162, 1500, 2500)[seed % 10]
        facts = finished(seed, size, known=(0, 5, 20)[seed % 3])
        found = disclosed(facts)
        assert found.safe, seed
        read = attacked(facts, found.screened)
        targets = targets_in(read, 24, seed)
        assert found_out(read, targets) == {}, seed
        tried += len(targets)
    record(
        {
            "finished rounds in which the independent attacker found nobody": 10,
            "withheld counts that it attacked there": tried,
        }
    )
