"""``counterpart voices``."""

from __future__ import annotations

import click

from counterpart.cli.answer import heading, say
from counterpart.cli.context import ROUND, Context
from counterpart.cli.findings import counted
from counterpart.files.repository import shown
from counterpart.model import RoundId
from counterpart.report.quotes import voices


@click.command()
@click.argument("round_id", type=ROUND, metavar="ROUND")
@click.option("--key", metavar="FILE", help="Your key's file; 'demo' for made-up rounds.")
@click.pass_obj
def command(context: Context, round_id: RoundId, key: str | None) -> int:
    """Show the words of those who agreed to be quoted on the site, from the surveys.

    The words stand on your screen and in no file. A name is shown only where the person agreed to that, and even
    then the survey promised that you ask first.
    """
    found = voices(context.repository(), round_id, key)
    if not found:
        say(f"Nobody of round {round_id} has agreed to be quoted so far.")
        return 0
    say(f"{counted(len(found), 'answer may', 'answers may')} be quoted. Ask before you publish a name.")
    for each in found:
        heading(f"{each.id}, {each.survey}: {'as ' + shown(each.name) if each.name else 'without a name'}")
        for text in each.texts:
            for line in text.splitlines():
                say(shown(line), "  ")
    return 0
