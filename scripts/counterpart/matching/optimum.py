"""One integer weight for each pair: the heaviest matching over all pairs, looked at a few at a time.

Some good partners of each vertex are enough to find a matching and its prices. Then all pairs are held
against the prices; those that are not covered join, and so on until every pair is covered. The end is exact,
whichever pairs one began with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from .blossom import Blossoms
from .certificate import Certificate, Cover
from .fractional import EXACT, Tier, cover, halves
from .graph import Chunk, Chunks, Integers, Mask, listed

#: Partners that each vertex starts with, and the most that a look at all pairs adds to each.
PARTNERS, ADDED = 12, 8

#: The fractional prices are a good enough guide when not more than one pair in so many vertices was not covered.
FEW = 3

#: The last fractional prices are where the next begin, when not more than one pair in so many is new.
NEW = 5

#: The best pairs of a vertex are estimated from so many of its pairs or more, rather than by sorting all;
#: at least so many of the best should be among them.
SAMPLE, SEEN = 512, 4

#: Known pairs, times the number of vertices, that a search begins with: those nearest to being covered exactly.
#: Others seldom matter, and when they do, they join and the search is made again.
SEARCHED = 8

#: The prices here are in quarter units, since trees may meet half-way between two half ones.
SCALE = 4

#: Pairs that are covered exactly and are remembered; beyond this they are computed anew.
KEPT = 4_000_000

#: Pairs, counted from both ends, whose weights are remembered from one look to the next: at most 128 MiB.
HELD = 1 << 23

Report: TypeAlias = Callable[[str], None]
Tiers: TypeAlias = Callable[[Integers], Sequence[Tier]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much work may be done: arcs looked at in each search and each head start, looks at all pairs. Counts,
    never seconds, since the answer must not depend on the machine."""

    steps: int = 200_000_000
    looks: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum:
    """Mates, prices in quarter units, sets with prices, and the pairs that these cover exactly.

    Every pair is covered. ``complete``: matched edges are covered exactly and the prices of unmatched vertices
    and unfilled sets are zero, hence nothing weighs more. ``exact`` is None where there are too many.
    """

    mates: list[int]
    prices: list[int]
    sets: list[tuple[tuple[int, ...], int]]
    exact: tuple[Integers, Integers] | None
    complete: bool


def optimum(pairs: Chunks, tiers: Tiers, limits: Limits, report: Report) -> Optimum:
    """The heaviest matching of *pairs*, which has one column. Some passes over all pairs.

    *tiers* takes weights apart into what they were packed from, the most important first.
    """
    if pairs.n**2 <= HELD:
        pairs = _Held(pairs)
    every = _every(pairs, 2 * PARTNERS * pairs.n)
    known = _Known(pairs, *(every or _nearest(pairs, None)))
    look = 0 if every else _guided(pairs, known, tiers, limits, report)
    for again in range(look + 1, look + 1 + max(1, limits.looks)):
        mates, prices, sets, complete = _listed_optimum(pairs.n, known, tiers, limits)
        cover = _cover(pairs, prices, sets)
        found, bare, exact = _look(pairs, cover)
        report(_said(again, bare))
        if not known.join(*found):
            return Optimum(mates=mates, prices=prices, sets=sets, exact=exact, complete=complete)
    lifted = _lift(pairs, cover, prices)
    return Optimum(mates=mates, prices=lifted, sets=sets, exact=None, complete=False)


def _guided(pairs: Chunks, known: _Known, tiers: Tiers, limits: Limits, report: Report) -> int:
    """Let the pairs that matter join, and give the number of looks at all pairs that it took."""
    # Prices of the fractional matching cost little; they are a good guide to the pairs that matter. The first
    # leave so many pairs bare that the worst few of each vertex do.
    first = [2 * p for p in _halved(pairs.n, known, tiers, limits)[0]]
    known.join(*_nearest(pairs, _cover(pairs, first, [])))
    for look in range(1, max(1, limits.looks) + 1):
        prices = [2 * p for p in _halved(pairs.n, known, tiers, limits)[0]]
        cover = _cover(pairs, prices, [])
        # A search costs more than a look, so it should find all that it may want: pairs nearly exact join, too.
        found, bare, _ = _look(pairs, cover, known.within(cover))
        report(_said(look, bare))
        known.join(*found)
        if bare <= pairs.n // FEW:
            break
    return look


class _Held:
    """The same pairs, made once: where they fit, remembering them is faster than making them at every look."""

    def __init__(self, pairs: Chunks) -> None:
        self.n, self.bounds = pairs.n, pairs.bounds
        self._once, self._twice = (list(pairs.chunks(0, 1, both=both)) for both in (False, True))

    def chunks(self, first: int, last: int, *, both: bool = False) -> Iterator[Chunk]:
        """All pairs with their one weight."""
        assert (first, last) == (0, 1)
        yield from self._twice if both else self._once


def _said(look: int, more: int) -> str:
    return f"looked at all pairs, time {look}: {more:,} more to consider"


class _Known:
    """The pairs with a weight above zero that have been looked at so far."""

    def __init__(self, pairs: Chunks, tails: Integers, heads: Integers, weights: Integers) -> None:
        self.n, self.tails, self.heads, self.weights = pairs.n, tails, heads, weights
        self.bounds = pairs.bounds
        #: The last fractional prices, and how many pairs have joined since.
        self.prices: Integers | None = None
        self.joined = 0

    def join(self, tails: Integers, heads: Integers, weights: Integers) -> bool:
        """Add pairs, each once; False if there are none to add."""
        if len(tails) == 0:
            return False
        before = len(self.tails)
        self.tails = np.concatenate((self.tails, tails))
        self.heads = np.concatenate((self.heads, heads))
        self.weights = np.concatenate((self.weights, weights))
        _, once = np.unique(self.tails * self.n + self.heads, return_index=True)
        self.tails, self.heads, self.weights = self.tails[once], self.heads[once], self.weights[once]
        self.joined += len(self.tails) - before
        return True

    def slack(self, cover: Cover) -> Integers:
        """By how much each pair is covered, in the units of *cover*."""
        weights = (self.weights,)
        return cover.slack(Chunk(tails=self.tails, heads=self.heads, weights=weights)) + cover.shared(
            self.tails, self.heads
        )

    def within(self, cover: Cover) -> int:
        """The slack within which are those pairs that a search begins with."""
        slack = self.slack(cover)
        last = min(len(slack) - 1, SEARCHED * self.n)
        return max(0, int(np.partition(slack, last)[last])) if len(slack) else 0


def _cover(pairs: Chunks | _Known, prices: Sequence[int], sets: Sequence[tuple[tuple[int, ...], int]]) -> Cover:
    certificate = Certificate(
        scale=SCALE, prices=tuple((p,) for p in prices), sets=tuple((members, (p,)) for members, p in sets)
    )
    return Cover(pairs.n, certificate, pairs.bounds)


def _every(pairs: Chunks, most: int) -> tuple[Integers, Integers, Integers] | None:
    """All pairs with a weight above zero; None when there are more than *most*."""
    none = np.zeros(0, np.int64)
    found = [(none, none, none)]
    for chunk in pairs.chunks(0, 1):
        where = chunk.weights[0] > 0
        where = np.broadcast_to(where, np.broadcast_shapes(where.shape, chunk.tails.shape, chunk.heads.shape))
        if chunk.allowed is not None:
            where = where & chunk.allowed
        most -= int(where.sum())
        if most < 0:
            return None
        tails, heads, weights = listed(chunk, where)
        found.append((np.minimum(tails, heads), np.maximum(tails, heads), weights[0]))
    tails, heads, values = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return tails, heads, values


def _nearest(pairs: Chunks, cover: Cover | None, few: int | None = None) -> tuple[Integers, Integers, Integers]:
    """The *few* (PARTNERS) best pairs of each vertex, each once: the heaviest, or the least covered."""
    few = few or PARTNERS
    # Among equals, different vertices should start with different partners.
    spread = min(12, 61 - (SCALE * pairs.bounds[0]).bit_length())
    mix = (np.arange(pairs.n, dtype=np.int64) * 2_654_435_761 >> 8) & ((1 << max(0, spread)) - 1)
    none = np.zeros(0, np.int64)
    found = [(none, none, none)]
    for chunk in pairs.chunks(0, 1, both=True):
        weight = -cover.slack(chunk) if cover else chunk.weights[0]
        shape = np.broadcast_shapes(chunk.tails.shape, chunk.heads.shape, weight.shape)
        key = weight
        if spread > 0 and weight.dtype != object:
            key = (weight << spread) + (mix[chunk.tails] ^ mix[chunk.heads])
        where = np.ones(shape, np.bool_) if chunk.allowed is None else chunk.allowed
        if len(shape) == 2 and shape[1] > few:
            where = where & (key >= _threshold(key, where, few))
        tails, heads, weights = listed(chunk, where)
        if len(shape) == 1:
            best = _first_few(tails, -key[where], few)
            tails, heads, weights = tails[best], heads[best], (weights[0][best],)
        found.append((np.minimum(tails, heads), np.maximum(tails, heads), weights[0]))
    tails, heads, values = (np.concatenate(parts) for parts in zip(*found, strict=True))
    useful = values > 0  # a pair without weight adds nothing and is covered by any prices
    tails, heads, values = tails[useful], heads[useful], values[useful]
    _, once = np.unique(tails * pairs.n + heads, return_index=True)
    return tails[once], heads[once], values[once]


def _threshold(key: Integers, where: Mask, few: int) -> Integers:
    """For each row a key that about *few* of its keys reach, estimated from every so many-th."""
    every = max(1, min(key.shape[1] // SAMPLE, few // SEEN))
    part = np.where(where[:, ::every], key[:, ::every], np.iinfo(key.dtype).min)
    place = part.shape[1] - min(part.shape[1], few // every)
    return np.partition(part, place, axis=1)[:, place : place + 1]


def _first_few(groups: Integers, key: Integers, few: int) -> Integers:
    """Where the *few* smallest keys of each group stand."""
    order = np.lexsort((key, groups)) if key.dtype != object else _sorted(groups, key)
    ranked = groups[order]
    starts = np.flatnonzero(np.concatenate(([True], ranked[1:] != ranked[:-1])))
    place = np.arange(len(ranked)) - np.repeat(starts, np.diff(np.append(starts, len(ranked))))
    return order[place < few]


def _sorted(groups: Integers, key: Integers) -> Integers:
    order = sorted(range(len(key)), key=lambda i: (int(groups[i]), key[i]))
    return np.array(order, dtype=np.int64)


def _halved(n: int, known: _Known, tiers: Tiers, limits: Limits) -> tuple[list[int], list[int]]:
    """Prices in half units that cover the known pairs, and mates: the fractional matching's if possible."""
    tails, heads, weights = known.tails, known.heads, known.weights
    if len(weights) == 0:
        return [0] * n, [-1] * n
    if weights.dtype != object and int(weights.max()) < EXACT:
        start = None
        if known.prices is not None and NEW * known.joined < len(weights):
            start = tiers(known.prices)
        prices, mates = halves(n, tails, heads, tiers(weights), weights, limits.steps, start)
        known.prices, known.joined = prices, 0
    else:
        prices, mates = cover(n, tails, heads, weights), [-1] * n
    return prices.tolist(), mates


def _listed_optimum(
    n: int, known: _Known, tiers: Tiers, limits: Limits
) -> tuple[list[int], list[int], list[tuple[tuple[int, ...], int]], bool]:
    """The heaviest matching of the known pairs: mates, prices, sets, and whether the work was finished."""
    prices, mates = _halved(n, known, tiers, limits)
    if all(mate >= 0 or price == 0 for mate, price in zip(mates, prices, strict=True)):
        return mates, [2 * p for p in prices], [], True
    cover = _cover(known, [2 * p for p in prices], [])
    near = known.slack(cover) <= known.within(cover)
    while True:
        blossoms = _search(n, known, near, prices, mates)
        complete = blossoms.run(limits.steps)
        sets = [(tuple(m), p) for m, p in blossoms.sets()]
        cover = _cover(known, blossoms.price, sets)
        bare = known.slack(cover) < 0
        if not bare.any():
            return blossoms.mate, blossoms.price, sets, complete
        near |= bare


def _search(n: int, known: _Known, near: Mask, prices: list[int], mates: list[int]) -> Blossoms:
    """The search on those of the known pairs that are *near*, from the fractional prices and mates."""
    tails, heads, weights = known.tails[near], known.heads[near], known.weights[near]
    both = np.concatenate((tails, heads))
    order = np.argsort(both, kind="stable")
    place = np.empty(len(order), np.int64)  # of an arc: where it stands in the order
    place[order] = np.arange(len(order))
    back = place[(order + len(tails)) % len(order)]
    return Blossoms(
        ends=np.searchsorted(both[order], np.arange(n + 1)),
        heads=np.concatenate((heads, tails))[order],
        weights=SCALE * np.concatenate((weights, weights))[order],
        back=back.tolist(),
        prices=[2 * p for p in prices],
        mates=mates,
    )


def _look(
    pairs: Chunks, cover: Cover, within: int = -1
) -> tuple[tuple[Integers, Integers, Integers], int, tuple[Integers, Integers] | None]:
    """Hold all pairs against the prices: which should join, how many of those are not covered, which are exact.

    Of each vertex the least covered join: those that are not covered, and those with a slack of *within* or less.
    """
    none = np.zeros(0, np.int64)
    near: list[tuple[Integers, Integers, Integers, Integers]] = [(none, none, none, none)]
    exact: list[tuple[Integers, Integers]] = [(none, none)]
    room = KEPT
    few = ADDED if within < 0 else 3 * ADDED
    for chunk in pairs.chunks(0, 1):
        hit = cover.slack(chunk) <= max(within, 0)
        if chunk.allowed is not None:
            hit &= chunk.allowed
        tails, heads, weights = listed(chunk, hit)
        slack = cover.slack(Chunk(tails=tails, heads=heads, weights=weights)) + cover.shared(tails, heads)
        if room >= 0:
            tight = slack == 0
            room -= int(tight.sum())
            exact.append((tails[tight], heads[tight]))
        short = slack <= within
        if short.any():
            tails, heads, slack, weight = tails[short], heads[short], slack[short], weights[0][short]
            worst = _first_few(tails, slack, few)
            near.append((tails[worst], heads[worst], weight[worst], slack[worst]))
    tails, heads, weight, slack = (np.concatenate(parts) for parts in zip(*near, strict=True))
    # The lower end has had its few; the upper end must not get more than as many again for each vertex.
    fewest = _first_few(heads, slack, few)
    found = (tails[fewest], heads[fewest], weight[fewest])
    kept = tuple(np.concatenate(parts) for parts in zip(*exact, strict=True)) if room >= 0 else None
    return found, int((slack[fewest] < 0).sum()), kept  # type: ignore[return-value]


def _lift(pairs: Chunks, cover: Cover, prices: list[int]) -> list[int]:
    """Prices that cover every pair, from prices that nearly do: the lower end of a bare pair pays the rest."""
    lift = np.zeros(pairs.n, dtype=cover.dtype)
    for chunk in pairs.chunks(0, 1):
        hit = cover.slack(chunk) < 0
        if chunk.allowed is not None:
            hit &= chunk.allowed
        tails, heads, weights = listed(chunk, hit)
        slack = cover.slack(Chunk(tails=tails, heads=heads, weights=weights)) + cover.shared(tails, heads)
        np.maximum.at(lift, tails, -slack)
    return [p + int(more) for p, more in zip(prices, lift, strict=True)]
