"""``counterpart today``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from counterpart.cli.answer import heading, say
from counterpart.cli.context import ROUND, Context
from counterpart.cli.moment import moment, pretend_now
from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.lifecycle.agenda import When
from counterpart.lifecycle.today import RoundToday, feed, today
from counterpart.model import RoundId
from counterpart.rounds.calendar import long_date

_HEADINGS = {When.OVERDUE: "OVERDUE", When.NOW: "Now", When.AWAITED: "Awaited", When.NEXT: "Next"}


@click.command()
@click.argument("round_id", type=ROUND, metavar="[ROUND]", required=False)
@click.option(
    "--calendar",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the dates and tasks of all rounds as a calendar file (iCalendar).",
)
@pretend_now
@click.pass_obj
def command(context: Context, round_id: RoundId | None, calendar: Path | None, pretend_now: str | None) -> int:
    """Say what is due today, what is overdue and who is awaited, in every round, with the next command.

    Reads the rounds' calendars and what is there; it opens no application and needs no key.
    """
    repository = context.repository()
    now = _now(repository, round_id, pretend_now)
    rounds = today(repository, now, round_id)
    if calendar is not None:
        try:
            calendar.write_bytes(feed(repository, now))
        except OSError:
            raise UsageError(f"'{calendar}' cannot be written; look at the folder's rights.") from None
        say(f"Wrote {calendar}. Calendar programs can read it; make it again when dates change.")
        return 0
    if not rounds:
        say("There is no round yet. To begin your first one: counterpart round new 2027-1")
        say("To try things out in a folder of its own, with made-up people: scripts/demo")
        return 0
    open = [each for each in rounds if not each.closed or each.tasks]
    for each in open:
        _show(each)
    closed = [each.id for each in rounds if each.closed]
    if closed:
        heading(f"Closed: {', '.join(closed)}")
    return 0


def _now(repository: Repository, round_id: RoundId | None, pretended: str | None) -> datetime:
    if pretended is None:
        return datetime.now(UTC)
    ids = [round_id] if round_id is not None else list(repository.rounds()[0])
    moments = [moment(repository, id, pretended) for id in ids]
    return moments[0] if moments else datetime.now(UTC)


def _show(each: RoundToday) -> None:
    heading(f"Round {each.id}{f', {each.title}' if each.title else ''}: {each.stage}")
    if not each.tasks:
        say("Nothing is due.", "  ")
    last = None
    for task in each.tasks:
        if task.when is not last:
            click.echo(f"  {_HEADINGS[task.when]}")
            last = task.when
        until = "until" if task.when is When.AWAITED else "was due on" if task.when is When.OVERDUE else "by"
        day = f" ({until} {long_date(task.due)})" if task.due else ""
        who = f" From: {task.who}." if task.when is When.AWAITED else ""
        say(f"{task.text}{day}{who}", "    - ", "      ")
        if task.command:
            click.echo(f"        {task.command}")
