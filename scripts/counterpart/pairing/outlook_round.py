"""How good a round can get, while applications come in."""

from __future__ import annotations

from dataclasses import dataclass

from counterpart.files.progress import Progress, counting
from counterpart.files.repository import Repository
from counterpart.findings import Finding
from counterpart.model import RoundId
from counterpart.pairing.outlook import Outlook
from counterpart.pairing.outlook import outlook as outlook_of
from counterpart.pairing.ready import ready_pool
from counterpart.rounds.load import load_round
from counterpart.world.names import names


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """The outlook, and what stands in its way."""

    findings: tuple[Finding, ...] = ()
    outlook: Outlook | None = None
    refused: int = 0  # applications that do not pass check and are not counted


def outlook(repository: Repository, round_id: RoundId, *, report: Progress) -> Looked:
    """The outlook of a round from the applications that pass ``check``."""
    loaded = load_round(repository, round_id, counting(report))
    if loaded.blocking:
        return Looked(findings=loaded.blocking)
    return Looked(outlook=outlook_of(ready_pool(loaded), names()), refused=len(loaded.refused))
