"""Bring a made-up round to its end: pairs with their proof, new partners within it, and the answers, sealed."""

from __future__ import annotations

from counterpart.files.progress import Progress
from counterpart.files.repository import Repository
from counterpart.files.yaml_write import dump
from counterpart.findings import UsageError
from counterpart.model import RoundId
from counterpart.pairing.match_round import match
from counterpart.report.survey_answers import sealed_answers
from counterpart.rounds.load import load_round
from counterpart.sample.chance import Chance
from counterpart.sample.finished import answers, silent


def finish_sample(repository: Repository, round_id: RoundId, *, seed: int, report: Progress) -> tuple[str, ...]:
    """Write what a made-up round has at its end; the paths, sorted. Chance depends on round and *seed* alone."""
    matched = match(repository, round_id, report=report)
    loaded = load_round(repository, round_id)
    if matched.findings or loaded.proposal is None or loaded.round is None:
        raise UsageError(f"The made-up round {round_id} cannot be matched; 'counterpart check' says why.")
    written = list(matched.written)
    gone = silent([pair.people for pair in loaded.proposal.pairs], Chance(round_id, seed, "silent"))
    if gone:
        lines = [{"id": id, "leaves": True, "by": "coordinator-1", "reason": "silent", "before": 2} for id in gone]
        entry = repository.decisions_file(round_id)
        content = dump({"format": 1, "round": round_id, "ended": lines}).encode("utf-8")
        repository.write_all({entry.path: content}, lasting=False)
        again = match(repository, round_id, number=2, report=report)
        written += [entry.path, *again.written]
    proposals = tuple(load_round(repository, round_id).proposals.values())
    said = answers(proposals, gone, Chance(round_id, seed, "answers"))
    entry = repository.answers_file(round_id)
    repository.write_all({entry.path: sealed_answers(round_id, said, loaded.round.recipients)}, lasting=False)
    return tuple(sorted({*written, entry.path}))
