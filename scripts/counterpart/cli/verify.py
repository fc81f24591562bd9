"""``counterpart verify``."""

from __future__ import annotations

import click

from counterpart.cli.answer import refuse, say
from counterpart.cli.context import ROUND, Context, clear, reporter
from counterpart.cli.findings import counted
from counterpart.model import RoundId
from counterpart.pairing.verify_round import verify


@click.command()
@click.argument("round_id", type=ROUND, metavar="ROUND")
@click.option(
    "--number",
    type=click.IntRange(1, 99),
    help="Of the pairing: 2 for the first rematch.",
)
@click.pass_obj
def command(context: Context, round_id: RoundId, number: int | None) -> int:
    """Recompute a round's proposal and check its proof.

    Every person's points are computed again from the applications and the roll, every allowed pair is held
    against the certificate in whole numbers, and none of it uses the code that found the pairs. If the pairs
    were changed by hand, says by how much they can fall short at most.
    """
    try:
        found = verify(context.repository(), round_id, number=number, report=reporter())
    finally:
        clear()
    if found.weight:
        threes = f", {counted(found.threes, 'three', 'threes')}" if found.threes else ""
        say(
            f"Round {round_id}: {counted(found.pairs, 'pair', 'pairs')}{threes}, {found.unpaired:,} unpaired. "
            f"Weight {_numbers(found.weight)}, bound {_numbers(found.bound)} "
            "(people paired, one carried over counting twice; partners below the mark; points)."
        )
    if found.changed_by_hand and found.weight:
        say("The pairs were changed by hand since the engine proposed them.")
    if found.sentence:
        say(found.sentence)
    if found.overrule and not found.optimal:
        say(
            f"Recorded in the decisions: {found.overrule.by} decided so, for the reason '{found.overrule.reason}'."
        )
    if found.findings:
        return refuse(found.findings, f"Round {round_id} is not verified.")
    return 0


def _numbers(values: tuple[int | None, ...]) -> str:
    return " / ".join("?" if value is None else f"{value:,}" for value in values)
