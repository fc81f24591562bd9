"""What the relay does with a document or a question, whatever carries them: judges, writes, answers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from counterpart.files import schema, yaml_read
from counterpart.files.paths import Entry
from counterpart.files.repository import Repository
from counterpart.files.yaml_read import Document
from counterpart.findings import Severity
from counterpart.forge.host import Busy, Down, Forge
from counterpart.model import Decisions, Profile, Proposal, Round, RoundId, Status
from counterpart.moments import moment_of
from counterpart.rounds import build
from counterpart.rounds.build import Data
from counterpart.rounds.partnerships import left, partnerships
from counterpart.rounds.responses import entry_of, judge_response
from counterpart.rounds.submission import Judged, judge, same
from counterpart.sealing.receipt import verify
from counterpart.sealing.signed import canonical, signed_bytes
from counterpart.world.zones import zone

Clock = Callable[[], datetime]

BODY = (
    "Sent with the application form. The file names nobody: names and addresses in it are sealed.\n\n"
    "It is taken in by itself when it passes; there is nothing to do here."
)
_TITLES = {
    "application": "Application {id}",
    "correction": "Correction {n} of {id}",
    "withdrawal": "Withdrawal of {id}",
    "response": "Answer of {id}",
}

_TAKEN = "Another application has this id. Send it again with a new one."
_UNKNOWN = "This receipt belongs to no application here, or the clock of your device is wrong."


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A status of HTTP and what is said with it."""

    status: int
    body: Mapping[str, object]
    retry: int | None = None  # seconds


def error(status: int, rule: str, message: str, fields: list[dict[str, str]] | None = None) -> Answer:
    """An answer that refuses, in a sentence that may be shown to an applicant."""
    return Answer(status=status, body={"error": rule, "message": message, "fields": fields or []})


class Service:
    """The relay's decisions. Keeps nothing between two of them."""

    def __init__(
        self, forge: Forge, clock: Clock, *, samples_only: bool = False, devices: Clock | None = None
    ) -> None:
        """*clock*: the moment in UTC. *samples_only*: of made-up rounds, as when the clock is set to show them.

        *devices*: what applicants' clocks show, where that is another moment.
        """
        self.forge, self.clock, self.samples_only = forge, clock, samples_only
        self.devices = devices or clock

    async def submit(self, document: Data) -> Answer:
        """Judge a parsed *document*, and put what it makes on a branch of its own with a pull request."""
        round_id, id = document.get("round"), document.get("id")
        if not (isinstance(round_id, str) and Repository.is_round_id(round_id)):
            return error(422, "value-form", "The application names no round.")
        settings = await self._open_round(round_id)
        if settings is None:
            return error(422, "round-missing", "There is no round of this name that takes applications.")
        if document.get("kind") == "response":
            return await self._response(document, round_id)
        there = await self._forms(round_id, id) if isinstance(id, str) and Repository.is_id(id) else {}
        return await self._kept(document, judge(document, settings, self.clock(), there), there)

    async def _kept(self, document: Data, judged: Judged, there: Mapping[int, Document]) -> Answer:
        """Put what was judged on its branch, unless it is there or was refused."""
        entry = judged.entry
        if entry is None or (not judged.content and not judged.known):
            return _refused(judged)
        branch = f"apply/{entry.path.split('/')[1]}/{entry.path.rpartition('/')[2].removesuffix('.yaml')}"
        title = _TITLES[entry.kind].format(id=entry.stem, n=entry.number)
        if judged.known:
            number = {"application": 1, "withdrawal": 0, "response": 1}.get(entry.kind, entry.number)
            data = there[number].data
        else:
            content = await self.forge.put(branch, entry.path, judged.content, title)
            read = yaml_read.read(content, entry.path)
            if content != judged.content and not (isinstance(read, Document) and same(document, read.data)):
                return error(409, "id-taken", _TAKEN)
            assert isinstance(read, Document)
            data = read.data
        # Received is what is on its branch; a pull request can be opened later.
        try:
            pull = (await self.forge.open(branch, title, BODY)).number
        except (Busy, Down):
            pull = None
        stamp = {"correction": "corrected", "withdrawal": "withdrawn"}.get(entry.kind, "received")
        return Answer(
            status=200 if judged.known else 201,
            body={
                "id": entry.stem,
                "round": entry.path.split("/")[1],
                "digest": "sha256:" + hashlib.sha256(canonical(document)).hexdigest(),
                "received": data[stamp],
                "pull_request": pull,
            },
        )

    async def _response(self, document: Data, round_id: RoundId) -> Answer:
        """The same for an answer within a round, which refers to a personal link."""
        links = await self._document(Repository.links_file(round_id))
        roll = await self._document(Repository.roll_file(round_id))
        entry = entry_of(document)
        there = await self._document(entry) if entry is not None else None
        public, known = links.data["public"] if links else None, roll.data["people"] if roll else ()
        judged = judge_response(document, public, known, self.clock(), there)
        return await self._kept(document, judged, {1: there} if there is not None else {})

    async def status(self, question: Data) -> Answer:
        """How far an application has come, for whoever holds its receipt."""
        refused = error(403, "receipt-unknown", _UNKNOWN)
        round_id, id, at, signature = (question.get(key) for key in ("round", "id", "at", "signature"))
        if not all(isinstance(each, str) for each in (round_id, id, at, signature)):
            return refused
        assert isinstance(round_id, str) and isinstance(id, str) and isinstance(at, str)
        if not (Repository.is_round_id(round_id) and Repository.is_id(id)):
            return refused
        try:
            asked = moment_of(at)
        except ValueError:
            return refused
        there = await self._forms(round_id, id)
        first = there.get(1)
        if first is None or abs(asked - self.devices()) > timedelta(minutes=10):
            return refused
        if not verify(first.data["receipt"], str(signature), signed_bytes("status", question)):
            return refused
        return Answer(
            status=200, body={"status": await self._status(round_id, id, there), "corrections": max(there)}
        )

    async def _status(self, round_id: RoundId, id: str, there: Mapping[int, Document]) -> str:
        roll = await self._document(Repository.roll_file(round_id))
        place = build.roll(roll.data).people.get(id) if roll else None
        if 0 in there or (place is not None and place.status is Status.WITHDRAWN):
            return "withdrawn"
        # Until then there is one word for everybody: another one for whoever applied with somebody's address would
        # tell whether that person had applied too.
        if await self._introduces(round_id):
            if paired := await self._paired(round_id, id):
                return paired
            if place is not None:
                return "in the pool" if place.status is Status.ADMITTED else "waiting"
        main = await self._document(Repository.application_file(round_id, id))
        return "checked" if main is not None else "received"

    async def _introduces(self, round_id: RoundId) -> bool:
        """Whether the day of the introductions has come, where the round is."""
        document = await self._document(Repository.round_file(round_id))
        settings = build.round_(document.data) if document else None
        day = settings.day("introductions") if settings else None
        if settings is None or day is None:
            return False
        return self.clock().astimezone(zone(settings.zone)).date() >= day

    async def _paired(self, round_id: RoundId, id: str) -> str:
        """What the pairings of the round and the ends of partnerships say of a person; empty where nothing."""
        proposals = await self._proposals(round_id)
        decisions = await self._decisions(round_id)
        following = len(proposals) + 1
        if proposals and id in left(decisions, following):
            return "withdrawn"
        groups = [pair.people for each in proposals.values() for pair in each.pairs if id in pair.people]
        here = {id} | await self._taking_part(round_id, chain.from_iterable(groups))
        if any(id in partnership.people for partnership in partnerships(proposals, decisions, here, following)):
            return "paired"
        unpaired = {person.id for proposal in proposals.values() for person in proposal.unpaired}
        return "in the pool" if groups else "waiting" if id in unpaired else ""

    async def _proposals(self, round_id: RoundId) -> dict[int, Proposal]:
        """Every pairing of the round, by its number."""
        proposals: dict[int, Proposal] = {}
        while document := await self._document(Repository.pairings_file(round_id, len(proposals) + 1)):
            proposals[len(proposals) + 1] = build.proposal(document.data)
        return proposals

    async def _decisions(self, round_id: RoundId) -> Decisions:
        document = await self._document(Repository.decisions_file(round_id))
        return build.decisions(document.data if document else None, round_id)

    async def _taking_part(self, round_id: RoundId, ids: Iterable[str]) -> set[str]:
        return {id for id in dict.fromkeys(ids) if await self._takes_part(round_id, id)}

    async def _takes_part(self, round_id: RoundId, id: str) -> bool:
        """Whether an application is there and was not withdrawn."""
        there = await self._document(Repository.application_file(round_id, id))
        return there is not None and await self._document(Repository.withdrawal_file(round_id, id)) is None

    async def _open_round(self, round_id: RoundId) -> Round | None:
        """The settings of a round that this relay takes applications for."""
        document = await self._document(Repository.round_file(round_id))
        settings = build.round_(document.data) if document else None
        if settings is None or settings.closed or (self.samples_only and not settings.sample):
            return None
        return settings

    async def _forms(self, round_id: RoundId, id: str) -> dict[int, Document]:
        """The forms of one application, on the main branch or on branches of their own."""
        there: dict[int, Document] = {}
        entries = {1: Repository.application_file(round_id, id), 0: Repository.withdrawal_file(round_id, id)}
        entries |= {number: Repository.correction_file(round_id, id, number) for number in range(2, 100)}
        for number, entry in entries.items():
            name = entry.path.rpartition("/")[2].removesuffix(".yaml")
            document = await self._document(entry) or await self._document(entry, f"apply/{round_id}/{name}")
            if document is not None:
                there[number] = document
            elif number > 1:
                break
        return there

    async def _document(self, entry: Entry, branch: str | None = None) -> Document | None:
        content = await self.forge.read(entry.path, branch)
        document = yaml_read.read(content, entry.path) if content is not None else None
        return document if isinstance(document, Document) and not schema.check(document, entry.kind) else None


def _field(message: str) -> str:
    """The document's field that a finding's message names, as the page calls it: ``profile.country``."""
    match = re.search(r"`(\w+)`", message)
    if match is None:
        return ""
    return f"profile.{match[1]}" if match[1] in Profile.__dataclass_fields__ else match[1]


def _refused(judged: Judged) -> Answer:
    errors = [finding for finding in judged.findings if finding.severity is Severity.ERROR]
    rule = errors[0].rule
    if rule == "submission-taken":
        return error(409, "id-taken", _TAKEN)
    fields = [{"field": _field(finding.message), "message": finding.message} for finding in errors]
    return error(422, rule, f"{errors[0].message} {errors[0].help}", fields)
