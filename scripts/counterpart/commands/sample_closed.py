"""Bring a made-up round to its end: pairs with their proof, a second pairing, and the answers, sealed."""

from __future__ import annotations

from counterpart.commands.answers import sealed_answers
from counterpart.commands.match import match, ready_pool
from counterpart.commands.progress import Report
from counterpart.core.proposal import propose
from counterpart.core.record import proposal_data
from counterpart.core.sample_chance import Chance
from counterpart.core.sample_finished import answers, course, only
from counterpart.edges.load import load_round
from counterpart.edges.repository import Repository
from counterpart.edges.yaml_write import dump
from counterpart.finding import UsageError


def finish_sample(repository: Repository, round_id: str, *, seed: int, report: Report) -> tuple[str, ...]:
    """Write what a made-up round has at its end; the paths, sorted. Chance depends on round and *seed* alone."""
    matched = match(repository, round_id, report=report)
    if matched.findings:
        raise UsageError(f"The made-up round {round_id} cannot be matched; 'counterpart check' says why.")
    loaded = load_round(repository, round_id)
    pool = ready_pool(loaded)
    assert loaded.proposal is not None  # match has written it
    first = loaded.proposal
    went = course(
        [pair.people for pair in first.pairs],
        [person.id for person in first.unpaired],
        Chance(round_id, seed, "course"),
    )
    proposals = [first]
    files: dict[str, bytes] = {}
    if len(went.again) > 1:
        report("pairing those again whose partner was silent")
        second = propose(only(pool, went.again)).proposal
        proposals.append(second)
        files[repository.pairings_file(round_id).path.replace(".yaml", "-2.yaml")] = dump(
            proposal_data(second)
        ).encode("utf-8")
    said = answers(proposals, went.silent, Chance(round_id, seed, "answers"))
    entry = repository.answers_file(round_id)
    files[entry.path] = sealed_answers(round_id, said, pool.round.recipients)
    repository.write_all(files, lasting=False)
    return tuple(sorted({*files, *matched.written}))
