"""A letter with an address: a mail, ready to be sent."""

from __future__ import annotations

import re
from datetime import datetime
from email.header import Header
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from typing import Any

from counterpart.mail.letter import Letter
from counterpart.mail.smtp import Settings, secure
from counterpart.model import Round, RoundId
from counterpart.world.address import on_the_wire


class _Verbatim(UnstructuredHeader):
    """A header whose value is one long address: it is never encoded, or no program would find the address."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


class _Mailbox(UnstructuredHeader):
    """One name and one address, as ``mailbox`` wrote them: the library unquotes what it folds."""

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        super().parse("", kwds)
        kwds["decoded"] = value

    def fold(self, *, policy: Policy) -> str:
        lines = f"{self.name}: {self}".replace(" =?", f"{policy.linesep} =?").split(policy.linesep)  # type: ignore[attr-defined]
        name, _, address = lines[-1].rpartition(" <")
        if address and len(lines[-1]) > _LINE:
            lines[-1:] = [name, f" <{address}"]
        return policy.linesep.join(lines) + policy.linesep


_LINE = 76
_PLAIN = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _Verbatim)  # type: ignore[arg-type] # the registry adds the base
for _name in ("from", "to", "reply-to"):
    _HEADERS.map_to_type(_name, _Mailbox)  # type: ignore[arg-type]


def mailbox(name: str, address: str) -> str:
    """A *name* and an *address* as one mailbox of RFC 5322, in ASCII.

    A name that is long, not ASCII, or looks like an encoded word is written as encoded words, which nothing in
    between has a reason to take apart. ``NotAnAddress`` where no mail can be sent to the address.
    """
    wire, name = on_the_wire(address), secure(name)
    if not name:
        return wire
    if not name.isascii() or "=?" in name or len(name) > _LINE - len("Reply-To: ") - 2:
        # Lines are folded later: a header is one line until then.
        words = Header(name, "utf-8", maxlinelen=_LINE - 1, header_name="Reply-To").encode()
        return f"{' '.join(words.split())} <{wire}>"
    if _PLAIN.fullmatch(name):
        return f"{name} <{wire}>"
    quoted = re.sub(r'(["\\])', r"\\\1", name)
    return f'"{quoted}" <{wire}>'


def message_id(key: str, round_id: RoundId, address: str) -> str:
    """The mail's Message-ID, always the same: who gets a mail twice, by whatever accident, may see one."""
    return f"<{key.replace('/', '.')}.{round_id}@{address.rpartition('@')[2]}>"


def mail(
    letter: Letter, round: Round, *, name: str, address: str, settings: Settings, now: datetime
) -> EmailMessage:
    """The mail that carries *letter* to *name* at *address*; a name that no header can hold is cleaned.

    ``NotAnAddress`` where no mail can be sent to the address. Text and HTML are quoted-printable, so that no line
    is too long for any server on the way.
    """
    message = EmailMessage(policy=SMTP.clone(header_factory=_HEADERS))
    message["From"] = mailbox(settings.name, settings.address)
    message["To"] = mailbox(name, address)
    message["Subject"] = secure(letter.subject)
    message["Date"] = now
    message["Message-ID"] = message_id(letter.key, round.id, settings.address)
    if round.contact and not round.contact.startswith("https://"):
        message["Reply-To"] = mailbox("", round.contact)
    # Machines that answer mails, to say that somebody is away, leave mails with these alone (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if letter.stop:
        message["List-Unsubscribe"] = f"<{letter.stop}>"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    for each in letter.attachments:
        main, _, sub = each.type.partition("/")
        if main == "text":
            words = each.content.decode("utf-8")
            message.add_attachment(words, subtype=sub, cte="quoted-printable", filename=each.name)
        else:
            message.add_attachment(each.content, maintype=main, subtype=sub, filename=each.name)
    return message
