"""What every verb gets from the command line: which programme, and whether colours and progress are wanted."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from counterpart.files.repository import Repository
from counterpart.model import RoundId


class _Round(click.ParamType[RoundId]):
    name = "round"

    def convert(self, value: str, param: object, ctx: object) -> RoundId:  # noqa: ARG002
        """The id of the round that was named; a usage error where it is none."""
        return Repository.round_id(value)


#: The type of every argument that names a round.
ROUND = _Round()


@dataclass(slots=True)
class Context:
    """The options that stand before or after the verb; ``@click.pass_obj`` hands it to a command."""

    root: Path | None = None

    def repository(self) -> Repository:
        """The programme of ``--root``, or the one around the working directory; a usage error without one."""
        if self.root is not None:
            return Repository.at(self.root, remember=True)
        return Repository.around(Path.cwd(), remember=True)

    def folder(self) -> Repository:
        """The folder of ``--root``, or the one around or at the working directory, be there a programme or not."""
        if self.root is not None:
            return Repository(self.root)
        here = Path.cwd()
        return Repository(next((each for each in (here, *here.parents) if (each / "rounds").is_dir()), here))


def colour() -> bool:
    """Whether standard output may have colours: on a terminal, unless NO_COLOR or a dumb terminal forbids."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def reporter() -> Callable[[str], None]:
    """A function that shows the latest step, rewritten in place, once the work has taken over a second."""
    if not sys.stderr.isatty():
        return lambda _: None
    began = time.monotonic()

    def report(text: str) -> None:
        if time.monotonic() - began > 1:
            click.echo(f"\r\x1b[K{text} …", nl=False, err=True)

    return report


def clear() -> None:
    """Remove a line of progress, if standard error is a terminal."""
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", nl=False, err=True)
