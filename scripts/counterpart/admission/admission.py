"""Admission: who takes part in a round, in which order, and why not; everybody gets a status and a reason.

First come, first served, within the places of each country. Nobody who was admitted loses the place to
somebody else later; places that become free go to the waiting list.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from counterpart.digest import digest, pool_digest
from counterpart.model import Digest, Place, Roll, RoundId, Status

#: Every reason's code -> what it means, in the words of a coordinator.
REASONS: Mapping[str, str] = {
    "withdrew": "The person withdrew.",
    "erased": "The person asked for everything to be removed.",
    "does-not-pass": "The application does not pass 'counterpart check'.",
    "sealed-part-wrong": "The sealed part does not open, or belongs to another application.",
    "removed": "A coordinator removed the person, as the decisions say.",
    "barred": "The person may not take part, as an earlier round decided.",
    "same-person": "The same person applied again later; that application counts, at this one's place.",
    "country-cap": "The places of the person's country are taken by those who applied earlier.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One application, as admission sees it. *person* is the same for applications of the same person."""

    id: str
    country: str
    received: datetime  # UTC; of the first form
    changed: datetime  # UTC; of the latest form
    digest: Digest
    person: str
    member: bool | None  # as claimed and confirmed; None: claimed before everyone may apply, and not confirmed
    out: str | None = None  # the code of the reason why it does not come into question


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of the people beside their applications, by id; employers are groups of ids."""

    past: Mapping[str, tuple[str, ...]]
    carried_over: frozenset[str]
    barred: frozenset[str]
    employers: Sequence[Collection[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capped:
    """A country with more people than places."""

    country: str
    people: int
    places: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """The roll, and what a coordinator should know about how it came about."""

    roll: Roll
    capped: tuple[Capped, ...]
    unconfirmed: tuple[str, ...]  # applied as members and are on no list: their turn is when everyone's is
    promoted: tuple[str, ...]  # admitted now and not before, of those who were on the roll
    left: tuple[str, ...]  # admitted before and not now


def places_of(applicants: int, country_cap: int) -> int:
    """The places of one country: *country_cap* per cent of the applicants, rounded down, never below one."""
    return max(1, applicants * country_cap // 100)


def admit(
    round_id: RoundId,
    candidates: Sequence[Candidate],
    facts: Facts,
    *,
    everyone: datetime,
    country_cap: int,
    draw: str,
    before: Roll | None,
) -> Admission:
    """Decide about every candidate. *everyone*: when non-members may apply; *before*: the roll so far.

    The cap counts the applicants whose application came into question when the roll was first written, and
    those who came since: a withdrawal later takes nobody's place away.
    """
    out = {each.id: each.out for each in candidates if each.out is not None}
    already = _admitted(before)
    heads, moments, duplicates = _people([each for each in candidates if each.id not in out], already)
    out |= dict.fromkeys(duplicates, "same-person")
    out |= {each.id: "barred" for each in heads if each.id in facts.barred}
    heads = [each for each in heads if each.id not in out]
    unconfirmed = tuple(sorted(each.id for each in heads if each.member is None))
    seed = digest([draw, sorted([each.id, each.digest] for each in candidates)])
    turn = {
        each.id: (
            max(moments[each.id], everyone) if each.member is None else moments[each.id],
            hashlib.sha256(f"{seed}\n{each.id}".encode()).hexdigest(),
        )
        for each in heads
    }
    known = set(before.people) if before else set()
    base = before.applicants if before and before.applicants else 0
    applicants = base + sum(each.id not in known for each in heads) if base else len(heads)
    places = places_of(applicants, country_cap)
    chosen, capped = _within(heads, turn, already, facts.carried_over, places)
    order = {id: number for number, id in enumerate(sorted(chosen, key=turn.__getitem__), start=1)}
    people = {}
    for each in sorted(candidates, key=lambda each: each.id):
        if each.id in out:
            people[each.id] = Place(status=_status(out[each.id]), reason=out[each.id])
        elif each.id in order:
            people[each.id] = Place(status=Status.ADMITTED, place=order[each.id], digest=each.digest)
        else:
            people[each.id] = Place(status=Status.WAITING, reason="country-cap")
    roll = _roll(round_id, _with_facts(people, facts), applicants, before)
    return Admission(
        roll=roll,
        capped=capped,
        unconfirmed=unconfirmed,
        promoted=tuple(sorted(id for id in order if id in known and id not in already)),
        left=tuple(sorted(id for id in already if id not in order)),
    )


def _people(
    candidates: Sequence[Candidate], already: Collection[str]
) -> tuple[list[Candidate], dict[str, datetime], list[str]]:
    """Of each person the latest application, with the moment of the earliest; and the ids of the others.

    Where one was admitted before, it stays that one: nothing replaces it any more.
    """
    groups: dict[str, list[Candidate]] = defaultdict(list)
    for each in candidates:
        groups[each.person].append(each)
    heads, moments, duplicates = [], {}, []
    for group in groups.values():
        *others, head = sorted(group, key=lambda e: (e.id in already, e.changed, e.received, e.id))
        heads.append(head)
        moments[head.id] = min(each.received for each in group)
        duplicates += [each.id for each in others]
    return heads, moments, duplicates


def _within(
    heads: Sequence[Candidate],
    turn: Mapping[str, tuple[datetime, str]],
    already: Collection[str],
    carried_over: Collection[str],
    places: int,
) -> tuple[set[str], tuple[Capped, ...]]:
    """Who gets a place: first those who have one, then those who went without last time, then as they came."""
    countries: dict[str, list[str]] = defaultdict(list)
    for each in heads:
        countries[each.country].append(each.id)
    chosen: set[str] = set()
    capped = []
    for country, ids in sorted(countries.items()):
        ids.sort(key=lambda id: (id not in already, id not in carried_over, turn[id]))
        taken = max(places, sum(id in already for id in ids))
        chosen.update(ids[:taken])
        if len(ids) > taken:
            capped.append(Capped(country=country, people=len(ids), places=taken, waiting=len(ids) - taken))
    return chosen, tuple(capped)


def _with_facts(people: Mapping[str, Place], facts: Facts) -> dict[str, Place]:
    """The places with former partners, carry-over and employer's group, of the admitted and of those who wait.

    Who waits may get a partner in the middle of the round, by the same rules.
    """
    known = {id for id, place in people.items() if place.status in (Status.ADMITTED, Status.WAITING)}
    groups: dict[str, str] = {}
    taken: set[int] = set()
    waits = {id for id in known if people[id].status is Status.WAITING}
    stated = (sorted(known & set(each), key=lambda id: (id in waits, id)) for each in facts.employers)
    for group in sorted(stated):
        if len(group) > 1:
            # The number follows from one of its people, so that it stays when others come and go elsewhere.
            number = int(hashlib.sha256(group[0].encode()).hexdigest(), 16) % 999_999 + 1
            while number in taken:
                number += 1
            taken.add(number)
            groups |= dict.fromkeys(group, f"g{number}")
    return {
        id: replace(
            place,
            employer=groups.get(id),
            past=tuple(other for other in facts.past.get(id, ()) if other in known),
            carried_over=id in facts.carried_over,
        )
        if id in known
        else place
        for id, place in people.items()
    }


def _roll(round_id: RoundId, people: Mapping[str, Place], applicants: int, before: Roll | None) -> Roll:
    pool = pool_digest(people)
    generation = 1 if before is None else before.generation + (before.pool != pool)
    return Roll(round=round_id, pool=pool, people=people, applicants=applicants, generation=generation)


def roll_data(roll: Roll) -> dict[str, object]:
    """The contents of ``roll.yaml``."""
    return {
        "format": 1,
        "round": roll.round,
        "generation": roll.generation,
        "applicants": roll.applicants,
        **({"questions": roll.questions} if roll.questions else {}),
        "pool": roll.pool,
        "people": {id: _line(place) for id, place in sorted(roll.people.items())},
    }


def _line(place: Place) -> dict[str, object]:
    line: dict[str, object] = {"status": str(place.status)}
    for key in ("reason", "place", "digest", "employer"):
        if (value := getattr(place, key)) is not None:
            line[key] = value
    if place.past:
        line["past"] = sorted(place.past)
    if place.carried_over:
        line["carried_over"] = True
    return line


def _admitted(roll: Roll | None) -> frozenset[str]:
    people = roll.people if roll else {}
    return frozenset(id for id, place in people.items() if place.status is Status.ADMITTED)


def _status(reason: str) -> Status:
    if reason in ("withdrew", "erased"):
        return Status.WITHDRAWN
    return Status.DUPLICATE if reason == "same-person" else Status.INELIGIBLE
