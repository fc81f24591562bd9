"""Says what is wrong with a document, in our own words, where it is not as its JSON Schema asks.

It must never pass on a library's text, and never show a value that a person may have written freely.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators

from counterpart.files.schema import FORMATS, schema
from counterpart.files.yaml_read import Document, Path
from counterpart.findings import Finding, found

#: How the values of each ``format`` look, in words.
LOOKS = {
    "date": "a date that exists, such as '2027-01-25'",
    "date-time": "a moment in UTC that exists, such as '2027-01-14T06:12:09Z'",
}

_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping, with a key and a value on each line",
}
_FOUND = {
    str: "text",
    bool: "true or false",
    int: "a number",
    float: "a fraction",
    list: "a list",
    dict: "a mapping",
}

# What may be shown of a wrong value: a word or code, too plain to be an address or a sentence.
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+/:.-]{0,39}")

formats = FormatChecker(formats=())
for _name, _check in FORMATS.items():
    formats.checks(_name)(_check)


def explained(document: Document, kind: str) -> tuple[Finding, ...]:
    """Everything in *document* that is not as the schema of its *kind* asks."""
    validator, known = _validator(kind)
    errors = list(validator.iter_errors(document.data))
    # A value of the wrong type fails other keywords too; the type says it all.
    mistyped = {tuple(error.absolute_path) for error in errors if error.validator == "type"}
    return tuple(
        _finding(error, document, known)
        for error in errors
        if error.validator == "type" or tuple(error.absolute_path) not in mistyped
    )


@cache
def _validator(kind: str) -> tuple[Any, frozenset[str]]:
    return VALIDATOR(schema(kind), format_checker=formats), frozenset(_names(schema(kind)))


def _names(node: Any) -> Iterator[str]:
    """Every property name that a schema speaks of: the only keys that messages may show."""
    if isinstance(node, Mapping):
        for key, inner in node.items():
            if key == "properties":
                yield from inner
                for each in inner.values():
                    yield from _names(each)
            elif key in {"items", "additionalProperties"}:
                yield from _names(inner)


# Keywords whose errors, as jsonschema reports them, do not say which key or item they are about; and patterns,
# where "$" must mean the end of the text, not the place before a last line end.


def _required(_: Any, names: Any, instance: Any, __: Any) -> Iterator[ValidationError]:
    if isinstance(instance, dict):
        for name in names:
            if name not in instance:
                yield ValidationError(name)


def _additional(validator: Any, rule: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        return
    properties = schema.get("properties", {})
    for key, value in instance.items():
        if key in properties:
            continue
        if rule is False:
            yield ValidationError(key, path=[key])
        else:
            yield from validator.descend(value, rule, path=key)


def _property_names(_: Any, rule: Any, instance: Any, __: Any) -> Iterator[ValidationError]:
    if isinstance(instance, dict):
        matches = _pattern_of(rule["pattern"]).search
        for key in instance:
            if not matches(key):
                yield ValidationError(key, path=[key])


def _unique(_: Any, wanted: Any, instance: Any, __: Any) -> Iterator[ValidationError]:
    if wanted and isinstance(instance, list):
        seen: set[str] = set()
        for index, item in enumerate(instance):
            text = json.dumps(item, sort_keys=True)
            if text in seen:
                yield ValidationError("", path=[index])
            seen.add(text)


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not _pattern_of(pattern).search(instance):
        yield ValidationError("")


@cache
def _pattern_of(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\$$", r"\\Z", pattern), re.ASCII)


VALIDATOR: Any = validators.extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    {
        "required": _required,
        "additionalProperties": _additional,
        "propertyNames": _property_names,
        "uniqueItems": _unique,
        "pattern": _pattern,
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    """One error, with what a message may need."""

    label: str  # what the message is about, in words and known keys only
    value: Any
    wanted: Any  # the keyword's value
    schema: Mapping[str, Any]
    key: str  # the key that is missing, unknown or misspelt

    def but(self) -> str:
        """``, not 'x'`` where the value is a code that may be shown; nothing elsewhere."""
        value = self.value
        if isinstance(value, bool):
            return f", not {str(value).lower()}"
        if isinstance(value, int):
            return f", not {value}"
        closed = self.schema.keys() & {"enum", "const", "pattern", "format"}
        if isinstance(value, str) and closed and _CODE.fullmatch(value):
            return f", not '{value}'"
        return ""


def _finding(error: ValidationError, document: Document, known: frozenset[str]) -> Finding:
    path: Path = tuple(error.absolute_path)
    problem = _Problem(
        label=_label(path, known),
        value=error.instance,
        wanted=error.validator_value,
        schema=error.schema if isinstance(error.schema, Mapping) else {},
        key=error.message,
    )
    rule, words = MESSAGES[str(error.validator)]
    message, help = words(problem)
    at_key = error.validator in {"required", "additionalProperties", "propertyNames"}
    return found(rule, document.locate(*path, key=at_key), message, help)


def _label(path: Path, known: frozenset[str]) -> str:
    if not path:
        return "The file"
    last = path[-1]
    if isinstance(last, int):
        return f"Entry {last + 1} of {_label(path[:-1], known)}"
    return f"`{last}`" if last in known else "The value"


Words = Callable[[_Problem], tuple[str, str | None]]


def _say_type(p: _Problem) -> tuple[str, str | None]:
    kinds = [p.wanted] if isinstance(p.wanted, str) else p.wanted
    got = "nothing" if p.value is None else _FOUND[type(p.value)]
    wanted = " or ".join(_TYPES[kind] for kind in kinds)
    help = "Put quotes around it." if wanted == "text" and type(p.value) in {bool, int} else None
    return f"{p.label} must be {wanted}, not {got}.", help


def _say_enum(p: _Problem) -> tuple[str, str | None]:
    listed = ", ".join(f"'{each}'" if isinstance(each, str) else str(each) for each in p.wanted)
    words = [each for each in p.wanted if isinstance(each, str)]
    near = difflib.get_close_matches(p.value, words, n=1) if isinstance(p.value, str) else []
    return f"{p.label} must be one of {listed}{p.but()}.", f"Did you mean '{near[0]}'?" if near else None


def _say_const(p: _Problem) -> tuple[str, str | None]:
    return f"{p.label} must be {json.dumps(p.wanted)}{p.but()}.", None


def _say_pattern(p: _Problem) -> tuple[str, str | None]:
    help = p.schema["description"]
    for near in (p.value.upper(), p.value.lower()):
        if p.but() and _pattern_of(p.wanted).search(near):
            help = f"Did you mean '{near}'?"
    return f"{p.label} must look like '{p.schema['examples'][0]}'{p.but()}.", help


def _say_format(p: _Problem) -> tuple[str, str | None]:
    return f"{p.label} must be {LOOKS[p.wanted]}{p.but()}.", None


def _say_required(p: _Problem) -> tuple[str, str | None]:
    what = p.schema["properties"][p.key]
    return f"{p.label} must have the key `{p.key}`.", f"Add `{p.key}`. {what['description']}"


def _say_additional(p: _Problem) -> tuple[str, str | None]:
    names = list(p.schema["properties"])
    near = difflib.get_close_matches(p.key, names, n=1)
    message = f"Each key here must be one of {', '.join(f'`{name}`' for name in names)}; this one is not."
    return message, f"Did you mean `{near[0]}`?" if near else None


def _say_names(_: _Problem) -> tuple[str, str | None]:
    return "Each key here must be an id; this one does not look like one.", None


def _say_unique(p: _Problem) -> tuple[str, str | None]:
    return f"{p.label} must not stand in the list twice.", None


def _bound(words: str, unit: str = "", units: str = "") -> Words:
    def say(p: _Problem) -> tuple[str, str | None]:
        counted = f" {unit if p.wanted == 1 else units}" if unit else ""
        return f"{p.label} must {words} {p.wanted}{counted}{p.but()}.", None

    return say


#: keyword -> the finding's rule, and the words for it; annotations and structure need none
MESSAGES: Mapping[str, tuple[str, Words]] = {
    "type": ("value-type", _say_type),
    "enum": ("value-not-listed", _say_enum),
    "const": ("value-not-listed", _say_const),
    "pattern": ("value-form", _say_pattern),
    "format": ("value-form", _say_format),
    "required": ("key-missing", _say_required),
    "additionalProperties": ("key-unknown", _say_additional),
    "propertyNames": ("key-form", _say_names),
    "uniqueItems": ("list-repeats", _say_unique),
    "minimum": ("value-too-small", _bound("be at least")),
    "maximum": ("value-too-large", _bound("be at most")),
    "minLength": ("text-too-short", _bound("have at least", "character", "characters")),
    "maxLength": ("text-too-long", _bound("have at most", "character", "characters")),
    "minItems": ("list-too-short", _bound("have at least", "entry", "entries")),
    "maxItems": ("list-too-long", _bound("have at most", "entry", "entries")),
}
