"""Changes something in the text of a YAML file and leaves everything else as it is, its comments included.

The one way in which a file that people write in is changed: what the result means is read again and compared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from counterpart.files import yaml_read
from counterpart.files.yaml_read import Document
from counterpart.files.yaml_write import dump
from counterpart.findings import UsageError

Steps = tuple[str | int, ...]
_SCALAR = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s,\]}#]+(?: +[^\s,\]}#]+)*)""")
_EMPTY = re.compile(r" *\[ *\]")


def with_values(settings: Document, values: Mapping[Steps, str]) -> str:
    """The text of *settings* with other texts at the places that the steps lead to, each a scalar on one line.

    What the result means is read again and compared; a usage error where the layout was not understood.
    """
    wanted = json.loads(json.dumps(settings.data))
    lines = settings.text.splitlines(keepends=True)
    places = {steps: settings.locate(*steps) for steps in values}
    for steps in sorted(values, key=lambda steps: (places[steps].line, places[steps].column), reverse=True):
        line, column = places[steps].line - 1, places[steps].column - 1
        found = _SCALAR.match(lines[line], column)
        if found:
            lines[line] = (
                lines[line][: found.start(1)]
                + json.dumps(values[steps], ensure_ascii=False)
                + (lines[line][found.end(1) :])
            )
        _holder(wanted, steps)[steps[-1]] = values[steps]
    return agreed("".join(lines), wanted, settings.path)


def without_key(document: Document, key: str) -> str:
    """The text of *document* without the *key* at its top; a usage error where the layout was not understood."""
    lines = document.text.splitlines(keepends=True)
    del lines[_at_top(document, key, lines)]
    wanted = {name: value for name, value in document.data.items() if name != key}
    return agreed("".join(lines), wanted, document.path)


def with_key(document: Document, key: str, value: Any) -> str:
    """The text of *document* with this *value* for the *key* at its top, in its place or at the end.

    A usage error where the layout was not understood.
    """
    text = document.text if document.text.endswith("\n") else f"{document.text}\n"
    lines = text.splitlines(keepends=True)
    place = _at_top(document, key, lines) if key in document.data else slice(len(lines), None)
    lines[place] = [dump({key: value})]
    return agreed("".join(lines), {**document.data, key: value}, document.path)


def _at_top(document: Document, key: str, lines: Sequence[str]) -> slice:
    """The lines of the *key* at the top; what stands above the next key is not among them."""
    first = document.locate(key, key=True).line - 1
    last = first + 1
    while last < len(lines) and lines[last].startswith((" ", "\t", "- ")) and lines[last].strip():
        last += 1
    return slice(first, last)


def without_keys(document: Document, places: Iterable[Steps]) -> str:
    """The text of *document* without the keys that the steps lead to, each with its own lines.

    A usage error where the layout was not understood.
    """
    wanted = json.loads(json.dumps(document.data))
    lines = document.text.splitlines(keepends=True)
    for steps in sorted(places, key=lambda steps: document.locate(*steps, key=True).line, reverse=True):
        place = document.locate(*steps, key=True)
        last = _end_of(lines, place.line, place.column - 1)
        del lines[place.line - 1 : last]
        del _holder(wanted, steps)[steps[-1]]
    return agreed("".join(lines), wanted, document.path)


def with_items(document: Document, key: str, items: Sequence[Any]) -> str:
    """The text of *document* with more *items* at the end of the list at its top *key*, which need not be there.

    A usage error where the list is laid out in a way that is not understood: it says what to add by hand.
    """
    there = document.data.get(key, [])
    wanted = {**document.data, key: [*there, *items]}
    for add in (_in_block, _in_line, _as_new):
        text = add(document, key, items)
        if text is not None and _means(text, wanted, document.path):
            return text
    raise UsageError(
        f"'{document.path}' is written in a way that cannot be added to. Add this yourself, and try again:\n"
        f"{key}:\n{_block(items, '  ')}"
    )


def _in_block(document: Document, key: str, items: Sequence[Any]) -> str | None:
    """Behind the last item of a list with a line for each."""
    there = document.data.get(key)
    if not there:
        return None
    lines = document.text.splitlines(keepends=True)
    first = document.locate(key, len(there) - 1).line
    indent, dash, _ = lines[first - 1].partition("- ")
    if not dash or indent.strip():
        return None
    if not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    lines.insert(_end_of(lines, first, len(indent)), _block(items, indent))
    return "".join(lines)


def _in_line(document: Document, key: str, items: Sequence[Any]) -> str | None:
    """Before the bracket that closes a list of words on one line."""
    if not document.data.get(key) or not all(isinstance(item, str) for item in items):
        return None
    lines = document.text.splitlines(keepends=True)
    number = document.locate(key, key=True).line - 1
    head, bracket, tail = lines[number].rpartition("]")
    lines[number] = f"{head}, {', '.join(_words(item) for item in items)}]{tail}"
    return "".join(lines) if bracket else None


def _as_new(document: Document, key: str, items: Sequence[Any]) -> str | None:
    """As a list of its own: in the place of an empty one, or at the end."""
    lines = document.text.splitlines(keepends=True)
    if key not in document.data:
        end = "" if document.text.endswith("\n") else "\n"
        return f"{document.text}{end}{key}:\n{_block(items, '  ')}"
    number = document.locate(key, key=True).line - 1
    head = _EMPTY.sub("", lines[number], count=1).rstrip()
    lines[number] = f"{head}\n{_block(items, '  ')}"
    return "".join(lines)


def _block(items: Sequence[Any], indent: str) -> str:
    """A list with a line or more for each item."""
    lines: list[str] = []
    for item in items:
        if isinstance(item, str):
            lines.append(f"- {_words(item)}")
        else:
            lines += [line.removeprefix("  ") for line in dump({"": [item]}).splitlines()[1:]]
    return "".join(f"{indent}{line}\n" if line else "\n" for line in lines)


def _words(item: str) -> str:
    return dump({"x": item}).removeprefix("x: ").removesuffix("\n")


def _end_of(lines: Sequence[str], first: int, column: int) -> int:
    """The number of the last line of what begins in the line *first* at this *column*: all that is deeper."""
    last = first
    for number in range(first, len(lines)):
        line = lines[number]
        if line.strip() and len(line) - len(line.lstrip()) <= column:
            break
        if line.strip():
            last = number + 1
    return last


def agreed(text: str, wanted: Any, path: str) -> str:
    """*text*, if it means just what is *wanted*; else a usage error."""
    if _means(text, wanted, path):
        return text
    raise UsageError(f"The layout of '{path}' is not one that can be changed without harm; change it by hand.")


def _means(text: str, wanted: Any, path: str) -> bool:
    again = yaml_read.read(text.encode("utf-8"), path)
    return isinstance(again, Document) and again.data == wanted


def _holder(data: Any, steps: Steps) -> Any:
    """The mapping or list that holds what the steps lead to."""
    for step in steps[:-1]:
        data = data[step]
    return data
