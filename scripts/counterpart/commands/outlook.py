"""How good a round can get, while applications come in."""

from __future__ import annotations

from dataclasses import dataclass

from counterpart.commands.match import ready_pool
from counterpart.commands.progress import Report, counting
from counterpart.core.outlook import Outlook
from counterpart.core.outlook import outlook as outlook_of
from counterpart.edges.load import load_round
from counterpart.edges.names import names
from counterpart.edges.repository import Repository
from counterpart.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """The outlook, and what stands in its way."""

    findings: tuple[Finding, ...] = ()
    outlook: Outlook | None = None
    refused: int = 0  # applications that do not pass check and are not counted


def outlook(repository: Repository, round_id: str, *, report: Report) -> Looked:
    """The outlook of a round from the applications that pass ``check``."""
    loaded = load_round(repository, round_id, counting(report))
    if loaded.blocking:
        return Looked(findings=loaded.blocking)
    return Looked(outlook=outlook_of(ready_pool(loaded), names()), refused=len(loaded.refused))
