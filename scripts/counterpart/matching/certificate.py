"""The proof of a matching, and the code that checks it without having seen how it was found.

The theorem, with its proof, is in the documentation (How it works, "The proof"). In short: give every vertex
a price and some odd sets of vertices a price, each price a list of integers compared like words in a
dictionary, none below zero, so that on every allowed pair the two vertices' prices and those of the sets that
hold both come to at least the pair's weight. Then no matching weighs more than the sum of all prices, a set
of size s counted (s - 1) / 2 times. A matching that weighs just that is therefore the best there is.
Everything is an integer: prices are given times ``scale``.

This module must never import the solver, nor anything that does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .graph import Chunk, Integers, Mask, Pairs, listed, packed

#: Shared prices that the tables of small odd sets may hold, for each vertex; a graph of fewer vertices than
#: ``FEWEST`` counts as one of so many. Larger sets, and those for which no room is left, go into chains.
TABLE, FEWEST = 64, 1 << 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Prices that bound every matching from above.

    ``prices[v]`` is the price of vertex v and ``sets`` lists odd sets as (members, price); a price has one
    integer for each column, times ``scale``, and is at least zero in dictionary order.
    """

    scale: int
    prices: tuple[tuple[int, ...], ...]
    sets: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a certificate proves about a matching.

    ``weight`` and ``bound`` have one number for each column. ``gap[i]`` is how much the matching may fall
    short in column i; None after the first column with a gap, since nothing is known there.
    ``problem`` is one sentence if mates or certificate are not what they claim to be; then nothing is proven.
    """

    weight: tuple[int, ...] = ()
    bound: tuple[int | None, ...] = ()
    gap: tuple[int | None, ...] = ()
    problem: str | None = None

    @property
    def optimal(self) -> bool:
        """No allowed matching is better, column after column."""
        return self.problem is None and all(g == 0 for g in self.gap)


def verify(graph: Pairs, mates: Sequence[int], certificate: Certificate) -> Verdict:
    """Check *certificate* over all allowed pairs of *graph* and say what it proves about *mates*.

    Never raises on wrong mates or a wrong certificate: the verdict names the problem. One pass over all
    pairs. Source: weak duality for matchings (Edmonds 1965), over lists of integers in dictionary order.
    """
    problem = _wrong_mates(graph, mates) or _wrong_form(graph, certificate)
    if problem:
        return Verdict(problem=problem)
    pairs = [(v, w) for v, w in enumerate(mates) if v < w]
    tails = np.array([v for v, _ in pairs], dtype=np.int64)
    heads = np.array([w for _, w in pairs], dtype=np.int64)
    weights, allowed = graph.look(tails, heads, 0, graph.columns)
    if not allowed.all():
        v, w = pairs[int(np.argmin(allowed))]
        return Verdict(problem=f"vertices {v} and {w} are matched, which the graph does not allow.")
    cover = Cover(graph.n, certificate, graph.bounds)
    for chunk in graph.chunks(0, graph.columns):
        bare = cover.uncovered(chunk)
        if bare is not None:
            return Verdict(problem=f"the prices do not cover the pair of vertices {bare[0]} and {bare[1]}.")
    weight = tuple(sum(column.tolist()) for column in weights.T) if pairs else (0,) * graph.columns
    return judge(weight, certificate)


def judge(weight: tuple[int, ...], certificate: Certificate) -> Verdict:
    """Set a weight against the bound of a certificate that covers every pair."""
    total = [sum(column) for column in zip(*certificate.prices, strict=True)] or [0] * len(weight)
    for members, price in certificate.sets:
        for i, p in enumerate(price):
            total[i] += p * ((len(members) - 1) // 2)
    bound: list[int | None] = []
    gap: list[int | None] = []
    known = True
    for mine, most in zip(weight, total, strict=True):
        bound.append(most // certificate.scale if known else None)
        gap.append(most // certificate.scale - mine if known else None)
        # A bound that is no whole number, or not met, leaves room for anything in the columns after it.
        known = known and most == mine * certificate.scale
    if any(g is not None and g < 0 for g in gap):
        # No matching outweighs a true bound; said rather than believed.
        return Verdict(weight=weight, problem="the matching outweighs the bound, so the certificate is wrong.")
    return Verdict(weight=weight, bound=tuple(bound), gap=tuple(gap))


def held_prices(n: int, sets: Sequence[tuple[tuple[int, ...], Sequence[int]]], columns: int) -> list[int]:
    """For each column, the most that the absolute prices of the sets that hold one vertex come to."""
    most = [0] * columns
    for i in range(columns):
        small = sum(abs(price[i]) for _, price in sets) < 1 << 62
        held = np.zeros(n, dtype=np.int64 if small else object)
        for members, price in sets:
            if price[i]:
                held[np.array(members)] += abs(price[i])
        most[i] = int(held.max(initial=0))
    return most


class Cover:
    """The covering side of a certificate, laid over chunks of pairs.

    A slack (prices minus scaled weight) is a list of integers; it is compared in dictionary order by packing
    it into one integer with multipliers wide enough for the slacks that can occur here.
    """

    def __init__(self, n: int, certificate: Certificate, bounds: Sequence[int]) -> None:
        self.n, self.scale = n, certificate.scale
        columns = len(bounds)
        prices = certificate.prices
        held = held_prices(n, certificate.sets, columns)
        reach = [
            2 * max((abs(p[i]) for p in prices), default=0) + held[i] + self.scale * bounds[i]
            for i in range(columns)
        ]
        self.multipliers = [1] * columns
        for i in reversed(range(columns - 1)):
            self.multipliers[i] = self.multipliers[i + 1] * (2 * reach[i + 1] + 1)
        # Weights are multiplied by the scale and a multiplier, which may be more than any slack if they are all 0.
        wide = self.multipliers[0] * max(2 * reach[0] + 1, self.scale) >= 1 << 62
        self.dtype = object if wide else np.int64
        table = np.array(prices, dtype=self.dtype).reshape(n, columns)
        self.price: Integers = table @ np.array(self.multipliers, dtype=self.dtype)
        self._lay([(members, self._pack(price)) for members, price in certificate.sets])

    def _pack(self, price: Sequence[int]) -> int:
        return sum(p * m for p, m in zip(price, self.multipliers, strict=True))

    def _lay(self, sets: list[tuple[tuple[int, ...], int]]) -> None:
        """Lay the sets out for looking pairs up: large ones in nested chains, small ones in tables.

        Sets are nested or disjoint, so the sets that hold two vertices are those around the smallest one
        that does.
        """
        sets = sorted(sets, key=lambda s: -len(s[0]))  # of one size, none holds another
        small, room = len(sets), TABLE * max(self.n, FEWEST)
        while small and (room := room - len(sets[small - 1][0]) ** 2) >= 0:
            small -= 1
        #: Of a chain, each set inside the one before, per vertex: the summed price of the sets that hold it.
        #: Two vertices share those that hold the one that is in fewer: the smaller of the two sums.
        self.chains: list[Integers] = []
        inner = np.full(self.n, -1, dtype=np.int64)  # the smallest set so far that holds the vertex
        chain_of: dict[int, int] = {}  # the last set of a chain -> the chain
        for i, (members, price) in enumerate(sets[:small]):
            chain = chain_of.pop(int(inner[members[0]]), len(self.chains))
            if chain == len(self.chains):
                self.chains.append(np.zeros(self.n, dtype=self.dtype))
            chain_of[i] = chain
            rows = np.array(members)
            self.chains[chain][rows] += price
            inner[rows] = i
        #: Of an outermost small set: a table of the price that each two of its members share.
        self.home = np.full(self.n, -1, dtype=np.int64)  # where its table begins in ``table``, per vertex
        self.rank = np.zeros(self.n, dtype=np.int64)  # the vertex's row there
        self.width = np.zeros(self.n, dtype=np.int64)
        tables: list[Integers] = [np.zeros(0, dtype=self.dtype)]
        begin = 0
        at: dict[int, Integers] = {}
        for members, price in sets[small:]:
            rows = np.array(members, dtype=np.int64)
            if self.home[rows[0]] < 0:
                self.home[rows], self.rank[rows], self.width[rows] = begin, np.arange(len(rows)), len(rows)
                at[begin] = np.zeros((len(rows), len(rows)), dtype=self.dtype)
                begin += len(rows) ** 2
            ranks = self.rank[rows]
            at[int(self.home[rows[0]])][np.ix_(ranks, ranks)] += price
        tables += [table.ravel() for table in at.values()]
        self.table = np.concatenate(tables)

    def slack(self, chunk: Chunk) -> Integers:
        """The packed slack of the chunk's pairs, without the small sets: never more than the true one."""
        scaled = [self.scale * m for m in self.multipliers]
        weight = packed(chunk.weights, scaled, wide=self.dtype is object)
        slack: Integers = self.price[chunk.tails] + self.price[chunk.heads] - weight
        for chain in self.chains:
            slack = slack + np.minimum(chain[chunk.tails], chain[chunk.heads])
        return slack

    def shared(self, tails: Integers, heads: Integers) -> Integers:
        """For listed pairs: the packed price of the small sets that hold both."""
        total = np.zeros(len(tails), dtype=self.dtype)
        home = self.home[tails]
        same = (home == self.home[heads]) & (home >= 0)
        one, two = tails[same], heads[same]
        total[same] = self.table[home[same] + self.rank[one] * self.width[one] + self.rank[two]]
        return total

    def uncovered(self, chunk: Chunk) -> tuple[int, int] | None:
        """A pair of the chunk whose prices do not come to its weight, or None."""
        hit: Mask = self.slack(chunk) < 0
        if chunk.allowed is not None:
            hit = hit & chunk.allowed
        if not hit.any():
            return None
        tails, heads, weights = listed(chunk, hit)
        pairs = Chunk(tails=tails, heads=heads, weights=weights)
        bare = self.slack(pairs) + self.shared(tails, heads) < 0
        if not bare.any():
            return None
        first = int(np.argmax(bare))
        return int(tails[first]), int(heads[first])


def _wrong_mates(graph: Pairs, mates: Sequence[int]) -> str | None:
    if len(mates) != graph.n:
        return f"there are {len(mates)} mates for {graph.n} vertices."
    for v, w in enumerate(mates):
        if isinstance(w, bool) or not isinstance(w, (int, np.integer)) or not -1 <= w < graph.n:
            return f"the mate of vertex {v} is not a vertex, nor -1."
        if w == v or (w >= 0 and mates[w] != v):
            return f"vertex {v} has the mate {w}, which does not have it."
    return None


def _wrong_form(graph: Pairs, certificate: Certificate) -> str | None:
    def whole(price: Sequence[int]) -> bool:
        return len(price) == graph.columns and all(type(p) is int for p in price)

    zero = (0,) * graph.columns
    if type(certificate.scale) is not int or certificate.scale < 1:
        return "the scale is not a whole number of at least 1."
    if len(certificate.prices) != graph.n:
        return f"there are prices for {len(certificate.prices)} vertices, not {graph.n}."
    for v, price in enumerate(certificate.prices):
        if not whole(price):
            return f"the price of vertex {v} is not a list of {graph.columns} integers."
        if tuple(price) < zero:
            return f"the price of vertex {v} is below zero."
    for i, (members, price) in enumerate(certificate.sets):
        if not whole(price) or tuple(price) < zero:
            return f"the price of set {i} is not a list of {graph.columns} integers, zero or more."
        if wrong := _wrong_members(graph.n, members):
            return f"set {i} {wrong}"
    return _crossing(graph.n, certificate)


def _wrong_members(n: int, members: Sequence[int]) -> str | None:
    if not all(type(v) is int and 0 <= v < n for v in members) or len(set(members)) != len(members):
        return "does not list different vertices."
    return "has an even number of members." if len(members) % 2 == 0 else None


def _crossing(n: int, certificate: Certificate) -> str | None:
    """A sentence if two sets overlap without one being inside the other."""
    inner = [-1] * n
    for i, members in sorted(enumerate(m for m, _ in certificate.sets), key=lambda s: -len(s[1])):
        if len({inner[v] for v in members}) > 1:
            return f"set {i} overlaps another set without being inside it, or around it."
        for v in members:
            inner[v] = i
    return None
