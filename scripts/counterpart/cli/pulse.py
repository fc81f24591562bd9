"""``counterpart links`` and ``counterpart pulse``: personal links, and how partnerships go."""

from __future__ import annotations

from collections.abc import Sequence

import click

from counterpart.cli.answer import heading, say
from counterpart.cli.context import ROUND, Context
from counterpart.cli.findings import counted
from counterpart.cli.keys import coordinator
from counterpart.cli.moment import moment, pretend_now
from counterpart.findings import UsageError
from counterpart.mail.link_key import make_links
from counterpart.model import RoundId
from counterpart.rounds.answer import Said
from counterpart.rounds.calendar import long_date
from counterpart.rounds.contact import FIRST, SECOND, Silent
from counterpart.rounds.contact_report import Taken, note, take_pulse

#: What somebody in a silent partnership may have said last.
_SAID = {"nothing-yet": "nothing yet", "talked": "we have talked"}


@click.command()
@click.argument("round_id", type=ROUND, metavar="ROUND")
@click.pass_obj
def links(context: Context, round_id: RoundId) -> int:
    """Make the key with which personal links of a round are signed.

    With such a link in a mail, people answer without an account: that they have talked, that they need a new
    partner, that they are away. Do it before the introductions. The private half is sealed to the coordinators.
    """
    if make_links(context.repository(), round_id):
        say(f"Wrote rounds/{round_id}/links.yaml. Commit it before the introductions: their mails hold the links.")
    else:
        say(f"Round {round_id} has its link key already; nothing was written.")
    return 0


@click.command()
@click.argument("round_id", type=ROUND, metavar="ROUND")
@click.option("--key", metavar="FILE", help="Your key's file; 'demo' for made-up rounds.")
@click.option("--note", "said", nargs=2, metavar="ID WORD", help=f"Write down for a person: {', '.join(Said)}.")
@click.option("--until", metavar="DAY", help="With 'away': the last day, such as 2027-04-12.")
@click.option("--words", metavar="TEXT", help="Words for the other coordinators; they are sealed.")
@click.option("--as", "name", metavar="NAME", help="Your code, such as coordinator-1; no name.")
@pretend_now
@click.pass_obj
def pulse(
    context: Context,
    round_id: RoundId,
    key: str | None,
    said: tuple[str, str] | None,
    until: str | None,
    words: str | None,
    name: str | None,
    pretend_now: str | None,
) -> int:
    """Say how the partnerships of a round go: who is silent, who asked for something, who is away.

    Opens what people answered with their personal links. With --note it writes down one line for a person who
    told you by mail or by telephone; that needs no key.
    """
    repository = context.repository()
    now = moment(repository, round_id, pretend_now)
    if said is None:
        _show(round_id, take_pulse(repository, round_id, key, now))
        return 0
    id, word = said
    if word not in list(Said):
        raise UsageError(f"A word is one of {', '.join(Said)}.")
    if (word == "away") != (until is not None):
        raise UsageError("Say until when with 'away', and only then: --until 2027-04-12.")
    if name is None:
        raise UsageError("Say who writes it down: --as coordinator-1.")
    data = (
        {"about": "pulse", "said": word}
        | ({"until": until} if until else {})
        | ({"words": words} if words else {})
    )
    path = note(repository, round_id, id, data, by=coordinator(name), now=now)
    say(f"Wrote {path}. Commit it.")
    return 0


def _show(round_id: RoundId, taken: Taken) -> None:
    p = taken.pulse
    apart = p.partnerships - p.in_contact - len(p.silent) - p.fresh
    parts = [
        f"{p.in_contact:,} in contact",
        f"{len(p.silent):,} silent for a week or more",
        *([f"{apart:,} with somebody who is away, asks or leaves"] if apart else []),
        f"{p.fresh:,} too new to say",
    ]
    say(
        f"{counted(p.partnerships, 'partnership', 'partnerships')} of round {round_id}: {', '.join(parts)}. "
        f"{counted(taken.answers, 'answer', 'answers')} so far."
    )
    if taken.shut:
        say(f"{counted(len(taken.shut), 'answer does', 'answers do')} not open, such as {taken.shut[0]}.")
    _people(
        "They asked for a new partner", p.asked, f"counterpart end {round_id} {{}} --reason asked --new-partner"
    )
    _people("They cannot go on", p.leaving, f"counterpart end {round_id} {{}} --reason withdrew")
    _silent(f"Silent for {SECOND} days or more", p.after(SECOND))
    _silent(f"Silent for {FIRST} days or more", [each for each in p.silent if each.days < SECOND])
    if p.silent:
        say("A mail reminds them once after 7 and once after 14 days:", "  ")
        say(f"counterpart mail {round_id} --as NAME", "    ")
    mute = [[id for id in each.people if id not in each.heard] for each in p.after(SECOND)]
    if ids := next(filter(None, mute), None):
        say("Who has said nothing after that leaves, and the other gets a new partner. For the first:", "  ")
        say(f"counterpart end {round_id} {' '.join(ids)} --reason silent --as NAME", "    ")
    if p.away:
        heading("Away, and left in peace")
        for id, day in p.away.items():
            say(f"{id} until {long_date(day)}", "  ")


def _people(title: str, ids: Sequence[str], command: str) -> None:
    if ids:
        heading(title)
        for id in ids:
            say(id, "  ")
        say(command.format(ids[0]) + " --as NAME", "    ")


def _silent(title: str, silent: Sequence[Silent]) -> None:
    if silent:
        heading(title)
        for each in silent:
            words = [f"{id} said: {_SAID.get(word, word)}" for id, word in each.said.items()]
            told = f": {', '.join(words)}" if words else ""
            say(f"{' and '.join(each.people)}, {each.days} days{told}", "  ", "    ")
