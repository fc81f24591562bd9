"""Check a round's proposal and proof without trusting either. Imports nothing of the solver."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from counterpart.files.progress import Progress, counting
from counterpart.files.repository import Repository
from counterpart.findings import Finding, Location, UsageError
from counterpart.matching import Verdict
from counterpart.model import Decision, Proposal, RoundId
from counterpart.pairing.pool import Pool
from counterpart.pairing.ready import ready_pool
from counterpart.pairing.summary import proof_sentence
from counterpart.pairing.verify_proposal import RULES, Audit, audit
from counterpart.rounds.load import load_round


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was verified: for callers that go on with it."""

    pool: Pool
    proposal: Proposal
    certificate: Any  # as data
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was found, and what is proven."""

    findings: tuple[Finding, ...]
    sentence: str | None = None
    weight: tuple[int, ...] = ()
    bound: tuple[int | None, ...] = ()
    pairs: int = 0
    threes: int = 0
    unpaired: int = 0
    changed_by_hand: bool = False
    optimal: bool = False
    overrule: Decision | None = None
    checked: Checked | None = None


def verify(repository: Repository, round_id: RoundId, *, number: int | None = None, report: Progress) -> Verified:
    """Verify ``pairings.yaml`` of a round against its applications, roll, decisions and certificate.

    *number*: of the pairing; None for the latest.
    """
    loaded = load_round(repository, round_id, counting(report))
    number = number or loaded.latest
    path = repository.pairings_file(round_id, number).path
    errors = loaded.blocking or tuple(f for f in loaded.findings if f.location.path == path)
    if errors:
        return Verified(findings=errors)
    if loaded.round is None or loaded.round.closed:
        raise UsageError(f"Round {round_id} is closed: its applications are gone, and nothing can be verified.")
    proposal = loaded.proposals.get(number)
    if proposal is None:
        raise UsageError(f"Round {round_id} has no proposal yet. Make one with 'counterpart match {round_id}'.")
    pool = ready_pool(loaded, number)
    report(f"{len(pool.people):,} people; checking all pairs")
    certificate = _certificate(repository, round_id, number)
    if isinstance(certificate, Finding):
        return Verified(findings=(certificate,))
    return _verified(repository, pool, proposal, certificate, audit(pool, proposal, certificate))


def _verified(
    repository: Repository, pool: Pool, proposal: Proposal, certificate: object, found: Audit
) -> Verified:
    round_id = pool.round.id
    number = pool.number
    paths = (repository.pairings_file(round_id, number).path, repository.certificate_file(round_id, number).path)
    again = "counterpart match" if number == 1 else "counterpart rematch"
    findings = tuple(
        Finding(
            location=Location(path=paths[fault.in_certificate]),
            rule=fault.rule,
            message=fault.message,
            help=RULES[fault.rule].replace("counterpart match", again),
        )
        for fault in found.faults
    )
    verdict = found.verdict
    if verdict is None:
        return Verified(findings=findings, changed_by_hand=found.changed_by_hand)
    decided = bool(pool.decisions.pins or pool.decisions.forbids)
    return Verified(
        findings=findings,
        sentence=proof_sentence(verdict, len(pool.people), decided),
        weight=verdict.weight,
        bound=verdict.bound,
        pairs=sum(len(group.people) == 2 for group in proposal.pairs),
        threes=sum(len(group.people) > 2 for group in proposal.pairs),
        unpaired=len(proposal.unpaired),
        changed_by_hand=found.changed_by_hand,
        optimal=verdict.optimal,
        overrule=pool.decisions.overrule,
        checked=Checked(pool=pool, proposal=proposal, certificate=certificate, verdict=verdict),
    )


def _certificate(repository: Repository, round_id: RoundId, number: int) -> object | Finding | None:
    entry = repository.certificate_file(round_id, number)
    if not repository.exists(entry):
        return None
    content = repository.read(entry)
    if isinstance(content, Finding):
        return content
    try:
        data: object = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        return Finding(
            location=Location(path=entry.path),
            rule="certificate-form",
            message="The certificate cannot be read: it is not JSON in UTF-8.",
            help=RULES["certificate-form"],
        )
    return data if data is not None else {}
