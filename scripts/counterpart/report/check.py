"""The rules that a published report is held to: what the policy can say without knowing anything that is true."""

from __future__ import annotations

from collections.abc import Iterator

from counterpart.files.source import Source
from counterpart.findings import Finding, found
from counterpart.report.disclosure import share
from counterpart.report.report import Published, Report
from counterpart.report.report_file import WHOLES
from counterpart.report.tables import BUNDLE, UNITS
from counterpart.report.words import TITLES


def check_report(report: Report, source: Source) -> Iterator[Finding]:
    """Everything in *report* that the policy does not allow; its shape was checked against the schema."""
    total = report.count("total") or 0
    seen: set[str] = set()
    for index, table in enumerate(report.tables):
        place = source.locate("tables", index, "id")
        if table.id in seen:
            yield found("report-table", place, f"The table '{table.id}' must stand in the report once.")
        seen.add(table.id)
        if total + report.base // 2 < BUNDLE[table.id]:
            yield found("report-table", place, f"A round of this size has no table '{table.id}'.")
        if table.unit != UNITS.get(table.id, "people") or table.columns != TITLES[table.id][1]:
            yield found("report-table", place, f"The table '{table.id}' must have its own unit and columns.")
        yield from _figures(report, table, index, source)
    if "total" not in seen:
        yield found("report-table", source.locate("tables"), "A report must have the table 'total'.")


def _figures(report: Report, table: Published, index: int, source: Source) -> Iterator[Finding]:
    whole = report.count(WHOLES[table.id]) if table.id in WHOLES else None
    keys: set[tuple[str, ...]] = set()
    for number, figure in enumerate(table.figures):
        place = source.locate("tables", index, "rows", number, "count")
        lengths = {len(figure.names), len(table.columns)} | ({len(figure.key)} if table.id != "country" else set())
        if figure.key in keys or len(lengths) != 1:
            yield found("report-table", place, f"Each row of '{table.id}' must have a name of its own, in full.")
        keys.add(figure.key)
        if figure.count is not None and figure.count % report.base:
            yield found("report-figure", place, f"`count` must be a multiple of {report.base}, or 'withheld'.")
        if figure.share is not None and figure.share != share(figure.count, whole):
            place = source.locate("tables", index, "rows", number, "share")
            message = "`share` must follow from published counts, to the nearest 5 per cent."
            yield found("report-figure", place, message)
