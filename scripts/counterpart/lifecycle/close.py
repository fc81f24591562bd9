"""Close: a round ended well. What must come before is asked for, then everything that names people is removed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from counterpart.admission.memory_file import pass_on
from counterpart.files.documents import maybe, must
from counterpart.files.git import Git
from counterpart.files.paths import Entry
from counterpart.files.repository import Repository
from counterpart.files.templates import render
from counterpart.files.yaml_edit import with_key
from counterpart.files.yaml_write import dump
from counterpart.findings import UsageError
from counterpart.mail.season import season
from counterpart.model import RoundId
from counterpart.report.load import load_report
from counterpart.rounds.calendar import long_date
from counterpart.rounds.headers import files_of_people
from counterpart.rounds.load import Loaded, load_round
from counterpart.rounds.mail_log import Ledger, State
from counterpart.rounds.mail_log_branch import MailLogBranch
from counterpart.world.zones import zone

_GONE = frozenset({State.SENT, State.REFUSED, State.BOUNCED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """The result: what must come first, or what was removed; and what is left to do and to know.

    ``missing`` are sentences: while there are any, nothing was removed. ``keys``: not destroyed yet, by code.
    """

    missing: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    would_remove: tuple[tuple[str, int], ...] = ()  # kinds of files, and how many of each
    remembered: bool = False
    keys: tuple[str, ...] = ()
    destroyed: tuple[tuple[str, str], ...] = ()  # by whom, and when
    record: str = ""  # the path of the list that was written


def close(
    repository: Repository,
    round_id: RoundId,
    *,
    next_id: RoundId | None,
    without_memory: bool,
    without_report: bool = False,
    key: str | None,
    now: datetime,
    really: bool,
    step: Callable[[], None] = lambda: None,
) -> Closed:
    """Close a round: pass the memory on to *next_id*, mark the round as closed, delete what names people.

    Without *really* it only says what stands in the way and what would be removed. Killed at any point and run
    again, it goes on: the memory is written before anything is deleted, and so are the mark and the record.
    """
    loaded = load_round(repository, round_id)
    if loaded.round is None:
        raise UsageError(f"The settings of round {round_id} cannot be read; 'counterpart check' says why.")
    going = list(files_of_people(repository, round_id))
    kinds = tuple(_counted(entry.path for entry in going).items())
    keys, destroyed = _keys(repository, round_id)
    if not loaded.round.closed:
        missing = tuple(_missing(repository, loaded, next_id, without_memory, without_report, key, now))
        if missing or not really:
            return Closed(missing=missing, would_remove=kinds, keys=keys, destroyed=destroyed)
        if next_id is not None:
            pass_on(repository, round_id, next_id, key, step)
        _mark_closed(repository, round_id)
    elif not really:
        return Closed(would_remove=kinds, keys=keys, destroyed=destroyed)
    removed = tuple(entry.path for entry in going)
    path = f"rounds/{round_id}/closing.md"
    if not repository.exists(Entry(path=path, kind="template")):
        at = f"{long_date(now.date())}, {now:%H:%M} UTC"
        remembering = next_id or next_with_memory(repository, round_id)
        text = render(
            "lifecycle/templates/closing.md.j2", round=round_id, at=at, counts=list(kinds), next=remembering
        )
        repository.write_all({path: text.encode("utf-8")})
    repository.remove_all(going)
    _keep_public_half(repository, round_id)
    return Closed(removed=removed, remembered=next_id is not None, keys=keys, destroyed=destroyed, record=path)


def _missing(
    repository: Repository,
    loaded: Loaded,
    next_id: RoundId | None,
    without_memory: bool,
    without_report: bool,
    key: str | None,
    now: datetime,
) -> Iterable[str]:
    """What must come before the end, in sentences."""
    assert loaded.round is not None
    end = loaded.round.day("end")
    if end is None or now.astimezone(zone(loaded.round.zone)).date() < end:
        yield f"The round lasts until {long_date(end) if end else 'a day that its calendar lacks'}."
        return
    ledger = MailLogBranch(Git(repository.root), loaded.id).read()
    yield from _mails(repository, loaded, ledger, key, now)
    if not without_report and load_report(repository, loaded.id) is None:
        if repository.exists(repository.report_file(loaded.id)):
            yield "The report is not as it must be: 'counterpart check' says why."
        else:
            yield f"There is no report yet: 'counterpart report {loaded.id}'. Afterwards nothing can be counted."
    if next_id is None and not without_memory:
        yield (
            "Name the next round, which gets the sealed memory of who was whose partner: --next ROUND "
            "('counterpart round new' makes it). If there will be none: --without-memory."
        )
    if next_id is not None and next_id not in repository.rounds()[0]:
        yield f"There is no round {next_id}: 'counterpart round new {next_id} --from {loaded.id}'."


def _mails(
    repository: Repository, loaded: Loaded, ledger: Ledger, key: str | None, now: datetime
) -> Iterable[str]:
    invited = sum(1 for name, line in ledger.items() if name.startswith("goodbye/") and line.state in _GONE)
    if not invited:
        yield (
            "Nobody has heard that the round has ended and that everybody may apply again: 'counterpart mail "
            f"{loaded.id}', within four weeks of the end. Once the keys are destroyed nobody can be written to."
        )
    due = season(repository, loaded, ledger, key, now).due
    left = [each for each in due if each.key not in ledger or ledger[each.key].state not in _GONE]
    if invited and left:
        many = "1 mail is" if len(left) == 1 else f"{len(left):,} mails are"
        yield f"{many} due and not sent: 'counterpart mail {loaded.id}'."


def next_with_memory(repository: Repository, round_id: RoundId) -> str | None:
    """The round that follows *round_id* and has a memory, if any: it was written before the close was stopped."""
    later = [id for id in repository.rounds()[0] if id > round_id]
    return next((id for id in later if repository.exists(repository.memory_file(id))), None)


def _mark_closed(repository: Repository, round_id: RoundId) -> None:
    entry = repository.round_file(round_id)
    repository.write_all({entry.path: with_key(must(repository, entry), "closed", True).encode("utf-8")})


def _keep_public_half(repository: Repository, round_id: RoundId) -> None:
    """Of the link key only the public half stays: with it statements are checked for years."""
    entry = repository.links_file(round_id)
    document = maybe(repository, entry)
    if document is not None and "sealed" in document.data:
        kept = {name: value for name, value in document.data.items() if name in ("format", "round", "public")}
        repository.write_all({entry.path: dump(kept).encode("utf-8")})


def _keys(repository: Repository, round_id: RoundId) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    document = maybe(repository, repository.keys_file(round_id))
    lines: list[dict[str, Any]] = document.data["keys"] if document else []
    return (
        tuple(line["by"] for line in lines if "destroyed" not in line),
        tuple((line["by"], line["destroyed"]) for line in lines if "destroyed" in line),
    )


def _counted(paths: Iterable[str]) -> dict[str, int]:
    """How many files of each kind, by what they are to a reader."""
    counts: dict[str, int] = {}
    for path in paths:
        name = path.rpartition("/")[2]
        kind = (
            "applications, corrections and withdrawals"
            if path.startswith("applicants/")
            else "sealed answers"
            if "/responses/" in path
            else name
        )
        counts[kind] = counts.get(kind, 0) + 1
    return counts
