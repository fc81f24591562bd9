"""The checker, tested by lying to it."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from counterpart.matching import Certificate, Graph, solve, verify
from counterpart.matching.certificate import judge
from tests.matching.oracles import best_total, large, small
from tests.matching.plain_checker import plain_verify

#: Two triangles joined by an edge: the best matching takes the bridge and one edge of each triangle.
EDGES = [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (3, 5), (4, 5)]
GRAPH = Graph(6, EDGES, [8, 8, 8, 6, 8, 8, 8])
TRIANGLE = Graph(3, [(0, 1), (0, 2), (1, 2)], [4, 4, 4])
HONEST = Certificate(scale=1, prices=((2,), (2,), (2,)), sets=(((0, 1, 2), (0,)),))


def test_an_honest_certificate_is_accepted() -> None:
    solution = solve(GRAPH)

    verdict = verify(GRAPH, solution.mates, solution.certificate)

    assert verdict.optimal
    assert verdict.weight == verdict.bound == (22,)
    assert verdict.gap == (0,)


def test_a_bound_that_is_not_met_is_a_gap_and_not_a_proof() -> None:
    verdict = verify(TRIANGLE, (1, 0, -1), HONEST)

    assert verdict.problem is None
    assert not verdict.optimal
    assert verdict.gap == (2,)


@pytest.mark.parametrize(
    ("mates", "problem"),
    [
        ((1, 0), "there are 2 mates for 3 vertices."),
        ((1, 2, 0), "vertex 0 has the mate 1, which does not have it."),
        ((0, -1, -1), "vertex 0 has the mate 0, which does not have it."),
        ((1, 0, 7), "the mate of vertex 2 is not a vertex, nor -1."),
        ((1, 0, -2), "the mate of vertex 2 is not a vertex, nor -1."),
        ((True, 0, -1), "the mate of vertex 0 is not a vertex, nor -1."),
        ((1.0, 0, -1), "the mate of vertex 0 is not a vertex, nor -1."),
    ],
)
def test_mates_that_are_no_matching_are_refused(mates: tuple[int, ...], problem: str) -> None:
    assert verify(TRIANGLE, mates, HONEST).problem == problem


def test_a_pair_that_is_not_allowed_is_refused() -> None:
    graph = Graph(3, [(0, 1)], [4])

    verdict = verify(graph, (-1, 2, 1), Certificate(scale=1, prices=((4,), (4,), (4,))))

    assert verdict.problem == "vertices 1 and 2 are matched, which the graph does not allow."


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"scale": 0}, "the scale is not a whole number of at least 1."),
        ({"scale": 1.0}, "the scale is not a whole number of at least 1."),
        ({"prices": ((2,), (2,))}, "there are prices for 2 vertices, not 3."),
        ({"prices": ((2,), (2,), (-1,))}, "the price of vertex 2 is below zero."),
        ({"prices": ((2,), (2,), (2.0,))}, "the price of vertex 2 is not a list of 1 integers."),
        ({"prices": ((2,), (2,), (2, 0))}, "the price of vertex 2 is not a list of 1 integers."),
        ({"prices": ((2,), (2,), (1,))}, "the prices do not cover the pair of vertices 0 and 2."),
        ({"sets": (((0, 1, 2), (-1,)),)}, "the price of set 0 is not a list of 1 integers, zero or more."),
        ({"sets": (((0, 1), (1,)),)}, "set 0 has an even number of members."),
        ({"sets": (((0, 1, 1), (1,)),)}, "set 0 does not list different vertices."),
        ({"sets": (((0, 1, 9), (1,)),)}, "set 0 does not list different vertices."),
    ],
)
def test_a_certificate_that_lies_is_refused(changes: dict[str, object], problem: str) -> None:
    forged = replace(HONEST, **changes)  # type: ignore[arg-type]

    verdict = verify(TRIANGLE, (1, 0, -1), forged)

    assert verdict.problem == problem
    assert not verdict.optimal


def test_sets_that_overlap_are_refused() -> None:
    graph = Graph(5, [(0, 1)], [2])
    crossing = Certificate(scale=1, prices=((1,),) * 5, sets=(((0, 1, 2), (0,)), ((2, 3, 4), (0,))))

    assert verify(graph, (1, 0, -1, -1, -1), crossing).problem == (
        "set 1 overlaps another set without being inside it, or around it."
    )


def test_prices_are_compared_like_words_in_a_dictionary() -> None:
    """A price may be below zero in a later column if an earlier one is above."""
    graph = Graph(2, [(0, 1)], [(1, -5)])

    assert verify(graph, (1, 0), Certificate(scale=1, prices=((1, -5), (0, 0)))).optimal
    assert verify(graph, (1, 0), Certificate(scale=1, prices=((1, -6), (0, 0)))).problem is not None
    assert verify(graph, (1, 0), Certificate(scale=1, prices=((1, -4), (0, -1)))).problem is not None


@pytest.mark.parametrize(
    ("weights", "prices", "scale", "gap"),
    [
        ([(0,)], ((0,), (0,)), 1 << 70, (0,)),
        ([(0,)], ((1 << 70,), (0,)), 1 << 70, (1,)),
        ([(0, 0)], ((0, 0), (0, 0)), 1 << 64, (0, 0)),
        ([(0, 1 << 57)], ((0, 1 << 59), (0, 0)), 4, (0, 0)),  # fits 64 bits, but not with the scale on top
        ([(1 << 57, 0)], ((1 << 59, 0), (0, 0)), 4, (0, 0)),
    ],
)
def test_no_scale_is_too_large_to_be_checked(
    weights: list[tuple[int, ...]], prices: tuple[tuple[int, ...], ...], scale: int, gap: tuple[int, ...]
) -> None:
    """Where all weights of a column are zero, the scale is the largest number there is."""
    graph = Graph(2, [(0, 1)], weights)

    verdict = verify(graph, (1, 0), Certificate(scale=scale, prices=prices))

    assert verdict.problem is None
    assert verdict.gap == gap
    assert verdict == plain_verify(
        2, [(0, 1)], weights, len(weights[0]), (1, 0), Certificate(scale=scale, prices=prices)
    )


def test_nothing_is_claimed_for_the_columns_after_a_gap() -> None:
    verdict = judge((4, 10), Certificate(scale=2, prices=((9, 0), (0, 4))))

    assert verdict.gap == (0, None)
    assert not verdict.optimal


@pytest.mark.parametrize(("total", "bound"), [(16, 4), (17, 4), (19, 4), (20, 5), (23, 5)])
def test_a_bound_that_is_no_whole_number_is_rounded_down(total: int, bound: int) -> None:
    verdict = judge((4, 0), Certificate(scale=4, prices=((total, 0),)))

    assert verdict.bound == (bound, 0 if total == 16 else None)
    assert verdict.gap == (bound - 4, 0 if total == 16 else None)
    assert verdict.optimal is (total == 16)


def test_a_matching_heavier_than_the_bound_is_called_out() -> None:
    assert judge((5,), Certificate(scale=1, prices=((4,),))).problem == (
        "the matching outweighs the bound, so the certificate is wrong."
    )


@pytest.mark.parametrize("block", range(6))
def test_no_single_change_of_mates_or_prices_proves_anything_false(block: int) -> None:
    """Every mutation is refused, or leaves a gap, or is another true proof of the same total."""
    lies = refused = 0
    for seed in range(block * 20, block * 20 + 20):
        n, edges, weights, columns = small(seed + 700)
        if not edges:
            continue
        graph = Graph(n, edges, weights)
        best = best_total(n, edges, weights, columns)
        solution = solve(graph)
        for mates, certificate in mutations(solution.mates, solution.certificate, columns):
            lies += 1
            verdict = verify(graph, mates, certificate)
            refused += not verdict.optimal
            if verdict.optimal:
                assert verdict.weight == best, seed
    assert lies > 100
    assert refused > lies * 0.6


def mutations(mates, certificate, columns):  # type: ignore[no-untyped-def]
    """Every single change: one pair undone or swapped, one number of one price moved, one set changed or lost."""
    n = len(mates)
    for v in range(n):
        if mates[v] >= 0:
            alone = list(mates)
            alone[v] = alone[mates[v]] = -1
            yield alone, certificate
            half = list(mates)
            half[v] = -1
            yield half, certificate
        for w in range(v + 1, n):
            other = [(-1 if m in (v, w) else m) for m in mates]
            other[v], other[w] = w, v
            if other != list(mates):
                yield other, certificate
        for i in range(columns):
            for step in (-1, 1):
                prices = [list(p) for p in certificate.prices]
                prices[v][i] += step
                yield mates, replace(certificate, prices=tuple(map(tuple, prices)))
    for s, (members, price) in enumerate(certificate.sets):
        others = certificate.sets[:s] + certificate.sets[s + 1 :]
        yield mates, replace(certificate, sets=others)
        yield mates, replace(certificate, sets=(*others, (members[:-1], price)))
        for i in range(columns):
            for step in (-1, 1):
                changed = list(price)
                changed[i] += step
                yield mates, replace(certificate, sets=(*others, (members, tuple(changed))))
    yield mates, replace(certificate, scale=certificate.scale + 1)
    yield mates, replace(certificate, scale=certificate.scale - 1)


@pytest.mark.parametrize("seed", range(25))
def test_lowering_any_price_that_matters_is_noticed_on_larger_graphs(seed: int) -> None:
    n, edges, weights = large(seed)
    graph = Graph(n, edges, weights)
    solution = solve(graph)
    chance = random.Random(seed)
    for _ in range(20):
        prices = [list(p) for p in solution.certificate.prices]
        v = chance.randrange(n)
        prices[v][0] -= chance.choice([1, 2, 5])
        forged = replace(solution.certificate, prices=tuple(map(tuple, prices)))

        # An optimal matching meets the bound, so a lower bound cannot be true.
        assert verify(graph, solution.mates, forged).problem is not None
