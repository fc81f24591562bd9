"""One answer within a round, as it stands in the sealed part of a response."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from counterpart.files import schema


class About(StrEnum):
    """What an answer is about."""

    CONTACT = "pulse"
    MID_SURVEY = "mid-survey"
    END_SURVEY = "end-survey"
    MAILS = "mails"
    STATEMENT = "statement"
    NOTE = "note"


SURVEYS = (About.MID_SURVEY, About.END_SURVEY)


class Said(StrEnum):
    """How it goes, as a person says it with a button, or a coordinator writes it down for them."""

    TALKED = "talked"  # or written to each other
    NOTHING_YET = "nothing-yet"  # nothing heard of the partner
    NEW_PARTNER = "new-partner"  # asks for one
    AWAY = "away"  # until a day, and left in peace until then
    BACK = "back"
    LEAVING = "leaving"  # cannot go on


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One opened answer; a part without an answer is None. It holds free words, so it shows none of itself."""

    id: str
    received: datetime  # UTC
    about: About
    by: str = ""  # the coordinator who wrote it down; empty where the person did
    said: Said | None = None
    until: date | None = None  # the last day of an absence
    mails: str | None = None  # "wanted" or "stopped": guides and reminders by e-mail
    satisfaction: str | None = None
    contact: str | None = None
    topics: str | None = None
    again: str | None = None
    impact: str | None = None
    words: str | None = None
    quote: str | None = None  # "no", "without-name" or "with-name"
    hours: int | None = None
    guides: tuple[str, ...] = ()
    reflection: str | None = None

    def __repr__(self) -> str:
        """Whose and when, and nothing of what was said."""
        return f"Answer({self.id}, {self.received:%Y-%m-%d})"

    @property
    def texts(self) -> tuple[str, ...]:
        """What was written in a survey's own words."""
        return tuple(text for text in (self.impact, self.words) if text is not None)

    @property
    def may_be_quoted(self) -> bool:
        """Whether the person agreed to be quoted, with the name or without."""
        return self.quote in ("without-name", "with-name")


def is_answer(data: Any) -> bool:
    """Whether *data* is as the schema of answers has it, and says what an answer of its kind must say."""
    return (
        schema.fits(data, "answer")
        and (data["about"] != "pulse" or "said" in data)
        and (data.get("said") != "away" or "until" in data)
    )


def answer(data: Mapping[str, Any], received: datetime, by: str = "") -> Answer:
    """The value of an answer's *data*, for which ``is_answer`` holds."""
    rest = {key: value for key, value in data.items() if key not in ("format", "round", *_TYPED)}
    return Answer(
        received=received,
        by=by,
        about=About(data["about"]),
        said=Said(data["said"]) if "said" in data else None,
        until=date.fromisoformat(data["until"]) if "until" in data else None,
        guides=tuple(data.get("guides", ())),
        **rest,
    )


_TYPED = ("about", "said", "until", "guides")


def latest(answers: Iterable[Answer], *about: About) -> dict[str, Answer]:
    """Each person's latest answer about one of these; *answers* come by arrival."""
    return {each.id: each for each in answers if each.about in about}
