"""``counterpart preview``."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from counterpart.cli.answer import heading, say
from counterpart.cli.context import ROUND, Context
from counterpart.cli.findings import counted
from counterpart.cli.mail import advise_unwritten, show_unwritten
from counterpart.files.preview_server import shown
from counterpart.mail.preview import Previewed, keep, preview
from counterpart.model import RoundId


@click.command()
@click.argument("round_id", type=ROUND, metavar="ROUND")
@click.argument("kind", required=False)
@click.option("--id", metavar="ID", help="The mails to this person. Needs the key.")
@click.option("--key", metavar="FILE", help="Show real mails: your key's file; 'demo' for made-up rounds.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Keep the pages in this folder, outside Git."
)
@click.pass_obj
def command(
    context: Context, round_id: RoundId, kind: str | None, id: str | None, key: str | None, out: Path | None
) -> int:
    """Show the mails of a round in the browser, as they would arrive. Nothing is sent.

    Without a key they go to people who do not exist, so that anybody can work on the templates in
    rounds/ROUND/mails. With a key they are the real ones, and they are nowhere but in memory.
    """
    done = preview(context.repository(), round_id, kind, id, key)
    if out is not None:
        say(f"Wrote {counted(done.mails, 'mail', 'mails')}: open {keep(done, out)}")
        if done.real:
            say("THIS FOLDER HOLDS NAMES AND WORDS OF REAL PEOPLE. Delete it when you are done.")
        return _unwritten(done)
    with shown(done.pages) as address:
        webbrowser.open(address)
        say(f"{counted(done.mails, 'mail', 'mails')} to look at, on this machine only: {address}")
        click.prompt("Press Enter when you are done", default="", show_default=False)
    return _unwritten(done)


def _unwritten(done: Previewed) -> int:
    if not done.unwritten:
        return 0
    show_unwritten(done.unwritten)
    heading("Next")
    advise_unwritten(done.unwritten)
    return 1
