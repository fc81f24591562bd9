"""Pairs as they stand in a proposal: what they were made from, their points, what they come to.

Nothing here knows how pairs are found; ``verify`` rests on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from counterpart.core.digest import digest
from counterpart.core.graph import PRIORITIES, PoolGraph
from counterpart.core.pool import Pool
from counterpart.model import Inputs, Pair, Proposal

#: The version of the rules, criteria and priorities: the same inputs and the same engine give the same bytes.
ENGINE = "1.0"

#: Why somebody is unpaired, in words, by the code that stands in the file.
BECAUSE: Mapping[str, str] = {
    "no-partner-allowed": "the rules leave no possible partner in this round",
    "odd-number": "the number of people is odd, and everybody else has a partner",
    "too-few-partners": "those who could be partners are needed by others who have fewer choices",
}


def inputs(pool: Pool, previous: Proposal | None) -> Inputs:
    """What a proposal for *pool* is made from."""
    return Inputs(
        pool=pool.digest,
        round=pool.round.digest,
        decisions=pool.decisions.digest or "none",
        previous=digest(pairs_of(previous)) if previous else "none",
        engine=ENGINE,
    )


def pairs_of(proposal: Proposal) -> list[list[str]]:
    """The proposal's pairs as plain data, sorted: what a digest of it is taken over."""
    return sorted(list(pair.people) for pair in proposal.pairs)


def two_by_two(people: Sequence[str]) -> list[tuple[str, str]]:
    """Every two of the people of a pair or a three."""
    return [(a, b) for i, a in enumerate(people) for b in people[i + 1 :]]


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
