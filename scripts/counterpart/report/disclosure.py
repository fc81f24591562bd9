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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Others:
    """Countries that one row sums up: their people, how many of these the public knows, and the countries."""

    people: int = 0
    known: int = 0
    countries: int = 0

    def __add__(self, other: _Others) -> _Others:
        return _Others(
            people=self.people + other.people,
            known=self.known + other.known,
            countries=self.countries + other.countries,
        )

    @property
    def is_low(self) -> bool:
        """Whether the row is withheld as one below the threshold."""
        return self.people - self.known < LEAST

    @property
    def is_one(self) -> bool:
        """Whether everybody in the row is from one country, whose row is withheld."""
        return self.countries < 2


def screen(tables: Tables, guards: Collection[Cell] = (), dropped: Collection[str] = ()) -> Screened:
    """Apply the rules to the true *tables*, less those *dropped*, withholding *guards* besides."""
    counts = {cell: count for cell, count in tables.counts.items() if cell[0] not in dropped}
    known = {cell: tables.known.get(cell, 0) for cell in counts}
    low = {cell for cell, count in counts.items() if count - known[cell] < LEAST}
    held = _uniform(counts).union(guards)
    for cell, others in _others(counts, known, low | held, frozenset(guards)).items():
        counts[cell], known[cell] = others.people, others.known
        if others.is_low:
            low.add(cell)
        elif others.is_one:
            held |= {cell}
    withheld = low | held
    return Screened(
        shown={cell: rounded(count) for cell, count in counts.items() if cell not in withheld},
        low={cell: known[cell] for cell in low},
        guards=frozenset(held & counts.keys() - low),
        counts=counts,
    )


def _others(
    counts: Mapping[Cell, int], known: Mapping[Cell, int], withheld: Collection[Cell], guards: Collection[Cell]
) -> dict[Cell, _Others]:
    """The rows that sum up countries whose own rows are *withheld*.

    One row a subregion; and one a region, of those subregions whose own row cannot be shown.
    """
    rows: dict[Cell, _Others] = {}

    def add(place: str, more: _Others) -> None:
        cell = ("country", (OTHERS, place))
        rows[cell] = rows.get(cell, _Others()) + more

    for cell, count in counts.items():
        if cell[0] == "country" and cell in withheld:
            more = _Others(people=count, known=known[cell], countries=int(count > 0))
            add(SUBREGION_OF[cell[1][0]], more)
    for cell, others in list(rows.items()):
        if others.is_low or others.is_one or cell in guards:
            add(REGION_OF[cell[1][1]], others)
    return rows


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
