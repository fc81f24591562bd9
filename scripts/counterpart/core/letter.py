"""A letter: what one person reads, in plain text and in HTML. It knows no address."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a letter: its name, its type such as ``text/calendar``, its bytes."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter; ``key`` is what it is known by in the ledger: ``introduction/7GQ2MK4XHN/1``."""

    key: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()

    def __repr__(self) -> str:
        """Its key; never what stands in it."""
        return f"Letter({self.key})"
