"""``counterpart report``."""

from __future__ import annotations

import sys

import click

from counterpart.cli.answer import say
from counterpart.cli.context import ROUND, Context, clear, colour, reporter
from counterpart.cli.findings import as_text, counted
from counterpart.cli.moment import moment, pretend_now
from counterpart.model import RoundId
from counterpart.report.report_round import Reported, report_round


@click.command()
@click.argument("round_id", type=ROUND, metavar="ROUND")
@click.option("--key", metavar="FILE", help="The key's file; 'demo' for the keys of made-up rounds.")
@click.option(
    "--public",
    multiple=True,
    metavar="ID|COUNTRY[/SECTOR[/STAGE]]",
    help="A participant whom the public knows, and whom the site does not name or quote. Once for each.",
)
@click.option("--without", multiple=True, metavar="TABLE", help="Leave this table out.")
@click.option("--dry-run", is_flag=True, help="Only say whether it can be published.")
@pretend_now
@click.pass_obj
def command(
    context: Context,
    round_id: RoundId,
    key: str | None,
    public: tuple[str, ...],
    without: tuple[str, ...],
    dry_run: bool,
    pretend_now: str | None,
) -> int:
    """Write the report of a round that is over: rounded counts in which nobody can be found.

    Counts below 10 are withheld, others rounded to 5. Then the figures are attacked as a reader with a solver
    would attack them, who has the earlier reports and knows ambassadors, people who are quoted, and the people of
    --public. Where a withheld count could be narrowed to fewer than 5 values, another figure is withheld too.
    rounds/ROUND/report.json is written once and never changed.
    """
    repository = context.repository()
    report = reporter()
    try:
        said = report_round(
            repository,
            round_id,
            key=key,
            public=public,
            without=without,
            dry_run=dry_run,
            now=moment(repository, round_id, pretend_now),
            report=report,
        )
    finally:
        clear()
    if said.findings:
        click.echo(as_text(said.findings, colour()), nl=False, file=sys.stdout)
        say("Put these right first.")
        return 1
    if said.undecided:
        say(
            "Nothing is written: the solver did not finish, so it is not known whether the figures are safe. "
            "Try again on a faster computer, or leave tables out with --without."
        )
        return 1
    if said.refused:
        _refuse(round_id, said)
        return 1
    _tell(round_id, said, dry_run)
    return 0


def _refuse(round_id: RoundId, said: Reported) -> None:
    say(
        f"Nothing is written: {counted(len(said.refused), 'table', 'tables')} cannot be published. A reader could "
        "work out counts that are withheld, whatever else is withheld with them."
    )
    for id, title in said.refused:
        say(f"{title} ({id})", "  - ", "    ")
    options = " ".join(f"--without {id}" for id, _ in said.refused)
    say("To publish the rest, leave them out:")
    click.echo(f"    counterpart report {round_id} {options}")


def _tell(round_id: RoundId, said: Reported, dry_run: bool) -> None:
    shown = counted(said.shown, "figure", "figures")
    say(f"{counted(said.tables, 'table', 'tables')}: {shown} shown, {said.withheld:,} withheld.")
    repaired = (
        "none can be narrowed too far."
        if not said.weak_at_first
        else f"{said.weak_at_first:,} could be narrowed too far; more was withheld, and now none can."
    )
    say(f"Attacked {counted(said.tried, 'withheld count', 'withheld counts')}: {repaired}")
    if said.on_site or said.named:
        people = counted(said.on_site + said.named, "participant was", "participants were")
        whence = f"{said.on_site:,} from the site, {said.named:,} named by you"
        say(f"{people} counted as known to the public: {whence}.")
    if said.willing:
        agreed = counted(said.willing, "participant", "participants")
        say(
            f"{agreed} agreed to be quoted and did not count as known. Whoever is to be quoted must be named "
            "now, with --public ID, and nobody else may be quoted later: 'counterpart voices' lists them."
        )
    if not said.answers:
        say("Nobody's answers are there, so the report says nothing of satisfaction.")
    if dry_run:
        say("Nothing is written.")
        return
    say(f"wrote {said.written}", "  ")
    say(
        f"Look at its page before you publish it: 'mkdocs serve' shows it at /reports/{round_id}/. From then on "
        "it may be deleted, but never changed."
    )
