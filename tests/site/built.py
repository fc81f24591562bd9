"""Programmes as folders, built by the real MkDocs, and their pages as a reader's program sees them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONSERVATORS = ROOT / "tests" / "cases" / "programmes" / "conservators"
MIDDLE = 1805000000  # 14 March 2027: the spring round of the conservators is under way


def copied(folder: Path) -> Path:
    """The conservators' programme in a new *folder*."""
    shutil.copytree(CONSERVATORS, folder)
    return folder


def build(root: Path, out: Path, *, epoch: int = MIDDLE, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run ``mkdocs build --strict`` in *root*, at a moment."""
    clean = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(out)],
        cwd=root,
        env={**clean, "NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": str(epoch), **environ},
        capture_output=True,
        encoding="utf-8",
    )


def built(root: Path, out: Path, *, epoch: int = MIDDLE, **environ: str) -> Path:
    """The site of *root*, which must build without a warning."""
    done = build(root, out, epoch=epoch, **environ)
    assert (done.returncode, done.stderr) == (0, "")
    return out


@dataclass
class Page(HTMLParser):
    """One page's elements and its text, with entities understood."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        """Everything that is between tags, with single spaces."""
        return " ".join("".join(self.words).split())

    def named(self, tag: str) -> Iterator[dict[str, str]]:
        """The attributes of each element of a name."""
        return (attributes for name, attributes in self.elements if name == tag)


def page(site: Path, path: str) -> Page:
    """The page at *path* of a built site."""
    return parsed((site / path).read_text(encoding="utf-8"))


def parsed(text: str) -> Page:
    """A page or a part of one."""
    read = Page()
    read.feed(text)
    read.close()
    return read
