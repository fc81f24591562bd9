"""``counterpart introduce``: one e-mail to each partner, after the last checks."""

from __future__ import annotations

import click

from counterpart.cli.context import Context
from counterpart.cli.mail import run, with_options
from counterpart.mail.introduce import introduce
from counterpart.model import RoundId


@click.command()
@with_options
@click.option(
    "--handed-over",
    is_flag=True,
    help="With a key that was added later: a coordinator with an older one has looked at the seals.",
)
@click.pass_obj
def command(
    context: Context,
    round_id: RoundId,
    name: str | None,
    key: str | None,
    dry_run: bool,
    until_done: bool,
    pretend_now: str | None,
    handed_over: bool,
) -> int:
    """Introduce partners to each other, by one mail to each, and write to those who have none.

    First the gate: the files' history, check, verify, the digests, a coordinator's approval, every sealed part.
    Then the mails. Each is claimed in a ledger that travels with the repository before it is sent, so that
    nobody gets it twice. Stop it at any time and run it again, here or on another coordinator's machine.
    """
    return run(introduce, context, round_id, name, key, dry_run, until_done, pretend_now, handed_over)
