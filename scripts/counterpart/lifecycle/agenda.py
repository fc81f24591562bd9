"""What is due in a round, what is overdue, and who is awaited: from its calendar and from what is there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from counterpart.mail.due_in_season import STATEMENTS, SURVEYS, WINDOWS, guides
from counterpart.model import Round
from counterpart.rounds.contact import FIRST

#: Before so many days nobody has to think of it.
_AHEAD = 28


class When(StrEnum):
    """How a task stands to today."""

    OVERDUE = "overdue"
    NOW = "now"
    AWAITED = "awaited"  # from somebody else than the coordinators
    NEXT = "next"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is there of a round, in numbers; what cannot be known without opening more files is not here."""

    recipients: int = 0
    draw: bool = True
    applications: int = 0
    withdrawn_on_roll: int = 0  # admitted, and withdrawn since
    admitted: int | None = None  # None: there is no roll
    waiting: int = 0
    questions: int = 0  # of the admission, which nobody has answered
    proposal: bool = False
    outdated: bool = False  # the proposal was made from something that has changed since
    approved: bool | None = None  # None: nobody approved; False: void
    due: Mapping[str, int] = field(default_factory=dict)  # mails by kind: how many there should be
    sent: Mapping[str, int] = field(default_factory=dict)  # and how many have gone
    number: int = 1  # of the latest pairing; from 2 on a rematch within the round
    introduced: bool = False  # whether anybody was introduced in this round
    free: int = 0  # people without a partner, after the introductions, for whom there may be one now
    partnered: int = 0  # people who have a partner now
    untold: int = 0  # people whose partnership ended and who have not heard of it
    links: bool = False  # whether there is a key for personal links
    guides: Collection[int] = ()  # the numbers of guides of which a mail has gone
    discussions: tuple[tuple[str, date], ...] = ()  # group discussions to come: title, and day in the round's zone
    report: bool = False  # whether the round's report is there
    keys_left: tuple[str, ...] = ()  # whose keys are not destroyed
    unremoved: int = 0  # of a closed round: files that name people and are still there
    doubtful: int = 0  # mails of which a coordinator must say whether they left
    returned: int = 0  # mails refused or sent back


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do, or to wait for; ``command`` is ready to be copied."""

    round: str
    when: When
    text: str
    due: date | None = None
    who: str = "a coordinator"
    command: str | None = None


def agenda(round: Round, standing: Standing, today: date) -> tuple[Task, ...]:
    """The tasks of one round on a day of its own zone: what is overdue first, then what is due, then the rest."""
    if round.closed:
        left = Task(
            round=round.id,
            when=When.NOW,
            text="Closing was stopped before everything was removed: run it again.",
            command=f"counterpart close {round.id} --yes",
        )
        return ((left,) if standing.unremoved else ()) + tuple(
            Task(
                round=round.id,
                when=When.NOW,
                text=f"The key of {name} is not destroyed: closing.md lists what is left to do.",
                command=f"counterpart keys destroy {round.id} --as {name}",
            )
            for name in standing.keys_left
        )
    order = list(When)
    tasks = (_placed(task, today) for task in _tasks(round, standing, today))
    kept = [task for task in tasks if task is not None]
    return tuple(sorted(kept, key=lambda task: (order.index(task.when), task.due or today, task.text)))


def stage(round: Round, standing: Standing, today: date) -> str:
    """Where the round stands, in words."""
    if round.closed:
        return "closed"
    opens = round.day("members-apply") or round.day("everyone-applies")
    for event, words in (
        ("end", "over; it can be closed"),
        ("introductions", "under way"),
        ("applications-close", "between applications and introductions"),
    ):
        day = round.day(event)
        if day is not None and (today > day if event != "introductions" else today >= day):
            return words
    if opens is None or today < opens:
        return "not open yet"
    everyone = round.day("everyone-applies")
    who = "members may apply" if everyone is not None and today < everyone else "everyone may apply"
    number = standing.applications
    return f"{who}; {number:,} application{'' if number == 1 else 's'} so far"


def _placed(task: Task, today: date) -> Task | None:
    """The task with its place in time; None where it is too far ahead."""
    if task.due is None or task.when is When.AWAITED:
        return task
    when = When.OVERDUE if task.due < today else When.NOW if task.due == today else When.NEXT
    if when is When.NEXT and task.when is When.NOW:
        when = When.NOW  # it can be done already, and waits for nothing
    if when is When.NEXT and task.due > today + timedelta(days=_AHEAD):
        return None
    return Task(round=task.round, when=when, text=task.text, due=task.due, who=task.who, command=task.command)


def _tasks(round: Round, s: Standing, today: date) -> Iterator[Task]:
    yield from _beginning(round, s, today)
    close = round.day("applications-close")
    if close is not None and today > close and s.applications:
        yield from _middle(round, s, close)
    if s.doubtful:
        yield Task(
            round=round.id,
            when=When.NOW,
            text=f"{_mails(s.doubtful)} may have left, and nobody can know: look, and say.",
            command=f"counterpart ledger {round.id}",
        )
    if s.returned:
        yield Task(
            round=round.id,
            when=When.NOW,
            text=f"{_mails(s.returned)} could not be delivered: find another way to reach these people.",
            command=f"counterpart ledger {round.id}",
        )
    yield from _later(round, s, today)


def _beginning(round: Round, s: Standing, today: date) -> Iterator[Task]:
    opens = round.day("members-apply") or round.day("everyone-applies")
    close = round.day("applications-close")
    if opens is None or close is None:
        yield Task(round=round.id, when=When.NOW, text="Complete the calendar.", command="counterpart check")
        return
    if not s.draw and today <= close:
        text = f"Write a draw that nobody can foresee into rounds/{round.id}/round.yaml, before anybody applies."
        yield Task(round=round.id, when=When.NEXT, text=text, due=opens - timedelta(days=7))
    if s.recipients < 2 and today <= close:
        text = f"Make keys: a round needs two, and has {s.recipients}."
        command = f"counterpart keys new {round.id} --as coordinator-1"
        yield Task(round=round.id, when=When.NEXT, text=text, due=opens - timedelta(days=7), command=command)
    if today <= opens:
        command = f"counterpart form {round.id} --out build/site"
        yield Task(
            round=round.id, when=When.NEXT, text="Publish the application page.", due=opens, command=command
        )
    elif today <= close:
        text = "Applications are taken in."
        yield Task(
            round=round.id, when=When.AWAITED, text=text, due=close, who="applicants", command="counterpart merge"
        )
        if close - today <= timedelta(days=14):
            command = f"counterpart outlook {round.id}"
            days = (close - today).days
            text = f"Applications close in {days} days: remind people, above all where partners are missing."
            yield Task(round=round.id, when=When.NOW, text=text, command=command)


def _middle(round: Round, s: Standing, close: date) -> Iterator[Task]:
    """From the last application to the introductions: one step after another."""
    if s.admitted is None:
        command = f"counterpart admit {round.id} --members FILE"
        yield Task(
            round=round.id, when=When.NOW, text="Admit: decide who takes part.", due=close + timedelta(days=1),
            command=command,
        )  # fmt: skip
        return
    if not s.introduced:
        yield from _admitted(round, s)
    step = _match(round, s) or _approve(round, s)
    if step is not None:
        yield step
        return
    if not s.links and not s.introduced and round.site is not None:
        text = "Make the key of the personal links, so that the introductions hold them."
        command = f"counterpart links {round.id}"
        yield Task(round=round.id, when=When.NOW, text=text, due=round.day("introductions"), command=command)
    yield from _introduce(round, s)


def _admitted(round: Round, s: Standing) -> Iterator[Task]:
    """Between the admission and the introductions: who has left, what is not answered, who has not heard."""
    admit, due = f"counterpart admit {round.id}", round.day("matching")
    if s.withdrawn_on_roll:
        number = s.withdrawn_on_roll
        many = f"{number:,} admitted people have" if number > 1 else "1 admitted person has"
        text = f"{many} withdrawn: admit again, so that others get the place."
        yield Task(round=round.id, when=When.NOW, text=text, command=admit)
    if s.questions:
        many = "1 question" if s.questions == 1 else f"{s.questions:,} questions"
        text = f"Answer {many} about people and employers that look alike: until then some wait or are kept apart."
        yield Task(round=round.id, when=When.NOW, text=text, due=due, command=f"{admit} --ask --as NAME")
    kinds = ("accepted", "waiting", "not-admitted")
    untold = sum(s.due.get(kind, 0) - s.sent.get(kind, 0) for kind in kinds)
    if untold > 0:
        text = f"Tell {untold:,} people what became of their application."
        command = f"counterpart mail {round.id} --as NAME"
        yield Task(round=round.id, when=When.NOW, text=text, due=due, command=command)


def _match(round: Round, s: Standing) -> Task | None:
    """The proposal, where there is none that fits what there is now."""
    if s.introduced or (s.proposal and not s.outdated):
        return None
    text = "Match again: something has changed." if s.proposal else "Match: make the proposal."
    command = f"counterpart match {round.id}"
    return Task(round=round.id, when=When.NOW, text=text, due=round.day("matching"), command=command)


def _approve(round: Round, s: Standing) -> Task | None:
    """The approval of the latest proposal; of a rematch that is outdated, another proposal."""
    if s.approved or (s.introduced and s.number == 1):
        return None
    if s.number > 1 and s.outdated:
        text = "Something has changed since new partners were looked for: do it again."
        return Task(round=round.id, when=When.NOW, text=text, command=f"counterpart rematch {round.id}")
    text = (
        "Review the proposal, and approve it."
        if s.approved is None
        else "The approval is void, as something has changed since: review the proposal again."
    )
    due = round.day("introductions") if s.number == 1 else None
    command = f"counterpart approve {round.id} --as NAME"
    return Task(round=round.id, when=When.NOW, text=text, due=due, command=command)


def _introduce(round: Round, s: Standing) -> Iterator[Task]:
    left = sum(s.due.get(kind, 0) - s.sent.get(kind, 0) for kind in ("introduction", "unpaired")) - s.doubtful
    if left - s.returned > 0:
        text = f"Introduce: {_mails(left)} to send."
        command = f"counterpart introduce {round.id} --as NAME"
        when, day = (When.NEXT, round.day("introductions")) if s.number == 1 else (When.NOW, None)
        yield Task(round=round.id, when=when, text=text, due=day, command=command)


def _later(round: Round, s: Standing, today: date) -> Iterator[Task]:
    """What comes after the introductions, from the calendar and from who has no partner."""
    if not s.introduced:
        return
    end = round.day("end")
    if end is None or today < end:
        yield from _support(round, s, today)
    mail = f"counterpart mail {round.id} --as NAME"
    yield from _guides(round, s, today, mail)
    for title, held in s.discussions:
        if today <= held <= today + timedelta(days=7):
            text = f"Write to the host of the group discussion '{title}'; people are reminded with the mails."
            yield Task(round=round.id, when=When.NEXT, text=text, due=held, command=mail)
    for name, text in (
        ("mid-survey", "Ask everybody how it goes, halfway."),
        ("end-survey", "Ask everybody how it went."),
    ):
        day = round.day(name)
        number = SURVEYS[name]
        if day is not None and today < day + timedelta(days=WINDOWS[name]) and not s.sent.get(f"survey {number}"):
            yield Task(round=round.id, when=When.NEXT, text=text, due=day, command=mail)
    if end is not None:
        yield from _ending(round, s, today, end, mail)


def _support(round: Round, s: Standing, today: date) -> Iterator[Task]:
    """While partnerships last: who must be told, who needs a partner, who is silent."""
    if s.untold:
        many = "1 person has" if s.untold == 1 else f"{s.untold:,} people have"
        text = f"{many} not heard yet that their partnership has ended."
        yield Task(round=round.id, when=When.NOW, text=text, command=f"counterpart mail {round.id} --as NAME")
    end = round.day("end")
    late = end is not None and today > end - timedelta(days=_AHEAD)
    if s.free and s.free + s.waiting > 1 and not late:
        many = "1 person has" if s.free == 1 else f"{s.free:,} people have"
        waits = f", and {s.waiting:,} wait" if s.waiting else ""
        text = f"{many} no partner{waits}: look for new pairs."
        yield Task(round=round.id, when=When.NOW, text=text, command=f"counterpart rematch {round.id}")
    start = round.day("introductions")
    if start is not None and (today - start).days >= FIRST:
        text = "Once a week: look who is silent, who asks for a new partner, and who is away."
        yield Task(round=round.id, when=When.NOW, text=text, command=f"counterpart pulse {round.id}")


def _guides(round: Round, s: Standing, today: date, mail: str) -> Iterator[Task]:
    """The guide of the fortnight, as long as it may be sent; else the next one."""
    for number, event in guides(round):
        if event.date + timedelta(days=WINDOWS["topic"]) > today and number not in s.guides:
            text = f"Send the discussion guide '{event.guide}'."
            yield Task(round=round.id, when=When.NEXT, text=text, due=event.date, command=mail)
            return


def _ending(round: Round, s: Standing, today: date, end: date, mail: str) -> Iterator[Task]:
    """From the last day on: tell everybody, statements, the report, the close."""
    if not s.sent.get("goodbye"):
        text = "The round ends. Tell everybody, and invite them to apply again."
        yield Task(round=round.id, when=When.NEXT, text=text, due=end, command=mail)
    if today < end:
        return
    statements, last = (end + timedelta(days=days) for days in STATEMENTS)
    if today < last and s.links and s.sent.get("statement", 0) < s.partnered:
        text = "Send statements to those who have recorded nothing."
        yield Task(round=round.id, when=When.NEXT, text=text, due=statements, command=mail)
    if not s.report:
        text = f"Choose whom to quote ('counterpart voices {round.id}'), then write the round's report."
        yield Task(
            round=round.id, when=When.NEXT, text=text, due=statements, command=f"counterpart report {round.id}"
        )
    text = "Close the round: pass on the memory, delete what people sent, destroy the keys."
    command = f"counterpart close {round.id} --next ROUND"
    yield Task(round=round.id, when=When.NEXT, text=text, due=end + timedelta(days=_AHEAD), command=command)


def _mails(number: int) -> str:
    return "1 mail" if number == 1 else f"{number:,} mails"
