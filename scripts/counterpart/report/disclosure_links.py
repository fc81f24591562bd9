"""What a reader can put together: every link between the published tables, as linear statements.

The reader knows the rules, the bundle, the geography and how rounds work; who of the participants is publicly
known; and, to be on the safe side, which withheld counts lie below the threshold and which only guard others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations_with_replacement

from counterpart.matching.bounds import Statements
from counterpart.report.disclosure import BASE, LEAST, OTHERS, Screened
from counterpart.report.report import MOST_INTERESTS, SATISFACTION, WISHES, Cell, Facts
from counterpart.report.tables import RETURNING, STEPS, outcomes, pairing_kinds, size_of
from counterpart.world.regions import COUNTRIES, REGION_OF, REGIONS, SUBREGION_OF, SUBREGIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What everybody knows of a round without its report: its lists, and how pairs were made."""

    sectors: tuple[str, ...]
    career_stages: tuple[str, ...]
    topics: tuple[str, ...]
    outcomes: tuple[str, ...]
    step: int  # of the bundle's ladder
    pairings: int
    threes: bool


def setting_of(facts: Facts) -> Setting:
    """The setting of a round."""
    return Setting(
        sectors=tuple(facts.sectors),
        career_stages=tuple(facts.career_stages),
        topics=tuple(facts.topics),
        outcomes=outcomes(facts),
        step=size_of(len(facts.people)),
        pairings=facts.pairings,
        threes=facts.threes,
    )


@dataclass(slots=True)
class Reader:
    """A reader at work: unknown numbers, statements, and which numbers a cell is the sum of.

    ``rows``: the statement that a shown figure makes -> its cell.
    """

    statements: Statements
    cells: dict[Cell, tuple[int, ...]] = field(default_factory=dict)
    rows: dict[int, Cell] = field(default_factory=dict)

    def numbers(self, keys: Iterable[str]) -> dict[str, int]:
        """A new unknown number for each key."""
        return {key: self.statements.number() for key in keys}

    def same(self, one: Sequence[int], other: Sequence[int]) -> None:
        """State that two sums are the same."""
        terms: dict[int, int] = {}
        for numbers, factor in ((one, 1), (other, -1)):
            for number in numbers:
                terms[number] = terms.get(number, 0) + factor
        self.statements.state(terms, 0, 0)

    def at_most(self, numbers: Sequence[int], limit: Sequence[int], times: int = 1) -> None:
        """State that a sum is no more than *times* another."""
        terms = dict.fromkeys(numbers, 1)
        for number in limit:
            terms[number] = terms.get(number, 0) - times
        self.statements.state(terms, None, 0)


def read(setting: Setting, screened: Screened) -> Reader:
    """The reader of a round's figures."""
    reader = Reader(statements=Statements())
    tables = {table for table, _ in screened.counts}
    people, regions = _places(reader, setting.step)
    if tables & {"subregion", "country", "countries"}:
        _countries(reader, _subregions(reader, regions), screened, tables)
    _work(reader, setting, tables, people, regions)
    _by_region(reader, "returning", RETURNING, tables, people, regions)
    _topics(reader, setting, people)
    _partners(reader, setting, tables, people, regions)
    for cell, numbers in reader.cells.items():
        _state(reader, screened, cell, numbers)
    return reader


def _state(reader: Reader, screened: Screened, cell: Cell, numbers: Sequence[int]) -> None:
    terms = dict.fromkeys(numbers, 1)
    if cell in screened.shown:
        half = (BASE - 1) // 2
        low = max(LEAST, screened.shown[cell] - half)
        reader.rows[reader.statements.state(terms, low, screened.shown[cell] + half)] = cell
    elif cell in screened.low:
        known = screened.low[cell]
        reader.statements.state(terms, known, known + LEAST - 1)
    elif cell in screened.guards:
        reader.statements.state(terms, LEAST, None)


def _places(reader: Reader, step: int) -> tuple[int, dict[str, int]]:
    """Everybody, and everybody by region."""
    above = [each for each in STEPS if each > step]
    people = reader.statements.number(step, above[0] - 1 if above else None)
    regions = reader.numbers(REGIONS)
    reader.cells["total", ()] = (people,)
    reader.cells |= {("region", (region,)): (number,) for region, number in regions.items()}
    reader.same([people], list(regions.values()))
    return people, regions


def _subregions(reader: Reader, regions: Mapping[str, int]) -> dict[str, int]:
    subregions = reader.numbers(SUBREGIONS)
    for region, number in regions.items():
        reader.same([number], [subregions[each] for each in SUBREGIONS if REGION_OF[each] == region])
    reader.cells |= {("subregion", (each,)): (number,) for each, number in subregions.items()}
    return subregions


def _countries(reader: Reader, subregions: Mapping[str, int], screened: Screened, tables: set[str]) -> None:
    """Countries. Of those about which the same is known, one stands for all."""
    if "country" not in tables:
        _reached(reader, subregions, screened)
        return
    here: dict[str, list[int]] = {each: [] for each in SUBREGIONS}
    others: dict[str, list[int]] = {each: [] for each in SUBREGIONS}
    reached: list[int] = []
    certain = 0
    alike: dict[str, list[str]] = {each: [] for each in SUBREGIONS}
    for country in COUNTRIES:
        cell, subregion = ("country", (country,)), SUBREGION_OF[country]
        if cell in screened.low and not screened.low[cell]:
            alike[subregion].append(country)
            continue
        number = reader.statements.number()
        here[subregion].append(number)
        reader.cells[cell] = (number,)
        certain += 1
        if cell not in screened.shown:
            others[subregion].append(number)
    for subregion, countries in alike.items():
        for size, first in ((min(1, len(countries)), countries[:1]), (len(countries) - 1, [])):
            if size < 1:
                continue
            number = reader.statements.number(0, size * (LEAST - 1))
            there = reader.statements.number(0, size)  # how many of these countries somebody comes from
            reader.at_most([there], [number])
            reader.at_most([number], [there], LEAST - 1)
            reached.append(there)
            here[subregion].append(number)
            others[subregion].append(number)
            if first:
                reader.cells["country", (first[0],)] = (number,)
    for subregion, number in subregions.items():
        reader.same([number], here[subregion])
        reader.cells["country", (OTHERS, subregion)] = tuple(others[subregion])
    for region in REGIONS:
        left = [
            number
            for subregion in SUBREGIONS
            if REGION_OF[subregion] == region and ("country", (OTHERS, subregion)) not in screened.shown
            for number in others[subregion]
        ]
        reader.cells["country", (OTHERS, region)] = tuple(left)
    every = reader.statements.number()
    reader.statements.state({every: 1} | dict.fromkeys(reached, -1), certain, certain)
    reader.cells["countries", ()] = (every,)


def _reached(reader: Reader, subregions: Mapping[str, int], screened: Screened) -> None:
    """How many countries, where none is named: in a subregion no more than it has, and no more than people."""
    reached = []
    for subregion, number in subregions.items():
        cell = ("subregion", (subregion,))
        somebody = cell in screened.shown or cell in screened.guards or screened.low.get(cell, 0) > 0
        there = reader.statements.number(int(somebody), list(SUBREGION_OF.values()).count(subregion))
        reader.at_most([there], [number])
        if cell in screened.low:
            reader.at_most([number], [there], screened.low[cell] + LEAST - 1)
        reached.append(there)
    reader.cells["countries", ()] = tuple(reached)


def _by_region(
    reader: Reader, table: str, values: Sequence[str], tables: set[str], people: int, regions: Mapping[str, int]
) -> dict[str, dict[str, int]]:
    """One question that everybody answers in one way: by region where that is published, else in all."""
    crossed = f"region-{table}"
    if crossed not in tables:
        numbers = reader.numbers(values)
        reader.same([people], list(numbers.values()))
        reader.cells |= {(table, (value,)): (number,) for value, number in numbers.items()}
        return {"": numbers}
    grid = {region: reader.numbers(values) for region in regions}
    for region, numbers in grid.items():
        reader.same([regions[region]], list(numbers.values()))
        reader.cells |= {(crossed, (region, value)): (number,) for value, number in numbers.items()}
    for value in values:
        reader.cells[table, (value,)] = tuple(numbers[value] for numbers in grid.values())
    return grid


def _work(reader: Reader, setting: Setting, tables: set[str], people: int, regions: Mapping[str, int]) -> None:
    """Sectors and career stages, by region and by each other."""
    if "sector-career-stage" not in tables:
        _by_region(reader, "sector", setting.sectors, tables, people, regions)
        _by_region(reader, "career-stage", setting.career_stages, tables, people, regions)
        return
    # Three tables of two questions each make a triangle: only all three questions together keep them consistent.
    cube = {
        (region, sector, stage): reader.statements.number()
        for region in regions
        for sector in setting.sectors
        for stage in setting.career_stages
    }
    for region, number in regions.items():
        reader.same([number], [each for key, each in cube.items() if key[0] == region])
    for key, number in cube.items():
        region, sector, stage = key
        for cell in (
            ("sector", (sector,)),
            ("career-stage", (stage,)),
            ("region-sector", (region, sector)),
            ("region-career-stage", (region, stage)),
            ("sector-career-stage", (sector, stage)),
        ):
            reader.cells[cell] = (*reader.cells.get(cell, ()), number)


def _topics(reader: Reader, setting: Setting, people: int) -> None:
    """Interests: everybody names at least one topic, and no more than a few."""
    topics = reader.numbers(setting.topics)
    for topic, number in topics.items():
        reader.at_most([number], [people])
        reader.cells["interest", (topic,)] = (number,)
    if topics:
        reader.at_most([people], list(topics.values()))
        reader.at_most(list(topics.values()), [people], MOST_INTERESTS)


def _partners(reader: Reader, setting: Setting, tables: set[str], people: int, regions: Mapping[str, int]) -> None:
    """Who had partners, how often, how far away: a partnership counts each of its people once."""
    kinds = {region: reader.numbers(pairing_kinds(setting.pairings)) for region in regions}
    for region, numbers in kinds.items():
        reader.same([regions[region]], list(numbers.values()))
    for kind in pairing_kinds(setting.pairings):
        reader.cells["pairing", (kind,)] = tuple(numbers[kind] for numbers in kinds.values())
    outcome = _by_region(reader, "outcome", setting.outcomes, tables, people, regions)
    for region, numbers in outcome.items():
        alone = [kinds[each]["unpaired"] for each in ([region] if region else regions)]
        reader.same([numbers["unpaired"]], alone)
    paired = [number for each in kinds.values() for kind, number in each.items() if kind != "unpaired"]
    for table, values in (("wishes", WISHES), ("satisfaction", SATISFACTION)):
        numbers = reader.numbers(values)
        reader.same(paired, list(numbers.values()))
        reader.cells |= {(table, (value,)): (number,) for value, number in numbers.items()}
    _partnerships(reader, setting, kinds)


def _partnerships(reader: Reader, setting: Setting, kinds: Mapping[str, Mapping[str, int]]) -> None:
    """Pairs between two regions, and threes where the round has them."""
    between = {pair: reader.statements.number() for pair in combinations_with_replacement(kinds, 2)}
    near = [number for (one, other), number in between.items() if one == other]
    far = [number for (one, other), number in between.items() if one != other]
    in_threes: dict[str, int] = {}
    if setting.threes:
        in_threes = reader.numbers(kinds)
        near_three, far_three = reader.statements.number(), reader.statements.number()
        terms = dict.fromkeys(in_threes.values(), 1)
        reader.statements.state(terms | {near_three: -3, far_three: -3}, 0, 0)
        near, far = [*near, near_three], [*far, far_three]
    for region, numbers in kinds.items():
        terms = {number: (one == region) + (other == region) for (one, other), number in between.items()}
        terms = {number: factor for number, factor in terms.items() if factor}
        terms[numbers["paired-once"]] = -1
        if setting.threes:
            terms[in_threes[region]] = 1
        if setting.pairings > 1:
            again = numbers["paired-again"]
            terms[again] = -2
            if setting.pairings > 2:  # a third partner, a fourth …
                more = reader.statements.number()
                terms[more] = -1
                reader.at_most([more], [again], setting.pairings - 2)
        reader.statements.state(terms, 0, 0)
    reader.cells["partnerships", ()] = (*near, *far)
    reader.cells["distance", ("same-region",)] = tuple(near)
    reader.cells["distance", ("other-region",)] = tuple(far)
