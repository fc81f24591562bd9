"""Reads JSON as strictly as YAML is read: for what was sealed or sent, where nobody could look at it before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from counterpart.files.yaml_read import CONTROL, DEPTH, DIGITS


def plain(content: bytes) -> Any:
    """The value in *content*; ValueError where it is not JSON in UTF-8 that every reader takes for the same.

    Each key stands once, numbers are whole and not too long, and nothing is nested too deep.
    """
    try:
        value = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=once,
            parse_float=refuse,
            parse_constant=refuse,
            parse_int=_whole,
        )
    except RecursionError:
        raise ValueError("nested too deep") from None
    if _deeper(value, DEPTH):
        raise ValueError("nested too deep")
    return value


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A mapping of *pairs*; ValueError where a key stands twice."""
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def refuse(_: str) -> Any:
    """Refuse what a number may not be."""
    raise ValueError("a number that is not whole")


def _whole(digits: str) -> int:
    if len(digits) > DIGITS:
        raise ValueError("a number that is too long")
    return int(digits)


def _deeper(value: Any, than: int) -> bool:
    inside = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return than < 0 or any(_deeper(each, than - 1) for each in inside)


def shows_itself(value: Any) -> bool:
    """Whether no text in *value* holds control characters or marks that make it look like other text."""
    if isinstance(value, str):
        return CONTROL.search(value) is None
    if isinstance(value, Mapping):
        return all(shows_itself(key) and shows_itself(each) for key, each in value.items())
    return not isinstance(value, list) or all(map(shows_itself, value))
