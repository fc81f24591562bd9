"""Every file that the site has of published reports: pages, and their figures to download."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from counterpart.report.charts import value
from counterpart.report.page import report_page, report_path, sections
from counterpart.report.report import Published, Report
from counterpart.report.report_file import report_bytes
from counterpart.report.series import reports_page, series
from counterpart.report.words import in_order, row_name

INDEX = "reports/index.md"


def report_files(reports: Mapping[str, Report]) -> dict[str, str | bytes]:
    """Everything that the site has of the *reports*, by path among its sources; nothing where there is none."""
    if not reports:
        return {}
    listed = list(reports.values())
    files: dict[str, str | bytes] = {INDEX: reports_page(listed)}
    for chart in series(listed):
        files[f"reports/{chart.file}"] = _csv(chart.heads, chart.rows)
    for round_id, report in reports.items():
        files[report_path(round_id)] = report_page(report)
        files[f"reports/{round_id}/{round_id}.json"] = report_bytes(report)
        for _, tables in sections(report):
            for table in tables:
                files[f"reports/{round_id}/{table.id}.csv"] = report_csv(table)
    return files


def report_csv(table: Published) -> str:
    """A table's figures as CSV: exactly what the page shows; where it has a dash, nothing."""
    rows: list[Sequence[object]] = []
    for figure in in_order(table):
        names = figure.names if len(figure.names) == 2 else (row_name(table.id, figure),)
        rows.append([*names, value(figure), "" if figure.share is None else figure.share])
    return _csv([*table.columns, table.unit, "per cent"], rows)


def _csv(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    return "".join(",".join(map(_field, row)) + "\n" for row in (heads, *rows))


def _field(value: object) -> str:
    """A value as RFC 4180 has it, and as no spreadsheet takes it for a formula."""
    text = str(value)
    text = f"'{text}" if text[:1] in "=+-@\t\r" and text else text
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\n\r') else text
