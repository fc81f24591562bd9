"""What is sealed opens with a recipient's key and with nothing else, and its length says next to nothing."""

from __future__ import annotations

import json

import pyrage
import pytest

from counterpart.files.schema import schema
from counterpart.sealing.demo_keys import DEMONSTRATION_IDENTITIES, DEMONSTRATION_RECIPIENTS
from counterpart.sealing.seal import SIZE, NotOpened, open_sealed, seal

PLAINTEXT = '{"name":"Łucja Zakładka (sample)","about_me":"ליד המדף"}'.encode()


@pytest.mark.parametrize("identity", DEMONSTRATION_IDENTITIES)
def test_each_recipient_alone_can_open_what_was_sealed(identity: str) -> None:
    sealed = seal(PLAINTEXT, DEMONSTRATION_RECIPIENTS)

    assert open_sealed(sealed, [identity]) == PLAINTEXT
    assert sealed.startswith("-----BEGIN AGE ENCRYPTED FILE-----\n")
    assert sealed.endswith("-----END AGE ENCRYPTED FILE-----\n")
    assert sealed.isascii()
    assert "\r" not in sealed


def test_one_of_many_identities_is_enough() -> None:
    other = str(pyrage.x25519.Identity.generate())
    sealed = seal(PLAINTEXT, DEMONSTRATION_RECIPIENTS[:1])

    assert open_sealed(sealed, [other, DEMONSTRATION_IDENTITIES[0]]) == PLAINTEXT


def test_the_demonstration_keys_are_pairs() -> None:
    public = [str(pyrage.x25519.Identity.from_str(each).to_public()) for each in DEMONSTRATION_IDENTITIES]

    assert public == list(DEMONSTRATION_RECIPIENTS)
    assert len(set(public)) == 2


def test_nobody_else_can_open_it() -> None:
    sealed = seal(PLAINTEXT, DEMONSTRATION_RECIPIENTS[:1])

    for identities in ([str(pyrage.x25519.Identity.generate())], DEMONSTRATION_IDENTITIES[1:], []):
        with pytest.raises(NotOpened, match="the sealed part does not open with this key"):
            open_sealed(sealed, identities)


def test_what_was_changed_or_is_no_age_file_does_not_open() -> None:
    sealed = seal(PLAINTEXT, DEMONSTRATION_RECIPIENTS)
    lines = sealed.splitlines(keepends=True)
    middle = len(lines) // 2
    swapped = "".join([*lines[:middle], lines[middle].swapcase(), *lines[middle + 1 :]])

    for text in (swapped, "".join(lines[:middle]), "", "Łucja", lines[0] + lines[-1], sealed + "x"):
        with pytest.raises(NotOpened):
            open_sealed(text, DEMONSTRATION_IDENTITIES)


def test_a_key_that_is_none_opens_nothing_and_is_not_shown() -> None:
    with pytest.raises(NotOpened) as refused:
        open_sealed(seal(PLAINTEXT, DEMONSTRATION_RECIPIENTS), ["AGE-SECRET-KEY-1TYPO"])

    assert "TYPO" not in str(refused.value)


@pytest.mark.parametrize("length", [0, 1, 500, SIZE - 1, SIZE])
def test_every_length_comes_back_and_the_plaintext_is_filled_up_to_one_size(length: int) -> None:
    plaintext = b"x" * length
    sealed = seal(plaintext, DEMONSTRATION_RECIPIENTS)
    inside = pyrage.decrypt(sealed.encode("ascii"), [pyrage.x25519.Identity.from_str(DEMONSTRATION_IDENTITIES[0])])

    assert open_sealed(sealed, DEMONSTRATION_IDENTITIES) == plaintext
    assert len(inside) == SIZE


def test_what_is_longer_is_refused_rather_than_told_by_its_length() -> None:
    with pytest.raises(ValueError, match="a sealed text has at most 4096 bytes"):
        seal(b"x" * (SIZE + 1), DEMONSTRATION_RECIPIENTS)


def test_the_longest_identity_that_the_schema_allows_can_be_sealed() -> None:
    properties = schema("identity")["properties"]
    longest = {key: "🄰" * rules["maxLength"] for key, rules in properties.items() if "maxLength" in rules}
    longest["email"] = "a" * properties["email"]["maxLength"]
    identity = {
        "format": 1,
        "round": "2027-1",
        "id": "7GQ2MK4XHN",
        "profile": "sha256:" + "0" * 64,
        **longest,
        "partner_may_see": properties["partner_may_see"]["items"]["enum"],
    }
    plaintext = json.dumps(identity, ensure_ascii=False, separators=(",", ":")).encode()

    assert set(identity) == set(properties)
    assert open_sealed(seal(plaintext, DEMONSTRATION_RECIPIENTS), DEMONSTRATION_IDENTITIES) == plaintext


def test_json_with_its_filling_is_still_the_same_json() -> None:
    inside = pyrage.decrypt(
        seal(PLAINTEXT, DEMONSTRATION_RECIPIENTS).encode("ascii"),
        [pyrage.x25519.Identity.from_str(DEMONSTRATION_IDENTITIES[0])],
    )

    assert json.loads(inside) == json.loads(PLAINTEXT)


def test_sealing_twice_gives_two_texts() -> None:
    assert seal(PLAINTEXT, DEMONSTRATION_RECIPIENTS) != seal(PLAINTEXT, DEMONSTRATION_RECIPIENTS)


@pytest.mark.parametrize(
    ("plaintext", "recipients", "sentence"),
    [
        (b"x", [], "nobody could ever open what is sealed to nobody"),
        (b"x ", DEMONSTRATION_RECIPIENTS, "a text that ends in a space would come back without it"),
        (b"x", [DEMONSTRATION_RECIPIENTS[0], "age1typo"], "a recipient is an age public key, age1…"),
        (b"x", [DEMONSTRATION_IDENTITIES[0]], "a recipient is an age public key, age1…"),
    ],
)
def test_what_could_not_be_opened_again_is_not_sealed(
    plaintext: bytes, recipients: list[str], sentence: str
) -> None:
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        seal(plaintext, recipients)
