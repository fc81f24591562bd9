"""What the verbs that answer in prose share: text as wide as a screen."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Sequence

import click

from counterpart.cli.context import colour
from counterpart.cli.findings import as_text, counted
from counterpart.findings import Finding

WIDTH = 88


def _width() -> int:
    """As wide as a line is read well, or as the terminal if that is narrower."""
    return min(WIDTH, shutil.get_terminal_size().columns) if sys.stdout.isatty() else WIDTH


def refuse(findings: Sequence[Finding], what: str) -> int:
    """Show the findings that stand in the way; the exit code."""
    click.echo(as_text(findings, colour()), nl=False, color=colour())
    say(f"{what} {counted(len(findings), 'finding stands', 'findings stand')} in the way.")
    return 1


def say(text: str, indent: str = "", hang: str | None = None) -> None:
    """One paragraph, broken at the width of a screen."""
    click.echo(
        textwrap.fill(
            text,
            _width(),
            initial_indent=indent,
            subsequent_indent=indent if hang is None else hang,
            break_on_hyphens=False,
            break_long_words=False,
        ),
        color=colour(),
    )


def some(words: Sequence[str], most: int = 20, between: str = ", ") -> str:
    """The first of many *words* on one line, and how many more there are."""
    more = f" and {len(words) - most:,} more" if len(words) > most else ""
    return between.join(words[:most]) + more


def heading(text: str) -> None:
    """A line that begins a part of the answer."""
    click.echo("\n" + (click.style(text, bold=True) if colour() else text), color=colour())
