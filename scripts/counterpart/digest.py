"""Digests: one short name for the exact contents of a file or of a pool."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from counterpart.model import Digest, Place, Status

_NONE = "none"  # how files write that there is no digest


def digest(data: Any) -> Digest:
    """``"sha256:…"`` over the canonical form of *data*: strings, integers, true/false, lists and mappings.

    The canonical form is JSON with sorted keys and no spaces, in UTF-8, so the order of keys, the comments
    and the layout of a file do not change its digest, and any change of a value does.
    """
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return Digest("sha256:" + hashlib.sha256(text.encode("utf-8")).hexdigest())


def written(digest: Digest | None) -> str:
    """The digest as files have it, with a word where there is none."""
    return digest or _NONE


def read(word: str) -> Digest | None:
    """The digest that stands in a file; None where the file says that there is none."""
    return None if word == _NONE else Digest(word)


_OF_PAIRS = ("round", "topics", "sectors", "career_stages", "draw", "rules", "weights", "acceptable", "threes")


def settings_digest(data: Mapping[str, Any]) -> Digest:
    """The digest of what a pairing depends on in the data of ``round.yaml``.

    Dates, titles, contact and keys may change without making a proposal or an approval void; only the day of
    the introductions counts, because clocks are compared on that day.
    """
    kept = {key: data[key] for key in _OF_PAIRS if key in data}
    day = next((line["date"] for line in data["calendar"] if line["event"] == "introductions"), _NONE)
    return digest({**kept, "introductions": day})


def pool_digest(people: Mapping[str, Place]) -> Digest:
    """The digest of the frozen pool: who is admitted, with which application, and what a rule needs of them.

    Covers ``[id, application digest, employer or null, past ids sorted, carried_over]`` of every admitted
    person, sorted by id, and at the end, where there are any, the sorted ids of those who may have the same
    employer. Places of arrival and people who are not admitted do not change it, be they past partners or not.
    """
    admitted = {id: place for id, place in people.items() if place.status is Status.ADMITTED}

    def facts(id: str, place: Place) -> list[object]:
        past, perhaps = (sorted(admitted.keys() & {*ids}) for ids in (place.past, place.perhaps))
        return [id, place.digest, place.employer, past, place.carried_over, *([perhaps] if perhaps else [])]

    return digest([facts(id, place) for id, place in sorted(admitted.items())])
