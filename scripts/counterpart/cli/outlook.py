"""``counterpart outlook``."""

from __future__ import annotations

import click

from counterpart.cli.answer import heading, refuse, say, some
from counterpart.cli.context import ROUND, Context, clear, reporter
from counterpart.cli.findings import counted
from counterpart.model import RoundId
from counterpart.pairing.outlook_round import outlook
from counterpart.world.names import names


@click.command()
@click.argument("round_id", type=ROUND, metavar="ROUND")
@click.pass_obj
def command(context: Context, round_id: RoundId) -> int:
    """How good can this round get with the applications so far?

    Says how many people can be paired at most, which rule or country binds, who could not be paired with
    anybody, and whom to recruit. Use it while applications come in.
    """
    try:
        found = outlook(context.repository(), round_id, report=reporter())
    finally:
        clear()
    if found.outlook is None:
        return refuse(found.findings, "There is no outlook.")
    o = found.outlook
    people, countries = counted(o.people, "person", "people"), counted(o.countries, "country", "countries")
    say(f"Round {round_id} so far: {people} from {countries}.")
    if found.refused:
        say(
            f"{counted(found.refused, 'application does', 'applications do')} not pass 'counterpart check' and "
            f"{'is' if found.refused == 1 else 'are'} not counted."
        )
    heading("The most that can be reached")
    click.echo(f"  {o.pairs:,} pairs ({2 * o.pairs:,} of {o.people:,} people) under all rules")
    if o.largest is not None:
        country, count = o.largest
        largest = f"{names().get(country, country)} is the largest with {counted(count, 'person', 'people')}"
        click.echo(f"  {o.limit:,} pairs by number and country alone; {largest}")
    if o.binding:
        heading("What binds")
        for effect in o.binding:
            say(
                f"{effect.rule}: without it {effect.more:,} more people could be paired. {effect.because}",
                "  - ",
                "    ",
            )
    if o.unreachable:
        heading("Nobody may be paired with these")
        say(some(o.unreachable), "  ")
    heading("What to do")
    for advice in o.advice:
        say(advice, "  - ", "    ")
    return 0
