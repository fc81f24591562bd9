"""Changes values in the text of a round's settings and leaves everything else as it is, its comments included."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from counterpart.files import yaml_read
from counterpart.files.yaml_read import Document
from counterpart.files.yaml_write import dump
from counterpart.findings import UsageError

Steps = tuple[str | int, ...]
_SCALAR = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s,\]}#]+(?: +[^\s,\]}#]+)*)""")


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
        _put(wanted, steps, values[steps])
    return agreed("".join(lines), wanted, settings.path)


def without_key(settings: Document, key: str, instead: Any = None) -> str:
    """The text of *settings* without the *key* at its top, or with *instead* as its value."""
    wanted = json.loads(json.dumps(settings.data))
    lines = settings.text.splitlines(keepends=True)
    first = settings.locate(key, key=True).line - 1
    last = first + 1
    while last < len(lines) and (lines[last].startswith((" ", "\t", "- ", "#")) or not lines[last].strip()):
        if lines[last].startswith("#") or not lines[last].strip():
            break  # what stands above the next key stays there
        last += 1
    if instead is None:
        del wanted[key]
    else:
        wanted[key] = instead
    return agreed(
        "".join([*lines[:first], *([dump({key: instead})] if instead is not None else []), *lines[last:]]),
        wanted,
        settings.path,
    )


def agreed(text: str, wanted: Any, path: str) -> str:
    """*text*, if it means just what is *wanted*; else a usage error."""
    again = yaml_read.read(text.encode("utf-8"), path)
    if isinstance(again, Document) and again.data == wanted:
        return text
    raise UsageError(f"The layout of '{path}' is not one that can be changed without harm; change it by hand.")


def _put(data: Any, steps: Steps, value: str) -> None:
    for step in steps[:-1]:
        data = data[step]
    data[steps[-1]] = value
