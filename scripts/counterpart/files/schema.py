"""The JSON Schemas of a programme's files, and whether data is as they ask.

A compiled validator answers first, because nearly every file is right. Only what it does not accept is held
against the schema once more by the slower one, which decides and says what is wrong in our own words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any

import jsonschema_rs

from counterpart.files.yaml_read import Document
from counterpart.findings import Finding

#: Every kind of file that has a schema; identity and answer, which stand inside sealed parts, and the mapping of a
#: table and the settings of mail, which a coordinator keeps outside.
KINDS = (
    "ambassadors",
    "answer",
    "answers",
    "application",
    "approval",
    "confirmed",
    "correction",
    "decisions",
    "discussions",
    "guide",
    "identity",
    "import",
    "keys",
    "links",
    "mail",
    "mapping",
    "memory",
    "news",
    "pairings",
    "programme",
    "report",
    "response",
    "roll",
    "round",
    "voices",
    "withdrawal",
)


@cache
def schema(kind: str) -> Mapping[str, Any]:
    """The JSON Schema of a *kind* of file, with what it takes over from another schema put in its place."""
    text = (resources.files("counterpart.schemas") / f"{kind}.schema.json").read_text(encoding="utf-8")
    return dict(_whole(json.loads(text)))


def _whole(node: Any) -> Any:
    if isinstance(node, list):
        return [_whole(each) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" not in node:
        return {key: _whole(each) for key, each in node.items()}
    file, _, path = node["$ref"].partition("#/")
    found: Any = schema(file.removesuffix(".schema.json"))
    for step in path.split("/"):
        found = found[step]
    return found


def check(document: Document, kind: str) -> tuple[Finding, ...]:
    """Everything in *document* that is not as the schema of its *kind* asks."""
    if _accepted(document.data, kind):
        return ()
    from counterpart.files.schema_words import explained  # loads the slower validator: only where it is needed

    return explained(document, kind)


def fits(data: Any, kind: str) -> bool:
    """Whether *data* is as the schema of its *kind* asks."""
    return _accepted(data, kind) or not check(Document(path="", data=data, text=""), kind)


def _accepted(data: Any, kind: str) -> bool:
    try:
        return bool(_compiled(kind).is_valid(data))
    except ValueError:  # text that is no Unicode, or a key that is no text: the slower validator decides
        return False


@cache
def _compiled(kind: str) -> Any:
    return jsonschema_rs.Draft202012Validator(dict(schema(kind)), formats=dict(FORMATS), validate_formats=True)


def is_date(value: object) -> bool:
    """Whether a text is a day that exists; true of what is no text."""
    if not isinstance(value, str):
        return True
    return re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) is not None and _exists(date.fromisoformat, value)


def is_moment(value: object) -> bool:
    """Whether a text is a moment in UTC that exists; true of what is no text."""
    if not isinstance(value, str):
        return True
    shape = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"
    return re.fullmatch(shape, value) is not None and _exists(datetime.fromisoformat, value)


def _exists(parse: Callable[[str], object], value: str) -> bool:
    try:
        parse(value)
    except ValueError:
        return False
    return True


#: Every ``format`` that the schemas may use. Days and moments look one way only, so that text sorts as time does.
FORMATS: Mapping[str, Callable[[object], bool]] = {"date": is_date, "date-time": is_moment}
