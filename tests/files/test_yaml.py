"""The strict reader: what it takes, what it refuses, and where it says things are."""

from __future__ import annotations

import random
import sys
from itertools import pairwise
from typing import Any

import pytest
import yaml as pyyaml

from counterpart.files import yaml_read
from counterpart.files.yaml_read import Document
from counterpart.findings import Finding, Location

PARSERS = [pyyaml.SafeLoader, *([pyyaml.CSafeLoader] if hasattr(pyyaml, "CSafeLoader") else [])]


@pytest.fixture(params=PARSERS, ids=lambda loader: loader.__name__, autouse=True)
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test runs with the parser in C and with the one in Python."""
    monkeypatch.setattr(yaml_read, "_LOADER", request.param)


def data(text: str) -> Any:
    document = yaml_read.read(text.encode("utf-8"), "f.yaml")
    assert isinstance(document, Document), document
    return document.data


def findings(content: bytes | str) -> list[tuple[str, int, int]]:
    read = yaml_read.read(content.encode("utf-8") if isinstance(content, str) else content, "f.yaml")
    assert isinstance(read, tuple), read
    assert all(isinstance(finding, Finding) for finding in read)
    return [(finding.rule, finding.location.line, finding.location.column) for finding in read]


@pytest.mark.parametrize(
    "text",
    [
        "no", "yes", "on", "off", "y", "N", "NO", "True", "FALSE", "Null", "~", "12:30", "-5:30", "190:20:30",
        "2027-01-15", "2027-01-15 06:12:09", "0123", "0o17", "0x1F", "0b11", "123_456", "1_000.5", "+5", ".5",
        "5.", ".inf", "-.inf", ".nan", "1,000", "=", "1e", "e5", "--1", "١٢",
    ],
)  # fmt: skip
def test_what_json_does_not_know_is_text(text: str) -> None:
    assert data(f"a: {text}\n") == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True), ("false", False), ("null", None), ("", None), ("0", 0), ("-0", 0), ("12", 12), ("-7", -7),
        ("999999999999999", 999999999999999), ('"12"', "12"), ("'true'", "true"), ('""', ""), ('"é\\n"', "é\n"),
    ],
)  # fmt: skip
def test_what_json_knows_is_read_as_json_reads_it(text: str, value: object) -> None:
    read = data(f"a: {text}\n")["a"]
    assert read == value
    assert type(read) is type(value)


def test_brackets_without_end_are_too_deep_wherever_the_parser_gives_up() -> None:
    [(rule, line, _)] = findings("[" * 5000)
    assert (rule, line) == ("yaml-too-deep", 1)


def test_keys_are_always_text() -> None:
    assert data("no: 1\n12: 2\ntrue: 3\nnull: 4\n1.5: 5\n2027-01-01: 6\n") == {
        "no": 1, "12": 2, "true": 3, "null": 4, "1.5": 5, "2027-01-01": 6,
    }  # fmt: skip


def test_blocks_and_windows_line_ends_are_read() -> None:
    assert data("a: |\r\n  one\r\n  two\r\nb:\r\n  - c\r\n") == {"a": "one\ntwo\n", "b": ["c"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("yaml-empty", 1, 1)]),
        ("# nothing\n", [("yaml-empty", 1, 1)]),
        ("a: &x 1\n", [("yaml-anchor", 1, 4)]),
        ("&x a: 1\n", [("yaml-anchor", 1, 1)]),
        ("a: *x\n", [("yaml-alias", 1, 4)]),
        ("*x : 1\n", [("yaml-alias", 1, 1)]),
        ("a: !!str 1\nb: !x 2\n", [("yaml-tag", 1, 4), ("yaml-tag", 2, 4)]),
        ("a: ! 1\n", [("yaml-tag", 1, 4)]),
        ("!!map {a: 1}\n", [("yaml-tag", 1, 1)]),
        ("a:\n  <<: {b: 1}\n", [("yaml-merge-key", 2, 3)]),
        ("a: 1\nb: 2\na: 3\na: 4\n", [("yaml-duplicate-key", 3, 1), ("yaml-duplicate-key", 4, 1)]),
        ('a: 1\n"a": 2\n', [("yaml-duplicate-key", 2, 1)]),
        ("a: [{b: 1, b: 2}]\n", [("yaml-duplicate-key", 1, 12)]),
        ("a: 1\n---\nb: 1\n", [("yaml-many-documents", 2, 1)]),
        ("%YAML 1.2\n---\na: 1\n", [("yaml-directive", 1, 1)]),
        ("%TAG ! tag:example.org,2027:\n---\na: 1\n", [("yaml-directive", 1, 1)]),
        ("? [a]\n: 1\n", [("yaml-key-not-text", 1, 3)]),
        ('"": 1\n', [("yaml-key-not-text", 1, 1)]),
        ('"a\\nb": 1\n', [("yaml-key-not-text", 1, 1)]),
        ("[" * 900, [("yaml-too-deep", 1, 13)]),
        ("a:\n  b: " + "{c: " * 40, [("yaml-too-deep", 2, 46)]),
        ("a: 1.5\nb: 1e3\nc: -0.0\n", [("yaml-number-not-whole", n, 4) for n in (1, 2, 3)]),
        (f"a: {'9' * 10_000}\n", [("yaml-number-too-long", 1, 4)]),
        ("a:\n\tb: 1\n", [("yaml-tab", 2, 1)]),
        ("a: b: c\n", [("yaml-syntax", 1, 5)]),
        ("a: @b\n", [("yaml-syntax", 1, 4)]),
        ("a: 1\u2028b: 2\n", [("yaml-control-character", 1, 5)]),
        ("a: 1\rb: 2\n", [("yaml-control-character", 1, 5)]),
        ("a: x\u202ey\n", [("yaml-control-character", 1, 5)]),
        ('a: "\\0"\n', [("yaml-control-character", 1, 4)]),
        (b"\xef\xbb\xbfa: 1\n", [("yaml-byte-order-mark", 1, 1)]),
        (b"a: 1\nb: \xe9\n", [("yaml-not-utf8", 2, 4)]),
        (b"a: \xed\xa0\x80\n", [("yaml-not-utf8", 1, 4)]),
        (b"a: \x00\n", [("yaml-control-character", 1, 4)]),
    ],
)  # fmt: skip
def test_what_could_mean_something_else_is_a_finding_with_its_place(
    text: bytes | str, expected: list[tuple[str, int, int]]
) -> None:
    assert findings(text) == expected


def test_a_bomb_costs_no_more_than_its_length() -> None:
    names = "abcdefghijklmnopqrstuvwxyz"
    bomb = "a: &a [x]\n" + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in pairwise(names))
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1
        assert calls < 10 * len(bomb), "more work than reading each character a few times"

    sys.setprofile(count)
    try:
        found = findings(bomb)
    finally:
        sys.setprofile(None)
    assert found == [("yaml-anchor", 1, 4)]


def test_no_more_findings_than_a_person_can_use() -> None:
    assert len(findings("a: [" + "1.5, " * 1000 + "]\n")) == 20


@pytest.mark.parametrize("escape", ["\\ud800", "\\UFFFFFFFF", "\\xZZ"])
def test_an_escape_that_names_no_character_is_a_finding(escape: str) -> None:
    assert len(findings(f'a: "{escape}"\n')) == 1


FILE = """\
format: 1
profile:
  languages: [en, vi]
  wishes: {sector: any}
pins:
  - people: [A, B]
    by: c
"""


@pytest.mark.parametrize(
    ("steps", "key", "line", "column"),
    [
        ((), False, 1, 1),
        (("format",), False, 1, 9),
        (("format",), True, 1, 1),
        (("profile",), False, 3, 3),
        (("profile",), True, 2, 1),
        (("profile", "languages", 1), False, 3, 19),
        (("profile", "wishes", "sector"), False, 4, 20),
        (("profile", "wishes", "sector"), True, 4, 12),
        (("pins", 0, "people", 1), False, 6, 17),
        (("pins", 0, "by"), False, 7, 9),
        (("profile", "country"), False, 3, 3),
        (("profile", "country", "x"), True, 3, 3),
    ],
)
def test_every_key_and_value_has_its_place(
    steps: tuple[str | int, ...], key: bool, line: int, column: int
) -> None:
    document = yaml_read.read(FILE.encode(), "a/f.yaml")
    assert isinstance(document, Document)
    assert document.locate(*steps, key=key) == Location(path="a/f.yaml", line=line, column=column)


def test_whatever_is_done_to_a_file_there_are_data_or_findings_and_never_an_error() -> None:
    chance = random.Random(2027)
    pieces = [*"{}[]:,-&*!%@|>'\"#?\\\n\t \x00", "é", "<<", "---", "...", "a", "1.5", "\\u", "\r\n"]
    refused = 0
    for _ in range(400):
        text = FILE
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(text))
            text = text[:at] + chance.choice(pieces) + text[at + chance.randint(0, 3) :]
        read = yaml_read.read(text.encode("utf-8"), "f.yaml")
        if isinstance(read, tuple):
            refused += 1
            assert read
            assert all(f.location.line <= text.count("\n") + 2 for f in read)
    assert 50 < refused < 400


@pytest.mark.parametrize(
    "text",
    [
        "a", "7GQ2MK4XHN", "1234567890", "7E12345678", "12:30", "no", "true", "", " a", "a: b", "#", "é\n", '"',
        "\\", "2027-1", "1.0", "-", "sha256:ab",
    ],
)  # fmt: skip
def test_a_scalar_that_was_written_is_read_back_as_the_same_text(text: str) -> None:
    written = yaml_read.scalar(text)
    assert data(f"a: {written}\nb: [{written}, {written}]\n") == {"a": text, "b": [text, text]}
    assert pyyaml.safe_load(f"a: {written}\n") == {"a": text}
