"""Moments in UTC, as they stand in files: ``2027-03-01T08:00:00Z``, so that text sorts as time does."""

from __future__ import annotations

from datetime import UTC, datetime

_FORM = "%Y-%m-%dT%H:%M:%SZ"


def moment_text(moment: datetime) -> str:
    """The text of a *moment*, which must know its time zone; fractions of a second are left out."""
    return moment.astimezone(UTC).strftime(_FORM)


def moment_of(text: str) -> datetime:
    """The moment that *text* names, in UTC; ValueError where it names none."""
    return datetime.strptime(text, _FORM).replace(tzinfo=UTC)
