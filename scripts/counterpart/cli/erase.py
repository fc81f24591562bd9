"""``counterpart erase``."""

from __future__ import annotations

import click

from counterpart.cli.answer import heading, say
from counterpart.cli.context import Context
from counterpart.cli.findings import counted
from counterpart.lifecycle.erase import Erased, erase


@click.command()
@click.argument("id")
@click.option("--key", metavar="FILE", help="Your key's file; 'demo' for made-up rounds.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.pass_obj
def command(context: Context, id: str, key: str | None, yes: bool) -> int:
    """Erase the person of the application ID, and say what was removed and what cannot be yet.

    Deletes the application with its corrections and all answers, strikes the person from the roll and from the
    sealed memory.
    """
    if not yes:
        click.confirm(f"Everything of '{id}' that can be removed will be, for good. Go on?", abort=True)
    done = erase(context.repository(), id, key)
    heading("Removed")
    for path in done.files:
        say(path, "  - ", "    ")
    if done.on_roll:
        say("on the roll: everything but the id and 'withdrawn, erased'", "  - ", "    ")
    if done.notes[0]:
        say(f"in decisions.yaml: {counted(done.notes[0], 'sealed note', 'sealed notes')}", "  - ", "    ")
    for round_id, count in done.memories:
        if count:
            what = counted(count, "statement", "statements")
            say(f"in the memory of round {round_id}: {what}", "  - ", "    ")
    heading("Still there, and why")
    for line in _remains(id, done):
        say(line, "  - ", "    ")
    heading("Next")
    say("Commit and push this, so that it counts for everybody.", "  ")
    if done.introduced:
        if done.paired:
            say("The partner hears that the partnership has ended, and may get a new one:", "  ")
            say(f"counterpart mail {done.round} --as NAME", "    ")
            say(f"counterpart rematch {done.round}", "    ")
    elif done.pool_changed:
        say("The admitted pool has changed:", "  ")
        say(f"counterpart admit {done.round}, then match and approve again.", "    ")
    return 0


def _remains(id: str, done: Erased) -> list[str]:
    lines = [
        "The sealed application in the repository's history, and in every copy of it. Coordinators with a key "
        "can open it there until the keys are destroyed. It is gone when the round's repository is deleted, at "
        "the close.",
        f"The id {id} on the roll and in the list of mails sent. It was drawn at random and names nobody.",
        "Mails that were sent already, in the mailboxes of those who got them and of the programme.",
    ]
    if done.decided:
        lines.insert(1, "The id in decisions.yaml, with the code of a reason.")
    if done.notes[1]:
        lines.insert(
            1,
            f"{counted(done.notes[1], 'sealed note', 'sealed notes')} in decisions.yaml, as the file is laid out "
            "in a way that Counterpart does not change: take the lines 'note' of this person out yourself.",
        )
    if done.paired:
        lines.insert(1, "The id in the proposal of pairs, without which the proof could not be checked.")
    lines += [
        f"The memory of round {round_id}, which does not open with this key: whoever has that round's key must "
        "run this again there."
        for round_id in done.shut
    ]
    return lines
