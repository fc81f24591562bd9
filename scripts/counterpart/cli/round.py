"""``counterpart round``."""

from __future__ import annotations

from datetime import date
from itertools import zip_longest

import click

from counterpart.cli.answer import heading, say
from counterpart.cli.context import ROUND, Context, colour
from counterpart.cli.findings import as_text, counted
from counterpart.findings import UsageError
from counterpart.model import RoundId
from counterpart.programme.guides import load_guides
from counterpart.rounds.calendar import long_date
from counterpart.rounds.new_round import Settled, first_round, move, new_round

_dry_run = click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")


class _Day(click.ParamType[date]):
    name = "date"

    def convert(self, value: str | date, param: object, ctx: object) -> date:  # noqa: ARG002
        """The day that was typed, such as 2027-07-12."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise UsageError(f"'{value}' must be a day such as 2027-07-12.") from None


@click.group()
def command() -> None:
    """Begin a new round, and move its dates."""


@command.command()
@click.argument("round_id", type=ROUND, metavar="ROUND")
@click.option("--from", "old", type=ROUND, metavar="ROUND", help="The round that the new one is made from.")
@click.option("--starts", type=_Day(), metavar="DATE", help="The day of the first event.")
@_dry_run
@click.pass_obj
def new(context: Context, round_id: RoundId, old: RoundId | None, starts: date | None, dry_run: bool) -> int:
    """Make the settings of a new round: from those of an old one, or, without --from, a first draft.

    From an old round, comments, topics, weights and the mails' own templates stay, and all dates move by 26 weeks,
    or so that the first is the one that --starts names. The draft suits any profession and explains each key. What
    must be new in each round is left empty, and 'counterpart check' asks for it: the draw, and the coordinators'
    keys.
    """
    if old is None:
        repository = context.repository()
        done = first_round(repository, round_id, starts, load_guides(repository).there, dry_run=dry_run)
    else:
        done = new_round(context.repository(), round_id, old, starts, dry_run=dry_run)
    say(f"{'Would make' if dry_run else 'Made'} round {round_id}: {done.title}.")
    _calendar(done)
    if done.old_title:
        say(
            f"The title of round {old} would not fit, so the new one is made from the round's name. Change it as "
            "you like."
        )
    if done.from_sample:
        say(
            f"Round {old} is a sample. Its demonstration keys, its mark as a sample and its share for one country "
            "stayed behind: this round is a real one, and needs keys of your own."
        )
    if done.copied:
        say(f"{counted(done.copied, 'template', 'templates')} of mails came along.")
    _findings(done)
    _next(round_id, old)
    return 0


def _next(round_id: RoundId, old: RoundId | None) -> None:
    heading("Next")
    what = "change what does not suit you" if old is None else "look at each date"
    say(
        f"1. Read through rounds/{round_id}/round.yaml, and {what}. Write a draw that nobody can foresee.",
        "  ",
        "     ",
    )
    say("2. Each coordinator makes a key, on a machine of their own. There must be two at least:", "  ", "     ")
    say(f"counterpart keys new {round_id} --as coordinator-1", "       ")
    say("3. See whether all is well:", "  ", "     ")
    say("counterpart check", "       ")
    if old is not None:
        say(f"4. When round {old} is over, pass its memory on:", "  ", "     ")
        say(f"counterpart memory pass {old} {round_id}", "       ")


@command.command(name="move")
@click.argument("round_id", type=ROUND, metavar="ROUND")
@click.argument("event")
@click.argument("to", metavar="DATE", type=_Day())
@click.option("--only", is_flag=True, help="Move this event alone; else everything after it moves as far.")
@_dry_run
@click.pass_obj
def move_(context: Context, round_id: RoundId, event: str, to: date, only: bool, dry_run: bool) -> int:
    """Move an EVENT of a round to another DATE, and with it everything that comes after.

    For example: counterpart round move 2027-1 introductions 2027-03-08
    """
    done = move(context.repository(), round_id, event, to, only=only, dry_run=dry_run)
    if done.before == done.after:
        say(f"'{event}' of round {round_id} is on {long_date(to)} already; nothing was written.")
        return 0
    say(f"{'Would move' if dry_run else 'Moved'} in round {round_id}:")
    _calendar(done)
    _findings(done)
    return 0


def _calendar(done: Settled) -> None:
    width = max(len(event.event) for event in done.after)
    for before, after in zip_longest(done.before, done.after):
        guide = f"  {after.guide}" if after.guide else ""
        was = "" if before is None or before.date == after.date else f"  (was {before.date})"
        click.echo(f"  {after.event:<{width}}  {after.date:%a} {after.date}{was}{guide}")


def _findings(done: Settled) -> None:
    if done.findings:
        heading("What 'counterpart check' says of it")
        click.echo(as_text(done.findings, colour()), nl=False, color=colour())
