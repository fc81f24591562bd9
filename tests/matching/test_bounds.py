"""Intervals of unknown sums: against every assignment of small systems; closed when the solver does not answer."""

from __future__ import annotations

import random
import subprocess
import sys
from itertools import product

import pytest
from highspy import Highs, HighsModelStatus

from counterpart.matching.bounds import Interval, Prober, Statements, Undecided


def system(seed: int) -> tuple[Statements, list[int]]:
    """A random system of up to five numbers that has a solution, and the numbers to ask about."""
    chance = random.Random(seed)
    statements = Statements()
    truth = [chance.randint(0, 4) for _ in range(chance.randint(2, 5))]
    for value in truth:
        statements.number(max(0, value - chance.randint(0, 3)), value + chance.randint(0, 3))
    for _ in range(chance.randint(1, 4)):
        terms = {n: chance.choice([-1, 1, 1, 2]) for n in range(len(truth)) if chance.random() < 0.7}
        total = sum(factor * truth[n] for n, factor in terms.items())
        low, high = total - chance.randint(0, 2), total + chance.randint(0, 2)
        statements.state(terms, chance.choice([None, low]), chance.choice([None, high]))
    return statements, [n for n in range(len(truth)) if chance.random() < 0.6] or [0]


def possible(statements: Statements, numbers: list[int]) -> list[int]:
    """Every value of the sum that some assignment of whole numbers gives."""
    ranges = [range(low, (high or 0) + 1) for low, high in zip(statements.lows, statements.highs, strict=True)]
    found = set()
    for values in product(*ranges):
        sums = [(sum(f * values[n] for n, f in terms.items()), low, high) for terms, low, high in statements.rows]
        if all((low is None or s >= low) and (high is None or s <= high) for s, low, high in sums):
            found.add(sum(values[n] for n in numbers))
    return sorted(found)


@pytest.mark.parametrize("part", range(10))
def test_the_interval_is_that_of_every_assignment_of_whole_numbers(part: int) -> None:
    narrower = 0
    for seed in range(part * 30, part * 30 + 30):
        statements, numbers = system(seed)
        values = possible(statements, numbers)
        prober = Prober(statements)
        whole, any = prober.interval(numbers, whole=True), prober.interval(numbers)
        assert (whole.low, whole.high) == (values[0], values[-1]), seed
        assert any.low <= whole.low and whole.high <= any.high, seed
        known = prober.witnessed(numbers)
        assert known is not None and (known.low, known.high) == (values[0], values[-1]), seed
        narrower += whole != any
    assert narrower <= 30


def test_whole_numbers_can_be_pinned_down_more_than_fractions() -> None:
    statements = Statements()
    one, other = statements.number(0, 9), statements.number(0, 9)
    statements.state({one: 2, other: 2}, 3, 5)  # so the two are 2 together, though 1.5 to 2.5 would do
    third = statements.number(0, 9)
    statements.state({third: 2, one: -2, other: -2}, 0, 0)
    statements.state({third: 3}, 5, 7)

    prober = Prober(statements)

    assert prober.interval([third]) == Interval(low=2, high=2)
    assert prober.interval([one], whole=True) == Interval(low=0, high=2)
    assert Interval(low=0, high=2).values == 3


@pytest.mark.parametrize("seed", range(20))
def test_what_was_asked_before_changes_no_answer(seed: int) -> None:
    statements, _ = system(seed)
    asked = Prober(statements)
    for number in [*range(len(statements.lows)), 0, *reversed(range(len(statements.lows)))]:
        numbers = [number, *range(number)]
        assert asked.interval(numbers) == Prober(statements).interval(numbers)
        assert asked.binding(numbers) == Prober(statements).binding(numbers)
        assert asked.interval(numbers, whole=True) == Prober(statements).interval(numbers, whole=True)


@pytest.mark.parametrize("status", ["kTimeLimit", "kSolutionLimit", "kUnbounded", "kUnknown", "kNotset"])
def test_an_answer_that_is_not_proven_is_no_answer(status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(model: Highs) -> HighsModelStatus:
        assert model.getSolution().value_valid  # something was found, but nothing says that nothing is better
        return getattr(HighsModelStatus, status)  # type: ignore[no-any-return]

    statements = Statements()
    one = statements.number(0, 9)
    monkeypatch.setattr(Highs, "getModelStatus", stopped)
    for whole in (False, True):
        with pytest.raises(Undecided) as answer:
            Prober(statements).interval([one], whole=whole)
        assert not answer.value.contradiction


def test_the_rows_that_bind_are_those_without_which_more_is_possible() -> None:
    statements = Statements()
    one, other = statements.number(0, 100), statements.number(0, 100)
    idle = statements.state({one: 1}, 0, 90)
    total = statements.state({one: 1, other: 1}, 40, 42)
    part = statements.state({other: 1}, 38, 42)

    assert Prober(statements).interval([one]) == Interval(low=0, high=4)
    assert Prober(statements).binding([one]) == {total, part}
    assert idle == 0


def test_what_contradicts_itself_is_not_decided() -> None:
    statements = Statements()
    one = statements.number(0, 9)
    statements.state({one: 1}, 10, None)

    with pytest.raises(Undecided) as found:
        Prober(statements).interval([one])
    assert found.value.contradiction
    with pytest.raises(Undecided):
        Prober(statements).binding([one])


def test_a_solver_without_time_decides_nothing() -> None:
    statements, numbers = system(1)

    with pytest.raises(Undecided) as found:
        Prober(statements, seconds=0.0).interval(numbers, whole=True)
    assert not found.value.contradiction


def test_the_solver_writes_nothing_of_its_own() -> None:
    code = (
        "from counterpart.matching.bounds import Prober, Statements\n"
        "statements = Statements()\none = statements.number(0, 9)\nstatements.state({one: 2}, 3, 9)\n"
        "prober = Prober(statements)\n"
        "print(prober.interval([one]), prober.interval([one], whole=True), len(prober.binding([one])))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert (done.stdout, done.stderr) == ("Interval(low=2, high=4) Interval(low=2, high=4) 1\n", "")


def test_what_has_no_end_is_not_decided() -> None:
    statements = Statements()
    one = statements.number(0)
    statements.state({one: 1}, 3, None)

    with pytest.raises(Undecided):
        Prober(statements).interval([one])
