"""A coordinator who has read nothing: twice a week ``today`` is asked, and what it says is done, and nothing else.

The coordinator here copies commands: those of ``today`` that are due, and those that an answer to one of them
names. Applicants and partners act by themselves. At the end everybody must be where they should be.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from counterpart.files.repository import Repository
from counterpart.mail.link_key import expiry, open_links
from counterpart.rounds.load import Loaded, load_round
from counterpart.rounds.partnerships import partnerships
from counterpart.sealing import keyring
from counterpart.sealing.links import token
from tests import runner
from tests.desk import again_a_sample, flat
from tests.mailserver import Mailbox, mail_server
from tests.responses import response

GIT = ("git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
#: What a command needs of its coordinator that no text can know: the key, and which day it is in a made-up round.
NEEDS_KEY = ("admit", "pulse", "mail", "introduce", "report", "close", "review")
NEEDS_DAY = (*NEEDS_KEY, "approve")
#: A command that leads to another, and that to a third, is enough to follow.
DEEPEST = 4


class Coordinator:
    """Types what is shown, twice a week."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.day = date(2027, 2, 15)
        self.typed: list[str] = []
        self.unclear: list[str] = []  # what led nowhere
        self.looks = 0
        self.just_done: list[str] = []

    @property
    def now(self) -> str:
        return f"{self.day}T09:00:00Z"

    def run(self, *arguments: str) -> tuple[int, str]:
        code, out, err = runner.run(*arguments, root=self.root)
        return code, out + err

    def look(self) -> None:
        """Do what is due, until nothing is due that was not just done."""
        self.looks += 1
        self.just_done = []
        done: set[str] = set()
        while True:
            due = [each for each in self.due() if each not in done]
            if not due:
                return
            done.add(due[0])
            self.type(due[0])

    def due(self) -> list[str]:
        """The commands under OVERDUE and Now."""
        code, out = self.run("today", "--pretend-now", self.now)
        assert code == 0
        commands, now = [], False
        for line in out.splitlines():
            if re.fullmatch(r"  (OVERDUE|Now|Awaited|Next)", line):
                now = line.strip() in ("OVERDUE", "Now")
            elif line.startswith("Round "):
                now = False
            elif now and line.strip().startswith("counterpart "):
                commands.append(line.strip())
        return commands

    def type(self, shown: str, depth: int = 0) -> None:
        """One command as it was shown, with the names that only a coordinator knows; then what it asks for."""
        typed = shown.replace("--as NAME", "--as coordinator-1").replace("--next ROUND", "--next 2027-2")
        typed = typed.replace(" --members FILE", "")
        words = typed.split()[1:]
        more = ["--key", "demo"] if words[0] in NEEDS_KEY else []
        more += ["--pretend-now", self.now] if words[0] in NEEDS_DAY else []
        code, out = self.run(*words, *more)
        self.typed.append(typed)
        if words[:2] == ["round", "new"] and code == 0:
            again_a_sample(self.root, words[2])
        self.commit(typed)
        if words[0] == "pulse":
            asks = [line.strip() for line in out.splitlines() if line.strip().startswith("counterpart ")]
        elif words[0] == "close" and "--yes" not in words and "To do it: --yes" in out:
            asks = [f"{typed} --yes"]
        elif code:
            asks = [each.rstrip(".,:") for each in re.findall(r"'(counterpart [^']+)'", flat(out))]
        else:
            return
        if (code and not asks) or depth == DEEPEST:
            self.unclear.append(f"{self.day} {typed}: {flat(out)}")
            return
        for each in asks:
            self.type(each, depth + 1)
        if (code or words[0] == "pulse") and asks != self.just_done:
            self.just_done = asks
            self.type(typed, depth + 1)

    def commit(self, words: str) -> None:
        subprocess.run(["git", "add", "--all"], cwd=self.root, check=True)
        subprocess.run([*GIT, "commit", "--quiet", "--allow-empty", "-m", words], cwd=self.root, check=True)


class World:
    """Everybody else: partners who write to each other, or do not."""

    def __init__(self, desk: Coordinator) -> None:
        self.desk = desk
        self.quiet: set[str] = set()  # never answer anything
        self.gone: set[str] = set()  # must have left at the end
        self.asked, self.before = "", ("",)
        self.final: dict[str, tuple[str, ...]] = {}  # who is whose partner at the end
        self.everybody: set[str] = set()
        self.talked: set[tuple[str, ...]] = set()

    def loaded(self) -> Loaded:
        return load_round(Repository(self.desk.root), "2027-1")

    def together(self) -> list[tuple[str, ...]]:
        loaded = self.loaded()
        here = {person.id for person in loaded.applicants}
        return [each.people for each in partnerships(loaded.proposals, loaded.decisions, here, loaded.latest + 1)]

    def answer(self, id: str, about: str, **words: Any) -> None:
        repository = Repository(self.desk.root)
        settings = self.loaded().round
        links = open_links(repository, "2027-1", keyring.for_round("2027-1", True, "demo"))
        assert links is not None and settings is not None
        document = response(token(links, id, expiry(settings)), about, **words)
        path = self.desk.root.parent / "answer.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        code, said = self.desk.run("intake", str(path), "--received", f"{self.desk.day}T08:00:00Z")
        assert code == 0, said
        self.desk.commit("an answer")

    def act(self) -> None:
        """Partners who have met since say that they have talked."""
        for group in self.together():
            if group not in self.talked and not self.quiet & set(group):
                self.answer(group[0], "pulse", said="talked")
                self.talked.add(group)

    def fall_silent(self) -> None:
        """One person, whose partner says that nothing comes, and two who are partners."""
        one, both, *_ = self.together()
        self.quiet = {one[0], *both}
        self.gone |= self.quiet
        self.answer(one[1], "pulse", said="nothing-yet")

    def ask_and_leave(self) -> None:
        groups = [group for group in self.together() if group in self.talked]
        self.asked, leaver = groups[-1][0], groups[-2][0]
        self.before = groups[-1]
        self.gone.add(leaver)
        self.answer(self.asked, "pulse", said="new-partner")
        self.answer(leaver, "pulse", said="leaving")

    def say_how_it_was(self) -> None:
        for group in self.together():
            self.answer(group[0], "end-survey", satisfaction="satisfied", contact="weekly", words="Maps.")

    def record(self) -> None:
        for group in self.together():
            self.answer(group[1], "statement", hours=12, reflection="Maps.")
        self.final = {id: group for group in self.together() for id in group}
        self.everybody = {person.id for person in self.loaded().applicants}


#: From this day on, what people do.
STORY = (
    (date(2027, 3, 2), "fall_silent"),
    (date(2027, 4, 6), "ask_and_leave"),
    (date(2027, 6, 16), "say_how_it_was"),
    (date(2027, 6, 22), "record"),
)
LAST = date(2027, 7, 29)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Coordinator, Mailbox]]:
    clock = SimpleNamespace(sleep=lambda _: None, monotonic=time.monotonic)
    monkeypatch.setattr("counterpart.cli.mail.time", clock)
    monkeypatch.setattr("click.prompt", lambda *_, **__: "n")  # no two employers are one
    monkeypatch.setenv("COUNTERPART_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("COUNTERPART_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("COUNTERPART_MAIL", str(tmp_path / "mail.yaml"))
    root = tmp_path / "programme"
    root.mkdir()
    subprocess.run(["git", "init", "--quiet", "--initial-branch", "main", str(root)], check=True)
    made = Coordinator(root)
    assert made.run("sample", "2027-1", "--people", "40")[0] == 0
    (root / "rounds/2027-1/roll.yaml").unlink()
    settings = root / "rounds/2027-1/round.yaml"
    settings.write_text(settings.read_text("utf-8") + "site: https://mentoring.example.org\n", encoding="utf-8")
    for guide in (Path(__file__).parents[2] / "site/guides").glob("*.md"):
        (root / "site/guides").mkdir(parents=True, exist_ok=True)
        (root / "site/guides" / guide.name).write_text(guide.read_text("utf-8"), encoding="utf-8")
    made.commit("applications")
    with mail_server(tmp_path) as (mailbox, server):
        (tmp_path / "mail.yaml").write_text(
            f"host: 127.0.0.1\nport: {server.port}\nsecurity: none\n"
            "from: {name: Peer mentoring, address: mentoring@example.org}\n",
            encoding="utf-8",
        )
        yield made, mailbox


def test_who_does_only_what_today_says_brings_a_round_to_its_end(desk: tuple[Coordinator, Mailbox]) -> None:
    coordinator, mailbox = desk
    world = World(coordinator)
    story = iter(STORY)
    next_day, what = next(story)
    while coordinator.day <= LAST:
        while coordinator.day >= next_day:
            getattr(world, what)()
            next_day, what = next(story, (date.max, ""))
        if world.quiet:
            world.act()
        coordinator.look()
        coordinator.day += timedelta(days=3 if coordinator.day.weekday() == 0 else 4)

    assert "\n".join(coordinator.unclear) == "", "each answer that asks for something names the command"
    assert set(world.final) & world.gone == set(), "who was silent or could not go on has left"
    alone = world.everybody - world.gone - set(world.final)
    assert len(alone) == (len(world.everybody) - len(world.gone)) % 2, "everybody else has a partner at the end"
    assert world.final[world.asked] != world.before, "who asked for somebody else has somebody else"
    subjects: dict[str, list[str]] = {}
    for address, content in mailbox.mails:
        subjects.setdefault(address, []).append(str(mailbox.parsed(content)["Subject"]).split(":")[0])
    counts = Counter(subject for each in subjects.values() for subject in each)
    assert counts["You take part"] == 40
    assert counts["Thank you for taking part"] == len(world.gone)
    assert counts["The round has ended. Thank you"] == len(world.final)
    assert counts["Your statement of participation"] == len(world.final)
    assert counts["Have you two talked yet?"] == 6, "two to each of the silent"
    data = json.loads((coordinator.root / "rounds/2027-1/report.json").read_text("utf-8"))
    assert data["proven"] is True
    assert (coordinator.root / "rounds/2027-2/memory.yaml").exists()
    assert "Closed: 2027-1" in coordinator.run("today", "--pretend-now", coordinator.now)[1]
    # Half a year of looking twice a week: so many commands were typed, most of them to look and to send.
    assert len(coordinator.typed) < 2 * coordinator.looks
