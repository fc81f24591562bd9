"""The best matching of any graph, column after column, and its certificate.

Columns are packed into one integer weight as far as that stays exact, and the groups that result are solved
one after another: a later group may use only what the prices of the earlier ones leave open (pairs that are
covered exactly; every vertex with a price matched; every set with a price filled). The documentation has the
theorem and its proof (How it works, "The proof").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from .certificate import Certificate, Cover, Verdict, held_prices, judge
from .fractional import EXACT, Tier
from .graph import Chunk, Chunks, Integers, Mask, Pairs, listed, packed
from .optimum import SCALE, Limits, Optimum, Report, optimum

_Prices: TypeAlias = list[list[int]]
_Sets: TypeAlias = dict[tuple[int, ...], list[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """A matching and what is known about it.

    ``mates[v]`` is the partner of vertex v, or -1. ``certificate`` bounds every matching from above, and
    ``verdict`` says what that proves about this one. ``unique``: no other matching has the same total; None
    if that was not asked, or is not known.
    """

    mates: tuple[int, ...]
    certificate: Certificate
    verdict: Verdict
    unique: bool | None = None


def solve(
    graph: Pairs, *, ask_unique: bool = False, limits: Limits | None = None, report: Report | None = None
) -> Solution:
    """A matching of *graph* with the greatest total, column after column, and its certificate.

    A pair that would lower the total is left out. Always answers: if *limits* are too narrow, the verdict's
    gap says by how much at most the matching falls short. *ask_unique*: find out whether it is the only one.
    *report* is told of each step, for show.
    """
    limits, report = limits or Limits(), report or _silent
    prices: _Prices = [[] for _ in range(graph.n)]
    sets: _Sets = {}
    face: Pairs = graph
    mates = [-1] * graph.n
    first = 0
    while first < graph.columns:
        for last in (_packed_until(graph, first), first + 1):  # packed, where the prices can be taken apart
            group = _Group(face, first, last, prices, sets)
            best = optimum(group, group.tiers, limits, report)
            if group.separable(best):
                break
        mates = best.mates
        group.unpack(best, prices, sets)
        if not best.complete:
            _give_up(graph, last, prices, sets)
            break
        if last < graph.columns or ask_unique:
            face = _narrowed(face, best, last, prices, sets)
        first = last
    certificate = _certificate(prices, sets)
    verdict = judge(_total(graph, mates), certificate)
    unique = _unique(face, mates, prices, sets, limits) if ask_unique and verdict.optimal else None
    return Solution(mates=tuple(mates), certificate=certificate, verdict=verdict, unique=unique)


def _total(graph: Pairs, mates: list[int]) -> tuple[int, ...]:
    """What a matching comes to, column after column."""
    pairs = np.array([(v, w) for v, w in enumerate(mates) if v < w], dtype=np.int64).reshape(-1, 2)
    weights, _ = graph.look(pairs[:, 0], pairs[:, 1], 0, graph.columns)
    return tuple(sum(column.tolist()) for column in weights.T)


def _unique(face: Pairs, mates: list[int], prices: _Prices, sets: _Sets, limits: Limits) -> bool | None:
    """Whether *mates* is the only matching that the prices leave open.

    Asks, on the pairs that are left, for the one with the most pairs that are not in *mates*.
    """
    others = _Others(face, np.array(mates, dtype=np.int64))
    group = _Group(others, face.columns, face.columns + 1, prices, sets)
    found = optimum(group, group.tiers, limits, _silent)
    return found.mates == mates if found.complete else None


def _silent(_: str) -> None:
    """Tell nobody."""


def _certificate(prices: _Prices, sets: _Sets) -> Certificate:
    return Certificate(
        scale=SCALE,
        prices=tuple(tuple(p) for p in prices),
        sets=tuple((members, tuple(price)) for members, price in sorted(sets.items()) if any(price)),
    )


def _span(n: int, bound: int) -> int:
    """A power of two well beyond any difference of two totals, and most sums of prices, in such a column."""
    return 1 << (16 * (n + 2) * bound).bit_length() if bound else 1


def _packed_until(graph: Pairs, first: int) -> int:
    """The column after the last that may be packed with *first* and leave room in 64 bits."""
    last, largest = first + 1, max(1, graph.bounds[first])
    if first:  # what an earlier group leaves open comes on top
        largest = 16 * _span(graph.n, graph.bounds[first])
    while last < graph.columns and (largest := largest * _span(graph.n, graph.bounds[last])) < EXACT:
        last += 1
    return last


class _Group:
    """Some columns of a graph as one, with a reward for keeping what earlier columns need."""

    def __init__(self, face: Chunks, first: int, last: int, prices: _Prices, sets: _Sets) -> None:
        self.face, self.first, self.last, self.n = face, first, last, face.n
        bounds = face.bounds[first:last]
        self.spans = [_span(face.n, b) for b in bounds]
        self.multipliers = [1] * len(bounds)
        for i in reversed(range(len(bounds) - 1)):
            self.multipliers[i] = self.multipliers[i + 1] * self.spans[i + 1]
        self.reward = self.multipliers[0] * self.spans[0]
        #: Vertices and sets that earlier columns give a price: they must be matched, and filled.
        self.needed = np.array([any(p) for p in prices], dtype=np.int64)
        self.filled = [members for members, price in sorted(sets.items()) if any(price)]
        ones = Certificate(
            scale=1, prices=((0,),) * face.n, sets=tuple((members, (1,)) for members in self.filled)
        )
        self.holding = Cover(face.n, ones, (0,)) if self.filled else None
        self.needy = bool(self.needed.any()) or bool(self.filled)
        most = sum(m * b for m, b in zip(self.multipliers, bounds, strict=True))
        if self.needy:
            depth = np.zeros(face.n, np.int64)
            for members in self.filled:
                depth[np.array(members)] += 1
            most += self.reward * (2 + int(depth.max()))
        self.bounds = (most,)
        self.wide = most >= 1 << 60

    def chunks(self, first: int, last: int, *, both: bool = False) -> Iterator[Chunk]:
        """All pairs with their one weight."""
        assert (first, last) == (0, 1)
        for chunk in self.face.chunks(self.first, self.last, both=both):
            yield Chunk(
                tails=chunk.tails, heads=chunk.heads, weights=(self._weight(chunk),), allowed=chunk.allowed
            )

    def _weight(self, chunk: Chunk) -> Integers:
        weight = packed(chunk.weights, self.multipliers, wide=self.wide)
        if not self.needy:
            return weight
        times = self.needed[chunk.tails] + self.needed[chunk.heads]
        if self.holding:
            for chain in self.holding.chains:
                times = times + np.minimum(chain[chunk.tails], chain[chunk.heads])
            times = times + self.holding.shared(chunk.tails, chunk.heads)
        whole: Integers = weight + self.reward * (times.astype(object) if self.wide else times)
        return whole

    def separable(self, best: Optimum) -> bool:
        """Whether prices taken apart into columns compare in dictionary order as the packed ones do."""
        if len(self.spans) == 1:
            return True
        apart = [self._apart(p) for p in best.prices]
        held = held_prices(self.n, [(m, self._apart(p)) for m, p in best.sets], len(self.spans))
        return all(
            2 * max((abs(p[i]) for p in apart), default=0) + held[i] + SCALE * self.face.bounds[self.first + i]
            < self.spans[i] // 2
            for i in range(1, len(self.spans))
            if self.face.bounds[self.first + i]
        )

    def _apart(self, price: int) -> list[int]:
        """A packed price as one integer for each column, all but the first as near to zero as can be."""
        return _digits(price, self.spans[1:])

    def tiers(self, weights: Integers) -> list[Tier]:
        """Packed weights taken apart: the reward, if there is one, then the columns, with their spans."""
        spans = self.spans if self.needy else self.spans[1:]
        return list(zip([1, *spans], _digits(weights, spans), strict=True))

    def unpack(self, best: Optimum, prices: _Prices, sets: _Sets) -> None:
        """Write the group's columns behind the prices of the earlier ones, without the reward."""
        for v, price in enumerate(best.prices):
            owed = SCALE * self.reward * int(self.needed[v]) if self.needy else 0
            prices[v].extend(self._apart(price - owed))
        found = dict(best.sets)
        filled = set(self.filled)
        for members in {*sets, *found}:
            owed = SCALE * self.reward if members in filled else 0
            mine = self._apart(found.get(members, 0) - owed)
            sets.setdefault(members, [0] * self.first).extend(mine)


def _digits(number: Any, spans: Sequence[int]) -> list[Any]:
    """Integers that make up *number* (or an array), each but the first within half its span of zero."""
    digits = []
    for span in reversed(spans):
        digit = (number + span // 2) % span - span // 2
        digits.append(digit)
        number = (number - digit) // span
    return [number, *reversed(digits)]


def _give_up(graph: Pairs, first: int, prices: _Prices, sets: _Sets) -> None:
    """Prices that cover the columns from *first* on without any claim."""
    for price in prices:
        price.extend(SCALE // 2 * bound for bound in graph.bounds[first:])
    for value in sets.values():
        value.extend([0] * (graph.columns - first))


def _narrowed(face: Pairs, best: Optimum, last: int, prices: _Prices, sets: _Sets) -> Pairs:
    """What the columns before *last* leave open: the pairs that they cover exactly."""
    if best.exact is not None:
        return _Kept(face, last, *best.exact)
    return _Narrowed(face, Cover(face.n, _certificate(prices, sets), face.bounds[:last]), last)


class _Kept:
    """Listed pairs of a graph, with its columns from one on; the columns before are spent."""

    def __init__(self, graph: Pairs, spent: int, tails: Integers, heads: Integers) -> None:
        self.graph, self.spent, self.tails, self.heads = graph, spent, tails, heads
        self.n, self.columns, self.bounds = graph.n, graph.columns, graph.bounds
        self.weights = graph.look(tails, heads, spent, graph.columns)[0]

    def chunks(self, first: int, last: int, *, both: bool = False) -> Iterator[Chunk]:
        """The pairs in one chunk."""
        tails, heads = self.tails, self.heads
        weights = self.weights[:, first - self.spent : last - self.spent]
        if both:
            tails, heads = np.concatenate((tails, heads)), np.concatenate((heads, tails))
            weights = np.concatenate((weights, weights))
        yield Chunk(tails=tails, heads=heads, weights=tuple(weights.T))

    def look(self, tails: Integers, heads: Integers, first: int, last: int) -> tuple[Integers, Mask]:
        """The weights of listed pairs, and which of them are allowed in the graph."""
        return self.graph.look(tails, heads, first, last)


class _Narrowed:
    """The pairs of a graph that a cover of its first columns covers exactly, when they are too many to keep."""

    def __init__(self, graph: Pairs, cover: Cover, columns: int) -> None:
        self.graph, self.cover, self.covered = graph, cover, columns
        self.n, self.columns, self.bounds = graph.n, graph.columns, graph.bounds

    def chunks(self, first: int, last: int, *, both: bool = False) -> Iterator[Chunk]:
        """The pairs, listed, a chunk of the graph at a time."""
        for chunk in self.graph.chunks(0, max(last, self.covered), both=both):
            part = Chunk(tails=chunk.tails, heads=chunk.heads, weights=chunk.weights[: self.covered])
            near = self.cover.slack(part) <= 0
            if chunk.allowed is not None:
                near &= chunk.allowed
            tails, heads, weights = listed(chunk, near)
            part = Chunk(tails=tails, heads=heads, weights=weights[: self.covered])
            exact = self.cover.slack(part) + self.cover.shared(tails, heads) == 0
            yield Chunk(
                tails=tails[exact], heads=heads[exact], weights=tuple(w[exact] for w in weights[first:last])
            )

    def look(self, tails: Integers, heads: Integers, first: int, last: int) -> tuple[Integers, Mask]:
        """The weights of listed pairs, and which of them are allowed in the graph."""
        return self.graph.look(tails, heads, first, last)


class _Others:
    """The pairs of a face with one more column: 1 for a pair that is not in a given matching."""

    def __init__(self, face: Pairs, mates: Integers) -> None:
        self.face, self.mates = face, mates
        self.n, self.columns, self.bounds = face.n, face.columns + 1, (*face.bounds, 1)

    def chunks(self, first: int, last: int, *, both: bool = False) -> Iterator[Chunk]:
        """The pairs, listed, with the new column alone."""
        assert (first, last) == (self.columns - 1, self.columns)
        for chunk in self.face.chunks(self.columns - 1, self.columns - 1, both=both):
            other = (self.mates[chunk.tails] != chunk.heads).astype(np.int64)
            yield Chunk(tails=chunk.tails, heads=chunk.heads, weights=(other,))
