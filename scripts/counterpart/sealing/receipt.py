"""Receipts: Ed25519 keys with which applicants prove that a correction or a withdrawal is theirs."""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Both halves in base64. The private one belongs to the applicant alone and never reaches Git."""

    private: str
    public: str


def new_receipt(seed: bytes | None = None) -> Receipt:
    """A new receipt; of the same *seed* of 32 bytes always the same."""
    key = Ed25519PrivateKey.from_private_bytes(seed if seed is not None else secrets.token_bytes(32))
    return Receipt(private=_text(key.private_bytes_raw()), public=_text(key.public_key().public_bytes_raw()))


def sign(private: str, message: bytes) -> str:
    """The signature of *message* in base64. ValueError when *private* is no private half of a receipt."""
    return _text(Ed25519PrivateKey.from_private_bytes(_bytes(private)).sign(message))


def verify(public: str, signature: str, message: bytes) -> bool:
    """Whether *signature* was made for *message* with the private half of *public*; False for what is neither."""
    try:
        Ed25519PublicKey.from_public_bytes(_bytes(public)).verify(_bytes(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_of(private: str) -> str:
    """The public half that belongs to *private*; ValueError where that is none."""
    return _text(Ed25519PrivateKey.from_private_bytes(_bytes(private)).public_key().public_bytes_raw())


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
    if _text(data) != text:  # one text for one key: no second spelling of the same
        raise ValueError("not the usual form of base64")
    return data
