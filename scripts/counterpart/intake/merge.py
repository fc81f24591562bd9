"""Take applicants' branches into the main branch: all that pass, in one go, each by a merge of its own.

It decides with the code and the settings of the main branch, and reads the branches as data: nothing of them
is checked out. A host that sees a branch's commit in the main branch shows its pull request as merged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from counterpart.files import schema, yaml_read
from counterpart.files.git import Git, Objects
from counterpart.files.paths import LIMITS, Entry
from counterpart.files.progress import Progress
from counterpart.files.repository import Repository
from counterpart.files.yaml_read import Document
from counterpart.findings import Finding, Severity, UsageError
from counterpart.intake.guard import judged
from counterpart.model import Round, RoundId
from counterpart.rounds import build, responses
from counterpart.rounds.submission import wrong

_WHO = "Counterpart <counterpart@counterpart.invalid>"
_STAMPS = {"application": "received", "correction": "corrected", "withdrawal": "withdrawn", "response": "received"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """An applicant's branch: its name without the remote's, and its newest commit."""

    name: str
    ref: str
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What became of the branches. Of a refused one only the name and codes or our own sentence are told."""

    merged: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    branch: Branch
    entry: Entry
    blob: str
    document: Document

    @property
    def order(self) -> tuple[str, str, int]:
        """By arrival; an application before what refers to it."""
        kind = self.entry.kind
        return self.document.data[_STAMPS[kind]], self.entry.stem, list(_STAMPS).index(kind)


def merge(
    git: Git, main: str, round_id: RoundId | None, *, remote: str | None, push: bool, now: int, report: Progress
) -> Merged:
    """Merge every valid branch ``apply/…`` into *main*; *now* is the commits' time, in seconds since 1970.

    Killed at any moment, it can run again: the main branch changes in one step, when all is ready.
    """
    tip = git.commit(f"refs/heads/{main}")
    refused: list[tuple[str, str]] = []
    sent: list[_Sent] = []
    merged: list[_Sent] = []
    with git.objects() as objects:
        branches = list(_branches(git, remote, round_id))
        for number, branch in enumerate(branches, 1):
            report(f"{number:,} of {len(branches):,} branches read")
            one = _sent(git, objects, tip, branch)
            if isinstance(one, str):
                refused.append((branch.name, one))
            else:
                sent.append(one)
        rounds: dict[str, Round | None] = {}
        taken: dict[str, Document] = {}
        for one in sorted(sent, key=lambda each: each.order):
            why = _why_not(objects, tip, one, rounds, taken)
            if why:
                refused.append((one.branch.name, why))
            else:
                taken[one.entry.path] = one.document
                merged.append(one)
    if merged:
        _commit(git, main, tip, merged, remote, push, now)
    return Merged(merged=tuple(one.branch.name for one in merged), refused=tuple(sorted(refused)))


def _branches(git: Git, remote: str | None, round_id: RoundId | None) -> Iterator[Branch]:
    top = f"refs/remotes/{remote}/" if remote else "refs/heads/"
    under = f"{top}apply/{round_id}/" if round_id else f"{top}apply/"
    for line in git.run("for-each-ref", "--format=%(objectname) %(refname)", under).decode("utf-8").splitlines():
        head, _, ref = line.partition(" ")
        yield Branch(name=ref.removeprefix(top), ref=ref, head=head)


def _sent(git: Git, objects: Objects, tip: str, branch: Branch) -> _Sent | str:
    try:
        base = git.base(tip, branch.head)
    except UsageError:
        return "It has nothing in common with the main branch."
    found = judged(git.changes(base, branch.head), branch.name, objects)
    if found.entry is None:
        return found.refusal
    document = yaml_read.read(objects.read(found.blob) or b"", found.entry.path)
    assert isinstance(document, Document)  # the guard has read it, too
    return _Sent(branch=branch, entry=found.entry, blob=found.blob, document=document)


def _why_not(
    objects: Objects, tip: str, one: _Sent, rounds: dict[str, Round | None], taken: dict[str, Document]
) -> str:
    """Why this file may not be added to the main branch and what was *taken* before it; empty if it may."""
    round_id = RoundId(one.entry.path.split("/")[1])
    if round_id not in rounds:
        file = _document(objects, tip, Repository.round_file(round_id))
        rounds[round_id] = build.round_(file.data) if file else None
    settings = rounds[round_id]
    if settings is None or settings.closed:
        return "There is no open round of this name on the main branch."
    if one.entry.path in taken or objects.size(f"{tip}:{one.entry.path}") is not None:
        return "There is a file of this name on the main branch already."
    findings = (
        _of_response(objects, tip, round_id, one.document)
        if one.entry.kind == "response"
        else wrong(one.document, one.entry.kind, settings, _forms(objects, tip, round_id, one.entry.stem, taken))
    )
    errors = sorted({finding.rule for finding in findings if finding.severity is Severity.ERROR})
    return f"It does not pass: {', '.join(errors)}." if errors else ""


def _of_response(objects: Objects, tip: str, round_id: RoundId, document: Document) -> Iterator[Finding]:
    links = _document(objects, tip, Repository.links_file(round_id))
    roll = _document(objects, tip, Repository.roll_file(round_id))
    yield from responses.wrong(
        document, links.data["public"] if links else None, roll.data["people"] if roll else ()
    )


def _forms(
    objects: Objects, tip: str, round_id: RoundId, id: str, taken: dict[str, Document]
) -> dict[int, Document]:
    there: dict[int, Document] = {}
    entries = {0: Repository.withdrawal_file(round_id, id), 1: Repository.application_file(round_id, id)}
    entries |= {number: Repository.correction_file(round_id, id, number) for number in range(2, 100)}
    for number, entry in entries.items():
        document = taken.get(entry.path) or _document(objects, tip, entry)
        if document is not None:
            there[number] = document
        elif number > 1:
            break
    return there


def _document(objects: Objects, tip: str, entry: Entry) -> Document | None:
    """A file of the main branch, if it is there and has the form of its kind."""
    name = f"{tip}:{entry.path}"
    size = objects.size(name)
    if size is None or size > LIMITS[entry.kind]:
        return None
    document = yaml_read.read(objects.read(name) or b"", entry.path)
    return document if isinstance(document, Document) and not schema.check(document, entry.kind) else None


def _commit(git: Git, main: str, tip: str, merged: list[_Sent], remote: str | None, push: bool, now: int) -> None:
    """One merge for each, in one process of Git; then the main branch moves, and the branches go."""
    lines = []
    for number, one in enumerate(merged, 1):
        words = f"Take in {one.branch.name.removeprefix('apply/')}\n"
        before = f":{number - 1}" if number > 1 else tip
        lines.append(
            f"commit refs/counterpart/merge\nmark :{number}\ncommitter {_WHO} {now} +0000\n"
            f"data {len(words)}\n{words}from {before}\nmerge {one.branch.head}\n"
            f"M 100644 {one.blob} {one.entry.path}\n\n"
        )
    git.run("fast-import", "--quiet", "--force", content="".join(lines).encode("ascii"))
    new = git.commit("refs/counterpart/merge")
    git.bring_along(f"refs/heads/{main}", tip, new)
    moves = [f"update refs/heads/{main} {new} {tip}", "delete refs/counterpart/merge"]
    if remote is None:
        moves += [f"delete {one.branch.ref} {one.branch.head}" for one in merged]
    git.run("update-ref", "--stdin", content=("\n".join(moves) + "\n").encode("utf-8"))
    if remote and push:
        _push(git, remote, main, merged)


def _push(git: Git, remote: str, main: str, merged: list[_Sent]) -> None:
    """Send the main branch; then remove the branches that are in it, each only if nobody added to it since."""
    git.run("push", "--quiet", remote, f"refs/heads/{main}:refs/heads/{main}")
    for start in range(0, len(merged), 200):
        some = merged[start : start + 200]
        leases = [f"--force-with-lease=refs/heads/{one.branch.name}:{one.branch.head}" for one in some]
        git.run("push", "--quiet", *leases, remote, *(f":refs/heads/{one.branch.name}" for one in some))
