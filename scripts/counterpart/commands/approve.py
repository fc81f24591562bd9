"""Approve: a coordinator's word that the proposal may be introduced, given only for one that verifies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from counterpart.commands.progress import Report
from counterpart.commands.verify import verify
from counterpart.core.digest import digest
from counterpart.edges import yaml
from counterpart.edges.load import load_round
from counterpart.edges.repository import Repository
from counterpart.edges.yaml import Document
from counterpart.edges.yaml_write import dump
from counterpart.finding import Finding, UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """What came of it: findings that stand in the way, or what is approved."""

    findings: tuple[Finding, ...] = ()
    pairs: int = 0
    sentence: str = ""
    written: bool = False


def approve(repository: Repository, round_id: str, *, by: str, now: datetime, report: Report) -> Approved:
    """Write ``approval.yaml`` for the proposal that is there, or say what is wrong with it.

    An approval that is still good stays as it is, with its moment and its name.
    """
    verified = verify(repository, round_id, report=report)
    if verified.findings or verified.sentence is None:
        return Approved(findings=verified.findings)
    loaded = load_round(repository, round_id)
    if loaded.roll is None:
        raise UsageError(
            f"Round {round_id} has no roll, so nobody is admitted yet: 'counterpart admit {round_id}'."
        )
    entry = repository.pairings_file(round_id)
    content = repository.read(entry)
    document = yaml.read(content, entry.path) if isinstance(content, bytes) else None
    if not isinstance(document, Document) or loaded.round is None or loaded.proposal is None:
        raise UsageError("The round's files changed while they were read; try again.")
    if loaded.proposal.inputs.pool != loaded.roll.pool:
        raise UsageError(
            f"The roll does not say which application was admitted of everybody: 'counterpart admit {round_id}'."
        )
    good = {
        "proposal": digest(document.data),
        "pool": loaded.roll.pool,
        "settings": loaded.round.digest,
        "decisions": loaded.decisions.digest if loaded.decisions else "none",
    }
    there = loaded.approval
    if there is None or any(getattr(there, key) != value for key, value in good.items()):
        data = {"format": 1, "round": round_id, **good, "by": by, "approved": now.strftime("%Y-%m-%dT%H:%M:%SZ")}
        repository.write_all({repository.approval_file(round_id).path: dump(data).encode("utf-8")})
        written = True
    else:
        written = False
    return Approved(pairs=verified.pairs, sentence=verified.sentence, written=written)
