"""Odd sets too large for the checker's tables, which it keeps in chains: two checkers must say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from math import isqrt

import numpy as np
import pytest

from counterpart.matching import Graph, Verdict, solve, verify
from counterpart.matching.certificate import FEWEST, TABLE, Cover
from counterpart.matching.prices import nearest
from tests.matching.oracles import large, second_opinion, small
from tests.matching.plain_checker import plain_verify
from tests.matching.planted import EITHER, GAP, TRUE, Blocks, Claim, Maker, Odd, lies, paid, planted

#: The largest set that a table can hold in a graph of up to FEWEST vertices, and the sizes on either side.
LARGEST = isqrt(TABLE * FEWEST)
BELOW = (LARGEST + 1) // 2 * 2 - 1
ABOVE = BELOW + 2

Shape = Callable[[Maker], Sequence[Odd]]


def _small_ones(make: Maker) -> list[Odd]:
    return [make.flat(3), make.chain(3, 5, 9), make.around(make.flat(3), make.flat(5), make.one()), make.one()]


#: Name of a shape -> the odd sets, and how many chains they must lie in.
BY_SIZE: dict[str, tuple[Shape, int]] = {
    "alone": (lambda m: [m.flat(ABOVE)], 1),
    "just small enough": (lambda m: [m.flat(BELOW), m.one()], 0),
    "side by side": (lambda m: [m.flat(ABOVE), m.flat(ABOVE + 2), m.flat(ABOVE), *_small_ones(m)], 3),
    "one in another": (lambda m: [m.chain(ABOVE, ABOVE + 2, ABOVE + 88), *_small_ones(m)], 1),
    "across the threshold": (lambda m: [m.chain(3, 7, BELOW, ABOVE, ABOVE + 4), *_small_ones(m)], 1),
    "two in one": (lambda m: [m.around(m.flat(ABOVE), m.flat(ABOVE + 2), m.one()), *_small_ones(m)], 2),
    "chains in one": (
        lambda m: [
            m.around(m.chain(ABOVE, ABOVE + 2), m.chain(3, 5), m.chain(5, ABOVE, ABOVE + 6)),
            m.flat(ABOVE),
            m.one(),
        ],
        3,
    ),
    "small ones in a large one": (
        lambda m: [m.around(*(m.chain(3, 9) for _ in range(ABOVE // 9 | 1)), m.one(), m.one()), m.flat(ABOVE)],
        2,
    ),
}


def _tower(make: Maker, last: int) -> Odd:
    return make.chain(*range(3, last + 1, 2))


#: So many sets one in another that the tables have no room for the larger half, on far fewer vertices.
BY_NUMBER: dict[str, tuple[Shape, int]] = {
    "tower": (lambda m: [_tower(m, 131), m.one(), m.flat(3)], 1),
    "two towers": (lambda m: [_tower(m, 119), _tower(m, 119), m.one()], 2),
    "towers in one": (lambda m: [m.around(_tower(m, 111), _tower(m, 113), m.one()), m.chain(3, 5)], 2),
    "one tower on two": (
        lambda m: [m.around(m.around(_tower(m, 99), _tower(m, 99), m.one()), *(m.one() for _ in range(6)))],
        2,
    ),
}
SHAPES = BY_SIZE | BY_NUMBER

#: Columns, greatest price and scale: few bits, many columns, and more than 64 bits.
NUMBERS = [(1, 20, 1), (1, 3, 2), (3, 9, 4), (2, 10**25, 3)]


def _claim(name: str, seed: int, numbers: tuple[int, int, int] = NUMBERS[0]) -> tuple[Maker, Claim]:
    make = Maker(seed)
    tops = SHAPES[name][0](make)
    columns, high, scale = numbers
    return make, planted(make, tops, columns=columns, high=high, scale=scale)


def _cover(claim: Claim) -> Cover:
    return Cover(claim.n, claim.certificate, claim.graph.bounds)


@pytest.mark.parametrize("numbers", NUMBERS, ids=str)
@pytest.mark.parametrize("name", SHAPES)
def test_an_honest_proof_with_large_sets_is_accepted_by_both_checkers(
    name: str, numbers: tuple[int, int, int]
) -> None:
    _, claim = _claim(name, 1, numbers)

    verdict = claim.fast()

    assert verdict.problem is None
    assert verdict.optimal
    assert verdict.bound == verdict.weight
    assert verdict == claim.plain()


@pytest.mark.parametrize("name", SHAPES)
def test_a_second_solver_agrees_that_what_is_planted_is_the_best(name: str) -> None:
    """On as few edges as there can be: the second solver needs long where there are many."""
    make = Maker(7)
    claim = planted(make, SHAPES[name][0](make), edges=make.n // 3)

    assert claim.fast().weight == (
        second_opinion(list(claim.weight_of), [w for (w,) in claim.weight_of.values()]),
    )


@pytest.mark.parametrize("name", SHAPES)
def test_the_large_sets_lie_in_chains_without_which_pairs_are_bare(name: str) -> None:
    _, claim = _claim(name, 2)
    cover = _cover(claim)
    (chunk,) = claim.graph.chunks(0, 1)
    assert len(cover.chains) == SHAPES[name][1]
    assert cover.uncovered(chunk) is None
    if not cover.chains:
        return

    for left_out in range(len(cover.chains)):
        cover = _cover(claim)
        del cover.chains[left_out]
        assert cover.uncovered(chunk) is not None


def test_the_tables_hold_just_as_much_as_is_said() -> None:
    """The squares of 511, 25, 19, 5, 3, 1, 1 and 1 come to 64 for each of 4,096 vertices."""
    sizes = (511, 25, 19, 5, 3, 1, 1, 1)
    assert sum(size**2 for size in sizes) == TABLE * FEWEST
    make = Maker(3)
    full = planted(make, [make.flat(size) for size in sizes])
    make = Maker(3)
    over = planted(make, [make.flat(size) for size in (*sizes, 1)])

    assert len(_cover(full).chains) == 0
    assert len(_cover(full).table) == TABLE * FEWEST
    assert len(_cover(over).chains) == 1
    assert full.fast() == full.plain() and full.fast().optimal
    assert over.fast() == over.plain() and over.fast().optimal


def test_a_graph_of_more_vertices_has_more_room_in_its_tables() -> None:
    n = FEWEST + 904
    size = (isqrt(TABLE * n) - 1) | 1
    assert size > ABOVE
    for more, chains in ((0, 0), (2, 1)):
        make = Maker(4)
        tops = [make.flat(size + more), *(make.one() for _ in range(n - size - more))]
        claim = planted(make, tops, edges=n // 4)

        assert len(_cover(claim).chains) == chains
        assert claim.fast() == claim.plain() and claim.fast().optimal


def _check(kind: str, expected: str, lie: Claim, honest: Verdict) -> None:
    verdict = lie.fast()

    assert verdict == lie.plain(), kind
    if expected == TRUE:
        assert verdict == honest, kind
        return
    assert not verdict.optimal, kind
    if expected == GAP:
        assert verdict.problem is None, kind
    elif expected != EITHER:
        assert verdict.problem is not None and expected in verdict.problem, kind


@pytest.mark.parametrize(("place", "name"), list(enumerate(SHAPES)))
def test_no_kind_of_lie_about_large_sets_passes(place: int, name: str) -> None:
    make, claim = _claim(name, 5, NUMBERS[place % len(NUMBERS)])
    honest = claim.fast()
    for kind, expected, lie in lies(make, claim, BELOW if name in BY_SIZE else 95):
        _check(kind, expected, lie, honest)


EDGES = {
    *("edge inside", "edge out of a set", "edge between two sets"),
    *("edge between ring and core", "edge in the ring"),
}
KINDS = {
    *("price raised", "price lowered", "price below zero", "price nought", "price left to the members"),
    *("set left out", "set listed twice", "last column lowered", "prices of nested sets exchanged"),
    *("member dropped", "pair of members dropped", "member twice", "member added", "member exchanged"),
    *("two members added", "nested set reaches out", "two sets share a member", "two sets as one"),
    *("another order", "a set without a price", "scale doubled", "vertex pays more", "vertex pays less"),
    *("pair undone", *EDGES, *(f"{edge}, paid for" for edge in EDGES)),
}


def test_every_kind_of_lie_is_told_and_most_kinds_reach_the_chains() -> None:
    kinds: Counter[str] = Counter()
    chained: Counter[str] = Counter()
    for name in ("chains in one", "towers in one"):
        make, claim = _claim(name, 6, NUMBERS[2])
        for kind, _, lie in lies(make, claim, 60):
            kinds[kind] += 1
            form = lie.fast().problem or ""
            chained[kind] += "set" not in form and "zero" not in form and bool(_cover(lie).chains)

    assert set(kinds) == KINDS
    # Lies about form are refused before any pair is looked at.
    assert {kind for kind in KINDS if not chained[kind]} <= {
        *("price below zero", "member dropped", "member twice", "member added", "nested set reaches out"),
        *("two sets share a member", "pair of members dropped", "member exchanged", "two members added"),
        "two sets as one",
    }


@pytest.mark.parametrize(("place", "name"), list(enumerate(BY_NUMBER)))
def test_pairs_in_blocks_are_checked_like_pairs_in_a_list(place: int, name: str) -> None:
    make, claim = _claim(name, 8, NUMBERS[place])
    some = list(lies(make, claim, 60))
    for kind, _, lie in [("honest", TRUE, claim), *make.chance.sample(some, 20)]:
        assert verify(Blocks(lie), lie.mates, lie.certificate) == lie.plain(), kind


def _random_tops(make: Maker, left: int) -> Iterator[Odd]:
    """Sets of sizes around the threshold and small ones, one in another and side by side, in any mixture."""
    chance = make.chance
    while left > 0:
        before = make.n
        sizes = [BELOW - 2, BELOW, ABOVE, ABOVE + 2] if chance.random() < 0.6 else [1, 3, 3, 5, 7, 9, 31]
        parts = [make.flat(chance.choice(sizes))]
        while chance.random() < 0.5:
            more = [make.flat(chance.choice([1, 3, ABOVE])) for _ in range(chance.choice([0, 0, 1]))]
            fill = chance.choice([0, 2, 4, 40]) + len(more) % 2
            parts = [make.around(*parts, *more, *(make.one() for _ in range(fill)))]
        yield parts[0]
        left -= make.n - before


@pytest.mark.parametrize("seed", range(24))
def test_sizes_around_the_threshold_in_any_mixture_are_judged_alike(seed: int) -> None:
    make = Maker(seed + 100)
    columns, high, scale = NUMBERS[seed % 4]
    claim = planted(make, list(_random_tops(make, 1100)), columns=columns, high=high, scale=scale, edges=make.n)
    honest = claim.fast()
    assert honest == claim.plain()
    assert honest.optimal
    some = list(lies(make, claim, 3 if seed % 2 else BELOW))
    for kind, expected, lie in make.chance.sample(some, min(8, len(some))):
        _check(kind, expected, lie, honest)


def test_the_mixtures_have_chains_and_tables_and_both_sides_of_the_threshold() -> None:
    chains: Counter[int] = Counter()
    sizes: Counter[int] = Counter()
    for seed in range(24):
        make = Maker(seed + 100)
        claim = planted(make, list(_random_tops(make, 1100)), edges=0)
        chains[len(_cover(claim).chains)] += 1
        sizes.update(len(members) for members, _ in claim.certificate.sets)

    assert sum(count for number, count in chains.items() if number) >= 15
    assert sum(count for number, count in chains.items() if number >= 2) >= 8
    assert min(sizes[BELOW], sizes[ABOVE], sizes[3]) >= 5


@pytest.mark.parametrize("seed", range(120))
def test_the_plain_checker_judges_the_small_graphs_alike(seed: int) -> None:
    """Where no set is large: the two checkers agree on what the solver makes, and on any single change."""
    if seed % 2:
        n, edges, weights, columns = small(seed)
    else:
        n, edges, plain = large(seed)
        weights, columns = [(w,) for w in plain], 1
    graph = Graph(n, edges, weights or np.zeros((0, columns), dtype=np.int64))
    solution = solve(graph)
    certificate = solution.certificate
    forged = [certificate, replace(certificate, scale=certificate.scale + 1)]
    for v in range(min(n, 5)):
        prices = [list(p) for p in certificate.prices]
        prices[v][-1] -= 1
        forged.append(replace(certificate, prices=tuple(map(tuple, prices))))
    forged += [replace(certificate, sets=certificate.sets[1:])] if certificate.sets else []
    for one in forged:
        assert verify(graph, solution.mates, one) == plain_verify(n, edges, weights, columns, solution.mates, one)


# What the solver makes of graphs whose best matching cannot be proven without large sets.


def _ring(first: int, size: int) -> list[tuple[int, int]]:
    return [(first + i, first + (i + 1) % size) for i in range(size)]


def _solved(n: int, edges: list[tuple[int, int]], weights: list[tuple[int, ...]]) -> tuple[int, ...]:
    """The total that the solver finds and both checkers accept, with sets in chains."""
    graph = Graph(n, edges, weights)
    solution = solve(graph)
    verdict = verify(graph, solution.mates, solution.certificate)
    assert verdict.optimal
    assert verdict == plain_verify(n, edges, weights, len(weights[0]), solution.mates, solution.certificate)
    assert Cover(n, solution.certificate, graph.bounds).chains
    return verdict.weight


@pytest.mark.parametrize("size", [ABOVE, ABOVE + 2, 2 * ABOVE + 1])
def test_a_long_odd_cycle_leaves_one_vertex_alone(size: int) -> None:
    assert _solved(size, _ring(0, size), [(8,)] * size) == (8 * (size - 1) // 2,)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_long_odd_cycles_joined_by_light_edges_are_matched_across_two_by_two(count: int) -> None:
    sizes = [ABOVE + 2 * i for i in range(count)]
    starts = [sum(sizes[:i]) for i in range(count)]
    edges = [edge for start, size in zip(starts, sizes, strict=True) for edge in _ring(start, size)]
    bridges = [(start - 1, start) for start in starts[1:]]
    weights = [(8,)] * len(edges) + [(6,)] * len(bridges)

    assert _solved(sum(sizes), edges + bridges, weights) == (
        sum(8 * (size - 1) // 2 for size in sizes) + 6 * (count // 2),
    )


def test_a_long_odd_cycle_through_another_one_needs_a_set_inside_a_set() -> None:
    core, outer = ABOVE, ABOVE + 1
    path = [0, *range(core, core + outer), core // 2]
    edges = _ring(0, core) + list(pairwise(path))
    weights = [(10,)] * core + [(6,)] * (outer + 1)

    assert _solved(core + outer, edges, weights) == (10 * (core - 1) // 2 + 6 * outer // 2,)


def test_a_later_column_chooses_who_of_a_long_odd_cycle_stays_alone() -> None:
    """The numbers are too large for one group of columns, so the set must be kept filled by a reward."""
    size = ABOVE
    second = [(i * 7919) % 10_007 << 28 for i in range(size)]
    best = max(sum(second[(alone + 1 + 2 * k) % size] for k in range((size - 1) // 2)) for alone in range(size))

    assert _solved(size, _ring(0, size), [(8, second[i]) for i in range(size)]) == (8 * (size - 1) // 2, best)


def test_a_later_column_chooses_the_edge_between_two_long_odd_cycles() -> None:
    """A second edge between them would unfill both sets, whatever it weighs later."""
    one, two = ABOVE, ABOVE + 2
    edges = _ring(0, one) + _ring(one, two)
    later = [(i * 7919) % 10_007 << 28 for i in range(len(edges))]
    bridges = [((i * 37) % one, one + (i * 101) % two) for i in range(20)]
    worth = [((i * 6007) % 10_007 << 28) + (1 << 42) for i in range(20)]

    def ring(start: int, size: int, out: int) -> int:
        return sum(later[start + (out - start + 1 + 2 * k) % size] for k in range((size - 1) // 2))

    best = max(w + ring(0, one, a) + ring(one, two, b) for (a, b), w in zip(bridges, worth, strict=True))
    weights = [(8, x) for x in later] + [(6, x) for x in worth]

    assert _solved(one + two, edges + bridges, weights) == (8 * (one - 1) // 2 + 8 * (two - 1) // 2 + 6, best)


@pytest.mark.parametrize("numbers", [(1, 20, 1), (2, 9, 4)], ids=str)
@pytest.mark.parametrize("name", BY_NUMBER)
def test_the_least_prices_of_pairs_count_large_sets(name: str, numbers: tuple[int, int, int]) -> None:
    _, claim = _claim(name, 9, numbers)
    scale = claim.certificate.scale
    pairs = sorted(claim.weight_of)
    least: dict[int, list[tuple[tuple[int, ...], int]]] = {v: [] for v in range(claim.n)}
    for (v, w), prices in zip(pairs, paid(claim, pairs), strict=True):
        known = []
        for price, weight in zip(prices, claim.weight_of[v, w], strict=True):
            known.append(-((scale * weight - price) // scale))
            if (price - scale * weight) % scale:
                break
        least[v].append((tuple(known), w))
        least[w].append((tuple(known), v))

    for v, found in nearest(Blocks(claim), claim.certificate, claim.n):
        assert sorted((price, w) for w, price in found) == sorted(least[v])
