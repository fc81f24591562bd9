"""``counterpart close``."""

from __future__ import annotations

import click

from counterpart.cli.answer import heading, say
from counterpart.cli.context import ROUND, Context, clear, reporter
from counterpart.cli.findings import counted
from counterpart.cli.moment import moment, pretend_now
from counterpart.files.progress import counting
from counterpart.lifecycle.close import Closed, close
from counterpart.model import RoundId


@click.command()
@click.argument("round_id", type=ROUND, metavar="ROUND")
@click.option("--next", "next_id", type=ROUND, metavar="ROUND", help="The round that gets the sealed memory.")
@click.option("--without-memory", is_flag=True, help="There will be no later round: nothing is remembered.")
@click.option("--without-report", is_flag=True, help="There will be no report of this round.")
@click.option("--key", metavar="FILE", help="Your key's file; 'demo' for made-up rounds.")
@click.option("--yes", is_flag=True, help="Do it. Without it, only say what would be done.")
@pretend_now
@click.pass_obj
def command(
    context: Context,
    round_id: RoundId,
    next_id: RoundId | None,
    without_memory: bool,
    without_report: bool,
    key: str | None,
    yes: bool,
    pretend_now: str | None,
) -> int:
    """Close a round: pass its memory on, delete what people sent, and say what remains.

    Without --yes it says what must come first and what would be removed. With --yes it writes the sealed memory
    of the next round, marks the round as closed and deletes applications, answers, roll, decisions and pairs.
    What is left to do by hand, and what remains and why, is written to rounds/ROUND/closing.md.
    """
    repository = context.repository()
    now = moment(repository, round_id, pretend_now)
    try:
        done = close(
            repository,
            round_id,
            next_id=next_id,
            without_memory=without_memory,
            without_report=without_report,
            key=key,
            now=now,
            really=yes,
            step=counting(reporter(), "applications opened"),
        )
    finally:
        clear()
    if done.missing:
        say(f"Round {round_id} cannot be closed yet:")
        for sentence in done.missing:
            say(sentence, "  - ", "    ")
        return 1
    if not yes:
        total = sum(number for _, number in done.would_remove)
        say(f"{counted(total, 'file', 'files')} would be removed:")
        for kind, number in done.would_remove:
            say(f"{kind}: {number:,}", "  - ", "    ")
        say("Nothing was changed. It cannot be undone once it is pushed. To do it: --yes")
        return 0
    _show(round_id, done, next_id)
    return 0


def _show(round_id: RoundId, done: Closed, next_id: RoundId | None) -> None:
    say(f"Round {round_id} is closed. {counted(len(done.removed), 'file was', 'files were')} removed.")
    if done.remembered and next_id:
        say(f"The sealed memory is in rounds/{next_id}/memory.yaml.")
    heading("Next")
    say(
        f"Read {done.record}: it lists what is left to do, and what remains and why. Commit and push all of it.",
        "  ",
    )
    for name in done.keys:
        say(f"counterpart keys destroy {round_id} --as {name}", "    ")
    for name, day in done.destroyed:
        say(f"The key of {name} was destroyed on {day}.", "  ")
