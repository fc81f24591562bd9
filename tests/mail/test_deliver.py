"""Nobody gets a mail twice, and nobody is forgotten: two coordinators, two machines, killed at any moment."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from counterpart.files.git import Git
from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.mail.deliver import settle
from counterpart.mail.message import message_id
from counterpart.mail.smtp import Settings
from counterpart.rounds.mail_log import State
from counterpart.rounds.mail_log_branch import MailLogBranch
from tests.mailserver import Mailbox, mail_server
from tests.sender import send

ROOT = Path(__file__).resolve().parents[2]
GIT = ("git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")


@dataclass
class Office:
    """One bare repository that everybody shares, two coordinators' copies of it, and a mail server."""

    mailbox: Mailbox
    settings: Settings
    shared: Path
    copies: tuple[Path, Path]

    def states(self, copy: int = 0) -> dict[str, State]:
        ledger = MailLogBranch(Git(self.copies[copy]), "2027-1").read()
        return {key: line.state for key, line in ledger.items()}

    def settle(self, copy: int = 0) -> int:
        """Answer what is unknown by what the mail server really took; how many answers it took."""
        arrived = self.mailbox.ids()
        unknown = [key for key, state in self.states(copy).items() if state is State.UNKNOWN]
        for key in unknown:
            left = bool(arrived[message_id(key, "2027-1", "mentoring@example.org")])
            settle(
                Repository(self.copies[copy]),
                "2027-1",
                key,
                State.SENT if left else State.AGAIN,
                by="c-1",
                now=datetime.now(UTC),
            )
        return len(unknown)

    def everybody_once(self, number: int) -> None:
        assert set(self.mailbox.ids().values()) == {1}
        assert len(self.mailbox.ids()) == number
        assert [address for address, _ in self.mailbox.mails].count("canary-0@example.org") == 1
        assert set(self.states().values()) == {State.SENT}
        assert len(self.states()) == number

    def nobody_named(self) -> None:
        """No address is in any object of any repository, nor in a journal."""
        for repository in (self.shared, *self.copies):
            listed = subprocess.run(
                ["git", "cat-file", "--batch-all-objects", "--batch"],
                cwd=repository,
                capture_output=True,
                check=True,
            )
            assert b"canary" not in listed.stdout.lower()
        journals = list(Path(os.environ["COUNTERPART_STATE"]).rglob("*.jsonl"))
        assert journals
        assert not any(b"canary" in path.read_bytes().lower() for path in journals)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("COUNTERPART_STATE", str(tmp_path / "state"))
    shared = tmp_path / "shared.git"
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch", "main", str(shared)], check=True)
    copies = (tmp_path / "one", tmp_path / "two")
    for copy in copies:
        subprocess.run(["git", "clone", "--quiet", str(shared), str(copy)], check=True, capture_output=True)
    with mail_server(tmp_path) as (mailbox, settings):
        yield Office(mailbox, settings, shared, copies)


def test_everybody_gets_one_mail_and_a_second_run_sends_nothing(office: Office) -> None:
    one = send(office.copies[0], office.settings, "c-1", 12, dry_run=True)
    assert (one.sent, one.left, one.states) == (0, 12, {})
    assert send(office.copies[0], office.settings, "c-1", 12).sent == 12
    office.everybody_once(12)
    again = send(office.copies[0], office.settings, "c-1", 12)
    other = send(office.copies[1], office.settings, "c-2", 12)
    assert (again.sent, again.left, other.sent, other.left) == (0, 0, 0, 0)
    assert len(other.states[State.SENT]) == 12
    office.everybody_once(12)
    office.nobody_named()


def test_without_a_remote_the_copy_itself_keeps_the_ledger(office: Office) -> None:
    subprocess.run([*GIT, "remote", "remove", "origin"], cwd=office.copies[0], check=True)
    assert send(office.copies[0], office.settings, "c-1", 4).sent == 4
    office.everybody_once(4)


def test_a_remote_that_does_not_answer_means_that_nothing_is_sent(office: Office) -> None:
    office.shared.rename(office.shared.with_name("away"))
    with pytest.raises(UsageError, match="does not answer, so nobody can know what others have sent"):
        send(office.copies[0], office.settings, "c-1", 4)
    assert office.mailbox.mails == []
    office.shared.with_name("away").rename(office.shared)


def test_a_claim_that_cannot_be_pushed_is_no_claim(office: Office) -> None:
    hook = office.shared / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(UsageError, match="cannot be pushed to 'origin'"):
        send(office.copies[0], office.settings, "c-1", 4)
    assert office.mailbox.mails == []


def test_a_server_that_refuses_one_and_puts_off_another_stops_nobody_else(office: Office) -> None:
    office.mailbox.faults = ["550 rcpt", *["450 rcpt"] * 3]
    done = send(office.copies[0], office.settings, "c-1", 6)
    assert (done.sent, done.left) == (4, 1)
    [refused] = done.states[State.REFUSED]
    [later] = done.states[State.LATER]
    assert (refused.code, later.code) == (550, 450)
    other = send(office.copies[1], office.settings, "c-2", 6)
    assert (other.sent, other.left) == (1, 0), "the other coordinator sends what was put off"
    assert len(office.mailbox.ids()) == 5


def test_an_answer_that_was_lost_is_asked_about_and_never_sent_again_by_itself(office: Office) -> None:
    office.mailbox.faults = ["drop after"]
    done = send(office.copies[0], office.settings, "c-1", 4)
    assert (done.sent, done.left, len(done.states[State.UNKNOWN])) == (3, 0, 1)
    assert send(office.copies[1], office.settings, "c-2", 4).sent == 0
    key = done.states[State.UNKNOWN][0].key
    with pytest.raises(UsageError, match="there is nothing to settle"):
        settle(
            Repository(office.copies[0]),
            "2027-1",
            key.replace("P", "Q", 1),
            State.SENT,
            by="c-1",
            now=datetime.now(UTC),
        )
    assert office.settle(1) == 1
    office.everybody_once(4)


def test_a_machine_whose_settings_are_wrong_gives_back_what_it_claimed(office: Office) -> None:
    wrong = Settings(host="127.0.0.1", port=1, security="none", name="x", address="mentoring@example.org")
    with pytest.raises(UsageError, match="does not answer"):
        send(office.copies[0], wrong, "c-1", 8)
    assert set(office.states().values()) == {State.LATER}
    assert send(office.copies[1], office.settings, "c-2", 8).sent == 8
    office.everybody_once(8)


def test_two_processes_of_one_machine_do_not_send_at_once(office: Office) -> None:
    from counterpart.rounds.send_journal import journal

    with (
        journal(office.copies[0], "2027-1"),
        pytest.raises(UsageError, match="are being sent on this machine already"),
    ):
        send(office.copies[0], office.settings, "c-1", 4)


def test_a_line_that_was_cut_off_in_the_journal_counts_as_never_written(office: Office) -> None:
    send(office.copies[0], office.settings, "c-1", 2)
    from counterpart.rounds.send_journal import journal

    [path] = Path(os.environ["COUNTERPART_STATE"]).rglob("2027-1.jsonl")
    content = path.read_bytes()
    path.write_bytes(content[:-6])
    with journal(office.copies[0], "2027-1") as book:
        assert sorted(event for event, _ in book.read().values()) == ["sending", "sent"]
        book.write("received/P000000000/1", "b", "sending")
        assert book.read()["received/P000000000/1", "b"] == ("sending", None)


@pytest.mark.parametrize(("number", "kills"), [(120, 30), pytest.param(1162, 200, marks=pytest.mark.long)])
def test_killed_again_and_again_in_turns_everybody_gets_one_mail(office: Office, number: int, kills: int) -> None:
    office.mailbox.slowness = kills * 0.2 / number  # so that there is time for as many
    chance = random.Random(number)
    asked = done = 0
    turns = 0
    while done < kills:
        copy = turns % 2
        turns += 1
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.sender", str(office.copies[copy]), str(office.settings.port),
             f"c-{copy + 1}", str(number)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        time.sleep(chance.random() * 0.35)
        ended = process.poll() is not None
        process.kill()
        _, err = process.communicate()
        assert b"canary" not in err.lower()
        if ended:
            if all(state is State.SENT for state in office.states().values()) and len(office.states()) == number:
                break
            asked += office.settle()
        done += not ended
    assert done >= min(kills, 10), "too few kills to show anything"
    for _ in range(20):
        for copy in (0, 1):
            send(office.copies[copy], office.settings, f"c-{copy + 1}", number)
        asked += office.settle()
        if len(office.states()) == number and set(office.states().values()) == {State.SENT}:
            break
    office.everybody_once(number)
    office.nobody_named()
    print(f"{done} kills in {turns} turns, {asked} mails asked about")
