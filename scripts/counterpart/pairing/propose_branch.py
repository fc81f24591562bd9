"""Propose: match a round, and put the proposal on a branch of its own, from which a pull request is made."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from counterpart.files.git import Change, Git
from counterpart.files.paths import Entry
from counterpart.files.progress import Progress
from counterpart.files.repository import Repository
from counterpart.findings import Finding, UsageError
from counterpart.forge.host import Busy, Down, Forge, Pull
from counterpart.model import RoundId
from counterpart.pairing.match_round import match
from counterpart.pairing.summary import Summary

_TRIES = 5  # while others push to the same branch


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """The result: findings that stand in the way, or the branch, its commit and the pull request's text."""

    findings: tuple[Finding, ...] = ()
    branch: str = ""
    commit: str = ""
    changed: bool = False  # whether the branch is another than before
    accepted: bool = False  # the same proposal is on the main line already
    text: str = ""
    summary: Summary | None = None


def propose_round(
    repository: Repository,
    round_id: RoundId,
    *,
    remote: str | None,
    now: datetime,
    number: int = 1,
    report: Progress,
) -> Proposed:
    """Match *round_id* as it is in the last commit, and bring the branch ``propose/<round>`` up to date.

    The branch holds the last commit, the decisions that were committed to it, and the proposal with its proof.
    It only grows: a new proposal follows what is there, merged with the last commit where that is newer, so that
    whoever has the branch can pull it. A proposal that is on the branch already is the earlier one, whose pairs
    are kept among equals. With a *remote*, the branch is pushed there; what somebody pushed in the meantime is
    taken along. *number*: 2 or more for a rematch, whose branch ends in that number.
    """
    git = Git(repository.root)
    branch = f"propose/{round_id}" if number == 1 else f"propose/{round_id}-{number}"
    for _ in range(_TRIES):
        head = git.commit("HEAD")
        _committed(git, repository, round_id)
        line = _Line(git=git, head=head, tip=_tip(git, remote, f"refs/heads/{branch}"), branch=branch)
        proposed, contents = _matched(repository, line, round_id, number, report)
        if not contents:
            return proposed
        words = f"Propose the pairs of round {round_id}"
        own = {*contents, repository.decisions_file(round_id).path}
        commit = git.commit_files(
            head, contents, words, int(now.timestamp()), after=line.parents(), kept=line.kept(own)
        )
        if _move(line, remote, commit):
            return _replaced(proposed, commit=commit, changed=True)
    raise UsageError(
        f"Somebody else pushed to the branch '{branch}' again and again in the meantime. Wait until they are "
        "done, and run the command again."
    )


def _matched(
    repository: Repository, line: _Line, round_id: RoundId, number: int, report: Progress
) -> tuple[Proposed, dict[str, bytes]]:
    """What matching comes to, and the files to put on the branch; none where nothing is to be changed there."""
    entries = (repository.certificate_file(round_id, number), repository.pairings_file(round_id, number))
    decisions = repository.decisions_file(round_id)
    decided = line.decided(decisions.path)
    before = _files(repository, (*entries, decisions) if decided else entries)
    try:
        repository.write_all(line.earlier([entry.path for entry in entries]) | decided, lasting=False)
        matched = match(repository, round_id, number=number, report=report)
        if matched.summary is None:
            return Proposed(findings=matched.findings), {}
        files = _files(repository, entries)
    finally:
        repository.put_back(before)
    contents = {path: content for path, content in files.items() if isinstance(content, bytes)} | decided
    proposed = Proposed(branch=line.branch, text=matched.text, summary=matched.summary)
    if contents == before:
        return _replaced(proposed, commit=line.head, accepted=True), {}
    if line.holds(contents):
        return _replaced(proposed, commit=line.tip), {}
    return proposed, contents


def _files(repository: Repository, entries: tuple[Entry, ...]) -> dict[str, bytes | Finding | None]:
    """What stands in files of this copy, by their paths; None where there is no file."""
    return {entry.path: repository.read(entry) if repository.exists(entry) else None for entry in entries}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """The last commit and the tip of the proposal's branch, and what the one has that the other lacks."""

    git: Git
    head: str
    tip: str  # empty where there is no branch yet
    branch: str

    @property
    def base(self) -> str:
        return self.git.base(self.head, self.tip)

    def parents(self) -> tuple[str, ...]:
        """What the new commit follows: the tip first, and the last commit where the tip lacks it."""
        if not self.tip or self.git.is_ancestor(self.tip, self.head):
            return (self.head,)
        return (self.tip,) if self.git.is_ancestor(self.head, self.tip) else (self.tip, self.head)

    def news(self, path: str) -> bool:
        """Whether the branch has a file *path* that the line of the last commit never had since they parted."""
        with self.git.objects() as objects:
            there = objects.id(f"{self.tip}:{path}")
        return bool(there) and there not in self.git.versions(self.base, self.head, path)

    def blob(self, path: str) -> bytes | None:
        """The contents of a file on the branch."""
        with self.git.objects() as objects:
            return objects.read(f"{self.tip}:{path}")

    def holds(self, contents: Mapping[str, bytes]) -> bool:
        """Whether the branch has these files already, just as they are."""
        return bool(self.tip) and all(self.blob(path) == content for path, content in contents.items())

    def earlier(self, paths: list[str]) -> dict[str, bytes]:
        """The proposal of the branch, as files to compare the new one with; nothing where it was taken in."""
        if not self.tip or not any(self.news(path) for path in paths):
            return {}
        return {path: content for path in paths if (content := self.blob(path)) is not None}

    def decided(self, path: str) -> dict[str, bytes]:
        """The decisions that were committed to the branch and not taken in yet, as a file to write.

        A usage error where both lines changed them: two people's decisions are put together by people.
        """
        if not self.tip or not self.news(path):
            return {}
        with self.git.objects() as objects:
            here = objects.id(f"{self.head}:{path}")
        if here not in self.git.versions(self.base, self.tip, path):
            raise UsageError(
                f"Both the branch of the proposal and this line changed '{path}'. Put the decisions together in "
                "one of the two, and let the other have the same file."
            )
        return {path: self.blob(path) or b""}

    def kept(self, own: set[str]) -> tuple[Change, ...]:
        """Changes on the branch of files that are not its *own*, to be kept there.

        A usage error where they are of files that are matched, or that the last commit has otherwise: what is
        proposed would not be what the branch holds.
        """
        if not self.tip:
            return ()
        base = self.base
        here = {change.path: change for change in self.git.changes(base, self.head)}
        kept = []
        for change in self.git.changes(base, self.tip):
            path = change.path.decode("utf-8", "surrogateescape")
            other = here.get(change.path)
            if path in own or (other and (other.blob, other.mode) == (change.blob, change.mode)):
                continue
            if other and change.blob in self.git.versions(base, self.head, path):
                continue
            if other or path.startswith(("rounds/", "applicants/")):
                raise UsageError(
                    f"The branch '{self.branch}' has other files of rounds or applications than this copy. If "
                    "they come from the main branch, bring this copy up to date with 'git pull', and run the "
                    "command again. If somebody changed them on the branch, commit these changes to the main "
                    "branch first: of the branch itself, only the decisions count."
                )
            kept.append(change)
        return tuple(kept)


def _replaced(proposed: Proposed, *, commit: str, changed: bool = False, accepted: bool = False) -> Proposed:
    return replace(proposed, commit=commit, changed=changed, accepted=accepted)


def _committed(git: Git, repository: Repository, round_id: RoundId) -> None:
    """A usage error where files of the round are not as in the last commit: the branch would not hold them."""
    folders = [entry.path.rpartition("/")[0] for entry in (
        repository.round_file(round_id), repository.application_file(round_id, "0000000000")
    )]  # fmt: skip
    if git.run("status", "--porcelain=v1", "--untracked-files=all", "--", *folders).strip():
        raise UsageError(
            "Files of the round are not as in the last commit, so the branch would not hold them. Commit them, or "
            "put them back."
        )


def _tip(git: Git, remote: str | None, ref: str) -> str:
    """The commit at which the branch is now; empty where there is none."""
    if remote is None:
        return git.tip(ref)
    listed = git.talk("ls-remote", remote, ref)
    if listed is None:
        raise UsageError(f"The remote '{remote}' does not answer; look at the network and at your rights.")
    found = listed.split()
    if not found:
        return ""
    if git.talk("fetch", "--no-tags", "--no-write-fetch-head", remote, ref) is None:
        raise UsageError(f"The branch '{ref}' cannot be fetched from '{remote}'.")
    return found[0].decode("ascii")


def _move(line: _Line, remote: str | None, commit: str) -> bool:
    """Let the branch be at *commit*, which follows it; False where somebody moved it since it was looked at."""
    git, ref = line.git, f"refs/heads/{line.branch}"
    if remote is None:
        git.bring_along(ref, line.tip, commit)
        try:
            git.run("update-ref", ref, commit, line.tip or "0" * 40)
        except UsageError:
            git.bring_along(ref, commit, line.tip)
            return False
        return True
    if git.talk("push", "--quiet", remote, f"{commit}:{ref}") is not None:
        return True
    listed = git.talk("ls-remote", remote, ref)
    now = listed.split()[0].decode("ascii") if listed and listed.split() else ""
    if listed is None or (now == line.tip and now != commit):
        raise UsageError(f"'{remote}' did not take the branch. Look at your rights, and run the command again.")
    return now == commit


def describe(forge: Forge, round_id: RoundId, proposed: Proposed) -> Pull:
    """The proposal's pull request at the host, opened or brought up to date; a usage error if it cannot be."""
    try:
        return asyncio.run(forge.describe(proposed.branch, f"Pairs of round {round_id}", proposed.text))
    except (Busy, Down):
        raise UsageError(
            "The branch is pushed, but the host did not take the pull request. Look at the token's rights "
            "(contents and pull requests), and run the command again."
        ) from None
