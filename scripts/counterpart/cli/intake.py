"""``counterpart intake``."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import click

from counterpart.cli.answer import say
from counterpart.cli.context import ROUND, Context, colour
from counterpart.cli.findings import as_text, counted
from counterpart.files.repository import shown
from counterpart.findings import UsageError
from counterpart.intake import csv_table
from counterpart.intake.from_files import TakenIn, intake
from counterpart.intake.from_table import intake_table
from counterpart.model import RoundId
from counterpart.moments import moment_of
from counterpart.rounds.submission import LARGEST


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--received", metavar="MOMENT", help="When they arrived, such as 2027-01-14T06:12:09Z; else now.")
@click.option("--mapping", metavar="FILE", help="FILE is a CSV table, read as this file says.")
@click.option(
    "--round", "round_id", type=ROUND, metavar="ROUND", help="Of a table: the round that people apply for."
)
@click.option(
    "--key", metavar="FILE", help="Of a table that comes again: a private key; 'demo' for made-up rounds."
)
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.pass_obj
def command(
    context: Context,
    files: tuple[str, ...],
    received: str | None,
    mapping: str | None,
    round_id: RoundId | None,
    key: str | None,
    dry_run: bool,
) -> int:
    """Take in applications that came as files.

    FILE is what the application form lets people download, copy or mail: an application, a correction or a
    withdrawal. '-' reads one from standard input. Each is held against the same rules as in 'counterpart
    check'. All of them are taken in, or none; the same file again adds nothing.

    With --mapping, FILE is one CSV table of a spreadsheet form. Each row becomes an application, a row that was
    changed since becomes a correction, and the same row again adds nothing.
    """
    repository = context.repository()
    moment = _moment(received)
    if mapping is not None:
        if len(files) != 1 or round_id is None:
            raise UsageError("With --mapping, name one table, and the round with --round.")
        sheet, how = _read(files[0], csv_table.LARGEST), _read(mapping)
        names = (shown(Path(files[0]).name), shown(Path(mapping).name))
        taken = intake_table(
            repository, round_id, (names[0], sheet), (names[1], how), moment, key, write=not dry_run
        )
        return _say(taken, dry_run)
    if round_id is not None or key is not None:
        raise UsageError("--round and --key are for a table; name its --mapping too.")
    sent = {shown(Path(name).name) if name != "-" else "-": _read(name) for name in files}
    if len(sent) != len(files):
        counts = Counter(shown(Path(name).name) for name in files)
        twice = next(name for name, number in counts.items() if number > 1)
        raise UsageError(f"Two of the files have the name '{twice}'; take them in one after the other.")
    return _say(intake(repository, sent, moment, write=not dry_run), dry_run)


def _say(taken: TakenIn, dry_run: bool) -> int:
    click.echo(as_text(taken.findings, colour()), nl=False, color=colour())
    if taken.refused:
        say("Nothing was taken in.")
        return 1
    for path in taken.written:
        say(f"{'would write' if dry_run else 'wrote'} {path}", "  ")
    for path in taken.known:
        say(f"{path} is there already, just so", "  ")
    new = counted(len(taken.written), "file is", "files are")
    say(f"{new} new{' (nothing was written: --dry-run)' if dry_run else ''}.")
    return 0


def _read(name: str, largest: int = LARGEST) -> bytes:
    try:
        if name == "-":
            return sys.stdin.buffer.read(largest + 1)
        with open(name, "rb") as file:
            return file.read(largest + 1)
    except OSError:
        raise UsageError(f"The file '{shown(name)}' cannot be read.") from None


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        return moment_of(text)
    except ValueError:
        raise UsageError("--received must be a moment in UTC, such as 2027-01-14T06:12:09Z.") from None
