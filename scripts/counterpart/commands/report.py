"""Report: the figures of a finished round, screened, attacked, repaired, and written once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from counterpart.commands import progress
from counterpart.commands.answers import read_answers
from counterpart.commands.match import ready_pool
from counterpart.commands.verify import verify
from counterpart.core.disclosure import LEAST
from counterpart.core.disclosure_audit import Disclosed, disclose
from counterpart.core.disclosure_links import setting_of
from counterpart.core.report import Facts, Known
from counterpart.core.report_data import report_bytes, report_of
from counterpart.core.report_facts import facts_of, known_from
from counterpart.core.report_tables import BUNDLE, tables_of
from counterpart.core.report_words import TITLES
from counterpart.edges.load import Loaded, load_round
from counterpart.edges.names import names
from counterpart.edges.reports import load_reports
from counterpart.edges.repository import Repository
from counterpart.finding import Finding, UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What came of it, in counts of cells alone: nothing here lets anybody see a value.

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
    refused: tuple[tuple[str, str], ...] = ()
    undecided: bool = False
    written: str = ""


def report_round(
    repository: Repository,
    round_id: str,
    *,
    key: str | None = None,
    public: Sequence[str] = (),
    without: Sequence[str] = (),
    dry_run: bool = False,
    report: progress.Report,
) -> Reported:
    """Write ``report.json`` of a round that is over, where there is none; or say why it may not be written.

    *public*: participants whom the public knows, each as ``AU/public/early`` or less. *without*: tables to leave
    out. Needs the round's key where there are answers.
    """
    entry = repository.report_file(round_id)
    if repository.exists(entry):
        raise UsageError(
            f"Round {round_id} has its report, and a report is never changed. It may be deleted; "
            "what two versions differ in could point at a person."
        )
    if unknown := sorted(set(without) - (BUNDLE.keys() - {"total"})):
        raise UsageError(f"There is no table '{unknown[0]}'; the tables are {', '.join(list(BUNDLE)[1:])}.")
    loaded = load_round(repository, round_id, progress.counting(report))
    if loaded.blocking:
        return Reported(findings=loaded.blocking)
    facts = _facts(repository, loaded, key, public)
    tables = tables_of(facts)
    earlier = [each for id, each in load_reports(repository).items() if id < round_id]
    report(f"{tables.people:,} people; attacking the figures")
    found = disclose(
        setting_of(facts),
        tables,
        earlier,
        without=without,
        step=lambda done, all: report(f"{done:,} of {all:,} withheld counts attacked"),
    )
    said = _said(found, facts)
    if not found.safe:
        return said
    made = report_of(
        facts,
        found.screened,
        title=_title(loaded),
        countries=names(),
        proven=_proven(repository, round_id, report),
    )
    if dry_run:
        return said
    if repository.exists(entry):
        raise UsageError(f"Round {round_id} got its report meanwhile; it stays as it is.")
    repository.write_all({entry.path: report_bytes(made)})
    return replace(said, written=entry.path)


def _facts(repository: Repository, loaded: Loaded, key: str | None, public: Iterable[str]) -> Facts:
    pool = ready_pool(loaded)
    if loaded.roll is None or not loaded.proposals:
        raise UsageError(
            f"Round {loaded.id} has no pairs yet, so there is nothing to report. "
            "'counterpart today' says what is due."
        )
    # Who waited and got a partner within the round took part like everybody else.
    paired = {id for each in loaded.proposals.values() for pair in each.pairs for id in pair.people}
    removed = {id for each in pool.decisions.removed for id in each.people}
    takes_part = (paired | set(pool.ids)) - removed
    people = [person for person in loaded.applicants if person.id in takes_part]
    if len(people) < LEAST:
        raise UsageError(
            f"In round {loaded.id} fewer than {LEAST} people took part. No figure can be published that would not "
            "say something about one of them."
        )
    pairings = tuple(each for _, each in sorted(loaded.proposals.items()))
    facts = facts_of(pool.round, people, pairings, read_answers(repository, pool.round, key))
    known = []
    for text in public:
        one = known_from(text, facts)
        if not isinstance(one, Known):
            raise UsageError(f"--public names a participant whom the public knows. {one}")
        known.append(one)
    return replace(facts, known=tuple(known))


def _title(loaded: Loaded) -> str:
    assert loaded.round is not None  # ready_pool has seen it
    return loaded.round.title


def _proven(repository: Repository, round_id: str, report: progress.Report) -> bool:
    found = verify(repository, round_id, number=1, report=report)
    return not found.findings and found.optimal


def _said(found: Disclosed, facts: Facts) -> Reported:
    counts, shown = found.screened.counts, found.screened.shown
    return Reported(
        tables=len({table for table, _ in counts}),
        shown=len(shown),
        withheld=sum(cell not in shown for cell in counts if cell[0] != "country"),
        tried=found.tried,
        weak_at_first=found.weak_at_first,
        passes=found.passes,
        answers=facts.answers is not None,
        refused=tuple((id, TITLES[id][0]) for id in found.refused),
        undecided=found.undecided,
    )
