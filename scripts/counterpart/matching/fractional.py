"""A head start: the best matching if people could be halved, and its exact prices.

A heaviest *fractional* matching is half of a heaviest assignment of the vertices to themselves (each vertex
twice, once on either side; being assigned to oneself means staying unmatched). SciPy solves that assignment
fast (Jonker and Volgenant 1987, sparse form); its prices follow from it by longest paths. The result is
matched edges and some odd cycles of halves: only those are left for the blossom method.
(Balinski, "Integer matrices, integral polyhedra and matchings", 1965.)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from .graph import Integers

#: Weights below this leave room for their sums along a path in 64 bits.
EXACT = 1 << 56

#: Rounds of longest paths before the head start is given up; each costs one pass over the arcs.
ROUNDS = 2_000


def halves(
    n: int, tails: Integers, heads: Integers, tiers: Sequence[Integers], weights: Integers
) -> tuple[Integers, list[int]]:
    """Prices in half units (n,) that cover every edge, and mates on edges that they cover exactly.

    *weights* are the integers of the edges (tails[i], heads[i]), below EXACT; *tiers* the same taken apart,
    the most important first. One tier after another is solved on the arcs that the earlier ones leave open:
    in one packed number a contest for the last point would be fought up to the worth of a person.
    Vertices of an odd cycle of halves are matched but for one. In practice a few passes over the edges.
    """
    loops, none = np.arange(n), np.zeros(n, np.int64)
    rows = np.concatenate((tails, heads, loops))
    columns = np.concatenate((heads, tails, loops))
    order = np.lexsort((columns, rows))
    rows, columns = rows[order], columns[order]
    open_rows, open_columns, left = rows, columns, order
    tiers = [tier for tier in tiers if tier.any()] or tiers[:1]  # a column of zeros decides nothing
    for i, tier in enumerate(tiers):
        values = np.concatenate((tier, tier, none))[left]
        partner = _assigned(n, open_rows, open_columns, values)
        if i + 1 < len(tiers):
            sides = _prices(n, open_rows, open_columns, values, partner)
            if sides is None:
                return cover(n, tails, heads, weights), [-1] * n
            exact = sides[0][open_rows] + sides[1][open_columns] == values
            open_rows, open_columns, left = open_rows[exact], open_columns[exact], left[exact]
    values = np.concatenate((weights, weights, none))[order]
    sides = _prices(n, rows, columns, values, partner)
    if sides is None:
        return cover(n, tails, heads, weights), [-1] * n
    prices = sides[0] + sides[1]
    if (prices[rows] + prices[columns] < 2 * values).any() or prices.min() < 0:
        return cover(n, tails, heads, weights), [-1] * n  # a sum did not fit after all
    return prices, _mates(partner, prices, rows, columns, values)


def _assigned(n: int, rows: Integers, columns: Integers, values: Integers) -> Integers:
    costs = (int(values.max()) + 1 - values).astype(np.float64)
    matrix = csr_matrix((costs, (rows, columns)), shape=(n, n))
    partner: Integers = min_weight_full_bipartite_matching(matrix)[1].astype(np.int64)
    return partner


def cover(n: int, tails: Integers, heads: Integers, weights: Integers) -> Integers:
    """The plainest feasible prices, in half units: each vertex pays for half of its heaviest edge."""
    prices = np.zeros(n, dtype=weights.dtype)
    np.maximum.at(prices, tails, weights)
    np.maximum.at(prices, heads, weights)
    return prices


def _prices(
    n: int, rows: Integers, columns: Integers, values: Integers, partner: Integers
) -> tuple[Integers, Integers] | None:
    """The assignment's prices on its two sides; added up they are half units of the matching's. None if not found.

    With ``left[i] + right[j] >= value[i, j]``, equal on the assignment, ``left`` is the least fixed point of
    left[i] = max over j of value[i, j] - value[k, j] + left[k], where k is assigned to j: longest paths.
    """
    taker = np.empty(n, np.int64)
    taker[partner] = np.arange(n)
    taken = np.zeros(n, np.int64)
    chosen = partner[rows] == columns
    taken[columns[chosen]] = values[chosen]
    before = taker[columns]
    gain = values - taken[columns]
    first = np.searchsorted(rows, np.arange(n))
    left = np.zeros(n, np.int64)
    for _ in range(ROUNDS):
        new = np.maximum.reduceat(gain + left[before], first)
        if (new <= left).all():
            return left, taken - left[taker]
        left = np.maximum(left, new)
    return None


def _mates(partner: Integers, prices: Integers, rows: Integers, columns: Integers, values: Integers) -> list[int]:
    n = len(partner)
    chosen = partner[rows] == columns
    weight = np.zeros(n, np.int64)
    weight[rows[chosen]] = values[chosen]
    exact = (prices + prices[partner] == 2 * weight).tolist()
    after: list[int] = partner.tolist()
    mates, seen = [-1] * n, [False] * n
    for start in range(n):
        cycle = []
        v = start
        while not seen[v]:
            seen[v] = True
            cycle.append(v)
            v = after[v]
        # A cycle's edges are all covered exactly; an odd one leaves its first vertex over.
        for i in range(len(cycle) % 2, len(cycle) - 1, 2):
            v, w = cycle[i], cycle[i + 1]
            if exact[v]:
                mates[v], mates[w] = w, v
    return mates
