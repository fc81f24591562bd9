"""Report: the figures of a finished round, screened, attacked, repaired, and written once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from counterpart.digest import digest
from counterpart.files import progress
from counterpart.files.documents import parsed
from counterpart.files.git import Git
from counterpart.files.paths import Entry
from counterpart.files.repository import Repository
from counterpart.files.yaml_read import Document
from counterpart.findings import Finding, UsageError
from counterpart.model import RoundId
from counterpart.pairing.ready import ready_pool
from counterpart.pairing.verify_round import verify
from counterpart.report.disclosure import LEAST
from counterpart.report.disclosure_audit import Disclosed, disclose
from counterpart.report.disclosure_links import setting_of
from counterpart.report.facts import facts_of
from counterpart.report.load import load_reports
from counterpart.report.publicly_known import PubliclyKnown, publicly_known
from counterpart.report.report import Facts, Report
from counterpart.report.report_file import report_bytes, report_of
from counterpart.report.survey_answers import read_answers
from counterpart.report.tables import BUNDLE, tables_of
from counterpart.report.words import TITLES
from counterpart.rounds.contact_report import opened
from counterpart.rounds.load import Loaded, load_round
from counterpart.world.names import names
from counterpart.world.zones import zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A report as it was written, or why it was not; counts of cells alone, so that nobody can see a value.

    ``refused``: titles of the tables that cannot be published, by their ids. ``written``: the report's path.
    """

    findings: tuple[Finding, ...] = ()
    tables: int = 0
    shown: int = 0
    withheld: int = 0
    tried: int = 0
    weak_at_first: int = 0
    passes: int = 0
    answers: bool = False
    on_site: int = 0  # people whom the site names or quotes, and who were counted as publicly known
    named: int = 0  # people whom a coordinator named as publicly known
    willing: int = 0  # people who agreed to be quoted, and are neither
    refused: tuple[tuple[str, str], ...] = ()
    undecided: bool = False
    written: str = ""


def report_round(
    repository: Repository,
    round_id: RoundId,
    *,
    key: str | None = None,
    public: Sequence[str] = (),
    without: Sequence[str] = (),
    dry_run: bool = False,
    now: datetime,
    report: progress.Progress,
) -> Reported:
    """Write ``report.json`` of a round that is over, where there never was one; or say why it may not be written.

    *public*: participants whom the public knows besides those whom the site names or quotes, each by id or as
    ``AU/public/early`` or less. *without*: tables to leave out. Needs the round's key where there are answers, or
    where the site names anybody. Earlier reports are what the reader knows too, so rounds come in their order.
    """
    entry = repository.report_file(round_id)
    if repository.exists(entry):
        raise UsageError(
            f"Round {round_id} has its report, and a report is never changed. It may be deleted; "
            "what two versions differ in could point at a person."
        )
    reports = load_reports(repository)
    if later := [id for id in reports if id > round_id]:
        raise UsageError(
            f"Round {later[0]} has its report already. Reports are written in the order of the rounds: what this "
            "one would show was not thought of in that one."
        )
    if unknown := sorted(set(without) - (BUNDLE.keys() - {"total"})):
        raise UsageError(f"There is no table '{unknown[0]}'; the tables are {', '.join(list(BUNDLE)[1:])}.")
    loaded = load_round(repository, round_id, progress.counting(report))
    if loaded.blocking:
        return Reported(findings=loaded.blocking)
    _is_over(loaded, now)
    facts, known = _facts(repository, loaded, key, public, report)
    tables = tables_of(facts)
    earlier: list[Report] = list(reports.values())
    report(f"{tables.people:,} people; attacking the figures")
    found = disclose(
        setting_of(facts),
        tables,
        earlier,
        without=without,
        step=lambda done, all: report(f"{done:,} of {all:,} withheld counts attacked"),
    )
    said = _said(found, facts, known)
    if not found.safe:
        return said
    made = report_of(
        facts,
        found.screened,
        title=_title(loaded),
        countries=names(),
        proven=_proven(repository, loaded, report),
    )
    if dry_run:
        return said
    if repository.exists(entry):
        raise UsageError(f"Round {round_id} got its report meanwhile; it stays as it is.")
    content = report_bytes(made)
    if _was_another(repository, entry, content):
        raise UsageError(
            f"Round {round_id} had another report once, as Git remembers, and it was deleted. It is not written "
            "again: what two versions differ in could point at a person."
        )
    repository.write_all({entry.path: content})
    return replace(said, written=entry.path)


def _is_over(loaded: Loaded, now: datetime) -> None:
    """A usage error while the round lasts: its report could never be put right afterwards."""
    assert loaded.round is not None  # nothing blocks, so the settings were read
    end = loaded.round.day("end")
    if end is None or now.astimezone(zone(loaded.round.zone)).date() < end:
        raise UsageError(
            f"Round {loaded.id} lasts until {end or 'a day that its calendar lacks'}. Its report is written once, "
            "when it is over and the last survey is in."
        )


def _was_another(repository: Repository, entry: Entry, content: bytes) -> bool:
    """Whether another version of the report is in the history of what is checked out."""
    git = Git(repository.root)
    head = git.tip("HEAD")
    if not head:
        return False
    with git.objects() as objects:
        return any(
            objects.read(change.blob) != content for change in git.story(head, entry.path) if change.status != "D"
        )


def _facts(
    repository: Repository, loaded: Loaded, key: str | None, public: Sequence[str], report: progress.Progress
) -> tuple[Facts, PubliclyKnown]:
    pool = ready_pool(loaded)
    if loaded.roll is None or not loaded.proposals:
        raise UsageError(
            f"Round {loaded.id} has no pairs yet, so there is nothing to report. "
            "'counterpart today' says what is due."
        )
    # Who waited and got a partner within the round took part like everybody else.
    paired = {id for each in loaded.proposals.values() for pair in each.pairs for id in pair.people}
    removed = pool.decisions.removed_ids
    takes_part = (paired | set(pool.ids)) - removed
    people = [person for person in loaded.applicants if person.id in takes_part]
    if len(people) < LEAST:
        raise UsageError(
            f"In round {loaded.id} fewer than {LEAST} people took part. No figure can be published that would not "
            "say something about one of them."
        )
    pairings = tuple(each for _, each in sorted(loaded.proposals.items()))
    said = opened(repository, pool.round, key).answers
    facts = facts_of(pool.round, people, pairings, read_answers(repository, pool.round, said, key))
    known = publicly_known(repository, pool.round, facts, said, public, key, report)
    return replace(facts, known=known.known), known


def _title(loaded: Loaded) -> str:
    assert loaded.round is not None  # ready_pool has seen it
    return loaded.round.title


def _proven(repository: Repository, loaded: Loaded, report: progress.Progress) -> bool:
    """Whether the first pairing is proven to be the best: now, or when it was approved.

    Once somebody has withdrawn, the proof cannot be checked any more against who is there. Approval was given only
    to what verified as the best, unless coordinators overruled that.
    """
    found = verify(repository, loaded.id, number=1, report=report)
    if not found.findings:
        return found.optimal
    overruled = loaded.decisions.overrule is not None
    entry = repository.pairings_file(loaded.id)
    document = parsed(repository, entry)
    return (
        not overruled
        and isinstance(document, Document)
        and loaded.approval is not None
        and loaded.approval.basis.proposal == digest(document.data)
    )


def _said(found: Disclosed, facts: Facts, known: PubliclyKnown) -> Reported:
    counts, shown = found.screened.counts, found.screened.shown
    return Reported(
        tables=len({table for table, _ in counts}),
        shown=len(shown),
        withheld=sum(cell not in shown for cell in counts if cell[0] != "country"),
        tried=found.tried,
        weak_at_first=found.weak_at_first,
        passes=found.passes,
        answers=facts.answers is not None,
        on_site=known.on_site,
        named=known.named,
        willing=known.willing,
        refused=tuple((id, TITLES[id][0]) for id in found.refused),
        undecided=found.undecided,
    )
