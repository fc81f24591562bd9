"""The settings of a synthetic round: its calendar, and what applicants can choose from.

A round's id is its year and half, ``2027-1`` or ``2027-2``; the calendar follows from it, so that no clock is
needed. The lists are ordinary settings of a round of librarians: nothing else in the engine knows them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from counterpart.rounds.build import Data

ZONE = "Australia/Sydney"
CODE_OF_CONDUCT = "{year}-01"
ROUND_ID = re.compile(r"20[0-9]{2}-[12]")

_ORDINAL = {"1": "First", "2": "Second"}
_GUIDES = (
    "a-day-at-work",
    "the-communities-we-serve",
    "learning-on-the-job",
    "collections-and-access",
    "speaking-up-for-libraries",
    "the-years-ahead",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleTopic:
    """A topic with what makes people tick it: its theme, how common it is, and where it is at home."""

    id: str
    name: str
    theme: str
    weight: int
    sectors: frozenset[str]


def _topic(id: str, name: str, theme: str, weight: int, sectors: str) -> SampleTopic:
    return SampleTopic(id=id, name=name, theme=theme, weight=weight, sectors=frozenset(sectors.split()))


TOPICS = (
    _topic("information-literacy", "Information literacy", "teaching", 40, "academic school"),
    _topic("reading-promotion", "Promoting reading", "reading", 30, "public school"),
    _topic("digital-literacy", "Digital literacy", "teaching", 28, "public school academic"),
    _topic("research-support", "Research support", "research", 28, "academic health"),
    _topic("community-programmes", "Programmes with the community", "community", 26, "public"),
    _topic("open-access", "Open access", "research", 24, "academic national"),
    _topic("professional-development", "Learning and development of staff", "leading", 24, ""),
    _topic("leadership", "Leading people", "leading", 22, ""),
    _topic("digital-preservation", "Digital preservation", "heritage", 20, "national archives academic"),
    _topic("metadata", "Cataloguing and metadata", "collections", 20, "national academic archives"),
    _topic("collection-development", "Building a collection", "collections", 20, "public academic school"),
    _topic("childrens-services", "Services for children", "reading", 18, "public school"),
    _topic("user-experience", "How people use a library", "community", 18, "academic public"),
    _topic("research-data", "Research data", "research", 16, "academic government health"),
    _topic("advocacy", "Advocacy", "leading", 15, ""),
    _topic("inclusion", "Access and inclusion", "community", 15, "public academic"),
    _topic("library-spaces", "Library buildings and spaces", "community", 14, "public academic"),
    _topic("electronic-resources", "Electronic resources", "collections", 13, "academic health special"),
    _topic("local-history", "Local history", "heritage", 11, "public archives"),
    _topic("systematic-reviews", "Searching for systematic reviews", "research", 9, "health academic"),
    _topic("rare-books", "Rare books and manuscripts", "heritage", 8, "national archives academic"),
    _topic("indigenous-knowledge", "Indigenous knowledge", "heritage", 7, "national archives public"),
    _topic("library-systems", "Library systems and software", "collections", 7, "academic national special"),
    _topic("prison-libraries", "Libraries in prisons", "community", 3, "public government"),
)

#: Sectors with how many of a hundred people work there.
SECTORS = (
    ("academic", "Academic libraries", 38),
    ("public", "Public libraries", 24),
    ("school", "School libraries", 12),
    ("special", "Company, law and other special libraries", 8),
    ("health", "Health libraries", 6),
    ("government", "Government libraries", 5),
    ("national", "National and state libraries", 4),
    ("archives", "Archives and museums", 3),
)

#: Career stages with their step on the scale, if they have one, and how many of a hundred people are there.
CAREER_STAGES = (
    ("student", "Student", 0, 9),
    ("early", "Early career", 1, 34),
    ("mid", "In mid-career", 2, 32),
    ("senior", "Senior", 3, 17),
    ("changing", "Changing career", None, 8),
)
_DISTANCES_OF_CHANGING = {"student": 1, "early": 1, "mid": 2, "senior": 3}


def settings(round: str, *, draw: str, recipients: tuple[str, ...], country_cap: int | None) -> Data:
    """The data of ``round.yaml``, in the order in which it is written."""
    year, half = round.split("-")
    data: dict[str, object] = {
        "format": 1,
        "round": round,
        "title": f"{_ORDINAL[half]} round of {year} (sample)",
        "zone": ZONE,
        "calendar": _calendar(int(year), int(half)),
        "topics": [{"id": topic.id, "name": topic.name} for topic in TOPICS],
        "sectors": [{"id": id, "name": name} for id, name, _ in SECTORS],
        "career_stages": [_stage(id, name, step) for id, name, step, _ in CAREER_STAGES],
        "draw": draw,
        "code_of_conduct": CODE_OF_CONDUCT.format(year=year),
        "sample": True,
        "recipients": list(recipients),
    }
    if country_cap is not None:
        data["country_cap"] = country_cap
    return data


def opening(round: str) -> date:
    """The day on which members may apply: the second Monday of January or of July."""
    year, half = map(int, round.split("-"))
    first = date(year, 1 if half == 1 else 7, 1)
    return first + timedelta(days=(7 - first.weekday()) % 7 + 7)


def _stage(id: str, name: str, step: int | None) -> dict[str, object]:
    place = {"distances": _DISTANCES_OF_CHANGING} if step is None else {"step": step}
    return {"id": id, "name": name, **place}


def _calendar(year: int, half: int) -> list[dict[str, str]]:
    days: list[tuple[int, str, str | None]] = [
        (0, "members-apply", None),
        (14, "everyone-applies", None),
        (34, "applications-close", None),
        (35, "matching", None),
        (49, "introductions", None),
        (49, "topic", "getting-to-know-you"),
        *((63 + 14 * i, "topic", guide) for i, guide in enumerate(_GUIDES)),
        (98, "mid-survey", None),
        (147, "topic", "looking-back"),
        (154, "end-survey", None),
        (161, "end", None),
    ]
    first = opening(f"{year}-{half}")
    days.sort(key=lambda line: line[0])
    return [
        {"date": (first + timedelta(days=day)).isoformat(), "event": event, **({"guide": guide} if guide else {})}
        for day, event, guide in days
    ]
