"""Documents as the application form makes them, for the miniature's round; everybody in them is made up."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from counterpart.digest import digest
from counterpart.sealing.demo_keys import DEMONSTRATION_RECIPIENTS
from counterpart.sealing.receipt import Receipt, new_receipt, sign
from counterpart.sealing.seal import seal
from counterpart.sealing.signed import signed_bytes

ID = "7GQ2MK4XHQ"
#: What a person typed; it must be found nowhere but in what the key opens.
CANARIES = ("Canary Shelfmark", "canary-7261@example.org", "CANARY-NUMBER-7261", "Canary Employer", "canary song")


def receipt(id: str = ID) -> Receipt:
    """The receipt of an id: always the same."""
    return new_receipt(hashlib.sha256(id.encode()).digest())


def application(id: str = ID, **changes: Any) -> dict[str, Any]:
    """An application document, sealed to the demonstration keys."""
    profile = {
        "country": "AU",
        "time_zone": "Australia/Sydney",
        "languages": ["en"],
        "sector": "academic",
        "career_stage": "early",
        "interests": ["open-access"],
        "wishes": {"sector": "different"},
        "membership": "member",
        "returning": False,
        "code_of_conduct": "2027-01",
    } | changes.pop("profile", {})
    name, email, number, employer, words = CANARIES
    identity = {
        "format": 1,
        "round": "2027-1",
        "id": id,
        "profile": digest(profile),
        "name": name,
        "email": email,
        "member_number": number,
        "employer": employer,
        "about_me": words,
        "partner_may_see": ["name", "email"],
    }
    sealed = seal(json.dumps(identity, ensure_ascii=False).encode(), DEMONSTRATION_RECIPIENTS)
    return {
        "kind": "application",
        "format": 1,
        "round": "2027-1",
        "id": id,
        "receipt": receipt(id).public,
        "profile": profile,
        "sealed": sealed,
    } | changes


def correction(number: int = 2, id: str = ID, key: str | None = None, **changes: Any) -> dict[str, Any]:
    """A signed correction; *key* is the id whose receipt signs, if another's."""
    document = {**application(id, **changes), "kind": "correction", "correction": number}
    document["signature"] = sign(receipt(key or id).private, signed_bytes("correction", document))
    return document


def withdrawal(id: str = ID, key: str | None = None) -> dict[str, Any]:
    """A signed withdrawal; *key* is the id whose receipt signs, if another's."""
    document = {"kind": "withdrawal", "format": 1, "round": "2027-1", "id": id}
    return {**document, "signature": sign(receipt(key or id).private, signed_bytes("withdrawal", document))}
