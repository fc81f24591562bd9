"""Deliver: every mail that is due leaves once; who is stopped goes on, and two senders never send the same one."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import TypeVar

from counterpart.files.git import Git
from counterpart.files.progress import Progress
from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.mail.outgoing import why_not
from counterpart.mail.smtp import NoMore, Outcome, Pause, Post
from counterpart.model import RoundId
from counterpart.moments import moment_text
from counterpart.rounds.mail_log import Ledger, Line, Plan, State, first_batch, plan, settled, with_lines
from counterpart.rounds.mail_log_branch import MailLogBranch
from counterpart.rounds.send_journal import Journal, journal

#: So many mails are claimed at a time: the most that can be unknown to others when a machine is lost.
BATCH = 25
_TRIES = 3  # of a mail that the server would not take yet, in one run
_PAUSES = (2.0, 10.0)  # seconds between them
_RACES = 50
_IN_VAIN = (State.REFUSED, State.BOUNCED)
_NEVER = datetime.min.replace(tzinfo=UTC)
#: A coordinator's word on a mail, and the states of mails of which it may be said.
_ANSWERED = {
    State.SENT: (State.UNKNOWN, State.CLAIMED),
    State.AGAIN: (State.UNKNOWN, State.CLAIMED, *_IN_VAIN),
    State.BOUNCED: (State.SENT, State.UNKNOWN),
}
#: So many people in a row with the same answer, and it is taken to mean the sender.
IN_A_ROW = 3


T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One mail that is due. ``write`` raises where it cannot be written; ``compose`` makes it when its turn comes.

    What is composed is the mail, and the address it goes to.
    """

    key: str
    group: str
    write: Callable[[], None]
    compose: Callable[[], tuple[EmailMessage, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The result. ``sent``: in this run; ``states``: of all mails asked for, as the ledger has it.

    ``unwritten``: mails that cannot be composed, each with the reason; the ledger knows nothing of them, so that
    they are tried again in the next run.
    """

    sent: int
    left: int  # free, and not sent in this run
    pause: Pause | None = None  # why the run ended before its time
    states: Mapping[State, tuple[Line, ...]]
    unwritten: Mapping[str, str] = field(default_factory=dict)


def deliver(
    repository: Repository,
    round_id: RoundId,
    outgoing: Sequence[Outgoing],
    post: Post | None,
    *,
    by: str,
    now: Callable[[], datetime],
    sleep: Callable[[float], None],
    report: Progress,
    size: int = BATCH,
    corrected: Mapping[str, datetime] | None = None,
) -> Delivered:
    """Send what is due and free; with no *post* only say what that would be.

    *corrected*: when people's latest forms arrived, by id. What was refused or came back before then may go again.

    Every mail that may go is written before the first is claimed; who cannot be written to stops nobody.
    Each batch is claimed where everybody sees it before any mail of it is sent; what came of the one before is
    told along with it. Killed at any point and run again, it goes on, and what may have left is never sent again.
    """
    branch = MailLogBranch(Git(repository.root), round_id)
    with journal(repository.root, round_id) as book:
        run = _Run(
            mails={mail.key: mail for mail in outgoing},
            branch=branch,
            book=book,
            by=by,
            now=now,
            sleep=sleep,
            report=report,
            corrected=corrected or {},
        )
        ledger, sent, pause = run.read(), 0, None
        run.write(ledger)
        if post is not None:
            try:
                sent, pause = run.send(post, size)
            finally:
                post.close()
                ledger = run.tell()
        return run.result(ledger, sent, pause)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One run of one sender: the mails, where they are claimed and noted, and which of them cannot be written."""

    mails: Mapping[str, Outgoing]
    branch: MailLogBranch
    book: Journal
    by: str
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    report: Progress
    corrected: Mapping[str, datetime]
    unwritten: dict[str, str] = field(default_factory=dict)
    put_off: set[str] = field(default_factory=set)  # which the server would not take in an earlier run

    def due(self) -> dict[str, str]:
        """The groups of the mails that can be written as far as is known, by their keys."""
        return {key: mail.group for key, mail in self.mails.items() if key not in self.unwritten}

    def read(self) -> Ledger:
        """The ledger as everybody has it; free again is what went in vain to people who corrected theirs since."""
        ledger, now = self.branch.read(), self.now()
        free = [
            settled(line, State.AGAIN, by=self.by, now=moment_text(now))
            for line in ledger.values()
            if line.state in _IN_VAIN and moment_text(self.corrected.get(line.mail.person, _NEVER)) > line.at
        ]
        return with_lines(ledger, free)

    def plan(self, ledger: Ledger, due: Mapping[str, str], moment: str) -> Plan:
        """What this sender can do about what is *due*."""
        return plan(ledger, self.book.read(), due.items(), self.book.sender, moment, by=self.by)

    def write(self, ledger: Ledger) -> None:
        """Write every mail that may go, for trial; a usage error where a template cannot be used."""
        found = self.plan(ledger, self.due(), moment_text(self.now()))
        keys = [*(key for key, _ in found.claim), *found.ready]
        for number, key in enumerate(keys, start=1):
            try:
                _of_one_mail(self.mails[key].write)
            except _Unwritten as error:
                self.unwritten[key] = error.why
            self.report(f"{number:,} of {len(keys):,} mails written")

    def send(self, post: Post, size: int) -> tuple[int, Pause | None]:
        """Send what is due and free, one batch after another.

        How many mails the server took, and why it was not asked for more where that has to wait.
        """
        waiting = self.due()
        total = len(waiting)
        outcomes: Counter[str] = Counter()
        row = _Row()
        while batch := self.claim(waiting, size):
            for line in batch:
                del waiting[line.key]
                try:
                    outcome = self.hand_over(line, post)
                except _Unwritten as error:  # what could be composed a moment ago; its claim is given back
                    self.unwritten[line.key] = error.why
                    continue
                except NoMore as stopped:
                    return outcomes["sent"], stopped.pause
                outcomes[outcome.event] += 1
                self.report(f"{outcomes.total():,} of {total:,} mails given to the server")
                if line.key not in self.put_off:
                    row.add(line, outcome)
                if row.people >= IN_A_ROW:
                    return outcomes["sent"], self.give_back(row)
        return outcomes["sent"], None

    def give_back(self, row: _Row) -> Pause:
        """What was refused in a *row* may be tried again; nobody knows of what may have left."""
        for line in row.lines if row.outcome.event == "refused" else ():
            self.book.write(line.key, line.batch, "later", row.outcome.code)
        reply = row.outcome.reply
        said = str(reply or row.outcome.code or "")
        return Pause(wait=reply.pause if reply else timedelta(hours=1), reply=said, people=row.people)

    def claim(self, due: Mapping[str, str], size: int) -> list[Line]:
        """The next mails that are this sender's alone, after everybody can see so; none when nothing is left."""
        for _ in range(_RACES):
            ledger = self.read()
            moment = moment_text(self.now())
            found = self.plan(ledger, due, moment)
            told = with_lines(ledger, found.record)
            if found.ready:
                if found.record and not self.branch.write(told, _words(found.record, 0)):
                    continue
                return [told[key] for key in found.ready]
            claims = self.claims(told, first_batch(found.claim, size), moment)
            if not claims and not found.record:
                return []
            if self.branch.write(with_lines(told, claims), _words(found.record, len(claims))):
                return claims
        raise _too_many()

    def claims(self, ledger: Ledger, batch: Sequence[tuple[str, str]], moment: str) -> list[Line]:
        """The lines by which this sender claims a *batch* of mails."""
        code = secrets.token_hex(4)
        self.put_off.update(key for key, _ in batch if key in ledger and ledger[key].put_off)
        return [
            Line(
                key=key,
                group=group,
                state=State.CLAIMED,
                by=self.by,
                sender=self.book.sender,
                batch=code,
                at=moment,
                again=ledger[key].again if key in ledger else (),
                returned=ledger[key].returned if key in ledger else (),
            )
            for key, group in batch
        ]

    def hand_over(self, line: Line, post: Post) -> Outcome:
        """Give one mail to the server, noted before and after."""
        outcome = Outcome(event="later")
        for pause in (*_PAUSES, None):
            message, address = _of_one_mail(self.mails[line.key].compose)
            self.book.write(line.key, line.batch, "sending")
            try:
                outcome = post.send(message, address)
            except (UsageError, NoMore):
                self.book.write(line.key, line.batch, "later")  # it is certain that this one did not leave
                raise
            if outcome.event != "sending":
                self.book.write(line.key, line.batch, outcome.event, outcome.code)
            if outcome.event != "later" or pause is None:
                break
            self.sleep(pause)
        return outcome

    def tell(self) -> Ledger:
        """Tell everybody what came of the last batch; the ledger after that."""
        for _ in range(_RACES):
            ledger = self.branch.read()
            moment = moment_text(self.now())
            found = plan(ledger, self.book.read(), (), self.book.sender, moment, release=True)
            told = with_lines(ledger, found.record)
            if not found.record or self.branch.write(told, _words(found.record, 0)):
                return told
        raise _too_many()

    def result(self, ledger: Ledger, sent: int, pause: Pause | None) -> Delivered:
        """Where every mail stands by the *ledger* and the journal, after so many were *sent*."""
        due = self.due()
        found = self.plan(ledger, due, moment_text(self.now()))
        told = with_lines(ledger, found.record)
        states: dict[State, list[Line]] = {}
        for key in due:
            if key in told:
                states.setdefault(told[key].state, []).append(told[key])
        return Delivered(
            sent=sent,
            pause=pause,
            left=len(found.claim) + len(found.ready),
            states={state: tuple(lines) for state, lines in states.items()},
            unwritten=self.unwritten,
        )


@dataclass(slots=True)
class _Row:
    """The latest mails of which the server said the same, as it does where it means the sender."""

    lines: list[Line] = field(default_factory=list)
    outcome: Outcome = field(default_factory=lambda: Outcome(event="sent"))

    def add(self, line: Line, outcome: Outcome) -> None:
        """Another mail; one that was taken, or of which the receiver is the reason, ends the row."""
        reply = outcome.reply
        if outcome.event == "sent" or (reply is not None and reply.about_receiver):
            self.lines.clear()
            return
        if self.lines and (outcome, str(outcome.reply)) != (self.outcome, str(self.outcome.reply)):
            self.lines.clear()
        self.outcome = outcome
        self.lines.append(line)

    @property
    def people(self) -> int:
        """How many people they go to."""
        return len({line.mail.person for line in self.lines})


class _Unwritten(Exception):
    """One mail cannot be composed; ``why`` says the kind of reason alone."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.why = why_not(error)


def _of_one_mail(step: Callable[[], T]) -> T:
    """What *step* gives; ``_Unwritten`` where something goes wrong with this one mail."""
    try:
        return step()
    except UsageError:
        raise  # the round's own template, which a coordinator corrects
    except Exception as error:
        raise _Unwritten(error) from None


def settle(repository: Repository, round_id: RoundId, key: str, word: State, *, by: str, now: datetime) -> None:
    """Write down a coordinator's *word* on a mail: that it was sent or not, that it came back, or may go again.

    What was refused or came back may go again as well, as when its address or the server has been put right.
    """
    branch = MailLogBranch(Git(repository.root), round_id)
    for _ in range(_RACES):
        ledger = branch.read()
        line = ledger.get(key)
        if line is None or line.state not in _ANSWERED[word]:
            raise UsageError(
                f"There is no doubt about a mail '{key}' in the ledger, so there is nothing to settle."
            )
        answer = settled(line, word, by=by, now=moment_text(now))
        if branch.write(with_lines(ledger, [answer]), "A coordinator settled one mail"):
            return
    raise _too_many()


def _words(record: Sequence[Line], claims: int) -> str:
    states = Counter(str(line.state) for line in record)
    parts = [f"{number} {state}" for state, number in sorted(states.items())]
    return "Mails: " + ", ".join(parts + ([f"{claims} claimed"] if claims else []))


def _too_many() -> UsageError:
    return UsageError("Others write to the ledger of mails all the time; wait until they are done, and try again.")
