"""Admission: who takes part in a round, in which order, and why not; everybody gets a status and a reason.

First come, first served, within the places of each country. Nobody who was admitted loses the place to
somebody else later; places that become free go to the waiting list.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
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
    "same-address": "Another application with this address came first; a coordinator is asked whose it is.",
    "same-person": "The same person applied again later; that application counts, at this one's place.",
    "country-cap": "The places of the person's country are taken by those who applied earlier.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One application, as admission sees it.

    *person* is the same for applications that are known to be of one person, *address* for those that may be, as
    they say the same address and nobody has answered yet.
    """

    id: str
    country: str
    received: datetime  # UTC; of the first form
    changed: datetime  # UTC; of the latest form
    digest: Digest
    person: str
    member: bool | None  # as claimed and confirmed; None: claimed before everyone may apply, and not confirmed
    out: str | None = None  # the code of the reason why it does not come into question
    address: str | None = None  # None: nobody else says the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of the people beside their applications, by id.

    ``employers``: groups of ids; ``doubts``: every two ids of whom nobody has said whether the employer is one.
    """

    past: Mapping[str, tuple[str, ...]]
    carried_over: frozenset[str]
    barred: frozenset[str]
    employers: Sequence[Collection[str]]
    doubts: Sequence[tuple[str, str]] = ()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """One person's claim to a place: the application that counts, and when the person applied first."""

    application: Candidate
    since: datetime

    @property
    def id(self) -> str:
        return self.application.id


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
    already = _admitted(before)
    claims, out = _in_question(candidates, facts.barred, already)
    seed = digest([draw, sorted([candidate.id, candidate.digest] for candidate in candidates)])
    turn = {claim.id: _turn(claim, everyone, seed) for claim in claims}
    applicants = _applicants(claims, before)
    places = places_of(applicants, country_cap)
    chosen, capped = _within(claims, turn, already, facts.carried_over, places)
    order = {id: number for number, id in enumerate(sorted(chosen, key=turn.__getitem__), start=1)}
    people = {
        candidate.id: _place(candidate, out, order)
        for candidate in sorted(candidates, key=lambda candidate: candidate.id)
    }
    known = before.people.keys() if before else ()
    return Admission(
        roll=_roll(round_id, _with_facts(people, facts), applicants, before),
        capped=capped,
        unconfirmed=tuple(sorted(claim.id for claim in claims if claim.application.member is None)),
        promoted=tuple(sorted(chosen.intersection(known) - already)),
        left=tuple(sorted(already - chosen)),
    )


def _in_question(
    candidates: Sequence[Candidate], barred: Collection[str], already: Collection[str]
) -> tuple[list[_Claim], dict[str, str]]:
    """The claims of the people who come into question; and the code of the reason for every other application."""
    out = {candidate.id: candidate.out for candidate in candidates if candidate.out is not None}
    claims, duplicates = _claims([candidate for candidate in candidates if candidate.out is None], already)
    out |= duplicates
    out |= {claim.id: "barred" for claim in claims if claim.id in barred}
    return [claim for claim in claims if claim.id not in barred], out


def _claims(candidates: Sequence[Candidate], already: Collection[str]) -> tuple[list[_Claim], dict[str, str]]:
    """The claim of each person, by the latest application; and why the other applications do not count.

    Where one was admitted before, it stays that one: nothing replaces it any more. An address is nobody's proof:
    of people who say the same one, who came first counts until a coordinator has answered.
    """
    groups: dict[str, dict[str, list[Candidate]]] = defaultdict(lambda: defaultdict(list))
    for candidate in candidates:
        groups[candidate.address or candidate.person][candidate.person].append(candidate)
    claims: list[_Claim] = []
    duplicates: dict[str, str] = {}
    for people in groups.values():
        first, *doubtful = sorted(people.values(), key=lambda mine: _came(mine, already))
        *others, latest = sorted(first, key=lambda one: (one.id in already, one.changed, one.received, one.id))
        claims.append(_Claim(application=latest, since=min(one.received for one in first)))
        duplicates |= {one.id: "same-person" for one in others}
        duplicates |= {one.id: "same-address" for mine in doubtful for one in mine}
    return claims, duplicates


def _came(mine: Sequence[Candidate], already: Collection[str]) -> tuple[bool, datetime, str]:
    """When somebody came, by the first of these applications; before all others who has a place already."""
    first = min(mine, key=lambda one: (one.received, one.id))
    return not any(one.id in already for one in mine), first.received, first.id


def _turn(claim: _Claim, everyone: datetime, seed: Digest) -> tuple[datetime, str]:
    """When it is a person's turn; a draw decides between those whose turn is at the same moment."""
    moment = max(claim.since, everyone) if claim.application.member is None else claim.since
    return moment, hashlib.sha256(f"{seed}\n{claim.id}".encode()).hexdigest()


def _applicants(claims: Sequence[_Claim], before: Roll | None) -> int:
    """How many people the country cap counts."""
    if before is None or not before.applicants:
        return len(claims)
    return before.applicants + sum(claim.id not in before.people for claim in claims)


def _place(candidate: Candidate, out: Mapping[str, str], order: Mapping[str, int]) -> Place:
    """A candidate's line on the roll: out for a reason, admitted as the next in *order*, or waiting."""
    if candidate.id in out:
        return Place(status=_status(out[candidate.id]), reason=out[candidate.id])
    if candidate.id in order:
        return Place(status=Status.ADMITTED, place=order[candidate.id], digest=candidate.digest)
    return Place(status=Status.WAITING, reason="country-cap")


def _within(
    claims: Sequence[_Claim],
    turn: Mapping[str, tuple[datetime, str]],
    already: Collection[str],
    carried_over: Collection[str],
    places: int,
) -> tuple[set[str], tuple[Capped, ...]]:
    """Who gets a place: first those who have one, then those who went without last time, then as they came."""
    countries: dict[str, list[str]] = defaultdict(list)
    for claim in claims:
        countries[claim.application.country].append(claim.id)
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
    known = {id: place for id, place in people.items() if place.status in (Status.ADMITTED, Status.WAITING)}
    groups = _employer_groups(known, facts.employers)
    perhaps: dict[str, list[str]] = {}
    for one, other in facts.doubts:
        if one in known and other in known:
            perhaps.setdefault(one, []).append(other)
            perhaps.setdefault(other, []).append(one)
    return dict(people) | {
        id: replace(
            place,
            employer=groups.get(id),
            past=tuple(other for other in facts.past.get(id, ()) if other in known),
            perhaps=tuple(sorted(perhaps.get(id, ()))),
            carried_over=id in facts.carried_over,
        )
        for id, place in known.items()
    }


def _employer_groups(known: Mapping[str, Place], employers: Iterable[Collection[str]]) -> dict[str, str]:
    """The opaque name of the employer's group for each person who is *known* and is in one with others."""
    groups: dict[str, str] = {}
    taken: set[int] = set()
    waits = {id for id, place in known.items() if place.status is Status.WAITING}
    stated = (sorted(known.keys() & set(group), key=lambda id: (id in waits, id)) for group in employers)
    for group in sorted(stated):
        if len(group) > 1:
            # The number follows from one of its people, so that it stays when others come and go elsewhere.
            number = int(hashlib.sha256(group[0].encode()).hexdigest(), 16) % 999_999 + 1
            while number in taken:
                number += 1
            taken.add(number)
            groups |= dict.fromkeys(group, f"g{number}")
    return groups


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
    if place.perhaps:
        line["perhaps"] = sorted(place.perhaps)
    if place.carried_over:
        line["carried_over"] = True
    return line


def _admitted(roll: Roll | None) -> frozenset[str]:
    people = roll.people if roll else {}
    return frozenset(id for id, place in people.items() if place.status is Status.ADMITTED)


def _status(reason: str) -> Status:
    if reason in ("withdrew", "erased"):
        return Status.WITHDRAWN
    return Status.DUPLICATE if reason in ("same-person", "same-address") else Status.INELIGIBLE
