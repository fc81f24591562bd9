"""``counterpart approve``."""

from __future__ import annotations

import click

from counterpart.cli.answer import refuse, say
from counterpart.cli.context import Context, clear, reporter
from counterpart.cli.keys import coordinator
from counterpart.cli.moment import moment, pretend_now
from counterpart.commands.approve import approve


@click.command()
@click.argument("round_id", metavar="ROUND")
@click.option("--as", "name", required=True, metavar="NAME", help="Your code, such as coordinator-1; no name.")
@pretend_now
@click.pass_obj
def command(context: Context, round_id: str, name: str, pretend_now: str | None) -> int:
    """Say that the proposal of a round may be introduced.

    Verifies it once more and writes approval.yaml with the digests of the proposal, the admitted pool, the
    settings and the decisions. When one of them changes, the approval is void, and nobody is introduced.
    """
    repository = context.repository()
    try:
        done = approve(
            repository,
            round_id,
            by=coordinator(name),
            now=moment(repository, round_id, pretend_now),
            report=reporter(),
        )
    finally:
        clear()
    if not done.sentence:
        return refuse(done.findings, f"The proposal of round {round_id} was not approved.")
    say(done.sentence)
    if done.written:
        say(f"Approved {done.pairs:,} pairs of round {round_id}: wrote rounds/{round_id}/approval.yaml.")
    else:
        say(f"These {done.pairs:,} pairs of round {round_id} are approved already; nothing was written.")
    say(f"Commit it, then: counterpart introduce {round_id} --dry-run")
    return 0
