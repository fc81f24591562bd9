"""``counterpart memory``."""

from __future__ import annotations

from collections.abc import Mapping

import click

from counterpart.admission.memory_file import pass_on, renew_memory
from counterpart.cli.answer import say
from counterpart.cli.context import ROUND, Context, clear, reporter
from counterpart.cli.findings import counted
from counterpart.files.progress import counting
from counterpart.model import RoundId

_key = click.option("--key", metavar="FILE", help="Your key's file; 'demo' for made-up rounds.")


@click.group()
def command() -> None:
    """What a round remembers of earlier ones: past partners, who went without, who may not come back.

    It is sealed to the round's recipients and holds keyed hashes of addresses and member numbers, nothing else.
    What it says is forgotten after four rounds.
    """


@command.command(name="pass")
@click.argument("round_id", type=ROUND, metavar="ROUND")
@click.argument("next_id", type=ROUND, metavar="NEXT")
@_key
@click.pass_obj
def pass_(context: Context, round_id: RoundId, next_id: RoundId, key: str | None) -> int:
    """Pass the memory of ROUND, and what ROUND leaves, on to the round NEXT."""
    try:
        done = pass_on(context.repository(), round_id, next_id, key, counting(reporter(), "applications opened"))
    finally:
        clear()
    say(f"Wrote rounds/{next_id}/memory.yaml, sealed to the recipients of round {next_id}. {_holds(done.after)}")
    return 0


@command.command()
@click.argument("round_id", type=ROUND, metavar="ROUND")
@_key
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.pass_obj
def renew(context: Context, round_id: RoundId, key: str | None, yes: bool) -> int:
    """Give the memory of ROUND a new key of its own, as when a coordinator leaves.

    Whoever kept the old memory and could open it learns nothing from the new one. The price: only people who
    applied to this round can be carried over to the new key. What the memory says of all others is lost: past
    partners may meet again, nobody else comes first for having gone without, and bans of others end.
    """
    if not yes:
        click.confirm(
            "What the memory says of people who did not apply to this round will be lost. Go on?", abort=True
        )
    try:
        done = renew_memory(context.repository(), round_id, key, counting(reporter(), "applications opened"))
    finally:
        clear()
    lost = {name: done.before[name] - done.after[name] for name in done.before}
    say(f"Wrote rounds/{round_id}/memory.yaml with a new key. {_holds(done.after)}")
    say(
        f"Lost: {counted(lost['pairs'], 'past pair', 'past pairs')}, "
        f"{counted(lost['without'], 'person', 'people')} who went without a partner, "
        f"{counted(lost['barred'], 'ban', 'bans')}."
    )
    return 0


def _holds(count: Mapping[str, int]) -> str:
    return (
        f"It holds {counted(count['pairs'], 'past pair', 'past pairs')}, "
        f"{counted(count['without'], 'person', 'people')} who went without a partner and "
        f"{counted(count['barred'], 'ban', 'bans')}, of {counted(count['rounds'], 'round', 'rounds')}."
    )
