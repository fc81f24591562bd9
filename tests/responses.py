"""Answers as the page behind a personal link makes them; everybody in them is made up."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

from counterpart.moments import moment_text
from counterpart.sealing.demo_keys import DEMONSTRATION_RECIPIENTS
from counterpart.sealing.links import LinkKey, token
from counterpart.sealing.receipt import new_receipt, sign
from counterpart.sealing.seal import seal
from counterpart.sealing.signed import signed_bytes

EXPIRES = datetime(2027, 8, 2, tzinfo=UTC)
_KEY = new_receipt(b"k" * 32)
#: A round's link key, always the same.
LINKS = LinkKey(round="2027-1", public=_KEY.public, private=_KEY.private)


def response(link: str, about: str = "pulse", *, id: str | None = None, **said: Any) -> dict[str, Any]:
    """What the page sends for a *link*, as it stands behind the word in the address; *id*: of somebody else."""
    held = link_of(link)
    answer = {"format": 1, "round": held["round"], "id": id or held["id"], "about": about, **said}
    document = {
        "kind": "response",
        "format": 1,
        "round": held["round"],
        "id": id or held["id"],
        "key": held["key"],
        "expires": held["expires"],
        "certificate": held["certificate"],
        "sealed": seal(json.dumps(answer, ensure_ascii=False).encode(), DEMONSTRATION_RECIPIENTS),
    }
    return {**document, "signature": sign(held["private"], signed_bytes("response", document))}


def link_of(text: str) -> dict[str, str]:
    """What a *token* holds: round, id, private, key, expires, certificate; ValueError where it is none."""
    round_id, id, packed = text.split(".")
    data = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    if len(data) != 102 or data[0] != 1:
        raise ValueError("not a link")
    receipt = new_receipt(data[1:33])
    expires = datetime.fromtimestamp(int.from_bytes(data[33:38], "big"), UTC)
    return {
        "round": round_id,
        "id": id,
        "private": receipt.private,
        "key": receipt.public,
        "expires": moment_text(expires),
        "certificate": base64.b64encode(data[38:]).decode("ascii"),
    }


def link(id: str, *, key: LinkKey = LINKS, expires: datetime = EXPIRES) -> str:
    """The link of a person, made with a round's link key."""
    return token(key, id, expires)
