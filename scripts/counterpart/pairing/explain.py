"""How two people see each other, in points and words, read off the numbers that the solver used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from counterpart.model import Applicant, Profile, Wish
from counterpart.pairing.criteria import hours_together
from counterpart.pairing.graph import PoolGraph
from counterpart.pairing.pool import Pool

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


def sides(graph: PoolGraph, one: str, two: str, names: Mapping[str, str]) -> tuple[Side, Side]:
    """How two people see each other. *names*: of languages by their codes."""
    a, b = graph.place[one], graph.place[two]
    seen, back = graph.points(np.array([a]), np.array([b]))
    people = graph.pool.people
    return (
        Side(id=one, points=_plain(seen), words=_words(graph.pool, people[a], people[b], a, b, names)),
        Side(id=two, points=_plain(back), words=_words(graph.pool, people[b], people[a], b, a, names)),
    )


def wish_met(me: Profile, partners: Sequence[Profile], matter: str) -> bool | None:
    """Whether *me* has a partner of the kind asked for in *matter*; None for who does not mind."""
    wish = me.wishes.get(matter, Wish.ANY)
    if wish is Wish.ANY:
        return None
    same = [getattr(me, matter) == getattr(you, matter) for you in partners]
    return any(same) if wish is Wish.SIMILAR else not all(same)


def _plain(points: Mapping[str, np.ndarray]) -> dict[str, int]:
    return {criterion: int(value[0]) for criterion, value in points.items()}


def _words(pool: Pool, me: Applicant, you: Applicant, a: int, b: int, names: Mapping[str, str]) -> dict[str, str]:
    topics = {topic.id: topic.name for topic in pool.round.topics}
    mine = me.profile.interests
    shared = [f"{topics[t]} (named {_ORDER[i]})" for i, t in enumerate(mine) if t in you.profile.interests]
    sectors = {s.id: s.name for s in pool.round.sectors}
    stages = {s.id: s.name for s in pool.round.career_stages}
    common = [names.get(x, x) for x in me.profile.languages if x in you.profile.languages]
    minutes = hours_together(pool.offsets[a], pool.offsets[b])
    awake = f"{minutes // 60} hours" if minutes % 60 == 0 else f"{minutes // 60} hours {minutes % 60} minutes"
    return {
        "interests": "both name " + _and(shared) if shared else "no interest in common",
        "sector": _wish(me, "sector", sectors[me.profile.sector], sectors[you.profile.sector]),
        "career_stage": _wish(
            me, "career_stage", stages[me.profile.career_stage], stages[you.profile.career_stage]
        ),
        "hours": f"awake at the same time {awake} a day",
        "languages": f"both speak {_and(common)}" if common else "no language in common",
    }


def _wish(me: Applicant, matter: str, mine: str, yours: str) -> str:
    wish = me.profile.wishes.get(matter, Wish.ANY)
    asked = "does not mind" if wish is Wish.ANY else f"asked for someone {wish.value}"
    return f"{asked}; {mine} and {yours}" if mine != yours else f"{asked}; both {mine}"


def _and(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]
