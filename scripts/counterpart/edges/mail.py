"""A letter with an address: a mail, ready to be sent."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy

from counterpart.core.letter import Letter
from counterpart.edges.smtp import Settings, secure
from counterpart.model import Round


class _Verbatim(UnstructuredHeader):
    """A header whose value is one long address: it is never encoded, or no program would find the address."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _Verbatim)  # type: ignore[arg-type] # the registry adds the base


def message_id(key: str, round_id: str, address: str) -> str:
    """The mail's Message-ID, always the same: who gets a mail twice, by whatever accident, may see one."""
    return f"<{key.replace('/', '.')}.{round_id}@{address.rpartition('@')[2]}>"


def mail(
    letter: Letter, round: Round, *, name: str, address: str, settings: Settings, now: datetime
) -> EmailMessage:
    """The mail that carries *letter* to *name* at *address*; a name that no header can hold is cleaned.

    Text and HTML are quoted-printable, so that no line is too long for any server on the way.
    """
    message = EmailMessage(policy=SMTP.clone(header_factory=_HEADERS))
    message["From"] = Address(secure(settings.name), addr_spec=settings.address)
    message["To"] = Address(secure(name), addr_spec=address)
    message["Subject"] = secure(letter.subject)
    message["Date"] = now
    message["Message-ID"] = message_id(letter.key, round.id, settings.address)
    if round.contact and not round.contact.startswith("https://"):
        message["Reply-To"] = round.contact
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
