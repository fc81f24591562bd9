"""The fractional matching: the same work whatever the size of the weights, and never more than is allowed."""

from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from counterpart.matching import Graph, Limits, solve, verify
from counterpart.matching.fractional import cover, halves
from tests.matching.oracles import Edges, second_opinion

#: A graph with ties on which a method whose work grows with the weights makes no headway.
TIED: Edges = [
    (0, 1), (0, 5), (0, 7), (0, 8), (0, 10), (1, 8), (2, 7), (2, 8),
    (2, 9), (2, 10), (3, 7), (3, 8), (3, 9), (3, 10), (4, 6), (4, 8),
]  # fmt: skip
BELOW = [2, 2, 1, 2, 0, 1, 2, 0, 1, 0, 0, 0, 0, 0, 1, 0]

#: Steps that are enough for any graph here: a search on 15 vertices looks at a few hundred arcs.
ENOUGH = Limits(steps=1000)


def tie_rich(seed: int) -> tuple[int, Edges, list[int]]:
    """A graph of 6 to 15 vertices: weights a little below a great number, or numbers of 30 bits."""
    chance = random.Random(seed)
    n = chance.randint(6, 15)
    share = chance.choice([0.2, 0.3, 0.5])
    edges = [pair for pair in combinations(range(n), 2) if chance.random() < share] or [(0, 1)]
    great = chance.choice([None, *(1 << bits for bits in range(20, 46))])
    weights = [great - chance.randint(0, 2) if great else chance.getrandbits(30) for _ in edges]
    return n, edges, weights


def halved(
    n: int, edges: Edges, weights: list[int], steps: int, start: list[int] | None = None
) -> tuple[list[int], list[int]]:
    """The fractional matching of a graph whose weights are of one piece."""
    ends, values = np.array(edges, dtype=np.int64), np.array(weights, dtype=np.int64)
    begin = [(1, np.array(start, dtype=np.int64))] if start else None
    prices, mates = halves(n, ends[:, 0], ends[:, 1], [(1, values)], values, steps, begin)
    return prices.tolist(), mates


def test_weights_one_apart_near_a_great_number_do_not_stop_it() -> None:
    for bits in (20, 30, 45, 54, 70):
        weights = [(1 << bits) - below for below in BELOW]
        graph = Graph(13, TIED, weights)

        solution = solve(graph, limits=ENOUGH)

        assert verify(graph, solution.mates, solution.certificate).optimal
        assert solution.verdict.weight == (5 * (1 << bits) - 3,)


def test_the_work_does_not_depend_on_the_size_of_the_weights() -> None:
    def least(bits: int) -> int:
        weights = [(1 << bits) - below for below in BELOW]
        return next(s for s in range(1000) if halved(13, TIED, weights, s)[1] != [-1] * 13)

    assert {least(bits) for bits in range(20, 54)} == {least(20)}
    assert least(20) < 50


@pytest.mark.parametrize("block", range(10))
def test_thousands_of_graphs_with_ties_are_solved_in_few_steps(block: int) -> None:
    for seed in range(block * 500, block * 500 + 500):
        n, edges, weights = tie_rich(seed)
        graph = Graph(n, edges, weights)

        solution = solve(graph, limits=ENOUGH)
        verdict = verify(graph, solution.mates, solution.certificate)

        assert verdict.optimal, seed
        assert verdict.weight == (second_opinion(edges, weights),), seed


@pytest.mark.parametrize("block", range(4))
def test_the_prices_are_the_least_that_cover_every_edge_and_mates_are_covered_exactly(block: int) -> None:
    for seed in range(block * 250, block * 250 + 250):
        n, edges, weights = tie_rich(seed)

        prices, mates = halved(n, edges, weights, ENOUGH.steps)

        known = dict(zip(edges, weights, strict=True))
        assert min(prices) >= 0, seed
        assert all(prices[a] + prices[b] >= 2 * weight for (a, b), weight in known.items()), seed
        pairs = [(v, w) for v, w in enumerate(mates) if v < w]
        assert all(mates[w] == v and prices[v] + prices[w] == 2 * known[v, w] for v, w in pairs), seed
        both = np.full((n, n), -1 << 50)
        np.fill_diagonal(both, 0)
        for (a, b), weight in known.items():
            both[a, b] = both[b, a] = weight
        assert sum(prices) == both[linear_sum_assignment(both, maximize=True)].sum(), seed


def test_the_prices_to_begin_with_do_not_matter() -> None:
    for seed in range(500):
        n, edges, weights = tie_rich(seed)
        chance = random.Random(seed)
        least = sum(halved(n, edges, weights, ENOUGH.steps)[0])

        for high in (0, 5, max(weights), 1 << 50):
            start = [chance.randint(-high, high) for _ in range(n)]
            prices, _ = halved(n, edges, weights, ENOUGH.steps, start)
            assert sum(prices) == least, seed


def test_with_too_few_steps_it_gives_the_plainest_prices_and_the_verdict_says_what_may_be_missing() -> None:
    weights = [(1 << 30) - below for below in BELOW]
    ends = np.array(TIED)
    plain = cover(13, ends[:, 0], ends[:, 1], np.array(weights)).tolist()

    for steps in range(10):
        assert halved(13, TIED, weights, steps) == (plain, [-1] * 13)
        graph = Graph(13, TIED, weights)
        solution = solve(graph, limits=Limits(steps=steps))
        verdict = verify(graph, solution.mates, solution.certificate)
        assert verdict.problem is None
        assert not verdict.optimal
        assert verdict.gap[0] is not None
        assert verdict.weight[0] <= 5 * (1 << 30) - 3 <= verdict.weight[0] + verdict.gap[0]
