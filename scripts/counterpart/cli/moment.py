"""The moment that a command takes for now: the clock's, or in a made-up round the one that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click

from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.model import RoundId
from counterpart.moments import moment_of
from counterpart.rounds.headers import is_sample

pretend_now: Callable[..., Any] = click.option(
    "--pretend-now", metavar="MOMENT", help="Of a made-up round: when it is, such as 2027-02-15T06:00:00Z."
)


def moment(repository: Repository, round_id: RoundId, pretended: str | None) -> datetime:
    """Now, in UTC; a usage error when a moment is *pretended* that is none, or of a real round."""
    if pretended is None:
        return datetime.now(UTC)
    try:
        when = moment_of(pretended)
    except ValueError:
        raise UsageError("--pretend-now must be a moment in UTC, such as 2027-02-15T06:00:00Z.") from None
    if not is_sample(repository, round_id):
        raise UsageError("--pretend-now is for made-up rounds, whose settings say 'sample: true'.")
    return when
