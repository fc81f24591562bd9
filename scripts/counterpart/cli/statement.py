"""``counterpart statement``."""

from __future__ import annotations

from pathlib import Path

import click

from counterpart.cli.answer import say
from counterpart.cli.context import ROUND, Context
from counterpart.cli.findings import counted
from counterpart.cli.moment import moment, pretend_now
from counterpart.files.private import private_folder, put_private
from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.mail.statements import FOLDER, checking_page, statements
from counterpart.model import RoundId


@click.command()
@click.argument("round_id", type=ROUND, metavar="[ROUND]", required=False)
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--key", metavar="FILE", help="Your key's file; 'demo' for made-up rounds.")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder to write into."
)
@click.option("--page", is_flag=True, help="Write the page on which statements are checked, for the site.")
@pretend_now
@click.pass_obj
def command(
    context: Context,
    round_id: RoundId | None,
    ids: tuple[str, ...],
    key: str | None,
    out: Path,
    page: bool,
    pretend_now: str | None,
) -> int:
    """Write statements of participation: a page for each person that prints well and carries its own proof.

    They hold names, so the folder must lie outside every repository. 'counterpart mail' sends the same statements.
    With --page it writes the page of the site on which anybody can check one, in the browser and without a server.
    """
    repository = context.repository()
    if page:
        Repository(out).write_all(checking_page(repository))
        say(f"Wrote the checking page to {out.as_posix()}/{FOLDER}.")
        return 0
    if round_id is None:
        raise UsageError("Name the round, or write the checking page with --page.")
    made = statements(repository, round_id, key, moment(repository, round_id, pretend_now), ids)
    place = private_folder(out)
    for each in made:
        put_private(place / f"statement-{each.id}.html", each.html)
    say(
        f"Wrote {counted(len(made), 'statement', 'statements')} to {out.as_posix()}. "
        "They hold names: keep them safe."
    )
    return 0
