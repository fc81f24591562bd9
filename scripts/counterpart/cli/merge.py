"""``counterpart merge``."""

from __future__ import annotations

import os
import time
from pathlib import Path

import click

from counterpart.cli.answer import say
from counterpart.cli.context import ROUND, Context, clear, reporter
from counterpart.cli.findings import counted
from counterpart.files.git import Git
from counterpart.findings import UsageError
from counterpart.intake.merge import merge
from counterpart.model import RoundId


@click.command()
@click.argument("round_id", type=ROUND, metavar="[ROUND]", required=False)
@click.option("--into", default="main", show_default=True, metavar="BRANCH", help="The main branch.")
@click.option("--remote", metavar="NAME", help="Take the branches that were fetched from there.")
@click.option("--push", is_flag=True, help="Send the main branch there, and remove the branches taken in.")
@click.pass_obj
def command(context: Context, round_id: RoundId | None, into: str, remote: str | None, push: bool) -> int:
    """Take in the applicants' branches that pass.

    Each branch apply/ROUND/ID is held against 'counterpart guard' and the rules of 'counterpart check', by the
    settings of the main branch. Branches are read as data; nothing of them is checked out or run. Those that
    pass become a merge each, and the main branch moves once; of the others, the reason is told.
    """
    if push and not remote:
        raise UsageError("--push needs --remote: where to?")
    git = Git(context.root or Path(os.getcwd()))
    try:
        done = merge(git, into, round_id, remote=remote, push=push, now=int(time.time()), report=reporter())
    finally:
        clear()
    for name, why in done.refused:
        say(f"{name}: {why}", "  ", "    ")
    left = f"; {len(done.refused):,} refused" if done.refused else ""
    say(f"Took in {counted(len(done.merged), 'branch', 'branches')}{left}.")
    return 1 if done.refused else 0
