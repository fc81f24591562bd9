"""Which partnerships of a round stand, who has left, and the facts that a later pairing rests on.

A rematch is a pairing like the first, with a number of its own, by the same engine and the same proof. Nothing
that was made before is changed: a later pairing holds only the people who are free when it is made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from counterpart.digest import digest, written
from counterpart.model import (
    Applicant,
    Decisions,
    Digest,
    Ended,
    Place,
    Proposal,
    Roll,
    Round,
    Status,
    two_by_two,
)

#: Why a partnership ended: the code -> what it means, in the words of a coordinator.
REASONS: Mapping[str, str] = {
    "withdrew": "The person cannot go on.",
    "silent": "Nothing was heard of the person.",
    "asked": "The person asked for another partner.",
    "conduct": "The person was removed after a report about conduct.",
    "other": "Anything else; write it into a sealed note.",
}

#: Pairings by their number: 1 is the first, 2 the first rematch.
Numbered = Mapping[int, Proposal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Partnership:
    """Two people, or three, who are partners; ``number``: of the pairing that made them so."""

    number: int
    people: tuple[str, ...]  # sorted


def partnerships(
    proposals: Numbered, decisions: Decisions, here: Collection[str], before: int
) -> tuple[Partnership, ...]:
    """The partnerships that stand when the pairing *before* is made; *here*: the ids of those who take part.

    Of three, from whom one leaves or asks for somebody else, the other two go on.
    """
    standing: list[tuple[int, set[str]]] = []
    for number in range(1, before + 1):
        _take_out(standing, {each.id for each in decisions.ended if each.before == number})
        if number < before and number in proposals:
            for pair in proposals[number].pairs:
                _take_out(standing, set(pair.people))
                standing.append((number, set(pair.people)))
    everybody = {id for _, people in standing for id in people}
    _take_out(standing, (everybody - set(here)) | decisions.removed_ids)
    found = (Partnership(number=number, people=tuple(sorted(people))) for number, people in standing)
    return tuple(sorted(found, key=lambda each: (each.people, each.number)))


def _take_out(standing: list[tuple[int, set[str]]], ids: Collection[str]) -> None:
    for _, people in standing:
        people.difference_update(ids)
    standing[:] = [(number, people) for number, people in standing if len(people) > 1]


def left(decisions: Decisions, before: int) -> frozenset[str]:
    """Those who have left when the pairing *before* is made, by a coordinator's word."""
    return frozenset(
        decisions.removed_ids | {each.id for each in decisions.ended if each.leaves and each.before <= before}
    )


def facts_of(
    round: Round, people: Iterable[Applicant], roll: Roll, proposals: Numbered, number: int
) -> dict[str, Place]:
    """What rules and order need of *people* in the pairing *number*: the same whenever it is asked for.

    Partners of earlier rounds count where the round has that rule; those of this round always do.
    """
    there = {person.id: person for person in people}
    before = round.rules.past_partner
    known: dict[str, set[str]] = {id: set(roll.people[id].past if before else ()) for id in there}
    for earlier, proposal in proposals.items():
        if earlier < number:
            for pair in proposal.pairs:
                for a, b in two_by_two(pair.people):
                    known.get(a, set()).add(b)
                    known.get(b, set()).add(a)
    return {
        id: Place(
            status=Status.ADMITTED,
            digest=person.digest,
            employer=roll.people[id].employer,
            past=tuple(sorted(known[id] & there.keys())),
            perhaps=tuple(sorted({*roll.people[id].perhaps} & there.keys())),
            carried_over=roll.people[id].status is Status.ADMITTED,
        )
        for id, person in there.items()
    }


def decisions_digest(decisions: Decisions, number: int) -> Digest | None:
    """The digest of all decisions that count for the pairing *number*; None where there are none."""
    ended = [_line(each) for each in decisions.ended if each.before <= number]
    if not ended or number == 1:
        return decisions.digest
    return digest([written(decisions.digest), sorted(ended)])


def named(proposal: Proposal) -> frozenset[str]:
    """Everybody whom a proposal names."""
    return frozenset(id for pair in proposal.pairs for id in pair.people) | {each.id for each in proposal.unpaired}


def _line(each: Ended) -> list[str]:
    return [each.id, str(each.before), str(each.leaves), str(each.ban), each.reason, each.by]
