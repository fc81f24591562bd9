"""Proof of work, bound to the document: costs a browser a second, and a flood of applications its machines.

Nothing is remembered: a challenge carries its end and a mark that only this relay can make, and work for one
document is worth nothing for another. The same work for the same document may come again, and changes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re

BITS = 16
LIFE = 3600  # seconds that a challenge is good for

_CHALLENGE = re.compile(r"([0-9]{1,12})\.([0-9a-f]{64})")
_NONCE = re.compile(r"[0-9]{1,20}")


def challenge(secret: bytes, now: int) -> str:
    """A challenge that is good for ``LIFE`` seconds from *now*."""
    return _marked(secret, now + LIFE)


def is_done(secret: bytes, now: int, given: object, nonce: object, digest: str, bits: int = BITS) -> bool:
    """Whether *nonce* is work for the document with this *digest* (hexadecimal), on a challenge of ours."""
    if not (isinstance(given, str) and isinstance(nonce, str) and _NONCE.fullmatch(nonce)):
        return False
    parts = _CHALLENGE.fullmatch(given)
    if parts is None or int(parts[1]) < now or not hmac.compare_digest(given, _marked(secret, int(parts[1]))):
        return False
    return leading_zeros(f"{given}:{digest}:{nonce}") >= bits


def leading_zeros(text: str) -> int:
    """How many bits the SHA-256 of *text* begins with that are zero."""
    number = int.from_bytes(hashlib.sha256(text.encode("ascii")).digest(), "big")
    return 256 - number.bit_length()


def _marked(secret: bytes, end: int) -> str:
    return f"{end}.{hmac.new(secret, str(end).encode('ascii'), hashlib.sha256).hexdigest()}"
