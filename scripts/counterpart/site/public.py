"""What a site is made from: public things only, so that nothing of an application can come to a page.

A page is made from a ``Public`` and from nothing else. It has no place for an application, a roll or a proposal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from counterpart.model import Guide, Round
from counterpart.programme.public import Ambassador, Discussion, News, Programme, Region, Voice
from counterpart.report.report import Report


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
