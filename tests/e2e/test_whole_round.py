"""The largest round there was, from its applications to its introductions, by two coordinators.

They are killed again and again, and everybody ends with exactly the mails they should have.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from counterpart.files.git import Git
from counterpart.files.repository import Repository
from counterpart.mail.deliver import settle
from counterpart.mail.message import message_id
from counterpart.rounds.load import load_round
from counterpart.rounds.mail_log import State
from counterpart.rounds.mail_log_branch import MailLogBranch
from tests import runner
from tests.mailserver import Mailbox, mail_server

GIT = ("git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
NOW = "2027-02-16T00:00:00Z"


class Round:
    """A bare repository, two copies of it, and commands that are killed at random moments."""

    def __init__(self, folder: Path, people: int, environment: dict[str, str]) -> None:
        self.copies = (folder / "one", folder / "two")
        self.environment = environment
        self.kills = 0
        self.chance = random.Random(people)
        shared = folder / "shared.git"
        subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch", "main", str(shared)], check=True)
        self.clone(shared, self.copies[0])
        self.done(0, "sample", "2027-1", "--people", str(people))
        (self.copies[0] / "rounds/2027-1/roll.yaml").unlink()
        self.as_sent()
        self.publish(0, "applications")
        self.clone(shared, self.copies[1])

    def as_sent(self) -> None:
        """Change the applications before they are in Git, where a test needs others."""

    def clone(self, shared: Path, copy: Path) -> None:
        subprocess.run(["git", "clone", "--quiet", str(shared), str(copy)], check=True, capture_output=True)
        subprocess.run(["git", "symbolic-ref", "HEAD", "refs/heads/main"], cwd=copy, check=True)

    def publish(self, copy: int, words: str) -> None:
        for command in (
            ("add", "--all"),
            ("commit", "--quiet", "-m", words),
            ("push", "--quiet", "origin", "main"),
        ):
            subprocess.run([*GIT, *command], cwd=self.copies[copy], check=True, capture_output=True)

    def pull(self, copy: int) -> None:
        subprocess.run([*GIT, "pull", "--quiet", "origin", "main"], cwd=self.copies[copy], check=True)

    def start(self, copy: int, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            runner.command(*arguments, root=self.copies[copy]),
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def killed(self, copy: int, longest: float, *arguments: str) -> bool:
        """Start a command and kill it within so many seconds; whether it was killed before its end."""
        process = self.start(copy, *arguments)
        try:
            process.wait(self.chance.random() * longest)
        except subprocess.TimeoutExpired:
            process.kill()
        out, err = process.communicate()
        assert not re.search(
            rb"@(example|library|readers)|Traceback|\(sample\)", err + out.replace(b"(sample) (", b"")
        )
        self.kills += process.returncode == -9
        return process.returncode == -9

    def done(self, copy: int, *arguments: str, codes: tuple[int, ...] = (0,)) -> str:
        """Run a command to its end; what it said."""
        code, out, err = runner.run(*arguments, root=self.copies[copy])
        assert code in codes, out + err
        return out

    def states(self) -> dict[str, State]:
        return {key: line.state for key, line in MailLogBranch(Git(self.copies[0]), "2027-1").read().items()}


@pytest.mark.parametrize(
    ("people", "kills"), [(40, 8), pytest.param(1162, 200, marks=pytest.mark.long)], ids=["40", "1162"]
)
def test_a_whole_round_by_two_coordinators_who_are_killed(
    people: int, kills: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server(tmp_path) as (mailbox, settings):
        (tmp_path / "mail.yaml").write_text(
            f"host: 127.0.0.1\nport: {settings.port}\nsecurity: none\n"
            "from: {name: Peer mentoring, address: mentoring@example.org}\n",
            encoding="utf-8",
        )
        monkeypatch.setenv("COUNTERPART_STATE", str(tmp_path / "state"))
        monkeypatch.setenv("COUNTERPART_MAIL", str(tmp_path / "mail.yaml"))
        round = Round(tmp_path, people, {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
        once = time.monotonic()
        admit = ("admit", "2027-1", "--key", "demo", "--pretend-now", NOW)
        round.start(0, *admit, "--dry-run").communicate()
        once = time.monotonic() - once
        for number, step in enumerate(
            (admit, ("match", "2027-1"), ("approve", "2027-1", "--as", "coordinator-1", "--pretend-now", NOW))
        ):
            copy = number % 2
            round.pull(copy)
            for _ in range(kills // 20 + 1):
                round.killed(copy, once, *step)
            round.done(copy, *step)
            round.publish(copy, step[0])
        for copy in (0, 1):
            round.pull(copy)
        for verb in ("mail", "introduce"):
            send(round, verb, people, kills, once, mailbox)
        assert round.kills >= kills
        proposal = load_round(Repository(round.copies[0]), "2027-1").proposal
        assert proposal is not None
        paired = {id for pair in proposal.pairs for id in pair.people}
        keys = {f"introduction/{id}/1" for id in paired} | {f"unpaired/{each.id}/1" for each in proposal.unpaired}
        keys |= {f"accepted/{key.split('/')[1]}/1" for key in keys}
        assert len(keys) == 2 * people
        expected = Counter({message_id(key, "2027-1", "mentoring@example.org"): 1 for key in keys})
        assert mailbox.ids() == expected
        assert all(message_to_the_right_person(address, content) for address, content in mailbox.mails)
        for repository in (tmp_path / "shared.git", *round.copies):
            objects = subprocess.run(
                ["git", "cat-file", "--batch-all-objects", "--batch"],
                cwd=repository,
                capture_output=True,
                check=True,
            )
            assert b"@library.example" not in objects.stdout
            assert b"(sample)" not in objects.stdout.replace(b"of 2027 (sample)", b"")
        print(f"{round.kills} kills")


def message_to_the_right_person(address: str, content: bytes) -> bool:
    """Made-up people's addresses are made of their ids, and so is the Message-ID."""
    found = re.search(rb"(?im)^message-id:\s*<[a-z-]+\.([0-9A-Z]{10})\.", content)
    assert found is not None
    return address.startswith(f"reader-{found[1].decode().lower()}@")


def send(round: Round, verb: str, people: int, kills: int, once: float, mailbox: Mailbox) -> None:
    """Send in turns until everything has gone; what is unknown is answered by what the server took."""
    mailbox.slowness = 0.5 * kills * once / people / 2
    command = (verb, "2027-1", "--key", "demo", "--as", "coordinator-1")
    goal = round.kills + kills // 2
    turn = asked = 0
    while round.kills < goal and turn < 2 * kills:
        turn += 1
        round.killed(turn % 2, 4 * once, *command)
        asked += settle_all(round, mailbox)
    mailbox.slowness = 0
    for _ in range(20):
        for copy in (0, 1):
            round.done(copy, *command, codes=(0, 1))
        if not (answered := settle_all(round, mailbox)) and set(round.states().values()) == {State.SENT}:
            break
        asked += answered
    print(f"{verb}: {turn} turns, {asked} mails asked about")


def settle_all(round: Round, mailbox: Mailbox) -> int:
    unknown = [key for key, state in round.states().items() if state is State.UNKNOWN]
    arrived = mailbox.ids() if unknown else Counter()
    for key in unknown:
        left = bool(arrived[message_id(key, "2027-1", "mentoring@example.org")])
        settle(
            Repository(round.copies[0]),
            "2027-1",
            key,
            State.SENT if left else State.AGAIN,
            by="coordinator-2",
            now=datetime.now(UTC),
        )
    return len(unknown)
