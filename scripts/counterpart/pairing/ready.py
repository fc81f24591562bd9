"""The pool of a round that was read: ready to be matched, verified or explained, or why it is not."""

from __future__ import annotations

from counterpart.files.repository import no_round
from counterpart.findings import Finding, UsageError
from counterpart.pairing.pool import Pool, assemble, replacement_pool
from counterpart.rounds.load import Loaded
from counterpart.world.zones import offset


def in_the_way(loaded: Loaded, number: int) -> tuple[Finding, ...]:
    """What blocks the pairing *number*; that somebody admitted has withdrawn is what a rematch mends."""
    return tuple(each for each in loaded.blocking if number == 1 or each.rule != "person-withdrawn")


def ready_pool(loaded: Loaded, number: int = 1) -> Pool:
    """The pool of a round that was loaded without blocking findings; a usage error if there is none to match.

    *number*: of the pairing that it is for; from 2 on it holds those who have no partner then.
    """
    settings = loaded.round
    if settings is None:
        raise no_round(loaded.id)
    if settings.closed:
        raise UsageError(f"Round {loaded.id} is closed: its applications are gone.")
    if not loaded.applicants:
        raise UsageError(
            f"Round {loaded.id} has no applications yet. They belong in the folder 'applicants/{loaded.id}'."
        )
    if number == 1:
        return assemble(settings, loaded.applicants, loaded.roll, loaded.decisions, offset)
    if loaded.roll is None:
        raise UsageError(f"Nobody is admitted to round {loaded.id} yet: 'counterpart admit {loaded.id}'.")
    return replacement_pool(
        settings, loaded.applicants, loaded.roll, loaded.decisions, loaded.proposals, number, offset
    )
