"""Rehearse: what would change under other weights or rules. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counterpart.files import schema, yaml_read
from counterpart.files.documents import must
from counterpart.files.progress import Progress, counting
from counterpart.files.repository import Repository
from counterpart.files.yaml_read import Document
from counterpart.files.yaml_write import dump
from counterpart.findings import Finding, UsageError
from counterpart.model import Round, RoundId
from counterpart.pairing.pool import assemble
from counterpart.pairing.proposal import broken_pins, propose
from counterpart.pairing.ready import ready_pool
from counterpart.pairing.rehearse import Rehearsal, rehearse
from counterpart.rounds import build
from counterpart.rounds.build import Data
from counterpart.rounds.load import load_round
from counterpart.world.zones import offset

#: What may be rehearsed: keys of round.yaml on which a pairing depends, and that no application refers to.
KEYS = ("weights", "rules", "acceptable", "threes")
_LARGEST = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """The result: findings that stand in the way, or the comparison."""

    findings: tuple[Finding, ...] = ()
    rehearsal: Rehearsal | None = None
    fresh: bool = False  # there was no proposal for these applications, so the best one was taken
    acceptable: tuple[int, int] = (0, 0)


def rehearse_round(repository: Repository, round_id: RoundId, file: Path, *, report: Progress) -> Rehearsed:
    """Compare the round's proposal with the best one under the weights and rules in *file*."""
    loaded = load_round(repository, round_id, counting(report))
    if loaded.blocking:
        return Rehearsed(findings=loaded.blocking)
    pool = ready_pool(loaded)
    other_round = _other(repository, round_id, file)
    other = assemble(other_round, loaded.applicants, loaded.roll, loaded.decisions, offset)
    broken = broken_pins(other)
    if broken:
        people, rule = broken[0]
        raise UsageError(f"The pin of {' and '.join(people)} would break the rule '{rule}' of these settings.")
    proposal, fresh = loaded.proposal, False
    if proposal is None or proposal.inputs.pool != pool.digest:
        report("there is no proposal for these applications yet; computing the best one")
        proposal, fresh = propose(pool, report=report).proposal, True
    report(f"{len(pool.people):,} people; matching under the other settings")
    found = rehearse(pool, other, proposal, report)
    return Rehearsed(rehearsal=found, fresh=fresh, acceptable=(pool.round.acceptable, other_round.acceptable))


def _other(repository: Repository, round_id: RoundId, file: Path) -> Round:
    """The round with what *file* says in the place of its own; a usage error where that cannot be."""
    try:
        with open(file, "rb") as opened:
            document = yaml_read.read(opened.read(_LARGEST), file.name)
    except OSError:
        raise UsageError(f"'{file}' cannot be read.") from None
    if not isinstance(document, Document):
        raise UsageError(
            f"'{file.name}', line {document[0].location.line}: {document[0].message} {document[0].help}"
        )
    said = document.data
    if not isinstance(said, dict) or not said or not said.keys() <= set(KEYS):
        raise UsageError(
            f"'{file.name}' must hold some of these keys of round.yaml, and no other: {', '.join(KEYS)}."
        )
    settings = must(repository, repository.round_file(round_id))
    merged = yaml_read.read(dump({**settings.data, **_merged(settings.data, said)}).encode("utf-8"), file.name)
    assert isinstance(merged, Document)
    if wrong := schema.check(merged, "round"):
        raise UsageError(f"'{file.name}': {wrong[0].message} {wrong[0].help}")
    return build.round_(merged.data)


def _merged(settings: Data, said: Data) -> dict[str, Any]:
    """What *said* changes: a mapping by its keys, anything else as a whole."""
    return {
        key: {**settings.get(key, {}), **value} if isinstance(value, dict) else value
        for key, value in said.items()
    }
