"""Take in what applicants sent without a server: files that were downloaded, copied or mailed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from counterpart.files import yaml_read
from counterpart.files.repository import Repository
from counterpart.files.yaml_read import Document
from counterpart.findings import Finding, Severity, UsageError
from counterpart.model import Round, RoundId
from counterpart.rounds.load import load_round
from counterpart.rounds.responses import entry_of, judge_response, link_key
from counterpart.rounds.submission import Judged, forms, judge, parse


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """What became of the files: findings in the way of all, or the paths written and those there before."""

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
    documents: list[tuple[str, dict[str, Any]]] = []
    for name, content in sent.items():
        document = parse(content, name)
        if isinstance(document, Finding):
            findings.append(document)
        else:
            documents.append((name, document))
    files: dict[str, bytes] = {}
    known: list[str] = []
    overlay: dict[tuple[str, str], dict[int, Document]] = {}
    rounds: dict[str, Round] = {}
    links: dict[str, tuple[str | None, frozenset[str]]] = {}
    for name, document in sorted(documents, key=_order):
        judged = _judged(repository, name, document, received, overlay, rounds, links)
        findings += judged.findings
        if judged.known and judged.entry:
            known.append(judged.entry.path)
        elif judged.entry:
            files[judged.entry.path] = judged.content
    taken = TakenIn(findings=tuple(sorted(findings)), known=tuple(known))
    if taken.refused:
        return taken
    if write and files:
        repository.write_all(files)
    return TakenIn(findings=taken.findings, written=tuple(files), known=taken.known)


def _order(item: tuple[str, Mapping[str, Any]]) -> tuple[int, int]:
    kinds = ("application", "correction", "withdrawal", "response")
    number = item[1].get("correction")
    return kinds.index(item[1]["kind"]), number if isinstance(number, int) else 0


def _judged(
    repository: Repository,
    name: str,
    document: dict[str, Any],
    received: datetime,
    overlay: dict[tuple[str, str], dict[int, Document]],
    rounds: dict[str, Round],
    links: dict[str, tuple[str | None, frozenset[str]]],
) -> Judged:
    round_id, id = RoundId(str(document.get("round"))), str(document.get("id"))
    settings = rounds.get(round_id) or _settings(repository, round_id, name)
    rounds[round_id] = settings
    if document["kind"] == "response":
        if round_id not in links:
            roll = load_round(repository, round_id).roll
            links[round_id] = link_key(repository, round_id), frozenset(roll.people if roll else ())
        return _response(repository, document, received, name, *links[round_id])
    there = overlay.get((round_id, id))
    if there is None:
        there = forms(repository, round_id, id) if repository.is_id(id) else {}
        overlay[round_id, id] = there
    judged = judge(document, settings, received, there, name)
    if judged.entry and judged.content:
        number = {"application": 1, "withdrawal": 0}.get(judged.entry.kind, judged.entry.number)
        read = yaml_read.read(judged.content, judged.entry.path)
        assert isinstance(read, Document)
        there[number] = read
    return judged


def _response(
    repository: Repository,
    document: dict[str, Any],
    received: datetime,
    name: str,
    public: str | None,
    known: frozenset[str],
) -> Judged:
    entry = entry_of(document)
    content = repository.read(entry) if entry is not None and repository.exists(entry) else None
    there = yaml_read.read(content, name) if isinstance(content, bytes) else None
    return judge_response(
        document,
        public,
        known,
        received,
        there if isinstance(there, Document) else None,
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
