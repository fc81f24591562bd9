"""How a synthetic round went on: who fell silent, who got another partner, who answered what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from counterpart.core.pool import Pool
from counterpart.core.report import Answer
from counterpart.core.sample_chance import Chance
from counterpart.model import Proposal

_SILENT_PERCENT = 5  # of the pairs: one of the two was never heard of
_COMPLETED_PERCENT = 84  # of the other pairs
_ANSWERED_PERCENT = 62  # of those who completed; of the others a third of that
_SATISFACTION = (("high", 64), ("middle", 26), ("low", 10))
_DISAPPOINTED = (("high", 20), ("middle", 38), ("low", 42))


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """``silent``: who was never heard of. ``again``: who looks for another partner, unpaired people included."""

    silent: frozenset[str]
    again: tuple[str, ...]


def course(pairs: Sequence[Sequence[str]], unpaired: Sequence[str], chance: Chance) -> Course:
    """What became of the first pairs."""
    silent, left = set(), list(unpaired)
    for people in pairs:
        if chance.percent(_SILENT_PERCENT):
            gone = chance.one(people)
            silent.add(gone)
            left += [id for id in people if id != gone]
    return Course(silent=frozenset(silent), again=tuple(sorted(left)))


def only(pool: Pool, people: Sequence[str]) -> Pool:
    """The same pool with nobody in it but *people*; decisions about pairs are done with."""
    kept = [i for i, id in enumerate(pool.ids) if id in set(people)]
    return replace(
        pool,
        people=tuple(pool.people[i] for i in kept),
        offsets=tuple(pool.offsets[i] for i in kept),
        decisions=replace(pool.decisions, pins=(), forbids=(), overrule=None),
    )


def answers(proposals: Sequence[Proposal], silent: frozenset[str], chance: Chance) -> Mapping[str, Answer]:
    """What everybody who had a partner answered, or what coordinators know; by id, sorted."""
    said: dict[str, Answer] = {}
    for proposal in proposals:
        for pair in proposal.pairs:
            completed = not silent & set(pair.people) and chance.percent(_COMPLETED_PERCENT)
            for id in pair.people:
                said[id] = _answer(completed, id in silent, chance)
    return dict(sorted(said.items()))


def _answer(completed: bool, silent: bool, chance: Chance) -> Answer:
    answered = chance.percent(_ANSWERED_PERCENT if completed else _ANSWERED_PERCENT // 3) and not silent
    satisfaction = chance.weighted(_SATISFACTION if completed else _DISAPPOINTED)
    return Answer(completed=completed, satisfaction=satisfaction if answered else None)
