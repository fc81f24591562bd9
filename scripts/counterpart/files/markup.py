"""Text, days, moments and links as the site's pages hold them: Markdown in which data is never obeyed."""

from __future__ import annotations

import posixpath
import re
from datetime import UTC, date, datetime
from html import escape

from counterpart.moments import moment_text

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

# Entities instead of backslashes: they mean the same in Markdown, inside HTML and inside an attribute.
_SHOWN = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"} | {c: f"&#{ord(c)};" for c in "\\`*_{}[]#!|~$^"}
)
# What makes a list or a term only where a line begins.
_BEGINS = re.compile(r"[-+=:]|[0-9]+[.)]")


def escaped(text: str) -> str:
    """Text as Markdown and HTML show it and do not obey it, on one line."""
    plain = " ".join(text.split())
    shown = plain.translate(_SHOWN)
    return f"&#{ord(shown[0])};{shown[1:]}" if _BEGINS.match(plain) else shown


def paragraph(*lines: str) -> str:
    """Parts of a page, an empty line between each two; empty ones are left out."""
    return "\n\n".join(line.strip("\n") for line in lines if line.strip())


def page(title: str, description: str, body: str) -> str:
    """A page's Markdown with its head, whose words are escaped: themes put them into HTML as they are."""
    return f"---\ntitle: {_quoted(title)}\ndescription: {_quoted(description)}\n---\n\n{body.strip()}\n"


def attribute(text: str) -> str:
    """Text as it may stand in an attribute of HTML between double quotes, or between tags."""
    return escape(" ".join(text.split()), quote=True)


def _quoted(text: str) -> str:
    return '"' + attribute(text).replace("\\", "\\\\") + '"'


def day_words(day: date) -> str:
    """``Monday, 1 March 2027``."""
    return f"{_DAYS[day.weekday()]}, {day.day} {_MONTHS[day.month - 1]} {day.year}"


def moment_words(moment: datetime) -> str:
    """``Monday, 1 March 2027, 08:00 UTC``."""
    utc = moment.astimezone(UTC)
    return f"{day_words(utc.date())}, {utc:%H:%M} UTC"


def day_tag(day: date) -> str:
    """A day in HTML. It is a day in the round's zone, and is the same day for every reader."""
    return f'<time datetime="{day.isoformat()}">{day_words(day)}</time>'


def moment_tag(moment: datetime, words: str | None = None) -> str:
    """A moment in HTML, which a script completes with the reader's own time."""
    shown = attribute(words or moment_words(moment))
    return f'<time class="reader-zone" datetime="{moment_text(moment)}">{shown}</time>'


def link(target: str, page: str) -> str:
    """The path of the file *target* as the source of *page* names it; both are seen from the site's sources."""
    return posixpath.relpath(target, posixpath.dirname(page) or ".")


def address(target: str) -> str:
    """The address of a page or file below the site's address: ``guides/a.md`` is at ``guides/a/``."""
    if not target.endswith(".md"):
        return target
    stem = target.removesuffix(".md")
    if stem == "index" or stem.endswith("/index"):
        return stem.removesuffix("index")
    return f"{stem}/"


def href(target: str, page: str) -> str:
    """The address of *target* as the built *page* names it in HTML."""
    there, here = address(target), address(page)
    way = posixpath.relpath(there or ".", here or ".")
    return f"{way}/" if there.endswith("/") or not there else way


def reach(contact: str) -> str:
    """The address behind a contact, which is an e-mail address or a page's https address."""
    return contact if contact.startswith("https://") else f"mailto:{contact}"
