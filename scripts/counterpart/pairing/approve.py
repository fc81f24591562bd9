"""Approve: a coordinator's word that the proposal may be introduced, given only for one that verifies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from counterpart.digest import written
from counterpart.files.git import Git
from counterpart.files.progress import Progress
from counterpart.files.repository import Repository
from counterpart.files.yaml_write import dump
from counterpart.findings import Finding, UsageError
from counterpart.model import Basis, RoundId
from counterpart.moments import moment_text
from counterpart.pairing.verify_round import verify
from counterpart.rounds.load import load_round

#: Who approved, where nobody typed it: those who merged the pull request.
MERGED = "merged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """The result: findings that stand in the way, or what is approved."""

    findings: tuple[Finding, ...] = ()
    pairs: int = 0
    sentence: str = ""
    written: bool = False
    path: str = ""  # of the approval


def approve(repository: Repository, round_id: RoundId, *, by: str, now: datetime, report: Progress) -> Approved:
    """Write ``approval.yaml`` for the latest proposal that is there, or say what is wrong with it.

    An approval that is still good stays as it is, with its moment and its name.
    """
    verified = verify(repository, round_id, report=report)
    if verified.findings or verified.sentence is None:
        return Approved(findings=verified.findings)
    loaded = load_round(repository, round_id)
    if loaded.roll is None:
        raise UsageError(
            f"Round {round_id} has no roll, so nobody is admitted yet: 'counterpart admit {round_id}'."
        )
    number = loaded.latest
    proposal = loaded.proposals.get(number)
    if loaded.basis is None or proposal is None:
        raise UsageError("The round's files changed while they were read; try again.")
    if number == 1 and proposal.inputs.pool != loaded.roll.pool:
        raise UsageError(
            f"The roll does not say which application was admitted of everybody: 'counterpart admit {round_id}'."
        )
    path = repository.approval_file(round_id, number).path
    if not loaded.approved:
        rests_on = {part: written(getattr(loaded.basis, part)) for part in Basis.__slots__}
        data = {"format": 1, "round": round_id, **rests_on, "by": by, "approved": moment_text(now)}
        repository.write_all({path: dump(data).encode("utf-8")})
    return Approved(pairs=verified.pairs, sentence=verified.sentence, written=not loaded.approved, path=path)


def without_approval(repository: Repository) -> tuple[RoundId, ...]:
    """The open rounds whose pool is frozen and whose pairs nobody has approved, or whose approval is void."""
    found = []
    for round_id in repository.rounds()[0]:
        if not repository.exists(repository.roll_file(round_id)):
            continue
        loaded = load_round(repository, round_id)
        if loaded.round is not None and not loaded.round.closed and not loaded.approved:
            found.append(round_id)
    return tuple(found)


def approve_merged(
    repository: Repository, remote: str, *, now: datetime, report: Progress
) -> tuple[tuple[str, Approved], ...]:
    """Approve every proposal that was merged into the last commit, and push the approvals to *remote*.

    They go to the branch that is checked out: merging is the coordinators' word. The work tree stays as it is.

    A usage error where the remote's branch is not at the last commit: then somebody pushed, and it is run again.
    """
    git = Git(repository.root)
    head, branch = git.commit("HEAD"), git.head()
    if not branch:
        raise UsageError("No branch is checked out. Check out the main branch, into which proposals are merged.")
    done, files = [], {}
    for round_id in without_approval(repository):
        number = load_round(repository, round_id).latest
        entry = repository.approval_file(round_id, number)
        if not repository.exists(repository.pairings_file(round_id, number)):
            continue
        before = repository.read(entry) if repository.exists(entry) else None
        try:
            approved = approve(repository, round_id, by=MERGED, now=now, report=report)
            content = repository.read(entry) if approved.written else None
        finally:
            repository.put_back({entry.path: before})
        if isinstance(content, bytes):
            files[entry.path] = content
        done.append((round_id, approved))
    if files:
        commit = git.commit_files(head, files, "Approve the pairs that were merged", int(now.timestamp()))
        if (
            git.talk("push", "--quiet", f"--force-with-lease={branch}:{head}", remote, f"{commit}:{branch}")
            is None
        ):
            raise UsageError(
                f"'{remote}' did not take the approval: somebody pushed since. Run the command again."
            )
    return tuple(done)
