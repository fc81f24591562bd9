"""The pool: the people who are to be paired in a round, and every fact about them that matters."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from counterpart.digest import pool_digest
from counterpart.model import Applicant, Decisions, Digest, Place, Roll, Round, Status
from counterpart.rounds.partnerships import Numbered, decisions_digest, facts_of, left, partnerships

#: Minutes ahead of UTC of a time zone on a day; given by the edges, where the zone data lives.
Offset = Callable[[str, date], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The admitted people of a round, sorted by id, without those whom a coordinator removed.

    ``offsets`` holds each person's minutes ahead of UTC when the round starts. ``digest`` names the admitted
    pool as the roll froze it, whoever was removed since: a removal is a decision, with a digest of its own.
    """

    round: Round
    people: tuple[Applicant, ...]
    places: Mapping[str, Place]
    offsets: tuple[int, ...]
    decisions: Decisions
    digest: Digest
    admitted_by_roll: bool
    number: int = 1  # of the pairing that is made from it; from 2 on a rematch within the round

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids, sorted; a person's position here is the person's vertex in the graph."""
        return tuple(person.id for person in self.people)


def assemble(
    round: Round,
    applicants: Sequence[Applicant],
    roll: Roll | None,
    decisions: Decisions,
    offset: Offset,
) -> Pool:
    """The pool of a round. Without a roll, as in a first try, everybody who applied is admitted.

    Applications must have passed ``check``; people who are on the roll but have no application do not occur.
    """
    by_id = {person.id: person for person in applicants}
    digests = {person.id: person.digest for person in applicants}
    places = roll.people if roll else {id: Place(status=Status.ADMITTED) for id in by_id}
    frozen = {
        id: place if place.digest else replace(place, digest=digests.get(id)) for id, place in places.items()
    }
    admitted = {id for id, place in frozen.items() if place.status is Status.ADMITTED}
    people = tuple(by_id[id] for id in sorted(by_id.keys() & admitted - decisions.removed_ids))
    start = round.day("introductions") or round.calendar[0].date
    return Pool(
        round=round,
        people=people,
        places=frozen,
        offsets=tuple(offset(person.profile.time_zone, start) for person in people),
        decisions=decisions,
        digest=pool_digest(frozen),
        admitted_by_roll=roll is not None,
    )


def replacement_pool(
    round: Round,
    applicants: Sequence[Applicant],
    roll: Roll,
    decisions: Decisions,
    proposals: Numbered,
    number: int,
    offset: Offset,
) -> Pool:
    """The pool of the pairing *number*, 2 or more: everybody admitted or waiting who has no partner.

    Who was admitted comes first, as if carried over; who waited fills up. Everybody who was partners in this
    round is a past partner.
    """
    here = {person.id for person in applicants}
    busy = {id for each in partnerships(proposals, decisions, here, number) for id in each.people}
    away = left(decisions, number)
    takes_part = {id for id, place in roll.people.items() if place.status in (Status.ADMITTED, Status.WAITING)}
    free = takes_part - busy - away
    people = tuple(person for person in sorted(applicants, key=lambda person: person.id) if person.id in free)
    places = facts_of(round, people, roll, proposals, number)
    start = round.day("introductions") or round.calendar[0].date
    return Pool(
        round=round,
        people=people,
        places=places,
        offsets=tuple(offset(person.profile.time_zone, start) for person in people),
        decisions=replace(
            decisions,
            pins=tuple(pin for pin in decisions.pins if _still_possible(pin.people, places)),
            overrule=None,
            digest=decisions_digest(decisions, number),
        ),
        digest=pool_digest(places),
        admitted_by_roll=True,
        number=number,
    )


def draw_keys(pool: Pool, redraw: int = 0) -> tuple[int, ...]:
    """For each person 64 bits that no one can choose: the tie-break of a pair is made from its two.

    Hashes the id with the seed: the pool's digest, known only when applications are closed, joined with
    what the round's file fixed before they opened. *redraw* counts the draws that left a tie.
    """
    seed = f"{pool.digest}\n{pool.round.draw}\n{redraw}\n"
    return tuple(
        int.from_bytes(hashlib.sha256((seed + person.id).encode("utf-8")).digest()[:8], "big")
        for person in pool.people
    )


def _still_possible(people: tuple[str, ...], places: Mapping[str, Place]) -> bool:
    """Whether a pin of an earlier pairing can still be meant: both are free, and were not partners already."""
    one, other = people
    return one in places and other in places and other not in places[one].past
