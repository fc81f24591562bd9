"""What a receipt signs: the same bytes here and in the browser, whoever seals the sealed part again later."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from counterpart.digest import digest
from counterpart.model import Digest

#: What may be signed: its kind -> the keys that the signature covers.
PARTS: Mapping[str, tuple[str, ...]] = {
    "correction": ("format", "round", "id", "correction", "receipt", "profile", "sealed"),
    "withdrawal": ("format", "round", "id"),
    "status": ("round", "id", "at"),
    "link": ("round", "id", "key", "expires"),
    "response": ("format", "round", "id", "key", "expires", "certificate", "sealed"),
}


def canonical(data: Any) -> bytes:
    """*data* as JSON with sorted keys and no spaces, in UTF-8."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def signed_bytes(kind: str, data: Mapping[str, Any]) -> bytes:
    """The message that a signature of *kind*, one of ``PARTS``, covers; other keys of *data* are left out.

    In place of the sealed part stands its digest, so that a signature outlives sealing it again.
    """
    part = {key: data[key] for key in PARTS[kind]}
    if "sealed" in part:
        part["sealed"] = sealed_digest(data)
    return f"counterpart {kind} 1\n".encode() + canonical(part)


def sealed_digest(data: Mapping[str, Any]) -> Digest:
    """The digest of the sealed part as the applicant sent it: ``"sha256:…"``."""
    again: Digest | None = data.get("resealed")
    return again or Digest("sha256:" + hashlib.sha256(data["sealed"].encode("utf-8")).hexdigest())


def application_digest(data: Mapping[str, Any]) -> Digest:
    """The digest of an application or correction; sealing it again does not change it."""
    kept = {key: value for key, value in data.items() if key != "resealed"}
    if "sealed" in kept:  # a made-up application that was never written has none
        kept["sealed"] = sealed_digest(data)
    return digest(kept)
