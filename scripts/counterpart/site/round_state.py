"""Where a round stands for the public, which date comes next, and what a reader can do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from counterpart.files.markup import attribute, day_tag, day_words, href, moment_tag, moment_words
from counterpart.model import Event, Round
from counterpart.report.page import report_path
from counterpart.rounds.check_application import windows
from counterpart.site.public import Public


class Stage(StrEnum):
    """Where a round stands, in the order of what matters most to somebody who has never heard of it."""

    OPEN = "open"
    MEMBERS = "members"
    MATCHING = "matching"
    UNDER_WAY = "under-way"
    NOT_OPEN = "not-open"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A round on a day: its stage, and what comes next."""

    stage: Stage
    next: date | None = None  # in the round's zone
    moment: datetime | None = None  # in UTC, where the hour matters
    last: bool = False  # the next date is the last day of something: its end matters
    members_first: bool = False
    topic: int = 0  # which topic is read, from 1; 0 before the first
    topics: int = 0
    guide: str | None = None


def state(round: Round, public: Public) -> State:
    """Where *round* stands at the moment of *public*."""
    today = public.today(round)
    end, introductions, close = (round.day(event) for event in ("end", "introductions", "applications-close"))
    if round.closed or (end is not None and today > end):
        return State(stage=Stage.FINISHED, next=end)
    if introductions is not None and today >= introductions:
        return _under_way(round, today)
    if close is not None and today > close:
        return State(stage=Stage.MATCHING, next=introductions)
    return _before_close(round, public)


def _before_close(round: Round, public: Public) -> State:
    """The state until applications close: not open, open to members, open to everyone."""
    open = windows(round, public.zone(round.zone))
    if open is None:
        return State(stage=Stage.NOT_OPEN)
    if public.now >= open.everyone:
        close = round.day("applications-close")
        return State(stage=Stage.OPEN, next=close, moment=open.closes, last=True)
    if public.now >= open.opens:
        return State(stage=Stage.MEMBERS, next=round.day("everyone-applies"), moment=open.everyone)
    first = round.day("members-apply") or round.day("everyone-applies")
    return State(stage=Stage.NOT_OPEN, next=first, moment=open.opens, members_first=open.opens < open.everyone)


def _under_way(round: Round, today: date) -> State:
    topics = [event for event in round.calendar if event.event == "topic"]
    read = [event for event in topics if event.date <= today]
    ahead = [event for event in topics if event.date > today]
    return State(
        stage=Stage.UNDER_WAY,
        next=ahead[0].date if ahead else round.day("end"),
        last=not ahead,
        topic=len(read),
        topics=len(topics),
        guide=read[-1].guide if read else None,
    )


def current(public: Public) -> tuple[Round, ...]:
    """The rounds that are not finished, the one that matters most first; else the one that finished last."""
    order = list(Stage)
    states = [(round, state(round, public)) for round in public.rounds]
    live = [(round, at) for round, at in states if at.stage is not Stage.FINISHED]
    if live:
        key = [(order.index(at.stage), at.next or date.max, round.id) for round, at in live]
        return tuple(round for _, (round, _) in sorted(zip(key, live, strict=True), key=lambda pair: pair[0]))
    finished = sorted(public.rounds, key=lambda round: (round.day("end") or date.min, round.id))
    return tuple(finished[-1:])


def round_state(public: Public, page: str) -> str:
    """The HTML of the programme's state for *page*: the round that matters most, and a line for each other."""
    rounds = current(public)
    if not rounds:
        where = attribute(href("calendar.ics", page))
        return (
            '<div class="round-state" data-stage="none">\n'
            '<p class="round-state__label">No round is announced yet.</p>\n'
            f'<p class="round-state__action"><a href="{where}">Subscribe to the calendar</a></p>\n'
            "</div>"
        )
    others = [
        f'<p class="round-state__other"><a href="{attribute(href(round_path(each), page))}">'
        f"{attribute(each.title)}</a>: {_sentence(each, public)}</p>"
        for each in rounds[1:]
    ]
    return "\n".join([*_parts(rounds[0], public, page), *others, "</div>"])


def one_round(round: Round, public: Public, page: str) -> str:
    """The HTML of one round's state, for its own page, which has the round's title already."""
    first, _, *rest = _parts(round, public, page)
    return "\n".join([first, *rest, "</div>"])


def round_path(round: Round) -> str:
    """The page of a round, among the site's sources."""
    return f"rounds/{round.id}.md"


def _parts(round: Round, public: Public, page: str) -> list[str]:
    at = state(round, public)
    words, target = _action(round, at, public, page)
    parts = [
        f'<div class="round-state" data-stage="{at.stage}" data-round="{attribute(round.id)}">',
        f'<p class="round-state__title">{attribute(round.title)}</p>',
        f'<p class="round-state__label">{_label(at, public)}</p>',
    ]
    if at.next is not None:
        parts.append(f'<p class="round-state__date">{_date(round, at)}</p>')
    parts.append(f'<p class="round-state__action"><a class="md-button" href="{attribute(target)}">{words}</a></p>')
    return parts


def _label(at: State, public: Public) -> str:
    members = f"{attribute(public.programme.members)} of {attribute(public.programme.association)}"
    if at.stage is Stage.UNDER_WAY:
        return f"Under way{_topic(at, public)}"
    who = capitalised(members) if at.members_first else "Everyone"
    return {
        Stage.NOT_OPEN: f"Not open yet. {who} may apply from",
        Stage.MEMBERS: f"Now {members} may apply. Everyone may apply from",
        Stage.OPEN: "Open: everyone may apply until the end of",
        Stage.MATCHING: "Applications are closed, and partners are being found. Partners are introduced on",
        Stage.FINISHED: "Finished." if at.next is None else "Finished. It ended on",
    }[at.stage]


def _topic(at: State, public: Public) -> str:
    """Which topic is read, and what comes then."""
    if not at.topic:
        return ". It ends on" if at.last else ". The first topic comes on"
    guide = public.guides.get(at.guide or "")
    named = f": {attribute(guide.title)}" if guide else ""
    then = "The round ends on" if at.last else "The next topic comes on"
    return f", with topic {at.topic} of {at.topics}{named}. {then}"


def _date(round: Round, at: State) -> str:
    assert at.next is not None
    if at.moment is None:
        return day_tag(at.next)
    shown = f"{day_words(at.next)} ({round.zone}; {utc_beside(at.moment, at.next)})"
    return moment_tag(at.moment, shown)


def utc_beside(moment: datetime, day: date) -> str:
    """The moment in UTC beside a day that was named: with its own day only where that differs."""
    utc = moment.astimezone(UTC)
    return f"{utc:%H:%M} UTC" if utc.date() == day else moment_words(moment)


def _sentence(round: Round, public: Public) -> str:
    at = state(round, public)
    label = _label(at, public)
    # No full stop after a date: the reader's own time is put on a line of its own behind it.
    return f"{label} {_date(round, at)}" if at.next is not None else label


def _action(round: Round, at: State, public: Public, page: str) -> tuple[str, str]:
    """What a reader can do, and where."""
    if at.stage in (Stage.OPEN, Stage.MEMBERS):
        return "Apply", href(f"apply/{round.id}/", page)
    guide = public.guides.get(at.guide or "")
    if at.stage is Stage.UNDER_WAY and guide is not None:
        return "Read this guide", href(f"guides/{guide.id}.md", page)
    here = page == round_path(round)
    if at.stage is Stage.FINISHED:
        if round.id in public.reports:
            return "See how it went", href(report_path(round.id), page)
        if here:
            return "See all rounds", href("rounds/index.md", page)
        return "See how it was", href(round_path(round), page)
    if here or at.stage is Stage.NOT_OPEN:
        return "Subscribe to the calendar", href("calendar.ics", page)
    return "See the round's calendar", href(round_path(round), page)


def capitalised(words: str) -> str:
    """The words as a sentence begins."""
    return words[:1].upper() + words[1:]


#: What happens on a day of the calendar, for the public; members and topics have words of their own.
EVENTS = {
    "everyone-applies": "Everyone may apply",
    "applications-close": "Last day of applications",
    "matching": "Partners are being found",
    "introductions": "Partners are introduced",
    "mid-survey": "Survey halfway",
    "end-survey": "Survey at the end",
    "end": "The round ends",
}


def event_words(event: Event, number: int, public: Public) -> str:
    """What happens, as text; *number* counts the topics from 1."""
    if event.event == "members-apply":
        return f"{capitalised(public.programme.members)} may apply"
    if event.event != "topic":
        return EVENTS[event.event]
    guide = public.guides.get(event.guide or "")
    return f"Topic {number}: {guide.title}" if guide else f"Topic {number}"


def start_of(day: date, round: Round, public: Public) -> datetime:
    """The moment, in UTC, at which a day begins in the round's zone."""
    return datetime.combine(day, time(), public.zone(round.zone)).astimezone(UTC)


def end_of(day: date, round: Round, public: Public) -> datetime:
    """The moment, in UTC, at which a day has ended in the round's zone."""
    return start_of(day + timedelta(days=1), round, public)
