"""Files that may hold people's names and words: outside every Git repository, and for their owner alone."""

from __future__ import annotations

import os
from pathlib import Path

from counterpart.findings import UsageError


def private_folder(folder: Path) -> Path:
    """The folder, made for its owner alone; a usage error where Git could take it."""
    place = Path(os.path.realpath(folder))
    if any((parent / ".git").exists() for parent in (place, *place.parents)):
        raise UsageError(
            "This may hold people's names and words, so it must not lie in a Git repository. Choose a folder "
            "elsewhere with --out."
        )
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        raise UsageError(f"The folder '{place}' cannot be made; look at its rights.") from None
    return place


def put_private(path: Path, text: str) -> None:
    """Write *text* into *path*, which nobody but its owner may read. What was there is replaced."""
    path.unlink(missing_ok=True)  # a file that is there would keep its rights, and a link would lead elsewhere
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
