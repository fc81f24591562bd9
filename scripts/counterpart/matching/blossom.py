"""The blossom method: exact, in whole numbers, from any feasible start.

Edmonds' primal-dual algorithm for a heaviest matching, one alternating tree at a time, with the
adjustment of prices kept as a running clock per tree (Galil, "Efficient algorithms for finding maximum
matching in graphs", 1986; Gabow, "An efficient implementation of Edmonds' algorithm", 1976).
All prices are in half units, so that every step is a whole number.

What always holds between two searches, and is what makes the end a proof:

- prices are 0 or more, and every edge is covered: ``u[a] + u[b] + (prices of sets holding both) >= 2 w``;
- a matched edge is covered exactly;
- a set with a price is an odd cycle of smaller sets, filled with pairs but for one vertex, its base.

A search starts from a vertex that is unmatched though it has a price, and ends when that vertex is matched
or some vertex that it can change places with has the price 0. When no such vertex is left, the matching
weighs exactly as much as the prices allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush

_OUTER, _INNER = 1, 2
_GROW, _CLOSE, _FREE, _EXPAND = 0, 1, 2, 3


class Blossoms:
    """A matching with its prices, made better by ``search``; vertices are 0 … n - 1, sets have ids from n on."""

    def __init__(
        self,
        ends: Sequence[int],
        heads: Sequence[int],
        weights: Sequence[int],
        prices: Sequence[int],
        mates: Sequence[int],
    ) -> None:
        """Take a graph and a feasible start.

        *ends*: the arcs of vertex v are ``ends[v] … ends[v + 1] - 1``; each edge is two arcs.
        *heads*, *weights*: of each arc; weights are doubled. *prices*: half units, feasible.
        *mates*: -1 or the partner; every matched edge is covered exactly.
        """
        n = len(prices)
        self.n = n
        self.ends, self.heads, self.weights = ends, heads, weights
        self.price = list(prices)  # of a vertex, as of the last time its set changed its label
        self.mate = list(mates)
        self.top = list(range(n))  # the outermost set that holds the vertex; itself if none
        self.base = list(range(n))  # of a set: the vertex that its pairs leave over
        self.parent: list[int] = [-1] * n  # the next larger set; -1 if none
        self.worth: list[int] = [0] * n  # the price of a set, as of its last label; 0 for vertices
        self.members: list[list[int]] = [[v] for v in range(n)]
        self.children: dict[int, list[int]] = {}  # around the odd cycle, that of the base first
        self.links: dict[int, list[tuple[int, int]]] = {}  # links[b][i]: the edge from child i to child i + 1
        self.steps = 0  # arcs looked at: the measure of work
        self._start()

    def _start(self) -> None:
        self.label: dict[int, int] = {}  # outermost set -> _OUTER or _INNER; absent: not in the tree
        self.entry: dict[int, tuple[int, int] | None] = {}  # the edge by which it joined; None: the root
        self.since: dict[int, int] = {}  # the clock when it was labelled
        self.clock = 0
        self.events: list[tuple[int, int, int, int, int]] = []  # (clock, number, kind, vertex, vertex)
        self.best: dict[int, int] = {}  # vertex outside the tree -> earliest clock at which it can be reached
        self.via: dict[int, int] = {}  # and the outer vertex that reaches it then
        self.count = 0

    # -- prices as of now ---------------------------------------------------------------------------

    def _now(self, v: int) -> int:
        """The price of vertex *v* at this moment of the search; O(1)."""
        top = self.top[v]
        label = self.label.get(top)
        if label is None:
            return self.price[v]
        passed = self.clock - self.since[top]
        return self.price[v] - passed if label == _OUTER else self.price[v] + passed

    def _settle(self, b: int) -> None:
        """Write the running prices of the labelled set *b* down; its label is spent."""
        passed = self.clock - self.since.pop(b)
        if self.label.pop(b) == _OUTER:
            passed = -passed
        if passed:
            for v in self.members[b]:
                self.price[v] += passed
            if b >= self.n:
                self.worth[b] -= 2 * passed

    def _push(self, clock: int, kind: int, v: int, w: int) -> None:
        self.count += 1
        heappush(self.events, (clock, self.count, kind, v, w))

    # -- one search -----------------------------------------------------------------------------------

    def search(self, root: int, limit: int) -> bool:
        """Free *root* of being unmatched at a price; False if *limit* arcs were not enough.

        Whatever the end, the invariants hold again. O(m log m) for a search on m arcs, and one
        relabelling of vertices for each set made or undone.
        """
        self._start()
        self._outer(self.top[root], None)
        done = False
        while not done and self.steps <= limit:
            clock, _, kind, v, w = heappop(self.events)
            self.clock = clock
            if kind == _GROW:
                done = self._grow(v, w)
            elif kind == _CLOSE:
                self._close(v, w)
            elif kind == _EXPAND:
                self._expand(v)
            elif self._now(v) == 0:
                self._flip(v, -1)
                done = True
        for b in list(self.label):
            self._settle(b)
        return done

    def _outer(self, b: int, entry: tuple[int, int] | None) -> None:
        self.label[b], self.entry[b], self.since[b] = _OUTER, entry, self.clock
        self._scan(self.members[b])

    def _inner(self, b: int, entry: tuple[int, int]) -> None:
        self.label[b], self.entry[b], self.since[b] = _INNER, entry, self.clock
        if b >= self.n:
            self._push(self.clock + self.worth[b] // 2, _EXPAND, b, -1)

    def _scan(self, vertices: list[int]) -> None:
        """Note when each arc of these vertices, all in outer sets, will be covered exactly."""
        top, label, price, best, heads = self.top, self.label, self.price, self.best, self.heads
        for v in vertices:
            mine, own = self._now(v), top[v]
            self._push(self.clock + mine, _FREE, v, -1)
            first, last = self.ends[v], self.ends[v + 1]
            self.steps += last - first
            for arc in range(first, last):
                w = heads[arc]
                other = top[w]
                if other == own:
                    continue
                kind = label.get(other)
                if kind is None:
                    when = self.clock + mine + price[w] - self.weights[arc]
                    if when < best.get(w, when + 1):
                        best[w], self.via[w] = when, v
                        self._push(when, _GROW, v, w)
                elif kind == _OUTER:
                    when = self.clock + (mine + self._now(w) - self.weights[arc]) // 2
                    self._push(when, _CLOSE, v, w)

    def _reach(self, vertices: list[int]) -> None:
        """Note when vertices that have just left the tree can be reached again."""
        for w in vertices:
            self.best.pop(w, None)
            self.steps += self.ends[w + 1] - self.ends[w]
            for arc in range(self.ends[w], self.ends[w + 1]):
                v = self.heads[arc]
                if self.label.get(self.top[v]) == _OUTER:
                    when = self.clock + self._now(v) + self.price[w] - self.weights[arc]
                    if when < self.best.get(w, when + 1):
                        self.best[w], self.via[w] = when, v
                        self._push(when, _GROW, v, w)

    def _grow(self, v: int, w: int) -> bool:
        """Take the set of *w* into the tree, or end the search there if it is unmatched."""
        b = self.top[w]
        # An event may be stale: w has joined since, or joined, left and got another price.
        if b in self.label or self.best.get(w) != self.clock or self.via[w] != v:
            return False
        base = self.base[b]
        partner = self.mate[base]
        if partner < 0:
            if b >= self.n:
                self._turn(b, w)
            self.mate[w] = v
            self._flip(v, w)
            return True
        self._inner(b, (v, w))
        self._outer(self.top[partner], (base, partner))
        return False

    # -- sets -----------------------------------------------------------------------------------------

    def _close(self, v: int, w: int) -> None:
        """Make one outer set of the cycle that the edge (v, w) closes in the tree."""
        if self.top[v] == self.top[w]:
            return
        left, right = self._to_root(v, w)
        joint = left[-1][0]
        cycle = [b for b, _ in reversed(left)] + [b for b, _ in right[:-1]]
        links = [(e[0], e[1]) for _, e in reversed(left[:-1])]  # each leads from the root outwards
        links.append((v, w))
        links += [(e[1], e[0]) for _, e in right[:-1]]  # each leads back to the root
        new = len(self.base)
        self.base.append(self.base[joint])
        self.parent.append(-1)
        self.worth.append(0)
        self.members.append([x for b in cycle for x in self.members[b]])
        self.children[new], self.links[new] = cycle, links
        entry = self.entry[joint]
        turned: list[int] = []
        for b in cycle:
            if self.label[b] == _INNER:
                turned += self.members[b]
            self._settle(b)
            self.parent[b] = new
        for x in self.members[new]:
            self.top[x] = new
        self.label[new], self.entry[new], self.since[new] = _OUTER, entry, self.clock
        self._scan(turned)

    def _to_root(self, v: int, w: int) -> tuple[list[tuple[int, tuple[int, int]]], ...]:
        """The sets from those of *v* and of *w* up to the first that both paths share, with their entries."""
        none = (-1, -1)
        paths: tuple[list[tuple[int, tuple[int, int]]], ...] = ([], [])
        seen: tuple[dict[int, int], ...] = ({}, {})
        at: list[int] = [self.top[v], self.top[w]]
        side = 0
        while True:
            b = at[side]
            if b >= 0:
                seen[side][b] = len(paths[side])
                entry = self.entry[b]
                paths[side].append((b, entry or none))
                if b in seen[1 - side]:
                    del paths[1 - side][seen[1 - side][b] + 1 :]
                    return paths
                at[side] = self.top[entry[0]] if entry else -1
            side = 1 - side

    def _expand(self, b: int) -> None:
        """Undo the inner set *b*, whose price is used up: its cycle becomes part of the tree, or leaves it."""
        if b not in self.children or self.label.get(b) != _INNER or self.parent[b] >= 0:
            return
        if self.worth[b] - 2 * (self.clock - self.since[b]):
            return
        entry = self.entry[b]
        assert entry is not None
        self._settle(b)
        cycle, links = self.children.pop(b), self.links.pop(b)
        for child in cycle:
            self.parent[child] = -1
            for x in self.members[child]:
                self.top[x] = child
        at = cycle.index(self.top[entry[1]])
        # The pairs inside join children 1 and 2, 3 and 4, …: leave by the pair of the child we came in at.
        step = 1 if at % 2 else -1
        self._inner(cycle[at], entry)
        kept = {cycle[at]}
        outer: list[tuple[int, tuple[int, int]]] = []
        while at % len(cycle):
            into = links[at] if step == 1 else links[at - 1][::-1]
            outer.append((cycle[(at + step) % len(cycle)], (into[0], into[1])))
            at += 2 * step
            onward = links[at - 1] if step == 1 else links[at][::-1]
            self._inner(cycle[at % len(cycle)], (onward[0], onward[1]))
            kept |= {outer[-1][0], cycle[at % len(cycle)]}
        for child, way in outer:
            self.label[child], self.entry[child], self.since[child] = _OUTER, way, self.clock
        for child, _ in outer:
            self._scan(self.members[child])
        for child in cycle:
            if child not in kept:
                self._reach(self.members[child])

    # -- changing the matching ------------------------------------------------------------------------

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
                first = at = cycle.index(child)
                step = 1 if at % 2 else -1
                while at % len(cycle):
                    link = links[(at + step) % len(cycle)] if step == 1 else links[at - 2][::-1]
                    one, two = cycle[(at + step) % len(cycle)], cycle[(at + 2 * step) % len(cycle)]
                    if one >= self.n:
                        todo.append((one, link[0]))
                    if two >= self.n:
                        todo.append((two, link[1]))
                    self.mate[link[0]], self.mate[link[1]] = link[1], link[0]
                    at += 2 * step
                self.children[outside] = cycle[first:] + cycle[:first]
                self.links[outside] = links[first:] + links[:first]
                self.base[outside] = v
                child = outside

    # -- the end --------------------------------------------------------------------------------------

    def sets(self) -> list[tuple[list[int], int]]:
        """The sets that have a price: sorted members, price in half units; the smallest member first."""
        priced = [(sorted(self.members[b]), self.worth[b]) for b in self.children if self.worth[b]]
        return sorted(priced)
