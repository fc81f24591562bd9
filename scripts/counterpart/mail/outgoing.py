"""Compose: the mail that is due to one person, and why one cannot be written."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage

from counterpart.mail.compose import Writer
from counterpart.mail.due import Due
from counterpart.mail.message import mail, mailbox
from counterpart.mail.smtp import Settings
from counterpart.world.address import NotAnAddress, on_the_wire

#: In whose name a mail is written that is only tried.
TRIAL = Settings(host="localhost", port=25, security="none", name="Counterpart", address="nobody@example.org")


def compose(writer: Writer, due: Due, settings: Settings, now: datetime) -> tuple[EmailMessage, str]:
    """The mail that is *due*, and its address as a mail server takes it."""
    letter = writer.letter(due)
    name, address = writer.to(due.id)
    return mail(letter, writer.round, name=name, address=address, settings=settings, now=now), on_the_wire(address)


def write(writer: Writer, due: Due) -> None:
    """Write the letter that is *due* and its address; raises as ``compose`` would where that cannot be done."""
    writer.letter(due)
    mailbox(*writer.to(due.id))


def why_not(error: Exception) -> str:
    """Why a mail cannot be written: the kind of *error*, and nothing of what it says."""
    if isinstance(error, NotAnAddress):
        return "the address is not one that e-mail can be sent to"
    return f"an unexpected error: {type(error).__name__}"
