"""What a report is made from, and what it is: facts about a finished round, true tables, published figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from counterpart.model import RoundId

#: The groups of satisfaction, and of wishes met, in the order in which they are shown.
SATISFACTION = ("low", "middle", "high", "no-answer")
WISHES = ("none", "some", "all", "no-wish")

#: A cell of a table: the table's id, and the ids of its row; ``("region-sector", ("asia", "public"))``.
Cell = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one person said at the end, or what coordinators know of it; None where nobody knows."""

    completed: bool | None = None
    satisfaction: str | None = None  # "low", "middle" or "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """One person who took part, as far as a report counts it. Nothing here names anybody."""

    country: str  # ISO 3166-1 alpha-2
    sector: str
    career_stage: str
    interests: tuple[str, ...]  # at least one, at most MOST_INTERESTS
    returning: bool
    wishes: str = "no-wish"  # one of WISHES; counts only for people who had a partner


#: How many topics one application may name; the readers of a report know it.
MOST_INTERESTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A participant whom the public knows as such: an ambassador, or somebody who is quoted."""

    country: str
    sector: str | None = None
    career_stage: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A finished round: true, and for the coordinators' machine alone.

    ``partnerships`` are those of every pairing of the round, of people who are in ``people``. ``pairings`` is how
    many pairings were made, the first included. ``answers`` is None where nobody was asked.
    """

    round: RoundId
    people: Mapping[str, Participant]  # by id
    partnerships: tuple[tuple[str, ...], ...]
    sectors: Mapping[str, str]  # id -> name, as the round has them
    career_stages: Mapping[str, str]
    topics: Mapping[str, str]
    pairings: int = 1
    threes: bool = False
    answers: Mapping[str, Answer] | None = None
    known: tuple[Known, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of a published table. ``count`` and ``share`` are None where they are withheld.

    ``share``: per cent of everybody, or of all partnerships, to the nearest 5; None as well where there is none.
    """

    key: tuple[str, ...]  # ids
    names: tuple[str, ...]  # the same in words
    count: int | None
    share: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One published table: what its lines are, what is counted, and the lines, sorted by name."""

    id: str
    columns: tuple[str, ...]
    unit: str  # "people", "partnerships" or "countries"
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The contents of ``report.json``: published figures and nothing else."""

    round: str
    title: str
    tables: tuple[Published, ...]
    geography: str
    least: int
    base: int
    proven: bool = False  # the first pairing is proven to be the best

    def table(self, id: str) -> Published | None:
        """The table of this id, or None where the report has none."""
        return next((table for table in self.tables if table.id == id), None)

    def count(self, id: str, *key: str) -> int | None:
        """A published figure; None where it is withheld or there is no such line."""
        table = self.table(id)
        figures = table.figures if table else ()
        return next((figure.count for figure in figures if figure.key == key), None)
