"""The kinds of e-mail that a round sends: their names, and what each tells the people who get it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class MailKind(StrEnum):
    """A kind of e-mail, by the name of its template; in the order in which a round sends them."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    WAITING = "waiting"
    NOT_ADMITTED = "not-admitted"
    UNPAIRED = "unpaired"
    INTRODUCTION = "introduction"
    FAREWELL = "farewell"
    PARTED = "parted"
    REMINDER = "reminder"
    DIGEST = "digest"
    DISCUSSION = "discussion"
    SURVEY = "survey"
    GOODBYE = "goodbye"
    STATEMENT = "statement"


#: What people hear or get with each kind, as ``counterpart mail`` says it of so many.
TELLS: Mapping[MailKind, tuple[str, str]] = {
    MailKind.RECEIVED: ("hear", "that the application arrived"),
    MailKind.ACCEPTED: ("hear", "that they take part"),
    MailKind.WAITING: ("hear", "that they are on the waiting list"),
    MailKind.NOT_ADMITTED: ("hear", "that they do not take part"),
    MailKind.UNPAIRED: ("hear", "that there is no partner yet"),
    MailKind.INTRODUCTION: ("hear", "who the partner is"),
    MailKind.FAREWELL: ("hear", "that the partnership has ended, with thanks"),
    MailKind.PARTED: ("hear", "that we look for a new partner"),
    MailKind.REMINDER: ("get", "a question whether the two have talked"),
    MailKind.DIGEST: ("get", "this fortnight's guide"),
    MailKind.DISCUSSION: ("get", "a reminder of a group discussion"),
    MailKind.SURVEY: ("get", "a survey"),
    MailKind.GOODBYE: ("hear", "that the round has ended"),
    MailKind.STATEMENT: ("get", "the statement of participation"),
}


def told(kind: MailKind, people: int) -> str:
    """How many people hear or get what: ``1 person hears that they take part``."""
    verb, what = TELLS[kind]
    return f"1 person {verb}s {what}" if people == 1 else f"{people:,} people {verb} {what}"
