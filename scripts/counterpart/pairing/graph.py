"""From a pool to a graph: every allowed pair with its weights, one column for each priority.

The columns, each fully before the next (the documentation, "How it works", says why):

0. people paired; a person carried over counts twice, so that these come first
1. minus the people whose partner is below the acceptable mark, as they see it
2. points
3. pairs of the earlier proposal that are kept
4. the tie-break, drawn by hash

Blocks of pairs are matrix products of small integers. Single precision holds them exactly below 2**24.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterpart.matching import Chunk
from counterpart.pairing.criteria import criteria, most
from counterpart.pairing.pool import Pool, draw_keys
from counterpart.pairing.rules import Index, Mask, Rule, rules

#: The priorities that the certificate proves, in words; the columns after them choose among equals.
PRIORITIES = ("people paired", "partners below the mark", "points")
COLUMNS = 5
DRAW_BITS = 30

Numbers = NDArray[Any]  # single precision in a block, 64-bit integers in a list; whole numbers in both

_BLOCK = 1 << 18  # pairs in a block: small enough for the processor's cache
_EXACT = 1 << 24


class PoolGraph:
    """The graph of a pool: vertex i is the person ``pool.ids[i]``. Satisfies ``matching.Pairs``.

    *kept*: the pairs of an earlier proposal. *without*: ids of rules to leave out, to ask what they cost.
    *redraw*: how many draws of the tie-break left a tie. *columns*: how many of the columns to have; three
    are enough for a proof. *spared*: a rule's id and a person to whom it does not apply. *favoured*: a person
    to be paired first, like one carried over. The last two are for questions, never for a proposal.
    """

    def __init__(
        self,
        pool: Pool,
        *,
        kept: Iterable[tuple[str, str]] = (),
        without: Collection[str] = (),
        redraw: int = 0,
        columns: int = COLUMNS,
        spared: tuple[str, str] | None = None,
        favoured: str | None = None,
    ) -> None:
        self.pool, self.n, self.columns = pool, len(pool.people), columns
        self.place: Mapping[str, int] = {id: i for i, id in enumerate(pool.ids)}
        self.rules = rules(pool, without)
        self.criteria = criteria(pool)
        top = most(self.criteria)
        if 2 * top >= _EXACT:  # the schema's limits on weights keep far below this
            raise ValueError("the weights of the round are too large")
        self._wants = np.hstack([c.wants for c in self.criteria]).astype(np.float32)
        self._offers = np.hstack([c.offers for c in self.criteria]).astype(np.float32)
        self._mark = pool.round.acceptable
        carried = np.array([pool.places[id].carried_over for id in pool.ids], dtype=np.int64)
        self._counts = 1 + carried
        if favoured is not None:
            self._counts[self.place[favoured]] += 1
        self._spared = (spared[0], self.place[spared[1]]) if spared else None
        keys = {
            min(self.place[a], self.place[b]) * self.n + max(self.place[a], self.place[b])
            for a, b in kept
            if a in self.place and b in self.place
        }
        self._kept = np.array(sorted(keys), dtype=np.int64)
        self._draw = np.array(draw_keys(pool, redraw), dtype=np.uint64)
        self.bounds = (
            2 * int(self._counts.max(initial=1)),
            2,
            2 * top,
            1 if keys else 0,
            (1 << DRAW_BITS) - 1,
        )[:columns]

    def chunks(self, first: int, last: int, *, both: bool = False) -> Iterator[Chunk]:
        """All pairs, a block of people at a time against everybody (or everybody behind them)."""
        start = 0
        while start < self.n:
            left = 0 if both else start
            stop = min(self.n, start + max(1, _BLOCK // (self.n - left)))
            rows, columns = slice(start, stop), slice(left, self.n)
            tails = np.arange(start, stop, dtype=np.int64).reshape(-1, 1)
            heads = np.arange(left, self.n, dtype=np.int64).reshape(1, -1)
            seen: Numbers = np.zeros(0, np.float32)
            back: Numbers = seen
            if first <= 2 and last > 1:
                seen = self._wants[rows] @ self._offers[columns].T
                back = self._offers[rows] @ self._wants[columns].T
            weights = self._columns(first, last, tails, heads, seen, back)
            allowed = self.allowed(tails, heads)
            if not both:
                square = allowed[:, : stop - start]
                square &= np.tri(stop - start, dtype=np.bool_).T
            diagonal = np.arange(start, stop)
            allowed[diagonal - start, diagonal - left] = False
            yield Chunk(tails=tails, heads=heads, weights=weights, allowed=allowed)
            start = stop

    def look(self, tails: Index, heads: Index, first: int, last: int) -> tuple[NDArray[np.int64], Mask]:
        """The columns first, …, last - 1 of listed pairs, and which are allowed."""
        seen = back = np.zeros(0, np.int64)
        if first <= 2 and last > 1:
            seen, back = (np.sum(list(points.values()), axis=0) for points in self.points(tails, heads))
        weights = self._columns(first, last, tails, heads, seen, back)
        table = np.empty((len(tails), last - first), np.int64)
        for i, weight in enumerate(weights):
            table[:, i] = weight
        return table, self.allowed(tails, heads) & (tails != heads)

    def points(self, tails: Index, heads: Index) -> tuple[dict[str, Index], dict[str, Index]]:
        """The points of listed pairs by criterion: as the tails see the heads, and as the heads see the tails."""
        seen = {c.id: np.einsum("ij,ij->i", c.wants[tails], c.offers[heads]) for c in self.criteria}
        back = {c.id: np.einsum("ij,ij->i", c.wants[heads], c.offers[tails]) for c in self.criteria}
        return seen, back

    def points_of(self, one: str, two: str) -> tuple[int, int]:
        """All the points of two people together: as the first sees the second, and back."""
        a, b = (np.array([self.place[id]], dtype=np.int64) for id in (one, two))
        seen, back = (sum(int(points[0]) for points in side.values()) for side in self.points(a, b))
        return seen, back

    def allowed(self, tails: Index, heads: Index) -> Mask:
        """Which pairs every rule allows."""
        result: Mask | None = None
        for rule in self.rules:
            allows = rule.allows(tails, heads)
            if self._spared and rule.id == self._spared[0]:
                allows = allows | (tails == self._spared[1]) | (heads == self._spared[1])
            result = allows if result is None else result & allows
        return result if result is not None else np.ones(np.broadcast_shapes(tails.shape, heads.shape), np.bool_)

    def barred(self, one: str, two: str) -> list[Rule]:
        """The rules that bar the pair of these two people; none: it is allowed."""
        a, b = (np.array([self.place[id]], dtype=np.int64) for id in (one, two))
        return [rule for rule in self.rules if not rule.allows(a, b)[0]]

    def _columns(
        self, first: int, last: int, tails: Index, heads: Index, seen: Numbers, back: Numbers
    ) -> tuple[Numbers, ...]:
        made: list[Numbers] = []
        for column in range(first, last):
            if column == 0:
                made.append(self._counts[tails] + self._counts[heads])
            elif column == 1:
                below = (seen < self._mark).view(np.int8) + (back < self._mark).view(np.int8)
                made.append(-below)
            elif column == 2:
                made.append(seen + back)
            elif column == 3:
                made.append(self._is_kept(tails, heads))
            else:
                made.append(_drawn(self._draw[tails], self._draw[heads]))
        return tuple(made)

    def _is_kept(self, tails: Index, heads: Index) -> Index:
        if len(self._kept) == 0:
            return np.zeros((1,) * tails.ndim, np.int64)
        wanted = np.minimum(tails, heads) * self.n + np.maximum(tails, heads)
        spot = np.minimum(np.searchsorted(self._kept, wanted), len(self._kept) - 1)
        same: Index = (self._kept[spot] == wanted).astype(np.int64)
        return same


def _drawn(one: NDArray[np.uint64], two: NDArray[np.uint64]) -> NDArray[np.int64]:
    """DRAW_BITS bits for a pair, the same from both ends: the finaliser of SplitMix64 over sum and product."""
    with np.errstate(over="ignore"):
        x = _mixed(one + two) ^ (one * two)
        drawn: NDArray[np.int64] = (_mixed(x) >> np.uint64(64 - DRAW_BITS)).astype(np.int64)
        return drawn


def _mixed(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
