"""Markdown files that begin with a head in YAML, between two lines of three hyphens."""

from __future__ import annotations

from dataclasses import dataclass

from counterpart.files import schema, yaml_read
from counterpart.files.paths import Entry
from counterpart.files.yaml_read import Document
from counterpart.findings import Finding, Location, found

_LINE = "---"


@dataclass(frozen=True, slots=True, kw_only=True)
class Headed:
    """A file's head, whose lines are those of the file, and the text below it."""

    head: Document
    text: str


def split(content: bytes, entry: Entry) -> Headed | tuple[Finding, ...]:
    """The head, held against the schema of the file's kind, and the text; or what is wrong with it."""
    place = Location(path=entry.path)
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return (found("yaml-not-utf8", place, "The file must be UTF-8."),)
    lines = text.split("\n")
    end = next((i for i, line in enumerate(lines[1:], start=1) if line.rstrip() == _LINE), None)
    if lines[0].rstrip() != _LINE or end is None:
        message = "must begin with its title and the rest, between two lines '---'."
        if entry.kind == "news":
            return (found("news-head", place, f"A piece of news {message}"),)
        return (found("guide-head", place, f"A guide {message}"),)
    # The head keeps its line in the file: an empty line stands for the first '---'.
    head = yaml_read.read(("\n" + "\n".join(lines[1:end]) + "\n").encode("utf-8"), entry.path)
    if not isinstance(head, Document):
        return head
    wrong = schema.check(head, entry.kind)
    return wrong or Headed(head=head, text="\n".join(lines[end + 1 :]).strip() + "\n")
