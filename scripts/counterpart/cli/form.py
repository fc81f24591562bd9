"""``counterpart form``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from counterpart.cli.answer import refuse, say
from counterpart.cli.context import Context, clear, reporter
from counterpart.commands.form import Options, form
from counterpart.edges.repository import Repository
from counterpart.finding import UsageError


@click.command()
@click.argument("round_id", metavar="ROUND")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The site's folder; the page is written to apply/ROUND in it.",
)
@click.option("--relay", metavar="URL", help="Where the page sends to; without it, people mail a file.")
@click.option("--conduct", metavar="URL", help="Where the code of conduct can be read.")
@click.option("--pretend-now", metavar="MOMENT", help="Of a sample: when it is, such as 2027-01-14T06:12:09Z.")
@click.pass_obj
def command(
    context: Context,
    round_id: str,
    out: Path,
    relay: str | None,
    conduct: str | None,
    pretend_now: str | None,
) -> int:
    """Make the page on which people apply to a round.

    The page is made from round.yaml alone and needs no server but one that shows files. What names a person is
    sealed in the browser to the round's recipients. Make it again after each change of round.yaml.
    """
    options = Options(relay=relay, conduct=conduct, pretend_now=_moment(pretend_now))
    try:
        made = form(context.repository(), round_id, options, report=reporter())
    finally:
        clear()
    if not made.files:
        return refuse(made.findings, "No page was made.")
    Repository(out).write_all(made.files)
    for path in made.files:
        say(f"wrote {out.as_posix()}/{path}", "  ")
    return 0


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise UsageError("--pretend-now must be a moment in UTC, such as 2027-01-14T06:12:09Z.") from None
