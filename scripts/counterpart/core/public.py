"""What a site is made from: public things only, so that nothing of an application can come to a page.

A page is made from a ``Public`` and from nothing else. It has no place for an application, a roll or a proposal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo

from counterpart.core.report import Report
from counterpart.model import Guide, Round, Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """What names a programme, its association and its profession."""

    name: str
    summary: str
    site: str  # https address without a slash at its end
    association: str
    members: str  # what its members are called: "members", "fellows"
    contact: str  # an e-mail address or a page's https address
    topics: tuple[Topic, ...] = ()  # names of the topics that guides touch


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something to tell, from its day on. The text is Markdown."""

    id: str
    title: str
    date: date
    summary: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """What remains of a group discussion that is over."""

    summary: str
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discussion:
    """A group discussion of a round at a moment."""

    round: str
    id: str
    title: str
    starts: datetime  # UTC
    minutes: int
    host: str  # a role or a name that may be public
    join: str  # how to join, in words
    link: str | None = None  # where, if everybody may know it
    guide: str | None = None
    archive: Archive | None = None

    @property
    def ends(self) -> datetime:
        """The moment at which it is over, in UTC."""
        return self.starts + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A part of the world, as the association divides it."""

    id: str
    name: str
    countries: tuple[str, ...]  # ISO 3166-1 alpha-2


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambassador:
    """Somebody who makes the programme known in a country, and agreed to stand on the site until a day."""

    name: str
    country: str
    until: date  # the last day on which it may be shown
    languages: tuple[str, ...] = ()
    words: str = ""
    contact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What a participant said, who agreed that it stands on the site until a day."""

    words: str
    by: str
    until: date  # the last day on which it may be shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Public:
    """Everything that the site may show, and the moment for which it is made."""

    now: datetime  # UTC
    programme: Programme
    zone: Callable[[str], tzinfo]
    rounds: tuple[Round, ...] = ()  # sorted by id
    guides: Mapping[str, Guide] = field(default_factory=dict)
    discussions: tuple[Discussion, ...] = ()  # sorted by their beginning
    regions: tuple[Region, ...] = ()
    ambassadors: tuple[Ambassador, ...] = ()  # with consent, and not expired
    vacancies: tuple[str, ...] = ()  # countries in which somebody is looked for
    voices: tuple[Voice, ...] = ()  # with consent, and not expired
    news: tuple[News, ...] = ()  # of today or earlier, the latest first
    reports: Mapping[str, Report] = field(default_factory=dict)  # by round, the earliest first
    names: Mapping[str, str] = field(default_factory=dict)  # of countries and languages, by their codes

    def topic(self, id: str, round: Round | None = None) -> str:
        """The name of a topic: the round's, else the programme's, else its id."""
        listed = (*(round.topics if round else ()), *self.programme.topics)
        return next((each.name for each in listed if each.id == id), id)

    def today(self, round: Round) -> date:
        """The day that it is, in the round's zone."""
        return self.now.astimezone(self.zone(round.zone)).date()

    def of_round(self, id: str) -> tuple[Discussion, ...]:
        """The group discussions of a round, from the first to the last."""
        return tuple(each for each in self.discussions if each.round == id)


def shown_until(day: date, now: datetime) -> bool:
    """Whether what may be shown until the end of *day* may be shown now; days are those of UTC."""
    return now.astimezone(UTC).date() <= day
