"""The log of e-mails is deleted, moved back, replaced or not pushed: nobody gets a mail twice, and it goes on.

What a refusal tells people to type is typed here as it is printed.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from counterpart.cli.main import main
from counterpart.files.git import Git
from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.mail.deliver import settle
from counterpart.rounds.mail_log import Line, State
from counterpart.rounds.mail_log_branch import MailLogBranch
from tests.mail.test_deliver import GIT, Office
from tests.mail.test_deliver import office as office
from tests.sender import send

BRANCH = "refs/heads/ledger/2027-1"


def git(where: Path, *arguments: str) -> str:
    done = subprocess.run([*GIT, *arguments], cwd=where, capture_output=True, check=True)
    return done.stdout.decode().strip()


def forget_notes() -> None:
    """What a machine notes outside the repository is gone."""
    shutil.rmtree(os.environ["COUNTERPART_STATE"])


def refused(office: Office, number: int, copy: int = 0) -> str:
    """Sending is refused, twice, before any mail leaves; what is said."""
    before = len(office.mailbox.mails)
    said = []
    for dry_run in (False, True, False):
        with pytest.raises(UsageError) as stopped:
            send(office.copies[copy], office.settings, f"c-{copy + 1}", number, dry_run=dry_run)
        said.append(str(stopped.value))
    assert len(office.mailbox.mails) == before
    assert len(set(said)) == 1
    return said[0]


def obey(said: str, where: Path) -> None:
    """Type the command that a refusal prints on a line of its own."""
    [line] = re.findall(r"(?m)^  ((?:git|counterpart) .*)$", said)
    command = shlex.split(line)
    (where / "rounds").mkdir(exist_ok=True)  # what makes it a programme
    if command[0] == "git":
        git(where, *command[1:])
    else:
        with pytest.raises(SystemExit) as stopped:
            main(["--root", str(where), *command[1:]])
        assert stopped.value.code == 0


def to_the_end(office: Office, number: int, copies: tuple[int, ...] = (0, 1)) -> None:
    for copy in copies:
        send(office.copies[copy], office.settings, f"c-{copy + 1}", number)
    office.everybody_once(number)


def sha(where: Path, ref: str = BRANCH) -> str:
    return git(where, "rev-parse", ref)


def test_a_log_that_was_deleted_at_the_remote_is_put_back_before_anything_is_sent(office: Office) -> None:
    send(office.copies[0], office.settings, "c-1", 12)
    newest = sha(office.shared)
    git(office.shared, "update-ref", "-d", BRANCH)
    said = refused(office, 14)
    assert said == (
        "The log of e-mails of round 2027-1, which is the branch ledger/2027-1, is not at 'origin', but this copy "
        "has it. Without it, people would get the same e-mails again, so nothing is sent. If somebody else sent "
        "after you, ask them to do this on their machine. Otherwise put the log back with this command, and try "
        f"again:\n  git push origin {newest}:refs/heads/ledger/2027-1"
    )
    obey(said, office.copies[0])
    assert sha(office.shared) == newest
    to_the_end(office, 14)


@pytest.mark.parametrize("prune", [False, True])
def test_it_is_refused_by_a_copy_that_only_read_the_log_as_well(office: Office, prune: bool) -> None:
    send(office.copies[0], office.settings, "c-1", 8)
    send(office.copies[1], office.settings, "c-2", 8, dry_run=True)
    git(office.shared, "update-ref", "-d", BRANCH)
    if prune:
        git(office.copies[1], "fetch", "--quiet", "--prune", "origin")
    obey(refused(office, 10, copy=1), office.copies[1])
    to_the_end(office, 10)


def test_a_log_that_was_moved_back_is_put_back_before_anything_is_sent(office: Office) -> None:
    send(office.copies[0], office.settings, "c-1", 12)
    newest = sha(office.shared)
    git(office.shared, "update-ref", BRANCH, git(office.shared, "rev-list", "--max-parents=0", BRANCH))
    git(office.copies[0], "fetch", "--quiet", "origin")  # as people do, and it moves the remote's ref here too
    said = refused(office, 14)
    assert said == (
        "The log of e-mails of round 2027-1, which is the branch ledger/2027-1, is older at 'origin' than in this "
        "copy: somebody moved it back. Without what is missing, people would get the same e-mails again, so "
        "nothing is sent. If somebody else sent after you, ask them to do this on their machine. Otherwise put "
        f"the log back with this command, and try again:\n  git push origin {newest}:refs/heads/ledger/2027-1"
    )
    obey(said, office.copies[0])
    to_the_end(office, 14)


def test_a_fresh_clone_takes_the_log_that_is_there(office: Office) -> None:
    send(office.copies[0], office.settings, "c-1", 6)
    third = office.shared.parent / "three"
    git(office.shared.parent, "clone", "--quiet", str(office.shared), str(third))
    assert send(third, office.settings, "c-3", 8).sent == 2
    to_the_end(office, 8)


def test_two_logs_that_parted_are_joined_and_nobody_is_written_to_twice(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    send(office.copies[0], office.settings, "c-1", 4)
    send(office.copies[1], office.settings, "c-2", 6)  # the first copy has not heard of the last two
    kept = sha(office.shared)
    git(office.shared, "update-ref", BRANCH, sha(office.copies[0]))
    git(office.copies[0], "fetch", "--quiet", "origin")
    # The first copy goes on, and cannot know better: two people have their mail already, so it skips these here.
    branch = MailLogBranch(Git(office.copies[0]), "2027-1")
    ledger = branch.read()
    line = Line(
        key="received/P000000000/1", group="P000000000", state=State.REFUSED, by="c-1", sender="s", batch="b",
        at="2027-03-01T08:00:00Z", code=550,
    )  # fmt: skip
    assert branch.write({**ledger, line.key: line}, "Mails: 1 refused")
    said = refused(office, 8, copy=1)
    assert said == (
        "The log of e-mails of round 2027-1, which is the branch ledger/2027-1, is another at 'origin' than the "
        "one that this copy knows: somebody replaced it or changed it by hand. Without what is missing, people "
        "would get the same e-mails again, so nothing is sent. Join the two with this command, and try again:\n"
        "  counterpart ledger 2027-1 --restore"
    )
    obey(said, office.copies[1])
    out = capsys.readouterr().out
    assert out.startswith("The log of e-mails is whole again, and was pushed to origin.\n")
    for old in (kept, sha(office.copies[0])):
        git(office.shared, "merge-base", "--is-ancestor", old, BRANCH)
    assert office.states()[line.key] is State.REFUSED
    for copy in (0, 1):
        send(office.copies[copy], office.settings, f"c-{copy + 1}", 8)
    assert set(office.mailbox.ids().values()) == {1}
    assert len(office.mailbox.ids()) == 8


def test_a_log_from_which_somebody_took_lines_by_hand_is_refused_and_joined(office: Office) -> None:
    send(office.copies[0], office.settings, "c-1", 6)
    send(office.copies[1], office.settings, "c-2", 6)
    tree = git(office.shared, "rev-parse", f"{BRANCH}~1^{{tree}}")
    before = sha(office.shared)
    git(office.shared, "update-ref", BRANCH, git(office.shared, "commit-tree", tree, "-p", before, "-m", "Revert"))
    said = refused(office, 8)
    assert "somebody replaced it or changed it by hand" in said
    obey(said, office.copies[0])
    to_the_end(office, 8)


def test_who_first_sent_alone_and_then_adds_a_remote_pushes_the_log_first(office: Office) -> None:
    git(office.copies[0], "remote", "remove", "origin")
    send(office.copies[0], office.settings, "c-1", 6)
    git(office.copies[0], "remote", "add", "origin", str(office.shared))
    said = refused(office, 8)
    assert "is not at 'origin', but this copy has it." in said
    obey(said, office.copies[0])
    to_the_end(office, 8)


def test_when_the_repository_moved_to_another_host_the_log_goes_along(office: Office) -> None:
    send(office.copies[0], office.settings, "c-1", 6)
    other = office.shared.with_name("other.git")
    git(office.shared.parent, "init", "--quiet", "--bare", str(other))
    for copy in office.copies:
        git(copy, "remote", "rename", "origin", "old")
        git(copy, "remote", "add", "origin", str(other))
    obey(refused(office, 8), office.copies[0])
    to_the_end(office, 8)


def test_a_log_of_a_copy_without_a_remote_is_put_back_from_what_the_machine_noted(office: Office) -> None:
    copy = office.copies[0]
    git(copy, "remote", "remove", "origin")
    send(copy, office.settings, "c-1", 6)
    newest = sha(copy)
    git(copy, "branch", "--quiet", "-D", "ledger/2027-1")
    said = refused(office, 8)
    assert said == (
        "The log of e-mails of round 2027-1, which is the branch ledger/2027-1, is not in this copy any more. "
        "Without it, people would get the same e-mails again, so nothing is sent. Put the log back with this "
        f"command, and try again:\n  git update-ref refs/heads/ledger/2027-1 {newest}"
    )
    obey(said, copy)
    to_the_end(office, 8, (0,))
    git(copy, "branch", "--quiet", "--force", "ledger/2027-1", "ledger/2027-1~2")
    said = refused(office, 10)
    assert "is older in this copy than it was: somebody moved it back." in said
    obey(said, copy)
    to_the_end(office, 10, (0,))


def test_the_branch_is_gone_everywhere_and_the_machine_still_knows_its_last_commit(office: Office) -> None:
    send(office.copies[1], office.settings, "c-2", 4)
    send(office.copies[0], office.settings, "c-1", 8)
    git(office.shared, "update-ref", "-d", BRANCH)
    git(office.copies[0], "update-ref", "-d", BRANCH)
    git(office.copies[0], "fetch", "--quiet", "--prune", "origin")
    obey(refused(office, 10), office.copies[0])
    to_the_end(office, 10)


def test_the_log_is_gone_with_all_its_commits_and_what_this_machine_sent_still_counts(office: Office) -> None:
    copy = office.copies[0]
    send(copy, office.settings, "c-1", 8)
    for place in (office.shared, copy):
        git(place, "update-ref", "-d", BRANCH)
    git(copy, "fetch", "--quiet", "--prune", "origin")
    git(copy, "reflog", "expire", "--expire=now", "--all")
    git(copy, "gc", "--quiet", "--prune=now")
    said = refused(office, 10)
    [journal] = Path(os.environ["COUNTERPART_STATE"]).rglob("2027-1.jsonl")
    assert said == (
        "The log of e-mails of round 2027-1, which is the branch ledger/2027-1, is gone, but this machine knows "
        f"that e-mails were sent: it noted so in '{journal}'. Without the log, people would get the same e-mails "
        "again, so nothing is sent. If anybody else has the log, ask them to put it back: 'git push origin "
        "ledger/2027-1'. If nobody has, begin a new one with this command, in which the e-mails that left from "
        "here count as sent, and try again:\n  counterpart ledger 2027-1 --restore"
    )
    obey(said, copy)
    to_the_end(office, 10)


def test_the_machines_notes_are_gone_and_the_branch_here_is_enough(office: Office) -> None:
    send(office.copies[0], office.settings, "c-1", 8)
    forget_notes()
    git(office.shared, "update-ref", "-d", BRANCH)
    obey(refused(office, 10), office.copies[0])
    to_the_end(office, 10)


def test_only_the_branch_here_is_gone_and_the_remotes_log_is_taken(office: Office) -> None:
    send(office.copies[0], office.settings, "c-1", 6)
    git(office.copies[0], "branch", "--quiet", "-D", "ledger/2027-1")
    to_the_end(office, 8)


def test_what_this_machine_sent_counts_even_when_a_coordinator_said_that_it_did_not_leave(office: Office) -> None:
    send(office.copies[0], office.settings, "c-1", 4)
    branch = MailLogBranch(Git(office.copies[1]), "2027-1")
    ledger = branch.read()
    key = next(iter(ledger))
    held = {**ledger, key: replace(ledger[key], state=State.CLAIMED)}
    # As if the first machine had been cut off before it told that this one left.
    for copy in (office.copies[0], office.copies[1], office.shared):
        git(copy, "update-ref", "-d", BRANCH)
    for copy in office.copies:
        git(copy, "fetch", "--quiet", "--prune", "origin")
    for note in Path(os.environ["COUNTERPART_STATE"]).rglob("*.log"):
        note.unlink()
    assert MailLogBranch(Git(office.copies[1]), "2027-1").write(held, "Mails: as they were")
    settle(Repository(office.copies[1]), "2027-1", key, State.AGAIN, by="c-2", now=datetime.now(UTC))
    to_the_end(office, 4)


def test_of_two_who_send_at_the_same_moment_one_waits_and_nobody_gets_two(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second coordinator sends everything between the first one's look at the log and its claim."""
    real = MailLogBranch.write
    others: list[Callable[[], object]] = [
        lambda: send(office.copies[1], office.settings, "c-2", 5, size=3),
        lambda: send(office.copies[1], office.settings, "c-2", 9, size=3),
    ]

    def late(self: MailLogBranch, *arguments: object) -> bool:
        if others and self._git.folder == office.copies[0]:
            others.pop(0)()
        return real(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(MailLogBranch, "write", late)
    send(office.copies[0], office.settings, "c-1", 12)
    assert others == []
    to_the_end(office, 12)


def test_a_claim_never_replaces_what_somebody_else_wrote_since_it_was_read(office: Office) -> None:
    one, two = (MailLogBranch(Git(copy), "2027-1") for copy in office.copies)
    claim = Line(
        key="received/P000000000/1", group="P000000000", state=State.CLAIMED, by="c-1", sender="s", batch="b",
        at="2027-03-01T08:00:00Z",
    )  # fmt: skip
    for _ in range(2):  # the first claim of all, and a later one
        assert one.read() == two.read()
        assert one.write({claim.key: claim}, "Mails: 1 claimed")
        first = sha(office.shared)
        assert not two.write({claim.key: replace(claim, sender="t")}, "Mails: 1 claimed")
        assert sha(office.shared) == first


def test_restoring_a_log_that_is_whole_changes_nothing(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    send(office.copies[0], office.settings, "c-1", 4)
    before = sha(office.shared)
    obey("\n  counterpart ledger 2027-1 --restore", office.copies[1])
    assert capsys.readouterr().out.startswith("The log of e-mails is whole; nothing was changed.\n")
    assert sha(office.shared) == before


@pytest.mark.parametrize("harm", ["deleted", "back"])
def test_restore_does_what_the_printed_command_of_git_does(
    office: Office, harm: str, capsys: pytest.CaptureFixture[str]
) -> None:
    send(office.copies[0], office.settings, "c-1", 8)
    newest = sha(office.shared)
    if harm == "deleted":
        git(office.shared, "update-ref", "-d", BRANCH)
    else:
        git(office.shared, "update-ref", BRANCH, f"{newest}~1")
    obey("\n  counterpart ledger 2027-1 --restore", office.copies[0])
    assert capsys.readouterr().out.startswith("The log of e-mails is whole again, and was pushed to origin.\n")
    assert sha(office.shared) == newest
    to_the_end(office, 10)


def test_a_log_that_is_lost_while_somebody_sends_stops_them_and_they_go_on_afterwards(office: Office) -> None:
    wiped = []

    def lose(_: str) -> None:
        if len(office.mailbox.mails) == 6 and not wiped:
            wiped.append(sha(office.shared))
            git(office.shared, "update-ref", "-d", BRANCH)

    with pytest.raises(UsageError, match="is not at 'origin', but this copy has it"):
        send(office.copies[0], office.settings, "c-1", 12, report=lose)
    assert wiped
    assert len(office.mailbox.mails) < 12
    obey(refused(office, 12), office.copies[0])
    to_the_end(office, 12)


def test_of_two_copies_that_write_at_once_the_second_must_read_again_and_overwrites_nothing(
    office: Office,
) -> None:
    one, other = (MailLogBranch(Git(copy), "2027-1") for copy in office.copies)
    assert (one.read(), other.read()) == ({}, {})

    def line(id: str, sender: str) -> dict[str, Line]:
        key = f"received/{id}/1"
        made = Line(
            key=key, group=id, state=State.CLAIMED, by="c-1", sender=sender, batch="b", at="2027-03-01T08:00:00Z"
        )
        return {key: made}

    first, second = line("P000000000", "one"), line("P000000001", "two")
    assert one.write(first, "Mails: 1 claimed")
    assert not other.write(second, "Mails: 1 claimed"), "somebody else wrote since it was read"
    assert one.read() == other.read() == first
    assert other.write({**first, **second}, "Mails: 1 claimed")
    assert not one.write({**first, **line("P000000002", "one")}, "Mails: 1 claimed")
    assert one.read() == other.read() == {**first, **second}
    assert git(office.shared, "rev-list", "--count", BRANCH) == "2"
