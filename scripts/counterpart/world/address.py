"""What an e-mail address may be: the schema of the sealed part says it, and everybody asks here.

Some providers gave people addresses with two dots in a row, or a dot at an end. Such an address is real, and mail
reaches it when the part before the ``@`` is written in quotes.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from counterpart.files import schema

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


def plain(typed: str) -> str:
    """The address that somebody typed or pasted; the form's ``address.js`` does the same.

    Without what cannot be seen, ``mailto:``, a name around it, or quotes; its domain as name servers know it. What
    is no address stays none.
    """
    text = "".join(c for c in unicodedata.normalize("NFKC", typed) if unicodedata.category(c) != "Cf").strip()
    if around := re.search(r"<([^<>]*)>\Z", text):
        text = around[1].strip()
    if text[:7].casefold() == "mailto:":
        text = text[7:].partition("?")[0]
    text = re.sub(r'\A"([^"\\]*)"@', r"\1@", text)
    local, at, domain = text.rpartition("@")
    return f"{local}{at}{_known_domain(domain)}" if at else text


def _known_domain(domain: str) -> str:
    if domain.isascii() or re.search(r"[\0-,/:-@\[-`{-\x7f]", domain):
        return domain
    labels = re.split(r"[.\u3002]", domain.lower())
    try:
        return ".".join(each if each.isascii() else "xn--" + each.encode("punycode").decode() for each in labels)
    except UnicodeError:
        return domain


def was_taken(address: str) -> bool:
    """Whether *address* may stand in an application that came in before the rule was what it is now."""
    return len(address) <= 254 and _BEFORE.fullmatch(address) is not None


def without_links(words: str) -> str:
    """*words* that name somebody, without what mail programs would make a link of."""
    return re.sub(r"(?i)://|www[.]|@|[.](?=(?:com|net|org)(?![a-z]))", " ", words)


def on_the_wire(address: str) -> str:
    """*address* as headers and mail servers take it; ``NotAnAddress`` where no mail can be sent to it."""
    if not takes(address):
        raise NotAnAddress
    local, _, domain = address.rpartition("@")
    return address if _ATOMS.fullmatch(local) else f'"{local}"@{domain}'


@cache
def _rule(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.removesuffix("$") + r"\Z", re.ASCII)
