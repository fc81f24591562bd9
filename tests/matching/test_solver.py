"""The solver against independent answers."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import yaml

from counterpart.matching import Graph, Limits, solve, verify
from counterpart.matching.blossom import Blossoms
from counterpart.matching.optimum import SCALE, Optimum
from counterpart.matching.solver import _Group
from tests.matching.oracles import best_total, count_best, large, second_opinion, small

CASES = sorted((Path(__file__).parent.parent / "cases" / "matching").glob("*.yaml"))
assert CASES, "there are no cases in tests/cases/matching"


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_case_from_a_file_is_solved_and_proven(case: Path) -> None:
    data = yaml.safe_load(case.read_text(encoding="utf-8"))
    graph = Graph(data["n"], data["edges"] or [], data["weights"] or [])

    solution = solve(graph, ask_unique=True)
    verdict = verify(graph, solution.mates, solution.certificate)

    assert verdict.optimal
    assert list(verdict.weight) == data["total"]
    if "mates" in data:
        assert list(solution.mates) == data["mates"]
    assert solution.unique is data["unique"]


@pytest.mark.parametrize("block", range(8))
def test_the_total_is_that_of_the_best_of_all_matchings(block: int) -> None:
    for seed in range(block * 75, block * 75 + 75):
        check_small(seed)


def check_small(seed: int) -> None:
    n, edges, weights, columns = small(seed)
    graph = Graph(n, edges, weights or _none(columns))

    solution = solve(graph, ask_unique=True)
    verdict = verify(graph, solution.mates, solution.certificate)

    assert verdict.problem is None, seed
    assert verdict.weight == best_total(n, edges, weights, columns), seed
    assert verdict.optimal, seed
    if n <= 6:
        assert solution.unique == (count_best(n, edges, weights, verdict.weight) == 1), seed


def _none(columns: int) -> object:
    import numpy as np

    return np.zeros((0, columns), dtype=np.int64)


def test_packed_prices_are_taken_apart_only_where_no_column_can_reach_into_another() -> None:
    """No matching was seen with such prices; then the columns are solved one by one."""
    group = _Group(Graph(2, [(0, 1)], [(3, 2, 0)]), 0, 3, [[], []], {})
    room = group.spans[1] // 2

    def separable(price: int) -> bool:
        best = Optimum(mates=[1, 0], prices=[price, 0], sets=[], exact=None, complete=True)
        return group.separable(best)

    assert separable(5 * group.multipliers[0])
    assert separable((room - 2 * SCALE) // 2 - 1)
    assert not separable((room - 2 * SCALE) // 2)
    assert not separable(5 * group.multipliers[0] + (room - 2 * SCALE) // 2)


@pytest.mark.parametrize("block", range(4))
def test_a_second_solver_finds_the_same_total(block: int) -> None:
    for seed in range(block * 50, block * 50 + 50):
        check_large(seed)


def check_large(seed: int) -> None:
    n, edges, weights = large(seed)
    graph = Graph(n, edges, weights)

    solution = solve(graph)
    verdict = verify(graph, solution.mates, solution.certificate)

    assert verdict.optimal, seed
    assert verdict.weight == (second_opinion(edges, weights),), seed


@pytest.mark.parametrize("seed", range(60))
def test_the_blossom_method_needs_no_head_start(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the fractional matching it makes, expands and nests sets a great deal more."""
    import counterpart.matching.optimum as optimum

    def plain(n, tails, heads, tiers, weights, steps, start):  # type: ignore[no-untyped-def]
        return optimum.cover(n, tails, heads, weights), [-1] * n

    monkeypatch.setattr(optimum, "halves", plain)
    check_large(seed)


@pytest.mark.parametrize("block", range(6))
@pytest.mark.parametrize(
    "numbers",
    [{"PARTNERS": 1, "ADDED": 1}, {"KEPT": 0}, {"PARTNERS": 2, "ADDED": 1, "KEPT": 2, "FEW": 1}],
    ids=["few partners", "nothing kept", "both"],
)
def test_it_does_not_matter_which_pairs_one_begins_with_or_keeps(
    block: int, numbers: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    import counterpart.matching.optimum as optimum

    for name, number in numbers.items():
        monkeypatch.setattr(optimum, name, number)

    for seed in range(block * 40, block * 40 + 40):
        check_small(seed)
    for seed in range(block * 8, block * 8 + 8):
        check_large(seed)


def test_the_generators_make_the_cases_that_are_hard(monkeypatch: pytest.MonkeyPatch) -> None:
    import counterpart.matching.optimum as optimum

    seen = {"made": 0, "expanded": 0, "deepest": 0, "pairs of trees": 0, "ended without a price": 0}
    close, expand, flip = Blossoms._close, Blossoms._expand, Blossoms._flip

    def counted_close(self: Blossoms, v: int, w: int) -> None:
        close(self, v, w)
        seen["made"] += 1
        depth, b = 0, len(self.base) - 1
        while b in self.children:
            depth, b = depth + 1, max(self.children[b])
        seen["deepest"] = max(seen["deepest"], depth)

    def counted_expand(self: Blossoms, b: int) -> None:
        before = len(self.children)
        expand(self, b)
        seen["expanded"] += len(self.children) < before

    def counted_flip(self: Blossoms, v: int, mate: int) -> None:
        flip(self, v, mate)
        seen["ended without a price" if mate < 0 else "pairs of trees"] += 1

    monkeypatch.setattr(Blossoms, "_close", counted_close)
    monkeypatch.setattr(Blossoms, "_expand", counted_expand)
    monkeypatch.setattr(Blossoms, "_flip", counted_flip)
    monkeypatch.setattr(
        optimum, "halves", lambda n, t, h, tiers, w, steps, start: (optimum.cover(n, t, h, w), [-1] * n)
    )
    for seed in range(120):
        n, edges, weights = large(seed)
        solve(Graph(n, edges, weights))

    assert seen["made"] > 200
    assert seen["expanded"] > 10
    assert seen["deepest"] >= 4
    assert seen["pairs of trees"] > 200
    assert seen["ended without a price"] > 50


@pytest.mark.parametrize("seed", range(40))
def test_other_names_for_the_vertices_and_another_order_give_the_same_unique_answer(seed: int) -> None:
    chance = random.Random(seed)
    n, edges, weights = large(seed)
    drawn = [(weight, chance.getrandbits(30)) for weight in weights]
    solution = solve(Graph(n, edges, drawn), ask_unique=True)
    names = list(range(n))
    chance.shuffle(names)
    renamed = [(names[b], names[a]) for a, b in edges]
    order = list(range(len(edges)))
    chance.shuffle(order)

    again = solve(Graph(n, [renamed[i] for i in order], [drawn[i] for i in order]))

    assert solution.unique
    assert [again.mates[names[v]] for v in range(n)] == [-1 if w < 0 else names[w] for w in solution.mates]


@pytest.mark.parametrize("seed", range(30))
def test_taking_an_edge_away_never_raises_the_total(seed: int) -> None:
    n, edges, weights, columns = small(seed + 5000)
    if not edges:
        n, edges, weights, columns = 2, [(0, 1)], [(3,)], 1
    total = solve(Graph(n, edges, weights)).verdict.weight

    for i in range(len(edges)):
        fewer = Graph(n, edges[:i] + edges[i + 1 :], weights[:i] + weights[i + 1 :] or _none(columns))
        assert solve(fewer).verdict.weight <= total


@pytest.mark.parametrize("seed", range(30))
def test_a_further_column_never_changes_the_columns_before_it(seed: int) -> None:
    chance = random.Random(seed)
    n, edges, weights = large(seed)
    plain = solve(Graph(n, edges, weights)).verdict.weight

    both = solve(Graph(n, edges, [(w, chance.randint(-9, 9)) for w in weights])).verdict.weight

    assert both[0] == plain[0]


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("limits", [Limits(steps=0), Limits(steps=40), Limits(looks=1), Limits(looks=0, steps=5)])
def test_with_too_little_work_allowed_it_answers_and_claims_no_more_than_it_knows(
    seed: int, limits: Limits
) -> None:
    n, edges, weights = large(seed)
    graph = Graph(n, edges, weights)

    solution = solve(graph, limits=limits)
    verdict = verify(graph, solution.mates, solution.certificate)

    assert verdict.problem is None
    best = second_opinion(edges, weights)
    assert verdict.weight[0] <= best <= verdict.weight[0] + (verdict.gap[0] or 0)


def test_too_little_work_really_leaves_gaps() -> None:
    gaps = 0
    for seed in range(60):
        n, edges, weights = large(seed)
        gaps += not solve(Graph(n, edges, weights), limits=Limits(steps=0)).verdict.optimal

    assert gaps > 5
