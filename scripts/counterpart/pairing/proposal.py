"""From a pool to a proposal: the best pairing, who is unpaired and why, and the certificate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from counterpart.files.progress import Progress
from counterpart.matching import Certificate, Limits, Solution, Verdict, solve
from counterpart.model import Proposal, Unpaired, two_by_two
from counterpart.pairing.graph import COLUMNS, PRIORITIES, PoolGraph
from counterpart.pairing.inputs import inputs
from counterpart.pairing.pairs import with_points
from counterpart.pairing.pool import Pool

#: Draws of the tie-break before a tie is given up as real. One draw in millions leaves a tie.
DRAWS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A proposal with its proof; ``certificate`` covers the priorities of PRIORITIES only."""

    proposal: Proposal
    certificate: Certificate
    verdict: Verdict
    unique: bool


def propose(
    pool: Pool,
    previous: Proposal | None = None,
    *,
    limits: Limits | None = None,
    report: Progress | None = None,
) -> Made:
    """The best pairing of *pool*; among equals, the one that keeps most pairs of *previous*.

    Pins must not break a rule: ``broken_pins`` says whether one does.
    """
    kept = [(a, b) for pair in previous.pairs for a, b in two_by_two(pair.people)] if previous else []
    for redraw in range(DRAWS):
        graph = PoolGraph(pool, kept=kept, redraw=redraw)
        solution = solve(graph, ask_unique=True, limits=limits, report=report)
        if solution.unique is not False:
            break
    certificate = shortened(solution.certificate, len(PRIORITIES))
    groups, alone = _groups(pool, graph, solution)
    proposal = Proposal(
        round=pool.round.id,
        inputs=inputs(pool, previous),
        pairs=tuple(with_points(graph, groups)),
        unpaired=tuple(_unpaired(graph, v, alone) for v in alone),
    )
    verdict = Verdict(
        weight=solution.verdict.weight[: len(PRIORITIES)],
        bound=solution.verdict.bound[: len(PRIORITIES)],
        gap=solution.verdict.gap[: len(PRIORITIES)],
        problem=solution.verdict.problem,
    )
    return Made(proposal=proposal, certificate=certificate, verdict=verdict, unique=bool(solution.unique))


def shortened(certificate: Certificate, columns: int) -> Certificate:
    """The certificate for the first *columns* alone: what is not below zero in all is not in the first few."""
    return Certificate(
        scale=certificate.scale,
        prices=tuple(price[:columns] for price in certificate.prices),
        sets=tuple((members, price[:columns]) for members, price in certificate.sets if any(price[:columns])),
    )


def broken_pins(pool: Pool) -> list[tuple[tuple[str, ...], str]]:
    """Pins that break a rule, each with the rule's id; a pin of somebody who is not in the pool is one too."""
    graph = PoolGraph(pool, without=("pinned-elsewhere",), columns=1)
    broken: list[tuple[tuple[str, ...], str]] = []
    for decision in pool.decisions.pins:
        if any(id not in graph.place for id in decision.people):
            broken.append((decision.people, "not-in-the-pool"))
            continue
        barred = graph.barred(*decision.people)
        if barred:
            broken.append((decision.people, barred[0].id))
    return broken


def _groups(pool: Pool, graph: PoolGraph, solution: Solution) -> tuple[list[tuple[str, ...]], list[int]]:
    """The pairs, made threes where the round allows it, and the vertices left over."""
    ids = pool.ids
    groups = [[v, w] for v, w in enumerate(solution.mates) if v < w]
    alone = [v for v, w in enumerate(solution.mates) if w < 0]
    if pool.round.threes and groups:
        for v in list(alone):
            home = _third(graph, v, groups)
            if home is not None:
                groups[home].append(v)
                alone.remove(v)
    return sorted(tuple(sorted(ids[v] for v in group)) for group in groups), alone


def _third(graph: PoolGraph, v: int, groups: list[list[int]]) -> int | None:
    """The pair that suits *v* best, all three allowed with each other: fewest below the mark, then most points."""
    best: tuple[tuple[int, ...], int] | None = None
    for home, group in enumerate(groups):
        if len(group) > 2:
            continue
        weights, allowed = graph.look(np.array([v, v]), np.array(group), 1, COLUMNS)
        if allowed.all():
            worth = tuple(int(x) for x in weights.sum(axis=0))
            if best is None or worth > best[0]:
                best = (worth, home)
    return best[1] if best else None


def _unpaired(graph: PoolGraph, v: int, alone: Sequence[int]) -> Unpaired:
    others = np.arange(graph.n, dtype=np.int64)
    allowed = graph.allowed(np.full(graph.n, v, np.int64), others)
    allowed[v] = False
    if not allowed.any():
        because = "no-partner-allowed"
    elif len(alone) == 1 and graph.n % 2:
        because = "odd-number"
    else:
        because = "too-few-partners"
    return Unpaired(id=graph.pool.ids[v], because=because)
