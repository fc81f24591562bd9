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
    change = changes[0]
    if change.status != "A":
        words = {"D": "deletes", "M": "changes", "T": "changes the kind of"}.get(change.status, "changes")
        return Guarded(refusal=f"It must add a file; it {words} one that is there.")
    if change.mode != _PLAIN:
        kind = _KINDS.get(change.mode, "something else")
        return Guarded(refusal=f"It must add an ordinary file; it adds {kind}.")
    try:
        path = change.path.decode("ascii")
        entry = Repository.form(path) or Repository.response(path)
    except UnicodeDecodeError:
        entry = None
    if entry is None:
        example = "applicants/2027-1/7GQ2MK4XHN.yaml"
        return Guarded(refusal=f"The file must be one of an application, such as '{example}'.")
    if branch is not None and branch != branch_of(entry):
        return Guarded(refusal=f"The branch of this file must be '{branch_of(entry)}'.")
    return _content(entry, change.blob, objects)


def branch_of(entry: Entry) -> str:
    """The branch on which the file of an application is sent."""
    name = entry.path.rpartition("/")[2].removesuffix(".yaml")
    return f"apply/{entry.path.split('/')[1]}/{name}"


def _content(entry: Entry, blob: str, objects: Objects) -> Guarded:
    size, limit = objects.size(blob), LIMITS[entry.kind]
    if size is None or size > limit:
        return Guarded(refusal=f"The file must be at most {limit // 1024} KiB large.")
    document = yaml_read.read(objects.read(blob) or b"", entry.path)
    if not isinstance(document, Document) or schema.check(document, entry.kind):
        return Guarded(refusal="The file must have the form of its kind; 'counterpart check' says what is wrong.")
    if "resealed" in document.data:
        return Guarded(refusal="An applicant's file must not say `resealed`; only coordinators seal again.")
    if entry.kind == "response" and "by" in document.data:
        return Guarded(refusal="An answer of a person must not say `by`; only coordinators write one down.")
    if entry.kind == "response" and entry != entry_of(document.data):
        return Guarded(refusal="The file of an answer must be named by what is sealed in it.")
    if document.data["id"] != entry.stem or document.data["round"] != entry.path.split("/")[1]:
        return Guarded(refusal="The file's `id` and `round` must be those of its name and folder.")
    return Guarded(entry=entry, blob=blob)
