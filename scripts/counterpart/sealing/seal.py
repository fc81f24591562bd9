"""Seals what names a person to the round's recipients, and opens it again: age, with armour around it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyrage

#: Every sealed text is filled up to this many bytes, so that its length says nothing about its contents. The
#: longest identity that its schema allows fits, in any script.
SIZE = 4096


def room(length: int) -> int:
    """The size to which a longer text of *length* bytes is filled up: steps of two, so that it tells little."""
    size = 4 * SIZE
    while size < length:
        size *= 2
    return size


class NotOpened(Exception):
    """The sealed part does not open: another key, or it was changed. Holds no word of what was inside."""


def seal(plaintext: bytes, recipients: Sequence[str], size: int = SIZE) -> str:
    """*plaintext* as an armored age file that each of *recipients* (age public keys) can open.

    It is filled up with spaces to *size* bytes, which JSON does not mind; it must not end in a space itself, nor
    be longer. Raises ValueError for that, without recipients, or when one is no key. Never the same twice.
    """
    if not recipients:
        raise ValueError("nobody could ever open what is sealed to nobody")
    if plaintext.endswith(b" "):
        raise ValueError("a text that ends in a space would come back without it")
    if len(plaintext) > size:
        raise ValueError(f"a sealed text has at most {size} bytes")
    try:
        keys = [pyrage.x25519.Recipient.from_str(recipient) for recipient in recipients]
    except pyrage.RecipientError:
        raise ValueError("a recipient is an age public key, age1…") from None
    padded = plaintext.ljust(size)
    sealed: bytes = pyrage.encrypt(padded, keys, armored=True)
    return sealed.decode("ascii").replace("\r\n", "\n")


def open_sealed(text: str, identities: Iterable[str]) -> bytes:
    """What was sealed into *text*, opened with any of *identities*, age private keys; else ``NotOpened``."""
    try:
        keys = [pyrage.x25519.Identity.from_str(identity) for identity in identities]
        opened: bytes = pyrage.decrypt(text.encode("ascii"), keys)
    except (pyrage.DecryptError, pyrage.IdentityError, UnicodeEncodeError):
        # The library's message is left behind on purpose: it may hold what must not be shown.
        raise NotOpened("the sealed part does not open with this key") from None
    return opened.rstrip(b" ")
