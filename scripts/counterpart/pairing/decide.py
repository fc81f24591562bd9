"""Decide: add one decision to a round's file, with a note in words that only coordinators can open."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from counterpart.files import schema, yaml_read
from counterpart.files.documents import must
from counterpart.files.repository import Repository
from counterpart.files.yaml_edit import with_items, without_keys
from counterpart.files.yaml_read import Document
from counterpart.files.yaml_write import dump
from counterpart.findings import UsageError
from counterpart.model import Round, RoundId
from counterpart.rounds.build import Data
from counterpart.rounds.load import load_round
from counterpart.sealing import keyring
from counterpart.sealing.seal import SIZE, NotOpened, open_sealed, seal

#: Kind of decision -> its key in the file, and how many people it is about.
KINDS: Mapping[str, tuple[str, int]] = {"pin": ("pins", 2), "forbid": ("forbids", 2), "remove": ("removed", 1)}
#: Characters of a note: with room in what is sealed, in any script.
LONGEST = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note that was opened: the decision's kind, whom it is about, and the words."""

    kind: str
    people: tuple[str, ...]
    words: str

    def __repr__(self) -> str:
        """About whom, without the words."""
        return f"Note({self.kind}, {self.people})"


def decide(
    repository: Repository,
    round_id: RoundId,
    kind: str,
    people: Sequence[str],
    *,
    by: str,
    reason: str,
    note: str,
) -> str:
    """Write one more decision into ``decisions.yaml``; the path. A *note* is sealed to the round's recipients.

    A usage error where it could not be kept: the same is decided already, the people or the reason are not what
    the file takes, or the file is laid out so that nothing can be added to it.
    """
    key, count = KINDS[kind]
    settings = load_round(repository, round_id).round
    if settings is None:
        raise UsageError(f"The settings of round {round_id} cannot be read; 'counterpart check' says why.")
    if len(set(people)) != count:
        raise UsageError(f"To {kind}, name {'one person' if count == 1 else 'two different people'} by id.")
    entry = repository.decisions_file(round_id)
    data = _read(repository, round_id)
    line: dict[str, Any] = {"id": people[0]} if count == 1 else {"people": sorted(people)}
    if any(line.items() <= there.items() for there in map(_sorted, data.get(key, []))):
        raise UsageError(f"The file '{entry.path}' says so already.")
    line |= {"by": by, "reason": reason}
    if note:
        line["note"] = _sealed_note(note, settings)
    text = with_decisions(repository, round_id, key, [line])
    document = yaml_read.read(text.encode("utf-8"), entry.path)
    wrong = schema.check(document, "decisions") if isinstance(document, Document) else ()
    if wrong:
        raise UsageError(f"This decision cannot be kept. {wrong[0].message} {wrong[0].help}")
    repository.write_all({entry.path: text.encode("utf-8")})
    return entry.path


def with_decisions(
    repository: Repository, round_id: RoundId, key: str, lines: Sequence[Mapping[str, object]]
) -> str:
    """The text of ``decisions.yaml`` with more *lines* under *key*; of a new file, where there is none."""
    entry = repository.decisions_file(round_id)
    if repository.exists(entry):
        return with_items(must(repository, entry), key, lines)
    return dump({"format": 1, "round": round_id, key: lines})


def _sealed_note(note: str, settings: Round) -> str:
    """The note, encrypted to the round's recipients; a usage error where it cannot be."""
    if len(note) > LONGEST:
        raise UsageError(f"A note has at most {LONGEST} characters; this one has {len(note):,}.")
    if not settings.recipients:
        raise UsageError(f"Round {settings.id} has no recipients, so a note cannot be sealed: 'counterpart keys'.")
    content = json.dumps({"note": note}, ensure_ascii=False).encode("utf-8")
    if len(content) > SIZE:
        raise UsageError("The note takes too much room; shorten it.")
    return seal(content, settings.recipients)


def notes(repository: Repository, round_id: RoundId, keys: Sequence[keyring.Key]) -> tuple[Note, ...]:
    """The notes that open with *keys*, in the order of the file."""
    data, found = _read(repository, round_id), []
    for kind, (key, _) in KINDS.items():
        for line in data.get(key, []):
            try:
                words = json.loads(open_sealed(line.get("note", ""), [each.private for each in keys]))["note"]
            except (NotOpened, ValueError, KeyError, TypeError):
                continue
            found.append(Note(kind=kind, people=tuple(line.get("people") or [line["id"]]), words=str(words)))
    return tuple(found)


def forget_notes(repository: Repository, round_id: RoundId, id: str) -> tuple[int, int]:
    """Take the sealed notes on decisions about *id* out of the file; how many went, and how many had to stay.

    They stay where the file is laid out in a way that is not understood.
    """
    data = _read(repository, round_id)
    about = [
        (key, number, "note")
        for key, _ in KINDS.values()
        for number, line in enumerate(data.get(key, []))
        if "note" in line and (line.get("id") == id or id in line.get("people", ()))
    ]
    if not about:
        return 0, 0
    entry = repository.decisions_file(round_id)
    try:
        text = without_keys(must(repository, entry), about)
    except UsageError:
        return 0, len(about)
    repository.write_all({entry.path: text.encode("utf-8")})
    return len(about), 0


def _sorted(line: Data) -> dict[str, Any]:
    return {**line, "people": sorted(line["people"])} if "people" in line else dict(line)


def _read(repository: Repository, round_id: RoundId) -> Data:
    entry = repository.decisions_file(round_id)
    if not repository.exists(entry):
        return {"format": 1, "round": round_id}
    data: Data = must(repository, entry).data
    return data
