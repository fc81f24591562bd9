"""``counterpart keys``."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import click

from counterpart.cli.answer import say
from counterpart.cli.context import ROUND, Context, clear, reporter
from counterpart.cli.findings import counted
from counterpart.files.progress import counting
from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.model import RoundId
from counterpart.rounds.check_settings import checksum_holds
from counterpart.rounds.keys import add_key, destroy_key, key_to_destroy, listed_keys, new_key
from counterpart.sealing import keyring

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@click.group()
def command() -> None:
    """Make, add, list and destroy the keys that open a round's applications.

    Names and addresses are sealed to the round's recipients: the public halves of the coordinators' keys. The
    private halves stay on the coordinators' machines, never in a repository. At least two people need one.
    """


_as = click.option("--as", "name", required=True, metavar="NAME", help="A code such as coordinator-1; no name.")


@command.command()
@click.argument("round_id", type=ROUND, metavar="ROUND")
@_as
@click.pass_obj
def new(context: Context, round_id: RoundId, name: str) -> int:
    """Make a key for yourself, before applications open."""
    repository = _repository(context, name)
    made = new_key(repository, round_id, name, date.today())
    say(f"Made the key of {name}. Its private half is in this file, and nowhere else:")
    say(str(made.file), "  ")
    say("Keep a copy in a second safe place that only you can open. Give it to nobody.", "  ")
    say(f"Its public half stands in the round's files now: {made.recipient}")
    if made.recipients < 2:
        say("One more coordinator must make a key before applications open: else one lost key loses the round.")
    return 0


@command.command()
@click.argument("round_id", type=ROUND, metavar="ROUND")
@click.argument("recipient", metavar="PUBLIC-KEY")
@_as
@click.option("--key", metavar="FILE", help="Your own key's file; 'demo' for made-up rounds.")
@click.pass_obj
def add(context: Context, round_id: RoundId, recipient: str, name: str, key: str | None) -> int:
    """Let another coordinator open the round's applications: seal all of them again."""
    repository = _repository(context, name)
    if not re.fullmatch("age1[02-9ac-hj-np-z]{58}", recipient) or not checksum_holds(recipient):
        raise UsageError("This is not an age public key, or a letter of it is wrong: it is 'age1' and 58 more.")
    try:
        step = counting(reporter(), "applications sealed again")
        number = add_key(repository, round_id, recipient, name, date.today(), key, step)
    finally:
        clear()
    say(f"Sealed {counted(number, 'file', 'files')} again; {name} can open them now. Commit the change.")
    say("Publish the application page anew, so that the next applications are sealed to this key, too.")
    return 0


@command.command(name="list")
@click.argument("round_id", type=ROUND, metavar="ROUND")
@click.pass_obj
def show(context: Context, round_id: RoundId) -> int:
    """Say who holds which key."""
    repository = context.repository()
    lines = listed_keys(repository, round_id)
    for line in lines:
        ended = f", destroyed {line['destroyed']}" if "destroyed" in line else ""
        by = f"{line['by']}, made {line['made']}{ended}" if "by" in line else "not in the register"
        click.echo(f"  {line['recipient']}  {by}")
    say(f"{counted(len(lines), 'key', 'keys')} of round {round_id}.")
    return 0


@command.command()
@click.argument("round_id", type=ROUND, metavar="ROUND")
@_as
@click.option("--key", metavar="FILE", help="The key's file, if it is not in its usual place.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def destroy(context: Context, round_id: RoundId, name: str, key: str | None, yes: bool) -> int:
    """Destroy your private key on this machine, and write down that you did."""
    repository = _repository(context, name)
    path = Path(key) if key else keyring.place(round_id, name)
    key_to_destroy(repository, round_id, name, path)
    if not yes:
        say(f"After this, '{path}' opens nothing any more. This cannot be undone.")
        if click.prompt(f"Type {round_id} to go on", default="", show_default=False) != round_id:
            raise UsageError("Nothing was destroyed.")
    recipient = destroy_key(repository, round_id, name, path, date.today())
    say(f"Destroyed the private half of {recipient} on this machine, and wrote it into the register.")
    say("Copies in other places, and what backups and disks keep, are for you to destroy.")
    return 0


def _repository(context: Context, name: str) -> Repository:
    coordinator(name)
    return context.repository()


def coordinator(name: str) -> str:
    """*name* if it is a code by which coordinators go; a usage error if not."""
    if not _NAME.fullmatch(name) or len(name) > 60:
        raise UsageError("--as must be a code of small letters, digits and hyphens, such as coordinator-1.")
    return name
