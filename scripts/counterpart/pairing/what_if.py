"""What would change if: exact answers, each by solving the round again with the change."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from counterpart.matching import solve
from counterpart.model import Decision, Proposal
from counterpart.pairing.graph import PRIORITIES, PoolGraph
from counterpart.pairing.pairs import matching_pairs, totals
from counterpart.pairing.pool import Pool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a change to a proposal costs (below zero) or gains, by priority, and who moves.

    ``lost`` are pairs that the change undoes and ``made`` those that it makes.
    """

    totals: tuple[int, ...]
    people: int  # how many more people are paired
    carried: int  # and how many more of those carried over
    lost: tuple[tuple[str, ...], ...]
    made: tuple[tuple[str, ...], ...]
    left: tuple[str, ...]  # people who are unpaired after the change and were not before
    placed: tuple[str, ...]  # people who are paired after it and were not before


def if_pinned(pool: Pool, proposal: Proposal, one: str, two: str) -> Change:
    """The best proposal that holds this pair, against *proposal*: what it costs and who moves. Exact."""
    pin = Decision(people=(one, two), by="question", reason="question")
    asked = replace(pool, decisions=replace(pool.decisions, pins=(*pool.decisions.pins, pin)))
    kept = _kept(pool, proposal)
    return _change(pool, kept, PoolGraph(asked, kept=kept))


def if_forbidden(pool: Pool, proposal: Proposal, one: str, two: str) -> Change:
    """The best proposal in which these two are no pair, against *proposal*: what it costs and who moves. Exact."""
    forbid = Decision(people=(one, two), by="question", reason="question")
    asked = replace(pool, decisions=replace(pool.decisions, forbids=(*pool.decisions.forbids, forbid)))
    kept = _kept(pool, proposal)
    return _change(pool, kept, PoolGraph(asked, kept=kept))


def if_spared(pool: Pool, proposal: Proposal, rule: str, person: str) -> Change:
    """The best proposal if *rule* did not apply to *person*, against *proposal*. Exact."""
    kept = _kept(pool, proposal)
    return _change(pool, kept, PoolGraph(pool, kept=kept, spared=(rule, person), favoured=person))


def if_favoured(pool: Pool, proposal: Proposal, person: str) -> Change:
    """The best proposal that pairs *person* if any can, against *proposal*. Exact."""
    kept = _kept(pool, proposal)
    return _change(pool, kept, PoolGraph(pool, kept=kept, favoured=person))


def possible_partners(graph: PoolGraph, person: str) -> int:
    """With how many people the rules would allow *person* to be paired."""
    others = np.arange(graph.n, dtype=np.int64)
    me = graph.place[person]
    allowed = graph.allowed(np.full(graph.n, me, np.int64), others)
    allowed[me] = False
    return int(allowed.sum())


def _kept(pool: Pool, proposal: Proposal) -> list[tuple[str, str]]:
    return matching_pairs(proposal, PoolGraph(pool, columns=len(PRIORITIES)))


def _change(pool: Pool, kept: list[tuple[str, str]], graph: PoolGraph) -> Change:
    before = set(kept)
    mates = solve(graph).mates
    ids = pool.ids
    after = {(ids[v], ids[w]) for v, w in enumerate(mates) if v < w}
    plain = PoolGraph(pool, columns=len(PRIORITIES))
    was, now = totals(plain, sorted(before)), totals(plain, sorted(after))
    paired_before, paired_after = {p for pair in before for p in pair}, {p for pair in after for p in pair}
    over = {id for id in ids if pool.places[id].carried_over}
    return Change(
        totals=tuple(b - a for a, b in zip(was, now, strict=True)),
        people=len(paired_after) - len(paired_before),
        carried=len(paired_after & over) - len(paired_before & over),
        lost=tuple(sorted(before - after)),
        made=tuple(sorted(after - before)),
        left=tuple(sorted(paired_before - paired_after)),
        placed=tuple(sorted(paired_after - paired_before)),
    )


def said(change: Change) -> tuple[str, ...]:
    """What a change costs or gains, in sentences, without who moves."""
    paired, below, points = change.people, -change.totals[1], change.totals[2]
    found = []
    if not any((paired, below, points)) and not change.carried:
        found.append("It costs nothing: the proposal would be just as good.")
    if paired:
        found.append(f"{_more(paired, 'person', 'people')} would be paired.")
    if change.carried:
        found.append(f"{_more(change.carried, 'person', 'people')} carried over would be paired.")
    if below:
        found.append(f"{_more(below, 'person', 'people')} would have a partner below the mark.")
    if points:
        found.append(f"{_more(points, 'point', 'points')} in all.")
    return tuple(found)


def said_least(least: tuple[int, ...]) -> str:
    """A least price in words: the first priority that it touches, since each goes before the next."""
    words = (
        ("person with a partner is lost", "people with a partner are lost"),
        ("person more has a partner below the mark", "people more have a partner below the mark"),
        ("point is lost", "points are lost"),
    )
    for number, (one, many) in zip(least, words, strict=False):
        if number:
            return f"at least {number:,} {one if number == 1 else many}"
    return "perhaps nothing"


def _more(number: int, one: str, many: str) -> str:
    return f"{abs(number):,} {'more' if number > 0 else 'fewer'} {one if abs(number) == 1 else many}"
