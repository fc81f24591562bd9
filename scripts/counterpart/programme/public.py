"""What a programme shows of itself beside its rounds: its name, news, discussions, ambassadors and voices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from counterpart.model import Topic


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


def shown_until(day: date, now: datetime) -> bool:
    """Whether what may be shown until the end of *day* may be shown now; days are those of UTC."""
    return now.astimezone(UTC).date() <= day
