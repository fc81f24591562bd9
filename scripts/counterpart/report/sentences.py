"""What the largest figure of a table says, in a sentence that is true whatever was rounded or withheld.

Each figure is rounded on its own, to the nearest multiple of one base. So of two different figures the larger one
is the larger in truth as well; of two equal ones nobody can say. A withheld figure may be of any size, unless what
the others leave of the whole is too little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from counterpart.files.markup import escaped
from counterpart.report.disclosure import OTHERS
from counterpart.report.report import Figure, Published, Report
from counterpart.report.report_file import WHOLES
from counterpart.report.words import place_in_sentence, row_name

#: One-way tables -> what is said when the largest figure is more than half for certain.
_HALF: Mapping[str, str] = {
    "region": "More than half of the people came from {name}: {count} of {whole}.",
    "subregion": "More than half of the people came from {name}: {count} of {whole}.",
    "sector": "More than half of the people are in one sector: {name}, {count} of {whole}.",
    "career-stage": "More than half of the people are at one career stage: {name}, {count} of {whole}.",
    "interest": "More than half of the people named one topic: {name}, {count} of {whole}.",
    "distance": "More than half of the partnerships were {name}: {count} of {whole}.",
    "wishes": "More than half of the people {name}: {count} of {whole}.",
    "pairing": "More than half of the people {name}: {count} of {whole}.",
    "outcome": "More than half of the people {name}: {count} of {whole}.",
    "satisfaction": "More than half of the people {name}: {count} of {whole}.",
    "returning": "More than half of the people {name}: {count} of {whole}.",
}
#: ... and when it is larger than every other figure for certain.
_MOST: Mapping[str, str] = {
    "region": "More people came from {name} than from any other region: {count}.",
    "subregion": "More people came from {name} than from any other subregion: {count}.",
    "sector": "The sector with the most people: {name}, {count}.",
    "career-stage": "The career stage with the most people: {name}, {count}.",
    "interest": "The topic that was named most often: {name}, {count}.",
    "distance": "The larger group: partnerships {name}, {count}.",
    "wishes": "The largest group of those who had a partner: people who {name}, {count}.",
    "pairing": "The largest group: people who {name}, {count}.",
    "outcome": "The largest group: people who {name}, {count}.",
    "satisfaction": "The largest group of those who answered: people who {name}, {count}.",
    "returning": "The larger group: people who {name}, {count}.",
    "total": "The round with the most people: {name}, {count}.",
    "partnerships": "The round with the most partnerships: {name}, {count}.",
    "countries": "The round with the most countries: {name}, {count}.",
}
_GROUP = "The largest group: {name}, {count}."
_SHOWN = "The largest figure that is shown: {name}, {count}."
_COUNTRY = "Of the countries with a row of their own, the one with the most people: {name}, {count}."
#: What rows are called within a sentence, where they are not a thing's own name.
_DID: Mapping[str, Mapping[str, str]] = {
    "outcome": {
        "completed": "completed the partnership",
        "not-completed": "had a partner, and ended early or did not say",
        "paired": "had a partner",
        "unpaired": "stayed unpaired",
    },
    "pairing": {
        "paired-once": "had one partner",
        "paired-again": "had another partner later",
        "unpaired": "stayed unpaired",
    },
    "distance": {
        "same-region": "between partners in the same region",
        "other-region": "between partners in two regions",
    },
    "wishes": {
        "none": "had no wish met",
        "some": "had some of their wishes met",
        "all": "had all their wishes met",
        "no-wish": "asked for nothing special",
    },
    "satisfaction": {"low": "were not satisfied", "middle": "were satisfied", "high": "were very satisfied"},
    "returning": {"new": "took part for the first time", "returning": "had taken part before"},
}
#: Where the rows are no parts of a whole, and nothing follows for what is withheld.
_NO_PARTS = frozenset({"interest", "country"})
#: So many rows that share the largest figure are still named.
_FEW = 4


def sentence(report: Report, table: Published) -> str:
    """What the largest published figure of a report's table says; nothing of those that are withheld."""
    rows = [figure for figure in table.figures if not _aside(figure)]
    after = _after(table)
    if all(figure.count is None for figure in rows):
        # nobody's answer is shown, but perhaps how many gave none
        return _joined("Every other figure of this table is withheld." if after else _NONE, after)
    most = max(figure.count or 0 for figure in rows)
    largest = _Largest(
        table=table,
        rows=tuple(figure for figure in rows if figure.count == most),
        count=most,
        whole=report.count(WHOLES.get(table.id, "total")),
        margin=report.base // 2,
    )
    return _joined(_words(largest), after)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Largest:
    """The largest published figure of a table, and the rows that have it; ``whole`` and the rest as published."""

    table: Published
    rows: tuple[Figure, ...]
    count: int
    whole: int | None
    margin: int

    @property
    def is_half(self) -> bool:
        """Whether it is more than half of the whole, whatever was rounded."""
        return self.whole is not None and 2 * (self.count - self.margin) > self.whole + self.margin

    @property
    def is_certain(self) -> bool:
        """Whether no withheld figure can be as large: none is, or too little of the whole is left for them."""
        shown = [figure.count for figure in self.table.figures if figure.count is not None]
        if len(shown) == len(self.table.figures):
            return True
        if self.table.id in _NO_PARTS or self.whole is None:
            return False
        left = self.whole + self.margin - sum(count - self.margin for count in shown)
        return left < self.count - self.margin


def _words(largest: _Largest) -> str:
    """What may be said of it: the first of these sentences that is true."""
    table, row = largest.table, largest.rows[0]
    if len(largest.rows) > 1:
        names = [_full(table, each) for each in largest.rows]
        return _shared(names, largest.count, table.id, largest.is_certain)
    if table.id in _HALF and largest.is_half:
        return _HALF[table.id].format(
            name=_within(table, row), count=number(largest.count), whole=number(largest.whole or 0)
        )
    if table.id == "country":
        return _COUNTRY.format(name=_full(table, row), count=number(largest.count))
    if not largest.is_certain:
        return _SHOWN.format(name=_full(table, row), count=number(largest.count))
    return _MOST.get(table.id, _GROUP).format(name=_within(table, row), count=number(largest.count))


_NONE = "Every figure of this table is withheld."


def sentence_on(id: str, rows: Sequence[tuple[str, int | None]]) -> str:
    """The same of *rows* that belong to no one report: names, which are text, with what is published of each."""
    most = max(count or 0 for _, count in rows)
    names = [escaped(name) for name, count in rows if count == most]
    known = all(count is not None for _, count in rows)
    if len(names) > 1:
        return _shared(names, most, id, known)
    words = _MOST.get(id, _GROUP) if known else _SHOWN
    return words.format(name=names[0], count=number(most))


def number(count: int) -> str:
    """A count as text: ``1,160``."""
    return f"{count:,}"


def _aside(figure: Figure) -> bool:
    """A row that is no answer to the table's question: no answer, or countries that are summed up."""
    return figure.key[:1] == (OTHERS,) or figure.key == ("no-answer",)


def _after(table: Published) -> str:
    """What must be said besides."""
    if table.id == "interest":
        return "One person may name several."
    silent = [f.count for f in table.figures if f.key == ("no-answer",) and f.count is not None]
    return f"No answer came from {number(silent[0])}." if silent else ""


def _shared(names: Sequence[str], most: int, id: str, known: bool) -> str:
    begin = "Of the countries with a row of their own, two or more" if id == "country" else "Two or more rows"
    what = "the largest figure" if known or id == "country" else "the largest figure that is shown"
    named = f": {'; '.join(names)}" if len(names) <= _FEW else ""
    return f"{begin} share {what}, {number(most)}{named}."


def _full(table: Published, figure: Figure) -> str:
    """A row by its whole name, standing alone; of two questions: ``Early career (Europe)``."""
    if len(figure.names) == 2:
        return f"{escaped(figure.names[1])} ({escaped(figure.names[0])})"
    return escaped(row_name(table.id, figure))


def _within(table: Published, figure: Figure) -> str:
    """A row as a sentence of its table names it."""
    if table.id in ("region", "subregion"):
        return escaped(place_in_sentence(figure.key[0], figure.names[0]))
    if table.id in _DID:
        return _DID[table.id].get(figure.key[-1]) or escaped(row_name(table.id, figure))
    return _full(table, figure)


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
