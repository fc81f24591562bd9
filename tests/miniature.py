"""A small, valid programme, and changes to it written as text: the form of all cases of ``check``.

A case names files of the miniature and says what is there instead. Each part begins with a comment line:

    # rounds/2027-1/decisions.yaml                   the whole file, as it follows
    # rounds/2027-1/round.yaml, in part              keys that follow replace those of the same name, at any depth
    # rounds/2027-1/decisions.yaml, as bytes         the whole file; \\xNN stands for a byte
    # rounds/2027-1/decisions.yaml, as cp1252        the whole file, in another encoding
    # rounds/2027-1/decisions.yaml, a link           a symbolic link to a file outside
    # rounds/2027-1/decisions.yaml, a folder         a folder of this name
    # rounds/2027-1/decisions.yaml, 100 MB large     a file of this size, without contents
    # rounds/2027-1/decisions.yaml, unreadable       the file, which nobody may read
    # rounds/2027-1/round.yaml, removed              no such file or folder
    # applicants/2027-1/A.yaml, copied to applicants/2027-2/A.yaml
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent / "cases" / "miniature"

_HEADER = re.compile(r"# ((?:rounds|applicants|site)(?:/[^,\n]+)?)(?:, ([^\n]+))?\n?")
_KEY = re.compile(r"( *)([^\s:#-][^:]*):(?: |$)")


def lay_out(folder: Path, change: str = "") -> Path:
    """Write the miniature programme with the *change* into a new *folder*."""
    shutil.copytree(SOURCE, folder)
    for path, note, body in parts(change):
        _apply(folder, path, note, body)
    return folder


def parts(text: str) -> list[tuple[str, str, str]]:
    """The parts of a case: path, note, and the lines that follow."""
    found: list[tuple[str, str, list[str]]] = []
    for line in text.splitlines(keepends=True):
        if header := _HEADER.fullmatch(line):
            found.append((header[1], header[2] or "", []))
        elif found:
            found[-1][2].append(line)
        else:
            raise AssertionError(f"a case must begin with the path of a file, not with {line!r}")
    return [(path, note, "".join(lines)) for path, note, lines in found]


def _apply(folder: Path, path: str, note: str, body: str) -> None:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    if note == "in part":
        lines = merged(target.read_text(encoding="utf-8").splitlines(), body.splitlines())
        target.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    elif note.startswith("copied to "):
        other = folder / note.removeprefix("copied to ")
        other.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(target, other)
    elif note == "unreadable":
        target.chmod(0)
    elif note:
        _remove(target)
        _put(folder, target, note, body)
    else:
        target.write_text(body, encoding="utf-8", newline="\n")


def _put(folder: Path, target: Path, note: str, body: str) -> None:
    if note == "a link":
        outside = folder.parent / "elsewhere.yaml"
        outside.write_text(body or "format: 1\n", encoding="utf-8")
        try:
            target.symlink_to(outside)
        except OSError:  # on Windows only some accounts may make links
            pytest.skip("this account may not make symbolic links")
    elif note == "a folder":
        target.mkdir()
    elif note.endswith(" MB large"):
        with target.open("wb") as file:
            file.truncate(int(note.split()[0]) * 1_000_000)
    elif note == "as bytes":
        target.write_bytes(body.encode("utf-8").decode("unicode_escape").encode("latin-1"))
    elif note.startswith("as "):
        target.write_bytes(body.encode(note.removeprefix("as ")))
    elif note != "removed":
        raise AssertionError(f"no such change: {note!r}")


def _remove(target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target)
    elif os.path.lexists(target):
        target.unlink()


def merged(lines: list[str], fragment: list[str], indent: int = 0) -> list[str]:
    """*lines* of block YAML with the keys of *fragment* in place of their own, as text."""
    blocks = _blocks(lines, indent)
    for key, block in _blocks(fragment, indent).items():
        old = blocks.get(key)
        inner = indent + 2
        if old and len(old) > 1 and len(block) > 1 and _blocks(old[1:], inner) and _blocks(block[1:], inner):
            blocks[key] = [old[0], *merged(old[1:], block[1:], inner)]
        else:
            blocks[key] = block
    return [line for block in blocks.values() for line in block]


def _blocks(lines: list[str], indent: int) -> dict[str, list[str]]:
    """Keys at *indent*, each with its line and the deeper lines below it."""
    blocks: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in lines:
        match = _KEY.match(line)
        if match and len(match[1]) == indent:
            # A key that stands twice, as some cases want it, stays so.
            current = blocks.setdefault(match[2] if match[2] not in blocks else f"{match[2]} again", [])
        if current is not None:
            current.append(line)
    return blocks
