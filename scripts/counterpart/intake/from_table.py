"""Take in a table from a spreadsheet form: every row that is new, or none when anything is wrong with any."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import replace
from datetime import datetime
from itertools import chain

from counterpart.digest import digest
from counterpart.files import yaml_read
from counterpart.files.progress import Progress, counting
from counterpart.files.repository import Repository
from counterpart.files.yaml_read import Document
from counterpart.files.yaml_write import dump
from counterpart.findings import Finding, Location, Severity, UsageError
from counterpart.intake.from_files import TakenIn, kept
from counterpart.intake.spreadsheet import Mapped, Row, mapping, rows
from counterpart.model import Round, RoundId
from counterpart.rounds.build import Data
from counterpart.rounds.load import load_round
from counterpart.rounds.open_sealed import sealed_words
from counterpart.rounds.submission import Forms, forms, judge
from counterpart.sealing import keyring
from counterpart.sealing.receipt import Receipt, new_receipt, sign
from counterpart.sealing.seal import NotOpened, open_sealed, seal
from counterpart.sealing.signed import canonical, signed_bytes

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32


def intake_table(
    repository: Repository,
    round_id: RoundId,
    table: tuple[str, bytes],
    mapped: tuple[str, bytes],
    received: datetime,
    key: str | None,
    *,
    write: bool = True,
    report: Progress = lambda _: None,
) -> TakenIn:
    """Make an application of each row of *table* (name, content), read as *mapped* says, and write all or nothing.

    A row keeps its id however often the table comes, by a secret that is sealed to the coordinators: the first
    import makes it, and later ones need a *key* to open it. A row that says the same as before adds nothing; one
    that was changed becomes a correction, which is *received* now. Rows without a time count as *received*, too.
    *report* is told of progress.
    """
    settings = _settings(repository, round_id)
    how = mapping(mapped[1], mapped[0])
    if not isinstance(how, Mapped):
        return TakenIn(findings=how)
    listed, findings = rows(table[1], table[0], how, settings)
    found = [*findings, *chain.from_iterable(row.findings for row in listed)]
    if found:
        return TakenIn(findings=tuple(sorted(found)))
    secret, files, keys = _secret(repository, settings, key)
    known: list[str] = []
    step = counting(report, "rows made")
    for row in listed:
        step()
        id = _id(secret, row)
        there = forms(repository, round_id, id)
        if _is_known(row, there, keys):
            known.append(Repository.application_file(round_id, id).path)
            continue
        receipt = new_receipt(_derived(secret, "receipt", row, 256).to_bytes(32, "big"))
        document = _document(settings, id, row, receipt, there)
        arrived = row.received if row.received and 1 not in there else received  # a correction arrives now
        judged = judge(document, settings, arrived, there, table[0])
        found += [_at(finding, table[0], row.number) for finding in judged.findings]
        if judged.entry and judged.content:
            files[judged.entry.path] = judged.content
    taken = TakenIn(findings=tuple(sorted(found)), known=tuple(known))
    if files.keys() == {Repository.import_file(round_id).path}:
        return taken  # a secret alone is of no use
    return kept(repository, taken, files, write=write)


def _settings(repository: Repository, round_id: RoundId) -> Round:
    settings = load_round(repository, round_id).round
    if settings is None:
        raise UsageError(f"The settings of round {round_id} cannot be used; 'counterpart check' says why.")
    if settings.closed:
        raise UsageError(f"Round {round_id} is closed; nothing is taken in any more.")
    return settings


def _secret(repository: Repository, settings: Round, key: str | None) -> tuple[bytes, dict[str, bytes], list[str]]:
    """The round's secret for imports, the file to write where it is new, and the private keys where not."""
    entry = Repository.import_file(settings.id)
    if not repository.exists(entry):
        secret = secrets.token_bytes(32)
        inside = {"format": 1, "round": settings.id, "secret": base64.b64encode(secret).decode("ascii")}
        sealed = seal(canonical(inside), settings.recipients)
        return secret, {entry.path: dump({"format": 1, "round": settings.id, "sealed": sealed}).encode()}, []
    content = repository.read(entry)
    document = yaml_read.read(content, entry.path) if not isinstance(content, Finding) else None
    keys = [each.private for each in keyring.for_round(settings.id, settings.sample, key)]
    try:
        if not isinstance(document, Document):
            raise ValueError
        inside = json.loads(open_sealed(document.data["sealed"], keys))
        if inside["round"] != settings.id:
            raise ValueError
        return base64.b64decode(inside["secret"], validate=True), {}, keys
    except NotOpened:
        raise UsageError(f"'{entry.path}' does not open with this key: it is another coordinator's.") from None
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"'{entry.path}' is not what an import makes; take it from Git as it was.") from None


def _derived(secret: bytes, purpose: str, row: Row, bits: int) -> int:
    """A number of so many *bits* that follows from the secret and what tells the row from others."""
    made = hmac.new(secret, canonical([purpose, *row.key]), hashlib.sha256).digest()
    return int.from_bytes(made, "big") >> 256 - bits


def _id(secret: bytes, row: Row) -> str:
    number = _derived(secret, "id", row, 50)
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in range(10))


def _is_known(row: Row, there: Forms, keys: list[str]) -> bool:
    """Whether one of the forms that are there says what the row says; a withdrawal, number 0, says nothing."""
    return any(_says_the_same(form.data, row, keys) for number, form in there.items() if number)


def _says_the_same(form: Data, row: Row, keys: list[str]) -> bool:
    """Whether a form that is there holds just what the row says, the sealed words included."""
    if form["profile"] != row.profile:
        return False
    words = sealed_words(form, keys)
    return {k: v for k, v in words.items() if k not in ("format", "round", "id", "profile")} == row.words


def _document(settings: Round, id: str, row: Row, receipt: Receipt, there: Forms) -> dict[str, object]:
    """What the form would have sent for the row: an application, or a correction of the one that is there."""
    marks: dict[str, object] = {"format": 1, "round": settings.id, "id": id}
    identity = marks | {"profile": digest(row.profile)} | row.words
    document = marks | {
        "kind": "application",
        "receipt": receipt.public,
        "profile": row.profile,
        "sealed": seal(json.dumps(identity, ensure_ascii=False).encode(), settings.recipients),
    }
    if 1 in there:
        document |= {"kind": "correction", "correction": max(there) + 1}
        document["signature"] = sign(receipt.private, signed_bytes("correction", document))
    return document


def _at(finding: Finding, table: str, number: int) -> Finding:
    message = f"Row {number}: {finding.message}" if finding.severity is Severity.ERROR else finding.message
    return replace(finding, location=Location(path=table, line=number), message=message)
