"""Pairs as they stand in a proposal: their points, and what they come to.

Nothing here knows how pairs are found; ``verify`` rests on it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from counterpart.model import Pair, Proposal, two_by_two
from counterpart.pairing.graph import PRIORITIES, PoolGraph


def with_points(graph: PoolGraph, groups: Sequence[Sequence[str]]) -> list[Pair]:
    """Each group as a pair with each one's points by criterion; in a three, summed over both partners."""
    twos = [two for people in groups for two in two_by_two(people)]
    tails, heads = (np.array([graph.place[two[end]] for two in twos], dtype=np.int64) for end in (0, 1))
    points: dict[str, dict[str, int]] = {id: {} for people in groups for id in people}
    for end, side in enumerate(graph.points(tails, heads)):
        for criterion, values in side.items():
            for two, value in zip(twos, values.tolist(), strict=True):
                mine = points[two[end]]
                mine[criterion] = mine.get(criterion, 0) + int(value)
    return [Pair(people=tuple(sorted(p)), points={id: points[id] for id in sorted(p)}) for p in groups]


def matching_pairs(proposal: Proposal, graph: PoolGraph) -> list[tuple[str, str]]:
    """The two people of each pair; of a three, those two whose pair weighs most: the third joined them."""
    found = []
    for group in proposal.pairs:
        choices = [(a, b) for a, b in two_by_two(group.people) if a in graph.place and b in graph.place]
        if len(choices) > 1:
            tails = np.array([graph.place[a] for a, _ in choices])
            heads = np.array([graph.place[b] for _, b in choices])
            weights, allowed = graph.look(tails, heads, 0, graph.columns)
            ranked = sorted(zip(allowed.tolist(), weights.tolist(), choices, strict=True), reverse=True)
            choices = [ranked[0][2]]
        found += choices
    return found


def totals(graph: PoolGraph, pairs: Sequence[tuple[str, str]]) -> tuple[int, ...]:
    """What these pairs come to, by priority."""
    tails = np.array([graph.place[a] for a, _ in pairs], dtype=np.int64)
    heads = np.array([graph.place[b] for _, b in pairs], dtype=np.int64)
    weights, _ = graph.look(tails, heads, 0, len(PRIORITIES))
    return tuple(int(column.sum()) for column in weights.T)
