"""Deliver: every mail that is due leaves once; who is stopped goes on, and two senders never send the same one."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import EmailMessage
from typing import TypeVar

from counterpart.files.git import Git
from counterpart.files.progress import Progress
from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.mail.outgoing import why_not
from counterpart.mail.smtp import Outcome, Post
from counterpart.model import RoundId
from counterpart.moments import moment_text
from counterpart.rounds.mail_log import Ledger, Line, Plan, State, first_batch, plan, settled, with_lines
from counterpart.rounds.mail_log_branch import LedgerBranch
from counterpart.rounds.send_journal import Journal, journal

#: So many mails are claimed at a time: the most that can be unknown to others when a machine is lost.
BATCH = 25
_TRIES = 3  # of a mail that the server would not take yet, in one run
_PAUSES = (2.0, 10.0)  # seconds between them
_RACES = 50


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
) -> Delivered:
    """Send what is due and free; with no *post* only say what that would be.

    Every mail that may go is written before the first is claimed; who cannot be written to stops nobody.
    Each batch is claimed where everybody sees it before any mail of it is sent; what came of the one before is
    told along with it. Killed at any point and run again, it goes on, and what may have left is never sent again.
    """
    branch = LedgerBranch(Git(repository.root), round_id)
    mails = {each.key: each for each in outgoing}
    due = [(each.key, each.group) for each in outgoing]
    with journal(repository.root, round_id) as book:
        ledger = branch.read()
        found = plan(ledger, book.read(), due, book.sender, moment_text(now()), by=by)
        unwritten = _unwritten(mails, (*(key for key, _ in found.claim), *found.ready), report)
        due = [pair for pair in due if pair[0] not in unwritten]
        if post is None:
            found = plan(ledger, book.read(), due, book.sender, moment_text(now()), by=by)
            return replace(_delivered(ledger, found, 0, due), unwritten=unwritten)
        sent: Counter[str] = Counter()
        tried: set[str] = set()
        try:
            while True:
                ready = _claimed(branch, book, [pair for pair in due if pair[0] not in tried], by, now, size)
                if not ready:
                    break
                for line in ready:
                    tried.add(line.key)
                    try:
                        outcome = _sent(mails[line.key], line, post, book, sleep)
                    except _Unwritten as error:  # what could be composed a moment ago; its claim is given back
                        unwritten[line.key] = error.why
                        continue
                    sent[outcome.event] += 1
                    report(f"{sum(sent.values()):,} of {len(due):,} mails given to the server")
        finally:
            post.close()
            ledger = _told(branch, book, now)
        due = [pair for pair in due if pair[0] not in unwritten]
        done = _delivered(ledger, plan(ledger, book.read(), due, book.sender, ""), sent["sent"], due)
        return replace(done, unwritten=unwritten)


class _Unwritten(Exception):
    """One mail cannot be composed; ``why`` says the kind of reason alone."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.why = why_not(error)


def _done(step: Callable[[], T]) -> T:
    """What *step* gives; ``_Unwritten`` where something goes wrong with this one mail."""
    try:
        return step()
    except UsageError:
        raise  # the round's own template, which a coordinator corrects
    except Exception as error:
        raise _Unwritten(error) from None


def _unwritten(mails: Mapping[str, Outgoing], keys: Sequence[str], report: Progress) -> dict[str, str]:
    """Why some of the mails cannot be composed, by key; a usage error where a template cannot be used."""
    found: dict[str, str] = {}
    for number, key in enumerate(keys, start=1):
        try:
            _done(mails[key].write)
        except _Unwritten as error:
            found[key] = error.why
        report(f"{number:,} of {len(keys):,} mails written")
    return found


def settle(repository: Repository, round_id: RoundId, key: str, *, left: bool, by: str, now: datetime) -> None:
    """Write down a coordinator's word on a mail of which nobody knows whether it left."""
    branch = LedgerBranch(Git(repository.root), round_id)
    for _ in range(_RACES):
        ledger = branch.read()
        line = ledger.get(key)
        if line is None or line.state not in (State.UNKNOWN, State.CLAIMED):
            raise UsageError(
                f"There is no doubt about a mail '{key}' in the ledger, so there is nothing to settle."
            )
        answer = settled(line, left=left, by=by, now=moment_text(now))
        if branch.write(with_lines(ledger, [answer]), "A coordinator settled one mail"):
            return
    raise _too_many()


def _claimed(
    branch: LedgerBranch,
    book: Journal,
    due: Sequence[tuple[str, str]],
    by: str,
    now: Callable[[], datetime],
    size: int,
) -> list[Line]:
    """The next mails that are this sender's alone, after everybody can see so; none when nothing is left."""
    for _ in range(_RACES):
        ledger = branch.read()
        moment = moment_text(now())
        found = plan(ledger, book.read(), due, book.sender, moment, by=by)
        told = with_lines(ledger, found.record)
        if found.ready:
            if found.record and not branch.write(told, _words(found.record, 0)):
                continue
            return [told[key] for key in found.ready]
        batch = secrets.token_hex(4)
        claims = [
            Line(
                key=key,
                group=group,
                state=State.CLAIMED,
                by=by,
                sender=book.sender,
                batch=batch,
                at=moment,
                again=told[key].again if key in told else (),
            )
            for key, group in first_batch(found.claim, size)
        ]
        if not claims and not found.record:
            return []
        if branch.write(with_lines(told, claims), _words(found.record, len(claims))):
            return claims
    raise _too_many()


def _told(branch: LedgerBranch, book: Journal, now: Callable[[], datetime]) -> Ledger:
    """Tell everybody what came of the last batch."""
    for _ in range(_RACES):
        ledger = branch.read()
        found = plan(ledger, book.read(), (), book.sender, moment_text(now()), release=True)
        told = with_lines(ledger, found.record)
        if not found.record or branch.write(told, _words(found.record, 0)):
            return told
    raise _too_many()


def _sent(mail: Outgoing, line: Line, post: Post, book: Journal, sleep: Callable[[float], None]) -> Outcome:
    """Give one mail to the server, noted before and after."""
    outcome = Outcome(event="later")
    for pause in (*_PAUSES, None):
        message, address = _done(mail.compose)
        book.write(line.key, line.batch, "sending")
        try:
            outcome = post.send(message, address)
        except UsageError:
            book.write(line.key, line.batch, "later")  # it is certain that this one did not leave
            raise
        if outcome.event != "sending":
            book.write(line.key, line.batch, outcome.event, outcome.code)
        if outcome.event != "later" or pause is None:
            break
        sleep(pause)
    return outcome


def _delivered(ledger: Ledger, found: Plan, sent: int, due: Sequence[tuple[str, str]]) -> Delivered:
    told = with_lines(ledger, found.record)
    states: dict[State, list[Line]] = {}
    for key, _ in due:
        if key in told:
            states.setdefault(told[key].state, []).append(told[key])
    left = len(found.claim) + len(found.ready)
    return Delivered(sent=sent, left=left, states={state: tuple(lines) for state, lines in states.items()})


def _words(record: Sequence[Line], claims: int) -> str:
    done = Counter(str(line.state) for line in record)
    parts = [f"{number} {state}" for state, number in sorted(done.items())]
    return "Mails: " + ", ".join(parts + ([f"{claims} claimed"] if claims else []))


def _too_many() -> UsageError:
    return UsageError("Others write to the ledger of mails all the time; wait until they are done, and try again.")
