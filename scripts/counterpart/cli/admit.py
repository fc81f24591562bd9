"""``counterpart admit``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from counterpart.admission.admission import REASONS, Admission
from counterpart.admission.admit import Admitted, Ask, admit_round
from counterpart.cli.answer import heading, refuse, say, some
from counterpart.cli.context import ROUND, Context, clear, reporter
from counterpart.cli.findings import counted
from counterpart.cli.keys import coordinator
from counterpart.cli.moment import moment, pretend_now
from counterpart.cli.open import plain
from counterpart.findings import UsageError
from counterpart.model import RoundId, Status


@click.command()
@click.argument("round_id", type=ROUND, metavar="ROUND")
@click.option("--key", metavar="FILE", help="Your key's file; 'demo' for made-up rounds.")
@click.option(
    "--members",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The membership list, a CSV file outside the programme's folder.",
)
@click.option("--ask", "asking", is_flag=True, help="Ask about employers and people that look alike. Shows names.")
@click.option("--as", "name", metavar="NAME", help="With --ask: your code, such as coordinator-1.")
@click.option("--dry-run", is_flag=True, help="Say what would come of it, and write nothing.")
@pretend_now
@click.pass_obj
def command(
    context: Context,
    round_id: RoundId,
    key: str | None,
    members: Path | None,
    asking: bool,
    name: str | None,
    dry_run: bool,
    pretend_now: str | None,
) -> int:
    """Decide who takes part in a round: write its roll, which freezes the pool.

    Opens the applications on this machine and writes roll.yaml, in which nobody is named: everybody gets a
    status and a reason. Run it again when somebody withdraws: whoever waits longest in the same country gets the
    place. Nobody who was admitted loses a place to somebody else.
    """
    repository = context.repository()
    if asking and not name:
        raise UsageError("With --ask, say who answers: --as coordinator-1.")
    if asking and dry_run:
        raise UsageError("Answers are written down, so --ask and --dry-run do not go together.")
    try:
        done = admit_round(
            repository,
            round_id,
            key=key,
            members=members,
            now=moment(repository, round_id, pretend_now),
            by=coordinator(name) if name else None,
            ask=_ask() if asking else None,
            dry_run=dry_run,
            report=reporter(),
        )
    finally:
        clear()
    if done.admission is None:
        return refuse(done.findings, f"Nobody of round {round_id} was admitted, and nothing was written.")
    _show(round_id, done, done.admission, dry_run)
    return 0


_QUESTIONS = {
    "addresses": "These two applications have the same e-mail address. Are they of the same person?",
    "people": "Are these the same person?",
    "employers": "Are these the same employer?",
}


def _ask() -> Ask:
    def ask(kind: str, ids: tuple[str, str], texts: tuple[str, str]) -> bool | None:
        clear()
        click.echo(f"\n{_QUESTIONS[kind]}")
        for id, text in zip(ids, texts, strict=True):
            click.echo(f"  {id}  {plain(text)}")
        answer = click.prompt(
            "y (yes), n (no), or s (say later)", type=click.Choice(["y", "n", "s"]), show_choices=False
        )
        return {"y": True, "n": False}.get(answer)

    return ask


def _show(round_id: RoundId, done: Admitted, admission: Admission, dry_run: bool) -> None:
    roll = admission.roll
    statuses = Counter(place.status for place in roll.people.values())
    say(
        f"{counted(statuses[Status.ADMITTED], 'person', 'people')} of {len(roll.people):,} applications "
        f"{'would be' if dry_run else 'are'} admitted to round {round_id}."
    )
    heading("Everybody, by status and reason")
    lines = Counter((place.status, place.reason) for place in roll.people.values())
    for (status, reason), number in sorted(lines.items(), key=lambda line: (list(Status).index(line[0][0]), line)):
        words = REASONS.get(reason or "", "In time, and with a place.")
        say(f"{number:>6,}  {status:<10}  {words}", "", " " * 20)
    if admission.capped:
        heading("Countries with more people than places")
        for each in admission.capped:
            say(
                f"{each.country}: {each.people:,} people, {each.places:,} places "
                f"(of {roll.applicants:,} applicants in all); "
                f"{each.waiting:,} wait.",
                "  ",
            )
    _changes(admission)
    _look(round_id, done, admission)
    heading("Files")
    if dry_run:
        say("Nothing was written.", "  ")
    elif done.written:
        say(f"wrote rounds/{round_id}/roll.yaml (generation {roll.generation} of the pool)", "  ")
        say(f"Next: counterpart match {round_id}", "  ")
    else:
        say("roll.yaml is already just so; nothing was written.", "  ")


def _changes(admission: Admission) -> None:
    roll = admission.roll
    if admission.promoted or admission.left:
        heading("THE POOL HAS CHANGED")
        say(f"This is generation {roll.generation}. A proposal or approval of an earlier one is void.", "  ")
    for ids, one, many in (
        (admission.promoted, "person got a place that became free", "people got places that became free"),
        (admission.left, "person takes part no longer", "people take part no longer"),
    ):
        if ids:
            say(f"{counted(len(ids), one, many)}: {some(ids)}", "  ", "    ")


def _look(round_id: RoundId, done: Admitted, admission: Admission) -> None:
    notes = []
    if admission.unconfirmed:
        many = counted(len(admission.unconfirmed), "person", "people")
        notes.append(
            f"{many} applied early as a member and cannot be found on the list. Their turn counts from the day on "
            f"which everyone may apply: {some(admission.unconfirmed)}"
        )
    if not done.members_checked:
        notes.append("Nobody's membership was compared with a list; give one with --members.")
    if not done.remembered:
        notes.append(
            f"There is no memory of earlier rounds (rounds/{round_id}/memory.yaml), so no past partner is known."
        )
    notes += _open_questions(round_id, done)
    if notes:
        heading("Look at these")
        for note in notes:
            say(note, "  - ", "    ")


def _open_questions(round_id: RoundId, done: Admitted) -> list[str]:
    """What only a coordinator can say, and what counts until then."""
    notes = []
    if done.open_addresses:
        pairs = some([" and ".join(pair) for pair in done.open_addresses], 10, "; ")
        notes.append(
            f"{counted(len(done.open_addresses), 'time', 'times')} two applications have the same e-mail address, "
            f"which is nobody's proof. The first counts until you say whether it is one person: {pairs}"
        )
    if done.open_people:
        pairs = some([" and ".join(pair) for pair in done.open_people], 10, "; ")
        notes.append(
            f"{counted(len(done.open_people), 'time', 'times')} two applications may be of one person, and "
            f"count as two people until you say otherwise: {pairs}"
        )
    if done.open_employers:
        notes.append(
            f"{counted(len(done.open_employers), 'time', 'times')} two employers' names are near. These people "
            "are kept apart until you say whether the employer is one."
        )
    return [*notes, f"To answer: counterpart admit {round_id} --ask --as coordinator-1"] if notes else []
