"""Mails that came back: which of ours they are, by the Message-ID that we gave them, and by nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes, message_from_string
from email.message import Message
from pathlib import Path

from counterpart.files.git import Git
from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.model import RoundId
from counterpart.moments import moment_text
from counterpart.rounds.mail_log import Ledger, State, with_lines
from counterpart.rounds.mail_log_branch import MailLogBranch

_LARGEST = 32 * 1024 * 1024
_OURS = re.compile(r"<([a-z-]{1,40})\.([0-9A-HJKMNP-TV-Z]{10})\.([1-9][0-9]{0,2})\.([0-9]{4}-[1-9])@")
_FAILED = re.compile(
    r"undeliver|(?:not|n't)(?: be| been| able to be| able to)? deliver|delivery .{0,40}fail|fail.{0,40} deliver"
    r"|returned (?:mail|to sender)|permanent (?:error|fail)|address not found|no (?:such )?(?:user|mailbox)"
    r"|(?:recipient|user|mailbox|account).{0,40}(?:unknown|not found|n't exist|not exist|unavailable|full)"
)
_RACES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What files say of mails, by their keys. ``perhaps``: a person must look, as no machine can tell.

    ``late``: the server still tries. ``other``: how many of the mails in the files speak of none of ours.
    """

    noted: tuple[str, ...] = ()
    before: tuple[str, ...] = ()  # noted by an earlier call
    perhaps: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    other: int = 0


def bounces(
    repository: Repository, round_id: RoundId, files: Sequence[Path], *, by: str, now: datetime
) -> Returned:
    """Note the mails of the round that the delivery reports (RFC 3464) in *files* say failed.

    A report is anybody's word: it can say of a mail that it came back, which a coordinator then looks at, and
    nothing else. What is no report, but names a mail of ours and speaks of failure, is only told.
    """
    read = [_of_mail(message, round_id) for path in files for message in _mails(path)]
    branch = MailLogBranch(Git(repository.root), round_id)
    for _ in range(_RACES):
        ledger = branch.read()
        found = _returned(read, ledger)
        moment = moment_text(now)
        lines = [replace(ledger[key], state=State.BOUNCED, by=by, at=moment) for key in found.noted]
        if not lines or branch.write(with_lines(ledger, lines), f"Mails: {len(lines)} came back"):
            return found
    raise UsageError("Others write to the ledger of mails all the time; wait until they are done, and try again.")


def _returned(read: Sequence[tuple[str, set[str]]], ledger: Ledger) -> Returned:
    """What was *read* in mails, held against the *ledger*; ``noted`` is what is to be noted."""
    told: dict[str, set[str]] = {"failed": set(), "late": set(), "perhaps": set(), "": set()}
    for said, keys in read:
        told[said] |= keys & ledger.keys()
    gone = {key for key, line in ledger.items() if line.state in (State.SENT, State.UNKNOWN)}
    noted = told["failed"] & gone
    return Returned(
        noted=tuple(sorted(noted)),
        before=tuple(sorted(key for key in told["failed"] if ledger[key].state is State.BOUNCED)),
        perhaps=tuple(sorted(told["perhaps"] & gone - noted)),
        late=tuple(sorted(told["late"] - noted)),
        other=sum(not keys & ledger.keys() for _, keys in read),
    )


def _mails(path: Path) -> list[Message]:
    """The mails in a file: one, or many as a mail program keeps a folder."""
    try:
        with open(path, "rb") as file:
            content = file.read(_LARGEST)
    except OSError:
        raise UsageError(f"'{path}' cannot be read.") from None
    parts = re.split(rb"(?m)^From [^\r\n]*\r?\n", content)[1:] if content.startswith(b"From ") else [content]
    return [message_from_bytes(part) for part in parts]


def _of_mail(message: Message, round_id: RoundId) -> tuple[str, set[str]]:
    """What one mail says, and of which of ours: "failed", "late", "perhaps", or "" with no key."""
    if message.get_content_type() == "multipart/report":
        return _of_report(message, round_id)
    words = "\n".join([*(f"{name}: {value}" for name, value in message.items()), *_texts(message)])
    keys = _keys(words, round_id)
    speaks = "X-Failed-Recipients" in message or _FAILED.search(words.casefold())
    return ("perhaps", keys) if keys and speaks else ("", set())


def _of_report(message: Message, round_id: RoundId) -> tuple[str, set[str]]:
    """What a delivery report says, and of which of our mails."""
    actions = {
        action.casefold()
        for part in message.walk()
        if part.get_content_type() == "message/delivery-status"
        for action in re.findall(r"(?im)^action:\s*(\w+)", part.as_string())
    }
    keys = {key for part in message.walk() for key in _named(part, round_id)}
    if "failed" in actions:
        return "failed", keys
    return ("late", keys) if "delayed" in actions else ("", set())


def _named(part: Message, round_id: RoundId) -> set[str]:
    """The key of the mail whose head a part of a report holds."""
    if part.get_content_type() == "message/rfc822":
        inside = part.get_payload(0) if part.is_multipart() else message_from_string(_text(part))
    elif part.get_content_type() == "text/rfc822-headers":
        inside = message_from_string(_text(part))
    else:
        return set()
    assert isinstance(inside, Message)
    return _keys(str(inside.get("Message-ID", "")), round_id)


def _keys(text: str, round_id: RoundId) -> set[str]:
    return {f"{kind}/{id}/{number}" for kind, id, number, round in _OURS.findall(text) if round == round_id}


def _texts(message: Message) -> list[str]:
    return [_text(part) for part in message.walk() if part.get_content_maintype() == "text"]


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
