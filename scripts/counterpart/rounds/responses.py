"""Responses: what people answer within a round, judged on arrival like applications, and opened again."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from counterpart.files import schema, yaml_read
from counterpart.files.documents import document, maybe
from counterpart.files.json_read import plain
from counterpart.files.paths import Entry
from counterpart.files.repository import Repository
from counterpart.files.yaml_read import Document
from counterpart.files.yaml_write import dump
from counterpart.findings import Finding, Severity, found
from counterpart.model import RoundId
from counterpart.moments import moment_of, moment_text
from counterpart.rounds.answer import Answer, answer, is_answer
from counterpart.rounds.build import Data
from counterpart.rounds.check_responses import check_response
from counterpart.rounds.submission import KEYS, STAMPS, Judged, finding, same
from counterpart.sealing.receipt import verify
from counterpart.sealing.seal import NotOpened, open_sealed, seal
from counterpart.sealing.signed import sealed_digest

_SEALED = re.compile(rb"(?m)^sealed: \|\n((?:  .*\n)+)")
_BY = re.compile(rb"(?m)^by: ([a-z0-9-]{1,60})$")
_RECEIVED = re.compile(rb'(?m)^received: "?([0-9TZ:-]{20})"?$')


def entry_of(document: Data) -> Entry | None:
    """The file that a response makes: the same for the same response, whenever it comes."""
    round_id, id, sealed = (document.get(key) for key in ("round", "id", "sealed"))
    if not isinstance(round_id, str) or not isinstance(id, str) or not isinstance(sealed, str):
        return None
    if not Repository.is_round_id(round_id) or not Repository.is_id(id):
        return None
    return Repository.response_file(round_id, id, sealed_digest(document)[7:19])


def judge_response(
    document: Data,
    public: str | None,
    known: Collection[str],
    arrived: datetime,
    there: Document | None,
    name: str = "",
) -> Judged:
    """Judge a response that *arrived*; *public*: the round's link key; *there*: the file of its name, if any."""
    entry = entry_of(document)
    path = entry.path if entry else name
    if stamped := sorted((STAMPS | {"by"}) & document.keys()):
        message = f"`{stamped[0]}` must not be in the document; it is written on arrival."
        return Judged(findings=(finding("submission-stamped", path, message),))
    if there is not None and entry is not None:
        if same(document, there.data):
            return Judged(entry=entry, known=True)
        message = "There must not be another file of this name; what it holds is not what was sent now."
        return Judged(findings=(finding("submission-taken", path, message),))
    data = _stamped(document, arrived)
    read = yaml_read.read(json.dumps(data, indent=1).encode("ascii"), path)
    if not isinstance(read, Document):
        return Judged(findings=read)
    findings = schema.check(read, "response") or tuple(wrong(read, public, known))
    if entry is None or any(each.severity is Severity.ERROR for each in findings):
        return Judged(findings=tuple(sorted(findings)))
    return Judged(entry=entry, content=dump(data).encode("utf-8"))


def _stamped(document: Data, arrived: datetime) -> dict[str, Any]:
    """The response as it is kept: its keys in order, with its moment and without its kind."""
    whole = {**document, "received": moment_text(arrived)}
    first = [key for key in KEYS["response"] if key in whole]
    return {key: whole[key] for key in dict.fromkeys((*first, *whole)) if key != "kind"}


def wrong(read: Document, public: str | None, known: Collection[str]) -> Iterator[Finding]:
    """What is wrong with a response that has the form of its kind; its path is that of its file."""
    mark = read.path.rpartition("-")[2].partition(".")[0]
    yield from check_response(read, mark, public, known, verify)


def link_key(repository: Repository, round_id: RoundId) -> str | None:
    """The public half of the round's link key; None where there is none that can be used."""
    links = maybe(repository, repository.links_file(round_id))
    return links.data["public"] if links else None


def check_responses(repository: Repository, round_id: RoundId, known: Collection[str]) -> Iterator[Finding]:
    """Everything that is wrong with the responses of a round; *known*: the people of its roll."""
    entries, findings = repository.responses(round_id)
    yield from findings
    public = link_key(repository, round_id) if entries else None
    for entry in entries:
        read = document(repository, entry)
        if not isinstance(read, Document):
            yield from read
        elif (read.data["id"], read.data["round"]) != (entry.stem, round_id):
            message = f"`id` and `round` must be '{entry.stem}' and '{round_id}', as file and folder are named."
            yield found("id-differs", read.locate("id"), message)
        else:
            yield from wrong(read, public, known)


def written_down(round_id: RoundId, by: str, now: datetime, said: Data, recipients: Sequence[str]) -> Any:
    """A coordinator's own line for a person: the entry and the content of its file."""
    sealed = seal(json.dumps(dict(said), ensure_ascii=False).encode("utf-8"), recipients)
    data = {
        "format": 1,
        "round": round_id,
        "id": said["id"],
        "received": moment_text(now),
        "by": by,
        "sealed": sealed,
    }
    entry = entry_of(data)
    assert entry is not None
    return entry, dump(data).encode("utf-8")


def answers(
    repository: Repository, round_id: RoundId, identities: Sequence[str], id: str | None = None
) -> tuple[list[Answer], list[str]]:
    """Every answer that opens and belongs to its file, by arrival; and the paths of those that do not.

    *id*: of this person alone.

    Signatures were looked at when the files came, and are by ``check``; here only the seal counts. ``NotOpened``
    where there are answers and not one opens: then it is the key that is wrong.
    """
    good: list[Answer] = []
    shut: list[str] = []
    locked = 0
    for entry in repository.responses(round_id)[0]:
        if id is not None and entry.stem != id:
            continue
        content = repository.read(entry)
        try:
            each = _opened(content, entry, round_id, identities) if isinstance(content, bytes) else None
        except NotOpened:
            each = None
            locked += 1
        if each is None:
            shut.append(entry.path)
        else:
            good.append(each)
    if locked and locked == len(shut) and not good:
        raise NotOpened("no answer opens with this key")
    return sorted(good, key=lambda each: (each.received, each.id)), shut


def _opened(content: bytes, entry: Entry, round_id: RoundId, identities: Sequence[str]) -> Answer | None:
    sealed, received = _SEALED.search(content), _RECEIVED.search(content)
    if sealed is None or received is None:  # written by hand: read as any YAML
        read = yaml_read.read(content, entry.path)
        if not isinstance(read, Document) or schema.check(read, "response"):
            return None
        armor, moment = str(read.data["sealed"]), str(read.data["received"])
    else:
        armor = "".join(line[2:] + "\n" for line in sealed[1].decode("ascii", "replace").splitlines())
        moment = received[1].decode("ascii")
    try:
        said = plain(open_sealed(armor, identities))
        arrived = moment_of(moment)
    except ValueError:
        return None
    if not is_answer(said) or said["id"] != entry.stem or said["round"] != round_id:
        return None
    by = _BY.search(content)
    return answer(said, arrived, by[1].decode("ascii") if by else "")
