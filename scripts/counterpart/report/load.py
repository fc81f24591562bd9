"""The published reports of a programme: they alone, whatever else lies beside them."""

from __future__ import annotations

from counterpart.files.documents import maybe
from counterpart.files.repository import Repository
from counterpart.findings import Finding
from counterpart.model import RoundId
from counterpart.report.check import check_report
from counterpart.report.report import Report
from counterpart.report.report_file import report_from


def load_reports(repository: Repository) -> dict[str, Report]:
    """Every report that is as it must be, by round, the earliest first; of others ``check`` speaks."""
    loaded = {round_id: load_report(repository, round_id) for round_id in repository.rounds()[0]}
    return {round_id: report for round_id, report in loaded.items() if report is not None}


def load_report(repository: Repository, round_id: RoundId) -> Report | None:
    """The published report of a round; None where there is none, or where it is not as it must be."""
    document = maybe(repository, repository.report_file(round_id))
    if document is None:
        return None
    report = report_from(document.data)
    return report if report.round == round_id and not tuple(check_report(report, document)) else None


def report_findings(repository: Repository, round_id: RoundId) -> tuple[Finding, ...]:
    """What is wrong with the figures of a round's report, beyond what ``load_round`` finds in every file."""
    document = maybe(repository, repository.report_file(round_id))
    if document is None or document.data["round"] != round_id:
        return ()
    return tuple(check_report(report_from(document.data), document))
