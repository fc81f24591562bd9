"""Rematch: partnerships that ended within a round, and new partners for those who go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from counterpart.files.git import Git
from counterpart.files.progress import Progress, counting
from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.model import Ended, RoundId, Status, partners_in
from counterpart.pairing.decide import with_decisions
from counterpart.pairing.graph import PoolGraph
from counterpart.pairing.match_round import Matched, match
from counterpart.pairing.pool import Pool
from counterpart.pairing.ready import in_the_way, ready_pool
from counterpart.pairing.what_if import possible_partners
from counterpart.rounds.load import Loaded, load_round
from counterpart.rounds.mail_log import Ledger, MailKey, State, begun
from counterpart.rounds.mail_log_branch import MailLogBranch
from counterpart.rounds.partnerships import REASONS, left, partnerships

#: A mail in one of these needs nothing more.
_DONE = frozenset({State.SENT, State.REFUSED, State.BOUNCED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """The result: the line that was written, and who goes on without a partner now."""

    ended: Ended
    partners: tuple[str, ...]
    written: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rematched:
    """The result: the number of the pairing and what ``match`` says, and who was free."""

    number: int
    matched: Matched
    active: tuple[str, ...] = ()  # admitted, and without a partner
    waiting: tuple[str, ...] = ()


def end(
    repository: Repository,
    round_id: RoundId,
    ids: Sequence[str],
    *,
    by: str,
    reason: str,
    leaves: bool = True,
    ban: bool = False,
) -> tuple[Parted, ...]:
    """Write the ends of the partnerships of *ids* into ``decisions.yaml``: all or none, and each once."""
    if reason not in REASONS:
        raise UsageError(f"A reason is one of {', '.join(REASONS)}.")
    if ban and not leaves:
        raise UsageError("Who may not come back must leave now: take --new-partner away.")
    loaded = _open_round(repository, round_id)
    _on_roll(loaded, ids)
    number = next_number(repository, loaded)
    partners = _partners(loaded, number)
    ends = [Ended(id=id, leaves=leaves, by=by, reason=reason, before=number, ban=ban) for id in dict.fromkeys(ids)]
    partings = [_parted(loaded, partners.get(end.id, ()), end) for end in ends]
    _append(repository, round_id, [parting.ended for parting in partings if parting.written])
    return tuple(partings)


def _on_roll(loaded: Loaded, ids: Sequence[str]) -> None:
    """A usage error where one of *ids* is not on the roll."""
    roll = loaded.roll.people if loaded.roll else {}
    if strangers := [id for id in ids if id not in roll]:
        raise UsageError(f"'{strangers[0]}' is not on the roll of round {loaded.id}.")


def _partners(loaded: Loaded, number: int) -> Mapping[str, tuple[str, ...]]:
    """Everybody's partners at the time when the pairing *number* is made."""
    here = {person.id for person in loaded.applicants}
    standing = partnerships(loaded.proposals, loaded.decisions, here, number)
    return partners_in(partnership.people for partnership in standing)


def _parted(loaded: Loaded, partners: tuple[str, ...], end: Ended) -> Parted:
    """The effect of the *end* of a partnership; a usage error where it cannot end so.

    Of three, whom one leaves, the other two go on: then nobody is without a partner.
    """
    written = {(line.id, line.before): line for line in loaded.decisions.ended}
    same = written.get((end.id, end.before))
    if same and replace(same, by=end.by) != end:
        raise UsageError(
            f"The end of this partnership is in decisions.yaml already, with other words: it was written by "
            f"{same.by}. Change that line if it is wrong."
        )
    if not same and not partners and not end.leaves:
        raise UsageError(f"'{end.id}' has no partner at present, and is in the pool of the next pairing anyway.")
    alone = partners if len(partners) == 1 or not end.leaves else ()
    return Parted(ended=end, partners=alone, written=same is None)


def next_number(repository: Repository, loaded: Loaded) -> int:
    """The number of the pairing that a rematch makes now: that which nobody was introduced by yet.

    A usage error where nobody is introduced at all, or introductions have begun and are not finished.
    """
    ledger = MailLogBranch(Git(repository.root), loaded.id).read()
    number = loaded.latest
    if number in loaded.proposals and begun(ledger, number):
        if missing := _unfinished(loaded, ledger, number):
            raise UsageError(
                f"{len(missing):,} mails of the last introductions are not finished. First finish them: "
                f"'counterpart introduce {loaded.id}'."
            )
        return number + 1
    if number > 1:
        return number
    raise UsageError(
        f"Nobody of round {loaded.id} is introduced yet, so there is no partnership to end. Name who leaves under "
        "'removed' in decisions.yaml, or change the pairs there, and match again."
    )


def rematch(
    repository: Repository, round_id: RoundId, *, number: int | None = None, report: Progress
) -> Rematched:
    """Propose new pairs for everybody who has no partner, and write ``pairings-2.yaml`` and its proof (or -3 …).

    A pairing by which nobody was introduced yet is made anew; one that was introduced is never touched.
    """
    loaded = _open_round(repository, round_id, counting(report))
    number = number or next_number(repository, loaded)
    if findings := in_the_way(loaded, number):
        return Rematched(number=number, matched=Matched(findings=findings))
    pool = ready_pool(loaded, number)
    roll = loaded.roll.people if loaded.roll else {}
    active = tuple(id for id in pool.ids if roll[id].status is Status.ADMITTED)
    _can_be_paired(pool, active, again=number in loaded.proposals)
    matched = match(repository, round_id, number=number, report=report)
    waiting = tuple(id for id in pool.ids if id not in active)
    return Rematched(number=number, matched=matched, active=active, waiting=waiting)


def _can_be_paired(pool: Pool, active: Sequence[str], *, again: bool) -> None:
    """A usage error where a rematch would pair nobody; *again*: its proposal is there, and is made anew."""
    if not active:
        raise UsageError(
            f"Everybody who takes part in round {pool.round.id} has a partner: there is nothing to do."
        )
    if len(pool.ids) < 2:
        raise UsageError(
            f"Only {active[0]} is without a partner, and nobody waits. Wait for another, or, where threes are "
            "allowed, ask a pair whether it takes in a third."
        )
    graph = PoolGraph(pool, columns=1)
    if not again and not any(possible_partners(graph, id) for id in active):
        raise UsageError(
            "Under the rules of the round nobody who is without a partner can be paired, so nothing was written: "
            f"{', '.join(active[:10])}{' and others' if len(active) > 10 else ''}. Look again when somebody else "
            "is free."
        )


def departed(loaded: Loaded) -> frozenset[str]:
    """Everybody who took part and does not any more: withdrawn, erased, removed, or ended."""
    here = {person.id for person in loaded.applicants}
    named = {id for proposal in loaded.proposals.values() for id in proposal.partners}
    return frozenset((named - here) | (named & left(loaded.decisions, loaded.latest + 1)))


def _unfinished(loaded: Loaded, ledger: Ledger, number: int) -> list[str]:
    gone = departed(loaded)
    done = {key for key, line in ledger.items() if line.state in _DONE}
    return [
        id
        for pair in loaded.proposals[number].pairs
        if not gone & set(pair.people)
        for id in pair.people
        if str(MailKey("introduction", id, number)) not in done
    ]


def _open_round(repository: Repository, round_id: RoundId, after_file: Callable[[], None] | None = None) -> Loaded:
    loaded = load_round(repository, round_id, after_file)
    if loaded.round is None:
        raise UsageError(f"The settings of round {round_id} cannot be read; 'counterpart check' says why.")
    if loaded.round.closed:
        raise UsageError(f"Round {round_id} is closed.")
    return loaded


def _line(end: Ended) -> dict[str, object]:
    line = {"id": end.id, "leaves": end.leaves, "by": end.by, "reason": end.reason, "before": end.before}
    return {**line, "ban": True} if end.ban else line


def _append(repository: Repository, round_id: RoundId, ends: Sequence[Ended]) -> None:
    """Add lines to the decisions, and leave what people wrote there as it is, comments too."""
    if not ends:
        return
    text = with_decisions(repository, round_id, "ended", [_line(end) for end in ends])
    repository.write_all({repository.decisions_file(round_id).path: text.encode("utf-8")})
