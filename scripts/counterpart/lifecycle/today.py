"""Today: what is due in every round, read off the few files that say so, and the same as a calendar."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from counterpart.digest import digest
from counterpart.files import ical
from counterpart.files.repository import Repository, no_round
from counterpart.lifecycle.agenda import Task, When, agenda, stage
from counterpart.lifecycle.standing import standing_of
from counterpart.model import RoundId
from counterpart.rounds.check_application import windows
from counterpart.rounds.headers import settings_at
from counterpart.world.zones import zone

_EVENTS = {
    "members-apply": "members may apply",
    "everyone-applies": "everyone may apply",
    "applications-close": "last day of applications",
    "matching": "matching",
    "introductions": "introductions",
    "topic": "discussion guide",
    "mid-survey": "mid survey",
    "end-survey": "end survey",
    "end": "the round ends",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundToday:
    """One round: where it stands, and its tasks. ``title`` is None where its settings cannot be read."""

    id: str
    title: str | None
    stage: str
    tasks: tuple[Task, ...]
    closed: bool = False


def today(repository: Repository, now: datetime, only: str | None = None) -> tuple[RoundToday, ...]:
    """Every round, or *only* one, as it is at the moment *now*; each by the day of its own zone."""
    ids = repository.rounds()[0]
    if only is not None and only not in ids:
        raise no_round(only)
    return tuple(_round(repository, id, now) for id in ids if only in (None, id))


def _round(repository: Repository, round_id: RoundId, now: datetime) -> RoundToday:
    settings = settings_at(repository, round_id)
    if settings is None:
        task = Task(
            round=round_id, when=When.NOW, text="The round's settings cannot be read.", command="counterpart check"
        )
        return RoundToday(id=round_id, title=None, stage="settings that cannot be read", tasks=(task,))
    day = now.astimezone(zone(settings.zone)).date()
    standing = standing_of(repository, settings)
    return RoundToday(
        id=round_id,
        title=settings.title,
        stage=stage(settings, standing, day),
        tasks=agenda(settings, standing, day),
        closed=settings.closed,
    )


def feed(repository: Repository, now: datetime) -> bytes:
    """Every round's calendar, and its tasks that have a day, as iCalendar."""
    days: list[ical.Day | ical.Deadline] = []
    for id in repository.rounds()[0]:
        settings = settings_at(repository, id)
        if settings is None or settings.closed:
            continue
        counts: Counter[str] = Counter()
        open = windows(settings, zone(settings.zone))
        for event in settings.calendar:
            counts[event.event] += 1
            uid = f"{id}-{event.event}-{counts[event.event]}@counterpart"
            guide = f": {event.guide}" if event.guide else ""
            title = f"{id}: {_EVENTS[event.event]}{guide}"
            if event.event == "applications-close" and open is not None:
                days.append(ical.Deadline(uid=uid, ends=open.closes, title=title, text=settings.title))
            else:
                days.append(ical.Day(uid=uid, date=event.date, title=title, text=settings.title))
        for task in _round(repository, id, now).tasks:
            if task.due is not None and task.command is not None:
                name = digest(task.command)[7:19]
                days.append(
                    ical.Day(
                        uid=f"{id}-task-{name}@counterpart",
                        date=task.due,
                        title=f"{id}: {task.text}",
                        text=task.command,
                    )
                )
    stamp = now.astimezone(UTC).replace(microsecond=0)
    return ical.calendar(days, name="Peer mentoring: coordinators", stamp=stamp)
