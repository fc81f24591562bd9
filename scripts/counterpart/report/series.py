"""The list of reports, and what they show together, from the latest round to the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from counterpart.files.markup import escaped, page, paragraph
from counterpart.report.charts import NOT_PUBLISHED, WITHHELD, Value, chart, grid
from counterpart.report.page import LEAD, download, report_path
from counterpart.report.report import Figure, Report
from counterpart.report.sentences import sentence_on
from counterpart.report.words import TITLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A table over the rounds: for the page, and its rows for the file."""

    title: str
    sentence: str
    html: str
    file: str  # beside the list of reports
    heads: Sequence[str]
    rows: Sequence[Sequence[Value]]


def reports_page(reports: Sequence[Report]) -> str:
    """The Markdown of the list of reports, with what they show together; *reports* from the earliest on."""
    lines = [
        f"- [{escaped(report.title)}]({report_path(report.round).removeprefix('reports/')})"
        for report in reversed(reports)
    ]
    summary = "How the finished rounds went, in figures in which nobody can be found."
    parts = [summary, "\n".join(lines)]
    charts = series(reports)
    if charts:
        parts += ["## From round to round", _about(charts)]
    for each in charts:
        link = download(each.title, "from round to round", each.file)
        parts += [f"### {each.title}", each.sentence, each.html, link]
    return page("Reports", summary, paragraph(*parts))


def _about(charts: Sequence[Chart]) -> str:
    said = (
        "The latest round comes first. Every figure here stands in the report of its round; nothing is added up "
        "or subtracted."
    )
    if any(NOT_PUBLISHED in row for each in charts for row in each.rows):
        said += (
            " Where it says *not published*, the report of that round has no such table: small rounds have only "
            "their total, regions and sectors."
        )
    return said


def series(reports: Sequence[Report]) -> list[Chart]:
    """The charts over all *reports*, which come from the earliest on; none where there is but one report."""
    if len(reports) < 2:
        return []
    latest = list(reversed(reports))
    charts = [_lead(latest, id) for id in LEAD if any(report.count(id) is not None for report in latest)]
    table = next((table for report in latest if (table := report.table("region"))), None)
    return [*charts, _regions(latest, table.figures)] if table else charts


def _lead(reports: Sequence[Report], id: str) -> Chart:
    title = TITLES[id][0]
    rows = [(report.title, _value(report, id)) for report in reports]
    return Chart(
        title=title,
        sentence=sentence_on(id, [(name, what if isinstance(what, int) else None) for name, what in rows]),
        html=chart(f"{title} from round to round", ("Round", title), [(name, what, None) for name, what in rows]),
        file=f"series/{id}.csv",
        heads=("Round", title.lower()),
        rows=rows,
    )


def _regions(reports: Sequence[Report], places: Sequence[Figure]) -> Chart:
    title = TITLES["region"][0]
    rows = [
        (report.title, place.names[0], _value(report, "region", *place.key))
        for report in reports
        for place in places
    ]
    counted = [(f"{place} in “{name}”", what if isinstance(what, int) else None) for name, place, what in rows]
    values: dict[tuple[str, ...], Value] = {(name, place): what for name, place, what in rows}
    names, across = [report.title for report in reports], [place.names[0] for place in places]
    return Chart(
        title=title,
        sentence=sentence_on("region-round", counted),
        html=grid(f"{title} from round to round", "Round", names, across, values),
        file="series/region.csv",
        heads=("Round", "Region", "people"),
        rows=rows,
    )


def _value(report: Report, id: str, *key: str) -> Value:
    if report.table(id) is None:
        return NOT_PUBLISHED
    count = report.count(id, *key)
    return WITHHELD if count is None else count
