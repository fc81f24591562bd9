"""``counterpart open``."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from counterpart.cli.context import Context
from counterpart.rounds.answer import Answer
from counterpart.rounds.open_sealed import Opened, open_application

_LABELS = {
    "name": "name",
    "email": "e-mail",
    "member_number": "member number",
    "employer": "employer",
    "about_me": "about me",
    "partner_may_see": "a partner sees",
}
# These join letters of many scripts; everything else that does not print is shown as a code.
_JOINERS = "\u200c\u200d"


@click.command()
@click.argument("id")
@click.option("--key", metavar="FILE", help="The key's file; 'demo' for the keys of made-up rounds.")
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", help="How to show it.")
@click.pass_obj
def command(context: Context, id: str, key: str | None, shape: str) -> int:
    """Show who applied and what was said: open the sealed part of the application ID, and its answers.

    Needs a private key of the round: the one that 'counterpart keys new' keeps for you, or the file of --key.
    Refuses a sealed part that was made for another application. Nothing is written anywhere.
    """
    opened = open_application(context.repository(), id, key)
    if shape == "json":
        click.echo(json.dumps(opened.words, ensure_ascii=True, indent=2))
    else:
        click.echo(_text(id, opened), nl=False)
    return 0


def _text(id: str, opened: Opened) -> str:
    form = "" if opened.form == 1 else f", as corrected (form {opened.form})"
    lines = [f"{id} of round {opened.round}{form}{', withdrawn' if opened.withdrawn else ''}"]
    for key, label in _LABELS.items():
        value = opened.words.get(key)
        if isinstance(value, list):
            value = ", ".join(_LABELS[each] for each in value)
        if value is not None:
            first, *rest = str(value).split("\n")
            lines.append(f"  {label:<14}  {plain(first)}")
            lines += [f"  {'':<14}  {plain(line)}" for line in rest]
    if opened.said:
        lines += ["", "What was said"]
        lines += [line for each in opened.said for line in _answer(each)]
    return "\n".join(lines) + "\n"


def _answer(answer: Answer) -> Iterator[str]:
    """What one answer says, without what only a report counts."""
    until = f" until {answer.until}" if answer.until else ""
    by = f" (written down by {answer.by})" if answer.by else ""
    yield f"  {answer.received:%Y-%m-%d}  {answer.said or answer.about}{until}{by}"
    for text in (*answer.texts, answer.reflection or ""):
        yield from (f"  {'':<10}  {plain(line)}" for line in text.splitlines())


def plain(text: str) -> str:
    """What a terminal shows and does not obey."""
    return "".join(c if c.isprintable() or c in _JOINERS else ascii(c)[1:-1] for c in text)
