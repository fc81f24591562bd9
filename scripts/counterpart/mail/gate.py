"""The gate: everything that must hold before anybody is introduced, looked at once more, on one machine.

On many hosts nothing else stands between a wrong file and a thousand mails: a red check blocks nobody there.
So every check is run again here, on what the disk holds now.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from counterpart.files import yaml_read
from counterpart.files.git import Git, Objects
from counterpart.files.paths import APPLICANTS, ROUNDS
from counterpart.files.progress import Progress, counting
from counterpart.files.repository import Repository
from counterpart.findings import Finding, Severity, UsageError
from counterpart.model import Proposal, Round, RoundId
from counterpart.pairing.pool import Pool
from counterpart.pairing.ready import ready_pool
from counterpart.pairing.verify_round import verify
from counterpart.rounds.build import Data
from counterpart.rounds.identity import Identity
from counterpart.rounds.load import Loaded, is_later, load_round
from counterpart.rounds.open_sealed import open_all
from counterpart.sealing import keyring
from counterpart.sealing.seal import NotOpened, open_sealed
from counterpart.sealing.signed import sealed_digest

_PLAIN = "100644"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """What stands in the way, as findings or as sentences."""

    findings: tuple[Finding, ...] = ()
    refusals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """What may be introduced. ``identities``: of everybody on the proposal, by id; in memory alone."""

    proof: str
    pool: Pool
    proposal: Proposal
    identities: Mapping[str, Identity]

    def __repr__(self) -> str:
        """How many, and nobody's name."""
        return f"Passed({self.pool.round.id}, people={len(self.identities)})"


#: Findings that come of what happens to people after they were introduced, and of nothing else.
_OF_LEAVING = frozenset({"person-withdrawn", "approval-void", "proposal-person", "proposal-outdated"})


def gate_as_approved(
    repository: Repository, round_id: RoundId, key: str | None, *, report: Progress, handed_over: bool = False
) -> Passed | Stopped | None:
    """The gate, for the round as it was when its approval was committed; None where that cannot be looked at.

    For introductions that have begun: when somebody withdraws then, the others still hear of their partners, by
    the proposal that was approved.
    """
    git = Git(repository.root)
    number = load_round(repository, round_id).latest
    commit = git.last_change(git.commit("HEAD"), repository.approval_file(round_id, number).path)
    if not commit:
        return None
    with tempfile.TemporaryDirectory(prefix="counterpart-") as folder:  # sealed files, nothing that was opened
        git.export(commit, (f"{ROUNDS}/{round_id}", f"{APPLICANTS}/{round_id}"), Path(folder))
        then = Repository(Path(folder), remember=True)
        return gate(then, round_id, key, report=report, history=repository, handed_over=handed_over)


def only_left(stopped: Stopped) -> bool:
    """Whether nothing stands in the way but that people left, or decisions were taken, after the approval."""
    return bool(stopped.findings) and all(finding.rule in _OF_LEAVING for finding in stopped.findings)


def gate(
    repository: Repository,
    round_id: RoundId,
    key: str | None,
    *,
    report: Progress,
    history: Repository | None = None,
    handed_over: bool = False,
) -> Passed | Stopped:
    """Look at a round as if for the first time: guard, check, verify, digests, approval, and every sealed part.

    Looked at is the latest pairing: those before it were introduced.
    *history*: the repository whose history is looked at, where it is not the same. *handed_over*: a coordinator
    with an older key has looked at what was sealed before this key was added.
    """
    loaded = load_round(repository, round_id, counting(report))
    settings = _settings(loaded)
    findings = _errors(repository, loaded)
    if findings:
        return Stopped(findings=findings)
    number = loaded.latest
    _proposed(loaded)
    report("looking at the history of the files")
    keys = keyring.for_round(round_id, settings.sample, key)
    refusals = list(guarded(history or repository, round_id, [each.private for each in keys], handed_over))
    if number not in loaded.approvals:
        refusals.append(f"Nobody has approved this proposal: 'counterpart approve {round_id} --as NAME'.")
    if refusals:
        return Stopped(refusals=tuple(refusals))
    verified = verify(repository, round_id, number=number, report=report)
    if verified.findings:
        return Stopped(findings=verified.findings)
    pool = ready_pool(loaded, number)
    step = counting(report, "applications opened")
    opened = {each.id: each.identity for each in open_all(repository, round_id, pool.ids, keys, step)}
    identities = {id: identity for id, identity in opened.items() if identity is not None}
    if shut := sorted(opened.keys() - identities.keys()):
        some = ", ".join(shut[:10])
        return Stopped(refusals=(f"The sealed part is not the one that was sent, or does not open: {some}.",))
    return Passed(
        proof=verified.sentence or "", pool=pool, proposal=loaded.proposals[number], identities=identities
    )


def _settings(loaded: Loaded) -> Round:
    if loaded.round is None:
        raise UsageError(f"The settings of round {loaded.id} cannot be read; 'counterpart check' says why.")
    if loaded.round.closed:
        raise UsageError(f"Round {loaded.id} is closed: its applications are gone.")
    return loaded.round


def _proposed(loaded: Loaded) -> None:
    """A usage error where there is nothing yet to introduce anybody by."""
    if loaded.latest not in loaded.proposals:
        raise UsageError(f"Round {loaded.id} has no proposal yet. Make one with 'counterpart match {loaded.id}'.")
    if loaded.roll is None:
        raise UsageError(f"Nobody is admitted to round {loaded.id} yet: 'counterpart admit {loaded.id}'.")


def _errors(repository: Repository, loaded: Loaded) -> tuple[Finding, ...]:
    """All errors in the round's own files, those of the proposal and the approval too, and foreign files."""
    folder = f"{APPLICANTS}/{loaded.id}"
    return tuple(
        finding
        for finding in loaded.findings
        if finding.severity is Severity.ERROR
        and (
            finding in loaded.blocking
            or (finding.location.path.startswith(f"{ROUNDS}/{loaded.id}/") and is_later(finding.location.path))
            or (finding.location.path.startswith(folder) and repository.form(finding.location.path) is None)
        )
    )


def guarded(
    repository: Repository, round_id: RoundId, private: list[str], handed_over: bool = False
) -> Iterator[str]:
    """What the history says against the files: sentences, none if all is well.

    Every file of an application was added once and never changed, except by sealing the same words again for
    another coordinator; and the files here are those of the last commit.
    """
    git = Git(repository.root)
    try:
        head = git.commit("HEAD")
    except UsageError:
        yield "The files must lie in a Git repository with at least one commit, whose history can be looked at."
        return
    folders = (f"{ROUNDS}/{round_id}", f"{APPLICANTS}/{round_id}")
    loose = git.run("status", "--porcelain=v1", "-z", "--untracked-files=all", "--", *folders).split(b"\0")
    changed = [line[3:].decode("utf-8", "replace") for line in loose if line]
    changed = [name for name in changed if not name.endswith(".tmp")]
    if changed:
        what = "one file of the round is" if len(changed) == 1 else f"{len(changed):,} files of the round are"
        yield (
            f"In this folder {what} not as in the last commit ({', '.join(sorted(changed)[:3])}). "
            "Commit what is right so that others see it, or put it back."
        )
        return
    with git.objects() as objects:
        unseen: set[str] = set()
        yield from _history(git, objects, head, folders[1], private, unseen)
    if unseen and not handed_over:
        yield (
            f"{len(unseen):,} applications were sealed again before there was a key that you hold, so you cannot "
            "see whether their words stayed the same. Ask a coordinator with an older key to run 'counterpart "
            f"introduce {round_id} --dry-run'. If that passes, add --handed-over."
        )


def _history(
    git: Git, objects: Objects, head: str, folder: str, private: list[str], unseen: set[str]
) -> Iterator[str]:
    first: dict[str, str] = {}  # path -> the blob that was added
    gone: set[str] = set()
    for change in git.story(head, folder):
        path = change.path.decode("utf-8", "replace")
        if change.status == "A" and path in gone:
            yield f"'{path}' was deleted and added again."
        elif change.status == "A" and change.mode == _PLAIN:
            first[path] = change.blob
        elif change.status == "D":
            gone.add(path)
        elif change.status == "M" and change.mode == _PLAIN and path in first:
            same = only_resealed(objects, first[path], change.blob, private)
            if same is None:
                unseen.add(path)
            elif not same:
                yield f"'{path}' was changed after it was added, by more than sealing the same words again."
        else:
            yield f"'{path}' was changed into something that is no ordinary file."


def only_resealed(objects: Objects, old: str, new: str, private: list[str]) -> bool | None:
    """Whether two forms of one file say the same, and hold the same words under their seals.

    None where all that can be seen is right and only the newer seal opens with these keys.
    """
    before, after = _mapping(objects, old), _mapping(objects, new)
    if before is None or after is None:
        return False
    if "sealed" not in before or "sealed" not in after:
        return before == after
    rest = [{**data, "sealed": None, "resealed": None} for data in (before, after)]
    if rest[0] != rest[1] or sealed_digest(before) != sealed_digest(after):
        return False
    return _same_words(before["sealed"], after["sealed"], private)


def _mapping(objects: Objects, blob: str) -> Data | None:
    """The data of a file of the history, where it is a mapping."""
    read = yaml_read.read(objects.read(blob) or b"", "file")
    return read.data if isinstance(read, yaml_read.Document) and isinstance(read.data, dict) else None


def _same_words(before: str, after: str, private: list[str]) -> bool | None:
    try:
        now = open_sealed(after, private)
    except NotOpened:
        return False
    try:
        return open_sealed(before, private) == now
    except NotOpened:
        return None
