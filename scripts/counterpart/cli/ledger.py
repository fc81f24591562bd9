"""``counterpart ledger``."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import click

from counterpart.cli.answer import heading, say
from counterpart.cli.context import ROUND, Context
from counterpart.cli.findings import counted
from counterpart.cli.keys import coordinator
from counterpart.files.git import Git
from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.mail.bounces import Returned, bounces
from counterpart.mail.deliver import settle
from counterpart.model import RoundId
from counterpart.rounds.mail_log import State
from counterpart.rounds.mail_log_branch import MailLogBranch

_ORDER = (State.SENT, State.CLAIMED, State.LATER, State.AGAIN, State.UNKNOWN, State.REFUSED, State.BOUNCED)
_WORDS = {
    State.SENT: "sent",
    State.CLAIMED: "claimed, without a result",
    State.LATER: "to be tried again",
    State.AGAIN: "to be sent again, as a coordinator said",
    State.UNKNOWN: "unknown: it may have left",
    State.REFUSED: "refused by the mail server",
    State.BOUNCED: "came back",
}


#: What a coordinator may say of a mail -> what is answered.
_SETTLED = {"sent": "was sent", "again": "may be sent again", "bounced": "came back"}


@click.command()
@click.argument("round_id", type=ROUND, metavar="ROUND")
@click.option(
    "--settle",
    "settled",
    nargs=2,
    metavar="MAIL sent|again|bounced",
    help="Say that a mail left, that it may go again, or that it came back.",
)
@click.option(
    "--bounces",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A mail that says that one could not be delivered, saved as a file. May be given again and again.",
)
@click.option("--as", "name", metavar="NAME", help="Your code, such as coordinator-1; no name.")
@click.option("--restore", is_flag=True, help="Put the log together again after its branch was replaced or lost.")
@click.pass_obj
def command(
    context: Context,
    round_id: RoundId,
    settled: tuple[str, str] | None,
    files: tuple[Path, ...],
    name: str | None,
    restore: bool,
) -> int:
    """Say which mails of a round went, and which need a coordinator.

    The ledger has no address: mails are known by their kind and the id of the person. It lies on the branch
    ledger/ROUND, which travels with the repository. A branch that lost what this copy knows is refused.
    """
    repository = context.repository()
    if (settled or files) and name is None:
        raise UsageError("Say who says so: --as coordinator-1.")
    if restore:
        _restore(MailLogBranch(Git(repository.root), round_id))
    if settled is not None:
        _settle(repository, round_id, settled, coordinator(name or ""))
    if files:
        _show_returned(
            round_id, bounces(repository, round_id, files, by=coordinator(name or ""), now=datetime.now(UTC))
        )
    _show(context, round_id)
    return 0


def _restore(branch: MailLogBranch) -> None:
    again = "again, and was pushed to origin." if branch.shared else "again."
    restored = branch.restore()
    say(f"The log of e-mails is whole{f' {again}' if restored else '; nothing was changed.'}")


def _settle(repository: Repository, round_id: RoundId, settled: tuple[str, str], by: str) -> None:
    key, answer = settled
    if answer not in _SETTLED:
        raise UsageError(
            "A mail is settled as 'sent', as 'bounced' where it came back, or as 'again' where it may go once "
            "more."
        )
    settle(repository, round_id, key, State(answer), by=by, now=datetime.now(UTC))
    say(f"Noted: {key} {_SETTLED[answer]}.")


def _show_returned(round_id: RoundId, found: Returned) -> None:
    """Say what was noted, and what a person must look at; what stands in the files is not shown."""
    say(f"{counted(len(found.noted), 'mail that came back is', 'mails that came back are')} noted.")
    if found.before:
        say(f"{counted(len(found.before), 'other was', 'others were')} noted before.")
    if found.late:
        say(f"{counted(len(found.late), 'mail is', 'mails are')} only late: the servers still try.")
    for key in found.perhaps:
        say(f"A file may say that {key} came back, but it is no report that a machine can read. If it does:")
        say(f"counterpart ledger {round_id} --settle {key} bounced --as NAME", "    ")
    if found.other:
        say(
            f"{counted(found.other, 'mail in the files does', 'mails in the files do')} not say, so that a "
            "machine could read it, that a mail of this round came back. If you read so, note it with the kind of "
            "the mail, the person's id and its number:"
        )
        say(f"counterpart ledger {round_id} --settle introduction/7GQ2MK4XHN/1 bounced --as NAME", "    ")


def _show(context: Context, round_id: RoundId) -> None:
    ledger = MailLogBranch(Git(context.repository().root), round_id).read()
    if not ledger:
        say(f"No mail of round {round_id} has been sent yet.")
        return
    heading(f"Mails of round {round_id}")
    counts = Counter((line.mail.kind, line.state) for line in ledger.values())
    for (kind, state), number in sorted(counts.items(), key=lambda item: (item[0][0], _ORDER.index(item[0][1]))):
        say(f"{number:>6,}  {kind:<14} {_WORDS[state]}")
    for state in (State.UNKNOWN, State.CLAIMED, State.REFUSED, State.BOUNCED, State.LATER):
        lines = [line for _, line in sorted(ledger.items()) if line.state is state]
        if lines:
            heading(_WORDS[state].capitalize())
            for line in lines:
                code = f", the server's answer: {line.code}" if line.code else ""
                say(f"{line.key}  (by {line.by} at {line.at}{code})", "  ")
