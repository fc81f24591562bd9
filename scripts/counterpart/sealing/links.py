"""Personal links: with one a person answers without an account, and nobody else can in that person's name.

A link holds the private half of a key of its own, which is in no file, and a certificate for it: the signature of
the round's link key. Both follow from that one key, so that a mail which is sent again has the same link.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from counterpart.moments import moment_text
from counterpart.sealing.receipt import new_receipt, sign
from counterpart.sealing.signed import signed_bytes

_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkKey:
    """The round's link key; the private half never leaves a coordinator's machine in clear."""

    round: str
    public: str
    private: str

    def __repr__(self) -> str:
        """The public half alone."""
        return f"LinkKey({self.round}, {self.public})"


def token(key: LinkKey, id: str, expires: datetime) -> str:
    """What stands behind the '#' in the link of a person: letters, digits, '-', '_' and '.'."""
    seed = hmac.new(base64.b64decode(key.private), f"link {key.round} {id}".encode(), hashlib.sha256).digest()
    moment = moment_text(expires)
    mine = new_receipt(seed)
    certificate = sign(
        key.private, signed_bytes("link", {"round": key.round, "id": id, "key": mine.public, "expires": moment})
    )
    packed = bytes([_VERSION]) + seed + int(expires.timestamp()).to_bytes(5, "big") + base64.b64decode(certificate)
    return f"{key.round}.{id}.{base64.urlsafe_b64encode(packed).decode('ascii').rstrip('=')}"
