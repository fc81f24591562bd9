"""``counterpart review``."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from counterpart.cli.answer import refuse, say
from counterpart.cli.context import ROUND, Context, clear, reporter
from counterpart.cli.findings import counted
from counterpart.model import RoundId
from counterpart.pairing.review import PRICED
from counterpart.pairing.review_page import keep_review, review_round


@click.command()
@click.argument("round_id", type=ROUND, metavar="ROUND")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the page to this file.")
@click.option(
    "--with-names", "key", metavar="KEY", help="Show names and words: your key's file; 'demo' for made-up rounds."
)
@click.option(
    "--exact",
    "count",
    type=click.IntRange(0, 1000),
    default=PRICED,
    show_default=True,
    help="Of the weakest pairs, how many get exact prices.",
)
@click.option("--open/--no-open", "show", default=False, help="Open the page in the browser.")
@click.pass_obj
def command(context: Context, round_id: RoundId, out: Path | None, key: str | None, count: int, show: bool) -> int:
    """Make the page on which a proposal is reviewed: one file, which works without a network.

    It shows every pair with both sides' points, the weakest first, and what other partners would cost. Pins,
    forbids and removals that you choose there are exported as decisions.yaml. The proposal must verify. Without
    --out the page is build/review-ROUND.html; with names it lies outside every Git repository.
    """
    repository = context.repository()
    try:
        done = review_round(repository, round_id, key=key, count=count, report=reporter())
    finally:
        clear()
    if not done.page:
        return refuse(done.findings, f"No page was made for round {round_id}.")
    place = keep_review(done, round_id, repository.root, out)
    say(f"Wrote {counted(done.pairs, 'pair', 'pairs')} to look through: open {place}")
    if done.named:
        say("THIS PAGE HOLDS NAMES AND WORDS OF REAL PEOPLE. Send it to nobody, and delete it when you are done.")
    if show:
        webbrowser.open(place.as_uri())
    return 0
