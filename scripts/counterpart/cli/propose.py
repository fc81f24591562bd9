"""``counterpart propose``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from counterpart.cli.answer import refuse, say
from counterpart.cli.context import Context, clear, reporter
from counterpart.cli.match import write_text
from counterpart.commands.propose import propose_round


@click.command()
@click.argument("round_id", metavar="ROUND")
@click.option("--remote", metavar="NAME", help="Push the branch to this remote, such as origin.")
@click.option(
    "--text",
    "text_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the pull request's text to this file.",
)
@click.pass_obj
def command(context: Context, round_id: str, remote: str | None, text_file: Path | None) -> int:
    """Match a round and put the proposal on the branch propose/ROUND, to be reviewed in a pull request.

    The files in this folder stay as they are. Run it again after new decisions: the branch gets the new proposal,
    and its text says what changed. Merging the branch accepts the proposal; then run 'counterpart approve'.
    """
    try:
        done = propose_round(
            context.repository(), round_id, remote=remote, now=datetime.now(UTC), report=reporter()
        )
    finally:
        clear()
    if done.summary is None:
        return refuse(done.findings, f"Round {round_id} was not proposed.")
    say(done.summary.proof)
    if done.accepted:
        say("This proposal is accepted already: it is in the last commit.")
    elif done.changed:
        where = f", and pushed it to {remote}" if remote else ""
        say(f"Put the proposal on the branch {done.branch}{where}.")
    else:
        say(f"The branch {done.branch} holds just this proposal already; nothing was changed.")
    if text_file is not None:
        write_text(text_file, done.text)
        say(f"Wrote the pull request's text to {text_file.as_posix()}.")
    return 0
