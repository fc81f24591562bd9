"""How a synthetic round went on: who fell silent, who got another partner, who answered what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from counterpart.model import Proposal
from counterpart.report.report import Answer
from counterpart.sample.chance import Chance

_SILENT_PERCENT = 5  # of the pairs: one of the two was never heard of
_COMPLETED_PERCENT = 84  # of the other pairs
_ANSWERED_PERCENT = 62  # of those who completed; of the others a third of that
_SATISFACTION = (("high", 64), ("middle", 26), ("low", 10))
_DISAPPOINTED = (("high", 20), ("middle", 38), ("low", 42))


def silent(pairs: Sequence[Sequence[str]], chance: Chance) -> tuple[str, ...]:
    """Who of the first pairs was never heard of, by id; sorted."""
    return tuple(sorted(chance.one(people) for people in pairs if chance.percent(_SILENT_PERCENT)))


def answers(proposals: Sequence[Proposal], gone: Collection[str], chance: Chance) -> Mapping[str, Answer]:
    """What everybody who had a partner answered, or what coordinators know; by id, sorted."""
    said: dict[str, Answer] = {}
    for proposal in proposals:
        for pair in proposal.pairs:
            completed = not set(gone) & set(pair.people) and chance.percent(_COMPLETED_PERCENT)
            for id in pair.people:
                said[id] = _answer(completed, id in gone, chance)
    return dict(sorted(said.items()))


def _answer(completed: bool, silent: bool, chance: Chance) -> Answer:
    answered = chance.percent(_ANSWERED_PERCENT if completed else _ANSWERED_PERCENT // 3) and not silent
    satisfaction = chance.weighted(_SATISFACTION if completed else _DISAPPOINTED)
    return Answer(completed=completed, satisfaction=satisfaction if answered else None)
