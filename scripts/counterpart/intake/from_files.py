"""Take in what applicants sent without a server: files that were downloaded, copied or mailed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from counterpart.files import yaml_read
from counterpart.files.repository import Repository
from counterpart.files.yaml_read import Document
from counterpart.findings import Finding, Severity, UsageError
from counterpart.model import Round, RoundId
from counterpart.rounds.build import Data
from counterpart.rounds.load import load_round
from counterpart.rounds.responses import entry_of, judge_response, link_key
from counterpart.rounds.submission import Judged, forms, judge, parse


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """The files that were written, and those there before; or the findings that stood in the way of all."""

    findings: tuple[Finding, ...] = ()  # with an error, nothing was written
    written: tuple[str, ...] = ()
    known: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether nothing was written because of an error."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def intake(
    repository: Repository, sent: Mapping[str, bytes], received: datetime, *, write: bool = True
) -> TakenIn:
    """Judge the documents *sent* (name -> content) as received at a moment in UTC, and write all or nothing.

    The same document again adds nothing. An application stands before what refers to it, whatever the order.
    """
    findings: list[Finding] = []
    documents: list[tuple[str, Data]] = []
    for name, content in sent.items():
        document = parse(content, name)
        if isinstance(document, Finding):
            findings.append(document)
        else:
            documents.append((name, document))
    files: dict[str, bytes] = {}
    known: list[str] = []
    batch = _Batch(repository=repository, received=received)
    for item in sorted(documents, key=_order):
        judged = batch.judged(*item)
        findings += judged.findings
        if judged.known and judged.entry:
            known.append(judged.entry.path)
        elif judged.entry:
            files[judged.entry.path] = judged.content
    return kept(repository, TakenIn(findings=tuple(sorted(findings)), known=tuple(known)), files, write=write)


def kept(repository: Repository, taken: TakenIn, files: Mapping[str, bytes], *, write: bool) -> TakenIn:
    """What was taken in, with the paths of *files*, which are written unless anything was refused."""
    if taken.refused:
        return taken
    if write and files:
        repository.write_all(files)
    return replace(taken, written=tuple(files))


def _order(item: tuple[str, Data]) -> tuple[int, int]:
    kinds = ("application", "correction", "withdrawal", "response")
    number = item[1].get("correction")
    return kinds.index(item[1]["kind"]), number if isinstance(number, int) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """Documents that are judged one after the other, each as if those before it were there already.

    ``forms``: those of each application; ``links``: of each round the key of its links, and who is on its roll.
    """

    repository: Repository
    received: datetime
    forms: dict[tuple[str, str], dict[int, Document]] = field(default_factory=dict)
    rounds: dict[str, Round] = field(default_factory=dict)
    links: dict[str, tuple[str | None, frozenset[str]]] = field(default_factory=dict)

    def judged(self, name: str, document: Data) -> Judged:
        """The judgement of one document, which counts for those after it."""
        round_id, id = RoundId(str(document.get("round"))), str(document.get("id"))
        if round_id not in self.rounds:
            self.rounds[round_id] = _settings(self.repository, round_id, name)
        if document["kind"] == "response":
            return self._response(name, document, round_id)
        if (round_id, id) not in self.forms:
            is_id = self.repository.is_id(id)
            self.forms[round_id, id] = forms(self.repository, round_id, id) if is_id else {}
        there = self.forms[round_id, id]
        judged = judge(document, self.rounds[round_id], self.received, there, name)
        if judged.entry and judged.content:
            number = {"application": 1, "withdrawal": 0}.get(judged.entry.kind, judged.entry.number)
            read = yaml_read.read(judged.content, judged.entry.path)
            assert isinstance(read, Document)
            there[number] = read
        return judged

    def _response(self, name: str, document: Data, round_id: RoundId) -> Judged:
        if round_id not in self.links:
            roll = load_round(self.repository, round_id).roll
            people = frozenset(roll.people if roll else ())
            self.links[round_id] = link_key(self.repository, round_id), people
        entry = entry_of(document)
        content = self.repository.read(entry) if entry is not None and self.repository.exists(entry) else None
        answer = yaml_read.read(content, name) if isinstance(content, bytes) else None
        return judge_response(
            document,
            *self.links[round_id],
            self.received,
            answer if isinstance(answer, Document) else None,
            name,
        )


def _settings(repository: Repository, round_id: RoundId, name: str) -> Round:
    if not repository.is_round_id(round_id) or round_id not in repository.rounds()[0]:
        raise UsageError(f"'{name}' is for a round that is not in this programme.")
    settings = load_round(repository, round_id).round
    if settings is None:
        raise UsageError(f"The settings of round {round_id} cannot be used; 'counterpart check' says why.")
    if settings.closed:
        raise UsageError(f"Round {round_id} is closed; nothing is taken in any more.")
    return settings
