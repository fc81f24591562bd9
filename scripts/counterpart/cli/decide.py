"""``counterpart decide``."""

from __future__ import annotations

import click

from counterpart.cli.answer import say
from counterpart.cli.context import ROUND, Context
from counterpart.cli.keys import coordinator
from counterpart.model import RoundId
from counterpart.pairing.decide import KINDS, decide
from counterpart.pairing.reasons import REASONS


@click.command()
@click.argument("round_id", type=ROUND, metavar="ROUND")
@click.argument("kind", type=click.Choice(tuple(KINDS)))
@click.argument("people", metavar="ID...", nargs=-1, required=True)
@click.option("--as", "name", required=True, metavar="NAME", help="Your code, such as coordinator-1; no name.")
@click.option("--reason", required=True, metavar="CODE", help="Why, as a code such as conflict-of-interest.")
@click.option("--note", "with_note", is_flag=True, help="Ask for a note in words, and seal it.")
@click.pass_obj
def command(
    context: Context,
    round_id: RoundId,
    kind: str,
    people: tuple[str, ...],
    name: str,
    reason: str,
    with_note: bool,
) -> int:
    """Decide that two people are a pair (pin) or are none (forbid), or that one takes no part (remove).

    Adds a line to rounds/ROUND/decisions.yaml, which the next proposal obeys. Reasons are codes, because the file
    is read by many. A note in words is sealed to the coordinators; 'counterpart review --with-names' shows it.
    Usual reasons, other codes are possible:

    \b
    pin      asked-for-each-other, common-project, coordinator-knows-both
    forbid   conflict-of-interest, know-each-other, earlier-difficulty, poor-fit
    remove   withdrew, no-answer, conduct, not-eligible
    """
    note = click.prompt("Note, for coordinators alone", hide_input=False).strip() if with_note else ""
    ids = tuple(each.upper() for each in people)
    path = decide(context.repository(), round_id, kind, ids, by=coordinator(name), reason=reason, note=note)
    words = REASONS[kind].get(reason)
    say(f"Wrote it into {path}{f': {words}' if words else ''}.")
    say(f"Commit the file, and then: counterpart propose {round_id}")
    return 0
