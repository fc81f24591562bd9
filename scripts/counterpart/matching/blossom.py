"""The blossom method: exact, in whole numbers, from any feasible start.

Edmonds' primal-dual algorithm for a heaviest matching. Alternating trees grow from all unmatched vertices at
once, with the adjustment of prices kept as one running clock (Galil, "Efficient algorithms for finding
maximum matching in graphs", 1986; Kolmogorov, "Blossom V", 2009, on trees that go on after a pair is made).
All prices are in quarter units, so that every step is a whole number.

What always holds between two events, and is what makes the end a proof:

- prices are 0 or more, and every edge is covered: ``u[a] + u[b] + (prices of sets holding both) >= 4 w``;
- a matched edge is covered exactly;
- a set with a price is an odd cycle of smaller sets, filled with pairs but for one vertex, its base.

A tree is done when its root is matched, or when some vertex that the root can change places with has the
price 0. When no tree is left, the matching weighs exactly as much as the prices allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush

import numpy as np

from .graph import Integers

_Edge = tuple[int, int]
_OUTER, _INNER = 1, 2
_TOUCH, _FREE, _EXPAND = 0, 1, 2


class Blossoms:
    """A matching with its prices, made best by ``run``; vertices are 0 … n - 1, sets have ids from n on."""

    def __init__(
        self,
        ends: Integers,
        heads: Integers,
        weights: Integers,
        back: Sequence[int],
        prices: Sequence[int],
        mates: Sequence[int],
    ) -> None:
        """Take a graph and a feasible start.

        *ends*: the arcs of vertex v are ``ends[v] … ends[v + 1] - 1``; each edge is two arcs. *heads*,
        *weights*: of each arc; weights times 4. *back*: the arc of the same edge from its other end.
        *prices*: quarter units, feasible, even. *mates*: -1 or the partner, covered exactly.
        """
        n = len(prices)
        self.n = n
        self.ends: list[int] = ends.tolist()
        self.heads: list[int] = heads.tolist()
        self.weights: list[int] = weights.tolist()
        self.arrays = ends, heads, weights  # for questions about many arcs at once
        self.back = back
        #: Of a vertex. While it is in an outer set, the clock is to be taken off, in an inner one to be added:
        #: so nothing is written while the clock runs, nor when outer sets become one.
        self.price = list(prices)
        self.mate = list(mates)
        self.top = list(range(n))  # the outermost set that holds the vertex; itself if none
        self.base = list(range(n))  # of a set: the vertex that its pairs leave over
        self.parent: list[int] = [-1] * n  # the next larger set; -1 if none
        self.worth: list[int] = [0] * n  # the price of a set (outer: add the clock twice, inner: take it off)
        self.members: list[list[int]] = [[v] for v in range(n)]
        self.children: dict[int, list[int]] = {}  # around the odd cycle, that of the base first
        self.links: dict[int, list[tuple[int, int]]] = {}  # links[b][i]: the edge from child i to child i + 1
        self.steps = 0  # arcs looked at: the measure of work
        self.label: dict[int, int] = {}  # outermost set -> _OUTER or _INNER; absent: in no tree
        self.entry: dict[int, tuple[int, int] | None] = {}  # the edge by which it joined; None: a root
        self.root: dict[int, int] = {}  # the tree that it is in
        self.trees: dict[int, set[int]] = {}  # root -> the outermost sets of its tree
        self.clock = 0
        #: Later than anything that can happen: no price falls by more than the prices and weights there are.
        self.never = 4 * (1 + max(prices, default=0) + max(self.weights, default=0))
        kind = np.int64 if self.never < 1 << 60 else object
        self.spent = np.full(n, self.never, dtype=kind)  # of an outer vertex: the clock at which its price is 0
        self.events: list[tuple[int, int, int, int, int]] = []  # (clock, number, kind, vertex or set, arc)
        self.count = 0
        self.best: dict[int, int] = {}  # vertex outside all trees -> earliest clock at which one reaches it
        self.via: dict[int, int] = {}  # and the outer vertex that does

    def _now(self, v: int) -> int:
        """The price of vertex *v* at this moment of the search; O(1)."""
        label = self.label.get(self.top[v])
        if label is None:
            return self.price[v]
        return self.price[v] - self.clock if label == _OUTER else self.price[v] + self.clock

    def _settle(self, b: int) -> None:
        """Take the label off the set *b*, and the clock out of its prices."""
        outer = self.label.pop(b) == _OUTER
        self.trees[self.root.pop(b)].discard(b)
        if outer:
            self.spent[self.members[b]] = self.never
        self._shift(b, -self.clock if outer else self.clock)

    def _shift(self, b: int, by: int) -> None:
        if by:
            for v in self.members[b]:
                self.price[v] += by
            if b >= self.n:
                self.worth[b] -= 2 * by

    def _set(self, b: int, label: int, entry: tuple[int, int] | None, root: int) -> None:
        self._shift(b, self.clock if label == _OUTER else -self.clock)
        self._label(b, label, entry, root)
        if label == _OUTER:
            self._note(self.members[b])

    def _label(self, b: int, label: int, entry: tuple[int, int] | None, root: int) -> None:
        self.label[b], self.entry[b], self.root[b] = label, entry, root
        self.trees[root].add(b)

    def _note(self, vertices: list[int]) -> None:
        """Keep the array in step with the prices of *vertices*, which have become outer."""
        if len(vertices) == 1:  # the usual case, and the fastest
            self.spent[vertices[0]] = self.price[vertices[0]]
        elif vertices:
            self.spent[vertices] = [self.price[v] for v in vertices]

    def _push(self, clock: int, kind: int, v: int, arc: int) -> None:
        self.count += 1
        heappush(self.events, (clock, self.count, kind, v, arc))

    def run(self, limit: int) -> bool:
        """Match every vertex that is unmatched at a price, or free it of its price.

        False if looking at *limit* arcs was not enough; the invariants hold all the same.
        O(n m log m) for n such vertices and m arcs; much less where trees meet early.
        """
        self._plant()
        while self.trees and self.steps <= limit:
            self.clock, _, kind, v, arc = heappop(self.events)
            if kind == _EXPAND:
                self._expand(v)
            elif self.label.get(self.top[v]) != _OUTER:
                continue  # stale: its tree is done
            elif kind == _FREE:
                if self._now(v) == 0:
                    self._flip(v, -1)
                    self._fell(self.root[self.top[v]])
            else:
                w = self.heads[arc]
                # An event may be stale: one end has left its tree since, and has another price.
                if self._now(v) + self._now(w) == self.weights[arc]:
                    label = self.label.get(self.top[w])
                    if label is None:
                        self._grow(v, w)
                    elif label == _OUTER:
                        self._meet(v, w)
        complete = not self.trees
        for root in list(self.trees):
            self._fell(root)
        return complete

    def _plant(self) -> None:
        """Begin a tree at every unmatched vertex that has a price."""
        roots = [v for v in range(self.n) if self.mate[v] < 0 and self.price[v] > 0]
        for v in roots:
            self.trees[v] = set()
            self._set(self.top[v], _OUTER, None, v)
        for v in roots:
            self._scan(self.members[self.top[v]])

    def _scan(self, vertices: list[int]) -> None:
        """Note when each arc of these vertices, all in outer sets, will be covered exactly."""
        top, label, price, best, via = self.top, self.label, self.price, self.best, self.via
        heads, weights, clock = self.heads, self.weights, self.clock
        for v in vertices:
            own = top[v]
            mine = price[v]
            self._push(mine, _FREE, v, -1)  # the clock at which the price is used up
            first, last = self.ends[v], self.ends[v + 1]
            self.steps += last - first
            for arc in range(first, last):
                w = heads[arc]
                other = top[w]
                if other == own:
                    continue
                kind = label.get(other)
                if kind is None:
                    when = mine + price[w] - weights[arc]
                    if when < best.get(w, when + 1):
                        best[w], via[w] = when, v
                        self._push(when, _TOUCH, v, arc)
                elif kind == _OUTER:
                    when = (mine + price[w] - weights[arc]) // 2
                    self._push(when if when > clock else clock, _TOUCH, v, arc)

    def _arcs(self, vertices: list[int]) -> tuple[Integers, Integers]:
        """All arcs of *vertices*, and where those of each begin."""
        ends = self.arrays[0]
        first = ends[vertices]
        count = ends[1:][vertices] - first
        self.steps += int(count.sum())
        begin = np.cumsum(count) - count
        return np.repeat(first - begin, count) + np.arange(count.sum()), begin

    def _reach(self, vertices: list[int]) -> None:
        """Note when vertices that are in no tree (again) will be reached by one."""
        for w in vertices:
            self.best.pop(w, None)
        _, heads, weights = self.arrays
        if not (vertices := [w for w in vertices if self.ends[w] < self.ends[w + 1]]):
            return
        arcs, begin = self._arcs(vertices)
        when = self.spent[heads[arcs]] - weights[arcs]
        soonest = np.minimum.reduceat(when, begin)  # and then the first arc of each vertex that is as soon
        first = np.flatnonzero(when == np.repeat(soonest, np.diff(np.append(begin, len(arcs)))))
        first = first[np.searchsorted(first, begin)]
        for w, clock, arc in zip(vertices, soonest.tolist(), arcs[first].tolist(), strict=True):
            v = self.heads[arc]
            if self.label.get(self.top[v]) == _OUTER:
                self.best[w], self.via[w] = clock + self.price[w], v
                self._push(clock + self.price[w], _TOUCH, v, self.back[arc])

    def _grow(self, v: int, w: int) -> None:
        """Take the set of *w* into the tree of *v*, or end the tree there if *w* is unmatched."""
        b, root = self.top[w], self.root[self.top[v]]
        base = self.base[b]
        partner = self.mate[base]
        if partner < 0:
            if b >= self.n:
                self._turn(b, w)
            self.mate[w] = v
            self._flip(v, w)
            self._fell(root)
            return
        self._inner(b, (v, w), root)
        outer = self.top[partner]
        self._set(outer, _OUTER, (base, partner), root)
        self._scan(self.members[outer])

    def _inner(self, b: int, entry: tuple[int, int], root: int) -> None:
        self._set(b, _INNER, entry, root)
        if b >= self.n:
            self._push(self.worth[b] // 2, _EXPAND, b, -1)

    def _meet(self, v: int, w: int) -> None:
        """Two outer vertices have met: make a set of their cycle, or a way from root to root."""
        left, right = self.root[self.top[v]], self.root[self.top[w]]
        if left != right:
            self._flip(v, w)
            self._flip(w, v)
            self._fell(left)
            self._fell(right)
        elif self.top[v] != self.top[w]:
            self._close(v, w)

    def _fell(self, root: int) -> None:
        """Take a tree down, and let the other trees know what they can reach of it and through it."""
        left: list[int] = []
        outer: list[int] = []
        for b in list(self.trees[root]):
            if self.label[b] == _OUTER:
                outer += self.members[b]
            left += self.members[b]
            self._settle(b)
        del self.trees[root]
        if self.trees:
            gone = set(outer)
            near = np.unique(self.arrays[1][self._arcs(outer)[0]]).tolist()
            lost = {w for w in near if self.via.get(w) in gone and self.top[w] not in self.label}
            self._reach(sorted(lost.union(left)))

    def _close(self, v: int, w: int) -> None:
        """Make one outer set of the cycle that the edge (v, w) closes in the tree."""
        left, right = self._to_root(v, w)
        joint = left[-1][0]
        cycle = [b for b, _ in reversed(left)] + [b for b, _ in right[:-1]]
        links = [(e[0], e[1]) for _, e in reversed(left[:-1])]  # each leads from the root outwards
        links.append((v, w))
        links += [(e[1], e[0]) for _, e in right[:-1]]  # each leads back to the root
        new = len(self.base)
        self.base.append(self.base[joint])
        self.parent.append(-1)
        self.worth.append(-2 * self.clock)
        self.members.append([x for b in cycle for x in self.members[b]])
        self.children[new], self.links[new] = cycle, links
        entry, root = self.entry[joint], self.root[joint]
        turned: list[int] = []
        for b in cycle:
            self.parent[b] = new
            if self.label[b] == _INNER:
                turned += self.members[b]
                self._settle(b)
                self._shift(b, self.clock)
            else:  # stays outer, so its vertices' prices are right as they are
                self.trees[self.root.pop(b)].discard(b)
                del self.label[b]
            if b >= self.n:
                self.worth[b] += 2 * self.clock  # inside a set, its price stands still
        for x in self.members[new]:
            self.top[x] = new
        self._label(new, _OUTER, entry, root)
        self._note(turned)
        self._scan(turned)

    def _to_root(self, v: int, w: int) -> tuple[list[tuple[int, _Edge]], ...]:
        """The sets from those of *v* and of *w* up to the first that both paths share, with their entries."""
        paths: tuple[list[tuple[int, _Edge]], ...] = ([], [])
        seen: tuple[dict[int, int], ...] = ({}, {})
        at: list[int] = [self.top[v], self.top[w]]
        side = 0
        while True:
            b = at[side]
            if b >= 0:
                seen[side][b] = len(paths[side])
                entry = self.entry[b]
                paths[side].append((b, entry or (-1, -1)))
                if b in seen[1 - side]:
                    del paths[1 - side][seen[1 - side][b] + 1 :]
                    return paths
                at[side] = self.top[entry[0]] if entry else -1
            side = 1 - side

    def _expand(self, b: int) -> None:
        """Undo the inner set *b*, whose price is used up: its cycle becomes part of the tree, or leaves it."""
        inner = b in self.children and self.label.get(b) == _INNER and self.parent[b] < 0
        if not inner or self.worth[b] != 2 * self.clock:
            return
        entry, root = self.entry[b], self.root[b]
        assert entry is not None
        self._settle(b)
        cycle, links = self._take_apart(b)
        at = cycle.index(self.top[entry[1]])
        way = [(cycle[at], entry), *_even_side(cycle, links, at)]
        for child, edge in way[::2]:
            self._inner(child, edge, root)
        for child, edge in way[1::2]:
            self._set(child, _OUTER, edge, root)
        for child, _ in way[1::2]:
            self._scan(self.members[child])
        joined = {child for child, _ in way}
        for child in cycle:
            if child not in joined:
                self._reach(self.members[child])

    def _take_apart(self, b: int) -> tuple[list[int], list[_Edge]]:
        """Make the children of the set *b* outermost; its cycle, and the edges around it."""
        cycle = self.children.pop(b)
        for child in cycle:
            self.parent[child] = -1
            for x in self.members[child]:
                self.top[x] = child
        return cycle, self.links.pop(b)

    def _flip(self, v: int, mate: int) -> None:
        """Give *v*, in an outer set, the partner *mate* (-1: none) and change pairs along the way to the root."""
        while True:
            b = self.top[v]
            if b >= self.n:
                self._turn(b, v)
            self.mate[v] = mate
            entry = self.entry[b]
            if entry is None:
                return
            inner = self.top[entry[0]]
            way = self.entry[inner]
            assert way is not None
            if inner >= self.n:
                self._turn(inner, way[1])
            self.mate[way[1]] = way[0]
            v, mate = way

    def _turn(self, b: int, v: int) -> None:
        """Make *v* the base of the set *b*: change pairs along the even side of its cycle, at every level."""
        todo = [(b, v)]
        while todo:
            b, v = todo.pop()
            child = v
            while child != b:
                outside = self.parent[child]
                cycle, links = self.children[outside], self.links[outside]
                first = cycle.index(child)
                side = _even_side(cycle, links, first)
                for (one, _), (two, link) in zip(side[::2], side[1::2], strict=True):
                    if one >= self.n:
                        todo.append((one, link[0]))
                    if two >= self.n:
                        todo.append((two, link[1]))
                    self.mate[link[0]], self.mate[link[1]] = link[1], link[0]
                self.children[outside] = cycle[first:] + cycle[:first]
                self.links[outside] = links[first:] + links[:first]
                self.base[outside] = v
                child = outside

    def sets(self) -> list[tuple[list[int], int]]:
        """The sets that have a price: sorted members, price in quarter units; the smallest member first."""
        priced = [(sorted(self.members[b]), self.worth[b]) for b in self.children if self.worth[b]]
        return sorted(priced)


def _even_side(cycle: list[int], links: list[_Edge], at: int) -> list[tuple[int, _Edge]]:
    """The children after *at* up to the base, an even number of edges away, each with the edge into it."""
    # The pairs inside join children 1 and 2, 3 and 4, …: the way begins with the pair of child *at*.
    if at % 2:
        return list(zip([*cycle[at + 1 :], cycle[0]], links[at:], strict=True))
    return [(cycle[i], links[i][::-1]) for i in reversed(range(at))]
