"""The headers of a round: settings, roll, decisions and pairings, without opening any application."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from counterpart.digest import digest
from counterpart.files import schema
from counterpart.files.documents import maybe, parsed
from counterpart.files.paths import Entry
from counterpart.files.repository import Repository
from counterpart.files.yaml_read import Document
from counterpart.findings import UsageError
from counterpart.model import Approval, Decisions, Digest, Proposal, Roll, Round, RoundId
from counterpart.rounds import build
from counterpart.rounds.build import Data
from counterpart.world.zones import names


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """What stands in the few files that say so. A file that does not have the form of its kind is not there."""

    round: Round
    applied: frozenset[str]  # the ids of all whose application is there
    withdrawn: frozenset[str]  # those of them who have withdrawn
    roll: Roll | None
    decisions: Decisions
    proposals: Mapping[int, Proposal]  # by their numbers, sorted
    digest: Digest | None  # of the latest proposal
    approval: Approval | None  # of the latest proposal

    @property
    def latest(self) -> int:
        """The number of the latest pairing; 1 where there is none yet."""
        return max(self.proposals, default=1)

    @property
    def here(self) -> frozenset[str]:
        """The ids of those whose application is there and not withdrawn."""
        return self.applied - self.withdrawn


def open_headers(repository: Repository, round_id: RoundId) -> Headers:
    """The headers of a round that is not closed; a usage error where its settings cannot be read."""
    settings = settings_at(repository, repository.round_id(round_id))
    if settings is None or settings.closed:
        raise UsageError(f"Round {round_id} is closed, or its settings cannot be read: 'counterpart check'.")
    return headers(repository, settings)


def headers(repository: Repository, settings: Round) -> Headers:
    """The headers of the round with these *settings*."""
    id = settings.id
    forms = repository.applications(id)[0]
    applied = frozenset(entry.stem for entry in forms if entry.kind == "application")
    pairings = _pairings(repository, id)
    latest = max(pairings, default=1)
    roll = maybe(repository, repository.roll_file(id))
    decisions = maybe(repository, repository.decisions_file(id))
    approval = maybe(repository, repository.approval_file(id, latest))
    return Headers(
        round=settings,
        applied=applied,
        withdrawn=applied & {entry.stem for entry in forms if entry.kind == "withdrawal"},
        roll=build.roll(roll.data) if roll else None,
        decisions=build.decisions(decisions.data if decisions else None, id),
        proposals={number: build.proposal(data) for number, data in pairings.items()},
        digest=digest(pairings[latest]) if pairings else None,
        approval=build.approval(approval.data) if approval else None,
    )


def _pairings(repository: Repository, round_id: RoundId) -> dict[int, Data]:
    """The pairings of a round that can be read, by their numbers, sorted."""
    entries = (entry for entry in repository.round_files(round_id)[0] if entry.kind == "pairings")
    documents = {repository.number_of(entry): maybe(repository, entry) for entry in entries}
    return {number: document.data for number, document in sorted(documents.items()) if document}


def files_of_people(repository: Repository, round_id: RoundId) -> Iterator[Entry]:
    """Every file of a round that is deleted when it is closed: what people sent first, what names nobody last."""
    yield from repository.responses(round_id)[0]
    yield from repository.applications(round_id)[0]
    stays = ("round", "keys", "links", "report")
    yield from (entry for entry in repository.round_files(round_id)[0] if entry.kind not in stays)
    number = 1
    while repository.exists(repository.certificate_file(round_id, number)):
        yield repository.certificate_file(round_id, number)
        number += 1


def is_sample(repository: Repository, round_id: RoundId) -> bool:
    """Whether the round is a made-up one; False where its settings cannot be read."""
    settings = maybe(repository, repository.round_file(repository.known_round(round_id)))
    return settings is not None and settings.data.get("sample", False)


def settings_at(repository: Repository, round_id: RoundId) -> Round | None:
    """The settings of a round; None where they cannot be read."""
    entry = repository.round_file(round_id)
    document = parsed(repository, entry) if repository.exists(entry) else None
    if not isinstance(document, Document) or not isinstance(document.data, dict) or _incomplete(document):
        return None
    return build.round_(document.data) if document.data["zone"] in names() else None


def _incomplete(document: Document) -> bool:
    """Whether more is wrong with the settings than what a new round lacks: its recipients."""
    return any(finding.rule != "list-too-short" for finding in schema.check(document, "round"))
