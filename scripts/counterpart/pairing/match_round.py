"""Propose the best pairing of a round, with its proof: reads the round's files, writes two."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from counterpart.files.documents import parsed
from counterpart.files.progress import Progress, counting
from counterpart.files.repository import Repository
from counterpart.files.templates import render
from counterpart.files.yaml_read import Document
from counterpart.files.yaml_write import dump
from counterpart.findings import CertificateError, Finding, Location
from counterpart.matching import Limits
from counterpart.model import Proposal, RoundId, Status
from counterpart.pairing.certificate_file import certificate_data, proposal_data
from counterpart.pairing.explain import NAMES
from counterpart.pairing.inputs import inputs
from counterpart.pairing.pool import Pool
from counterpart.pairing.proposal import Made, broken_pins, propose
from counterpart.pairing.ready import in_the_way, ready_pool
from counterpart.pairing.rules import rules
from counterpart.pairing.summary import Summary, summarise
from counterpart.pairing.verify_proposal import audit
from counterpart.rounds.load import load_round
from counterpart.world.names import names

#: Bytes of a pull request's text. The usual host takes 65,536 characters.
LONGEST = 65_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """The result: findings that stand in the way, or a summary and the pull request's text.

    ``written`` are the paths of the files that were written; empty if they were already what they should be.
    """

    findings: tuple[Finding, ...] = ()
    summary: Summary | None = None
    text: str = ""
    written: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()  # applications left out of a first try because they do not pass check


def match(
    repository: Repository,
    round_id: RoundId,
    *,
    number: int = 1,
    afresh: bool = False,
    limits: Limits | None = None,
    report: Progress,
) -> Matched:
    """Match a round and write ``pairings.yaml`` and ``certificate.json``, both or neither.

    The proposal that is there already is the one whose pairs are kept among equals, unless *afresh*.
    The same files give the same bytes. *number* is 2 or more for a rematch: ``rematch`` knows which.
    """
    loaded = load_round(repository, round_id, counting(report))
    if findings := in_the_way(loaded, number):
        return Matched(findings=findings)
    pool = ready_pool(loaded, number)
    broken = _broken_pins(repository, pool)
    if broken:
        return Matched(findings=broken)
    report(f"{len(pool.people):,} people; matching")
    made, previous = _made(pool, None if afresh else loaded.proposals.get(number), limits, report)
    certificate = certificate_data(made.proposal, made.certificate, pool.ids)
    report(f"{len(pool.people):,} people; checking the proof")
    _hold(pool, made, certificate)
    summary = summarise(pool, made.proposal, made.verdict, previous, names())
    written = _write(repository, number, made.proposal, certificate)
    text = pull_request(summary)
    refused = loaded.refused if loaded.roll is None else ()
    return Matched(summary=summary, text=text, written=written, refused=refused)


def pull_request(summary: Summary) -> str:
    """The pull request's text, not longer than hosts take: of the weakest pairs as many as there is room for."""
    for count in (len(summary.weakest), 5, 2, 0):
        shortened = replace(summary, weakest=summary.weakest[:count])
        text = render("pairing/templates/pull-request.md.j2", s=shortened, names=NAMES)
        if len(text.encode("utf-8")) <= LONGEST:
            break
    return text


def _made(
    pool: Pool, existing: Proposal | None, limits: Limits | None, report: Progress
) -> tuple[Made, Proposal | None]:
    """The proposal, and the earlier one that it is compared with.

    If the proposal that is there was made from the same files, it is made again as it was made then: from the
    same earlier proposal, which may be none. So running the command twice changes nothing.
    """
    same = existing is not None and inputs(pool, None) == replace(existing.inputs, previous=None)
    if existing is None or (same and existing.inputs.previous is None):
        return propose(pool, limits=limits, report=report), None
    made = propose(pool, existing, limits=limits, report=report)
    if not same:
        return made, existing
    as_then = replace(made.proposal.inputs, previous=existing.inputs.previous)
    return replace(made, proposal=replace(made.proposal, inputs=as_then)), None


def _hold(pool: Pool, made: Made, certificate: dict[str, object]) -> None:
    """Check the proposal as ``verify`` will, with code that never saw the solver; what fails is our bug."""
    if made.verdict.problem:
        raise CertificateError(made.verdict.problem)
    checked = audit(pool, made.proposal, certificate)
    # Where the limits of work were too narrow, the gap is known and said; it is no fault.
    wrong = [fault.message for fault in checked.faults if fault.rule != "proposal-not-best"]
    if wrong:
        raise CertificateError(f"The proposal does not pass its own check: {wrong[0]}")
    if checked.verdict is None or checked.verdict.gap != made.verdict.gap:
        raise CertificateError("The proposal's check and its solver do not agree.")


def _write(
    repository: Repository, number: int, proposal: Proposal, certificate: dict[str, object]
) -> tuple[str, ...]:
    text = json.dumps(certificate, ensure_ascii=False, indent=None, separators=(",", ":"))
    # One person or set a line: a change shows as what it is.
    for mark in ('"prices":{', '"sets":['):
        text = text.replace(mark, mark + "\n")
    text = text.replace('],"', '],\n"').replace('},{"people"', '},\n{"people"') + "\n"
    # The proof first: a proposal is never there without one, and a proof of another proposal says so.
    files = {
        Repository.certificate_file(proposal.round, number): text.encode("utf-8"),
        Repository.pairings_file(proposal.round, number): dump(proposal_data(proposal)).encode("utf-8"),
    }
    if all(repository.exists(entry) and repository.read(entry) == content for entry, content in files.items()):
        return ()
    written = {entry.path: content for entry, content in files.items()}
    repository.write_all(written)
    return tuple(written)


def _broken_pins(repository: Repository, pool: Pool) -> tuple[Finding, ...]:
    """The pins that cannot be, each at its line in the decisions, and why."""
    words = {rule.id: rule.because for rule in rules(pool)}
    entry = repository.decisions_file(pool.round.id)
    source = parsed(repository, entry)
    place = {pin.people: index for index, pin in enumerate(pool.decisions.pins)}
    found = []
    for people, rule in broken_pins(pool):
        steps = ("pins", place[people], "people")
        found.append(
            Finding(
                location=source.locate(*steps) if isinstance(source, Document) else Location(path=entry.path),
                rule="pin-breaks-rule",
                message=f"The pin of {' and '.join(people)} breaks the rule '{rule}'. "
                f"{words.get(rule) or _why_not(pool, people)}",
                help="Take the pin out: a pin chooses among allowed pairs, it cannot allow one.",
            )
        )
    return tuple(sorted(found))


def _why_not(pool: Pool, people: tuple[str, ...]) -> str:
    """Who of the two is not in the pool, and how that came."""
    said = []
    for id in people:
        if id in pool.ids:
            continue
        status = pool.places[id].status if id in pool.places else None
        said.append(
            f"{id} is not admitted but {status}."
            if status not in (None, Status.ADMITTED)
            else f"{id} does not take part any more."
        )
    return " ".join(said)
