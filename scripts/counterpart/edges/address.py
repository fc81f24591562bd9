"""What an e-mail address may be: the schema of the sealed part says it, and everybody asks here.

Some providers gave people addresses with two dots in a row, or a dot at an end. Such an address is real, and mail
reaches it when the part before the ``@`` is written in quotes.
"""

from __future__ import annotations

import re
from functools import cache

from counterpart.edges import schema

_ATOMS = re.compile(r"[^.]+(?:\.[^.]+)*")
_BEFORE = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


class NotAnAddress(ValueError):
    """No mail can be sent to it. Nothing of it is shown."""

    def __init__(self) -> None:
        super().__init__("not an address that mail can be sent to")


def takes(address: str) -> bool:
    """Whether an application may give *address*: whether mail can be sent to it."""
    rule = schema.schema("identity")["properties"]["email"]
    return len(address) <= rule["maxLength"] and _rule(rule["pattern"]).search(address) is not None


def was_taken(address: str) -> bool:
    """Whether *address* may stand in an application that came in before the rule was what it is now."""
    return len(address) <= 254 and _BEFORE.fullmatch(address) is not None


def on_the_wire(address: str) -> str:
    """*address* as headers and mail servers take it; ``NotAnAddress`` where no mail can be sent to it."""
    if not takes(address):
        raise NotAnAddress
    local, _, domain = address.rpartition("@")
    return address if _ATOMS.fullmatch(local) else f'"{local}"@{domain}'


@cache
def _rule(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.removesuffix("$") + r"\Z", re.ASCII)
