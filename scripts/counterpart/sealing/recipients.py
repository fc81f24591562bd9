"""Adds a recipient to a round's settings without touching anything else in the file, its comments included."""

from __future__ import annotations

from counterpart.files import yaml_read
from counterpart.files.yaml_read import Document
from counterpart.findings import UsageError


def with_recipient(settings: Document, recipient: str) -> str:
    """The text of *settings* with one more entry in ``recipients``; what it means else is the same.

    A usage error where the list is laid out in a way that is not understood: then it is for a person to add.
    """
    wanted = {**settings.data, "recipients": [*settings.data.get("recipients", []), recipient]}
    for text in (_in_block(settings, recipient), _in_line(settings, recipient), _at_end(settings, recipient)):
        if text is not None:
            again = yaml_read.read(text.encode("utf-8"), settings.path)
            if isinstance(again, Document) and again.data == wanted:
                return text
    raise UsageError(f"Add this line to `recipients` in '{settings.path}' yourself, and try again: - {recipient}")


def _in_block(settings: Document, recipient: str) -> str | None:
    """Behind the last entry of a list with a line for each."""
    there = settings.data.get("recipients")
    if not there:
        return None
    lines = settings.text.splitlines(keepends=True)
    place = settings.locate("recipients", len(there) - 1)
    last = lines[place.line - 1]
    dash, found, _ = last.partition("- ")
    if not found or dash.strip():
        return None
    if not last.endswith("\n"):
        lines[place.line - 1] = last + "\n"
    lines.insert(place.line, f"{dash}- {recipient}\n")
    return "".join(lines)


def _in_line(settings: Document, recipient: str) -> str | None:
    """Before the bracket that closes a list on one line."""
    if "recipients" not in settings.data:
        return None
    lines = settings.text.splitlines(keepends=True)
    number = settings.locate("recipients", key=True).line - 1
    head, found, tail = lines[number].rpartition("]")
    if not found:
        return None
    comma = ", " if settings.data["recipients"] else ""
    lines[number] = f"{head}{comma}{recipient}]{tail}"
    return "".join(lines)


def _at_end(settings: Document, recipient: str) -> str | None:
    """As a new key, where there is none."""
    if "recipients" in settings.data:
        return None
    text = settings.text if settings.text.endswith("\n") else settings.text + "\n"
    return f"{text}recipients:\n  - {recipient}\n"
