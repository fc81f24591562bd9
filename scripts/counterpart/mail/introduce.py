"""Introduce partners to each other: through the gate, and then one e-mail to each, delivered once."""

from __future__ import annotations

from collections.abc import Iterable

from counterpart.files.git import Git
from counterpart.files.progress import Report, counting
from counterpart.files.repository import Repository
from counterpart.mail.compose import Writer, own_templates
from counterpart.mail.due import already_otherwise, on_introduction
from counterpart.mail.gate import gate, gate_as_approved, only_left
from counterpart.mail.link_key import open_links
from counterpart.mail.send import Sender, Written, counted, delivered
from counterpart.model import RoundId
from counterpart.programme.guides import load_guides
from counterpart.rounds.load import load_round
from counterpart.rounds.mail_log import MailKey, State
from counterpart.rounds.mail_log_branch import LedgerBranch
from counterpart.rounds.partnerships import left
from counterpart.sealing import keyring
from counterpart.world.zones import zone


def introduce(
    repository: Repository, round_id: RoundId, key: str | None, sender: Sender, report: Report
) -> Written:
    """Write to partners about each other, and to those who have none; nothing is written before the gate is open.

    Once people were introduced, another pairing of them is refused: they know each other. Once introductions have
    begun, somebody who leaves stops nobody else's: they go on by the proposal that was approved.
    """
    repository = repository.afresh()  # nothing is believed here because it was found right before
    ledger = LedgerBranch(Git(repository.root), round_id).read()
    written = {line.key: line.group for line in ledger.values() if line.state not in (State.LATER, State.AGAIN)}
    settled = load_round(repository, round_id, counting(report))
    number = settled.latest
    introduced = (MailKey.of(each) for each in written)
    started = any(each.kind == "introduction" and each.number == number for each in introduced)
    passed = gate(repository, round_id, key, report=report, handed_over=sender.handed_over)
    if started and only_left(passed):
        then = gate_as_approved(repository, round_id, key, report=report, handed_over=sender.handed_over)
        passed = then or passed
    if not passed.open:
        return Written(findings=passed.findings, refusals=passed.refusals)
    assert passed.pool and passed.proposal and passed.identities is not None
    earlier = [pair for n, each in settled.proposals.items() if n < number for pair in each.pairs]
    had_partner = {id for pair in earlier for id in pair.people}
    due = on_introduction(passed.proposal, number, had_partner if number > 1 else None)
    if others := already_otherwise(due, number, written):
        some = ", ".join(others[:10])
        return Written(
            refusals=(
                f"These people were introduced to somebody else already, so they cannot be paired anew: {some}. "
                "Bring back the proposal that they were introduced by.",
            )
        )
    gone = _gone(repository, round_id, passed.pool.ids)
    left = tuple(each for each in due if gone & set(each.group.split("+")))
    due = tuple(each for each in due if each not in left)
    writer = Writer(
        round=passed.pool.round,
        people={person.id: person for person in passed.pool.people},
        identities=passed.identities,
        partners=passed.proposal.partners,
        before=had_partner,
        today=sender.now().astimezone(zone(passed.pool.round.zone)).date(),
        guides=load_guides(repository).guides,
        links=open_links(repository, round_id, keyring.for_round(round_id, passed.pool.round.sample, key)),
        templates=own_templates(repository, round_id),
    )
    done = delivered(repository, writer, due, sender, report)
    waiting = tuple(each.id for each in left if each.key not in written and each.id not in gone)
    new = counted(each for each in due if each.key not in ledger or ledger[each.key].state is not State.SENT)
    return Written(proof=passed.proof, due=counted(due), new=new, delivered=done, partner_left=waiting)


def _gone(repository: Repository, round_id: RoundId, ids: Iterable[str]) -> set[str]:
    """Those of the proposal who do not take part any more: withdrawn, removed, or without an application."""
    now = load_round(repository, round_id)
    there = {person.id for person in now.applicants}
    return (set(ids) - there) | left(now.decisions, now.latest)
