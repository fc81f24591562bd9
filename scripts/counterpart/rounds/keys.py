"""The keys of a round: made, added for another coordinator, listed, destroyed; each in the round's register."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from counterpart.files import schema
from counterpart.files.documents import parsed
from counterpart.files.paths import Entry
from counterpart.files.repository import Repository
from counterpart.files.yaml_edit import with_items
from counterpart.files.yaml_read import Document
from counterpart.files.yaml_write import dump
from counterpart.findings import UsageError
from counterpart.model import RoundId
from counterpart.sealing import keyring
from counterpart.sealing.seal import SIZE, NotOpened, open_sealed, room, seal
from counterpart.sealing.signed import sealed_digest

#: After this many, one more hand does not make a round safer.
MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A key that was made for a coordinator: its public half and its file."""

    recipient: str
    file: Path
    recipients: int  # of the round, from now on


def new_key(repository: Repository, round_id: RoundId, name: str, today: date) -> Made:
    """Make a key for *name*, keep it on this machine, and name its public half in the round's files.

    Run again after it was stopped, it goes on with the key that is there. Once applications have come, a key
    can only be added by somebody who can open them.
    """
    settings = _read(repository, repository.round_file(round_id), check=False)
    register = _register(repository, round_id)
    there = _recipients(settings)
    path = keyring.place(round_id, name)
    if any(line["by"] == name and "destroyed" not in line for line in register["keys"]) and not path.exists():
        raise UsageError(f"{name} has a key of round {round_id} already, elsewhere. Choose another name.")
    if _sealed(repository, round_id):
        raise UsageError(
            f"Round {round_id} has sealed applications already, which a new key could not open. Make the key with "
            "'age-keygen', and ask a coordinator who can open them for 'counterpart keys add'."
        )
    key = keyring.keep(path, round_id, name, today.isoformat())
    _write(repository, round_id, settings, register, key.public, name, today, {})
    return Made(recipient=key.public, file=path, recipients=len({*there, key.public}))


def add_key(
    repository: Repository,
    round_id: RoundId,
    recipient: str,
    name: str,
    today: date,
    key: str | None,
    after_seal: Callable[[], None],
) -> int:
    """Seal every sealed part of the round again, to *recipient* too; how many there were.

    Signatures and digests go on referring to what the applicant sent. All files change, or none.
    """
    settings = _read(repository, repository.round_file(round_id), check=False)
    register = _register(repository, round_id)
    recipients = list(dict.fromkeys([*_recipients(settings), recipient]))
    keys = keyring.for_round(round_id, settings.data.get("sample") is True, key)
    files: dict[str, bytes] = {}
    for entry in _sealed(repository, round_id):
        document = _read(repository, entry)
        try:
            plaintext = open_sealed(document.data["sealed"], [each.private for each in keys])
        except NotOpened:
            raise UsageError(
                f"'{entry.path}' does not open with this key, so nothing was changed. Use a key that opens all."
            ) from None
        files[entry.path] = dump(_resealed(document.data, entry, plaintext, recipients)).encode("utf-8")
        after_seal()
    _write(repository, round_id, settings, register, recipient, name, today, files)
    return len(files)


def _resealed(data: dict[str, Any], entry: Entry, plaintext: bytes, recipients: list[str]) -> dict[str, Any]:
    again: dict[str, Any] = {}
    for key, value in data.items():
        if key == "resealed":
            continue
        again[key] = value
        if key == "sealed":
            again["sealed"] = seal(plaintext, recipients, room(len(plaintext)) if entry.kind == "memory" else SIZE)
            if entry.kind not in ("import", "links", "memory"):
                again["resealed"] = sealed_digest(data)
    return again


def key_to_destroy(repository: Repository, round_id: RoundId, name: str, path: Path) -> str:
    """The public half of the key of *name*, which is in the file *path* or was; a usage error if there is none."""
    mine = {line["recipient"]: line for line in _register(repository, round_id)["keys"] if line["by"] == name}
    if path.exists():
        keys = keyring.read(path)
        if len(keys) != 1 or keys[0].public not in mine:
            raise UsageError(f"'{path}' does not hold the key of {name} for round {round_id}; it stays there.")
        return keys[0].public
    recipient = next((each for each, line in mine.items() if "destroyed" not in line), "")
    if not recipient:
        raise UsageError(f"There is no key of {name} for round {round_id} here, at '{path}'.")
    return recipient


def destroy_key(repository: Repository, round_id: RoundId, name: str, path: Path, today: date) -> str:
    """Destroy the key of *name* in the file *path*, and write the day into the round's register; its public half.

    The day is written last: if that was cut off, the file is gone when the command runs again, and it writes.
    """
    recipient = key_to_destroy(repository, round_id, name, path)
    if path.exists():
        keyring.destroy(path)
    register = _register(repository, round_id)
    for line in register["keys"]:
        if line["recipient"] == recipient:
            line["destroyed"] = today.isoformat()
    repository.write_all({repository.keys_file(round_id).path: dump(register).encode("utf-8")})
    return recipient


def listed_keys(repository: Repository, round_id: RoundId) -> list[dict[str, str]]:
    """The lines of the round's register, and of recipients that it does not know."""
    lines: list[dict[str, str]] = list(_register(repository, round_id)["keys"])
    known = {line["recipient"] for line in lines}
    settings = _read(repository, repository.round_file(round_id), check=False)
    return lines + [{"recipient": each} for each in _recipients(settings) if each not in known]


def _recipients(settings: Document) -> list[str]:
    there = settings.data.get("recipients", [])
    if not isinstance(there, list) or not all(isinstance(each, str) for each in there):
        raise UsageError("`recipients` in the round's settings must be a list of age public keys.")
    return there


def _sealed(repository: Repository, round_id: RoundId) -> list[Entry]:
    """The files of the round that hold a sealed part."""
    found = [entry for entry in repository.applications(round_id)[0] if entry.kind != "withdrawal"]
    found += repository.responses(round_id)[0]
    others = (repository.import_file(round_id), repository.links_file(round_id), repository.memory_file(round_id))
    return [*found, *(entry for entry in others if repository.exists(entry) and _has_seal(repository, entry))]


def _has_seal(repository: Repository, entry: Entry) -> bool:
    """Whether anything is sealed there; of a closed round's link key only the public half is left."""
    return "sealed" in _read(repository, entry).data


def _register(repository: Repository, round_id: RoundId) -> dict[str, Any]:
    entry = repository.keys_file(round_id)
    if not repository.exists(entry):
        return {"format": 1, "round": round_id, "keys": []}
    return dict(_read(repository, entry).data)


def _read(repository: Repository, entry: Entry, *, check: bool = True) -> Document:
    document = parsed(repository, entry) if repository.exists(entry) else None
    if not isinstance(document, Document) or not isinstance(document.data, dict):
        raise UsageError(f"'{entry.path}' is not there or cannot be read; 'counterpart check' says why.")
    if check and schema.check(document, entry.kind):
        raise UsageError(f"'{entry.path}' has not the form of its kind; 'counterpart check' says why.")
    return document


def _write(
    repository: Repository,
    round_id: RoundId,
    settings: Document,
    register: dict[str, Any],
    recipient: str,
    name: str,
    today: date,
    files: dict[str, bytes],
) -> None:
    register = json.loads(json.dumps(register))
    if recipient not in {line["recipient"] for line in register["keys"]}:
        register["keys"].append({"recipient": recipient, "by": name, "made": today.isoformat()})
    files = {**files, repository.keys_file(round_id).path: dump(register).encode("utf-8")}
    # The settings come last: until then, whoever runs the command again does all of it.
    if recipient not in _recipients(settings):
        if len(_recipients(settings)) >= MOST:
            raise UsageError(f"A round has at most {MOST} recipients.")
        files[repository.round_file(round_id).path] = with_items(settings, "recipients", [recipient]).encode(
            "utf-8"
        )
    repository.write_all(files)
