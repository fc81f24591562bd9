"""All generated files of the site: the pages, and what only an edge can make."""

from __future__ import annotations

from datetime import UTC, datetime, time
from importlib import resources

from counterpart.files import ical
from counterpart.files.markup import address
from counterpart.report.downloads import report_files
from counterpart.site.feeds import dated
from counterpart.site.pages import pages
from counterpart.site.public import Public

CALENDAR = "calendar.ics"
SCRIPT = "assets/reader-zone.js"


def files(public: Public) -> dict[str, str | bytes]:
    """Every generated file by its path among the site's sources; the same data give the same bytes."""
    script = resources.files("counterpart").joinpath("site", "assets", "reader-zone.js").read_bytes()
    return {**pages(public), **report_files(public.reports), CALENDAR: calendar(public), SCRIPT: script}


def calendar(public: Public) -> bytes:
    """The calendar feed of all rounds and group discussions. Its stamp is the day for which the site is made."""
    days: list[ical.Day | ical.Meeting | ical.Deadline] = []
    for each in dated(public):
        url = f"{public.programme.site}/{address(each.path)}"
        if each.starts is not None:
            days.append(
                ical.Meeting(
                    uid=each.uid,
                    starts=each.starts,
                    minutes=each.minutes,
                    title=each.title,
                    text=each.text,
                    url=url,
                )
            )
        elif each.deadline is not None:
            title, text = each.title, each.text
            days.append(ical.Deadline(uid=each.uid, ends=each.deadline, title=title, text=text, url=url))
        elif each.day is not None:
            days.append(ical.Day(uid=each.uid, date=each.day, title=each.title, text=each.text, url=url))
    stamp = datetime.combine(public.now.astimezone(UTC).date(), time(), UTC)
    return ical.calendar(days, name=public.programme.name, stamp=stamp)
