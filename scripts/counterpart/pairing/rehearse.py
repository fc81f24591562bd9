"""What would change under other weights or rules: the best pairing then, beside the one that there is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from counterpart.files.progress import Progress
from counterpart.model import Proposal
from counterpart.pairing.graph import PRIORITIES, PoolGraph
from counterpart.pairing.pairs import matching_pairs
from counterpart.pairing.pool import Pool
from counterpart.pairing.proposal import propose


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """One pairing as one set of settings sees it, by priority: the pairs that those settings allow.

    ``barred``: how many of its pairs they do not.
    """

    people: int
    below: int
    points: int
    barred: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """The pairing that there is and the best one under other settings, each as both settings see them."""

    stay: int
    gone: tuple[tuple[str, ...], ...]
    come: tuple[tuple[str, ...], ...]
    left: tuple[str, ...]  # unpaired then, and not now
    placed: tuple[str, ...]  # unpaired now, and not then
    now: tuple[Worth, Worth]  # the pairing that there is: by today's settings, by the others
    then: tuple[Worth, Worth]  # the best pairing under the others: by today's settings, by the others
    optimal: bool


def rehearse(pool: Pool, other: Pool, proposal: Proposal, report: Progress | None = None) -> Rehearsal:
    """Compare *proposal*, made for *pool*, with the best one for *other*: the same people, other settings.

    Among equally good pairings the one is taken that keeps most pairs, so that what changes has a reason.
    """
    made = propose(other, proposal, report=report)
    here, there = (PoolGraph(each, columns=len(PRIORITIES)) for each in (pool, other))
    before, after = ({pair.people for pair in each.pairs} for each in (proposal, made.proposal))
    alone = [{each.id for each in one.unpaired} for one in (proposal, made.proposal)]
    return Rehearsal(
        stay=len(before & after),
        gone=tuple(sorted(before - after)),
        come=tuple(sorted(after - before)),
        left=tuple(sorted(alone[1] - alone[0])),
        placed=tuple(sorted(alone[0] - alone[1])),
        now=(_worth(here, proposal), _worth(there, proposal)),
        then=(_worth(here, made.proposal), _worth(there, made.proposal)),
        optimal=made.verdict.optimal,
    )


def _worth(graph: PoolGraph, proposal: Proposal) -> Worth:
    """What *proposal* comes to under the settings of *graph*; of a three, its best pair counts."""
    pairs = matching_pairs(proposal, graph)
    tails, heads = (np.array([graph.place[pair[end]] for pair in pairs], dtype=np.int64) for end in (0, 1))
    weights, allowed = graph.look(tails, heads, 0, len(PRIORITIES))
    return Worth(
        people=2 * int(allowed.sum()),
        below=-int(weights[allowed, 1].sum()),
        points=int(weights[allowed, 2].sum()),
        barred=int((~allowed).sum()),
    )
