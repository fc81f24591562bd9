"""The mails of a day within a round, from the calendar and from what people answered."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime

from counterpart.files.repository import Repository
from counterpart.mail.due import Due
from counterpart.mail.due_in_season import SURVEYS, Readers, near, on_the_way
from counterpart.model import Status, partners_in
from counterpart.programme.load import discussions_of
from counterpart.programme.public import Discussion
from counterpart.rounds.answer import About
from counterpart.rounds.contact import contact_at
from counterpart.rounds.contact_report import introduced, said, settings_of, standing, stopped, words
from counterpart.rounds.load import Loaded
from counterpart.rounds.mail_log import Ledger
from counterpart.rounds.partnerships import left
from counterpart.world.zones import zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """What is due, and who is whose partner now."""

    due: tuple[Due, ...]
    partners: dict[str, tuple[str, ...]]
    recorded: frozenset[str]  # who wrote something for the statement
    discussions: dict[int, Discussion]  # those that are near, by the numbers of their mails


def season(repository: Repository, loaded: Loaded, ledger: Ledger, key: str | None, now: datetime) -> Season:
    """What is due in a round at the moment *now*, after its introductions have begun."""
    round = settings_of(loaded)
    given = said(repository, loaded, key).answers
    today = now.astimezone(zone(round.zone)).date()
    together = standing(loaded, ledger)
    moments = introduced(ledger)
    soon = near(discussions_of(repository, round), now)
    partners = partners_in(each.people for each in together)
    due = on_the_way(
        round,
        today,
        _readers(loaded, partners.keys(), {id for id, _ in moments}),
        contact_at(together, moments, words(given), now, today),
        stopped(given),
        {name: {each.id for each in given if each.about == name} for name in (*SURVEYS, "statement")},
        sorted(soon),
    )
    recorded = frozenset(each.id for each in given if each.about is About.STATEMENT)
    return Season(due=due, partners=partners, recorded=recorded, discussions=soon)


def _readers(loaded: Loaded, partnered: Set[str], introduced: Set[str]) -> Readers:
    """Those who have not left, by what they can be written to about."""
    here = {person.id for person in loaded.applicants} - left(loaded.decisions, loaded.latest + 1)
    roll = loaded.roll.people if loaded.roll else {}
    by_status = {
        status: {id for id in here & roll.keys() if roll[id].status is status}
        for status in (Status.ADMITTED, Status.WAITING)
    }
    return Readers(
        taking_part=partnered | by_status[Status.ADMITTED],
        partnered=partnered,
        met=introduced & here,
        waiting=by_status[Status.WAITING] - partnered,
    )
