"""The sealed memory: read, passed on from a round to the next, renewed under another key, and made to forget."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain, combinations

from counterpart.admission import memory as memories
from counterpart.admission.memory import Left, Memory, marks, memory_data, memory_from
from counterpart.files.documents import must
from counterpart.files.repository import Repository
from counterpart.files.yaml_write import dump
from counterpart.findings import UsageError
from counterpart.model import Roll, RoundId, Status
from counterpart.rounds.load import Loaded, load_round
from counterpart.rounds.open_sealed import open_all
from counterpart.rounds.partnerships import left as left_by
from counterpart.sealing import keyring
from counterpart.sealing.seal import NotOpened, open_sealed, room, seal

Keys = tuple[keyring.Key, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """What a memory holds before and after, as ``core.memory.statements`` counts it."""

    before: Mapping[str, int]
    after: Mapping[str, int]


def fresh() -> Memory:
    """An empty memory with a key that nobody has seen."""
    return Memory(key=secrets.token_bytes(32))


def read_memory(repository: Repository, round_id: RoundId, keys: Keys) -> Memory | None:
    """The memory with which a round begins; None where it has none. A usage error where it does not open."""
    entry = repository.memory_file(round_id)
    if not repository.exists(entry):
        return None
    document = must(repository, entry)
    try:
        inside = json.loads(open_sealed(document.data["sealed"], [each.private for each in keys]))
        if inside["round"] != round_id:
            raise UsageError(f"'{entry.path}' was sealed for another round; bring back the one that belongs here.")
        return memory_from(inside["memory"])
    except NotOpened:
        raise UsageError(f"'{entry.path}' does not open with this key.") from None
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"'{entry.path}' does not hold a memory; bring back the file that did.") from None


def sealed_memory(round_id: RoundId, memory: Memory, recipients: tuple[str, ...]) -> bytes:
    """The contents of ``memory.yaml``."""
    inside = json.dumps({"round": round_id, "memory": memory_data(memory)}, separators=(",", ":")).encode("ascii")
    if not recipients:
        raise UsageError(f"Round {round_id} has no recipients yet; make keys with 'counterpart keys new'.")
    text = seal(inside, recipients, room(len(inside)))
    return dump({"format": 1, "round": round_id, "sealed": text}).encode("utf-8")


def marks_of(
    repository: Repository, loaded: Loaded, key: bytes, keys: Keys, step: Callable[[], None]
) -> dict[str, frozenset[str]]:
    """The marks of everybody on the roll, or of everybody who applied where there is none, by id."""
    ids = sorted({*(person.id for person in loaded.applicants), *loaded.withdrawn})
    return {
        each.id: marks(key, each.identity.email, each.identity.member_number)
        for each in open_all(repository, loaded.id, ids, keys, step)
        if each.identity is not None
    }


def pass_on(
    repository: Repository, round_id: RoundId, next_id: RoundId, key: str | None, step: Callable[[], None]
) -> Renewed:
    """Write the memory with which the round *next_id* begins: that of *round_id*, and what the round leaves.

    Pairs are those of every proposal of the round; without a partner are those whom no pair names, admitted or
    waiting. A person removed for conduct may not come back while it is remembered.
    """
    loaded, later = load_round(repository, round_id), load_round(repository, next_id)
    if loaded.round is None or later.round is None:
        raise UsageError(
            "Both rounds must have settings that can be read; 'counterpart check' says what is wrong."
        )
    if next_id <= round_id:
        raise UsageError("A memory is passed on to a later round.")
    if loaded.roll is None:
        raise UsageError(f"Round {round_id} has no roll: nobody took part of whom something could be remembered.")
    keys = keyring.for_round(round_id, loaded.round.sample, key)
    memory = read_memory(repository, round_id, keys) or fresh()
    left = _left(loaded, loaded.roll, marks_of(repository, loaded, memory.key, keys, step))
    after = memories.remember(memory, left)
    entry = repository.memory_file(next_id)
    repository.write_all({entry.path: sealed_memory(next_id, after, later.round.recipients)})
    return Renewed(before=memories.statements(memory), after=memories.statements(after))


def _left(loaded: Loaded, roll: Roll, marks: Mapping[str, frozenset[str]]) -> Left:
    """What a round with this *roll* leaves of its people, who are known by their *marks*."""
    pairs = {
        pair
        for proposal in loaded.proposals.values()
        for group in proposal.pairs
        for pair in combinations(group.people, 2)
    }
    known = (Status.ADMITTED, Status.WAITING)
    took_part = {id for id, place in roll.people.items() if place.status in known}
    gone = left_by(loaded.decisions, loaded.latest + 1).union(loaded.withdrawn)
    conduct = (decision.people for decision in loaded.decisions.removed if decision.reason == "conduct")
    banned = {line.id for line in loaded.decisions.ended if line.ban}
    return Left(
        round=loaded.id,
        marks=marks,
        pairs=pairs,
        without=took_part - set(chain(*pairs)) - gone,
        barred=banned.union(*conduct),
    )


def renew_memory(repository: Repository, round_id: RoundId, key: str | None, step: Callable[[], None]) -> Renewed:
    """Give the memory another key of its own; what it says of people who did not apply to this round is lost."""
    loaded = load_round(repository, round_id)
    if loaded.round is None:
        raise UsageError(f"The settings of round {round_id} cannot be read; 'counterpart check' says why.")
    keys = keyring.for_round(round_id, loaded.round.sample, key)
    memory = read_memory(repository, round_id, keys)
    if memory is None:
        raise UsageError(f"Round {round_id} has no memory: it begins without one.")
    another = secrets.token_bytes(32)
    old = marks_of(repository, loaded, memory.key, keys, step)
    new = marks_of(repository, loaded, another, keys, step)
    after = memories.renew(memory, another, [(old[id], new[id]) for id in old])
    content = sealed_memory(round_id, after, loaded.round.recipients)
    repository.write_all({repository.memory_file(round_id).path: content})
    return Renewed(before=memories.statements(memory), after=memories.statements(after))
