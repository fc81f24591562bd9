"""A glance at a round: its settings, roll, decisions and pairings, without opening any application."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from counterpart.files import schema
from counterpart.files.documents import maybe, parsed
from counterpart.files.paths import Entry
from counterpart.files.repository import Repository
from counterpart.files.yaml_read import Document
from counterpart.findings import UsageError
from counterpart.model import Decisions, Proposal, Round
from counterpart.rounds import build
from counterpart.world.zones import names


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What stands in the few files that say so; *here*: whose application is there and not withdrawn."""

    round: Round
    proposals: Mapping[int, Proposal]
    decisions: Decisions | None
    here: frozenset[str]


def glance(repository: Repository, round_id: str) -> Glance:
    """A glance at a round that is not closed; a usage error where its settings cannot be read."""
    if not repository.is_round_id(round_id):
        raise UsageError("A round is named by its year and number, such as '2027-1'.")
    settings = settings_at(repository, round_id)
    if settings is None or settings.closed:
        raise UsageError(f"Round {round_id} is closed, or its settings cannot be read: 'counterpart check'.")
    entries = repository.applications(round_id)[0]
    withdrawn = {entry.stem for entry in entries if entry.kind == "withdrawal"}
    decided = valid(repository, repository.decisions_file(round_id))
    return Glance(
        round=settings,
        proposals={n: build.proposal(each) for n, each in sorted(pairings_at(repository, round_id).items())},
        decisions=build.decisions(decided) if decided else None,
        here=frozenset({entry.stem for entry in entries if entry.kind == "application"} - withdrawn),
    )


def is_sample(repository: Repository, round_id: str) -> bool:
    """Whether the round is a made-up one; False where its settings cannot be read."""
    if not repository.is_round_id(round_id):
        raise UsageError("A round is named by its year and number, such as '2027-1'.")
    if round_id not in repository.rounds()[0]:
        raise UsageError(f"There is no round '{round_id}' in this programme.")
    settings = maybe(repository, repository.round_file(round_id))
    return settings is not None and settings.data.get("sample", False)


def settings_at(repository: Repository, round_id: str) -> Round | None:
    """The settings of a round; None where they cannot be read."""
    data = _data(repository, repository.round_file(round_id))
    document = data if data is not None and not _shape(data) else None
    if document is None or document.data["zone"] not in names():
        return None
    return build.round_(document.data)


def _shape(document: Document) -> bool:
    """Whether more is wrong with the settings than what a new round lacks: its recipients."""
    return any(finding.rule != "list-too-short" for finding in schema.check(document, "round"))


def _data(repository: Repository, entry: Entry) -> Document | None:
    document = parsed(repository, entry) if repository.exists(entry) else None
    return document if isinstance(document, Document) and isinstance(document.data, dict) else None


def valid(repository: Repository, entry: Entry) -> dict[str, Any] | None:
    """The data of a file that has the form of its kind; None of any other."""
    document = maybe(repository, entry)
    return document.data if document else None


def pairings_at(repository: Repository, round_id: str) -> dict[int, dict[str, Any]]:
    """The proposals of the round by their numbers."""
    found = {}
    for entry in repository.round_files(round_id)[0]:
        if entry.kind == "pairings" and (data := valid(repository, entry)) is not None:
            found[repository.number_of(entry)] = data
    return found
