"""What may stand for a name: e-mails carry it to others, so it holds nothing that programs make a link of."""

from __future__ import annotations

import random
import re

import pytest

from counterpart.files import schema
from counterpart.world.address import without_links

LINKS = [
    "Win at https://evil.example",
    "http://x",
    "ftp://x",
    "www.evil.example",
    "Look: WWW.evil.example",
    "reader@example.org",
    "Ada @ home",
    "evil.com",
    "Evil.Org/now",
    "evil.NET",
    "\u202eevil.com",
]
NAMES = [
    "Oriel Bookend",
    "J.R.R. Quillhaven",
    "Prof.dr. Ünal",
    "A.Kumar",
    "O'Brien-Nettleship, Orgeluse",
    "St.Comgall",
    "María del Camino",
    "ليلى الرف",
    "山田花子",
    "Łucja 🐢",
    "Wwwlodek",
    "Dr.Organ",
    "T.Comyn",
]


def fits(key: str, words: str) -> bool:
    rule = schema.schema("identity")["properties"][key]
    return re.search(rule["pattern"], words) is not None


@pytest.mark.parametrize("words", LINKS)
def test_a_link_or_an_address_is_no_name(words: str) -> None:
    assert not fits("name", words)
    assert without_links(words) != words
    assert fits("name", without_links(words))


@pytest.mark.parametrize("words", NAMES)
def test_a_name_is_a_name(words: str) -> None:
    assert fits("name", words)
    assert without_links(words) == words


@pytest.mark.parametrize("words", ["https://evil.example", "www.evil.example", "reader@example.org"])
def test_an_employer_is_no_link_but_may_be_called_by_one_s_name(words: str) -> None:
    assert not fits("employer", words)
    assert fits("employer", "Quillhaven.org Foundation")


def test_the_schema_and_the_program_agree_on_any_words() -> None:
    chance = random.Random(1)
    pieces = ["://", "www", ".", "@", "com", "Org", "NET", "a", "Z", " ", "é", "1", "/"]
    seen = set()
    for _ in range(20_000):
        words = "x" + "".join(chance.choices(pieces, k=chance.randint(1, 6)))
        assert fits("name", words) == (without_links(words) == words), words
        seen.add(fits("name", words))
    assert seen == {True, False}
