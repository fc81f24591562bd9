"""The path guard: what a pull request may change of what must not be changed.

An applicant's may add one file of one application. Nobody's may change a published report, but delete it.

It reads the pull request as data and decides by what Git says of it, never by what the branch holds as code.
"""

from __future__ import annotations

from dataclasses import dataclass

from counterpart.files import schema, yaml_read
from counterpart.files.git import Change, Git, Objects
from counterpart.files.paths import APPLICANTS, LIMITS, Entry
from counterpart.files.repository import Repository
from counterpart.files.yaml_read import Document
from counterpart.rounds.build import Data
from counterpart.rounds.responses import entry_of

_PLAIN = "100644"
_KINDS = {"120000": "a symbolic link", "160000": "a submodule", "100755": "a program that may be run"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """What the guard says: nobody's application, one file that may be added, or why not."""

    entry: Entry | None = None
    blob: str = ""
    refusal: str = ""

    @property
    def concerned(self) -> bool:
        """Whether the pull request is an applicant's at all."""
        return self.entry is not None or bool(self.refusal)


def guard(git: Git, base: str, head: str, branch: str | None = None) -> Guarded:
    """Whether what *head* adds to *base* is one file of one application, which fits the name of *branch*.

    Compared is *head* with where it left *base*, so that what was merged meanwhile does not count. A report is
    compared with all that *base* ever had under its name: two versions differ in what points at a person.
    """
    one, two = git.commit(base), git.commit(head)
    changes = git.changes(git.base(one, two), two)
    if refusal := _changed_report(git, changes, one):
        return Guarded(refusal=refusal)
    with git.objects() as objects:
        return judged(changes, branch, objects)


def _changed_report(git: Git, changes: tuple[Change, ...], base: str) -> str:
    """Why not, where a report would be another than the one that was published under its name; else empty."""
    for change in changes:
        path = change.path.decode("utf-8", "replace")
        if change.status == "D" or Repository.report_of(path) is None:
            continue
        if change.mode != _PLAIN:
            return "A report must be an ordinary file."
        published = {each.blob for each in git.story(base, path) if each.status != "D"}
        if change.status != "A" or published - {change.blob}:
            return (
                "A published report may be deleted, but never changed or written again: what two versions differ "
                f"in could point at a person. It changes {path}."
            )
    return ""


def judged(changes: tuple[Change, ...], branch: str | None, objects: Objects) -> Guarded:
    """The same, of changes that are known already."""
    applies = branch is not None and branch.startswith("apply/")
    inside = any(change.path.startswith(APPLICANTS.encode() + b"/") for change in changes)
    if not applies and not inside:
        return Guarded()
    if len(changes) != 1:
        several = f"{len(changes):,} files" if changes else "nothing"
        return Guarded(refusal=f"It must add one file and change nothing else; it changes {several}.")
    if refusal := _adds_no_file(changes[0]):
        return Guarded(refusal=refusal)
    entry = _entry(changes[0].path)
    if entry is None:
        example = "applicants/2027-1/7GQ2MK4XHN.yaml"
        return Guarded(refusal=f"The file must be one of an application, such as '{example}'.")
    if branch is not None and branch != branch_of(entry):
        return Guarded(refusal=f"The branch of this file must be '{branch_of(entry)}'.")
    if refusal := _wrong_content(entry, changes[0].blob, objects):
        return Guarded(refusal=refusal)
    return Guarded(entry=entry, blob=changes[0].blob)


def _adds_no_file(change: Change) -> str:
    """Why not, where the change is anything else than a new ordinary file; else empty."""
    if change.status != "A":
        words = {"D": "deletes", "T": "changes the kind of"}.get(change.status, "changes")
        return f"It must add a file; it {words} one that is there."
    if change.mode != _PLAIN:
        return f"It must add an ordinary file; it adds {_KINDS.get(change.mode, 'something else')}."
    return ""


def _entry(path: bytes) -> Entry | None:
    """The file of an application or of an answer that a path names."""
    try:
        text = path.decode("ascii")
    except UnicodeDecodeError:
        return None
    return Repository.form(text) or Repository.response(text)


def branch_of(entry: Entry) -> str:
    """The branch on which the file of an application is sent."""
    name = entry.path.rpartition("/")[2].removesuffix(".yaml")
    return f"apply/{entry.path.split('/')[1]}/{name}"


def _wrong_content(entry: Entry, blob: str, objects: Objects) -> str:
    """Why not, where the file does not hold what its name says; else empty."""
    size, limit = objects.size(blob), LIMITS[entry.kind]
    if size is None or size > limit:
        return f"The file must be at most {limit // 1024} KiB large."
    document = yaml_read.read(objects.read(blob) or b"", entry.path)
    if not isinstance(document, Document) or schema.check(document, entry.kind):
        return "The file must have the form of its kind; 'counterpart check' says what is wrong."
    if "resealed" in document.data:
        return "An applicant's file must not say `resealed`; only coordinators seal again."
    if entry.kind == "response" and (refusal := _wrong_answer(entry, document.data)):
        return refusal
    if document.data["id"] != entry.stem or document.data["round"] != entry.path.split("/")[1]:
        return "The file's `id` and `round` must be those of its name and folder."
    return ""


def _wrong_answer(entry: Entry, answer: Data) -> str:
    """The same of what only an answer within a round can get wrong."""
    if "by" in answer:
        return "An answer of a person must not say `by`; only coordinators write one down."
    if entry != entry_of(answer):
        return "The file of an answer must be named by what is sealed in it."
    return ""
