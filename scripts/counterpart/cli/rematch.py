"""``counterpart end`` and ``counterpart rematch``: partnerships that ended, and new partners within the round."""

from __future__ import annotations

from pathlib import Path

import click

from counterpart.cli.answer import heading, refuse, say
from counterpart.cli.context import ROUND, Context, clear, reporter
from counterpart.cli.findings import counted
from counterpart.cli.keys import coordinator
from counterpart.cli.match import show, write_text
from counterpart.cli.moment import moment, pretend_now
from counterpart.findings import UsageError
from counterpart.model import RoundId
from counterpart.pairing.rematch import Parted
from counterpart.pairing.rematch import end as end_
from counterpart.pairing.rematch import rematch as rematch_
from counterpart.rounds.contact_report import note
from counterpart.rounds.partnerships import REASONS


@click.command()
@click.argument("round_id", type=ROUND, metavar="ROUND")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@click.option("--reason", required=True, type=click.Choice(list(REASONS)), help="Why; nobody else is told.")
@click.option("--as", "name", required=True, metavar="NAME", help="Your code, such as coordinator-1; no name.")
@click.option("--new-partner", is_flag=True, help="The person stays; both partners get a new one.")
@click.option("--note", "with_note", is_flag=True, help="Ask for a note in words, and seal it.")
@click.option("--ban", is_flag=True, help="The person may not take part in later rounds, while it is remembered.")
@pretend_now
@click.pass_obj
def end(
    context: Context,
    round_id: RoundId,
    ids: tuple[str, ...],
    reason: str,
    name: str,
    new_partner: bool,
    with_note: bool,
    ban: bool,
    pretend_now: str | None,
) -> int:
    """Say that the partnership of ID has ended, without blame.

    ID leaves the round, and the partner gets another one with the next 'counterpart rematch'. With --new-partner,
    ID stays as well. Of three, the other two go on. Who has withdrawn need not be named here. Writes a line to
    decisions.yaml. The reason is a code there, because the file is read by many; a note in words is sealed to the
    coordinators, and 'counterpart open ID' shows it.
    """
    repository, by = context.repository(), coordinator(name)
    if with_note and len(ids) != 1:
        raise UsageError("A note is about one person: name one.")
    words = click.prompt("Note, for coordinators alone").strip() if with_note else ""
    partings = end_(repository, round_id, ids, by=by, reason=reason, leaves=not new_partner, ban=ban)
    if words:
        now = moment(repository, round_id, pretend_now)
        note(repository, round_id, ids[0], {"about": "note", "words": words}, by=by, now=now)
    stays = "stays and gets a new partner" if new_partner else "leaves the round"
    if ban:
        stays += ", and may not take part in later rounds while this is remembered"
    for parting in partings:
        _show_parting(round_id, parting, stays)
    heading("Next")
    if reason == "conduct":
        say("No mail goes to this person by itself: write in your own words.", "  ")
    partners = any(parting.partners for parting in partings)
    say(f"Commit it. Tell the people concerned{', and look for new partners' if partners else ''}:", "  ")
    say(f"counterpart mail {round_id} --as {name}", "    ")
    if partners:
        say(f"counterpart rematch {round_id}", "    ")
    return 0


def _show_parting(round_id: RoundId, parting: Parted, stays: str) -> None:
    if not parting.written:
        say(f"{parting.ended.id}: this is in decisions.yaml already; nothing was written.")
        return
    say(f"Noted in rounds/{round_id}/decisions.yaml: {parting.ended.id} {stays}.")
    if parting.partners:
        many = "needs" if len(parting.partners) == 1 else "need"
        say(f"{' and '.join(parting.partners)} {many} a new partner.")


@click.command()
@click.argument("round_id", type=ROUND, metavar="ROUND")
@click.option(
    "--text",
    "text_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the text for a pull request to this file.",
)
@click.pass_obj
def rematch(context: Context, round_id: RoundId, text_file: Path | None) -> int:
    """Propose new partners within a round, with the same rules and the same proof.

    Takes everybody who has no partner: those whose partner left or who asked for another, those who had none, and
    the waiting list. Nobody meets a past partner; two of the waiting list are not paired with each other.
    Writes pairings-2.yaml and certificate-2.json (then -3 and so on) and never changes an earlier pairing.
    Then approve, commit and introduce, as before.
    """
    try:
        done = rematch_(context.repository(), round_id, report=reporter())
    finally:
        clear()
    if done.matched.summary is None:
        return refuse(done.matched.findings, f"Round {round_id} was not rematched, and nothing was written.")
    say(
        f"Pairing {done.number} of round {round_id}: {counted(len(done.active), 'person', 'people')} without a "
        f"partner, and {len(done.waiting):,} of the waiting list."
    )
    show(done.matched.summary)
    if text_file is not None:
        write_text(text_file, done.matched.text)
    heading("Files")
    for path in done.matched.written:
        say(f"wrote {path}", "  ")
    if not done.matched.written:
        say("The files are already just so; nothing was written.", "  ")
    heading("Next")
    say(f"counterpart approve {round_id} --as NAME", "  ")
    say(f"counterpart introduce {round_id} --as NAME", "  ")
    return 0
