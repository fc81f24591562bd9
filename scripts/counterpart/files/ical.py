"""Calendars as files (iCalendar, RFC 5545): the same dates always give the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Something on one day. ``uid`` is its own for ever, so that a changed date moves it and adds nothing."""

    uid: str
    date: date
    title: str
    text: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """Something at a moment, in UTC, for some minutes; ``uid`` as above."""

    uid: str
    starts: datetime
    minutes: int
    title: str
    text: str = ""
    url: str | None = None


def calendar(days: Iterable[Day | Meeting], *, name: str, stamp: datetime) -> bytes:
    """A calendar of days and meetings. *stamp*: the moment in UTC of what it says, not of the clock."""
    import icalendar  # takes longer to load than most commands take in all

    made = icalendar.Calendar()
    made.add("prodid", "-//Counterpart//Calendar//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    for day in days:
        event = icalendar.Event()
        event.add("uid", day.uid)
        event.add("dtstamp", stamp)
        if isinstance(day, Meeting):
            event.add("dtstart", day.starts)
            event.add("dtend", day.starts + timedelta(minutes=day.minutes))
        else:
            event.add("dtstart", day.date)
            event.add("dtend", day.date + timedelta(days=1))
        event.add("summary", day.title)
        if day.text:
            event.add("description", day.text)
        if day.url:
            event.add("url", day.url)
        if isinstance(day, Day):
            event.add("transp", "TRANSPARENT")  # nobody is busy because of it
        made.add_component(event)
    content: bytes = made.to_ical()
    return content
