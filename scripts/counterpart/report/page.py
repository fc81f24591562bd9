"""A published report as a page of the site: tables with bars, a sentence each, and files to download.

Nothing but the report goes in, so that no number can come out that is not one of its figures.
"""

from __future__ import annotations

from collections.abc import Sequence

from counterpart.files.markup import escaped, link, page, paragraph
from counterpart.report.charts import bars, crossed, has_dash, shown, value
from counterpart.report.disclosure import OTHERS
from counterpart.report.report import Published, Report
from counterpart.report.sentences import sentence
from counterpart.report.tables import BUNDLE, STEPS
from counterpart.report.words import TITLES

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
#: The three figures that everybody asks for: tables of one figure, which stand at the top.
LEAD = ("total", "partnerships", "countries")


def report_page(report: Report) -> str:
    """The Markdown of a round's report."""
    parts = [_intro(report), _lead(report), _small(report)]
    for heading, tables in sections(report):
        parts.append(f"## {heading}")
        parts += [_section(report, table) for table in tables]
    parts.append(_about(report))
    title = f"{report.title} in figures"
    about = "where people came from, what they do, how their partnerships went."
    return page(title, f"{title}: {about}", paragraph(*parts))


def sections(report: Report) -> list[tuple[str, list[Published]]]:
    """The page's parts, as far as this report has their tables."""
    found = [(heading, [table for id in ids if (table := report.table(id))]) for heading, ids in PARTS]
    return [(heading, tables) for heading, tables in found if tables]


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
    items = []
    for id in LEAD:
        table = report.table(id)
        if table is not None:
            items.append(f"<div><dt>{TITLES[id][0]}</dt>\n<dd>{shown(value(table.figures[0]))}</dd></div>")
    return '<dl class="cp-lead">' + "\n".join(items) + "</dl>"


def _small(report: Report) -> str:
    """Why there are so few tables, where the round is so small that it has no more."""
    least = min(step for step in STEPS if step)
    people = report.count("total") or 0
    if any(BUNDLE[table.id] for table in report.tables) or people - report.base // 2 >= least:
        return ""
    return (
        "This was a small round. For a round of its size only the total, regions and sectors are published: more "
        "tables could point at somebody."
    )


def _section(report: Report, table: Published) -> str:
    title = TITLES[table.id][0]
    body = crossed(table) if len(table.columns) == 2 else bars(table)
    get = download(title, "", f"{report.round}/{table.id}.csv")
    return paragraph(f"### {title}", sentence(report, table), body, _note(table), get)


def _note(table: Published) -> str:
    """What a reader of this table must know besides."""
    if has_dash(table):
        return "A dash stands for a share that would round to none or to all: such shares are not given."
    if table.id == "country" and any(figure.key[0] == OTHERS for figure in table.figures):
        return (
            "*Other countries* of a subregion are those that have no row of their own. *Other countries* of a "
            "region are the rest of it: countries without a row, in subregions whose other countries have no row "
            "either."
        )
    return ""


def download(title: str, more: str, path: str) -> str:
    """A link to a table's file, which says of which table, and in what format."""
    named = f"{title} {more}".strip()
    return f"[Download “{named}” (CSV)]({path}){{ .cp-download }}"


def _about(report: Report) -> str:
    said = [
        f"A count below {report.least} is withheld, zero too; so is every other count from which a withheld one "
        "could be worked out. Nobody can tell one kind of withheld figure from the other.",
    ]
    if report.table("country"):
        said.append(
            "A country has a row of its own where enough people came from it; the others are summed up where that "
            "is possible."
        )
    if any(figure.share is not None for table in report.tables for figure in table.figures):
        whole = (
            "everybody who took part, or of all partnerships"
            if report.table("distance")
            else "everybody who took part"
        )
        said.append(f"Per cents are of {whole}, and are rounded to a multiple of {report.base}.")
    said += [
        f"Regions and subregions are those of the United Nations ({escaped(report.geography)}).",
        "This report was written once and is never changed.",
    ]
    get = f"[Download the whole report (JSON)]({report.round}/{report.round}.json){{ .cp-download }}"
    return paragraph("## About these figures", " ".join(said), get)


def report_path(round_id: str) -> str:
    """The page of a round's report among the site's sources."""
    return f"reports/{round_id}.md"


def report_summary(report: Report, here: str) -> str:
    """What a round's own page, *here*, says of the report."""
    return paragraph(_lead(report), f"[Read the whole report]({link(report_path(report.round), here)})")
