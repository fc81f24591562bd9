"""A letter to one person, and what may become text in it: whatever a person wrote is text and nothing else."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: The first and the last character of the mark that stands for a value until the very end. They are characters
#: that no text may hold (Unicode calls them noncharacters), and ``clean`` removes them from every value.
OPEN, CLOSE = "\ufdd0", "\ufdd1"

# Line ends of every kind; the two of Unicode and the form feed too.
_LINE_ENDS = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
# Control characters; embeddings, overrides and isolates of the writing direction, which could turn round what
# follows; and the characters that Unicode keeps out of every text.
_NO_TEXT = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_HALVES = re.compile("[\ud800-\udfff]")
#: What stands between the two keeps its writing direction to itself; it ends with its line at the latest.
FIRST_STRONG, END_OF_ISOLATE = "\u2068", "\u2069"
_FROM_RIGHT = frozenset({"R", "AL", "AN"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a letter. *type* is its media type, such as ``text/calendar``."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail as it is read: it knows its key and no address. The subject is one line."""

    key: str  # kind/ID/n, such as "introduction/7GQ2MK4XHN/1"
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    stop: str | None = None  # the page on which mails of this kind are stopped

    def __repr__(self) -> str:
        """The key alone: what a letter says is for its reader."""
        return f"Letter({self.key})"


def clean(words: str) -> str:
    """*words* without what is no text: control characters, changes of direction, halves of characters.

    Every kind of line end becomes a line feed, a tabulator a space; emoji and every script stay as they are.
    """
    if words.isprintable():  # as nearly all are: then there is nothing of that in them
        return words
    words = _LINE_ENDS.sub("\n", words).replace("\t", " ")
    return _HALVES.sub("\ufffd", _NO_TEXT.sub("", words))


def one_line(words: str) -> str:
    """*words*, cleaned, on one line."""
    return " ".join(part for line in clean(words).split("\n") if (part := line.strip()))


def from_right(words: str) -> bool:
    """Whether *words* hold anything that is written from right to left."""
    return not words.isascii() and any(unicodedata.bidirectional(each) in _FROM_RIGHT for each in words)


def isolated(words: str) -> str:
    """*words*, with the marks that keep their writing direction to themselves, on each of their lines."""
    return "\n".join(f"{FIRST_STRONG}{line}{END_OF_ISOLATE}" for line in words.split("\n"))


def shortened(words: str, most: int) -> str:
    """*words*, at most *most* characters long."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
