"""``counterpart guard``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from counterpart.cli.answer import say
from counterpart.cli.context import Context
from counterpart.files.git import Git
from counterpart.intake.guard import guard


@click.command()
@click.argument("base")
@click.argument("head")
@click.option("--branch", help="The pull request's branch; without it, the file's name alone counts.")
@click.pass_obj
def command(context: Context, base: str, head: str, branch: str | None) -> int:
    """Say whether a pull request changes only what it may: a new application, never a published report.

    An applicant's pull request adds one file of one application, and nothing else. Nobody's changes a report
    that was published; it may be deleted.

    BASE and HEAD are commits: where the pull request goes, and what it brings. They are read as data; nothing
    of them is checked out or run. A pull request that has nothing to do with either is left to others.
    """
    folder = context.root or Path(os.getcwd())
    found = guard(Git(folder), base, head, branch)
    if not found.concerned:
        say("This pull request has nothing to do with applications; the guard leaves it to others.")
        return 0
    if found.entry is None:
        say(f"Refused. {found.refusal}")
        return 1
    say(f"It adds one file and nothing else: {found.entry.path}")
    return 0
