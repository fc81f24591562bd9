"""A membership list: a CSV file that an association gives its coordinators, kept outside the repository."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from counterpart.admission.memory import plain_address, plain_number
from counterpart.findings import UsageError

_LARGEST = 64 * 1024 * 1024
_NUMBERS = frozenset({"member number", "membership number", "member no", "member id", "number"})
_ADDRESSES = frozenset({"email", "e-mail", "email address", "e-mail address", "mail"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """Who is a member, by number and by address, as they are compared."""

    numbers: frozenset[str]
    addresses: frozenset[str]

    def has(self, email: str, member_number: str | None) -> bool:
        """Whether the list has this number, or this address."""
        number = plain_number(member_number or "")
        return (bool(number) and number in self.numbers) or plain_address(email) in self.addresses

    def __repr__(self) -> str:
        """How many, and nobody."""
        return f"Members({len(self.numbers)} numbers, {len(self.addresses)} addresses)"


def read_members(path: Path, root: Path) -> Members:
    """The list in the CSV file *path*; a usage error that shows nothing of it where it cannot be used.

    Its first row names the columns; one must be the member number or the e-mail address. A file inside the
    programme's folder *root* is refused, because there it would be committed one day.
    """
    if path.resolve().is_relative_to(root.resolve()):
        raise UsageError(
            "The membership list must lie outside the programme's folder, where nobody can commit it."
        )
    rows = _rows(_text(path))
    titles = [" ".join(title.replace("_", " ").casefold().split()) for title in rows[0]] if rows else []
    numbers = [place for place, title in enumerate(titles) if title in _NUMBERS]
    addresses = [place for place, title in enumerate(titles) if title in _ADDRESSES]
    if not numbers and not addresses:
        raise UsageError(
            "The membership list's first row must name a column 'member number' or 'email'; it names neither."
        )
    return Members(
        numbers=frozenset(map(plain_number, _cells(rows[1:], numbers))) - {""},
        addresses=frozenset(map(plain_address, _cells(rows[1:], addresses))),
    )


def _text(path: Path) -> str:
    try:
        with open(path, "rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError:
        raise UsageError("The membership list cannot be read; look at its name and its rights.") from None
    if len(content) > _LARGEST:
        raise UsageError("The membership list must be at most 64 MiB large.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError("The membership list must be UTF-8; save it as 'CSV UTF-8'.") from None


def _rows(text: str) -> list[list[str]]:
    """The rows that are not empty; the first line shows which sign stands between the cells."""
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    try:
        return [row for row in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True) if any(row)]
    except csv.Error:
        raise UsageError("The membership list must be a CSV file; a quote in it is not closed.") from None


def _cells(rows: Iterable[Sequence[str]], places: Sequence[int]) -> Iterator[str]:
    """The cells at these places in the rows, where a row is that long and the cell has something in it."""
    return (row[place] for row in rows for place in places if place < len(row) and row[place])
