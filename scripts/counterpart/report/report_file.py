"""Screened figures made into a report, and a report as plain data and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from counterpart.report.disclosure import BASE, LEAST, Screened, share
from counterpart.report.report import Cell, Facts, Figure, Published, Report
from counterpart.report.tables import BUNDLE, UNITS
from counterpart.report.words import ROWS, TITLES, place_name
from counterpart.world.regions import GEOGRAPHY, PLACE_NAMES

#: What stands in the file where a count is withheld: one word, whatever the reason.
WITHHELD = "withheld"

#: One-way tables whose rows are compared with a whole, and the table that holds it.
WHOLES: Mapping[str, str] = {
    "region": "total",
    "sector": "total",
    "career-stage": "total",
    "interest": "total",
    "outcome": "total",
    "pairing": "total",
    "wishes": "total",
    "satisfaction": "total",
    "returning": "total",
    "distance": "partnerships",
}


def report_of(
    facts: Facts, screened: Screened, *, title: str, countries: Mapping[str, str], proven: bool
) -> Report:
    """The report of *screened* figures, in a fixed order. *countries*: names by code.

    Countries have a row where they are shown; every other table has all its rows, so that no row that is missing
    says anything.
    """
    tables = []
    there = {table for table, _ in screened.counts}
    for id in BUNDLE:
        if id not in there:
            continue
        cells = [cell for cell in screened.counts if cell[0] == id and (id != "country" or cell in screened.shown)]
        whole = screened.shown.get((WHOLES.get(id, ""), ()))
        figures = [_figure(facts, screened, cell, whole, countries) for cell in cells]
        tables.append(
            Published(
                id=id,
                columns=TITLES[id][1],
                unit=UNITS.get(id, "people"),
                figures=tuple(sorted(figures, key=_place)),
            )
        )
    return Report(
        round=facts.round,
        title=title,
        tables=tuple(tables),
        geography=GEOGRAPHY,
        least=LEAST,
        base=BASE,
        proven=proven,
    )


def _figure(
    facts: Facts, screened: Screened, cell: Cell, whole: int | None, countries: Mapping[str, str]
) -> Figure:
    table, key = cell
    count = screened.shown.get(cell)
    return Figure(
        key=key,
        names=(place_name(key, countries),) if table == "country" else _names(facts, table, key),
        count=count,
        share=share(count, whole),
    )


def _place(figure: Figure) -> tuple[tuple[str, ...], int, tuple[str, ...]]:
    """Rows stand by name, and what has an order of its own, such as satisfaction, in that; never by count."""
    for words in ROWS.values():
        if figure.key and words.get(figure.key[-1]) == figure.names[-1]:
            return figure.names[:-1], list(words).index(figure.key[-1]), figure.key
    return figure.names, 0, figure.key


def _names(facts: Facts, table: str, key: tuple[str, ...]) -> tuple[str, ...]:
    words: dict[str, Mapping[str, str]] = {
        "region": PLACE_NAMES,
        "subregion": PLACE_NAMES,
        "sector": facts.sectors,
        "career-stage": facts.career_stages,
        "interest": facts.topics,
        **ROWS,
    }
    first, _, second = table.partition("-") if len(key) == 2 else (table, "", "")
    return tuple(words[name][id] for name, id in zip((first, second), key, strict=False))


def report_data(report: Report) -> dict[str, Any]:
    """The contents of ``report.json``."""
    return {
        "format": 1,
        "round": report.round,
        "title": report.title,
        "least": report.least,
        "base": report.base,
        "geography": report.geography,
        "proven": report.proven,
        "tables": [
            {
                "id": table.id,
                "unit": table.unit,
                "columns": list(table.columns),
                "rows": [
                    {
                        "key": list(figure.key),
                        "name": list(figure.names),
                        "count": WITHHELD if figure.count is None else figure.count,
                        **({} if figure.share is None else {"share": figure.share}),
                    }
                    for figure in table.figures
                ],
            }
            for table in report.tables
        ],
    }


def report_bytes(report: Report) -> bytes:
    """The bytes of ``report.json``: the same report, the same bytes; a figure a line."""
    data = report_data(report)
    tables = data.pop("tables")
    head = json.dumps(data, ensure_ascii=False, indent=1).removesuffix("\n}")
    blocks = []
    for table in tables:
        rows = ",\n".join("   " + json.dumps(row, ensure_ascii=False) for row in table.pop("rows"))
        first = json.dumps(table, ensure_ascii=False).removesuffix("}")
        blocks.append(f'  {first}, "rows": [\n{rows}\n  ]}}' if rows else f'  {first}, "rows": []}}')
    return (f'{head},\n "tables": [\n' + ",\n".join(blocks) + "\n ]\n}\n").encode()


def report_from(data: Mapping[str, Any]) -> Report:
    """The report in *data*, whose shape was checked against its schema."""
    return Report(
        round=data["round"],
        title=data["title"],
        geography=data["geography"],
        least=data["least"],
        base=data["base"],
        proven=data["proven"],
        tables=tuple(
            Published(
                id=table["id"],
                columns=tuple(table["columns"]),
                unit=table["unit"],
                figures=tuple(
                    Figure(
                        key=tuple(row["key"]),
                        names=tuple(row["name"]),
                        count=None if row["count"] == WITHHELD else row["count"],
                        share=row.get("share"),
                    )
                    for row in table["rows"]
                ),
            )
            for table in data["tables"]
        ),
    )
