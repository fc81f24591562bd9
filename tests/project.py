"""Copies of this project, in which tests change what they like."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_MADE = {".venv", "build", "__pycache__"}


def files() -> list[str]:
    """The project's files as they are now; in an unpacked archive, all but what the scripts make."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, capture_output=True, check=False)
    if listed.returncode == 0:
        return [name for name in listed.stdout.decode("utf-8").split("\0") if name]
    found = [path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file()]
    return [path.as_posix() for path in found if not _MADE & {*path.parts} and "_cache" not in path.parts[0]]


def copy_files(to: Path) -> None:
    """Let the folder *to* have these files, and none that is deleted here."""
    for name in files():
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, to / name)
        else:
            (to / name).unlink(missing_ok=True)
