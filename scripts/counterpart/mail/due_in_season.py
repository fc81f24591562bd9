"""The mails while a round is under way: guides, reminders, surveys, the end. What is due on a day, once each.

A mail that was missed is not sent late: a guide of last month is no use. Each kind has its window of days.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from counterpart.mail.due import Due
from counterpart.mail.kinds import MailKind
from counterpart.model import Event, Round
from counterpart.programme.public import Discussion
from counterpart.rounds.contact import SECOND, Pulse

#: So many days after its date a guide, a survey or the last mail may still be sent.
WINDOWS: Mapping[str, int] = {"topic": 7, "mid-survey": 14, "end-survey": 21, "end": 28}

#: So long before a group discussion people are reminded of it.
BEFORE = timedelta(days=4)

#: So many days after the end statements go to everybody, and so many after it to nobody any more.
STATEMENTS = (21, 35)

#: The number of each survey's mail.
SURVEYS: Mapping[str, int] = {"mid-survey": 1, "end-survey": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """The people of a round who have not left it, by what they can be written to about."""

    taking_part: Collection[str]  # admitted, or with a partner
    partnered: Collection[str]  # with a partner now
    met: Collection[str]  # with a partner now or earlier in the round
    waiting: Collection[str] = ()  # on the waiting list, without a partner


def on_the_way(
    round: Round,
    today: date,
    readers: Readers,
    pulse: Pulse,
    stopped: Collection[str],
    answered: Mapping[str, Collection[str]],
    discussions: Sequence[int] = (),
) -> tuple[Due, ...]:
    """What is due on the day *today*, in the round's zone.

    *stopped*: who wants no guides and no reminders of discussions by mail. *answered*: by survey, who has answered
    it already. *discussions*: the numbers of those that are near. Reminders about a silent partner, surveys and
    the end come to everybody whom they concern, as they are few: surveys ask about a partner, and the end invites
    to the next round, also those who waited in vain. Statements come to those who have a partner at the end: when
    they have recorded something for it, or three weeks later.
    """
    end = round.day("end")
    return (
        *_to_readers(round, today, [id for id in sorted(readers.taking_part) if id not in stopped], discussions),
        *(_reminders(pulse) if end is None or today < end else ()),
        *_surveys(round, today, readers, answered),
        *_at_the_end(round, today, readers, answered.get("statement", ())),
    )


def _to_readers(round: Round, today: date, people: Sequence[str], discussions: Sequence[int]) -> Iterator[Due]:
    """Guides and reminders of discussions, to those who want them."""
    for number, event in guides(round):
        if _open(event, today):
            yield from (_due(MailKind.DIGEST, id, number) for id in people)
    for number in discussions:
        yield from (_due(MailKind.DISCUSSION, id, number) for id in people)


def _surveys(
    round: Round, today: date, readers: Readers, answered: Mapping[str, Collection[str]]
) -> Iterator[Due]:
    for event in round.calendar:
        if event.event in SURVEYS and _open(event, today):
            done = answered.get(event.event, ())
            yield from (_due(MailKind.SURVEY, id, SURVEYS[event.event]) for id in sorted({*readers.met} - {*done}))


def _at_the_end(round: Round, today: date, readers: Readers, recorded: Collection[str]) -> Iterator[Due]:
    for event in round.calendar:
        if event.event != "end":
            continue
        if _open(event, today):
            yield from (_due(MailKind.GOODBYE, id, 1) for id in sorted({*readers.taking_part, *readers.waiting}))
        early, last = (event.date + timedelta(days=days) for days in STATEMENTS)
        if event.date <= today < last:
            ready = readers.partnered if today >= early else {*readers.partnered} & {*recorded}
            yield from (_due(MailKind.STATEMENT, id, 1) for id in sorted(ready))


def guides(round: Round) -> Iterator[tuple[int, Event]]:
    """The calendar's guides with their numbers, from 1, but for the one that the introductions bring."""
    start = round.day("introductions")
    topics = [event for event in round.calendar if event.event == "topic" and event.guide]
    for number, event in enumerate(topics, start=1):
        if number > 1 or start is None or event.date > start + timedelta(days=7):
            yield number, event


def near(discussions: Iterable[Discussion], now: datetime) -> dict[int, Discussion]:
    """The group discussions of which people are reminded at the moment *now*, by the numbers of their mails."""
    return {number_of(each): each for each in discussions if each.starts - BEFORE <= now < each.starts}


def number_of(discussion: Discussion) -> int:
    """The number of a discussion's mail: it follows from its name, so it stays when the list or a date changes."""
    return 1 + int(hashlib.sha256(discussion.id.encode("utf-8")).hexdigest()[:6], 16)


def _reminders(pulse: Pulse) -> Iterator[Due]:
    """To each of a silent partnership who has said nothing: one after a week, one after two."""
    for silent in pulse.silent:
        late = silent.days >= SECOND
        for id in silent.people:
            if id not in silent.said:
                yield _due(MailKind.REMINDER, id, 10 * silent.number + (2 if late else 1))


def _due(kind: MailKind, id: str, number: int) -> Due:
    return Due(kind=kind, id=id, number=number, group=id)


def _open(event: Event, today: date) -> bool:
    return event.date <= today < event.date + timedelta(days=WINDOWS[event.event])
