"""What an applicant sends, judged on arrival by the rules of ``check``, and made into the file that is kept.

The form gives a JSON document: an application, a correction or a withdrawal, without the moment of arrival.
Whoever receives it, a relay or a coordinator, stamps it and writes the YAML; no byte of it is copied.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from counterpart.files import schema, yaml_read
from counterpart.files.documents import document
from counterpart.files.json_read import once, refuse
from counterpart.files.paths import LIMITS, Entry
from counterpart.files.repository import Repository
from counterpart.files.yaml_read import Document
from counterpart.files.yaml_write import dump
from counterpart.findings import Finding, Location, Severity, found
from counterpart.model import Round, RoundId
from counterpart.moments import moment_text
from counterpart.rounds import build
from counterpart.rounds.build import Data
from counterpart.rounds.check_application import check_application, expected
from counterpart.rounds.check_forms import check_correction, check_withdrawal
from counterpart.sealing.receipt import verify
from counterpart.world.vocabulary import world

#: The largest document that is looked at, in bytes.
LARGEST = 64 * 1024

#: kind -> the keys of its file in their order; the stamps are not in what arrives
KEYS: Mapping[str, tuple[str, ...]] = {
    "application": ("format", "round", "id", "received", "receipt", "profile", "sealed"),
    "correction": (
        "format",
        "round",
        "id",
        "correction",
        "received",
        "corrected",
        "receipt",
        "profile",
        "sealed",
        "signature",
    ),
    "withdrawal": ("format", "round", "id", "withdrawn", "signature"),
    "response": (
        "format",
        "round",
        "id",
        "received",
        "key",
        "expires",
        "certificate",
        "by",
        "sealed",
        "signature",
    ),
}

#: What can be wrong with what arrives, beyond the rules of ``check``: the rule's id -> what to do.
RULES: Mapping[str, str] = {
    "submission-form": "Ask for the file that the form saved, as an attachment, and try again with that.",
    "submission-stamped": "Ask for the file that the form saved, unchanged.",
    "submission-taken": "Nothing is overwritten. Ask the applicant to send a correction instead.",
    "submission-withdrawn": "Ask the person to apply anew, while applications are open.",
}

STAMPS = frozenset({"received", "corrected", "withdrawn", "resealed"})

#: Forms of one application: 1 is the first, 2 the first correction, and so on; 0 the withdrawal.
Forms = Mapping[int, Document]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What became of a document: findings, or the file that it makes."""

    findings: tuple[Finding, ...] = ()
    entry: Entry | None = None
    content: bytes = b""
    known: bool = False  # the very same was received before; nothing is to be written


def parse(content: bytes, name: str) -> dict[str, Any] | Finding:
    """The document in *content*: JSON in UTF-8, as it was downloaded or came by mail. *name* is for findings."""
    if len(content) > LARGEST:
        return finding("submission-form", name, f"The document must be at most {LARGEST // 1024} KiB large.")
    data = parse_json(content)
    if data is None or not isinstance(data.get("kind"), str) or data["kind"] not in KEYS:
        message = "This must be the file that the application form made: JSON, whole and unchanged."
        return finding("submission-form", name, message)
    return data


def parse_json(content: bytes) -> dict[str, Any] | None:
    """The JSON object in *content*, UTF-8, each key once; None for anything else."""
    try:
        data = json.loads(content.decode("utf-8-sig"), object_pairs_hook=once, parse_constant=refuse)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def judge(document: Data, settings: Round, arrived: datetime, forms: Forms, name: str = "") -> Judged:
    """Judge a parsed *document* that *arrived* at a moment in UTC; *forms* are those of its id that are there.

    Findings stand at the places of the file that it would make, or at *name* where there can be none.
    """
    kind = document["kind"]
    entry = _entry(document, kind)
    path = entry.path if entry else name
    stamped = sorted(STAMPS & document.keys())
    if stamped:
        message = f"`{stamped[0]}` must not be in the document; it is written on arrival."
        return Judged(findings=(finding("submission-stamped", path, message),))
    numbers = {"application": 1, "withdrawal": 0}
    there = forms.get(numbers[kind] if kind in numbers else document.get("correction", -1))
    if there is not None:
        if same(document, there.data):
            return Judged(entry=entry, known=True)
        message = "There must not be another file of this name; what it holds is not what was sent now."
        return Judged(findings=(finding("submission-taken", path, message),))
    data = _stamped(document, kind, arrived, forms.get(1))
    read = yaml_read.read(json.dumps(data, indent=1).encode("ascii"), path)
    if not isinstance(read, Document):
        return Judged(findings=read)
    findings = schema.check(read, kind)
    if not findings:
        findings = tuple(wrong(read, kind, settings, forms))
    if any(each.severity is Severity.ERROR for each in findings) or entry is None:
        return Judged(findings=tuple(sorted(findings)))
    content = dump(data).encode("utf-8")
    if len(content) > LIMITS[kind]:
        message = f"The file must be at most {LIMITS[kind] // 1024} KiB large."
        return Judged(findings=(found("file-too-large", Location(path=path), message),))
    return Judged(findings=tuple(sorted(findings)), entry=entry, content=content)


def forms(repository: Repository, round_id: RoundId, id: str) -> dict[int, Document]:
    """The forms of one application that are in *repository* and can be read."""
    there: dict[int, Document] = {}
    for number in range(100):
        entry = form_entry(round_id, id, number)
        if not repository.exists(entry):
            if number > 1:
                break
            continue
        read = document(repository, entry)
        if isinstance(read, Document):
            there[number] = read
    return there


def form_entry(round_id: RoundId, id: str, number: int) -> Entry:
    """The file of a form: 0 is the withdrawal, 1 the application, from 2 on they are corrections."""
    if number == 0:
        return Repository.withdrawal_file(round_id, id)
    if number == 1:
        return Repository.application_file(round_id, id)
    return Repository.correction_file(round_id, id, number)


def same(document: Data, kept: Data) -> bool:
    """Whether the file with the data *kept* was made from *document*, whenever that was."""
    return {k: v for k, v in document.items() if k != "kind"} == {k: v for k, v in kept.items() if k not in STAMPS}


def _entry(document: Data, kind: str) -> Entry | None:
    round_id, id, number = (document.get(key) for key in ("round", "id", "correction"))
    if not (isinstance(round_id, str) and Repository.is_round_id(round_id)):
        return None
    if not (isinstance(id, str) and Repository.is_id(id)):
        return None
    if kind == "application":
        return Repository.application_file(round_id, id)
    if kind == "withdrawal":
        return Repository.withdrawal_file(round_id, id)
    whole = isinstance(number, int) and not isinstance(number, bool) and 2 <= number <= 99
    return Repository.correction_file(round_id, id, number) if whole else None  # type: ignore[arg-type]


def _stamped(document: Data, kind: str, arrived: datetime, first: Document | None) -> dict[str, Any]:
    now = moment_text(arrived)
    stamps = {"application": {"received": now}, "withdrawal": {"withdrawn": now}}.get(kind)
    if stamps is None:
        stamps = {"corrected": now, "received": first.data["received"] if first else now}
    whole = {**document, **stamps}
    del whole["kind"]
    known = {key: whole[key] for key in KEYS[kind] if key in whole}
    return known | {key: value for key, value in whole.items() if key not in known}


def wrong(read: Document, kind: str, settings: Round, forms: Forms) -> Iterator[Finding]:
    """What is wrong with a stamped document that has the form of its *kind*, given the *forms* before it."""
    if read.data["round"] != settings.id:
        message = f"`round` must be '{settings.id}', not '{read.data['round']}'."
        yield found("round-differs", read.locate("round"), message)
        return
    first, numbers = forms.get(1), {number for number in forms if number}
    wanted = expected(settings, world())
    if kind == "withdrawal":
        yield from check_withdrawal(read, first, numbers, verify)
        return
    if 0 in forms:
        message = "The application must not have been withdrawn; this one was."
        yield finding("submission-withdrawn", read.path, message)
    yield from check_application(build.applicant(read.data), read, wanted, world())
    if kind == "correction":
        number = read.data["correction"]
        before = forms.get(number - 1)
        yield from check_correction(read, number, first, before, numbers, wanted.windows, verify)


def finding(rule: str, path: str, message: str) -> Finding:
    """A finding about what arrived, at the file that it would make."""
    return Finding(location=Location(path=path), rule=rule, message=message, help=RULES[rule])
