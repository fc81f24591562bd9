"""A published report as a page of the site: tables with bars, a sentence each, and files to download.

Nothing but the report goes in, so that no number can come out that is not one of its figures. A bar's geometry is
the figure itself: its width in a drawing that is as wide as the table's largest figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from counterpart.core.markup import escaped, link, page, paragraph
from counterpart.core.report import Figure, Published, Report
from counterpart.core.report_data import report_bytes
from counterpart.core.report_words import TITLES

#: The page's parts: a heading, and the tables below it.
PARTS: Sequence[tuple[str, tuple[str, ...]]] = (
    ("Where people came from", ("region", "subregion", "country")),
    ("What they do", ("sector", "career-stage", "interest")),
    ("Partnerships", ("distance", "wishes", "pairing", "outcome", "satisfaction", "returning")),
    (
        "In more detail",
        ("region-sector", "region-career-stage", "region-outcome", "region-returning", "sector-career-stage"),
    ),
)
INDEX = "reports/index.md"
_LEAD = ("total", "partnerships", "countries")
_WITHHELD = "withheld"

#: What the largest figure of a table says; the name stands in the place of {name}.
_SENTENCES: Mapping[str, str] = {
    "region": "Most people came from {name}: {count}.",
    "subregion": "Most people came from {name}: {count}.",
    "country": "Of the countries with a row of their own, {name} sent most people: {count}.",
    "sector": "Most people work in this sector: {name}, {count}.",
    "career-stage": "Most people are at this stage: {name}, {count}.",
    "interest": "The topic that most people named is {name}: {count}. One person may name several.",
    "distance": "Most partnerships: {name}, {count}.",
    "wishes": "Of those who had a partner, most: {name}, {count}.",
    "pairing": "Most people: {name}, {count}.",
    "outcome": "Most people: {name}, {count}.",
    "satisfaction": "What people said of it at the end. The most frequent answer: {name}, {count}.",
    "returning": "Most people: {name}, {count}.",
}
_CROSSED = "The largest group: {name}, {count}."


def report_page(report: Report) -> str:
    """The Markdown of a round's report."""
    parts = [_intro(report), _lead(report)]
    for heading, tables in PARTS:
        there = [table for id in tables if (table := report.table(id)) is not None]
        if there:
            parts.append(f"## {heading}")
            parts += [_section(report, table) for table in there]
    parts.append(_about(report))
    title = f"{report.title} in figures"
    return page(
        title, f"{title}: where people came from, what they do, how their partnerships went.", "\n\n".join(parts)
    )


def _intro(report: Report) -> str:
    proven = (
        " The round's first pairing is [proven to be the best](../how-it-works/proof.md) that was possible."
        if report.proven
        else ""
    )
    return (
        f"All figures are rounded to a multiple of {report.base}, so parts may not add up to their whole. "
        "A figure that could point at somebody is *withheld*, and "
        f"[the page on method](../how-it-works/reports.md) says when.{proven}"
    )


def _lead(report: Report) -> str:
    """The three figures that everybody asks for."""
    items = []
    for id in _LEAD:
        table = report.table(id)
        if table is not None:
            count = _shown(table.figures[0])
            items.append(f"<div><dt>{TITLES[id][0]}</dt>\n<dd>{count}</dd></div>")
    return '<dl class="cp-lead">' + "\n".join(items) + "</dl>"


def _section(report: Report, table: Published) -> str:
    title = TITLES[table.id][0]
    body = _grid(table) if len(table.columns) == 2 else _bars(table)
    link = f"[Download these figures]({report.round}/{table.id}.csv){{ .cp-download }}"
    return "\n\n".join((f"### {title}", _sentence(table), body, link))


def _sentence(table: Published) -> str:
    """What the largest published figure says; nothing of those that are withheld."""
    shown = [figure for figure in table.figures if figure.count is not None]
    if not shown:
        return "Every figure of this table is withheld."
    most = max(figure.count or 0 for figure in shown)
    names = [_name(figure) for figure in shown if figure.count == most]
    if len(names) > 1:
        return f"Two or more rows share the largest figure, {most}: {', '.join(map(escaped, names))}."
    return _SENTENCES.get(table.id, _CROSSED).format(name=escaped(names[0]), count=most)


def _name(figure: Figure) -> str:
    return ", ".join(figure.names)


def _bars(table: Published) -> str:
    """A one-way table, each row with its bar.

    Cells stand on lines of their own: an index of words would else join two figures to one that is in no report.
    """
    widest = max((figure.count or 0 for figure in table.figures), default=0)
    shares = any(figure.share is not None for figure in table.figures)
    head = f'<th scope="col">{escape(table.columns[0])}</th>\n<th scope="col">{table.unit.title()}</th>'
    head += '\n<th scope="col">Per cent</th>' if shares else ""
    rows = []
    for figure in table.figures:
        cells = f'<th scope="row">{escape(_name(figure))}</th>\n<td>{_shown(figure)}</td>'
        if shares:
            cells += f"\n<td>{'' if figure.share is None else figure.share}</td>"
        rows.append(f"<tr>{cells}\n<td>{_bar(figure.count, widest)}</td></tr>")
    return (
        f'<table class="cp-figures"><caption>{TITLES[table.id][0]}</caption>'
        f'<thead><tr>{head}<td aria-hidden="true"></td></tr></thead>\n<tbody>\n'
        + "\n".join(rows)
        + "\n</tbody></table>"
    )


def _bar(count: int | None, widest: int) -> str:
    """The figure as a length. What is withheld has one length, whatever it is."""
    if count is None:
        return '<span class="cp-hatch" aria-hidden="true"></span>'
    return (
        f'<svg class="cp-bar" viewBox="0 0 {widest} 1" preserveAspectRatio="none" aria-hidden="true" '
        f'focusable="false"><rect width="{count}" height="1"></rect></svg>'
    )


def _grid(table: Published) -> str:
    """A table of two questions: one down, one across."""
    counts = {figure.names: figure for figure in table.figures}
    down = list(dict.fromkeys(figure.names[0] for figure in table.figures))
    across = list(dict.fromkeys(figure.names[1] for figure in table.figures))
    widest = max((figure.count or 0 for figure in table.figures), default=0)
    head = "".join(f'\n<th scope="col">{escape(name)}</th>' for name in across)
    rows = []
    for row in down:
        cells = "".join(
            f"\n<td>{_shown(counts[row, name])}{_bar(counts[row, name].count, widest)}</td>" for name in across
        )
        rows.append(f'<tr><th scope="row">{escape(row)}</th>{cells}</tr>')
    return _scrolled(TITLES[table.id][0], escape(table.columns[0]), head, rows)


def _scrolled(title: str, corner: str, head: str, rows: Sequence[str]) -> str:
    """A wide table, which a keyboard can scroll."""
    return (
        f'<div class="cp-scroll" role="region" aria-label="{title}" tabindex="0">'
        f'<table class="cp-grid"><caption>{title}</caption>'
        f'<thead><tr><th scope="col">{corner}</th>{head}</tr></thead>\n'
        "<tbody>\n" + "\n".join(rows) + "\n</tbody></table></div>"
    )


def _shown(figure: Figure) -> str:
    return f'<span class="cp-withheld">{_WITHHELD}</span>' if figure.count is None else str(figure.count)


def _about(report: Report) -> str:
    return (
        "## About these figures\n\n"
        f"A count below {report.least} is withheld, zero too; so are counts from which such a one could be worked "
        "out. Nobody can tell one kind of withheld figure from the other. A country has a row of its own where "
        "enough people came from it; the others are summed up where that is possible. Per cents are of everybody "
        "who took part, or of all partnerships. Regions and subregions are those of the United Nations "
        f"({escaped(report.geography)}). This report was written once and is never changed.\n\n"
        f"[Download the whole report]({report.round}/{report.round}.json){{ .cp-download }}"
    )


def report_csv(table: Published) -> str:
    """A table's figures as CSV: exactly what the page shows."""
    rows: list[Sequence[object]] = [[*(table.columns or ("Figure",)), table.unit, "per cent"]]
    for figure in table.figures:
        names = figure.names or (TITLES[table.id][0],)
        count = _WITHHELD if figure.count is None else figure.count
        rows.append([*map(_harmless, names), count, "" if figure.share is None else figure.share])
    return "".join(",".join(map(_field, row)) + "\n" for row in rows)


def _field(value: object) -> str:
    """A value as RFC 4180 has it."""
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\n\r') else text


def _harmless(name: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{name}" if name[:1] in "=+-@\t\r" else name


def reports_page(reports: Sequence[Report]) -> str:
    """The Markdown of the list of reports, with what they show together; *reports* from the earliest on."""
    lines = [f"- [{escaped(report.title)}]({report.round}.md)" for report in reversed(reports)]
    summary = "How the finished rounds went, in figures in which nobody can be found."
    parts = [summary, "\n".join(lines)]
    if len(reports) > 1:
        parts += list(_series(reports))
    return page("Reports", summary, "\n\n".join(parts))


def _series(reports: Sequence[Report]) -> Iterator[str]:
    yield "## From round to round"
    yield "Every figure here stands in the report of its round; nothing is added up or subtracted."
    for id in _LEAD:
        figures = [(report, report.count(id)) for report in reports]
        if any(count is not None for _, count in figures):
            yield f"### {TITLES[id][0]}\n\n{_trend(figures, TITLES[id][0])}"
    places = [figure for table in [reports[-1].table("region")] if table for figure in table.figures]
    if places:
        yield f"### {TITLES['region'][0]}\n\n{_regions(reports, places)}"


def _trend(figures: Sequence[tuple[Report, int | None]], title: str) -> str:
    widest = max(count or 0 for _, count in figures)
    rows = "\n".join(
        f'<tr><th scope="row">{escape(report.title)}</th>'
        f"<td>{_shown(Figure(key=(), names=(), count=count))}</td>\n<td>{_bar(count, widest)}</td></tr>"
        for report, count in figures
    )
    return (
        f'<table class="cp-figures"><caption>{title}</caption><thead><tr><th scope="col">Round</th>'
        f'<th scope="col">{title}</th><td aria-hidden="true"></td></tr></thead>\n<tbody>\n{rows}\n</tbody></table>'
    )


def _regions(reports: Sequence[Report], places: Sequence[Figure]) -> str:
    counts = [[report.count("region", *place.key) for place in places] for report in reports]
    widest = max(count or 0 for row in counts for count in row)
    head = "".join(f'\n<th scope="col">{escape(_name(place))}</th>' for place in places)
    rows = []
    for report, row in zip(reports, counts, strict=True):
        cells = "".join(
            f"\n<td>{_shown(Figure(key=(), names=(), count=count))}{_bar(count, widest)}</td>" for count in row
        )
        rows.append(f'<tr><th scope="row">{escape(report.title)}</th>{cells}</tr>')
    return _scrolled("Regions from round to round", "Round", head, rows)


def report_files(reports: Mapping[str, Report]) -> dict[str, str | bytes]:
    """Everything that the site has of the *reports*, by path among its sources; nothing where there is none."""
    if not reports:
        return {}
    files: dict[str, str | bytes] = {INDEX: reports_page(list(reports.values()))}
    for round_id, report in reports.items():
        files[report_path(round_id)] = report_page(report)
        files[f"reports/{round_id}/{round_id}.json"] = report_bytes(report)
        for table in report.tables:
            files[f"reports/{round_id}/{table.id}.csv"] = report_csv(table)
    return files


def report_path(round_id: str) -> str:
    """The page of a round's report among the site's sources."""
    return f"reports/{round_id}.md"


def report_summary(report: Report, here: str) -> str:
    """What a round's own page, *here*, says of the report."""
    return paragraph(_lead(report), f"[Read the whole report]({link(report_path(report.round), here)})")
