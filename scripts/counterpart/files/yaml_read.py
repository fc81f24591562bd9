"""Reads YAML strictly: text in, plain data and places out; it must never guess what a value means.

Only what JSON can say is read: strings, whole numbers, true, false, null, lists, mappings with text keys.
``no`` is the word "no", ``12:30`` and ``2027-01-15`` are text, ``0123`` is text. Whatever could make a file
mean something else than it seems to (anchors, tags, a key that stands twice, …) is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import yaml

from counterpart.findings import Finding, Location, found

#: libyaml where it is there, the same parser in Python where it is not: the events are the same.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

DEPTH = 12  # the deepest format has six levels
DIGITS = 15  # of a whole number: exact in every language that may read the file
_ENOUGH = 20  # findings in one file; more would only bury the first

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "": None}
# Beyond the controls proper: the other line ends of YAML 1.1 and the marks that reorder what is displayed,
# because both make a file look different from what it says.
CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_LONE_RETURN = re.compile("\r(?!\n)")
_TAB = re.compile(r"^ *\t", re.MULTILINE)

Step = str | int
Path = tuple[Step, ...]


@dataclass(slots=True, kw_only=True, eq=False)
class Document:
    """One file's data, and the place of every key and value in it."""

    path: str
    data: Any
    text: str = field(repr=False)
    _places: _Places | None = field(default=None, repr=False)

    def locate(self, *steps: Step, key: bool = False) -> Location:
        """The place of the value (or, with *key*, of the key) that *steps* lead to.

        Steps that lead nowhere give the place of the nearest value around it. The places are found by
        parsing once more, on the first call: nearly every file is right and is never asked.
        """
        if self._places is None:
            self._places = _Places()
            _Reader(self.text, self.path, self._places).read()
        if key and steps in self._places.keys:
            return self._place(self._places.keys[steps])
        while steps and steps not in self._places.values:
            steps = steps[:-1]
        return self._place(self._places.values.get(steps, (0, 0)))

    def _place(self, mark: tuple[int, int]) -> Location:
        return Location(path=self.path, line=mark[0] + 1, column=mark[1] + 1)


def read(content: bytes, path: str, *, fractions: bool = False) -> Document | tuple[Finding, ...]:
    """The document that *content* holds, or everything that stands in the way of reading it.

    Numbers must be whole, as nothing that a round rests on may be rounded; with *fractions* they need not be.
    """
    text = _decode(content, path)
    if isinstance(text, Finding):
        return (text,)
    reader = _Reader(text, path, fractions=fractions)
    data = reader.read()
    return tuple(reader.findings) if reader.findings else Document(path=path, data=data, text=text)


def scalar(text: str) -> str:
    """*text* as it must be written so that it is read back as the same text: plain where that is safe."""
    if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_+/=.-]*", text) and not _means_more(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _means_more(text: str) -> bool:
    """Whether any usual reader of YAML takes plain *text* for something other than text."""
    return (
        _NUMBER.fullmatch(text) is not None
        or re.fullmatch(r"[0-9+-][0-9_.:eExXoOa-fA-F+-]*", text) is not None
        or text.lower() in {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
    )


def _decode(content: bytes, path: str) -> str | Finding:
    if content.startswith(b"\xef\xbb\xbf"):
        return found(
            "yaml-byte-order-mark",
            Location(path=path),
            "The file must begin with its first key, not with an invisible byte order mark.",
        )
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        return found("yaml-not-utf8", _after(before, path), "The file must be UTF-8 text; this byte is not.")
    if match := CONTROL.search(text) or _LONE_RETURN.search(text):
        return found(
            "yaml-control-character",
            _after(text[: match.start()], path),
            f"The file must be plain text; here stands the control character U+{ord(match[0]):04X}.",
        )
    if match := _TAB.search(text):
        return found(
            "yaml-tab", _after(text[: match.end() - 1], path), "Lines must be indented with spaces, not tabs."
        )
    return text


def _after(before: str, path: str) -> Location:
    return Location(path=path, line=before.count("\n") + 1, column=len(before) - before.rfind("\n"))


@dataclass(slots=True)
class _Places:
    """Line and column, from 0, of each value and each key, by the steps that lead to it."""

    values: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)


class _Stop(Exception):
    """The rest of the file cannot be read any more."""


class _Reader:
    """Builds plain data from the parser's events: no recursion, so that no nesting can exhaust the stack."""

    def __init__(self, text: str, path: str, places: _Places | None = None, *, fractions: bool = False) -> None:
        self.fractions = fractions
        self.text = text
        self.path = path
        self.places = places
        self.findings: list[Finding] = []
        self.documents = 0
        self.root: Any = None
        # The containers that are open, innermost last; beside each, the key that waits for its value.
        self.open: list[dict[str, Any] | list[Any]] = []
        self.waiting: list[str | None] = []
        self.steps: list[Path] = []

    def read(self) -> Any:
        """The data; ``self.findings`` tells whether it may be used."""
        try:
            for event in self._events():
                self._take(event)
        except _Stop:
            pass
        if not self.documents and not self.findings:
            self.findings.append(found("yaml-empty", Location(path=self.path), "The file must not be empty."))
        return self.root

    def _events(self) -> Iterator[Any]:
        try:
            yield from yaml.parse(self.text, _LOADER)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
            if "nesting depth" in str(getattr(error, "problem", "")):  # libyaml has a limit of its own, far deeper
                self._report("yaml-too-deep", mark, f"Values must be nested at most {DEPTH} deep.")
                return
            self._report("yaml-syntax", mark, "This cannot be read as YAML.")
        except (ValueError, OverflowError):  # the parser in Python, on an escape beyond Unicode
            self._report("yaml-syntax", None, "This cannot be read as YAML: an escape names no character.")

    def _report(self, rule: str, mark: Any, message: str) -> None:
        place = Location(path=self.path, line=mark.line + 1, column=mark.column + 1) if mark else None
        self.findings.append(found(rule, place or Location(path=self.path), message))
        if len(self.findings) >= _ENOUGH:
            raise _Stop

    def _take(self, event: Any) -> None:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self._scalar(event)
        elif kind is yaml.MappingStartEvent:
            self._enter(event, {})
        elif kind is yaml.SequenceStartEvent:
            self._enter(event, [])
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self.open.pop()
            self.waiting.pop()
            self.steps.pop()
        elif kind is yaml.AliasEvent:
            self._report("yaml-alias", event.start_mark, "A value must be written out, not referred to by '*'.")
            raise _Stop
        elif kind is yaml.DocumentStartEvent:
            self._begin(event)

    def _begin(self, event: Any) -> None:
        self.documents += 1
        if event.version or event.tags:
            self._report("yaml-directive", event.start_mark, "The file must not begin with a line of '%'.")
        if self.documents > 1:
            self._report("yaml-many-documents", event.start_mark, "A file must hold one document, not several.")
            raise _Stop

    def _inspect(self, event: Any) -> None:
        if event.anchor is not None:
            self._report("yaml-anchor", event.start_mark, "A value must not be given a name by '&'.")
            raise _Stop  # one such line rarely comes alone; a "bomb" holds thousands
        if event.tag is not None:
            self._report("yaml-tag", event.start_mark, "A value must not be given a type by '!'.")

    def _enter(self, event: Any, container: dict[str, Any] | list[Any]) -> None:
        self._inspect(event)
        if len(self.open) >= DEPTH:
            self._report("yaml-too-deep", event.start_mark, f"Values must be nested at most {DEPTH} deep.")
            raise _Stop
        steps = self._put(container, event)
        self.open.append(container)
        self.waiting.append(None)
        self.steps.append(steps)

    def _scalar(self, event: Any) -> None:
        self._inspect(event)
        if self.open and self.waiting[-1] is None and type(self.open[-1]) is dict:
            self._key(event)
        elif event.style:
            if event.style == '"' and (match := CONTROL.search(event.value)):
                self._report(
                    "yaml-control-character",
                    event.start_mark,
                    f"Text must not hold the control character U+{ord(match[0]):04X}, not even as an escape.",
                )
            self._put(event.value, event)
        else:
            self._put(self._plain(event), event)

    def _plain(self, event: Any) -> Any:
        value: str = event.value
        if value in _WORDS:
            return _WORDS[value]
        if value[0] not in "-0123456789" or not _NUMBER.fullmatch(value):
            return value
        if not _INTEGER.fullmatch(value) and not self.fractions:
            self._report("yaml-number-not-whole", event.start_mark, "A number must be whole.")
        elif len(value) > DIGITS:
            self._report("yaml-number-too-long", event.start_mark, f"A number must have at most {DIGITS} digits.")
        else:
            return int(value) if _INTEGER.fullmatch(value) else float(value)
        return value

    def _key(self, event: Any) -> None:
        mapping = cast("dict[str, Any]", self.open[-1])
        key: str = event.value
        if not event.style and key == "<<":
            self._report("yaml-merge-key", event.start_mark, "Keys must be written out, not brought in by '<<'.")
        elif not key or CONTROL.search(key) or "\n" in key:
            self._report("yaml-key-not-text", event.start_mark, "A key must be a word on one line.")
        elif key in mapping:
            self._report(
                "yaml-duplicate-key",
                event.start_mark,
                "Each key must stand once; this one stands already further up.",
            )
        if self.places is not None:
            mark = event.start_mark
            self.places.keys.setdefault((*self.steps[-1], key), (mark.line, mark.column))
        self.waiting[-1] = key

    def _put(self, value: Any, event: Any) -> Path:
        """Add *value* where the innermost open container waits for one; gives the steps that lead to it."""
        if not self.open:
            self.root = value
            steps: Path = ()
        else:
            container = self.open[-1]
            if type(container) is list:
                steps = (*self.steps[-1], len(container))
                container.append(value)
            else:
                key = self.waiting[-1]
                if key is None:
                    self._report("yaml-key-not-text", event.start_mark, "A key must be a word on one line.")
                    raise _Stop
                steps = (*self.steps[-1], key)
                cast("dict[str, Any]", container)[key] = value
                self.waiting[-1] = None
        if self.places is not None:
            self.places.values.setdefault(steps, (event.start_mark.line, event.start_mark.column))
        return steps
