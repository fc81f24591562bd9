"""Calendars as files (iCalendar, RFC 5545): the same dates and stamp always give the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

#: Numbers that count the changes of an event are minutes since then: they grow, and fit into 32 bits for long.
_BEGIN = datetime(2020, 1, 1, tzinfo=UTC)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Something that must be done before a moment, in UTC; people are reminded a day before."""

    uid: str
    ends: datetime
    title: str
    text: str = ""
    url: str | None = None


def calendar(days: Iterable[Day | Meeting | Deadline], *, name: str | None, stamp: datetime) -> bytes:
    """A calendar of days, meetings and deadlines.

    *name* is for calendars that people subscribe to. A file that comes with an e-mail has none: some programs make
    a new calendar of what has a name, or is published. *stamp* is the moment in UTC at which its dates were so: of
    two files programs believe the later one.
    """
    import icalendar  # takes longer to load than most commands take in all

    made = icalendar.Calendar()
    made.add("prodid", "-//Counterpart//Calendar//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    if name is not None:
        made.add("method", "PUBLISH")
        made.add("x-wr-calname", name)
    for day in days:
        event = icalendar.Event()
        event.add("uid", day.uid)
        event.add("dtstamp", stamp)
        event.add("last-modified", stamp)
        event.add("sequence", max(0, (stamp - _BEGIN) // timedelta(minutes=1)))
        if isinstance(day, Meeting):
            event.add("dtstart", day.starts)
            event.add("dtend", day.starts + timedelta(minutes=day.minutes))
        elif isinstance(day, Deadline):
            event.add("dtstart", day.ends - timedelta(minutes=30))
            event.add("dtend", day.ends)
        else:
            event.add("dtstart", day.date)
            event.add("dtend", day.date + timedelta(days=1))
        event.add("summary", day.title)
        if day.text:
            event.add("description", day.text)
        if day.url:
            event.add("url", day.url)
        if not isinstance(day, Meeting):
            event.add("transp", "TRANSPARENT")  # nobody is busy because of it
        if isinstance(day, Deadline):
            alarm = icalendar.Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", day.title)
            alarm.add("trigger", timedelta(days=-1))
            event.add_component(alarm)
        made.add_component(event)
    content: bytes = made.to_ical()
    return content
