"""What a reader can put together: every link between the published tables, as linear statements.

The reader knows the rules, the bundle, the geography and how rounds work; who of the participants is publicly
known; and, to be on the safe side, which withheld counts lie below the threshold and which only guard others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
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

    ``people``: the number of everybody; ``regions``, ``subregions``: everybody by place. ``rows``: the statement
    that a shown figure makes -> its cell.
    """

    statements: Statements
    cells: dict[Cell, tuple[int, ...]] = field(default_factory=dict)
    rows: dict[int, Cell] = field(default_factory=dict)
    people: int = 0
    regions: dict[str, int] = field(default_factory=dict)
    subregions: dict[str, int] = field(default_factory=dict)

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
    above = [step for step in STEPS if step > setting.step]
    count_by_region(reader, setting.step, above[0] - 1 if above else None)
    if tables & {"subregion", "country", "countries"}:
        count_by_subregion(reader)
    if "country" in tables:
        _countries(reader, screened)
    elif reader.subregions:
        _reached(reader, screened)
    _work(reader, setting, tables)
    _by_region(reader, "returning", RETURNING, tables)
    _topics(reader, setting)
    _partners(reader, setting, tables)
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


def count_by_region(reader: Reader, least: int = 0, most: int | None = None) -> None:
    """Let *reader* count everybody, who are from *least* to *most* people, and everybody by region."""
    reader.people = reader.statements.number(least, most)
    reader.regions = reader.numbers(REGIONS)
    reader.cells["total", ()] = (reader.people,)
    reader.cells |= {("region", (region,)): (number,) for region, number in reader.regions.items()}
    reader.same([reader.people], list(reader.regions.values()))


def count_by_subregion(reader: Reader) -> None:
    """Let *reader*, who counts by region, count by subregion as well."""
    reader.subregions = reader.numbers(SUBREGIONS)
    for region, number in reader.regions.items():
        parts = [reader.subregions[subregion] for subregion in SUBREGIONS if REGION_OF[subregion] == region]
        reader.same([number], parts)
    reader.cells |= {("subregion", (subregion,)): (number,) for subregion, number in reader.subregions.items()}


@dataclass(slots=True)
class _Countries:
    """The countries of one subregion, as the reader counts their people.

    ``numbers``: whose sum is the subregion's. ``unnamed``: those of them of countries without a row.
    ``alike``: the countries about which the same is known: the public knows none of their people, and fewer than
    the threshold came.
    """

    numbers: list[int] = field(default_factory=list)
    unnamed: list[int] = field(default_factory=list)
    alike: list[str] = field(default_factory=list)


def _countries(reader: Reader, screened: Screened) -> None:
    """Countries. Of those about which the same is known, one stands for all."""
    countries = {subregion: _Countries() for subregion in SUBREGIONS}
    certain = _one_by_one(reader, screened, countries)
    reached = [number for each in countries.values() for number in _alike(reader, each)]
    for subregion, number in reader.subregions.items():
        reader.same([number], countries[subregion].numbers)
        reader.cells["country", (OTHERS, subregion)] = tuple(countries[subregion].unnamed)
    for region in REGIONS:
        reader.cells["country", (OTHERS, region)] = tuple(
            number
            for subregion in SUBREGIONS
            if REGION_OF[subregion] == region and ("country", (OTHERS, subregion)) not in screened.shown
            for number in countries[subregion].unnamed
        )
    every = reader.statements.number()
    reader.statements.state({every: 1} | dict.fromkeys(reached, -1), certain, certain)
    reader.cells["countries", ()] = (every,)


def _one_by_one(reader: Reader, screened: Screened, countries: Mapping[str, _Countries]) -> int:
    """Countries that are unlike others; how many there are, from all of which somebody came."""
    certain = 0
    for country in COUNTRIES:
        cell, within = ("country", (country,)), countries[SUBREGION_OF[country]]
        if screened.low.get(cell) == 0:
            within.alike.append(country)
            continue
        number = reader.statements.number()
        within.numbers.append(number)
        reader.cells[cell] = (number,)
        certain += 1
        if cell not in screened.shown:
            within.unnamed.append(number)
    return certain


def _alike(reader: Reader, within: _Countries) -> Iterator[int]:
    """The first country of those that are alike, and the sum of all others; of how many of them somebody came."""
    for countries in (within.alike[:1], within.alike[1:]):
        if not countries:
            return
        number = reader.statements.number(0, len(countries) * (LEAST - 1))
        reached = reader.statements.number(0, len(countries))
        reader.at_most([reached], [number])
        reader.at_most([number], [reached], LEAST - 1)
        within.numbers.append(number)
        within.unnamed.append(number)
        reader.cells.setdefault(("country", (within.alike[0],)), (number,))
        yield reached


def _reached(reader: Reader, screened: Screened) -> None:
    """How many countries, where none is named: in a subregion no more than it has, and no more than people."""
    sizes = Counter(SUBREGION_OF.values())
    reached = []
    for subregion, number in reader.subregions.items():
        cell = ("subregion", (subregion,))
        somebody = cell in screened.shown or cell in screened.guards or screened.low.get(cell, 0) > 0
        countries = reader.statements.number(int(somebody), sizes[subregion])
        reader.at_most([countries], [number])
        if cell in screened.low:
            reader.at_most([number], [countries], screened.low[cell] + LEAST - 1)
        reached.append(countries)
    reader.cells["countries", ()] = tuple(reached)


def _by_region(reader: Reader, table: str, values: Sequence[str], tables: set[str]) -> dict[str, dict[str, int]]:
    """One question that everybody answers in one way: by region where that is published, else in all."""
    crossed = f"region-{table}"
    if crossed not in tables:
        numbers = reader.numbers(values)
        reader.same([reader.people], list(numbers.values()))
        reader.cells |= {(table, (value,)): (number,) for value, number in numbers.items()}
        return {"": numbers}
    grid = {region: reader.numbers(values) for region in reader.regions}
    for region, numbers in grid.items():
        reader.same([reader.regions[region]], list(numbers.values()))
        reader.cells |= {(crossed, (region, value)): (number,) for value, number in numbers.items()}
    for value in values:
        reader.cells[table, (value,)] = tuple(numbers[value] for numbers in grid.values())
    return grid


def _work(reader: Reader, setting: Setting, tables: set[str]) -> None:
    """Sectors and career stages, by region and by each other."""
    if "sector-career-stage" not in tables:
        _by_region(reader, "sector", setting.sectors, tables)
        _by_region(reader, "career-stage", setting.career_stages, tables)
        return
    # Three tables of two questions each make a triangle: only all three questions together keep them consistent.
    cube = {
        (region, sector, stage): reader.statements.number()
        for region in reader.regions
        for sector in setting.sectors
        for stage in setting.career_stages
    }
    for region, number in reader.regions.items():
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


def _topics(reader: Reader, setting: Setting) -> None:
    """Interests: everybody names at least one topic, and no more than a few."""
    topics = reader.numbers(setting.topics)
    for topic, number in topics.items():
        reader.at_most([number], [reader.people])
        reader.cells["interest", (topic,)] = (number,)
    if topics:
        reader.at_most([reader.people], list(topics.values()))
        reader.at_most(list(topics.values()), [reader.people], MOST_INTERESTS)


def _partners(reader: Reader, setting: Setting, tables: set[str]) -> None:
    """Who had partners, how often, how far away: a partnership counts each of its people once."""
    kinds = {region: reader.numbers(pairing_kinds(setting.pairings)) for region in reader.regions}
    for region, numbers in kinds.items():
        reader.same([reader.regions[region]], list(numbers.values()))
    for kind in pairing_kinds(setting.pairings):
        reader.cells["pairing", (kind,)] = tuple(numbers[kind] for numbers in kinds.values())
    for region, numbers in _by_region(reader, "outcome", setting.outcomes, tables).items():
        alone = [kinds[each]["unpaired"] for each in ([region] if region else reader.regions)]
        reader.same([numbers["unpaired"]], alone)
    _of_paired(reader, [number for each in kinds.values() for kind, number in each.items() if kind != "unpaired"])
    _partnerships(reader, setting, kinds)


def _of_paired(reader: Reader, paired: Sequence[int]) -> None:
    """What is asked of those alone who had a partner, and who are *paired* together."""
    for table, values in (("wishes", WISHES), ("satisfaction", SATISFACTION)):
        numbers = reader.numbers(values)
        reader.same(paired, list(numbers.values()))
        reader.cells |= {(table, (value,)): (number,) for value, number in numbers.items()}


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
        terms = {number: ends.count(region) for ends, number in between.items() if region in ends}
        terms[numbers["paired-once"]] = -1
        if region in in_threes:
            terms[in_threes[region]] = 1
        if setting.pairings > 1:
            terms |= _again(reader, setting.pairings, numbers["paired-again"])
        reader.statements.state(terms, 0, 0)
    reader.cells["partnerships", ()] = (*near, *far)
    reader.cells["distance", ("same-region",)] = tuple(near)
    reader.cells["distance", ("other-region",)] = tuple(far)


def _again(reader: Reader, pairings: int, again: int) -> dict[int, int]:
    """The partners of those who had more than one, with the sign that takes them away."""
    terms = {again: -2}
    if pairings > 2:  # a third partner, a fourth …
        more = reader.statements.number()
        terms[more] = -1
        reader.at_most([more], [again], pairings - 2)
    return terms
