"""Screened figures made into a report, and a report as plain data and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NotRequired, TypedDict

from counterpart.report.disclosure import BASE, LEAST, Screened, share
from counterpart.report.report import Cell, Facts, Figure, Published, Report
from counterpart.report.tables import BUNDLE, UNITS
from counterpart.report.words import ROWS, TITLES, place_name
from counterpart.rounds.build import Data
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


class _Row(TypedDict):
    """A figure as ``report.json`` has it."""

    key: list[str]
    name: list[str]
    count: int | str
    share: NotRequired[int]


def report_data(report: Report) -> dict[str, object]:
    """The contents of ``report.json``."""
    tables = [{**_head(table), "rows": _rows(table)} for table in report.tables]
    return {**_settings(report), "tables": tables}


def report_bytes(report: Report) -> bytes:
    """The bytes of ``report.json``: the same report, the same bytes; a figure a line."""
    head = json.dumps(_settings(report), ensure_ascii=False, indent=1).removesuffix("\n}")
    blocks = []
    for table in report.tables:
        rows = ",\n".join("   " + json.dumps(row, ensure_ascii=False) for row in _rows(table))
        first = json.dumps(_head(table), ensure_ascii=False).removesuffix("}")
        blocks.append(f'  {first}, "rows": [\n{rows}\n  ]}}' if rows else f'  {first}, "rows": []}}')
    return (f'{head},\n "tables": [\n' + ",\n".join(blocks) + "\n ]\n}\n").encode()


def _settings(report: Report) -> dict[str, object]:
    return {
        "format": 1,
        "round": report.round,
        "title": report.title,
        "least": report.least,
        "base": report.base,
        "geography": report.geography,
        "proven": report.proven,
    }


def _head(table: Published) -> dict[str, object]:
    return {"id": table.id, "unit": table.unit, "columns": list(table.columns)}


def _rows(table: Published) -> list[_Row]:
    return [_row(figure) for figure in table.figures]


def _row(figure: Figure) -> _Row:
    row: _Row = {
        "key": list(figure.key),
        "name": list(figure.names),
        "count": WITHHELD if figure.count is None else figure.count,
    }
    if figure.share is not None:
        row["share"] = figure.share
    return row


def report_from(data: Data) -> Report:
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
