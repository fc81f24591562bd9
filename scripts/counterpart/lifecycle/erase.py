"""Erase one person, and say exactly what was removed and what cannot be yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from counterpart.admission.admission import roll_data
from counterpart.admission.memory import forget, marks
from counterpart.admission.memory_file import read_memory, sealed_memory
from counterpart.digest import pool_digest
from counterpart.files.git import Git
from counterpart.files.paths import Entry
from counterpart.files.repository import Repository
from counterpart.files.yaml_write import dump
from counterpart.findings import UsageError
from counterpart.model import Place, Roll, RoundId, Status
from counterpart.pairing.decide import forget_notes
from counterpart.rounds.identity import Identity
from counterpart.rounds.load import Loaded, load_round
from counterpart.rounds.mail_log import begun
from counterpart.rounds.mail_log_branch import MailLogBranch
from counterpart.rounds.open_sealed import open_all
from counterpart.sealing import keyring


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was removed, by the paths of the files, and what the person is still part of."""

    round: str
    files: tuple[str, ...]  # deleted
    memories: tuple[tuple[str, int], ...]  # the rounds whose memory forgot, and how many statements
    shut: tuple[str, ...]  # the rounds whose memory does not open with this key, or that name nobody's marks
    on_roll: bool
    pool_changed: bool
    paired: bool  # a proposal names the id
    decided: bool  # the coordinators' decisions name the id
    notes: tuple[int, int]  # sealed notes on decisions about the person: removed, and still there
    introduced: bool  # people were written to about their partners, so that they know each other


def erase(repository: Repository, id: str, key: str | None, step: Callable[[], None] = lambda: None) -> Erased:
    """Remove everything of the application *id* that can be removed; a usage error when there is nothing.

    The memory comes first, as it is asked by what is sealed in the files; the application itself goes last, so
    that whoever runs the command again after it was stopped does the rest.
    """
    round_id = _round_of(repository, id)
    loaded = load_round(repository, round_id)
    sample = loaded.round is not None and loaded.round.sample
    keys = keyring.for_round(round_id, sample, key)
    identity = next(iter(open_all(repository, round_id, [id], keys, step))).identity
    if identity is None:
        raise UsageError(
            f"The sealed part of '{id}' does not open, so the memory cannot be asked about the person."
        )
    memories, shut = _forgotten(repository, identity, keys)
    changed = loaded.roll is not None and _strike(repository, loaded.roll, id)
    notes = forget_notes(repository, round_id, id)
    files = [*_answers(repository, round_id, id), *_files(repository, round_id, id)]
    repository.remove_all(files)
    return Erased(
        round=round_id,
        files=tuple(entry.path for entry in files),
        memories=memories,
        shut=shut,
        on_roll=loaded.roll is not None and id in loaded.roll.people,
        pool_changed=changed,
        decided=id in loaded.decisions.named_ids,
        notes=notes,
        introduced=_introduced(repository, loaded),
        paired=any(id in proposal.partners for proposal in loaded.proposals.values()),
    )


def _round_of(repository: Repository, id: str) -> RoundId:
    """The round that the application *id* is in; a usage error where there is none."""
    if not repository.is_id(id):
        raise UsageError("An application is named by its id, such as '7GQ2MK4XHN'.")
    for round_id in repository.rounds()[0]:
        if _files(repository, round_id, id):
            return round_id
    raise UsageError(f"There is no application '{id}'. If it was erased already, nothing is left of it here.")


def _forgotten(
    repository: Repository, identity: Identity, keys: tuple[keyring.Key, ...]
) -> tuple[tuple[tuple[RoundId, int], ...], tuple[RoundId, ...]]:
    """Let every memory forget a person: how many statements went, by round, and the rounds whose stay shut."""
    counts = {
        round_id: _forget_in(repository, round_id, identity, keys)
        for round_id in repository.rounds()[0]
        if repository.exists(repository.memory_file(round_id))
    }
    shut = tuple(round_id for round_id, count in counts.items() if count is None)
    return tuple((round_id, count) for round_id, count in counts.items() if count is not None), shut


def _forget_in(
    repository: Repository, round_id: RoundId, identity: Identity, keys: tuple[keyring.Key, ...]
) -> int | None:
    """Let one memory forget a person: how many statements went; None where it does not open."""
    try:
        memory = read_memory(repository, round_id, keys)
    except UsageError:
        return None
    assert memory is not None
    after, count = forget(memory, marks(memory.key, identity.email, identity.member_number))
    settings = load_round(repository, round_id).round
    if count and settings is not None:
        content = sealed_memory(round_id, after, settings.recipients)
        repository.write_all({repository.memory_file(round_id).path: content})
    return count


def _introduced(repository: Repository, loaded: Loaded) -> bool:
    try:
        ledger = MailLogBranch(Git(repository.root), loaded.id).known()
    except UsageError:
        return False  # no repository of Git, so no mail went from here
    return any(begun(ledger, number) for number in loaded.proposals)


def _answers(repository: Repository, round_id: RoundId, id: str) -> list[Entry]:
    """Every file with an answer of the person."""
    return [entry for entry in repository.responses(round_id)[0] if entry.stem == id]


def _files(repository: Repository, round_id: RoundId, id: str) -> list[Entry]:
    """Every file of the application, the application itself last."""
    mine = [entry for entry in repository.applications(round_id)[0] if entry.stem == id]
    return sorted(mine, key=lambda entry: (entry.kind == "application", entry.path))


def _strike(repository: Repository, roll: Roll, id: str) -> bool:
    """Write the roll with nothing but a status for *id*; whether the admitted pool is another now."""
    if id not in roll.people:
        return False
    people = {
        other: Place(status=Status.WITHDRAWN, reason="erased")
        if other == id
        else replace(place, past=tuple(each for each in place.past if each != id))
        for other, place in roll.people.items()
    }
    pool = pool_digest(people)
    after = replace(roll, people=people, pool=pool, generation=roll.generation + (pool != roll.pool))
    repository.write_all({repository.roll_file(roll.round).path: dump(roll_data(after)).encode("utf-8")})
    return pool != roll.pool
