"""Plain data as YAML that people like to read and that no reader misunderstands; byte-stable.

Keys stand in the order in which they are given. Small lists and mappings of scalars stand on one line, text
of several lines as a block, everything else a line each. Text that any YAML reader might take for something
else (``NO``, ``12:30``, ``2027-01``, ``0123``) is quoted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from counterpart.files.yaml_read import scalar

#: Longer than this, a list or mapping of scalars is written with a line for each item.
_WIDTH = 100

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def dump(data: Mapping[str, object]) -> str:
    """The YAML of a mapping of strings, integers, true and false, lists and mappings of such."""
    return "".join(line + "\n" for line in _mapping(data, ""))


def _mapping(data: Mapping[str, object], indent: str) -> Iterator[str]:
    for key, value in data.items():
        yield from _entry(f"{indent}{_scalar(key)}:", value, indent)


def _entry(head: str, value: Any, indent: str) -> Iterator[str]:
    """What follows *head*, which ends in a colon or is the dash of a list."""
    if isinstance(value, str) and "\n" in value:
        if _is_block(value):
            yield f"{head} |"
            yield from (f"{indent}  {line}" if line else "" for line in value.removesuffix("\n").split("\n"))
            return
        yield f"{head} {_scalar(value)}"
    elif isinstance(value, (Mapping, list, tuple)) and (line := _line(value, len(head))) is None:
        yield head
        deeper = indent + "  "
        if isinstance(value, Mapping):
            yield from _mapping(value, deeper)
        else:
            for item in value:
                yield from _item(item, deeper)
    else:
        yield f"{head} {line if isinstance(value, (Mapping, list, tuple)) else _scalar(value)}"


def _item(item: Any, indent: str) -> Iterator[str]:
    if isinstance(item, Mapping) and _line(item, len(indent) + 2) is None:
        # The first key stands behind the dash, the others below it.
        first = True
        for line in _mapping(item, indent + "  "):
            yield f"{indent}- {line[len(indent) + 2 :]}" if first else line
            first = False
    else:
        yield from _entry(f"{indent}-", item, indent)


def _line(value: Any, taken: int) -> str | None:
    """The value on one line, or None if it does not belong on one."""
    nested = value.values() if isinstance(value, Mapping) else value
    if any(isinstance(v, (Mapping, list, tuple)) and (isinstance(v, Mapping) or _deep(v)) and v for v in nested):
        return None
    if any(isinstance(v, str) and "\n" in v for v in nested):
        return None
    text = _flow(value)
    return text if len(text) + taken <= _WIDTH or not value else None


def _deep(value: Any) -> bool:
    return any(isinstance(v, (Mapping, list, tuple)) for v in value)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_flow(v) for v in value) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if not isinstance(value, str):
        raise TypeError(f"a file holds text, whole numbers, true and false, not {type(value).__name__}")
    if scalar(value) == value or _DIGEST.fullmatch(value):
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return quoted if value.isprintable() else json.dumps(value)


def _is_block(text: str) -> bool:
    """Whether a text of several lines comes back from a block as it went in."""
    lines = text.split("\n")
    return (
        text.endswith("\n")
        and not text.endswith("\n\n")
        and not lines[0].startswith(" ")
        and bool(lines[0])
        and all(line.isprintable() and line == line.rstrip() for line in lines)
    )
