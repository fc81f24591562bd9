"""Independent answers: all pairings tried one by one, and a solver that shares no code with ours."""

from __future__ import annotations

import random
from functools import cache
from itertools import combinations

import networkx

Edges = list[tuple[int, int]]
Weights = list[tuple[int, ...]]


def best_total(n: int, edges: Edges, weights: Weights, columns: int) -> tuple[int, ...]:
    """The greatest total of any matching, by trying all; for n of at most about a dozen."""
    near: dict[int, list[tuple[int, tuple[int, ...]]]] = {}
    for (a, b), weight in zip(edges, weights, strict=True):
        near.setdefault(a, []).append((b, weight))
        near.setdefault(b, []).append((a, weight))

    @cache
    def best(left: int) -> tuple[int, ...]:
        if not left:
            return (0,) * columns
        v = (left & -left).bit_length() - 1
        rest = left & ~(1 << v)
        found = best(rest)
        for w, weight in near.get(v, []):
            if rest >> w & 1:
                with_it = tuple(x + y for x, y in zip(best(rest & ~(1 << w)), weight, strict=True))
                found = max(found, with_it)
        return found

    return best((1 << n) - 1)


def count_best(n: int, edges: Edges, weights: Weights, total: tuple[int, ...]) -> int:
    """How many matchings have this total, by trying all."""
    known = dict(zip(edges, weights, strict=True))

    def count(left: list[int], so_far: tuple[int, ...]) -> int:
        if not left:
            return int(so_far == total)
        v, rest = left[0], left[1:]
        found = count(rest, so_far)
        for w in rest:
            if (v, w) in known:
                more = tuple(x + y for x, y in zip(so_far, known[v, w], strict=True))
                found += count([x for x in rest if x != w], more)
        return found

    return count(list(range(n)), (0,) * len(total))


def second_opinion(edges: Edges, weights: list[int]) -> int:
    """The greatest total by NetworkX's blossom algorithm; for one column."""
    graph = networkx.Graph()
    for (a, b), weight in zip(edges, weights, strict=True):
        graph.add_edge(a, b, weight=weight)
    return sum(graph[a][b]["weight"] for a, b in networkx.max_weight_matching(graph))


def small(seed: int) -> tuple[int, Edges, Weights, int]:
    """A graph of up to 9 vertices: sparse to complete, few to huge weights, negative ones, ties, columns."""
    chance = random.Random(seed)
    n, columns = chance.randint(0, 9), chance.choice([1, 1, 2, 3, 4])
    share = chance.choice([0.3, 0.6, 1.0])
    edges = [pair for pair in combinations(range(n), 2) if chance.random() < share]
    high = chance.choice([1, 2, 3, 10, 1000, 10**6, 10**15, 10**25])
    low = chance.choice([0, 0, -high // 2])
    weights = [tuple(chance.randint(low, high) for _ in range(columns)) for _ in edges]
    if chance.random() < 0.3:
        weights = [(1, *weight[1:]) for weight in weights]
    return n, edges, weights, columns


def large(seed: int) -> tuple[int, Edges, list[int]]:
    """A graph of 10 to 60 vertices: dense, sparse, odd cycles joined by bridges, nested odd cycles, heavy ties."""
    chance = random.Random(seed)
    kind = chance.choice(["dense", "sparse", "cycles", "nested"])
    high = chance.choice([1, 2, 5, 100, 10**6])
    if kind in ("dense", "sparse"):
        n = chance.randint(10, 60)
        share = chance.choice([0.05, 0.1] if kind == "sparse" else [0.5, 1.0])
        edges = [pair for pair in combinations(range(n), 2) if chance.random() < share]
    elif kind == "cycles":
        n, edges = 0, []
        for _ in range(chance.randint(3, 8)):
            size = chance.choice([3, 5, 7])
            edges += [(n + i, n + (i + 1) % size) for i in range(size)]
            if n:
                edges += [(chance.randrange(n), n + chance.randrange(size)) for _ in range(2)]
            n += size
    else:  # an odd cycle, of whose vertices each step makes another odd cycle with two new ones
        n, edges = 3, [(0, 1), (1, 2), (0, 2)]
        while n < 31:
            a, b = chance.sample(range(n), 2)
            edges += [(a, n), (n, n + 1), (b, n + 1)]
            n += 2
        edges += [(chance.randrange(n), n), (chance.randrange(n), n + 1)]
        n += 2
    unique = sorted({(min(e), max(e)) for e in edges})
    base = high if kind in ("cycles", "nested") else 0
    return n, unique, [base + chance.randint(0, high) for _ in unique]
