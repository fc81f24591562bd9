"""What is written is what is read, by our strict reader and by others."""

from __future__ import annotations

import random
from typing import Any

import pytest
import yaml

from counterpart.files import yaml_read as strict
from counterpart.files.yaml_write import dump

# fmt: off
TRAPS = [
    "NO", "no", "Yes", "on", "null", "~", "true", "12:30", "2027-01", "2027-01-14", "0123", "1E12345678",
    "0123456789", "0x1F", "1_000", ".5", "-", "-1", "", " ", " a", "a ", "a: b", "a #b", "#a", "*a", "&a", "!a",
    "[a", "{a", "'a'", '"a"', "a\\b", "a\tb", "a\x85b", "a\u2028b", "\ufeffa", "é", "名前", "שלום", "a\nb",
    "a\nb\n", "a\n\n", "\na\n", " a\nb\n", "a \nb\n", "-----BEGIN X-----\nabc\n-----END X-----\n", "=", "<<",
    "?", "|", ">", "%a", "@a", "`a",
]  # fmt: skip


@pytest.mark.parametrize("text", TRAPS, ids=ascii)
def test_text_comes_back_as_it_was(text: str) -> None:
    data = {
        "key": text,
        "list": [text, text],
        "map": {"a": text},
        "deep": [{"b": [text], "c": {"d": {"e": text}}}],
    }

    written = dump(data)

    assert yaml.safe_load(written) == data
    if all(c.isprintable() or c in "\n\t" for c in text):  # the strict reader wants no others
        assert read(written) == data


@pytest.mark.parametrize("seed", range(200))
def test_any_data_come_back_as_they_were(seed: int) -> None:
    chance = random.Random(seed)
    data = {f"k{i}": value(chance, 0) for i in range(chance.randint(0, 6))}

    written = dump(data)

    assert (yaml.safe_load(written) or {}) == data
    assert dump(data) == written


def value(chance: random.Random, depth: int) -> Any:
    kind = chance.random()
    if depth > 3 or kind < 0.5:
        return chance.choice([*(t for t in TRAPS if "\ufeff" not in t), 0, -7, 10**12, True, False, None])
    if kind < 0.75:
        return [value(chance, depth + 1) for _ in range(chance.randint(0, 4))]
    return {f"k{i}": value(chance, depth + 1) for i in range(chance.randint(0, 4))}


def test_a_file_reads_as_a_person_would_write_it() -> None:
    data = {
        "format": 1,
        "round": "2027-1",
        "inputs": {"pool": "sha256:" + "a" * 64, "engine": "1.0"},
        "profile": {
            "country": "NO",
            "languages": ["no", "en"],
            "wishes": {"sector": "different"},
            "returning": False,
        },
        "pairs": [{"people": ["7GQ2MK4XHN", "M4XH2Q9KTA"], "points": {"7GQ2MK4XHN": {"interests": 200}}}],
        "unpaired": [],
        "sealed": "-----BEGIN AGE ENCRYPTED FILE-----\nabc\n-----END AGE ENCRYPTED FILE-----\n",
    }

    assert dump(data) == (
        "format: 1\n"
        'round: "2027-1"\n'
        "inputs:\n"
        "  pool: sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
        '  engine: "1.0"\n'
        "profile:\n"
        '  country: "NO"\n'
        '  languages: ["no", en]\n'
        "  wishes: {sector: different}\n"
        "  returning: false\n"
        "pairs:\n"
        "  - people: [7GQ2MK4XHN, M4XH2Q9KTA]\n"
        "    points:\n"
        "      7GQ2MK4XHN: {interests: 200}\n"
        "unpaired: []\n"
        "sealed: |\n"
        "  -----BEGIN AGE ENCRYPTED FILE-----\n"
        "  abc\n"
        "  -----END AGE ENCRYPTED FILE-----\n"
    )


def test_what_a_file_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="a file holds text, whole numbers, true and false, not float"):
        dump({"weight": 1.5})


def read(text: str) -> Any:
    document = strict.read(text.encode("utf-8"), "file.yaml")
    assert isinstance(document, strict.Document), document
    return document.data
