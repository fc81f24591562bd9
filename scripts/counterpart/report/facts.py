"""The facts of a finished round, from its pool, its pairings and what people answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from counterpart.model import Applicant, CareerStage, Profile, Proposal, Round, Sector, Topic, Wish
from counterpart.report.report import Answer, Facts, Known, Participant
from counterpart.rounds.answer import SURVEYS, About
from counterpart.rounds.answer import Answer as SurveyAnswer
from counterpart.world.regions import SUBREGION_OF

_MATTERS = ("sector", "career_stage")


def facts_of(
    round: Round,
    people: Sequence[Applicant],
    proposals: Sequence[Proposal],
    answers: Mapping[str, Answer] | None,
    known: Sequence[Known] = (),
) -> Facts:
    """The facts. Who withdrew or was removed is in no count, nor is a partnership of which only one is left.

    *people*: who was admitted, or got a partner later. *proposals*: every pairing of the round, the first one
    first. *answers*: by id, None where nobody was asked.
    """
    profiles = {person.id: person.profile for person in people}
    partnerships = _partnerships(proposals, profiles)
    partners: dict[str, list[Profile]] = {id: [] for id in profiles}
    for group in partnerships:
        for id in group:
            partners[id] += [profiles[other] for other in group if other != id]
    return Facts(
        round=round.id,
        people={id: _participant(profile, partners[id]) for id, profile in profiles.items()},
        partnerships=tuple(sorted(partnerships)),
        sectors=_names(round.sectors),
        career_stages=_names(round.career_stages),
        topics=_names(round.topics),
        pairings=len(proposals),
        threes=round.threes,
        answers=None if answers is None else {id: answers[id] for id in profiles if id in answers},
        known=tuple(known),
    )


def _partnerships(proposals: Sequence[Proposal], profiles: Mapping[str, Profile]) -> dict[tuple[str, ...], None]:
    """The partnerships, each once and the first one first, of those people who are in *profiles*."""
    groups = (
        tuple(sorted(id for id in pair.people if id in profiles))
        for proposal in proposals
        for pair in proposal.pairs
    )
    return dict.fromkeys(group for group in groups if len(group) > 1)


def _names(listed: Iterable[Topic | Sector | CareerStage]) -> dict[str, str]:
    return {each.id: each.name for each in listed}


def _participant(profile: Profile, partners: Sequence[Profile]) -> Participant:
    return Participant(
        country=profile.country,
        sector=profile.sector,
        career_stage=profile.career_stage,
        interests=profile.interests,
        returning=profile.returning,
        wishes=_wishes(profile, partners),
    )


def _wishes(me: Profile, partners: Sequence[Profile]) -> str:
    """How many of a person's wishes a partner met, of all partners that there were."""
    met = list(_met(me, partners))
    if not met:
        return "no-wish"
    return "all" if all(met) else "some" if any(met) else "none"


def _met(me: Profile, partners: Sequence[Profile]) -> Iterator[bool]:
    for matter in _MATTERS:
        wish = me.wishes.get(matter, Wish.ANY)
        if wish is Wish.ANY:
            continue
        same = [getattr(me, matter) == getattr(partner, matter) for partner in partners]
        yield any(same) if wish is Wish.SIMILAR else not all(same)


_SATISFIED = {
    "very-satisfied": "high",
    "satisfied": "middle",
    "unsatisfied": "low",
    "very-unsatisfied": "low",
}


def answers_from(said: Iterable[SurveyAnswer]) -> dict[str, Answer]:
    """What the survey answers in *said*, the earliest first, come to: by id, the latest word.

    Who is in contact at the end has completed the partnership; who is not, or only answered halfway, is not known
    to have.
    """
    found: dict[str, Answer] = {}
    for each in said:
        if each.about in SURVEYS:
            before = found.get(each.id, Answer())
            last = each.about is About.END_SURVEY and each.contact is not None
            found[each.id] = Answer(
                completed=each.contact != "none" if last else before.completed,
                satisfaction=_SATISFIED.get(each.satisfaction or "", before.satisfaction),
            )
    return found


def known_as(one: Participant) -> Known:
    """A participant of whom the public knows everything that a report counts by place and work."""
    return Known(country=one.country, sector=one.sector, career_stage=one.career_stage)


def known_from(text: str, facts: Facts) -> Known | str:
    """Who an id, ``AU``, ``AU/public`` or ``AU/public/early`` is; or one sentence that says why it is nobody."""
    if text in facts.people:
        return known_as(facts.people[text])
    country, *more = text.split("/")
    sector, stage = (*more, None, None)[:2]
    if country not in SUBREGION_OF or len(more) > 2:
        return (
            "It must be the id of somebody who took part, or a country's code, and after a '/' a sector and a "
            "career stage, such as 'AU/public/early'."
        )
    if sector is not None and sector not in facts.sectors:
        return f"The sector must be one of {', '.join(facts.sectors)}."
    if stage is not None and stage not in facts.career_stages:
        return f"The career stage must be one of {', '.join(facts.career_stages)}."
    return Known(country=country, sector=sector, career_stage=stage)
