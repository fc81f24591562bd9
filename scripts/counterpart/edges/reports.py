"""The published reports of a programme: they alone, whatever else lies beside them."""

from __future__ import annotations

from counterpart.core.check_report import check_report
from counterpart.core.report import Report
from counterpart.core.report_data import report_from
from counterpart.edges import schema, yaml
from counterpart.edges.repository import Repository
from counterpart.edges.yaml import Document


def load_reports(repository: Repository) -> dict[str, Report]:
    """Every report that is as it must be, by round, the earliest first; of others ``check`` speaks."""
    reports = {}
    for round_id in repository.rounds()[0]:
        entry = repository.report_file(round_id)
        content = repository.read(entry) if repository.exists(entry) else None
        document = yaml.read(content, entry.path) if isinstance(content, bytes) else None
        if not isinstance(document, Document) or schema.check(document, "report"):
            continue
        report = report_from(document.data)
        if report.round == round_id and not tuple(check_report(report, document)):
            reports[round_id] = report
    return reports
