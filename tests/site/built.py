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

import pytest

from counterpart.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
REPORTS = ROOT / "tests" / "cases" / "reports"
CONSERVATORS = ROOT / "tests" / "cases" / "programmes" / "conservators"
MIDDLE = 1805000000  # 14 March 2027: the spring round of the conservators is under way


def copied(folder: Path) -> Path:
    """The conservators' programme in a new *folder*."""
    shutil.copytree(CONSERVATORS, folder)
    return folder


def lived(folder: Path) -> Path:
    """This project's site in a new *folder*, with all that a programme can add: rounds, people, news, reports."""
    shutil.copytree(ROOT / "site", folder / "site")
    shutil.copy(ROOT / "mkdocs.yml", folder / "mkdocs.yml")
    for name in ("ambassadors.yaml", "voices.yaml"):
        shutil.copy(CONSERVATORS / "site" / name, folder / "site" / name)
    shutil.copytree(CONSERVATORS / "site" / "news", folder / "site" / "news", dirs_exist_ok=True)
    over = {path.stem: path for path in sorted(REPORTS.glob("*.json"))}
    for round in (*over, "2027-1", "2027-2"):
        with pytest.raises(SystemExit) as stopped:
            main(["--root", str(folder), "sample", round, "--people", "0"])
        assert stopped.value.code == 0
        (folder / "rounds" / round / "roll.yaml").unlink()  # nobody is admitted before anybody applies
    for round, report in over.items():
        shutil.copy(report, folder / "rounds" / round / "report.json")
    discussions = (CONSERVATORS / "rounds" / "2027-1" / "discussions.yaml").read_text(encoding="utf-8")
    path = folder / "rounds" / "2027-1" / "discussions.yaml"
    path.write_text(discussions.replace("first-mail", "getting-to-know-you"), encoding="utf-8")
    return folder


def build(root: Path, out: Path, *, epoch: int = MIDDLE, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run ``mkdocs build --strict`` in *root*, at a moment; what it says is there without what it only tells.

    Never with ``--quiet``: then no warning is counted, and nothing can fail.
    """
    clean = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(out)],
        cwd=root,
        env={**clean, "NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": str(epoch), **environ},
        capture_output=True,
        encoding="utf-8",
    )
    done.stderr = "".join(line for line in done.stderr.splitlines(keepends=True) if not line.startswith("INFO"))
    return done


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
