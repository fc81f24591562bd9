"""Propose: match a round, and put the proposal on a branch of its own, from which a pull request is made."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from counterpart.commands.match import match
from counterpart.commands.progress import Report
from counterpart.core.summary import Summary
from counterpart.edges.forge import Busy, Down, Forge, Pull
from counterpart.edges.git import Git
from counterpart.edges.repository import Repository
from counterpart.finding import Finding, UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What came of it: findings that stand in the way, or the branch, its commit and the pull request's text."""

    findings: tuple[Finding, ...] = ()
    branch: str = ""
    commit: str = ""
    changed: bool = False  # whether the branch is another than before
    accepted: bool = False  # the same proposal is on the main line already
    text: str = ""
    summary: Summary | None = None


def propose_round(
    repository: Repository,
    round_id: str,
    *,
    remote: str | None,
    now: datetime,
    number: int = 1,
    report: Report,
) -> Proposed:
    """Match *round_id* as it is in the last commit, and bring the branch ``propose/<round>`` up to date.

    The branch holds the last commit and one more, with the proposal and its proof. A proposal that is on the
    branch already is the earlier one, whose pairs are kept among equals, and decisions that were committed to
    the branch are obeyed and stay on it. With a *remote*, the branch is pushed there, unless somebody else has
    moved it since it was looked at. *number*: 2 or more for a rematch, whose branch ends in that number.
    """
    git = Git(repository.root)
    head = git.commit("HEAD")
    _committed(git, repository, round_id)
    branch = f"propose/{round_id}" if number == 1 else f"propose/{round_id}-{number}"
    ref = f"refs/heads/{branch}"
    before = _before(git, remote, ref)
    entries = (repository.certificate_file(round_id, number), repository.pairings_file(round_id, number))
    decisions = repository.decisions_file(round_id)
    decided = _decided(git, before, head, decisions.path)
    mine = {
        entry.path: repository.read(entry) if repository.exists(entry) else None
        for entry in (*entries, *((decisions,) if decided else ()))
    }
    try:
        _lay_out(git, repository, before, head, [entry.path for entry in entries])
        repository.write_all(decided, lasting=False)
        matched = match(repository, round_id, number=number, report=report)
        if matched.summary is None:
            return Proposed(findings=matched.findings)
        files = {entry.path: repository.read(entry) for entry in entries}
    finally:
        repository.put_back(mine)
    contents = {path: content for path, content in files.items() if isinstance(content, bytes)} | decided
    done = Proposed(branch=branch, text=matched.text, summary=matched.summary)
    if contents == mine:
        return _replaced(done, commit=head, accepted=True)
    if before and contents == {path: _blob(git, before, path) for path in contents}:
        return _replaced(done, commit=before)
    commit = git.commit_files(head, contents, f"Propose the pairs of round {round_id}", int(now.timestamp()))
    _move(git, remote, ref, before, commit)
    return _replaced(done, commit=commit, changed=True)


def _replaced(done: Proposed, *, commit: str, changed: bool = False, accepted: bool = False) -> Proposed:
    return Proposed(
        branch=done.branch, text=done.text, summary=done.summary, commit=commit, changed=changed, accepted=accepted
    )


def _committed(git: Git, repository: Repository, round_id: str) -> None:
    """A usage error where files of the round are not as in the last commit: the branch would not hold them."""
    folders = [entry.path.rpartition("/")[0] for entry in (
        repository.round_file(round_id), repository.application_file(round_id, "0000000000")
    )]  # fmt: skip
    if git.run("status", "--porcelain=v1", "--untracked-files=all", "--", *folders).strip():
        raise UsageError(
            "Files of the round are not as in the last commit, so the branch would not hold them. Commit them, or "
            "put them back."
        )


def _before(git: Git, remote: str | None, ref: str) -> str:
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


def _lay_out(git: Git, repository: Repository, before: str, head: str, paths: list[str]) -> None:
    """Put the proposal of the branch into its place, so that the new one is compared with it."""
    if before and git.run("merge-base", head, before).decode("ascii").strip() != before:
        old = {path: content for path in paths if (content := _blob(git, before, path)) is not None}
        repository.write_all(old, lasting=False)


def _decided(git: Git, before: str, head: str, path: str) -> dict[str, bytes]:
    """The decisions that were committed to the branch *before* and that *head* does not have, as a file to write.

    A usage error where both changed them: two people's decisions are put together by people.
    """
    if not before:
        return {}
    base = git.run("merge-base", head, before).decode("ascii").strip()
    there, here, once = (_blob(git, commit, path) for commit in (before, head, base))
    if there is None or there in (here, once):
        return {}
    if here != once:
        raise UsageError(
            f"Both the branch of the proposal and this line changed '{path}'. Put the decisions together in one "
            "of the two, and let the other have the same file."
        )
    return {path: there}


def _blob(git: Git, commit: str, path: str) -> bytes | None:
    with git.objects() as objects:
        return objects.read(f"{commit}:{path}")


def _move(git: Git, remote: str | None, ref: str, before: str, commit: str) -> None:
    faster = UsageError("Somebody else proposed at the same time. Run the command again.")
    if remote is None:
        try:
            git.run("update-ref", ref, commit, before or "0" * 40)
        except UsageError:
            raise faster from None
    elif git.talk("push", "--quiet", f"--force-with-lease={ref}:{before}", remote, f"{commit}:{ref}") is None:
        now = git.talk("ls-remote", remote, ref)
        if now is None or not now.startswith(commit.encode("ascii")):
            raise faster


def describe(forge: Forge, round_id: str, proposed: Proposed) -> Pull:
    """The proposal's pull request at the host, opened or brought up to date; a usage error if it cannot be."""
    try:
        return asyncio.run(forge.describe(proposed.branch, f"Pairs of round {round_id}", proposed.text))
    except (Busy, Down):
        raise UsageError(
            "The branch is pushed, but the host did not take the pull request. Look at the token's rights "
            "(contents and pull requests), and run the command again."
        ) from None
