"""What a reader remembers: earlier reports, and that whoever returns was there before.

Of an earlier report only what is published is known here, not which withheld counts are below the threshold.
"""

from __future__ import annotations

from collections.abc import Sequence

from counterpart.matching.bounds import Statements
from counterpart.report.disclosure import BASE, LEAST, OTHERS
from counterpart.report.disclosure_links import Reader, count_by_region, count_by_subregion
from counterpart.report.report import Cell, Published, Report
from counterpart.world.regions import COUNTRIES, REGIONS, SUBREGION_OF

#: Tables in which everybody of a round stands in one row.
_EVERYBODY = ("sector", "career-stage", "outcome", "pairing", "returning")

Withheld = dict[tuple[str, Cell], tuple[int, ...]]


def remember(reader: Reader, earlier: Sequence[Report]) -> Withheld:
    """What the same reader knows from earlier reports: who returns was there before, and in the same region.

    Gives, by round, the earlier cells that were withheld: they must not become clearer than they were.
    """
    withheld: Withheld = {}
    before = [_recall(reader.statements, report, withheld) for report in earlier]
    by_region = {
        region: [number for each in before for number in each.cells["region", (region,)]] for region in REGIONS
    }
    for region, numbers in by_region.items():
        if ("region-returning", (region, "returning")) in reader.cells:
            reader.at_most(reader.cells["region-returning", (region, "returning")], numbers)
    if before:
        everybody = [number for each in before for number in each.cells["total", ()]]
        reader.at_most(reader.cells["returning", ("returning",)], everybody)
    return withheld


def remembered(earlier: Sequence[Report]) -> tuple[Statements, Withheld]:
    """What earlier reports say without the one that is being made, each for itself."""
    statements = Statements()
    withheld: Withheld = {}
    for report in earlier:
        _recall(statements, report, withheld)
    return statements, withheld


def _recall(statements: Statements, report: Report, withheld: Withheld) -> Reader:
    """One earlier report: its people by region, what is crossed with that, and what everybody has one of."""
    before = Reader(statements=statements)
    count_by_region(before)
    for table in report.tables:
        if table.id in _EVERYBODY and report.table(f"region-{table.id}") is None:
            before.same([before.people], list(_rows(before, table).values()))
        elif table.id.startswith("region-"):
            _by_region(before, table)
    _fit_together(before, report)
    if report.table("subregion") is not None:
        count_by_subregion(before)
    if before.subregions and report.table("country") is not None:
        for subregion, number in before.subregions.items():
            _countries(before, subregion, number, report)
    half = (BASE - 1) // 2
    for cell, sums in before.cells.items():
        count = report.count(cell[0], *cell[1])
        if count is not None:
            statements.state(dict.fromkeys(sums, 1), max(LEAST, count - half), count + half)
        elif report.table(cell[0]) is not None:
            withheld[report.round, cell] = sums
    return before


def _rows(before: Reader, table: Published) -> dict[tuple[str, ...], int]:
    """A new unknown number for each row of *table*."""
    rows = {figure.key: before.statements.number() for figure in table.figures}
    before.cells |= {(table.id, key): (number,) for key, number in rows.items()}
    return rows


def _by_region(before: Reader, table: Published) -> None:
    """What is crossed with the region: its rows come to the people of each region, and to the one-way table."""
    grid = _rows(before, table)
    for region, number in before.regions.items():
        before.same([number], [each for key, each in grid.items() if key[0] == region])
    for value in sorted({key[1] for key in grid}):
        column = tuple(number for key, number in grid.items() if key[1] == value)
        before.cells[table.id.removeprefix("region-"), (value,)] = column


def _fit_together(before: Reader, report: Report) -> None:
    """The tables that have more to fit than the number of people: partners, and sector by career stage."""
    if report.table("pairing") is not None and report.table("outcome") is not None:
        before.same(before.cells["pairing", ("unpaired",)], before.cells["outcome", ("unpaired",)])
    pairing = {key: numbers for (id, key), numbers in before.cells.items() if id == "pairing"}
    paired = [number for key, numbers in pairing.items() if key != ("unpaired",) for number in numbers]
    for table in report.tables:
        if table.id == "sector-career-stage":
            _sectors_by_stage(before, table)
        elif table.id in ("wishes", "satisfaction"):
            rows = _rows(before, table)
            if paired:
                before.same(paired, list(rows.values()))


def _sectors_by_stage(before: Reader, table: Published) -> None:
    rows = _rows(before, table)
    for place, one_way in enumerate(("sector", "career-stage")):
        for value in sorted({key[place] for key in rows}):
            if numbers := before.cells.get((one_way, (value,))):
                before.same(numbers, [number for key, number in rows.items() if key[place] == value])


def _countries(before: Reader, subregion: str, people: int, report: Report) -> None:
    """The *people* of one subregion: of countries with a row, of one without, and of all others without."""
    here = [country for country in COUNTRIES if SUBREGION_OF[country] == subregion]
    named = [country for country in here if report.count("country", country) is not None]
    rest = [country for country in here if country not in named]
    numbers = before.numbers(named + rest[:1])
    before.cells |= {("country", (country,)): (number,) for country, number in numbers.items()}
    left = [numbers[country] for country in rest[:1]] + [before.statements.number() for _ in rest[1:2]]
    before.same([people], [*(numbers[country] for country in named), *left])
    if report.count("country", OTHERS, subregion) is not None:
        before.cells["country", (OTHERS, subregion)] = tuple(left)
