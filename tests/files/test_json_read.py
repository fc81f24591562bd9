"""JSON that was sealed or sent is read in one way only, whatever characters a name has."""

from __future__ import annotations

import json

import pytest

from counterpart.digest import digest
from counterpart.files.json_read import plain, shows_itself
from counterpart.findings import UsageError
from counterpart.rounds.open_sealed import sealed_words
from counterpart.sealing.demo_keys import DEMONSTRATION_IDENTITIES, DEMONSTRATION_RECIPIENTS
from counterpart.sealing.seal import seal


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'{"a": 1, "b": [true, null, "x"]}', {"a": 1, "b": [True, None, "x"]}),
        ('"𠮷野 😀"'.encode(), "𠮷野 😀"),
        (b'"\\ud842\\udfb7"', "𠮷"),
        (b"999999999999999", 999999999999999),
    ],
)
def test_plain_json_is_read_as_it_says(content: bytes, value: object) -> None:
    assert plain(content) == value


@pytest.mark.parametrize(
    "content",
    [
        b'{"a": 1, "a": 2}',
        b"1.5",
        b"1e5",
        b"NaN",
        b"9999999999999999",
        b"[" * 14 + b"]" * 14,
        b"[" * 100_000,
        b"\xff",
        b'{"a": 1',
        b"",
    ],
)
def test_what_two_readers_could_take_for_different_things_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's own is one of them
        plain(content)


@pytest.mark.parametrize("text", ["a\u202eb", "\x00", "\ufeffa", "a\u2028b", "\ud800"])
def test_text_that_looks_different_from_what_it_says_is_told(text: str) -> None:
    assert not shows_itself({"name": ["fine", text]})
    assert not shows_itself({text: "fine"})
    assert shows_itself({"name": ["fine", "line\nline", "𠮷"]})


def sealed(name: str) -> dict[str, object]:
    """An application of somebody with this *name*, sealed to the demonstration keys."""
    profile = {"country": "JP"}
    identity = {
        "format": 1, "round": "2027-1", "id": "7GQ2MK4XHN", "profile": digest(profile), "name": name,
        "email": "reader@example.org", "partner_may_see": ["name", "email"],
    }  # fmt: skip
    words = json.dumps(identity, ensure_ascii=False).encode("utf-8")
    return {
        "round": "2027-1", "id": "7GQ2MK4XHN", "profile": profile, "sealed": seal(words, DEMONSTRATION_RECIPIENTS)
    }  # fmt: skip


@pytest.mark.parametrize("name", ["𠮷野 菜々子 (sample)", "Quire 📚 Foliot (sample)", "Łucja Zakładka (sample)"])
def test_a_name_of_rare_characters_can_be_opened(name: str) -> None:
    assert sealed_words(sealed(name), DEMONSTRATION_IDENTITIES)["name"] == name


def test_a_name_that_turns_its_neighbours_round_is_not_relied_on() -> None:
    with pytest.raises(UsageError) as refused:
        sealed_words(sealed("Quire \u202eFoliot"), DEMONSTRATION_IDENTITIES)

    assert str(refused.value) == (
        "The sealed part of '7GQ2MK4XHN' is not what the application form makes; do not rely on it."
    )
