"""``counterpart sample``."""

from __future__ import annotations

import click

from counterpart.cli.answer import say
from counterpart.cli.context import ROUND, Context, clear, reporter
from counterpart.cli.findings import counted
from counterpart.files.progress import counting
from counterpart.model import RoundId
from counterpart.sample.plan import SHAPES
from counterpart.sample.write import write_sample
from counterpart.sample.write_finished import finish_sample

_SHAPES = "\b\nShapes:\n" + "\n".join(f"  {shape:<16} {words}" for shape, words in SHAPES.items())


@click.command(
    help=f"""Make up a round of fictional people, to try things out.

Writes rounds/ROUND (settings and roll) and applicants/ROUND (a sealed application each). Nothing that is there
already is changed. Countries, languages, time zones, interests and wishes go together as they did in real
rounds. The same arguments make the same people; only sealing them is never the same twice.

{_SHAPES}

\b
Examples:
  counterpart sample 2027-1
  counterpart sample 2027-2 --people 400 --countries 40 --seed 7
  counterpart sample 2028-1 --people 99 --shape lonely-language
  counterpart sample 2026-2 --closed"""
)
@click.argument("round_id", type=ROUND, metavar="ROUND")
@click.option("--people", type=int, default=1162, show_default=True, help="How many people take part.")
@click.option(
    "--countries", type=int, help="From how many countries; by default as many as in a real round of this size."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another number makes another round.")
@click.option("--shape", default="plain", show_default=True, metavar="SHAPE", help="What is special; see above.")
@click.option("--closed", is_flag=True, help="A round that is over: with pairs, a second pairing and answers.")
@click.pass_obj
def command(
    context: Context, round_id: RoundId, people: int, countries: int | None, seed: int, shape: str, closed: bool
) -> int:
    """Make up a round and say where it lies."""
    report = reporter()
    try:
        written = write_sample(
            context.folder(),
            round_id,
            people=people,
            countries=countries,
            seed=seed,
            shape=shape,
            after_seal=counting(report, "applications sealed"),
            after_file=counting(report, "files written"),
        )
        more = finish_sample(context.folder(), round_id, seed=seed, report=report) if closed else ()
    finally:
        clear()
    say(
        f"Made up round {round_id}: {counted(written.people, 'person', 'people')} from "
        f"{counted(written.countries, 'country', 'countries')}, all admitted, all fictional."
    )
    for folder in written.folders:
        say(f"wrote {folder}", "  ")
    if more:
        say("The round is over: its pairs are proven, some were paired again, and the answers are sealed.")
        for path in more:
            say(f"wrote {path}", "  ")
        say(f"Publish it in figures: counterpart report {round_id} --key demo")
    return 0
