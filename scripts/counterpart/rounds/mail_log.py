"""The ledger of mails: which was claimed by whom, which left, and of which nobody knows. No address is in it.

A mail is claimed, for everybody to see, before it is sent, so that no two senders send the same one. What a
sender did after its claim is in its own journal until the ledger has it too; where the two do not tell whether
a mail left, it is *unknown*, and a coordinator is asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple


class State(StrEnum):
    """Where one mail stands."""

    CLAIMED = "claimed"  # one sender may send it, and nobody else
    SENT = "sent"  # the mail server took it
    REFUSED = "refused"  # the mail server will not take it, for good
    BOUNCED = "bounced"  # it was taken, and came back
    LATER = "later"  # the mail server would not take it yet; anybody may try again
    UNKNOWN = "unknown"  # it may have left: a coordinator must say
    AGAIN = "again"  # a coordinator said that it did not leave; anybody may send it


#: A mail in one of these may be claimed, by anybody.
_FREE = frozenset({State.LATER, State.AGAIN})

#: Nothing is done any more about a mail in one of these.
_DONE = frozenset({State.SENT, State.REFUSED, State.BOUNCED})

#: Of two logs that differ about a mail, the one with the later of these is believed: no mail leaves twice.
_RANK = (
    State.LATER, State.AGAIN, State.CLAIMED, State.UNKNOWN, State.REFUSED, State.SENT, State.BOUNCED,
)  # fmt: skip

_KEY = re.compile(r"[a-z-]{1,40}/[0-9A-HJKMNP-TV-Z]{10}/[1-9][0-9]{0,8}")
_CODE = re.compile(r"[A-Za-z0-9+-]{1,160}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

#: What every line has besides its state, and the form of each; and the names of all that it may have.
_FORMS = {"mail": _KEY, "group": _CODE, "by": _CODE, "sender": _CODE, "batch": _CODE, "at": _MOMENT}
_NAMES = frozenset({*_FORMS, "state", "code", "again", "returned"})


class MailKey(NamedTuple):
    """What names one e-mail of a round, for ever: its kind, the person, and a number that the kind counts by."""

    kind: str
    person: str
    number: int

    def __str__(self) -> str:
        """As it stands in the log: ``introduction/7GQ2MK4XHN/1``."""
        return f"{self.kind}/{self.person}/{self.number}"

    @classmethod
    def of(cls, text: str) -> MailKey:
        """The key that *text* is; ValueError where it has not three parts, the last a number."""
        kind, person, number = text.split("/")
        return cls(kind, person, int(number))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One mail's line. ``by``: the coordinator's code; ``sender``: the machine's; ``batch``: the claim's."""

    key: str
    group: str
    state: State
    by: str
    sender: str
    batch: str
    at: str  # UTC; of the latest change
    code: int | None = None  # the mail server's answer, where it refused
    again: tuple[str, ...] = ()  # earlier batches of which a coordinator said that the mail did not leave
    returned: tuple[str, ...] = ()  # earlier batches in which it left and came back, before it might go once more

    @property
    def mail(self) -> MailKey:
        """The key, in parts."""
        return MailKey.of(self.key)

    @property
    def free(self) -> bool:
        """Whether anybody may claim it."""
        return self.state in _FREE

    @property
    def put_off(self) -> bool:
        """Whether the mail server was asked, and would not take it yet."""
        return self.state is State.LATER and self.code is not None

    def claimed_by(self, sender: str) -> bool:
        """Whether it is *sender* who may send it, and nobody else."""
        return self.state is State.CLAIMED and self.sender == sender


Ledger = Mapping[str, Line]

#: What a sender's own journal says of a mail: (key, batch) -> "sending", or what came of it, with the code.
Journal = Mapping[tuple[str, str], tuple[str, int | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one sender can do about the mails that are due."""

    record: tuple[Line, ...] = ()  # results, or the lack of one, that the ledger does not have yet
    claim: tuple[tuple[str, str], ...] = ()  # (key, group): free to be claimed
    ready: tuple[str, ...] = ()  # claimed by this sender and not begun: safe to send


def plan(
    ledger: Ledger,
    journal: Journal,
    due: Iterable[tuple[str, str]],
    sender: str,
    now: str,
    *,
    by: str = "",
    release: bool = False,
) -> Plan:
    """What *sender* can do about the *due* mails, as (key, group), by the ledger and by its own journal.

    Recorded is every result of this sender that the ledger lacks, whether its mail is due any more or not: what
    the journal calls sent counts for ever, whatever became of the ledger since. *by*: the coordinator in whose
    name it is recorded. With *release*, what the sender claimed and did not begin is given back, for anybody.
    """
    wanted = dict(due)
    record = _remembered(ledger, journal, wanted, sender, by or sender, now)
    mine = [line for line in ledger.values() if line.sender == sender and line.key not in record]
    record |= _results(mine, journal, now, release)
    untouched = {line.key for line in mine if line.state is State.CLAIMED and line.key not in record}
    return Plan(
        record=tuple(record.values()),
        claim=_claimable(with_lines(ledger, record.values()), wanted),
        ready=tuple(key for key in wanted if key in untouched),
    )


def _results(mine: Iterable[Line], journal: Journal, now: str, release: bool) -> dict[str, Line]:
    """The results that the ledger lacks of one sender's lines; with *release* what was not begun is given back."""
    results: dict[str, Line] = {}
    for line in mine:
        result = journal.get((line.key, line.batch))
        if result is not None and _is_news(line, result[0]):
            results[line.key] = _told(line, *result, now)
        elif result is None and release and line.state is State.CLAIMED:
            results[line.key] = replace(line, state=State.LATER, at=now)
    return results


def _is_news(line: Line, event: str) -> bool:
    """Whether the ledger lacks this result; a refusal may have been found to mean the sender, and not the mail."""
    return line.state is State.CLAIMED or (line.state is State.REFUSED and event == "later")


def _claimable(ledger: Ledger, wanted: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Those of the *wanted* mails that anybody may claim, with their groups.

    What a server said no to waits until everybody else had a turn, or the same few would stop every run.
    """
    free = [(key, group) for key, group in wanted.items() if key not in ledger or ledger[key].free]
    put_off = {group for key, group in free if key in ledger and ledger[key].put_off}
    return tuple(sorted(free, key=lambda pair: pair[1] in put_off))


def _told(line: Line, event: str, code: int | None, now: str) -> Line:
    """The line of a claim with what came of it."""
    state = State.UNKNOWN if event == "sending" else State(event)
    return replace(line, state=state, at=now, code=code)


def _remembered(
    ledger: Ledger, journal: Journal, wanted: Mapping[str, str], sender: str, by: str, now: str
) -> dict[str, Line]:
    """What the sender's journal knows of mails that the ledger would let somebody send once more."""
    events: dict[str, dict[str, str]] = {}
    for (key, batch), (event, _) in journal.items():
        if event in ("sent", "sending") and (key in ledger or key in wanted):
            events.setdefault(key, {})[batch] = event
    record: dict[str, Line] = {}
    for key, batches in events.items():
        line = ledger.get(key)
        first = Line(key=key, group=wanted.get(key, ""), state=State.LATER, by=by, sender=sender, batch="", at=now)
        if (found := _once_more(line or first, batches, sender)) is not None:
            record[key] = replace(found, sender=sender, at=now, code=None)
    return record


def _once_more(line: Line, batches: Mapping[str, str], sender: str) -> Line | None:
    """The *line* as what this sender did under its *batches* makes it; None where the line says so already."""
    if line.state in _DONE:
        return None
    begun = _unanswered(line, batches)
    sent = [batch for batch, event in batches.items() if event == "sent" and batch not in line.returned]
    # What the journal has of the latest claim itself is recorded as the result of that claim.
    open_ = line.free or (line.claimed_by(sender) and line.batch not in batches)
    if not sent and not (begun and open_):
        return None
    return replace(
        line,
        state=State.SENT if sent else State.UNKNOWN,
        batch=(sent or begun)[-1],
        again=tuple(sorted({*line.again, *begun[:-1]})),
    )


def _unanswered(line: Line, batches: Iterable[str]) -> list[str]:
    """Those of a mail's *batches* of which no coordinator said that it did not leave."""
    # A coordinator's word on a claim answers what was begun under that claim, and nothing that came after.
    answered = {*line.again, *line.returned, line.batch if line.state is State.AGAIN else ""}
    return [batch for batch in batches if batch not in answered]


def first_batch(claim: Sequence[tuple[str, str]], size: int) -> tuple[tuple[str, str], ...]:
    """The first mails to claim: about *size*, and of a group all or none. Groups stand together in *claim*."""
    chosen: list[tuple[str, str]] = []
    for key, group in claim:
        if len(chosen) >= size and group != chosen[-1][1]:
            break
        chosen.append((key, group))
    return tuple(chosen)


def with_lines(ledger: Ledger, lines: Iterable[Line]) -> Ledger:
    """The ledger with these lines in the place of those of the same mails."""
    return {**ledger, **{line.key: line for line in lines}}


def settled(line: Line, word: State, *, by: str, now: str) -> Line:
    """A coordinator's *word* on a mail: that it was sent, that it came back, or that it may go again."""
    if word is not State.AGAIN:
        return replace(line, state=word, by=by, at=now, code=None)
    again = replace(line, state=State.AGAIN, by=by, at=now, code=None)
    if line.state is State.BOUNCED:
        return replace(again, returned=(*line.returned, line.batch))
    return replace(again, again=(*line.again, line.batch))


def forgets(ledger: Ledger, earlier: Ledger) -> bool:
    """Whether *ledger* lacks a mail of an *earlier* one, or would have one sent anew that left by that time."""
    gone = (State.SENT, State.BOUNCED)
    return any(
        key not in ledger
        or (line.state in gone and ledger[key].state not in gone and line.batch not in ledger[key].returned)
        for key, line in earlier.items()
    )


def joined(ledgers: Iterable[Ledger]) -> Ledger:
    """One ledger of several that parted: of each mail the line of which most was done."""
    lines: dict[str, Line] = {}
    for ledger in ledgers:
        for key, line in ledger.items():
            other = lines.get(key, line)
            again, returned = {*other.again, *line.again}, {*other.returned, *line.returned}
            # A claim that a coordinator answered in one of the two is over, whatever the other says of it.
            answered = [
                each for each in (other, line)
                if (each.state in (State.CLAIMED, State.UNKNOWN) and each.batch in again)
                or (each.state in (State.SENT, State.BOUNCED) and each.batch in returned)
            ]  # fmt: skip
            open_ = [each for each in (other, line) if each not in answered]
            rank = [(_RANK.index(each.state), each.at, each.batch, each) for each in open_ or (other, line)]
            best = max(rank, key=lambda each: each[:3])[3]
            lines[key] = replace(best, again=tuple(sorted(again)), returned=tuple(sorted(returned)))
    return lines


def text_of(ledger: Ledger) -> str:
    """The ledger as a file: one line of JSON for each mail, sorted."""
    return "".join(json.dumps(_data(ledger[key]), separators=(",", ":")) + "\n" for key in sorted(ledger))


def ledger_from(text: str) -> dict[str, Line]:
    """The ledger in a file; ValueError where it is none."""
    lines = [_line(json.loads(line)) for line in text.splitlines()]
    found = {line.key: line for line in lines}
    if len(found) != len(lines):
        raise ValueError("a mail has two lines")
    return found


def _data(line: Line) -> dict[str, object]:
    data: dict[str, object] = {
        "mail": line.key,
        "group": line.group,
        "state": str(line.state),
        "by": line.by,
        "sender": line.sender,
        "batch": line.batch,
        "at": line.at,
    }
    data |= {} if line.code is None else {"code": line.code}
    data |= {"again": list(line.again)} if line.again else {}
    return data | ({"returned": list(line.returned)} if line.returned else {})


def _line(data: Any) -> Line:
    if not _is_line(data):
        raise ValueError("not a line of the ledger")
    return Line(
        key=data["mail"],
        group=data["group"],
        state=State(data["state"]),
        by=data["by"],
        sender=data["sender"],
        batch=data["batch"],
        at=data["at"],
        code=data.get("code"),
        again=tuple(data.get("again", ())),
        returned=tuple(data.get("returned", ())),
    )


def _is_line(data: Any) -> bool:
    """Whether *data* has the form of a mail's line, whatever its state says."""
    if not isinstance(data, dict) or not data.keys() <= _NAMES:
        return False
    code, batches = data.get("code"), (data.get("again", []), data.get("returned", []))
    return (
        all(_has_form(form, data.get(name)) for name, form in _FORMS.items())
        and all(isinstance(each, list) and all(_has_form(_CODE, batch) for batch in each) for each in batches)
        and (code is None or (type(code) is int and 0 <= code < 1000))
    )


def _has_form(form: re.Pattern[str], word: object) -> bool:
    return isinstance(word, str) and form.fullmatch(word) is not None


def begun(ledger: Ledger, number: int) -> bool:
    """Whether any mail of the introductions of the pairing *number* was sent, or may have been."""
    return any(
        (mail := line.mail).kind == "introduction" and mail.number == number and line.state is not State.LATER
        for line in ledger.values()
    )
