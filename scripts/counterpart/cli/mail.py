"""``counterpart mail``: the e-mails of a round; and what is shown of e-mails that are sent."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from counterpart.cli.answer import heading, refuse, say, some
from counterpart.cli.context import ROUND, Context, clear, reporter
from counterpart.cli.findings import counted
from counterpart.cli.keys import coordinator
from counterpart.cli.moment import moment, pretend_now
from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.mail.allowance import Allowance, Limit, file_of
from counterpart.mail.deliver import Delivered
from counterpart.mail.kinds import told
from counterpart.mail.send import Sender, Written, write
from counterpart.mail.smtp import Pause, Post, Settings, read_settings, settings_file
from counterpart.model import RoundId
from counterpart.rounds.mail_log import Line, State
from counterpart.rounds.send_journal import folder

#: How long to wait for what a server would not take yet, and how often while nothing is taken at all.
_LATER = Pause(wait=timedelta(minutes=15))
_PATIENCE = 4

_options: tuple[Callable[..., Any], ...] = (
    click.argument("round_id", type=ROUND, metavar="ROUND"),
    click.option("--as", "name", metavar="NAME", help="Your code, such as coordinator-1; no name."),
    click.option("--key", metavar="FILE", help="Your key's file; 'demo' for made-up rounds."),
    click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing."),
    click.option(
        "--until-done", is_flag=True, help="Where the mail server takes no more for now, wait and go on."
    ),
    pretend_now,
)


def with_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of every command that sends e-mails."""
    for option in reversed(_options):
        command = option(command)
    return command


@click.command()
@with_options
@click.pass_obj
def command(
    context: Context,
    round_id: RoundId,
    name: str | None,
    key: str | None,
    dry_run: bool,
    until_done: bool,
    pretend_now: str | None,
) -> int:
    """Write what is due beside the introductions: that an application arrived, and what became of it.

    Before there is a roll, everybody who applied hears that the application arrived. Afterwards everybody hears
    whether they take part, wait, or do not take part, and why. After the introductions, who leaves is thanked, and
    who is left hears that we look for a new partner; every fortnight people get the guide, silent partners a
    question, everybody the surveys and a word at the end. Run it once or twice a week. Nobody gets the same mail
    twice, and what was missed is not sent late.
    """
    return run(write, context, round_id, name, key, dry_run, until_done, pretend_now)


def run(
    recipe: Callable[..., Written],
    context: Context,
    round_id: RoundId,
    name: str | None,
    key: str | None,
    dry_run: bool,
    until_done: bool,
    pretended: str | None,
    handed_over: bool = False,
) -> int:
    """Run what sends e-mails, and show what was sent, what is left and what is in doubt."""
    repository = context.repository()
    sender = _sender(repository, name, dry_run, _clock(repository, round_id, pretended))
    sender = replace(sender, handed_over=handed_over)

    def once() -> Written:
        try:
            return recipe(repository, round_id, key, sender, reporter())
        finally:
            clear()

    done = _until_done(once, sender) if until_done and not dry_run else once()
    if done.findings:
        return refuse(done.findings, "Nothing was sent.")
    if done.refusals:
        for refusal in done.refusals:
            say(refusal)
        say("Nothing was sent.")
        return 1
    return _show(round_id, done, sender, dry_run)


def _until_done(once: Callable[[], Written], sender: Sender) -> Written:
    """Run again after each pause until everything has gone, or nothing went for some time; the last result."""
    in_vain = 0
    while True:
        done = once()
        delivered = done.delivered
        if delivered is None:
            return done
        in_vain = 0 if delivered.sent else in_vain + 1
        pause = delivered.pause or (_LATER if delivered.left else None)
        if pause is None or in_vain > _PATIENCE:
            return done
        sent = counted(delivered.sent, "mail", "mails")
        say(
            f"Sent {sent} now. {_reason(pause)} It goes on at {_end(pause, sender)}; stop it, and nothing is lost."
        )
        sender.sleep(pause.wait.total_seconds())


def _reason(pause: Pause) -> str:
    """Why no more mails are sent for now."""
    if pause.limit:
        return f"The settings of mail allow no more for now (`{pause.limit}`)."
    if pause.people > 1 and pause.reply:
        return (
            f"The mail server said the same for {pause.people} people in a row ({pause.reply}), so it means your "
            "account or your mails, and not the people."
        )
    if pause.people > 1:
        return f"After {pause.people} mails in a row of which nobody knows whether they left, no more were sent."
    if pause.reply:
        return f"The mail server takes no more mails from your account for now (its answer: {pause.reply})."
    return "The mail server would not take some of the mails yet."


def _end(pause: Pause, sender: Sender) -> str:
    """When a pause is over, by this machine's clock."""
    now = sender.now().astimezone()
    end = now + pause.wait + timedelta(seconds=59)
    return f"{end:%H:%M}" if end.date() == now.date() else f"{end:%H:%M} on {end:%A}"


def _sender(repository: Repository, name: str | None, dry_run: bool, now: Callable[[], datetime]) -> Sender:
    if dry_run:
        return Sender(by="nobody", post=None, settings=None, now=now, sleep=time.sleep)
    if name is None:
        raise UsageError("Say who sends: --as coordinator-1. To see what would be sent, add --dry-run.")
    settings = read_settings(settings_file(), repository.root)
    post = Post(settings, time.monotonic, time.sleep, allowance=_allowance(settings))
    return Sender(by=coordinator(name), post=post, settings=settings, now=now, sleep=time.sleep)


def _allowance(settings: Settings) -> Allowance | None:
    """What the settings let the account send in an hour and a day; None where they set no limit."""
    rates = {"per_hour": (settings.per_hour, 1), "per_day": (settings.per_day, 24)}
    limits = tuple(Limit.of(name, rate, hours) for name, (rate, hours) in rates.items() if rate is not None)
    if not limits:
        return None
    path = file_of(folder(), settings.host, settings.user or settings.address)
    return Allowance(path, limits, lambda: datetime.now(UTC))


def _clock(repository: Repository, round_id: RoundId, pretended: str | None) -> Callable[[], datetime]:
    if pretended is None:
        return lambda: datetime.now(UTC)
    then = moment(repository, round_id, pretended)
    return lambda: then


def _show(round_id: RoundId, done: Written, sender: Sender, dry_run: bool) -> int:
    delivered = done.delivered
    assert delivered is not None and done.due is not None
    if done.proof:
        say(done.proof)
        click.echo()
    total = sum(done.due.values())
    if not total:
        say("No mail is due.")
        return 0
    say(_counts(delivered, total, dry_run))
    if done.new:
        heading("Due")
        for kind, number in done.new.items():
            say(told(kind, number), "  ")
    trouble = _show_trouble(round_id, done, delivered)
    left = 0 if dry_run else delivered.left
    if delivered.unwritten if dry_run else trouble or left:
        _show_next(round_id, delivered, sender, dry_run)
    return int(trouble or left > 0)


def _counts(delivered: Delivered, total: int, dry_run: bool) -> str:
    gone = len(delivered.states.get(State.SENT, ()))
    if dry_run:
        return (
            f"{counted(total, 'mail is', 'mails are')} due; {gone:,} of them went already. Nothing was sent now."
        )
    return f"Sent {counted(delivered.sent, 'mail', 'mails')} now; {gone:,} of {total:,} that are due have gone."


def show_unwritten(unwritten: Mapping[str, str]) -> None:
    """List the mails that cannot be composed, each with the reason."""
    heading(f"{counted(len(unwritten), 'e-mail', 'e-mails')} that cannot be written")
    for key, why in list(unwritten.items())[:20]:
        say(f"{key} ({why})", "  ")
    if len(unwritten) > 20:
        say(f"and {len(unwritten) - 20:,} more", "  ")


def advise_unwritten(unwritten: Mapping[str, str]) -> None:
    """Say what to do about them."""
    if not unwritten:
        return
    say(
        "Nothing of these was sent, and everybody else's e-mails go. Where it is the address, look up who it is "
        "with 'counterpart open ID' and find another way to reach them; a correction with another address is "
        "enough.",
        "  ",
    )
    if any(why.startswith("an unexpected") for why in unwritten.values()):
        say("An unexpected error is a fault in Counterpart: please report it, with the word behind it.", "  ")


#: The states of mails that a coordinator must know about, and what is said of each.
_TROUBLE = {
    State.UNKNOWN: "may have left, and nobody can know",
    State.REFUSED: "the mail server refuses for good",
    State.BOUNCED: "came back",
    State.CLAIMED: "were claimed and have no result yet",
    State.LATER: "the mail server would not take yet",
}


def _show_trouble(round_id: RoundId, done: Written, delivered: Delivered) -> bool:
    """Show whom an e-mail did not reach or may not have reached; whether there is anybody."""
    troubled = [(state, lines) for state in _TROUBLE if (lines := _in_trouble(delivered, state))]
    for state, lines in troubled:
        _show_lines(round_id, state, lines)
    if done.partner_left:
        heading("People whose partner left before they heard of each other")
        say(some(done.partner_left), "  ")
        say("They are not written to here: they need another partner.", "  ")
    if done.unopened:
        heading("People nobody can write to, as their sealed part does not open")
        say(some(done.unopened), "  ")
    if delivered.unwritten:
        show_unwritten(delivered.unwritten)
    return any((troubled, done.partner_left, done.unopened, delivered.unwritten))


def _in_trouble(delivered: Delivered, state: State) -> tuple[Line, ...]:
    """The mails in a state, without those that only wait for the end of a pause."""
    lines = delivered.states.get(state, ())
    return (
        lines
        if delivered.pause is None
        else tuple(line for line in lines if state is not State.LATER or line.put_off)
    )


def _show_lines(round_id: RoundId, state: State, lines: Sequence[Line]) -> None:
    heading(f"{counted(len(lines), 'mail', 'mails')} that {_TROUBLE[state]}")
    for line in lines[:20]:
        code = f" (the server's answer: {line.code})" if line.code else ""
        by = f", claimed by {line.by} at {line.at}" if state is State.CLAIMED else ""
        say(f"{line.key}{code}{by}", "  ")
    if len(lines) > 20:
        say(f"and {len(lines) - 20:,} more: counterpart ledger {round_id}", "  ")


def _show_next(round_id: RoundId, delivered: Delivered, sender: Sender, dry_run: bool) -> None:
    """Say what to do about e-mails that were not written, and after a real run about the others."""
    heading("Next")
    advise_unwritten(delivered.unwritten)
    if dry_run:
        return
    if unknown := delivered.states.get(State.UNKNOWN):
        say("Look in the mailbox's folder of sent mails, then for each of them one of these lines:", "  ")
        for answer in ("sent", "again"):
            say(f"counterpart ledger {round_id} --settle {unknown[0].key} {answer} --as NAME", "    ")
    if delivered.left:
        say(f"{counted(delivered.left, 'mail was', 'mails were')} not sent yet. {_when(delivered, sender)}", "  ")
    if delivered.states.get(State.REFUSED) or delivered.states.get(State.BOUNCED):
        say("Look up who it is with 'counterpart open ID', and find another way to reach them.", "  ")


def _when(delivered: Delivered, sender: Sender) -> str:
    """When the same command may be run again."""
    if delivered.pause is None:
        return "Run the same command again."
    return (
        f"{_reason(delivered.pause)} Run the same command again after {_end(delivered.pause, sender)}; with "
        "--until-done it waits by itself."
    )
