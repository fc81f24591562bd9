"""What is wrong with a file, as a value: collected, sorted and shown, never raised."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """``error`` makes ``check`` fail; ``warning`` does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Location:
    """A place in a file: the path as seen from the root, with forward slashes; line and column from 1."""

    path: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """One thing that is wrong. Findings sort by place, then by rule.

    ``message`` says in one sentence what was expected and what was found; ``help`` says what to do.
    Neither may hold a sealed or free-text value: logs get published.
    """

    location: Location
    rule: str  # kebab-case; also the anchor of its documentation and the name of its test case
    message: str
    help: str
    severity: Severity = Severity.ERROR


class UsageError(Exception):
    """The command was wrong, not the data: one sentence for the person who typed it (exit 2)."""


class ProgramError(Exception):
    """Another program that this one needs is missing or too old: one sentence that says which (exit 2).

    No UsageError: whoever catches one to go on without a repository must not take a missing git for that.
    """


class CertificateError(Exception):
    """We are wrong: the engine's own answer failed its proof, and nothing was written (exit 3)."""
