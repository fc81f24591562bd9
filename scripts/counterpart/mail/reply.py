"""What a mail server's answer is about: the person a mail goes to, or the account that sends it.

By the enhanced status codes of RFC 3463 and RFC 5248 where the server gives them, and else by its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

_STATUS = re.compile(r"\s*([245])\.(\d{1,3}\.\d{1,3})\b")

#: These speak of the receiver: no such address, a full or closed mailbox, no way to its server.
_RECEIVER = frozenset(
    {"1.0", "1.1", "1.2", "1.3", "1.4", "1.6", "1.9", "1.10", "2.1", "2.2", "2.3", "2.4", "4.1", "4.4", "4.6"}
)
#: These speak of the sender: its address, how much it may send, what is thought of it.
_SENDER = frozenset(
    {"1.7", "1.8", "1.90", "4.5", "7.28", "7.60", "7.501", "7.502", "7.503", "7.705", "7.708", "7.750"}
)

_OF_RECEIVER = re.compile(
    r"no such|unknown|not (?:a )?(?:known|valid|found|exist)|n[o']t exist|invalid (?:recipient|address|mailbox)"
    r"|mailbox|over ?quota|user you are trying|recipient(?:'s)? (?:address|account|is|not|has)|no longer"
)
_OF_SENDER = re.compile(
    r"limit|quota|too many|too much|\brate\b|throttl|exceed|daily|hourly|per (?:hour|day|minute)"
    r"|suspend|outbound|blocked|block list|blocklist|blacklist|reputation|abuse|temporarily deferred|slow down"
)


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's answer that a mail was not taken. Its words may name people, so it shows none of them."""

    code: int
    status: str = ""  # without its class: "4.5" of 5.4.5; empty where the server gave none
    _words: str = ""

    @classmethod
    def of(cls, code: int, text: bytes) -> Reply:
        """The answer with a *code* and the *text* behind it."""
        words = text.decode("utf-8", "replace").casefold()
        found = _STATUS.match(words)
        return cls(code, found.group(2) if found else "", words)

    def __repr__(self) -> str:
        """The numbers alone."""
        return f"Reply({self})"

    def __str__(self) -> str:
        """As people look it up: ``550 5.4.5``."""
        return f"{self.code} {self.code // 100}.{self.status}" if self.status else f"{self.code}"

    @property
    def about_receiver(self) -> bool:
        """Whether it is certain that another person's mail may be taken all the same."""
        if self.status in _SENDER:
            return False
        return self.status in _RECEIVER or (not self._of_policy and bool(_OF_RECEIVER.search(self._words)))

    @property
    def about_sender(self) -> bool:
        """Whether it is certain that nobody's mail is taken now."""
        if self.status in _SENDER:
            return True
        of_mail = self.status == "3.4" or "message size" in self._words  # a limit, of this one mail
        return not self.about_receiver and not of_mail and bool(_OF_SENDER.search(self._words))

    @property
    def _of_policy(self) -> bool:
        return self.status.startswith("7.") or self.status == "2.0"

    @property
    def pause(self) -> timedelta:
        """How long to wait before more is tried; a guess, from the server's words."""
        if re.search(r"dail|day|24.?h", self._words) or self.status in ("4.5", "1.90"):
            return timedelta(days=1)
        return timedelta(hours=1)
