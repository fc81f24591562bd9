"""Private keys, on a coordinator's own machine: never in a repository, never in what is printed."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyrage

from counterpart.findings import UsageError
from counterpart.model import RoundId
from counterpart.sealing.demo_keys import DEMONSTRATION_IDENTITIES

_SECRET = re.compile(r"AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}")
_LARGEST = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key: its public half, and the private one, which is never shown."""

    public: str
    private: str

    def __repr__(self) -> str:
        """The public half alone."""
        return f"Key({self.public})"


def folder() -> Path:
    """Where keys lie: ``COUNTERPART_KEYS``, or the usual place for an account's settings on this system."""
    if chosen := os.environ.get("COUNTERPART_KEYS"):
        return Path(chosen)
    if sys.platform == "win32":
        base = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return base / "counterpart" / "keys"


def place(round_id: RoundId, name: str) -> Path:
    """The file of one coordinator's key for a round."""
    return folder() / f"{round_id}-{name}.txt"


def keep(path: Path, round_id: RoundId, name: str, made: str) -> Key:
    """A new key, written to *path* for its owner alone; if there is one already, that one.

    A usage error where the file would lie in a Git repository, from which nothing can be taken back.
    """
    if path.exists():
        found = read(path)
        if len(found) != 1:
            raise UsageError(f"'{path}' does not hold one age key. Move it away, and try again.")
        return found[0]
    if any((parent / ".git").exists() for parent in Path(os.path.abspath(path)).parents):
        raise UsageError(
            f"A private key must not lie in a Git repository, as it would at '{path}'. "
            "Set COUNTERPART_KEYS to a folder outside."
        )
    identity = pyrage.x25519.Identity.generate()
    key = Key(public=str(identity.to_public()), private=str(identity))
    text = (
        f"# Counterpart: the key of {name} for round {round_id}, made {made}.\n"
        "# Whoever has this file can read who applied. Keep a copy in a second safe place; give it to nobody.\n"
        f"# public key: {key.public}\n{key.private}\n"
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="ascii", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    except OSError:
        raise UsageError(f"The key cannot be written to '{path}'; look at the folder's rights.") from None
    return key


def read(path: Path) -> tuple[Key, ...]:
    """The keys in an age identity file; a usage error when it holds none."""
    try:
        with open(path, "rb") as file:
            text = file.read(_LARGEST).decode("ascii", "replace")
    except OSError:
        raise UsageError(f"The key file '{path}' cannot be read.") from None
    keys = _keys(line.strip() for line in text.splitlines() if not line.startswith("#"))
    if not keys:
        raise UsageError(f"'{path}' holds no age key: no line that begins with AGE-SECRET-KEY-1.")
    return keys


def for_round(round_id: RoundId, sample: bool, given: str | None) -> tuple[Key, ...]:
    """The keys to open a round with: those of the file *given*, or all of this account's for the round.

    ``demo`` stands for the demonstration keys, which open made-up rounds and are refused for others.
    """
    if given == "demo":
        if not sample:
            raise UsageError("The demonstration keys are for made-up rounds alone; this round is a real one.")
        return _keys(DEMONSTRATION_IDENTITIES)
    if given is not None:
        return read(Path(given))
    keys = tuple(key for path in sorted(folder().glob(f"{round_id}-*.txt")) for key in read(path))
    if keys:
        return keys
    hint = " For this made-up round, use '--key demo'." if sample else ""
    raise UsageError(f"There is no key for round {round_id} in '{folder()}'. Name its file with --key.{hint}")


def destroy(path: Path) -> None:
    """Overwrite and remove a key's file. Of copies elsewhere, and of what a disk keeps, nothing is known."""
    try:
        with open(path, "r+b") as file:
            file.write(b"\0" * os.fstat(file.fileno()).st_size)
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except OSError:
        raise UsageError(f"The key file '{path}' cannot be destroyed; look at its rights.") from None


def _keys(lines: Iterable[str]) -> tuple[Key, ...]:
    keys = []
    for line in lines:
        if _SECRET.fullmatch(line):
            try:
                public = str(pyrage.x25519.Identity.from_str(line).to_public())
            except pyrage.IdentityError:
                continue
            keys.append(Key(public=public, private=line))
    return tuple(keys)
