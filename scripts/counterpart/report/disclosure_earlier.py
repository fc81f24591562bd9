"""What a reader remembers: earlier reports, and that whoever returns was there before.

Of an earlier report only what is published is known here, not which withheld counts are below the threshold.
"""

from __future__ import annotations

from collections.abc import Sequence

from counterpart.matching.bounds import Statements
from counterpart.report.disclosure import BASE, LEAST, OTHERS
from counterpart.report.disclosure_links import Reader
from counterpart.report.report import Cell, Report
from counterpart.world.regions import COUNTRIES, REGION_OF, REGIONS, SUBREGION_OF, SUBREGIONS

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
    people, regions = statements.number(), before.numbers(REGIONS)
    before.same([people], list(regions.values()))
    before.cells["total", ()] = (people,)
    before.cells |= {("region", (region,)): (number,) for region, number in regions.items()}
    for table in report.tables:
        rows = [figure.key for figure in table.figures]
        if table.id in _EVERYBODY and report.table(f"region-{table.id}") is None:
            numbers = before.numbers(key[0] for key in rows)
            before.same([people], list(numbers.values()))
            before.cells |= {(table.id, (value,)): (number,) for value, number in numbers.items()}
        elif table.id.startswith("region-"):
            grid = {key: statements.number() for key in rows}
            for region, number in regions.items():
                before.same([number], [each for key, each in grid.items() if key[0] == region])
            before.cells |= {(table.id, key): (number,) for key, number in grid.items()}
            for value in sorted({key[1] for key in rows}):
                column = tuple(each for key, each in grid.items() if key[1] == value)
                before.cells[table.id.removeprefix("region-"), (value,)] = column
    _fit_together(before, report)
    if report.table("subregion") is not None:
        _places(before, regions, report)
    half = (BASE - 1) // 2
    for cell, sums in before.cells.items():
        count = report.count(cell[0], *cell[1])
        if count is not None:
            statements.state(dict.fromkeys(sums, 1), max(LEAST, count - half), count + half)
        elif report.table(cell[0]) is not None:
            withheld[report.round, cell] = sums
    return before


def _fit_together(before: Reader, report: Report) -> None:
    """The tables that have more to fit than the number of people: partners, and sector by career stage."""
    if report.table("pairing") is not None and report.table("outcome") is not None:
        before.same(before.cells["pairing", ("unpaired",)], before.cells["outcome", ("unpaired",)])
    pairing = {key: numbers for (id, key), numbers in before.cells.items() if id == "pairing"}
    paired = [number for key, numbers in pairing.items() if key != ("unpaired",) for number in numbers]
    for table in report.tables:
        if table.id not in ("wishes", "satisfaction", "sector-career-stage"):
            continue
        rows = {figure.key: before.statements.number() for figure in table.figures}
        before.cells |= {(table.id, key): (number,) for key, number in rows.items()}
        if table.id != "sector-career-stage":
            if paired:
                before.same(paired, list(rows.values()))
            continue
        for place, one_way in enumerate(("sector", "career-stage")):
            for value in sorted({key[place] for key in rows}):
                if numbers := before.cells.get((one_way, (value,))):
                    before.same(numbers, [each for key, each in rows.items() if key[place] == value])


def _places(before: Reader, regions: dict[str, int], report: Report) -> None:
    """Subregions, and countries: those with a row, and in each subregion one without, and all others without."""
    subregions = before.numbers(SUBREGIONS)
    before.cells |= {("subregion", (each,)): (number,) for each, number in subregions.items()}
    for region, number in regions.items():
        before.same([number], [subregions[each] for each in SUBREGIONS if REGION_OF[each] == region])
    if report.table("country") is None:
        return
    for subregion, number in subregions.items():
        here = [country for country in COUNTRIES if SUBREGION_OF[country] == subregion]
        rest = [country for country in here if report.count("country", country) is None]
        numbers = before.numbers([country for country in here if country not in rest] + rest[:1])
        before.cells |= {("country", (country,)): (each,) for country, each in numbers.items()}
        left = [numbers[country] for country in rest[:1]] + [before.statements.number() for _ in rest[1:2]]
        before.same([number], [*(each for country, each in numbers.items() if country not in rest), *left])
        if report.count("country", OTHERS, subregion) is not None:
            before.cells["country", (OTHERS, subregion)] = tuple(left)
