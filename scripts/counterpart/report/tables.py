"""The bundle: which tables a round of which size has, and their true counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from counterpart.report.report import SATISFACTION, WISHES, Cell, Facts, Known
from counterpart.world.regions import COUNTRIES, REGIONS, SUBREGION_OF, SUBREGIONS, region_of_country

#: Table -> the fewest people with whom a round has it; a table that is not here cannot be published.
#: The order is that of the page, from the coarse to the fine.
BUNDLE: Mapping[str, int] = {
    "total": 0,
    "region": 0,
    "sector": 0,
    "subregion": 100,
    "country": 100,
    "countries": 100,
    "career-stage": 100,
    "interest": 100,
    "outcome": 100,
    "pairing": 100,
    "partnerships": 100,
    "distance": 100,
    "wishes": 100,
    "satisfaction": 100,
    "region-sector": 400,
    "region-career-stage": 400,
    "region-outcome": 400,
    "returning": 400,
    "sector-career-stage": 1500,
    "region-returning": 1500,
}
STEPS = tuple(sorted(set(BUNDLE.values())))

#: What is counted in the tables that do not count people.
UNITS: Mapping[str, str] = {"partnerships": "partnerships", "distance": "partnerships", "countries": "countries"}

#: Tables of what became of people: a row in which all had the same is withheld as a whole.
OF_OUTCOMES = frozenset({"outcome", "pairing", "wishes", "satisfaction", "region-outcome"})

RETURNING = ("new", "returning")
DISTANCES = ("other-region", "same-region")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The true tables: ``counts`` by cell; of the table "country" every country of the world has one.

    ``known``: how many of a cell's people the public knows, where it is any.
    """

    people: int
    counts: Mapping[Cell, int]
    known: Mapping[Cell, int]

    def of(self, table: str) -> dict[tuple[str, ...], int]:
        """One table's rows."""
        return {key: count for (id, key), count in self.counts.items() if id == table}


def outcomes(facts: Facts) -> tuple[str, ...]:
    """What can become of a person; without answers, only whether there was a partner."""
    return ("paired", "unpaired") if facts.answers is None else ("completed", "not-completed", "unpaired")


def pairing_kinds(pairings: int) -> tuple[str, ...]:
    """How people can be paired in a round with so many pairings: nobody again where there was only one."""
    return ("paired-once", "paired-again", "unpaired") if pairings > 1 else ("paired-once", "unpaired")


def size_of(people: int) -> int:
    """The step of the ladder that a round of so many people stands on: its least number of people."""
    return max(step for step in STEPS if step <= people)


def tables_of(facts: Facts) -> Tables:
    """Every table that a round of this size has; O(people)."""
    partners = Counter(id for group in facts.partnerships for id in group)
    of = dict(facts.people)
    region = {id: region_of_country(person.country) for id, person in of.items()}
    outcome = {id: _outcome(facts, id, partners[id]) for id in of}
    paired = [id for id in of if partners[id]]
    regions, sectors, stages = REGIONS, tuple(facts.sectors), tuple(facts.career_stages)
    made: dict[str, Callable[[], dict[tuple[str, ...], int]]] = {
        "total": lambda: {(): len(of)},
        "region": lambda: _counted(region.values(), regions),
        "sector": lambda: _counted((p.sector for p in of.values()), sectors),
        "subregion": lambda: _counted((SUBREGION_OF[p.country] for p in of.values()), SUBREGIONS),
        "country": lambda: _counted((p.country for p in of.values()), COUNTRIES),
        "countries": lambda: {(): len({p.country for p in of.values()})},
        "career-stage": lambda: _counted((p.career_stage for p in of.values()), stages),
        "interest": lambda: _counted((t for p in of.values() for t in set(p.interests)), tuple(facts.topics)),
        "outcome": lambda: _counted(outcome.values(), outcomes(facts)),
        "pairing": lambda: _counted((_kind(partners[id]) for id in of), pairing_kinds(facts.pairings)),
        "partnerships": lambda: {(): len(facts.partnerships)},
        "distance": lambda: _counted((_distance(region, group) for group in facts.partnerships), DISTANCES),
        "wishes": lambda: _counted((of[id].wishes for id in paired), WISHES),
        "satisfaction": lambda: _counted((_satisfied(facts, id) for id in paired), SATISFACTION),
        "returning": lambda: _counted((RETURNING[p.returning] for p in of.values()), RETURNING),
        "region-sector": lambda: _crossed(((region[i], p.sector) for i, p in of.items()), regions, sectors),
        "region-career-stage": lambda: _crossed(
            ((region[i], p.career_stage) for i, p in of.items()), regions, stages
        ),
        "region-outcome": lambda: _crossed(((region[i], outcome[i]) for i in of), regions, outcomes(facts)),
        "sector-career-stage": lambda: _crossed(
            ((p.sector, p.career_stage) for p in of.values()), sectors, stages
        ),
        "region-returning": lambda: _crossed(
            ((region[i], RETURNING[p.returning]) for i, p in of.items()), regions, RETURNING
        ),
    }
    wanted = [id for id, least in BUNDLE.items() if len(of) >= least]
    if facts.answers is None:
        wanted = [id for id in wanted if id != "satisfaction"]
    counts = {(id, key): count for id in wanted for key, count in made[id]().items()}
    known = Counter(cell for one in facts.known for cell in _cells_of(one) if cell in counts)
    return Tables(people=len(of), counts=counts, known=known)


def _cells_of(known: Known) -> Iterable[Cell]:
    """The cells in which the public counts somebody whom it knows."""
    region = region_of_country(known.country)
    yield from (("total", ()), ("region", (region,)), ("subregion", (SUBREGION_OF[known.country],)))
    yield ("country", (known.country,))
    if known.sector is not None:
        yield from (("sector", (known.sector,)), ("region-sector", (region, known.sector)))
    if known.career_stage is not None:
        yield from (
            ("career-stage", (known.career_stage,)),
            ("region-career-stage", (region, known.career_stage)),
        )
    if known.sector is not None and known.career_stage is not None:
        yield ("sector-career-stage", (known.sector, known.career_stage))


def _counted(values: Iterable[str], rows: Iterable[str]) -> dict[tuple[str, ...], int]:
    counts = Counter(values)
    return {(row,): counts[row] for row in rows}


def _crossed(
    values: Iterable[tuple[str, str]], rows: Iterable[str], columns: tuple[str, ...]
) -> dict[tuple[str, ...], int]:
    counts = Counter(values)
    return {(row, column): counts[row, column] for row in rows for column in columns}


def _outcome(facts: Facts, id: str, partners: int) -> str:
    if not partners:
        return "unpaired"
    if facts.answers is None:
        return "paired"
    answer = facts.answers.get(id)
    return "completed" if answer is not None and answer.completed else "not-completed"


def _kind(partners: int) -> str:
    return ("unpaired", "paired-once", "paired-again")[min(partners, 2)]


def _distance(region: Mapping[str, str], group: tuple[str, ...]) -> str:
    return DISTANCES[len({region[id] for id in group}) == 1]


def _satisfied(facts: Facts, id: str) -> str:
    answer = (facts.answers or {}).get(id)
    return answer.satisfaction if answer is not None and answer.satisfaction else "no-answer"
