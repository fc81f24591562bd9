"""Introduce partners to each other: through the gate, and then one e-mail to each, delivered once."""

from __future__ import annotations

from collections.abc import Iterable, Set
from datetime import UTC

from counterpart.files.git import Git
from counterpart.files.progress import Progress, counting
from counterpart.files.repository import Repository
from counterpart.mail.compose import Writer, own_templates
from counterpart.mail.due import Due, already_otherwise, on_introduction
from counterpart.mail.gate import Passed, Stopped, gate, gate_as_approved, only_left
from counterpart.mail.link_key import open_links
from counterpart.mail.send import Sender, Written, counted, delivered, unsent
from counterpart.model import RoundId
from counterpart.programme.guides import load_guides
from counterpart.rounds.load import Loaded, load_round
from counterpart.rounds.mail_log import MailKey, State
from counterpart.rounds.mail_log_branch import MailLogBranch
from counterpart.rounds.partnerships import left
from counterpart.sealing import keyring
from counterpart.world.zones import zone


def introduce(
    repository: Repository, round_id: RoundId, key: str | None, sender: Sender, report: Progress
) -> Written:
    """Write to partners about each other, and to those who have none; nothing is written before the gate is open.

    Once people were introduced, another pairing of them is refused: they know each other. Once introductions have
    begun, somebody who leaves stops nobody else's: they go on by the proposal that was approved.
    """
    repository = repository.afresh()  # every check is run again here, on what the disk holds now
    ledger = MailLogBranch(Git(repository.root), round_id).read()
    written = {line.key: line.group for line in ledger.values() if line.state not in (State.LATER, State.AGAIN)}
    loaded = load_round(repository, round_id, counting(report))
    passed = _preflight(repository, loaded, key, sender, report, written)
    if not isinstance(passed, Passed):
        return Written(findings=passed.findings, refusals=passed.refusals)
    had_partner = _had_partner(loaded)
    due = on_introduction(passed.proposal, loaded.latest, had_partner if loaded.latest > 1 else None)
    if others := already_otherwise(due, loaded.latest, written):
        some = ", ".join(others[:10])
        return Written(
            refusals=(
                f"These people were introduced to somebody else already, so they cannot be paired anew: {some}. "
                "Bring back the proposal that they were introduced by.",
            )
        )
    gone = _gone(loaded, passed.pool.ids)
    left, due = _parted(due, gone)
    delivery = delivered(repository, _writer(repository, passed, had_partner, key, sender), due, sender, report)
    return Written(
        proof=passed.proof,
        due=counted(due),
        new=counted(unsent(due, ledger)),
        delivered=delivery,
        partner_left=tuple(each.id for each in left if each.key not in written and each.id not in gone),
    )


def _had_partner(loaded: Loaded) -> set[str]:
    """Those who had a partner by an earlier pairing of the round."""
    earlier = (proposal for number, proposal in loaded.proposals.items() if number < loaded.latest)
    return {id for proposal in earlier for id in proposal.partners}


def _preflight(
    repository: Repository,
    loaded: Loaded,
    key: str | None,
    sender: Sender,
    report: Progress,
    written: Iterable[str],
) -> Passed | Stopped:
    """The gate; once introductions have begun and only people have left, as it was when they were approved."""
    passed = gate(repository, loaded.id, key, report=report, handed_over=sender.handed_over)
    introduced = (MailKey.of(each) for each in written)
    begun = any(each.kind == "introduction" and each.number == loaded.latest for each in introduced)
    if isinstance(passed, Passed) or not begun or not only_left(passed):
        return passed
    then = gate_as_approved(repository, loaded.id, key, report=report, handed_over=sender.handed_over)
    return then or passed


def _writer(
    repository: Repository, passed: Passed, had_partner: set[str], key: str | None, sender: Sender
) -> Writer:
    round = passed.pool.round
    return Writer(
        round=round,
        people={person.id: person for person in passed.pool.people},
        identities=passed.identities,
        partners=passed.proposal.partners,
        before=had_partner,
        now=sender.now().astimezone(UTC).replace(microsecond=0),
        today=sender.now().astimezone(zone(round.zone)).date(),
        guides=load_guides(repository).guides,
        links=open_links(repository, round.id, keyring.for_round(round.id, round.sample, key)),
        templates=own_templates(repository, round.id),
    )


def _parted(due: Iterable[Due], gone: Set[str]) -> tuple[tuple[Due, ...], tuple[Due, ...]]:
    """What is *due* to partners of whom somebody is *gone*, and all the rest."""
    left: list[Due] = []
    rest: list[Due] = []
    for each in due:
        (left if gone & {*each.group.split("+")} else rest).append(each)
    return tuple(left), tuple(rest)


def _gone(loaded: Loaded, ids: Iterable[str]) -> set[str]:
    """Those of the proposal who do not take part any more: withdrawn, removed, or without an application."""
    there = {person.id for person in loaded.applicants}
    return (set(ids) - there) | left(loaded.decisions, loaded.latest)
