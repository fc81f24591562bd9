"""Statements of participation: what one holds, and the bytes that the round's link key signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from counterpart.sealing.signed import canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a statement says of one person. It knows a name, so it shows none of itself."""

    round: str
    title: str
    name: str
    began: date
    ended: date
    issued: date
    hours: int | None = None
    guides: Sequence[str] = ()  # titles
    reflection: str | None = None
    points: str | None = None  # the association's own words
    programme: str | None = None  # who issues it: the programme, its association, and how to reach them
    association: str | None = None
    contact: str | None = None

    def __repr__(self) -> str:
        """The round alone."""
        return f"Statement({self.round})"


def statement_data(statement: Statement) -> dict[str, object]:
    """The statement as plain data, as it is signed; what is missing is left out."""
    data: dict[str, object] = {
        "format": 1,
        "round": statement.round,
        "title": statement.title,
        "name": statement.name,
        "role": "peer mentor and peer mentee",
        "began": statement.began.isoformat(),
        "ended": statement.ended.isoformat(),
        "issued": statement.issued.isoformat(),
    }
    if statement.hours is not None:
        data["hours"] = statement.hours
    if statement.guides:
        data["guides"] = list(statement.guides)
    if statement.reflection:
        data["reflection"] = statement.reflection
    for key in ("points", "programme", "association", "contact"):
        if words := getattr(statement, key):
            data[key] = words
    return data


def statement_bytes(data: Mapping[str, object]) -> bytes:
    """The message that the signature of a statement covers."""
    return b"counterpart statement 1\n" + canonical(data)
