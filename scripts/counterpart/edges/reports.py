"""The published reports of a programme: they alone, whatever else lies beside them."""

from __future__ import annotations

from counterpart.core.check_report import check_report
from counterpart.core.report import Report
from counterpart.core.report_data import report_from
from counterpart.edges.documents import maybe
from counterpart.edges.repository import Repository


def load_reports(repository: Repository) -> dict[str, Report]:
    """Every report that is as it must be, by round, the earliest first; of others ``check`` speaks."""
    reports = {}
    for round_id in repository.rounds()[0]:
        document = maybe(repository, repository.report_file(round_id))
        if document is None:
            continue
        report = report_from(document.data)
        if report.round == round_id and not tuple(check_report(report, document)):
            reports[round_id] = report
    return reports
