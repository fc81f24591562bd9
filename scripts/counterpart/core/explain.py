"""Answers to questions about a proposal, read off the numbers that the solver used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from counterpart.core.criteria import hours_together
from counterpart.core.graph import PRIORITIES, PoolGraph
from counterpart.core.pool import Pool
from counterpart.core.proposal import two_by_two
from counterpart.matching import solve
from counterpart.model import Applicant, Decision, Proposal, Wish

_ORDER = ("first", "second", "third", "fourth", "fifth")

#: What the criteria are called when they are shown.
NAMES: Mapping[str, str] = {
    "interests": "Interests",
    "sector": "Sector",
    "career_stage": "Career stage",
    "hours": "Hours",
    "languages": "Languages",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """How one person sees another: points and words, by criterion."""

    id: str
    points: Mapping[str, int]
    words: Mapping[str, str]

    @property
    def total(self) -> int:
        """All the points together."""
        return sum(self.points.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a change to a proposal costs (below zero) or gains, by priority, and who moves.

    ``lost`` are pairs that the change undoes and ``made`` those that it makes.
    """

    totals: tuple[int, ...]
    lost: tuple[tuple[str, ...], ...]
    made: tuple[tuple[str, ...], ...]
    left: tuple[str, ...]  # people who are unpaired after the change and were not before
    placed: tuple[str, ...]  # people who are paired after it and were not before


def sides(graph: PoolGraph, one: str, two: str, names: Mapping[str, str]) -> tuple[Side, Side]:
    """How two people see each other. *names*: of languages by their codes."""
    a, b = graph.place[one], graph.place[two]
    seen, back = graph.points(np.array([a]), np.array([b]))
    people = graph.pool.people
    return (
        Side(id=one, points=_plain(seen), words=_words(graph.pool, people[a], people[b], a, b, names)),
        Side(id=two, points=_plain(back), words=_words(graph.pool, people[b], people[a], b, a, names)),
    )


def _plain(points: Mapping[str, np.ndarray]) -> dict[str, int]:  # type: ignore[type-arg]
    return {criterion: int(value[0]) for criterion, value in points.items()}


def _words(pool: Pool, me: Applicant, you: Applicant, a: int, b: int, names: Mapping[str, str]) -> dict[str, str]:
    topics = {topic.id: topic.name for topic in pool.round.topics}
    mine = me.profile.interests
    shared = [
        f"{topics[t]} (named {_ORDER[i]})" for i, t in enumerate(mine) if t in you.profile.interests
    ]
    sectors = {s.id: s.name for s in pool.round.sectors}
    stages = {s.id: s.name for s in pool.round.career_stages}
    common = [names.get(x, x) for x in me.profile.languages if x in you.profile.languages]
    minutes = hours_together(pool.offsets[a], pool.offsets[b])
    awake = f"{minutes // 60} hours" if minutes % 60 == 0 else f"{minutes // 60} hours {minutes % 60} minutes"
    return {
        "interests": "both name " + _and(shared) if shared else "no interest in common",
        "sector": _wish(me, "sector", sectors[me.profile.sector], sectors[you.profile.sector]),
        "career_stage": _wish(me, "career_stage", stages[me.profile.career_stage], stages[you.profile.career_stage]),
        "hours": f"awake at the same time {awake} a day",
        "languages": f"both speak {_and(common)}" if common else "no language in common",
    }


def _wish(me: Applicant, matter: str, mine: str, yours: str) -> str:
    wish = me.profile.wishes.get(matter, Wish.ANY)
    asked = "does not mind" if wish is Wish.ANY else f"asked for someone {wish.value}"
    return f"{asked}; {mine} and {yours}" if mine != yours else f"{asked}; both {mine}"


def _and(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]


def matching_pairs(pool: Pool, proposal: Proposal, graph: PoolGraph) -> list[tuple[str, str]]:
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


def if_pinned(pool: Pool, proposal: Proposal, one: str, two: str) -> Change:
    """The best proposal that holds this pair, against *proposal*: what it costs and who moves. Exact."""
    pin = Decision(people=(one, two), by="question", reason="question")
    asked = replace(pool, decisions=replace(pool.decisions, pins=(*pool.decisions.pins, pin)))
    return _change(pool, proposal, PoolGraph(asked, kept=_kept(pool, proposal)))


def if_spared(pool: Pool, proposal: Proposal, rule: str, person: str) -> Change:
    """The best proposal if *rule* did not apply to *person*, against *proposal*. Exact."""
    graph = PoolGraph(pool, kept=_kept(pool, proposal), spared=(rule, person), favoured=person)
    return _change(pool, proposal, graph)


def if_favoured(pool: Pool, proposal: Proposal, person: str) -> Change:
    """The best proposal that pairs *person* if any can, against *proposal*. Exact."""
    return _change(pool, proposal, PoolGraph(pool, kept=_kept(pool, proposal), favoured=person))


def possible_partners(graph: PoolGraph, person: str) -> int:
    """With how many people the rules would allow *person* to be paired."""
    others = np.arange(graph.n, dtype=np.int64)
    me = graph.place[person]
    allowed = graph.allowed(np.full(graph.n, me, np.int64), others)
    allowed[me] = False
    return int(allowed.sum())


def _kept(pool: Pool, proposal: Proposal) -> list[tuple[str, str]]:
    return matching_pairs(pool, proposal, PoolGraph(pool, columns=len(PRIORITIES)))


def _change(pool: Pool, proposal: Proposal, graph: PoolGraph) -> Change:
    before = set(_kept(pool, proposal))
    mates = solve(graph).mates
    ids = pool.ids
    after = {(ids[v], ids[w]) for v, w in enumerate(mates) if v < w}
    plain = PoolGraph(pool, columns=len(PRIORITIES))
    was, now = totals(plain, sorted(before)), totals(plain, sorted(after))
    paired_before, paired_after = {p for pair in before for p in pair}, {p for pair in after for p in pair}
    return Change(
        totals=tuple(b - a for a, b in zip(was, now, strict=True)),
        lost=tuple(sorted(before - after)),
        made=tuple(sorted(after - before)),
        left=tuple(sorted(paired_before - paired_after)),
        placed=tuple(sorted(paired_after - paired_before)),
    )
