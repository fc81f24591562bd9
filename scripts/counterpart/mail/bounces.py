"""Mails that came back: which of ours they are, by the Message-ID that we gave them, and by nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from counterpart.files.git import Git
from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.model import RoundId
from counterpart.moments import moment_text
from counterpart.rounds.mail_log import State, with_lines
from counterpart.rounds.mail_log_branch import MailLogBranch

_LARGEST = 32 * 1024 * 1024
_OURS = re.compile(rb"<([a-z-]{1,40})\.([0-9A-HJKMNP-TV-Z]{10})\.([1-9][0-9]{0,2})\.([0-9]{4}-[1-9])@")
_RACES = 50


def bounces(
    repository: Repository, round_id: RoundId, files: Sequence[Path], *, by: str, now: datetime
) -> tuple[str, ...]:
    """Note the mails of the round that the delivery reports (RFC 3464) in *files* say failed; their keys.

    A report is anybody's word: it can say of a mail that it came back, which a coordinator then looks at, and
    nothing else. What else is in the files is not looked at.
    """
    keys = sorted({key for path in files for key in _failed(path, round_id)})
    branch = MailLogBranch(Git(repository.root), round_id)
    for _ in range(_RACES):
        ledger = branch.read()
        moment = moment_text(now)
        lines = [
            replace(ledger[key], state=State.BOUNCED, by=by, at=moment)
            for key in keys
            if key in ledger and ledger[key].state in (State.SENT, State.UNKNOWN)
        ]
        if not lines or branch.write(with_lines(ledger, lines), f"Mails: {len(lines)} came back"):
            return tuple(line.key for line in lines)
    raise UsageError("Others write to the ledger of mails all the time; wait until they are done, and try again.")


def _failed(path: Path, round_id: RoundId) -> set[str]:
    try:
        with open(path, "rb") as file:
            content = file.read(_LARGEST)
    except OSError:
        raise UsageError(f"'{path}' cannot be read.") from None
    reports = re.split(rb"(?m)^From [^\r\n]*\r?\n", content) if content.startswith(b"From ") else [content]
    return {key for report in reports for key in _of_report(message_from_bytes(report), round_id)}


def _of_report(message: Message, round_id: RoundId) -> set[str]:
    """The keys in one delivery report that says that delivery failed for good; none in any other mail."""
    if message.get_content_type() != "multipart/report":
        return set()
    failed = False
    keys: set[str] = set()
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            failed |= bool(re.search(rb"(?im)^action:\s*failed", part.as_bytes()))
        elif kind in ("message/rfc822", "text/rfc822-headers"):
            head = re.split(rb"\r?\n\r?\n", part.as_bytes().partition(b"\n\n")[2] or part.as_bytes(), maxsplit=1)[
                0
            ]
            for line in re.findall(rb"(?im)^message-id:[^\r\n]*", head):
                for kind_, id, number, round in _OURS.findall(line):
                    if round.decode() == round_id:
                        keys.add(f"{kind_.decode()}/{id.decode()}/{number.decode()}")
    return keys if failed else set()
