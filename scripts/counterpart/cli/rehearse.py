"""``counterpart rehearse``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from counterpart.cli.answer import heading, refuse, say, some
from counterpart.cli.context import ROUND, Context, clear, reporter
from counterpart.cli.findings import counted
from counterpart.model import RoundId
from counterpart.pairing.rehearse import Rehearsal, Worth
from counterpart.pairing.rehearse_round import Rehearsed, rehearse_round

_MOST = 20
_SETTINGS = ("by the settings as they are", "by the other settings")


@click.command()
@click.argument("round_id", type=ROUND, metavar="ROUND")
@click.option(
    "--weights",
    "file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with other weights, rules, acceptable or threes, as in round.yaml; the rest stays.",
)
@click.pass_obj
def command(context: Context, round_id: RoundId, file: Path) -> int:
    """Say what would change in a round under other weights or rules. Nothing is written.

    Compares the proposal that is there with the best one under the other settings, priority by priority, each
    as both settings see it.
    """
    try:
        done = rehearse_round(context.repository(), round_id, file, report=reporter())
    finally:
        clear()
    if done.rehearsal is None:
        return refuse(done.findings, f"Round {round_id} cannot be rehearsed.")
    _show(done, done.rehearsal)
    return 0


def _show(done: Rehearsed, found: Rehearsal) -> None:
    if done.fresh:
        say("There is no proposal for these applications yet, so the best one stands for it.")
    if not found.gone and not found.come:
        say("Nothing would change: the same pairs are the best under these settings too.")
    else:
        say(
            f"{counted(found.stay, 'pair', 'pairs')} would stay, {counted(len(found.gone), 'pair', 'pairs')} "
            f"would be undone, and {len(found.come):,} would be new."
        )
    heading("What each pairing comes to")
    click.echo(f"  {'':<44}{'as it is':>12}{'then':>12}")
    for title, worths, mark in zip(
        _SETTINGS, zip(found.now, found.then, strict=True), done.acceptable, strict=True
    ):
        click.echo(f"  {title}")
        _show_worth(*worths, mark)
    _show_people("Without a partner then", found.left)
    _show_people("With a partner then, and without now", found.placed)
    _show_pairs("Undone", found.gone)
    _show_pairs("New", found.come)


def _show_worth(now: Worth, then: Worth, mark: int) -> None:
    """Both pairings by the same settings, of which *mark* is the acceptable one."""
    for words, one, other in (
        ("people with a partner", now.people, then.people),
        (f"partners below the mark of {mark} points", now.below, then.below),
        ("points, all people together", now.points, then.points),
        ("pairs that they do not allow", now.barred, then.barred),
    ):
        click.echo(f"    {words:<42}{one:>12,}{other:>12,}")


def _show_people(title: str, ids: Sequence[str]) -> None:
    if ids:
        heading(title)
        say(some(ids, _MOST), "  ")


def _show_pairs(title: str, pairs: Sequence[Sequence[str]]) -> None:
    if pairs:
        heading(title)
        for pair in pairs[:_MOST]:
            click.echo(f"  {' '.join(pair)}")
        if len(pairs) > _MOST:
            click.echo(f"  and {len(pairs) - _MOST:,} more")
