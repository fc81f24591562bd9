"""Tables from spreadsheets: what the cells of a CSV file say in the programme's own words.

No finding shows what stands in a cell, as it may be anything that a person typed: it names the row and the column.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from counterpart.files import schema as schemas
from counterpart.files import yaml_read
from counterpart.files.yaml_read import Document
from counterpart.findings import Finding, Location
from counterpart.intake.csv_table import read_cells, title
from counterpart.model import Round
from counterpart.world import places, zones
from counterpart.world.address import plain
from counterpart.world.vocabulary import world

#: What can be wrong with a table, beyond the rules of ``check``: the rule's id -> what to do.
RULES: Mapping[str, str] = {
    "table-column": "Write the title in the mapping just as it stands in the table's first row.",
    "table-cell": "Correct the cell, or say under `values` in the mapping what it means.",
    "table-row-twice": "Remove one of the two rows, or map a column that tells them apart to 'row'.",
    "mapping-wrong": "Correct the mapping; the page on applications shows one.",
}

#: Fields that hold several values.
SEVERAL = frozenset({"languages", "interests", "partner_may_see"})
#: Fields of the sealed part that are taken as they are.
WORDS = ("name", "email", "member_number", "employer", "about_me")
_NEEDED = ("name", "email", "country", "time_zone", "languages", "sector", "career_stage", "interests")
_NEEDED_TOO = ("membership", "returning", "code_of_conduct")

_YES, _NO = ("yes", "y", "true", "1"), ("no", "n", "false", "0")
_PLAIN: Mapping[str, Mapping[str, str]] = {
    "partner_sector": {each: each for each in ("similar", "different", "any")},
    "partner_career_stage": {each: each for each in ("similar", "different", "any")},
    "membership": {
        **dict.fromkeys(("member", *_YES), "member"),
        **dict.fromkeys(("not-member", "not a member", *_NO), "not-member"),
    },
    "returning": {**dict.fromkeys(_YES, "yes"), **dict.fromkeys(_NO, "no")},
    "partner_may_see": {"name": "name", "e-mail": "email", "email": "email", "employer": "employer"}
    | {"about me": "about_me", "about_me": "about_me"},
}
_WANTED: Mapping[str, str] = {
    "country": "a country's name in English or in its own languages, or its code of ISO 3166-1",
    "time_zone": "an IANA name such as 'Europe/Madrid'",
    "languages": "languages, by name in English or in themselves, or by code of BCP 47",
    "sector": "one of the round's sectors, by name or id",
    "career_stage": "one of the round's career stages, by name or id",
    "interests": "topics of the round, by name or id",
    "partner_sector": "'similar', 'different' or 'any'",
    "partner_career_stage": "'similar', 'different' or 'any'",
    "membership": "'member' or 'not-member', or yes or no",
    "returning": "yes or no",
    "code_of_conduct": "the version that the round asks for",
    "partner_may_see": "name, e-mail, employer or about me",
    "name": "a name of at most 100 characters on one line, without links or addresses",
    "email": "an e-mail address",
    "member_number": "at most 40 characters on one line",
    "employer": "at most 120 characters on one line, without links or addresses",
    "about_me": "at most 600 characters",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """A mapping that passed its schema: which columns, which words, which times."""

    zone: str
    time: str
    separator: str
    columns: Mapping[str, tuple[str, ...]]  # field -> titles
    values: Mapping[str, Mapping[str, str]]  # field -> folded cell -> value
    always: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Row:
    """One row in the programme's words; *number* counts as the spreadsheet does, titles being row 1."""

    number: int
    key: tuple[str, ...]  # tells the row from every other, however the table is sorted
    received: datetime | None
    profile: dict[str, object]
    words: dict[str, object]  # of the sealed part
    findings: list[Finding] = field(default_factory=list)


def mapping(content: bytes, name: str) -> Mapped | tuple[Finding, ...]:
    """The mapping in *content*, YAML; or what is wrong with it."""
    read = yaml_read.read(content, name)
    if not isinstance(read, Document):
        return read
    findings = schemas.check(read, "mapping") or tuple(_senseless(read))
    if findings:
        return findings
    columns: dict[str, tuple[str, ...]] = {}
    for each in read.data["columns"]:
        columns[each["field"]] = (*columns.get(each["field"], ()), each["column"])
    values: dict[str, dict[str, str]] = {}
    for each in read.data.get("values", []):
        values.setdefault(each["field"], {})[folded(each["cell"])] = each["means"]
    return Mapped(
        zone=read.data["zone"],
        time=read.data["time"],
        separator=read.data.get("separator", ","),
        columns=columns,
        values=values,
        always={each["field"]: each["means"] for each in read.data.get("always", [])},
    )


def _senseless(read: Document) -> Iterator[Finding]:
    """What a schema cannot say: fields that are missing, named twice, or times that nobody can read."""
    fields = [each["field"] for each in read.data["columns"]]
    always = {each["field"] for each in read.data.get("always", [])}
    for name in (*_NEEDED, *_NEEDED_TOO):
        if name not in fields and name not in always:
            where = "a column" if name in WORDS else "a column, or a value under `always`"
            yield _wrong(read.locate("columns", key=True), f"`columns` must give the field '{name}' {where}.")
    for index, name in enumerate(fields):
        if name in fields[:index] and name not in SEVERAL:
            yield _wrong(read.locate("columns", index), f"The field '{name}' must have one column only.")
    if read.data["zone"] not in world().time_zones:
        yield _wrong(read.locate("zone"), "`zone` must be an IANA name such as 'Europe/Madrid'.")
    if not _tells_the_day(read.data["time"]):
        message = "`time` must say where day, month and year stand, such as '%d/%m/%Y %H:%M:%S'."
        yield _wrong(read.locate("time"), message)


def _tells_the_day(form: str) -> bool:
    """Whether a day that was written in this form of a time can be read again."""
    day = datetime(2027, 2, 28, 13, 5, 9)
    try:
        return datetime.strptime(day.strftime(form), form).date() == day.date()
    except (ValueError, re.error):
        return False


def rows(content: bytes, name: str, mapped: Mapped, settings: Round) -> tuple[list[Row], tuple[Finding, ...]]:
    """The rows of the table in *content*; findings where it has not the columns that are wanted.

    What is wrong with a row stands in the row. A usage error for what is no CSV table.
    """
    titles, lines = read_cells(content, name)
    findings = tuple(_columns(titles, name, mapped))
    if findings:
        return [], findings
    places_of = {
        field: [titles.index(title(column)) for column in columns] for field, columns in mapped.columns.items()
    }
    table = _Table(name=name, mapped=mapped, places=places_of, known=_known(mapped, settings))
    read = [_row(table, number, cells) for number, cells in lines]
    first: dict[tuple[str, ...], int] = {}
    for row in read:
        if row.key in first and any(row.key):
            message = f"Row {row.number} must not be of the same person and moment as row {first[row.key]}."
            row.findings.append(_finding("table-row-twice", name, row.number, message))
        first.setdefault(row.key, row.number)
    return read, ()


def folded(text: str) -> str:
    """*text* as it is compared: without regard to case, spaces, and forms of the same letter."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("’", "'").casefold().split())


def _columns(titles: list[str], name: str, mapped: Mapped) -> Iterator[Finding]:
    for field_, columns in mapped.columns.items():
        for column in columns:
            times = titles.count(title(column))
            if times != 1:
                how = "The table must have a column" if not times else "The table must have only one column"
                message = f"{how} with the title that the mapping names for '{field_}'."
                yield _finding("table-column", name, 1, message)


def _known(mapped: Mapped, settings: Round) -> dict[str, dict[str, str]]:
    """What each field's answers mean: field -> folded answer -> value."""
    known = {key: dict(values) for key, values in _PLAIN.items()}
    known["country"] = _named(places.countries())
    known["languages"] = _named(places.languages())
    known["time_zone"] = {folded(zone): zone for zone in sorted(world().time_zones)}
    known["code_of_conduct"] = {folded(settings.code_of_conduct): settings.code_of_conduct}
    lists = (
        ("sector", settings.sectors),
        ("career_stage", settings.career_stages),
        ("interests", settings.topics),
    )
    for key, listed in lists:
        known[key] = {folded(each.name): each.id for each in listed} | {each.id: each.id for each in listed}
    for key, values in mapped.values.items():
        meanings = known[key]
        known[key] = meanings | {cell: meanings.get(folded(means), means) for cell, means in values.items()}
    return known


def _named(listed: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Every name and code of *listed*; a name that two of them share means neither."""
    found: dict[str, set[str]] = {}
    for code, english, own in listed:
        for word in {english, own, *re.split(r"[,/·]\s*", own)} - {""}:
            found.setdefault(folded(word), set()).add(code)
    codes = {folded(code): code for code, _, _ in listed}
    return {word: next(iter(those)) for word, those in found.items() if len(those) == 1} | codes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """How the rows of a table are read: where each field's cells are, and what their answers mean."""

    name: str
    mapped: Mapped
    places: Mapping[str, list[int]]
    known: Mapping[str, Mapping[str, str]]


@dataclass(slots=True, kw_only=True)
class _Line:
    """One row while it is read, and what is wrong with it."""

    table: _Table
    number: int
    cells: list[str]
    findings: list[Finding] = field(default_factory=list)

    def answers(self, field_: str) -> list[str]:
        """What stands in the cells of a field, but for empty ones."""
        cells = self.cells
        return [cells[at] for at in self.table.places.get(field_, ()) if at < len(cells) and cells[at]]

    def values(self, field_: str, needed: bool = True) -> list[str]:
        """What a field's answers mean; empty, and a finding, where that is not known."""
        mapped = self.table.mapped
        answers = self.answers(field_) or ([mapped.always[field_]] if field_ in mapped.always else [])
        values = _values(answers, self.table.known[field_], mapped.separator, field_ in SEVERAL)
        if values is None or (needed and not values):
            self.wrong(field_)
        return values or []

    def value(self, field_: str, needed: bool = True) -> str | None:
        """The same of a field that has one value; None where it has none."""
        return next(iter(self.values(field_, needed)), None)

    def wrong(self, field_: str) -> None:
        """Add a finding: what stands in the cells of a field is not what it must be."""
        titles = " and ".join(f"'{title}'" for title in self.table.mapped.columns.get(field_, ()))
        where = f"column {titles}" if titles else "under `always` in the mapping"
        self.find(f"Row {self.number}, {where}: `{field_}` must be {_WANTED[field_]}.")

    def find(self, message: str) -> None:
        """Add a finding about a cell."""
        self.findings.append(_finding("table-cell", self.table.name, self.number, message))


def _row(table: _Table, number: int, cells: list[str]) -> Row:
    line = _Line(table=table, number=number, cells=cells)
    profile = _profile(line)
    words = {key: answers[0] for key in WORDS if (answers := line.answers(key))}
    if "email" in words:
        words["email"] = plain(words["email"])
    shown = dict.fromkeys(["name", "email", *line.values("partner_may_see", needed=False)])
    for key in _refused(words):
        line.wrong(key)
    times = line.answers("received")
    received = _received(times, table.mapped)
    if received is None and "received" in table.mapped.columns:
        column = table.mapped.columns["received"][0]
        line.find(f"Row {number}, column '{column}': this must be a time as `time` says.")
    return Row(
        number=number,
        key=tuple(line.answers("row")) or (words.get("email", "").casefold(), *times),
        received=received,
        profile=profile,
        words={**words, "partner_may_see": list(shown)},
        findings=line.findings,
    )


def _profile(line: _Line) -> dict[str, object]:
    """What stands in the open part of an application."""
    wishes = {key: line.value(f"partner_{key}", needed=False) for key in ("sector", "career_stage")}
    profile: dict[str, object] = {
        key: line.values(key) if key in SEVERAL else line.value(key) for key in _NEEDED[2:]
    }
    profile["wishes"] = {key: wish for key, wish in wishes.items() if wish is not None}
    profile |= {key: line.value(key) for key in _NEEDED_TOO}
    profile["returning"] = profile["returning"] == "yes"
    return profile


def _values(given: list[str], known: Mapping[str, str], separator: str, several: bool) -> list[str] | None:
    """What the answers *given* mean, each once; None where one means nothing that is known."""
    found: list[str] = []
    for cell in given:
        parts = [cell]
        if several and folded(cell) not in known:
            parts = list(_split(cell, known, separator))
        for part in parts:
            if folded(part) not in known:
                return None
            found.append(known[folded(part)])
    return list(dict.fromkeys(found)) if several or len(set(found)) < 2 else None


def _split(cell: str, known: Mapping[str, str], separator: str) -> Iterator[str]:
    """The answers in one cell. Where an answer holds the separator itself, the longest that is known is taken."""
    pieces = cell.split(separator)
    start = 0
    while start < len(pieces):
        for end in range(min(len(pieces), start + 6), start, -1):
            joined = separator.join(pieces[start:end])
            if folded(joined) in known or end == start + 1:
                break
        if joined.strip():
            yield joined
        start = end


def _refused(words: Mapping[str, str]) -> Iterator[str]:
    """The fields of the sealed part that its schema refuses."""
    properties = schemas.schema("identity")["properties"]
    for key in WORDS:
        if key not in words:
            if key in ("name", "email"):
                yield key
        elif len(words[key]) > properties[key]["maxLength"] or not re.search(
            properties[key]["pattern"], words[key]
        ):
            yield key


def _received(given: list[str], mapped: Mapped) -> datetime | None:
    if not given:
        return None
    try:
        local = datetime.strptime(given[0], mapped.time)
        # strptime leaves the zone of %z in place; everything else is in the zone of the mapping.
        aware = local if local.tzinfo else local.replace(tzinfo=zones.zone(mapped.zone))
        return aware.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None


def _wrong(place: Location, message: str) -> Finding:
    return Finding(location=place, rule="mapping-wrong", message=message, help=RULES["mapping-wrong"])


def _finding(rule: str, name: str, number: int, message: str) -> Finding:
    return Finding(location=Location(path=name, line=number), rule=rule, message=message, help=RULES[rule])
