"""Today: what is due in every round, read off the few files that say so, and the same as a calendar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from counterpart.digest import digest
from counterpart.files import ical
from counterpart.files.git import Git
from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.lifecycle.agenda import Standing, Task, When, agenda, stage
from counterpart.lifecycle.close import to_remove
from counterpart.mail.due import on_ending
from counterpart.model import Decisions, Proposal, Round, Status
from counterpart.programme.load import discussions_of
from counterpart.rounds import build
from counterpart.rounds.headers import pairings_at, settings_at, valid
from counterpart.rounds.mail_log import State
from counterpart.rounds.mail_log_branch import LedgerBranch
from counterpart.rounds.partnerships import decisions_digest, left, partnerships
from counterpart.world.zones import zone

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
    settings = settings_at(repository, round_id)
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
        settings = settings_at(repository, id)
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


def _standing(repository: Repository, round: Round) -> Standing:
    """The facts, from names of files where these say enough: an application is not opened for it."""
    entries = repository.applications(round.id)[0]
    withdrawn = {entry.stem for entry in entries if entry.kind == "withdrawal"}
    roll = valid(repository, repository.roll_file(round.id))
    people = build.roll(roll).people if roll else {}
    lines = list(_lines(repository, round.id))
    mails = Counter((each.kind, each.state) for each in lines)
    files = pairings_at(repository, round.id)
    number = max(files, default=1)
    pairings = files.get(number)
    decided = valid(repository, repository.decisions_file(round.id))
    decisions = build.decisions(decided) if decided else None
    here = {entry.stem for entry in entries if entry.kind == "application"} - withdrawn
    introduced = {each.number for each in lines if each.kind == "introduction"}
    now = {
        "pool": roll["pool"] if roll else "none",
        "settings": round.digest,
        "decisions": decisions_digest(decisions, number),
    }
    if number > 1:
        now["pool"] = _named(files, people, here, decisions, number)
    made = dict(pairings["inputs"]) if pairings else {}
    if number > 1 and pairings:
        made["pool"] = _names_of(pairings)
    statuses = Counter(_KINDS[each.status] for each in people.values() if each.status in _KINDS)
    due: dict[str, int] = dict(statuses)
    if pairings:
        before = {id for n, each in files.items() if n < number for pair in each["pairs"] for id in pair["people"]}
        due |= {
            "introduction": sum(len(pair["people"]) for pair in pairings["pairs"]),
            "unpaired": sum(number == 1 or each["id"] in before for each in pairings["unpaired"]),
        }
    ending = _ending(files, decisions, people, here, withdrawn, introduced, lines)
    return Standing(
        number=number,
        introduced=bool(introduced),
        free=ending.free,
        untold=ending.untold,
        partnered=ending.partnered,
        links=repository.exists(repository.links_file(round.id)),
        guides={each.number for each in lines if each.kind == "digest"},
        discussions=_discussions(repository, round),
        report=repository.exists(repository.report_file(round.id)),
        keys_left=_keys_left(repository, round.id) if round.closed else (),
        unremoved=sum(1 for _ in to_remove(repository, round.id)) if round.closed else 0,
        recipients=len(round.recipients),
        draw=bool(round.draw.strip()),
        applications=sum(entry.kind == "application" for entry in entries),
        withdrawn_on_roll=sum(1 for id in withdrawn if id in people and people[id].status is Status.ADMITTED),
        admitted=statuses["accepted"] if roll else None,
        waiting=statuses["waiting"],
        questions=roll.get("questions", 0) if roll else 0,
        proposal=pairings is not None,
        outdated=bool(made) and any(made["round" if key == "settings" else key] != now[key] for key in now),
        approved=_approved(repository, round, pairings, number, now),
        due=due,
        sent=_counts(lines, number),
        doubtful=sum(number for (_, state), number in mails.items() if state is State.UNKNOWN),
        returned=sum(n for (_, state), n in mails.items() if state in (State.REFUSED, State.BOUNCED)),
    )


def _discussions(repository: Repository, round: Round) -> tuple[tuple[str, date], ...]:
    try:
        found = discussions_of(repository, round)
    except UsageError:
        return ()  # 'check' says what is wrong with them; the rest of the round is still due
    return tuple((each.title, each.starts.astimezone(zone(round.zone)).date()) for each in found)


def _approved(
    repository: Repository, round: Round, pairings: dict[str, Any] | None, number: int, now: dict[str, str]
) -> bool | None:
    approval = valid(repository, repository.approval_file(round.id, number))
    if approval is None or pairings is None:
        return None
    wanted = {"proposal": digest(pairings), "settings": now["settings"], "decisions": now["decisions"]}
    if number == 1:
        wanted["pool"] = now["pool"]
    return all(approval[key] == value for key, value in wanted.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mail:
    """A line of the ledger, in parts."""

    kind: str
    id: str
    number: int
    state: State


def _lines(repository: Repository, round_id: str) -> Iterator[_Mail]:
    """The mails, as this copy of the repository knows; nobody is asked."""
    try:
        ledger = LedgerBranch(Git(repository.root), round_id).known()
    except UsageError:
        return
    for line in ledger.values():
        kind, id, number = line.mail
        yield _Mail(kind=kind, id=id, number=number, state=line.state)


def _counts(lines: list[_Mail], number: int) -> dict[str, int]:
    """How many mails of each kind went: of introductions those of the pairing *number*, of surveys each apart."""
    counts: Counter[str] = Counter()
    for each in lines:
        if each.state is State.SENT and (each.kind not in ("introduction", "unpaired") or each.number == number):
            counts[each.kind] += 1
            counts[f"{each.kind} {each.number}"] += 1
    return dict(counts)


def _names_of(pairings: dict[str, Any]) -> str:
    ids = {id for pair in pairings["pairs"] for id in pair["people"]} | {
        each["id"] for each in pairings["unpaired"]
    }
    return digest(sorted(ids))


def _named(
    files: dict[int, dict[str, Any]], people: Any, here: set[str], decisions: Decisions | None, number: int
) -> str:
    """The digest of the ids of those who should be in the pairing *number*, without opening an application."""
    earlier = {n: build.proposal(each) for n, each in files.items() if n < number}
    return digest(sorted(_without(earlier, people, here, decisions, number, (Status.ADMITTED, Status.WAITING))))


def _without(
    proposals: dict[int, Proposal],
    people: Any,
    here: set[str],
    decisions: Decisions | None,
    number: int,
    statuses: tuple[Status, ...],
) -> set[str]:
    busy = {id for each in partnerships(proposals, decisions, here, number) for id in each.people}
    away = left(decisions, number)
    return {id for id in here if id in people and people[id].status in statuses and id not in busy | away}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ending:
    """After the introductions: people who may get a partner, who must be told of an end, who have a partner."""

    free: int = 0
    untold: int = 0
    partnered: int = 0


def _ending(
    files: dict[int, dict[str, Any]],
    decisions: Decisions | None,
    people: Any,
    here: set[str],
    withdrawn: set[str],
    introduced: set[int],
    lines: list[_Mail],
) -> _Ending:
    """The people whose partnerships end. Free is nobody as long as all were in the latest pairing in vain."""
    if not introduced or not files:
        return _Ending()
    proposals = {n: build.proposal(each) for n, each in files.items()}
    known = {n: each for n, each in proposals.items() if n in introduced}
    last = max(known, default=1)
    free = _without(known, people, here, decisions, last + 1, (Status.ADMITTED,))
    waiting = _without(known, people, here, decisions, last + 1, (Status.WAITING,))
    in_vain = {each.id for each in proposals[max(proposals)].unpaired}
    heard = {(each.kind, each.id, each.number) for each in lines if each.state is not State.LATER}
    due = on_ending(known, decisions, withdrawn, here | withdrawn)
    return _Ending(
        free=0 if max(files) > last or free | waiting <= in_vain else len(free),
        untold=sum((each.kind, each.id, each.number) not in heard for each in due),
        partnered=sum(len(each.people) for each in partnerships(known, decisions, here, last + 1)),
    )


def _keys_left(repository: Repository, round_id: str) -> tuple[str, ...]:
    register = valid(repository, repository.keys_file(round_id))
    return tuple(line["by"] for line in (register["keys"] if register else ()) if "destroyed" not in line)
