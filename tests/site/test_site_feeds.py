"""What readers subscribe to: a feed that keeps to RFC 4287, and a calendar that keeps to RFC 5545."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import icalendar
import pytest

from counterpart.programme.public import Discussion, News
from counterpart.site.feeds import ENTRIES, atom
from counterpart.site.files import calendar
from counterpart.site.public import Public
from tests.site.test_round_state import CALENDAR, GUIDE, ROUND, public

ATOM = "{http://www.w3.org/2005/Atom}"
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
TALK = Discussion(
    round="2027-1",
    id="first-talk",
    title="A day, at work; <b>",
    starts=datetime(2027, 3, 10, 16, 30, tzinfo=UTC),
    minutes=45,
    host="A coordinator",
    join="The link comes by mail.",
)


def news(day: int, **changes: str) -> News:
    return News(
        id=changes.get("id", f"news-{day}"), title=changes.get("title", f"News {day}"),
        date=date(2027, 1, 1 + day % 28), summary=changes.get("summary", "Something."),
    )  # fmt: skip


def broken(feed: ElementTree.Element) -> list[str]:
    """Where a feed does not keep to RFC 4287, section 4.1.1 and 4.1.2, a line each."""
    wrong = []
    parts = [("feed", feed), *(("entry", each) for each in feed.findall(f"{ATOM}entry"))]
    for kind, part in parts:
        for name in ("id", "title", "updated"):
            if len(part.findall(f"{ATOM}{name}")) != 1:
                wrong.append(f"{kind}: {name} must stand once")
        if not MOMENT.fullmatch(part.findtext(f"{ATOM}updated") or ""):
            wrong.append(f"{kind}: updated must be a moment")
        if not re.fullmatch(r"https://[!-~]+", part.findtext(f"{ATOM}id") or ""):
            wrong.append(f"{kind}: id must be an address")
        alternate = [each for each in part.findall(f"{ATOM}link") if each.get("rel") == "alternate"]
        if len(alternate) != 1:
            wrong.append(f"{kind}: one alternate link")
    if feed.tag != f"{ATOM}feed":
        wrong.append("the root must be feed")
    if not feed.findall(f"{ATOM}author/{ATOM}name"):
        wrong.append("feed: an author, since entries have none")
    ids = [part.findtext(f"{ATOM}id") for _, part in parts]
    wrong += [f"{id} stands twice" for id in sorted({str(each) for each in ids if ids.count(each) > 1})]
    return wrong


def read(public: Public) -> ElementTree.Element:
    text = atom(public)
    assert text.startswith('<?xml version="1.0" encoding="utf-8"?>\n')
    return ElementTree.fromstring(text.encode("utf-8"))


def titles(feed: ElementTree.Element) -> list[str | None]:
    return [each.findtext(f"{ATOM}title") for each in feed.findall(f"{ATOM}entry")]


def test_news_and_guides_come_in_the_feed_from_their_day_on_the_latest_first() -> None:
    told = (news(3), news(1))
    assert titles(read(public("2027-03-02 12:59", ROUND, news=told))) == ["News 3", "News 1"]
    feed = read(public("2027-03-02 13:00", ROUND, news=told))
    assert titles(feed) == ["The first mail (First round of 2027)", "News 3", "News 1"]
    assert feed.findtext(f"{ATOM}updated") == "2027-03-02T13:00:00Z"
    assert broken(feed) == []


@pytest.mark.parametrize("moment", ["2027-01-01", "2028-01-01"])
def test_the_feed_keeps_to_the_standard_with_much_and_with_nothing(moment: str) -> None:
    again = replace(
        ROUND, id="2026-1", calendar=tuple(replace(e, date=e.date.replace(year=2026)) for e in CALENDAR)
    )
    assert broken(read(public(moment))) == []
    full = read(public(moment, ROUND, again, news=tuple(news(day, id=f"n{day}") for day in range(70))))
    assert broken(full) == []
    assert len(full.findall(f"{ATOM}entry")) == ENTRIES


def test_what_breaks_the_standard_is_noticed() -> None:
    feed = read(public("2028-01-01", ROUND))
    for each in (feed.find(f"{ATOM}entry/{ATOM}id"), feed.find(f"{ATOM}entry/{ATOM}updated")):
        assert each is not None
        each.text = "yesterday"
    feed.remove(feed.findall(f"{ATOM}author")[0])
    assert broken(feed) == [
        "entry: updated must be a moment",
        "entry: id must be an address",
        "feed: an author, since entries have none",
    ]


def test_text_in_the_feed_is_text() -> None:
    told = (news(1, title="<b> & ]]>", summary='"</summary><entry/>'),)
    feed = read(public("2027-02-01", news=told))
    assert titles(feed) == ["<b> & ]]>"]
    assert feed.findtext(f"{ATOM}entry/{ATOM}summary") == '"</summary><entry/>'


def test_the_calendar_has_each_day_of_each_round_and_each_discussion_with_its_hour() -> None:
    made = calendar(public("2027-02-01", ROUND, discussions=(TALK,)))
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    events = list(icalendar.Calendar.from_ical(made).walk("VEVENT"))
    assert len(events) == len(CALENDAR) + 1
    assert len({str(each["UID"]) for each in events}) == len(events)
    days = {str(each["SUMMARY"]): each["DTSTART"].dt for each in events}
    [deadline] = [each for each in events if each.walk("VALARM")]
    [close] = [each.date for each in ROUND.calendar if each.event == "applications-close"]
    there = ZoneInfo(ROUND.zone)
    assert deadline["DTEND"].dt.astimezone(there) == datetime.combine(close + timedelta(days=1), time(), there)
    assert days["Topic 1: The first mail (Reading Across)"] == date(2027, 3, 3)
    assert days["A day, at work; <b> (Reading Across)"] == datetime(2027, 3, 10, 16, 30, tzinfo=UTC)
    [talk] = [each for each in events if "discussion" in str(each["UID"])]
    assert (talk["DTEND"].dt, str(talk["URL"]), str(talk["UID"])) == (
        datetime(2027, 3, 10, 17, 15, tzinfo=UTC),
        "https://mentoring.example.org/rounds/2027-1/first-talk/",
        "2027-1-discussion-first-talk@mentoring.example.org",
    )


def test_the_calendar_of_one_day_is_always_the_same_bytes_and_a_moved_date_keeps_its_name() -> None:
    morning, evening = (calendar(public(f"2027-02-01 {hour}", ROUND)) for hour in ("01:00", "23:00"))
    assert morning == evening
    later = replace(ROUND, calendar=(*CALENDAR[:-1], replace(CALENDAR[-1], date=date(2027, 7, 1))))
    moved = calendar(public("2027-02-01 01:00", later))
    assert re.findall(rb"UID:.*", moved) == re.findall(rb"UID:.*", morning)
    assert moved != morning
    assert GUIDE.title.encode() in morning
