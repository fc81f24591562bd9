"""``counterpart form``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from counterpart.cli.answer import refuse, say
from counterpart.cli.context import ROUND, Context, clear, reporter
from counterpart.cli.findings import counted
from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.intake.application_page import Form, Options, form
from counterpart.intake.application_page import compare as differences
from counterpart.model import RoundId
from counterpart.moments import moment_of


@click.command()
@click.argument("round_id", type=ROUND, metavar="ROUND")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="The site's folder; the page is written to apply/ROUND in it.",
)
@click.option(
    "--compare", metavar="SITE", help="Write nothing; is the page that this folder or address shows the same?"
)
@click.option("--relay", metavar="URL", help="Where the page sends to; without it, people mail a file.")
@click.option("--conduct", metavar="URL", help="Where the code of conduct can be read.")
@click.option("--pretend-now", metavar="MOMENT", help="Of a sample: when it is, such as 2027-01-14T06:12:09Z.")
@click.pass_obj
def command(
    context: Context,
    round_id: RoundId,
    out: Path | None,
    compare: str | None,
    relay: str | None,
    conduct: str | None,
    pretend_now: str | None,
) -> int:
    """Make the page on which people apply to a round.

    The page is made from round.yaml and the titles of the guides, and needs no server but one that shows files.
    What names a person is sealed in the browser to the round's recipients. Make it again after each change.

    With --compare, the page that is published is held against the one that would be made, byte for byte. The
    exit code is 1 when they differ: then it was changed by somebody, or made from other files.
    """
    if (out is None) == (compare is None):
        raise UsageError("Give either --out, to make the page, or --compare, to look whether it is the same.")
    options = Options(relay=relay, conduct=conduct, pretend_now=_moment(pretend_now))
    try:
        made = form(context.repository(), round_id, options, report=reporter())
    finally:
        clear()
    if not made.files:
        return refuse(made.findings, "No page was made.")
    if compare is not None:
        return _compared(made, compare)
    assert out is not None
    Repository(out).write_all(made.files)
    for path in made.files:
        say(f"wrote {out.as_posix()}/{path}", "  ")
    return 0


def _compared(made: Form, site: str) -> int:
    told = differences(made, site)
    for sentence in told:
        say(sentence, "  ", "    ")
    if told:
        many = counted(len(told), "difference", "differences")
        say(f"The published page is not the one that these files make: {many}.")
        return 1
    many = counted(len(made.files), "file", "files")
    say(f"The published page is the one that these files make: {many}, byte for byte.")
    return 0


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return moment_of(text)
    except ValueError:
        raise UsageError("--pretend-now must be a moment in UTC, such as 2027-01-14T06:12:09Z.") from None
