"""The bundle: which tables a round of which size has, and their true counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from counterpart.report.report import SATISFACTION, WISHES, Cell, Facts, Known, Participant
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
    rows, answers = _rows(facts), _of_people(facts.people.values())
    answers |= _of_partners(facts, dict(zip(facts.people, answers["region"], strict=True)))
    numbers = {
        "total": len(facts.people),
        "countries": len(set(answers["country"])),
        "partnerships": len(facts.partnerships),
    }
    counts: dict[Cell, int] = {}
    for table in _wanted(facts):
        if table in numbers:
            counts[table, ()] = numbers[table]
        else:
            questions = _CROSSED.get(table, (table,))
            people = Counter(zip(*(answers[question] for question in questions), strict=True))
            counts |= {(table, key): people[key] for key in product(*(rows[question] for question in questions))}
    known = Counter(cell for one in facts.known for cell in _cells_of(one) if cell in counts)
    return Tables(people=len(facts.people), counts=counts, known=known)


def _wanted(facts: Facts) -> list[str]:
    """The tables of a round of this size; satisfaction only where somebody was asked."""
    wanted = [table for table, least in BUNDLE.items() if len(facts.people) >= least]
    return [table for table in wanted if table != "satisfaction" or facts.answers is not None]


def _rows(facts: Facts) -> dict[str, tuple[str, ...]]:
    """Question -> its possible answers, in the order of the rows."""
    return {
        "region": REGIONS,
        "subregion": SUBREGIONS,
        "country": COUNTRIES,
        "sector": tuple(facts.sectors),
        "career-stage": tuple(facts.career_stages),
        "interest": tuple(facts.topics),
        "outcome": outcomes(facts),
        "pairing": pairing_kinds(facts.pairings),
        "distance": DISTANCES,
        "wishes": WISHES,
        "satisfaction": SATISFACTION,
        "returning": RETURNING,
    }


#: Tables of two questions; every other table with rows asks the one question that it is called by.
_CROSSED: Mapping[str, tuple[str, str]] = {
    "region-sector": ("region", "sector"),
    "region-career-stage": ("region", "career-stage"),
    "region-outcome": ("region", "outcome"),
    "region-returning": ("region", "returning"),
    "sector-career-stage": ("sector", "career-stage"),
}


def _of_people(people: Collection[Participant]) -> dict[str, Sequence[str]]:
    """Question about the people themselves -> everybody's answers, always in the same order; of interest, all."""
    countries = [person.country for person in people]
    return {
        "region": [region_of_country(country) for country in countries],
        "subregion": [SUBREGION_OF[country] for country in countries],
        "country": countries,
        "sector": [person.sector for person in people],
        "career-stage": [person.career_stage for person in people],
        "interest": [topic for person in people for topic in set(person.interests)],
        "returning": [RETURNING[person.returning] for person in people],
    }


def _of_partners(facts: Facts, regions: Mapping[str, str]) -> dict[str, Sequence[str]]:
    """Question about partners -> the answers of everybody, of those who had a partner, or for each partnership."""
    partners = Counter(id for group in facts.partnerships for id in group)
    paired = [id for id in facts.people if partners[id]]
    return {
        "outcome": [_outcome(facts, id, partners[id]) for id in facts.people],
        "pairing": [_kind(partners[id]) for id in facts.people],
        "wishes": [facts.people[id].wishes for id in paired],
        "satisfaction": [_satisfied(facts, id) for id in paired],
        "distance": [_distance(regions, group) for group in facts.partnerships],
    }


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


def _outcome(facts: Facts, id: str, partners: int) -> str:
    if not partners:
        return "unpaired"
    if facts.answers is None:
        return "paired"
    answer = facts.answers.get(id)
    return "completed" if answer is not None and answer.completed else "not-completed"


def _kind(partners: int) -> str:
    return ("unpaired", "paired-once", "paired-again")[min(partners, 2)]


def _distance(regions: Mapping[str, str], group: tuple[str, ...]) -> str:
    return DISTANCES[len({regions[id] for id in group}) == 1]


def _satisfied(facts: Facts, id: str) -> str:
    answer = (facts.answers or {}).get(id)
    return answer.satisfaction if answer is not None and answer.satisfaction else "no-answer"
