"""What readers subscribe to: the calendar's lines, and the feed of news and guides (Atom, RFC 4287)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from xml.etree import ElementTree

from counterpart.files.markup import address
from counterpart.moments import moment_text
from counterpart.rounds.check_application import windows
from counterpart.site.public import Public
from counterpart.site.round_state import event_words, round_path, start_of

#: So many entries are in the feed: those that came last.
ENTRIES = 50
_ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """One line of a calendar feed: a day, or a moment with its length."""

    uid: str
    title: str
    text: str = ""
    path: str  # of its page, among the site's sources
    day: date | None = None
    starts: datetime | None = None  # UTC
    minutes: int = 0
    deadline: datetime | None = None  # UTC; what must be done before it


def dated(public: Public) -> tuple[Dated, ...]:
    """Every line of the calendar feed: the rounds' days and the group discussions."""
    lines: list[Dated] = []
    host = public.programme.site.removeprefix("https://").partition("/")[0]
    for round in public.rounds:
        counts: dict[str, int] = {}
        open = windows(round, public.zone(round.zone))
        for event in round.calendar:
            number = counts[event.event] = counts.get(event.event, 0) + 1
            lines.append(
                Dated(
                    uid=f"{round.id}-{event.event}-{number}@{host}",
                    title=f"{event_words(event, number, public)} ({public.programme.name})",
                    text=round.title,
                    path=round_path(round),
                    day=event.date,
                    deadline=open.closes if open and event.event == "applications-close" else None,
                )
            )
    lines += (
        Dated(
            uid=f"{each.round}-discussion-{each.id}@{host}",
            title=f"{each.title} ({public.programme.name})",
            text=each.join,
            path=f"rounds/{each.round}/{each.id}.md",
            starts=each.starts,
            minutes=each.minutes,
        )
        for each in public.discussions
    )
    return tuple(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    path: str
    moment: datetime
    title: str
    summary: str
    key: str  # what tells it from every other entry, for ever


def atom(public: Public) -> str:
    """The feed of news, and of guides as rounds come to them, the latest first; nothing that is still to come."""
    programme = public.programme
    entries = sorted(_entries(public), key=lambda entry: (entry.moment, entry.key), reverse=True)[:ENTRIES]
    feed = ElementTree.Element("feed", {"xmlns": _ATOM})
    _add(feed, "id", f"{programme.site}/feed.xml")
    _add(feed, "title", programme.name)
    _add(feed, "subtitle", programme.summary)
    # Without entries, the moment of the programme's own beginning would be needed; that of the site serves.
    _add(feed, "updated", moment_text(entries[0].moment if entries else public.now))
    ElementTree.SubElement(feed, "link", {"rel": "self", "href": f"{programme.site}/feed.xml"})
    ElementTree.SubElement(feed, "link", {"rel": "alternate", "href": f"{programme.site}/"})
    _add(ElementTree.SubElement(feed, "author"), "name", programme.association)
    for each in entries:
        entry = ElementTree.SubElement(feed, "entry")
        where = f"{programme.site}/{address(each.path)}"
        _add(entry, "id", f"{where}#{each.key}")
        _add(entry, "title", each.title)
        _add(entry, "updated", moment_text(each.moment))
        ElementTree.SubElement(entry, "link", {"rel": "alternate", "href": where})
        _add(entry, "summary", each.summary)
    ElementTree.indent(feed)
    text = ElementTree.tostring(feed, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _entries(public: Public) -> list[_Entry]:
    entries = [
        _Entry(
            path=f"news/{news.id}.md",
            moment=datetime.combine(news.date, time(), UTC),
            title=news.title,
            summary=news.summary,
            key=f"news-{news.date.isoformat()}",
        )
        for news in public.news
    ]
    for round in public.rounds:
        for event in round.calendar:
            guide = public.guides.get(event.guide or "")
            moment = start_of(event.date, round, public)
            if guide is not None and moment <= public.now:
                entries.append(
                    _Entry(
                        path=f"guides/{guide.id}.md",
                        moment=moment,
                        title=f"{guide.title} ({round.title})",
                        summary=guide.summary,
                        key=f"round-{round.id}",
                    )
                )
    return entries


def _add(parent: ElementTree.Element, tag: str, text: str) -> None:
    ElementTree.SubElement(parent, tag).text = text
