"""Graphs made around their best matching, with odd sets of any size, and lies about them.

A matching and a certificate come first: odd sets inside one another and side by side, each as full as it can
be, every vertex with a price matched. Then every edge gets a weight that the prices cover, and the matched ones
just that. By the theorem nothing weighs more, however large the graph is.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import NamedTuple

import numpy as np

from counterpart.matching import Certificate, Graph, Verdict, verify
from counterpart.matching.graph import Chunk
from tests.matching.plain_checker import plain_verify, slack

Price = tuple[int, ...]
Pair = tuple[int, int]
Set = tuple[tuple[int, ...], Price]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A graph, and a matching with a certificate that is said to prove it the best."""

    n: int
    columns: int
    weight_of: dict[Pair, Price]
    mates: tuple[int, ...]
    certificate: Certificate

    @property
    def graph(self) -> Graph:
        pairs = sorted(self.weight_of)
        weights = [self.weight_of[pair] for pair in pairs]
        huge = any(abs(x) >= 1 << 62 for weight in weights for x in weight)
        array = np.array(weights, dtype=object if huge else np.int64)
        return Graph(self.n, pairs, array.reshape(len(pairs), self.columns))

    def fast(self) -> Verdict:
        return verify(self.graph, self.mates, self.certificate)

    def plain(self) -> Verdict:
        edges, weights = list(self.weight_of), list(self.weight_of.values())
        return plain_verify(self.n, edges, weights, self.columns, self.mates, self.certificate)


class Odd(NamedTuple):
    """An odd number of vertices, all matched among themselves but for *base*; *sets* get a price."""

    members: tuple[int, ...]
    base: int
    pairs: tuple[Pair, ...] = ()
    sets: tuple[tuple[int, ...], ...] = ()


class Maker:
    """Hands out vertices, and makes odd sets of them."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.n = 0

    def one(self) -> Odd:
        self.n += 1
        return Odd((self.n - 1,), self.n - 1)

    def around(self, *parts: Odd) -> Odd:
        """A set around an odd number of parts: the base of the first is left over, the others' are matched."""
        assert len(parts) % 2 == 1
        members = tuple(v for part in parts for v in part.members)
        bases = [part.base for part in parts]
        pairs = [pair for part in parts for pair in part.pairs]
        pairs += zip(bases[1::2], bases[2::2], strict=True)
        sets = [members for part in parts for members in part.sets]
        return Odd(members, bases[0], tuple(pairs), (*sets, members))

    def flat(self, size: int) -> Odd:
        return self.around(*(self.one() for _ in range(size)))

    def chain(self, *sizes: int) -> Odd:
        """Each set inside the next one; the sizes are odd and rise."""
        inner = self.flat(sizes[0])
        for size in sizes[1:]:
            more = size - len(inner.members)
            inner = self.around(inner, *(self.one() for _ in range(more)))
        return inner

    def price(self, columns: int, high: int, *, least: int = 0) -> Price:
        """At least zero in dictionary order, and the first number at least *least*."""
        drawn = [self.chance.randint(-high, high) for _ in range(columns)]
        if drawn[0] < 0 or (drawn[0] == 0 and self.chance.random() < 0.5):
            drawn = [-x for x in drawn]
        drawn[0] = max(drawn[0], least)
        return tuple(drawn) if tuple(drawn) >= (0,) * columns else tuple(-x for x in drawn)


def planted(
    make: Maker,
    tops: Sequence[Odd],
    *,
    columns: int = 1,
    high: int = 20,
    scale: int = 1,
    edges: int | None = None,
) -> Claim:
    """The honest claim about the sets *tops*, side by side, with so many more *edges* (None: one a vertex)."""
    chance, n = make.chance, make.n
    rest = list(tops)
    chance.shuffle(rest)
    mates = [-1] * n
    pairs = [pair for top in tops for pair in top.pairs]
    while len(rest) > 1 and chance.random() < 0.8:
        pairs.append((rest.pop().base, rest.pop().base))
    for v, w in pairs:
        mates[v], mates[w] = w, v

    prices = [make.price(columns, high) if mates[v] >= 0 else (0,) * columns for v in range(n)]
    for v, w in pairs:  # what they pay together must be a whole weight
        prices[w] = tuple(b + -(a + b) % scale for a, b in zip(prices[v], prices[w], strict=True))
    sets: list[Set] = [
        (members, tuple(scale * p for p in make.price(columns, high, least=1)))
        for top in tops
        for members in top.sets
    ]
    certificate = Certificate(scale=scale, prices=tuple(prices), sets=tuple(sets))
    wanted = {(min(p), max(p)) for p in pairs} | set(_drawn(chance, n, tops, n if edges is None else edges))
    claim = Claim(n=n, columns=columns, weight_of={}, mates=tuple(mates), certificate=certificate)
    matched = {(v, w) for v, w in enumerate(mates) if v < w}
    for pair, covered in zip(sorted(wanted), paid(claim, sorted(wanted)), strict=True):
        weight = tuple(c // scale for c in covered)
        if pair not in matched and chance.random() < 0.5:
            weight = tuple(a - b for a, b in zip(weight, make.price(columns, high), strict=True))
        claim.weight_of[pair] = weight
    return _renamed(chance, claim)


def _drawn(chance: random.Random, n: int, tops: Sequence[Odd], count: int) -> Iterator[Pair]:
    """Pairs anywhere and inside sets, half of each, and parts of a ring through each outermost set."""
    groups = [members for top in tops for members in top.sets]
    for top in tops:
        for v, w in zip(top.members, (*top.members[1:], top.members[0]), strict=True):
            if v != w and chance.random() < count / (2 * n):
                yield min(v, w), max(v, w)
    for _ in range(count if n > 1 else 0):
        within = chance.choice(groups) if groups and chance.random() < 0.5 else range(n)
        if len(within) > 1:
            v, w = chance.sample(within, 2)
            yield min(v, w), max(v, w)


def _renamed(chance: random.Random, claim: Claim) -> Claim:
    """The same with shuffled numbers of vertices, members and sets, so that no order can help."""
    name = list(range(claim.n))
    chance.shuffle(name)
    mates, prices = [-1] * claim.n, [()] * claim.n
    for v, w in enumerate(claim.mates):
        mates[name[v]] = name[w] if w >= 0 else -1
        prices[name[v]] = claim.certificate.prices[v]  # type: ignore[call-overload]
    sets = [
        (tuple(chance.sample([name[v] for v in members], len(members))), price)
        for members, price in claim.certificate.sets
    ]
    chance.shuffle(sets)
    return replace(
        claim,
        mates=tuple(mates),
        weight_of={(min(name[v], name[w]), max(name[v], name[w])): x for (v, w), x in claim.weight_of.items()},
        certificate=replace(claim.certificate, prices=tuple(prices), sets=tuple(sets)),
    )


def paid(claim: Claim, pairs: Sequence[Pair]) -> list[list[int]]:
    """What the prices of each pair, and of the sets around it, come to."""
    quick = replace(
        claim.certificate,
        sets=tuple((frozenset(m), p) for m, p in claim.certificate.sets),  # type: ignore[misc]
    )
    return [slack(pair, (0,) * claim.columns, quick) for pair in pairs]


class Blocks:
    """The pairs of a claim in blocks of rows, with a mask of what is allowed: the other form of chunks."""

    def __init__(self, claim: Claim, rows: int = 17) -> None:
        self.n, self.columns, self.rows = claim.n, claim.columns, rows
        self.bounds = claim.graph.bounds
        wide = max(self.bounds, default=0) >= 1 << 62
        self.weights = np.zeros((claim.columns, claim.n, claim.n), dtype=object if wide else np.int64)
        for column, bound in zip(self.weights, self.bounds, strict=True):
            column[:] = bound  # what is not allowed weighs most, so that nobody can overlook the mask
        self.allowed = np.zeros((claim.n, claim.n), dtype=np.bool_)
        for (v, w), weight in claim.weight_of.items():
            for a, b in ((v, w), (w, v)):
                self.weights[:, a, b], self.allowed[a, b] = weight, True

    def chunks(self, first: int, last: int, *, both: bool = False) -> Iterator[Chunk]:
        for start in range(0, self.n, self.rows):
            tails = np.arange(start, min(self.n, start + self.rows)).reshape(-1, 1)
            left = 0 if both else start
            heads = np.arange(left, self.n).reshape(1, -1)
            allowed = self.allowed[tails, heads] & (both | (tails < heads))
            weights = tuple(self.weights[i][tails, heads] for i in range(first, last))
            yield Chunk(tails=tails, heads=heads, weights=weights, allowed=allowed)

    def look(self, tails, heads, first, last):  # type: ignore[no-untyped-def]
        return self.weights[first:last, tails, heads].T, self.allowed[tails, heads]


#: What a lie must come to: one of these, or a problem that says so ("" is any problem).
GAP, EITHER, TRUE = "a gap", "a problem or a gap", "true all the same"


def lies(make: Maker, claim: Claim, least: int) -> Iterator[tuple[str, str, Claim]]:
    """Every kind of lie about sets of *least* or more members: (kind, what it must come to, claim)."""
    large = [i for i, (members, _) in enumerate(claim.certificate.sets) if len(members) >= least]
    for i in make.chance.sample(large, min(2, len(large))):
        yield from _about_price(claim, i)
        yield from _about_members(make.chance, claim, i)
    yield from _about_two_sets(make.chance, claim, large)
    yield from _about_edges(make.chance, claim, large)
    yield from _about_the_rest(make.chance, claim)


def _about_price(claim: Claim, i: int) -> Iterator[tuple[str, str, Claim]]:
    members, (first, *rest) = claim.certificate.sets[i]
    zeros = (0,) * (claim.columns - 1)
    below = f"the price of set {i} is not a list of {claim.columns} integers, zero or more."
    bare = "the prices do not cover the pair of vertices "
    yield "price raised", GAP, _set(claim, i, (members, (first + claim.certificate.scale, *rest)))
    yield "price lowered", bare, _set(claim, i, (members, (first - 1, *(10**3 for _ in rest))))
    yield "price below zero", below, _set(claim, i, (members, (-1, *zeros)))
    yield "price nought", bare, _set(claim, i, (members, (0, *zeros)))
    yield "price left to the members", GAP, _to_members(claim, i)
    yield "set left out", bare, _sets(claim, [s for j, s in enumerate(claim.certificate.sets) if j != i])
    yield "set listed twice", GAP, _sets(claim, [*claim.certificate.sets, claim.certificate.sets[i]])
    if rest:
        last = (first, *rest[:-1], rest[-1] - 1)
        yield "last column lowered", bare, _set(claim, i, (members, last))


def _to_members(claim: Claim, i: int) -> Claim:
    members, price = claim.certificate.sets[i]
    prices = list(claim.certificate.prices)
    for v in members:
        prices[v] = tuple(a + b for a, b in zip(prices[v], price, strict=True))
    less = _set(claim, i, (members, (0,) * claim.columns))
    return replace(less, certificate=replace(less.certificate, prices=tuple(prices)))


def _about_members(chance: random.Random, claim: Claim, i: int) -> Iterator[tuple[str, str, Claim]]:
    members, price = claim.certificate.sets[i]
    inside = set(members)
    even = f"set {i} has an even number of members."
    v = chance.choice([v for v in members if claim.mates[v] in inside])
    w = claim.mates[v]
    without = tuple(x for x in members if x != v)
    yield "member dropped", even, _set(claim, i, (without, price))
    yield "pair of members dropped", "", _set(claim, i, (tuple(x for x in without if x != w), price))
    yield "member twice", f"set {i} does not list different vertices.", _set(claim, i, ((*without, w), price))
    outside = [x for x in range(claim.n) if x not in inside]
    if outside:
        other = chance.choice(outside)
        yield "member added", even, _set(claim, i, ((*members, other), price))
        yield "member exchanged", "", _set(claim, i, ((*without, other), price))
    if len(outside) > 1:
        yield "two members added", EITHER, _set(claim, i, ((*members, *chance.sample(outside, 2)), price))


def _about_two_sets(chance: random.Random, claim: Claim, large: Sequence[int]) -> Iterator[tuple[str, str, Claim]]:
    sets = claim.certificate.sets
    held = {i: set(sets[i][0]) for i in large}
    nested = [(i, j) for i in large for j in large if held[i] < held[j]]
    apart = [(i, j) for i, j in combinations(large, 2) if not held[i] & held[j]]
    if nested:
        i, j = chance.choice(nested)
        if sets[i][1][0] != sets[j][1][0]:
            changed = _set(_set(claim, i, (sets[i][0], sets[j][1])), j, (sets[j][0], sets[i][1]))
            yield "prices of nested sets exchanged", EITHER, changed
        outside = [v for v in range(claim.n) if v not in held[j]]
        if outside:
            moved = (*sets[i][0][1:], chance.choice(outside))
            yield "nested set reaches out", " overlaps another set", _set(claim, i, (moved, sets[i][1]))
    if apart:
        i, j = chance.choice(apart)
        moved = (*sets[i][0][1:], sets[j][0][0])
        yield "two sets share a member", " overlaps another set", _set(claim, i, (moved, sets[i][1]))
        rest = [v for v in range(claim.n) if v not in held[i] | held[j]]
        if rest:
            merged = (*sets[i][0], *sets[j][0], chance.choice(rest))
            others = [s for k, s in enumerate(sets) if k not in (i, j)]
            yield "two sets as one", EITHER, _sets(claim, [*others, (merged, max(sets[i][1], sets[j][1]))])


def _about_edges(chance: random.Random, claim: Claim, large: Sequence[int]) -> Iterator[tuple[str, str, Claim]]:
    """One edge is just a little heavier than what is paid for it: the only one, so it must be named."""
    held = {i: set(claim.certificate.sets[i][0]) for i in large}
    choices: dict[str, list[tuple[set[int], set[int]]]] = {
        "edge inside": [(h, h) for h in held.values()],
        "edge out of a set": [(h, set(range(claim.n)) - h) for h in held.values()],
        "edge between two sets": [(a, b) for a, b in combinations(held.values(), 2) if not a & b],
        "edge between ring and core": [(a, b - a) for a in held.values() for b in held.values() if a < b],
        "edge in the ring": [(b - a, b - a) for a in held.values() for b in held.values() if a < b],
    }
    for kind, pairs in choices.items():
        for one, two in chance.sample(pairs, min(2, len(pairs))):
            if not two:
                continue
            v, w = chance.choice(sorted(one)), chance.choice(sorted(two))
            pair = (min(v, w), max(v, w))
            if v != w and claim.mates[v] != w:
                above = _just_above(paid(claim, [pair])[0], claim.certificate.scale)
                heavier = replace(claim, weight_of={**claim.weight_of, pair: above})
                yield kind, f"the prices do not cover the pair of vertices {pair[0]} and {pair[1]}.", heavier
                exact = tuple(p // claim.certificate.scale for p in paid(claim, [pair])[0])
                yield f"{kind}, paid for", TRUE, replace(claim, weight_of={**claim.weight_of, pair: exact})


def _just_above(covered: Sequence[int], scale: int) -> Price:
    """The smallest weight that these prices do not cover, or nearly."""
    weight = [c // scale for c in covered]
    for i, c in enumerate(covered):
        if c % scale:
            weight[i] += 1
            return (*weight[: i + 1], *(-(10**6) for _ in weight[i + 1 :]))
    return (*weight[:-1], weight[-1] + 1)


def _about_the_rest(chance: random.Random, claim: Claim) -> Iterator[tuple[str, str, Claim]]:
    certificate = claim.certificate
    sets = certificate.sets
    other = [(tuple(chance.sample(m, len(m))), p) for m, p in chance.sample(sets, len(sets))]
    yield "another order", TRUE, _sets(claim, other)
    yield "a set without a price", TRUE, _sets(claim, [*sets, (sets[0][0], (0,) * claim.columns)])
    yield "scale doubled", EITHER, replace(claim, certificate=replace(certificate, scale=2 * certificate.scale))
    v = chance.choice([v for v, w in enumerate(claim.mates) if w >= 0])
    for kind, expected, step in (("vertex pays more", GAP, certificate.scale), ("vertex pays less", "", -1)):
        prices = [list(p) for p in certificate.prices]
        prices[v][0] += step
        yield (
            kind,
            expected,
            replace(claim, certificate=replace(certificate, prices=tuple(map(tuple, prices)))),
        )
    mates = list(claim.mates)
    if any(claim.weight_of[min(v, mates[v]), max(v, mates[v])]):
        mates[mates[v]] = mates[v] = -1
        yield "pair undone", GAP, replace(claim, mates=tuple(mates))


def _set(claim: Claim, i: int, one: Set) -> Claim:
    sets = claim.certificate.sets
    return _sets(claim, [*sets[:i], one, *sets[i + 1 :]])


def _sets(claim: Claim, sets: Sequence[Set]) -> Claim:
    return replace(claim, certificate=replace(claim.certificate, sets=tuple(sets)))
