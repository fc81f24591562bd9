"""Today: what is due in every round, read off the few files that say so, and the same as a calendar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from counterpart.core.agenda import Standing, Task, When, agenda, stage
from counterpart.core.digest import digest
from counterpart.core.ledger import State
from counterpart.edges import build, ical, schema, yaml
from counterpart.edges.git import Git
from counterpart.edges.ledger import LedgerBranch
from counterpart.edges.paths import Entry
from counterpart.edges.repository import Repository
from counterpart.edges.yaml import Document
from counterpart.edges.zones import names, zone
from counterpart.finding import UsageError
from counterpart.model import Round, Status

_KINDS = {
    Status.ADMITTED: "accepted",
    Status.WAITING: "waiting",
    Status.DUPLICATE: "not-admitted",
    Status.INELIGIBLE: "not-admitted",
}
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
        raise UsageError(f"There is no round '{only}' in this programme.")
    return tuple(_round(repository, id, now) for id in ids if only in (None, id))


def _round(repository: Repository, round_id: str, now: datetime) -> RoundToday:
    settings = _settings(repository, round_id)
    if settings is None:
        task = Task(
            round=round_id, when=When.NOW, text="The round's settings cannot be read.", command="counterpart check"
        )
        return RoundToday(id=round_id, title=None, stage="settings that cannot be read", tasks=(task,))
    day = now.astimezone(zone(settings.zone)).date()
    standing = _standing(repository, settings)
    return RoundToday(
        id=round_id,
        title=settings.title,
        stage=stage(settings, standing, day),
        tasks=agenda(settings, standing, day),
        closed=settings.closed,
    )


def feed(repository: Repository, now: datetime) -> bytes:
    """Every round's calendar, and its tasks that have a day, as iCalendar."""
    days: list[ical.Day] = []
    for id in repository.rounds()[0]:
        settings = _settings(repository, id)
        if settings is None or settings.closed:
            continue
        counts: Counter[str] = Counter()
        for event in settings.calendar:
            counts[event.event] += 1
            guide = f": {event.guide}" if event.guide else ""
            days.append(
                ical.Day(
                    uid=f"{id}-{event.event}-{counts[event.event]}@counterpart",
                    date=event.date,
                    title=f"{id}: {_EVENTS[event.event]}{guide}",
                    text=settings.title,
                )
            )
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
    stamp = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    return ical.calendar(days, name="Peer mentoring: coordinators", stamp=stamp)


def _settings(repository: Repository, round_id: str) -> Round | None:
    data = _data(repository, repository.round_file(round_id))
    document = data if data is not None and not _shape(data) else None
    if document is None or document.data["zone"] not in names():
        return None
    return build.round_(document.data)


def _shape(document: Document) -> bool:
    """Whether more is wrong with the settings than what a new round lacks: its recipients."""
    return any(finding.rule != "list-too-short" for finding in schema.check(document, "round"))


def _data(repository: Repository, entry: Entry) -> Document | None:
    content = repository.read(entry) if repository.exists(entry) else None
    document = yaml.read(content, entry.path) if isinstance(content, bytes) else None
    return document if isinstance(document, Document) and isinstance(document.data, dict) else None


def _standing(repository: Repository, round: Round) -> Standing:
    """The facts, from names of files where these say enough: an application is not opened for it."""
    entries = repository.applications(round.id)[0]
    withdrawn = {entry.stem for entry in entries if entry.kind == "withdrawal"}
    roll = _valid(repository, repository.roll_file(round.id))
    people = build.roll(roll).people if roll else {}
    mails = dict(_sent(repository, round.id))
    pairings = _valid(repository, repository.pairings_file(round.id))
    decisions = _valid(repository, repository.decisions_file(round.id))
    now = {
        "pool": roll["pool"] if roll else "none",
        "settings": round.digest,
        "decisions": digest(decisions) if decisions else "none",
    }
    made = pairings["inputs"] if pairings else {}
    statuses = Counter(_KINDS[each.status] for each in people.values() if each.status in _KINDS)
    due: dict[str, int] = dict(statuses)
    if pairings:
        due |= {
            "introduction": sum(len(pair["people"]) for pair in pairings["pairs"]),
            "unpaired": len(pairings["unpaired"]),
        }
    return Standing(
        recipients=len(round.recipients),
        draw=bool(round.draw.strip()),
        applications=sum(entry.kind == "application" for entry in entries),
        withdrawn_on_roll=sum(1 for id in withdrawn if id in people and people[id].status is Status.ADMITTED),
        admitted=statuses["accepted"] if roll else None,
        waiting=statuses["waiting"],
        proposal=pairings is not None,
        outdated=bool(made) and any(made["round" if key == "settings" else key] != now[key] for key in now),
        approved=_approved(repository, round, pairings, now),
        due=due,
        sent={kind: number for (kind, state), number in mails.items() if state is State.SENT},
        doubtful=sum(number for (_, state), number in mails.items() if state is State.UNKNOWN),
        returned=sum(n for (_, state), n in mails.items() if state in (State.REFUSED, State.BOUNCED)),
    )


def _valid(repository: Repository, entry: Entry) -> dict[str, Any] | None:
    document = _data(repository, entry)
    return document.data if document is not None and not schema.check(document, entry.kind) else None


def _approved(
    repository: Repository, round: Round, pairings: dict[str, Any] | None, now: dict[str, str]
) -> bool | None:
    approval = _valid(repository, repository.approval_file(round.id))
    if approval is None or pairings is None:
        return None
    return all(approval[key] == value for key, value in (now | {"proposal": digest(pairings)}).items())


def _sent(repository: Repository, round_id: str) -> Iterator[tuple[tuple[str, State], int]]:
    """How many mails of each kind are in each state, as this copy of the repository knows; nobody is asked."""
    try:
        ledger = LedgerBranch(Git(repository.root), round_id).known()
    except UsageError:
        return
    yield from Counter((line.key.partition("/")[0], line.state) for line in ledger.values()).items()
