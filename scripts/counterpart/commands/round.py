"""A round's settings: a new round made from an old one, and a date moved with all that follows it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from counterpart.core.calendar import moved, shifted
from counterpart.core.check_round import check_round
from counterpart.edges import build, schema, yaml
from counterpart.edges.demonstration_keys import DEMONSTRATION_RECIPIENTS
from counterpart.edges.repository import Repository
from counterpart.edges.settings_text import Steps, with_values, without_key
from counterpart.edges.world import world
from counterpart.edges.yaml import Document
from counterpart.finding import Finding, UsageError
from counterpart.model import Event, Round

_HALF_A_YEAR = timedelta(weeks=26)
_ORDINALS = {"1": "First", "2": "Second", "3": "Third", "4": "Fourth"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The settings as they are now: the calendar before and after, and what ``check`` says of them."""

    before: tuple[Event, ...]
    after: tuple[Event, ...]
    findings: tuple[Finding, ...]
    title: str
    copied: int = 0  # templates of mails
    sample: bool = False


def new_round(repository: Repository, new: str, old: str, starts: date | None, *, dry_run: bool) -> Settled:
    """Write the settings of a round *new*: those of *old*, with every date moved by as many days.

    The first event falls on *starts*; without it, 26 weeks later, on the same day of the week. What must be
    another in each round is emptied, so that ``check`` asks for it: the draw, and the recipients.
    """
    if not repository.is_round_id(new):
        raise UsageError("A round is named by its year and number, such as '2027-2'.")
    entry = repository.round_file(new)
    if new in repository.rounds()[0]:
        raise UsageError(f"Round {new} is there already, and stays as it is.")
    document, round = _settings(repository, old)
    days = ((starts or round.calendar[0].date + _HALF_A_YEAR) - round.calendar[0].date).days
    if days <= 0:
        raise UsageError(f"The new round must begin after {round.calendar[0].date}, when round {old} began.")
    after = shifted(round.calendar, days)
    title = _title(round.title, old, new)
    values: dict[Steps, str] = {("round",): new, ("title",): title, ("draw",): " "}
    text = with_values(document, values | _dates(after))
    emptied: tuple[tuple[str, list[str] | None], ...] = (("closed", None), ("recipients", []))
    for key, instead in emptied:
        now = _again(text, entry.path)
        if key in now.data and not (key == "recipients" and round.sample):
            text = without_key(now, key, instead)
    files = {entry.path: text.encode("utf-8")}
    folder = entry.path.rpartition("/")[0]
    templates = repository.templates(old)
    files |= {f"{folder}/mails/{name}": content for name, content in templates.items()}
    if not dry_run:
        repository.write_all(files)
    return _settled(round, text, entry.path, copied=len(templates))


def move(repository: Repository, round_id: str, event: str, to: date, *, only: bool, dry_run: bool) -> Settled:
    """Move the first *event* of a round to the day *to*, and with it, unless *only*, all that comes after."""
    document, round = _settings(repository, round_id)
    try:
        after = moved(round.calendar, event, to, only=only)
    except KeyError:
        names = ", ".join(dict.fromkeys(each.event for each in round.calendar))
        raise UsageError(f"The calendar has no event '{event}'. It has: {names}.") from None
    text = with_values(document, _dates(after))
    if not dry_run and text != document.text:
        repository.write_all({document.path: text.encode("utf-8")})
    return _settled(round, text, document.path)


def _settings(repository: Repository, round_id: str) -> tuple[Document, Round]:
    entry = repository.round_file(round_id)
    content = repository.read(entry) if repository.is_round_id(round_id) else None
    document = yaml.read(content, entry.path) if isinstance(content, bytes) else None
    if not isinstance(document, Document) or schema.check(document, "round"):
        raise UsageError(f"The settings of round '{round_id}' cannot be read; 'counterpart check' says why.")
    return document, build.round_(document.data)


def _again(text: str, path: str) -> Document:
    document = yaml.read(text.encode("utf-8"), path)
    assert isinstance(document, Document)  # it was compared before
    return document


def _dates(calendar: Sequence[Event]) -> dict[Steps, str]:
    return {("calendar", i, "date"): event.date.isoformat() for i, event in enumerate(calendar)}


def _title(title: str, old: str, new: str) -> str:
    """The title with year and ordinal of the new round, where it has those of the old one."""
    (old_year, old_number), (new_year, new_number) = old.split("-"), new.split("-")
    title = re.sub(rf"\b{old_year}\b", new_year, title)
    one, other = _ORDINALS.get(old_number), _ORDINALS.get(new_number)
    if one and other:
        title = re.sub(rf"\b{one}\b", other, title)
        title = re.sub(rf"\b{one.lower()}\b", other.lower(), title)
    return re.sub(rf"\b{re.escape(old)}\b", new, title)


def _settled(before: Round, text: str, path: str, copied: int = 0) -> Settled:
    document = _again(text, path)
    after = build.round_(document.data)
    wrong = (*schema.check(document, "round"), *check_round(after, document, world(), DEMONSTRATION_RECIPIENTS))
    return Settled(
        before=before.calendar,
        after=after.calendar,
        findings=tuple(sorted(set(wrong))),
        title=after.title,
        copied=copied,
        sample=after.sample,
    )
