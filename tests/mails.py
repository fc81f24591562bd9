"""Letters to people who do not exist, of every kind: what golden files and the browser's tests look at."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from counterpart.files.repository import Repository
from counterpart.mail.compose import Writer
from counterpart.mail.due import Due
from counterpart.mail.letter import Letter
from counterpart.model import Applicant, Event, Guide, Profile, Round, Wish
from counterpart.programme.public import Discussion
from counterpart.rounds.identity import identity
from counterpart.rounds.load import load_round
from counterpart.sealing.links import LinkKey
from counterpart.sealing.receipt import new_receipt
from tests.miniature import lay_out

_GUIDE = Guide(
    id="getting-to-know-you",
    title="Getting to know you",
    summary="What an ordinary day looks like, here and there.",
    stage="first",
    questions=("What do you see when you look up from your desk?", "Who asked you something today?", "And then?"),
    activity="Show each other a picture of your workplace.",
    returning="What is different this time?",
)
_DISCUSSION = Discussion(
    round="2027-1",
    id="maps",
    title="What maps leave out",
    starts=datetime(2027, 4, 21, 15, 30, tzinfo=UTC),
    minutes=60,
    host="a coordinator",
    join="Open the link, and allow the microphone if you want to speak.",
    link="https://meet.example.org/maps",
    guide="getting-to-know-you",
)
_LINKS = new_receipt(bytes(32))
READER, PARTNER, THIRD = "7GQ2MK4XHN", "M4XH2Q9KTA", "ZZ11223344"

#: name of the golden file -> kind, reason, who the partners are, whether contact and site are known
LETTERS: dict[str, tuple[str, str | None, tuple[str, ...], bool]] = {
    "received": ("received", None, (), True),
    "accepted": ("accepted", None, (), True),
    "waiting": ("waiting", "country-cap", (), True),
    "not-admitted-same-person": ("not-admitted", "same-person", (), True),
    "not-admitted-same-address": ("not-admitted", "same-address", (), True),
    "not-admitted-removed": ("not-admitted", "removed", (), True),
    "not-admitted-does-not-pass": ("not-admitted", "does-not-pass", (), False),
    "unpaired-odd-number": ("unpaired", "odd-number", (), True),
    "unpaired-no-partner-allowed": ("unpaired", "no-partner-allowed", (), True),
    "unpaired-too-few-partners": ("unpaired", "too-few-partners", (), False),
    "farewell": ("farewell", None, (), True),
    "parted": ("parted", None, (), True),
    "reminder": ("reminder", None, (PARTNER,), True),
    "digest": ("digest", None, (PARTNER,), True),
    "digest-without-partner": ("digest", None, (), True),
    "discussion": ("discussion", None, (), True),
    "survey": ("survey", None, (), True),
    "survey-at-the-end": ("survey", None, (), False),
    "goodbye": ("goodbye", None, (PARTNER,), False),
    "goodbye-without-partner": ("goodbye", None, (), True),
    "statement": ("statement", None, (), True),
    "introduction-pair": ("introduction", None, (PARTNER,), True),
    "introduction-three": ("introduction", None, (PARTNER, THIRD), False),
    "introduction-again": ("introduction", None, (THIRD,), True),
    "unpaired-again": ("unpaired", "too-few-partners", (), True),
}
#: Those of a second pairing, on a day within the round; and the second of two surveys.
AGAIN = {"introduction-again", "unpaired-again"}
SECOND = {*AGAIN, "survey-at-the-end"}
AGAIN_ON = date(2027, 3, 17)


@cache
def settings() -> Round:
    """The round of the miniature programme."""
    with tempfile.TemporaryDirectory() as folder:
        round = load_round(Repository(lay_out(Path(folder) / "programme")), "2027-1").round
    assert round is not None
    return round


def person(id: str, country: str, zone: str, languages: tuple[str, ...], number: int) -> Applicant:
    round = settings()
    profile = Profile(
        country=country,
        time_zone=zone,
        languages=languages,
        sector=round.sectors[number % len(round.sectors)].id,
        career_stage=round.career_stages[0].id,
        interests=tuple(topic.id for topic in round.topics[number % 2 :]),
        wishes={"sector": Wish.DIFFERENT, "career_stage": Wish.SIMILAR},
        membership="member",
        returning=False,
        code_of_conduct=round.code_of_conduct,
    )
    return Applicant(id=id, received=datetime(2027, 1, 20, tzinfo=UTC), profile=profile, digest="")


def writer(partners: tuple[str, ...] = (PARTNER,), *, known: bool = True, **words: dict[str, Any]) -> Writer:
    """Letters to READER. *known*: contact and site; *words*: sealed words instead of the usual, by person."""
    identities: dict[str, dict[str, Any]] = {
        READER: {"name": "Oriel Bookend", "email": "oriel@example.org", "partner_may_see": ["name", "email"]},
        PARTNER: {
            "name": "ليلى Quillfeather",
            "email": "leila+books@example.org",
            "employer": "City Library of Quillhaven",
            "about_me": "I look after a small map collection, and I read *every* night.\nBesides work I walk 🐢.",
            "partner_may_see": ["name", "email", "employer", "about_me"],
        },
        THIRD: {
            "name": "Thảo Trang Giấy",
            "email": "thao@example.org",
            "employer": "Canary Employer",
            "about_me": "Canary words.",
            "partner_may_see": ["name", "email"],
        },
    }
    for id, more in words.items():
        identities[{"reader": READER, "partner": PARTNER, "third": THIRD}[id]] |= more
    contact, site = ("mentoring@example.org", "https://mentoring.example.org") if known else (None, None)
    return Writer(
        round=replace(settings(), contact=contact, site=site),
        people={
            READER: person(READER, "AU", "Australia/Sydney", ("en", "vi"), 0),
            PARTNER: person(PARTNER, "MA", "Africa/Casablanca", ("ar", "en"), 1),
            THIRD: person(THIRD, "MX", "America/Tijuana", ("en", "es"), 0),
        },
        identities={id: identity(words) for id, words in identities.items()},
        partners={READER: partners, PARTNER: (READER,), THIRD: (READER,)},
        guides={"getting-to-know-you": _GUIDE},
        discussions={1: _DISCUSSION},
        links=LinkKey(round="2027-1", public=_LINKS.public, private=_LINKS.private) if known else None,
    )


def due(kind: str, because: str | None = None, number: int = 1) -> Due:
    return Due(kind=kind, id=READER, group=READER, because=because, number=number)


def again(made: Writer, today: date = AGAIN_ON) -> Writer:
    """The same letters to somebody who had a partner before, in a round whose calendar has a second guide."""
    second = Event(date=date(2027, 3, 15), event="topic", guide="a-day-at-work")
    calendar = tuple(sorted((*made.round.calendar, second), key=lambda event: event.date))
    guides = {**made.guides, second.guide: replace(_GUIDE, id="a-day-at-work", title="A day at work")}
    return replace(made, round=replace(made.round, calendar=calendar), before={READER}, today=today, guides=guides)


def letter(name: str) -> Letter:
    """The letter of LETTERS with this name."""
    kind, because, partners, known = LETTERS[name]
    made = writer(partners, known=known)
    return (again(made) if name in AGAIN else made).letter(due(kind, because, 2 if name in SECOND else 1))
