"""``counterpart publish``."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from counterpart.cli.answer import refuse, say
from counterpart.cli.context import Context, clear, reporter
from counterpart.cli.findings import counted
from counterpart.intake.application_page import Options
from counterpart.lifecycle.publish import BRANCH, publish


@click.command()
@click.option("--remote", default="origin", show_default=True, metavar="NAME", help="Where to push.")
@click.option("--relay", metavar="URL", help="Where application pages send to; without it, people mail a file.")
@click.option("--conduct", metavar="URL", help="Where the code of conduct can be read.")
@click.pass_obj
def command(context: Context, remote: str, relay: str | None, conduct: str | None) -> int:
    """Build the site with the application pages of open rounds, and push it to the branch gh-pages.

    The branch holds the built site and nothing else, and has no history. Let the host show it. When the site is
    the same as the one that is there, nothing is pushed. What does not build is not published.
    """
    try:
        options = Options(relay=relay, conduct=conduct)
        today = datetime.now(UTC).date()
        done = publish(context.repository(), remote, options, today=today, report=reporter())
    finally:
        clear()
    if done.findings:
        return refuse(done.findings, "Nothing was published.")
    pages = f", with the application page of {' and '.join(done.rounds)}" if done.rounds else ""
    if done.changed:
        say(f"Pushed {counted(done.files, 'file', 'files')} to the branch {BRANCH} of {remote}{pages}.")
    else:
        say(f"The branch {BRANCH} of {remote} holds just this site already; nothing was pushed.")
    return 0
