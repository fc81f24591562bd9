"""Criteria: how well one person suits what another asked for, in points.

Each criterion is seen from one side and is a sum of products: what *a* wants, times what *b* offers.
So the points of one pair and of fifty million pairs come from the same two tables of small integers, and a
reason can be read off the numbers that the solver used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from counterpart.model import CareerStage, Wish
from counterpart.pairing.pool import Pool

#: Per cent of the weight for the first interest a person named, the second, and so on.
ORDER = (100, 80, 65, 50, 40)

#: Nobody is asked to talk before seven in the morning or after ten at night.
AWAKE_FROM, AWAKE_UNTIL = 7 * 60, 22 * 60
_DAY = 24 * 60

Table = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion for a pool: points of *a* for *b* are ``wants[a] @ offers[b]``; both of shape (n, d)."""

    id: str
    wants: Table
    offers: Table


#: The criteria's ids, in the order in which they are shown.
CRITERIA = ("interests", "sector", "career_stage", "hours", "languages")


def criteria(pool: Pool) -> tuple[Criterion, ...]:
    """The criteria of a pool, in the order of CRITERIA."""
    return (_interests(pool), _sector(pool), _career_stage(pool), _hours(pool), _languages(pool))


def most(criteria: Sequence[Criterion]) -> int:
    """A number of points that no person can have for any partner."""
    return sum(
        int(np.abs(c.wants).sum(axis=1).max() * np.abs(c.offers).max()) if c.wants.size else 0 for c in criteria
    )


def rarity(pool: Pool) -> dict[str, int]:
    """For each topic of the round, per cent of an interest's points: 100 for the one most people named,
    rising in proportion to 100 + the weight ``rarity`` for one that nobody else named."""
    counts = Counter(topic for person in pool.people for topic in person.profile.interests)
    top = max(counts.values(), default=0)
    more = pool.round.weights.rarity
    return {t.id: 100 + (more * (top - counts[t.id]) // top if top else 0) for t in pool.round.topics}


def stage_distance(one: CareerStage, two: CareerStage) -> int:
    """Steps between two career stages: on the scale, or as stated by the one that lies beside it."""
    if one.id == two.id:
        return 0
    if two.id in one.distances:
        return one.distances[two.id]
    if one.id in two.distances:
        return two.distances[one.id]
    assert one.step is not None and two.step is not None
    return abs(one.step - two.step)


def hours_together(one: int, two: int) -> int:
    """Minutes of the day that both are awake, given each one's minutes ahead of UTC."""
    apart = abs(one - two) % _DAY
    apart = min(apart, _DAY - apart)
    awake = AWAKE_UNTIL - AWAKE_FROM
    # Two arcs of a day can meet at both ends.
    return max(0, awake - apart) + max(0, awake - (_DAY - apart))


def _chosen(values: Sequence[str], all_values: Sequence[str]) -> Table:
    place = {value: i for i, value in enumerate(all_values)}
    table = np.zeros((len(values), len(all_values)), np.int64)
    for row, value in enumerate(values):
        table[row, place[value]] = 1
    return table


def _interests(pool: Pool) -> Criterion:
    place = {topic.id: i for i, topic in enumerate(pool.round.topics)}
    rare, weight = rarity(pool), pool.round.weights.interests
    wants = np.zeros((len(pool.people), len(place)), np.int64)
    offers = np.zeros_like(wants)
    for row, person in enumerate(pool.people):
        for order, topic in enumerate(person.profile.interests):
            share = ORDER[min(order, len(ORDER) - 1)]
            wants[row, place[topic]] = weight * share * rare[topic] // 10_000
            offers[row, place[topic]] = 1
    return Criterion(id="interests", wants=wants, offers=offers)


def _by_wish(pool: Pool, matter: str, near: Table, weight: int) -> Table:
    """Rows of points by each person's wish; *near* holds, in per mille, how alike each value is to one's own."""
    share = np.empty_like(near)
    for row, person in enumerate(pool.people):
        wish = person.profile.wishes.get(matter, Wish.ANY)
        if wish is Wish.ANY:
            share[row] = 1000
        else:
            share[row] = near[row] if wish is Wish.SIMILAR else 1000 - near[row]
    return weight * share // 1000


def _sector(pool: Pool) -> Criterion:
    own = _chosen([p.profile.sector for p in pool.people], [s.id for s in pool.round.sectors])
    wants = _by_wish(pool, "sector", own * 1000, pool.round.weights.sector)
    return Criterion(id="sector", wants=wants, offers=own)


def _career_stage(pool: Pool) -> Criterion:
    stages = pool.round.career_stages
    apart = np.array([[stage_distance(a, b) for b in stages] for a in stages], np.int64)
    near = 1000 - 1000 * apart // max(1, int(apart.max(initial=0)))
    own = _chosen([p.profile.career_stage for p in pool.people], [s.id for s in stages])
    wants = _by_wish(pool, "career_stage", own @ near, pool.round.weights.career_stage)
    return Criterion(id="career_stage", wants=wants, offers=own)


def _hours(pool: Pool) -> Criterion:
    offsets = sorted(set(pool.offsets))
    weight, awake = pool.round.weights.hours, AWAKE_UNTIL - AWAKE_FROM
    table = np.array([[weight * hours_together(a, b) // awake for b in offsets] for a in offsets], np.int64)
    own = _chosen([str(o) for o in pool.offsets], [str(o) for o in offsets])
    return Criterion(id="hours", wants=own @ table.reshape(len(offsets), len(offsets)), offers=own)


def languages(pool: Pool) -> Table:
    """Who has which language, shape (n, number of languages in the pool)."""
    known = sorted({language for person in pool.people for language in person.profile.languages})
    place = {language: i for i, language in enumerate(known)}
    table = np.zeros((len(pool.people), len(known)), np.int64)
    for row, person in enumerate(pool.people):
        for language in person.profile.languages:
            table[row, place[language]] = 1
    return table


def _languages(pool: Pool) -> Criterion:
    """The weight for each shared language; where one is needed anyway, for each beyond the first."""
    weight, known = pool.round.weights.languages, languages(pool)
    needed = np.full((len(pool.people), 1), weight if pool.round.rules.shared_language else 0, np.int64)
    wants = np.hstack((known * weight, -needed))
    return Criterion(id="languages", wants=wants, offers=np.hstack((known, np.ones_like(needed))))
