"""``counterpart match``."""

from __future__ import annotations

from pathlib import Path

import click

from counterpart.cli.answer import heading, refuse, say
from counterpart.cli.context import ROUND, Context, clear, reporter
from counterpart.cli.findings import counted
from counterpart.findings import UsageError
from counterpart.model import RoundId
from counterpart.pairing.match_round import match
from counterpart.pairing.summary import Summary


@click.command()
@click.argument("round_id", type=ROUND, metavar="ROUND")
@click.option(
    "--text",
    "text_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the pull request's text to this file.",
)
@click.option("--afresh", is_flag=True, help="Do not try to keep pairs of the proposal that is there.")
@click.pass_obj
def command(context: Context, round_id: RoundId, text_file: Path | None, afresh: bool) -> int:
    """Propose the best pairing of a round, and prove it.

    Reads the applications, the roll (who is admitted) and the decisions (pins, forbids, removals), and writes
    pairings.yaml and certificate.json to the round's folder. The same files always give the same bytes.
    Among pairings that are equally good, it keeps pairs of the proposal that is there already.
    """
    repository = context.repository()
    try:
        matched = match(repository, round_id, afresh=afresh, report=reporter())
    finally:
        clear()
    if matched.summary is None:
        return refuse(matched.findings, f"Round {round_id} was not matched, and nothing was written.")
    if matched.refused:
        say(
            f"There is no roll yet, so everybody whose application passes 'counterpart check' is admitted; "
            f"{counted(len(matched.refused), 'application does', 'applications do')} not pass and "
            f"{'is' if len(matched.refused) == 1 else 'are'} left out."
        )
    show(matched.summary)
    if text_file is not None:
        write_text(text_file, matched.text)
    heading("Files")
    for path in matched.written:
        say(f"wrote {path}", "  ")
    if not matched.written:
        say("pairings.yaml and certificate.json are already just so; nothing was written.", "  ")
    if text_file is not None:
        say(f"wrote the pull request's text to {text_file.as_posix()}", "  ")
    return 0


def show(s: Summary) -> None:
    """The summary, as a coordinator reads it."""
    say(f"{s.title} ({s.round}): {s.paired:,} of {s.people:,} people from {s.countries} countries get a partner.")
    click.echo()
    say(s.proof)
    heading("In figures")
    rows = _figures(s)
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        click.echo(f"  {name:<{width}}  {value}")
    if s.has_previous:
        undone = counted(len(s.gone), "pair is", "pairs are")
        say(f"Since the last proposal {undone} undone and {len(s.new):,} new.", "  ")
    if s.warnings:
        heading("Look at these")
        for warning in s.warnings:
            say(warning, "  - ", "    ")
    if s.unpaired:
        heading("Unpaired")
        _show_unpaired(s)
    if s.weakest:
        heading("The weakest pairs (points as each of the two sees them)")
        _show_weakest(s)


def _figures(s: Summary) -> list[tuple[str, str]]:
    rows = [("pairs", f"{s.pairs:,}")]
    if s.threes:
        rows.append(("threes", f"{s.threes:,}"))
    if s.carried_over[1]:
        rows.append(("carried over and now paired", f"{s.carried_over[0]:,} of {s.carried_over[1]:,}"))
    rows.append((f"partners below the mark of {s.acceptable} points", f"{s.below:,}"))
    rows.append(("points, all people together", f"{s.points:,}"))
    rows.append(("points of the person in the middle", f"{s.middle:,}"))
    rows += [(f"wishes about {m.matter} that are met", f"{m.met:,} of {m.asked:,}") for m in s.met if m.asked]
    return rows


def _show_unpaired(s: Summary) -> None:
    for id, _, words in s.unpaired[:20]:
        say(f"{id}: {words}", "  ")
    if len(s.unpaired) > 20:
        say(f"and {len(s.unpaired) - 20:,} more; all are listed in pairings.yaml", "  ")


def _show_weakest(s: Summary) -> None:
    for weak in s.weakest:
        one, two = weak.sides
        click.echo(f"  {weak.people[0]} {weak.people[1]}  {one.total:>4} {two.total:>4}")
    say(f"More about a pair: counterpart explain {s.round} {' '.join(s.weakest[0].people)}", "  ")


def write_text(path: Path, text: str) -> None:
    """Write a pull request's text, whole or not at all; a usage error where that cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(path.name + ".tmp")
        aside.write_text(text, encoding="utf-8", newline="\n")
        aside.replace(path)
    except OSError as error:
        raise UsageError(f"'{path.as_posix()}' cannot be written; look at the folder's rights.") from error
