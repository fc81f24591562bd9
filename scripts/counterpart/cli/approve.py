"""``counterpart approve``."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from counterpart.cli.answer import refuse, say
from counterpart.cli.context import ROUND, Context, clear, reporter
from counterpart.cli.keys import coordinator
from counterpart.cli.moment import moment, pretend_now
from counterpart.findings import UsageError
from counterpart.model import RoundId
from counterpart.pairing.approve import approve, approve_merged


@click.command()
@click.argument("round_id", type=ROUND, metavar="ROUND", required=False)
@click.option("--as", "name", metavar="NAME", help="Your code, such as coordinator-1; no name.")
@click.option("--merged", metavar="REMOTE", help="Approve what was merged, in every round, and push it there.")
@pretend_now
@click.pass_obj
def command(
    context: Context, round_id: RoundId | None, name: str | None, merged: str | None, pretend_now: str | None
) -> int:
    """Say that the proposal of a round may be introduced.

    Verifies it once more and writes approval.yaml with the digests of the proposal, the admitted pool, the
    settings and the decisions. When one of them changes, the approval is void, and nobody is introduced.
    With --merged no name is given: merging the pull request was the word, and a workflow writes it down.
    """
    repository = context.repository()
    if merged is not None:
        if round_id or name:
            raise UsageError("--merged is for every round, and needs no name: leave ROUND and --as out.")
        return _merged(context, merged)
    if not round_id or not name:
        raise UsageError("Say which round, and who approves it: counterpart approve ROUND --as coordinator-1.")
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
        say(f"Approved {done.pairs:,} pairs of round {round_id}: wrote {done.path}.")
    else:
        say(f"These {done.pairs:,} pairs of round {round_id} are approved already; nothing was written.")
    say(f"Commit it, then: counterpart introduce {round_id} --dry-run")
    return 0


def _merged(context: Context, remote: str) -> int:
    try:
        done = approve_merged(context.repository(), remote, now=datetime.now(UTC), report=reporter())
    finally:
        clear()
    if not done:
        say("No proposal waits for an approval; nothing was pushed.")
    code = 0
    for round_id, approved in done:
        if approved.sentence:
            say(approved.sentence)
            say(f"Approved {approved.pairs:,} pairs of round {round_id}, and pushed the approval to {remote}.")
        else:
            code = refuse(approved.findings, f"The proposal of round {round_id} was not approved.")
    return code
