"""A head start: the best matching if people could be halved, and its exact prices.

A heaviest *fractional* matching is half of a heaviest assignment of the vertices to themselves: each vertex
twice, once as a row and once as a column, every edge two arcs, and a loop of weight 0 for staying unmatched.
The result is matched edges and some odd cycles of halves: only those are left for the blossom method.
(Balinski, "Integer matrices, integral polyhedra and matchings", 1965.)

The assignment is found by the Hungarian method (Kuhn 1955; Munkres 1957) in whole numbers, many rows at once:
a largest matching of the arcs that are covered exactly (Hopcroft and Karp 1973), then shortest paths from the
rows that are left over (Dijkstra 1959; with prices, Edmonds and Karp 1972), by which the prices change so that
at least one more row finds a column, and so on. There are at most as many rounds as rows, however large the
weights are. Rounds are saved by good prices to begin with, which nothing else depends on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra, maximum_bipartite_matching

from .graph import Integers, Mask

#: Weights below this leave room for sums of a few of them, in half units, in 64 bits.
EXACT = 1 << 56

#: Whole numbers below this are exact in floating point, and so are shortest paths that come out below it.
FAR = 1 << 53

#: Rounds of evening out prices at the beginning.
EVENED = 6

#: So many arcs, looked at all at once, take about as long as one that a search looks at.
BULK = 16

#: Part of a weight, and the number by which the more important parts before it are multiplied.
Tier: TypeAlias = tuple[int, Integers]


class Exhausted(Exception):
    """The work that was allowed is used up, or a number would not be exact."""


class Work:
    """Counts arcs that are looked at in bulk against a limit in steps."""

    def __init__(self, steps: int) -> None:
        self.left = BULK * steps

    def spend(self, arcs: int) -> None:
        """Count *arcs*; raises ``Exhausted`` when they are more than are left."""
        self.left -= arcs
        if self.left < 0:
            raise Exhausted


def halves(
    n: int,
    tails: Integers,
    heads: Integers,
    tiers: Sequence[Tier],
    weights: Integers,
    steps: int,
    start: Sequence[Tier] | None = None,
) -> tuple[Integers, list[int]]:
    """Prices in half units (n,) that cover every edge, and mates on edges that they cover exactly.

    *weights* are the integers of the edges (tails[i], heads[i]), below EXACT; *tiers* the same taken apart,
    the most important first. One tier after another is solved on the arcs that the earlier ones leave open:
    those that are covered exactly. Vertices of an odd cycle of halves are matched but for one.
    When *steps* are not enough, the plainest prices and no mates. *start*: prices that were the answer to nearly
    the same question, taken apart likewise; they only save work. At most n rounds, each O(m √n) for m edges
    and all in compiled code; in practice about ten.
    """
    loops, none = np.arange(n), np.zeros(n, np.int64)
    rows = np.concatenate((tails, heads, loops))
    columns = np.concatenate((heads, tails, loops))
    order = np.lexsort((columns, rows))
    rows, columns = rows[order], columns[order]
    open_rows, open_columns, left = rows, columns, order
    prices, partner = none, loops
    work = Work(steps)
    try:
        for i, (span, tier) in enumerate(tiers):
            prices = prices * span
            if not tier.any():
                continue  # a column of zeros decides nothing, and covers itself
            values = np.concatenate((tier, tier, none))[left]
            assignment = Assignment(n, open_rows, open_columns, values, work, start[i][1] if start else None)
            partner, price = assignment.partner, assignment.row_price + assignment.column_price
            prices = prices + price
            exact = price[open_rows] + price[open_columns] == 2 * values
            open_rows, open_columns, left = open_rows[exact], open_columns[exact], left[exact]
    except Exhausted:
        return cover(n, tails, heads, weights), [-1] * n
    if (prices[tails] + prices[heads] < 2 * weights).any() or prices.min() < 0:
        return cover(n, tails, heads, weights), [-1] * n  # the prices of a tier outgrew its span
    return prices, _mates(partner)


def cover(n: int, tails: Integers, heads: Integers, weights: Integers) -> Integers:
    """The plainest feasible prices, in half units: each vertex pays for half of its heaviest edge."""
    prices = np.zeros(n, dtype=weights.dtype)
    np.maximum.at(prices, tails, weights)
    np.maximum.at(prices, heads, weights)
    return prices


class Assignment:
    """A heaviest assignment of rows to columns, and prices that prove it.

    What always holds: ``row_price[i] + column_price[j] >= value`` for every arc (i, j), and equal on the arcs
    (i, partner[i]). When no row is left over, nothing weighs more. Both prices of a vertex, added up, are half
    units of the matching's, since every arc is there in both directions.
    """

    def __init__(
        self, n: int, rows: Integers, columns: Integers, values: Integers, work: Work, start: Integers | None
    ) -> None:
        """Solve; arcs in the order of their rows, with a perfect assignment among them. May raise Exhausted.

        *start*: any prices in half units; the nearer to the answer, the less work.
        """
        self.n, self.rows, self.columns, self.values, self.work = n, rows, columns, values, work
        self.ends = np.searchsorted(rows, np.arange(n + 1))
        self.column_price = self._evened(start) // 2
        self.row_price = self._needed(values, self.column_price)
        self.partner = np.full(n, -1)
        while (free := self._match()).any():
            self._reach(free)

    def _needed(self, values: Integers, prices: Integers) -> Integers:
        """The least that each row must pay to cover its arcs, when their columns pay *prices*."""
        self.work.spend(len(self.rows))
        least: Integers = np.maximum.reduceat(values - prices[self.columns], self.ends[:-1])
        return least

    def _evened(self, start: Integers | None) -> Integers:
        """Prices in half units that cover every arc: what a vertex could spare is halved, again and again."""
        prices = np.maximum.reduceat(self.values, self.ends[:-1]) if start is None else start
        prices = np.maximum(prices, self._needed(2 * self.values, prices))
        for _ in range(EVENED):
            needed = self._needed(2 * self.values, prices)
            # If each end gives up half of what it could spare alone, together they still cover their arc.
            before, prices = prices, (prices + needed + 1) // 2
            if (prices == before).all():
                break
        return prices

    def _match(self) -> Mask:
        """Assign as many rows as can be on arcs that are covered exactly; the rows left over."""
        self.slack = self.row_price[self.rows] + self.column_price[self.columns] - self.values
        exact = np.flatnonzero(self.slack == 0)
        self.work.spend(len(self.rows) + len(exact))
        ends, columns = np.searchsorted(exact, self.ends), self.columns[exact]
        # A row's first arc is tried first: with the partner that it has, only what is new is looked for.
        present = np.flatnonzero(columns == self.partner[self.rows[exact]])
        first = ends[:-1][self.partner >= 0]
        columns[present], columns[first] = columns[first], columns[present]
        tight = csr_matrix((np.ones(len(exact), np.int8), columns, ends), (self.n, self.n))
        self.partner = maximum_bipartite_matching(tight, perm_type="column").astype(np.int64)
        free: Mask = self.partner < 0
        return free

    def _reach(self, free: Mask) -> None:
        """Change prices by shortest paths, so that *free* rows reach free columns on arcs covered exactly.

        A path goes along an arc to its column, which is as long as the arc's slack, and from there at once to
        the row that has the column. What lies nearer than the farthest end pays, or is paid, the difference.
        """
        n = self.n
        place = np.arange(n, 2 * n)  # of a column among the nodes: that of its row, or its own
        place[self.partner[~free]] = np.flatnonzero(~free)
        ends = np.append(self.ends, np.full(n, self.ends[-1]))
        paths = csr_matrix((self.slack.astype(np.float64), place[self.columns], ends), (2 * n, 2 * n))
        self.work.spend(2 * len(self.rows))
        length = dijkstra(paths, indices=np.flatnonzero(free), min_only=True, limit=FAR - 1)
        reached = length[n:][np.isfinite(length[n:])]
        if len(reached) == 0:
            raise Exhausted
        far = reached.max()
        spare = int(far) - np.minimum(length, far).astype(np.int64)
        self.row_price = self.row_price - spare[:n]
        self.column_price = self.column_price + spare[place]


def _mates(partner: Integers) -> list[int]:
    """Every other edge of each cycle of an assignment; an odd one leaves its first vertex over."""
    after: list[int] = partner.tolist()
    mates, seen = [-1] * len(after), [False] * len(after)
    for start in range(len(after)):
        cycle = []
        v = start
        while not seen[v]:
            seen[v] = True
            cycle.append(v)
            v = after[v]
        for i in range(len(cycle) % 2, len(cycle) - 1, 2):
            v, w = cycle[i], cycle[i + 1]
            mates[v], mates[w] = w, v
    return mates
