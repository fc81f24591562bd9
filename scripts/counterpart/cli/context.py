"""What every verb gets from the command line: which programme, and whether colours and progress are wanted."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from counterpart.edges.repository import Repository


@dataclass(slots=True)
class Context:
    """The options that stand before or after the verb; ``@click.pass_obj`` hands it to a command."""

    root: Path | None = None

    def repository(self) -> Repository:
        """The programme of ``--root``, or the one around the working directory; a usage error without one."""
        return Repository.at(self.root) if self.root is not None else Repository.around(Path.cwd())

    def folder(self) -> Repository:
        """The folder of ``--root``, or the one around or at the working directory, be there a programme or not."""
        if self.root is not None:
            return Repository(self.root)
        here = Path.cwd()
        return Repository(next((each for each in (here, *here.parents) if (each / "rounds").is_dir()), here))


def colour() -> bool:
    """Whether standard output may have colours: on a terminal, unless NO_COLOR or a dumb terminal forbids."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def progress(words: str) -> Callable[[], None]:
    """A function to call after each piece of work: shows *words* and a count, once it took over a second.

    Only where standard error is a terminal; the line is rewritten in place and removed with ``clear``.
    """
    if not sys.stderr.isatty():
        return lambda: None
    began = shown = time.monotonic()
    count = 0

    def step() -> None:
        nonlocal count, shown
        count += 1
        now = time.monotonic()
        if now - began > 1 and now - shown > 0.1:
            shown = now
            click.echo(f"\r{words}: {count:,}", nl=False, err=True)

    return step


def clear() -> None:
    """Remove a line of progress, if standard error is a terminal."""
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", nl=False, err=True)
