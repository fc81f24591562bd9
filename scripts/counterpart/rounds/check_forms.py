"""The rules for what follows an application: corrections and withdrawals, each signed with its receipt."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from counterpart.files.source import Source
from counterpart.findings import Finding, Location, found
from counterpart.moments import moment_text
from counterpart.rounds.check_application import Windows
from counterpart.sealing.signed import signed_bytes

#: Whether a signature (second) was made for a message (third) with the private half of a public one (first).
Verify = Callable[[str, str, bytes], bool]


def check_correction(
    source: Source,
    number: int,
    first: Source | None,
    before: Source | None,
    forms: Collection[int],
    open: Windows | None,
    verify: Verify,
) -> Iterator[Finding]:
    """One correction, *number* by its file's name, against the *first* form and the one *before* it.

    *forms*: the numbers of all forms that there are. A form is None where it is missing or cannot be read.
    """
    data = source.data
    if data["correction"] != number:
        yield found(
            "correction-number",
            source.locate("correction"),
            f"`correction` must be {number}, as the file is named, not {data['correction']}.",
        )
    if number > 2 and number - 1 not in forms:
        yield found(
            "correction-number",
            source.locate("correction"),
            f"Corrections must be numbered one after another; there is none with the number {number - 1}.",
        )
    if (
        open is not None
        and is_late(data, open)
        and before is not None
        and data["profile"] != before.data["profile"]
    ):
        yield found(
            "correction-late",
            source.locate("corrected"),
            f"`corrected` must lie before {moment_text(open.closes)}, when applications close. After that a name "
            "or an address may be corrected, and the profile must stay as it is.",
        )
    if first is None:
        if 1 not in forms:
            yield _without(source.path)
        return
    for key in ("received", "receipt"):
        if data[key] != first.data[key]:
            yield found(
                "correction-differs",
                source.locate(key),
                f"`{key}` must be that of the application which is corrected.",
            )
    yield from _signature("correction", source, first, verify)


def is_late(correction: Mapping[str, Any], open: Windows) -> bool:
    """Whether a correction came after applications closed; it then changes who is written to, and no pair."""
    return datetime.fromisoformat(correction["corrected"]) >= open.closes


def check_withdrawal(
    source: Source, first: Source | None, forms: Collection[int], verify: Verify
) -> Iterator[Finding]:
    """One withdrawal against the *first* form of the application; None where that is missing or unreadable."""
    if first is None:
        if 1 not in forms:
            yield _without(source.path)
        return
    yield from _signature("withdrawal", source, first, verify)


def _without(path: str) -> Finding:
    return found(
        "application-missing", Location(path=path), "There must be an application of this id, and there is none."
    )


def _signature(kind: str, source: Source, first: Source, verify: Verify) -> Iterator[Finding]:
    if not verify(first.data["receipt"], source.data["signature"], signed_bytes(kind, source.data)):
        yield found(
            "signature-wrong",
            source.locate("signature"),
            "`signature` must be made with the application's receipt over what this file says.",
        )
