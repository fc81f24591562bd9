"""``counterpart explain``."""

from __future__ import annotations

import click

from counterpart.cli.answer import heading, refuse, say
from counterpart.cli.context import ROUND, Context, clear, reporter
from counterpart.cli.findings import counted
from counterpart.model import RoundId
from counterpart.pairing.explain import NAMES, Side
from counterpart.pairing.explain_pair import Answer, RuleAnswer, explain
from counterpart.pairing.inputs import BECAUSE
from counterpart.pairing.what_if import Change, said


@click.command()
@click.argument("round_id", type=ROUND, metavar="ROUND")
@click.argument("person", metavar="A")
@click.argument("other", metavar="[B]", required=False)
@click.option(
    "--number", type=click.IntRange(min=1), metavar="N", help="Which pairing; the latest with them if not given."
)
@click.pass_obj
def command(context: Context, round_id: RoundId, person: str, other: str | None, number: int | None) -> int:
    """Say why two people are paired, or why not.

    With A alone: A's partner and the points from each side; or why A is unpaired, which rule stands in the way,
    and what it would cost others. With A and B: why they are paired, or else the rule that bars them, or the
    exact price of pairing them and who else would move.
    """
    people = tuple(id.upper() for id in (person, other) if id is not None)
    try:
        answer = explain(context.repository(), round_id, people, number=number, report=reporter())
    finally:
        clear()
    if answer.findings:
        return refuse(answer.findings, "Nothing was explained.")
    if answer.fresh:
        say("There is no proposal for these applications yet; this is about the best one there is.")
    if answer.unpaired is not None:
        _unpaired(round_id, answer)
    elif len(people) == 1:
        partners = " and ".join(answer.partners)
        possible = counted(answer.possible, "partner", "partners")
        say(f"{people[0]} is paired with {partners}. The rules allow {possible} in this round.")
        _sides(answer.sides)
    else:
        _two(people[0], people[1], answer)
    return 0


def _two(one: str, two: str, answer: Answer) -> None:
    if answer.together:
        say(f"{one} and {two} are paired.")
    elif answer.barred:
        say(f"{one} and {two} cannot be paired. {' '.join(answer.barred)}")
    else:
        say(f"{one} and {two} are not paired, though no rule forbids it.")
    _sides(answer.sides)
    if answer.instead:
        heading(f"If {one} and {two} were paired")
        _change(answer.instead)


def _sides(sides: tuple[Side, ...]) -> None:
    for me in sides:
        heading(f"As {me.id} sees it: {me.total} points")
        for criterion, name in NAMES.items():
            click.echo(f"  {name:<13}{me.points[criterion]:>4}  {me.words[criterion]}")


def _unpaired(round_id: RoundId, answer: Answer) -> None:
    person = answer.people[0]
    say(f"{person} is unpaired: {BECAUSE.get(answer.unpaired or '', answer.unpaired or '')}.")
    say(f"The rules allow {counted(answer.possible, 'partner', 'partners')} for {person} in this round.")
    if answer.favoured is not None and answer.favoured.placed:
        heading(f"If {person} were paired first")
        _change(answer.favoured)
    for rule in answer.rules:
        _rule(person, rule)
    if not answer.rules and not answer.possible:
        say("No single rule stands in the way: leaving one out would not be enough.")
    if answer.possible:
        say(f"To change the pairs, write a pin into rounds/{round_id}/decisions.yaml and match again.")
    else:
        say(f"A pin cannot break a rule. Ask {person} about a later round, or recruit somebody who fits.")


def _rule(person: str, rule: RuleAnswer) -> None:
    heading(f"If the rule '{rule.rule}' did not apply to {person}")
    say(f"{counted(rule.partners, 'partner', 'partners')} would be possible.", "  ")
    if rule.change is not None:
        _change(rule.change)


def _change(change: Change) -> None:
    for sentence in said(change):
        say(sentence, "  ")
    for label, ids in (("newly paired", change.placed), ("left without a partner", change.left)):
        if ids:
            say(f"{label}: {', '.join(ids)}", "  ", "    ")
    if change.lost or change.made:
        say(f"{counted(len(change.lost), 'pair', 'pairs')} undone, {len(change.made):,} new:", "  ")
    for label, pairs in (("undone", change.lost), ("new", change.made)):
        for pair in pairs[:12]:
            click.echo(f"    {label:<7} {' '.join(pair)}")
        if len(pairs) > 12:
            click.echo(f"    {label:<7} and {len(pairs) - 12:,} more")
