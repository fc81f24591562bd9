"""A round's settings: a new round made from an old one, and a date moved with all that follows it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from counterpart.files import schema, yaml_read
from counterpart.files.paths import SITE, Entry
from counterpart.files.repository import Repository
from counterpart.files.yaml_edit import Steps, with_key, with_values, without_key
from counterpart.files.yaml_read import Document
from counterpart.findings import Finding, UsageError
from counterpart.model import Event, Round, RoundId
from counterpart.rounds import build
from counterpart.rounds.calendar import moved, shifted
from counterpart.rounds.check_settings import check_round
from counterpart.rounds.first_settings import first_settings, next_title, opening
from counterpart.rounds.load import unfinished
from counterpart.rounds.sample_comments import without_comments
from counterpart.sealing.demo_keys import DEMONSTRATION_RECIPIENTS
from counterpart.world.vocabulary import world

_HALF_A_YEAR = timedelta(weeks=26)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The settings as they are now: the calendar before and after, and what ``check`` says of them.

    ``before`` is empty for a round that was made from none.
    """

    before: tuple[Event, ...]
    after: tuple[Event, ...]
    findings: tuple[Finding, ...]
    title: str
    copied: int = 0  # templates of mails
    from_sample: bool = False
    old_title: str | None = None  # which was not taken along, as it says what is not true of the new round


def first_round(
    repository: Repository, new: RoundId, starts: date | None, guides: Collection[str], *, dry_run: bool
) -> Settled:
    """Write the settings of a round *new* for any profession, each key explained; what is left is asked for.

    The first event falls on *starts*; without it, the round's name says when. *guides*: the ids of those that
    the programme has.
    """
    path = _free(repository, new)
    text = first_settings(new, starts or opening(new), _conduct(repository) or f"{new[:4]}-01", guides)
    if not dry_run:
        repository.write_all({path: text.encode("utf-8")})
    return _settled((), text, path)


def _free(repository: Repository, new: RoundId) -> str:
    """Where the settings of a round *new* will lie; a usage error where it cannot be made."""
    if repository.round_id(new) in repository.rounds()[0]:
        raise UsageError(f"Round {new} is there already, and stays as it is.")
    return repository.round_file(new).path


def _conduct(repository: Repository) -> str | None:
    """The version that the page of the code of conduct has, where there is one."""
    content = repository.read(Entry(path=f"{SITE}/code-of-conduct.md", kind="page"))
    found = (
        re.search(rb'(?m)^version: *"([0-9A-Za-z][0-9A-Za-z.-]{0,29})" *\r?$', content)
        if isinstance(content, bytes)
        else None
    )
    return found[1].decode("ascii") if found else None


def new_round(
    repository: Repository, new: RoundId, old: RoundId, starts: date | None, *, dry_run: bool
) -> Settled:
    """Write the settings of a round *new*: those of *old*, with every date moved by as many days.

    The first event falls on *starts*; without it, 26 weeks later, on the same day of the week. What must be
    another in each round is emptied, so that ``check`` asks for it: the draw, and the recipients. From a sample,
    nothing comes along that only a sample may have.
    """
    path = _free(repository, new)
    document, round = _settings(repository, old)
    days = ((starts or round.calendar[0].date + _HALF_A_YEAR) - round.calendar[0].date).days
    if days <= 0:
        raise UsageError(f"The new round must begin after {round.calendar[0].date}, when round {old} began.")
    after = shifted(round.calendar, days)
    title, is_new = next_title(round.title, old, new, days)
    values: dict[Steps, str] = {("round",): new, ("title",): title, ("draw",): " "}
    text = with_values(document, values | _dates(after))
    for key in ("closed", *(("sample", "country_cap") if round.sample else ())):
        now = _again(text, path)
        if key in now.data:
            text = without_key(now, key)
    text = with_key(_again(text, path), "recipients", [])
    if round.sample:
        text = without_comments(text, ("format", "sample", "country_cap"))
    files = {path: text.encode("utf-8")}
    folder = path.rpartition("/")[0]
    templates = repository.templates(old)
    files |= {f"{folder}/mails/{name}": content for name, content in templates.items()}
    if not dry_run:
        repository.write_all(files)
    settled = _settled(round.calendar, text, path, copied=len(templates))
    return replace(settled, from_sample=round.sample, old_title=round.title if is_new else None)


def move(repository: Repository, round_id: RoundId, event: str, to: date, *, only: bool, dry_run: bool) -> Settled:
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
    return _settled(round.calendar, text, document.path)


def _settings(repository: Repository, round_id: RoundId) -> tuple[Document, Round]:
    entry = repository.round_file(round_id)
    content = repository.read(entry) if repository.is_round_id(round_id) else None
    document = yaml_read.read(content, entry.path) if isinstance(content, bytes) else None
    if not isinstance(document, Document) or schema.check(document, "round"):
        raise UsageError(f"The settings of round '{round_id}' cannot be read; 'counterpart check' says why.")
    return document, build.round_(document.data)


def _again(text: str, path: str) -> Document:
    document = yaml_read.read(text.encode("utf-8"), path)
    assert isinstance(document, Document)  # it was compared before
    return document


def _dates(calendar: Sequence[Event]) -> dict[Steps, str]:
    return {("calendar", i, "date"): event.date.isoformat() for i, event in enumerate(calendar)}


def _settled(before: tuple[Event, ...], text: str, path: str, copied: int = 0) -> Settled:
    document = _again(text, path)
    after = build.round_(document.data)
    shape = unfinished(document, schema.check(document, "round"))
    wrong = (*shape, *check_round(after, document, world(), DEMONSTRATION_RECIPIENTS))
    return Settled(
        before=before,
        after=after.calendar,
        findings=tuple(sorted(set(wrong))),
        title=after.title,
        copied=copied,
    )
