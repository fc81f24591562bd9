"""Which counts may be shown: the threshold, the rounding, and what is withheld together.

Sources: the rule of ten and "differences must not be computable" of the Australian Bureau of Statistics' DataLab;
rounding after redaction as OpenSAFELY does it. Why not less: see the site's page on method.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from counterpart.report.report import Cell
from counterpart.report.tables import OF_OUTCOMES, Tables
from counterpart.world.regions import REGION_OF, SUBREGION_OF

#: A count below this is withheld, zero too; and so is one of which fewer people than this are not publicly known.
LEAST = 10
#: Other counts are rounded to a multiple of this.
BASE = 5
#: So many whole numbers must remain possible for each withheld count, whatever else is published.
VALUES = 5
#: The smallest published count of which per cents are given.
SHARE_BASE = 50
#: The row of countries that are not named one by one.
OTHERS = "others"


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """What is shown, and what is withheld and why. Only ``shown`` may leave the coordinators' machine.

    ``low``: the counts below the threshold, with how many of their people the public knows. ``guards``: counts
    that are withheld to protect those. A country's row in ``shown`` names it; the row ``(OTHERS, place)`` sums up
    the countries of a subregion, or of a region, that are not named.
    """

    shown: Mapping[Cell, int]  # rounded
    low: Mapping[Cell, int]
    guards: frozenset[Cell]
    counts: Mapping[Cell, int]  # true; with the rows that sum up countries


def rounded(count: int) -> int:
    """The nearest multiple of BASE, halves up."""
    return BASE * ((2 * count + BASE) // (2 * BASE))


def share(part: int | None, whole: int | None) -> int | None:
    """Per cent of two published counts, to the nearest 5; None where it would say too much."""
    if part is None or whole is None or whole < SHARE_BASE:
        return None
    percent = rounded((200 * part + whole) // (2 * whole))
    return percent if 0 < percent < 100 else None


def screen(tables: Tables, guards: Collection[Cell] = (), dropped: Collection[str] = ()) -> Screened:
    """Apply the rules to the true *tables*, less those *dropped*, withholding *guards* besides."""
    counts = {cell: count for cell, count in tables.counts.items() if cell[0] not in dropped}
    known = {cell: tables.known.get(cell, 0) for cell in counts}
    low = {cell for cell, count in counts.items() if count - known[cell] < LEAST}
    held = (frozenset(guards) | _uniform(counts)) - low
    if any(table == "country" for table, _ in counts):
        others = _others(tables, frozenset(counts.keys() - low - held), frozenset(guards))
        for cell, (people, named, countries) in others.items():
            counts[cell], known[cell] = people, named
            if people - named < LEAST:
                low.add(cell)
            elif countries < 2 or cell in guards:
                held |= {cell}
    return Screened(
        shown={cell: rounded(count) for cell, count in counts.items() if cell not in low and cell not in held},
        low={cell: known[cell] for cell in low},
        guards=frozenset(cell for cell in held if cell in counts and cell not in low),
        counts=counts,
    )


def _others(tables: Tables, shown: frozenset[Cell], guards: frozenset[Cell]) -> dict[Cell, tuple[int, int, int]]:
    """The rows that sum up countries that are not named: their people, those publicly known, their countries.

    One row a subregion; and one a region, of those subregions whose own row cannot be shown.
    """
    sums: dict[Cell, tuple[int, int, int]] = {}

    def add(place: str, more: tuple[int, int, int]) -> None:
        cell = ("country", (OTHERS, place))
        before = sums.get(cell, (0, 0, 0))
        people, named, countries = (one + other for one, other in zip(before, more, strict=True))
        sums[cell] = (people, named, countries)

    for cell, count in tables.counts.items():
        if cell[0] == "country" and cell not in shown:
            add(SUBREGION_OF[cell[1][0]], (count, tables.known.get(cell, 0), int(count > 0)))
    for cell, (people, named, countries) in list(sums.items()):
        subregion = cell[1][1]
        if people - named < LEAST or countries < 2 or cell in guards:
            add(REGION_OF[subregion], sums[cell])
    return sums


def _uniform(counts: Mapping[Cell, int]) -> frozenset[Cell]:
    """The rows of outcomes in which everybody had the same, or where the rounding makes it look so."""
    rows: dict[Cell, list[Cell]] = {}
    for table, key in counts:
        if table in OF_OUTCOMES:
            rows.setdefault((table, key[:-1]), []).append((table, key))
    held: set[Cell] = set()
    for cells in rows.values():
        whole = sum(counts[cell] for cell in cells)
        if any(counts[cell] and rounded(counts[cell]) == rounded(whole) for cell in cells):
            held.update(cells)
    return frozenset(held)
