"""A round from its introductions to its close and into the next one, on a simulated calendar.

Two coordinators take turns and are killed; a third gets the keys in the middle. People fall silent, withdraw, are
removed, ask for somebody else. ``today`` must name each next command.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyrage import x25519

from counterpart.admission.admit import admit_round
from counterpart.digest import digest
from counterpart.files import yaml_read
from counterpart.files.repository import Repository
from counterpart.files.yaml_write import dump
from counterpart.lifecycle.today import today
from counterpart.mail.link_key import open_links
from counterpart.mail.message import message_id
from counterpart.mail.statements import is_genuine
from counterpart.rounds.contact_report import take_pulse
from counterpart.rounds.identity import Identity
from counterpart.rounds.load import Loaded, load_round
from counterpart.rounds.mail_log import State
from counterpart.rounds.open_sealed import open_all
from counterpart.rounds.partnerships import partnerships
from counterpart.sealing import keyring
from counterpart.sealing.demo_keys import DEMONSTRATION_RECIPIENTS
from counterpart.sealing.links import token
from counterpart.sealing.seal import seal
from tests.desk import id_of
from tests.e2e.test_whole_round import Round as Sending
from tests.e2e.test_whole_round import message_to_the_right_person, settle_all
from tests.mailserver import Mailbox, mail_server
from tests.responses import response
from tests.submissions import receipt, withdrawal

ADMITTED = "2027-02-16T00:00:00Z"


class Round(Sending):
    """A bare repository with two copies, the commands of two coordinators, and the answers of everybody."""

    mailbox: Mailbox
    key = "demo"
    handed: tuple[str, ...] = ()

    def loaded(self) -> Loaded:
        return load_round(Repository(self.copies[0]), "2027-1")

    def as_sent(self) -> None:
        """With receipts that the test holds too."""
        for path in (self.copies[0] / "applicants/2027-1").iterdir():
            own = f"receipt: {receipt(path.stem).public}"
            text = re.sub(r"(?m)^receipt: .*$", own, path.read_text("utf-8"))
            path.write_text(text, encoding="utf-8")

    def write(self, name: str, text: str) -> None:
        path = self.copies[0] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def begin(self) -> None:
        """Links, guides and a site; admitted, matched, approved; introduced on the day."""
        settings = self.copies[0] / "rounds/2027-1/round.yaml"
        self.write(
            "rounds/2027-1/round.yaml", settings.read_text("utf-8") + "site: https://mentoring.example.org\n"
        )
        for guide in (Path(__file__).parents[2] / "site/guides").glob("*.md"):
            self.write(f"site/guides/{guide.name}", guide.read_text("utf-8"))
        admit_round(
            Repository(self.copies[0]),
            "2027-1",
            key="demo",
            members=None,
            now=datetime.fromisoformat(ADMITTED),
            by="coordinator-1",
            ask=lambda *_: False,  # no two employers are one
            report=lambda _: None,
        )
        self.done(0, "match", "2027-1")
        self.done(0, "approve", "2027-1", "--as", "coordinator-1", "--pretend-now", ADMITTED)
        self.today("2027-02-20", "counterpart links 2027-1")
        self.done(0, "links", "2027-1")
        self.both("ready")

    def both(self, words: str) -> None:
        self.publish(0, words)
        self.pull(1)

    def today(self, day: str, *commands: str) -> str:
        """``today`` names these commands on that day."""
        said = self.done(0, "today", "2027-1", "--pretend-now", f"{day}T09:00:00Z")
        for command in commands:
            assert command in said, f"{day}: {command!r} is not in\n{said}"
        return said

    def mails(self, verb: str, day: str, kills: int = 1) -> None:
        """Everything that is due on the day, by both in turns, killed now and then; what is unknown is settled."""
        now = ("--pretend-now", f"{day}T09:00:00Z")
        command = (verb, "2027-1", "--key", self.key, "--as", "coordinator-1", *now)
        command += self.handed if verb == "introduce" else ()
        for turn in range(kills):
            self.killed(turn % 2, 3.0, *command)
            settle_all(self, self.mailbox)
        for _ in range(20):
            for copy in (0, 1):
                said = self.done(copy, *command, codes=(0, 1))
                assert "have gone" in said or "No mail is due" in said, said
            if not settle_all(self, self.mailbox) and set(self.states().values()) <= {State.SENT}:
                return
        raise AssertionError("mails are left")

    def answer(self, said: dict[str, dict[str, Any]], day: str, about: str = "pulse") -> None:
        """People answer with their links; the files come by mail and are taken in together."""
        keys = keyring.for_round("2027-1", True, "demo")
        links = open_links(Repository(self.copies[0]), "2027-1", keys)
        assert links is not None
        expires = datetime(2027, 7, 26, tzinfo=UTC)
        folder = self.copies[0].parent / f"answers-{about}-{day}"
        folder.mkdir()
        for id, words in said.items():
            document = response(token(links, id, expires), about, **words)
            (folder / f"{id}.json").write_text(json.dumps(document), encoding="utf-8")
        files = [str(path) for path in sorted(folder.iterdir())]
        self.done(0, "intake", *files, "--received", f"{day}T08:00:00Z")
        self.both("answers")

    def together(self) -> list[tuple[str, ...]]:
        loaded = self.loaded()
        here = {person.id for person in loaded.applicants}
        standing = partnerships(loaded.proposals, loaded.decisions, here, loaded.latest + 1)
        return [each.people for each in standing]

    def end(self, ids: list[str], *more: str) -> None:
        self.done(0, "end", "2027-1", *ids, "--as", "coordinator-2", *more)

    def withdraw(self, ids: list[str], day: str) -> None:
        """With their receipts, by files that come by mail."""
        folder = self.copies[0].parent / "withdrawals"
        folder.mkdir()
        for id in ids:
            (folder / f"{id}.json").write_text(json.dumps(withdrawal(id)), encoding="utf-8")
        files = [str(path) for path in sorted(folder.iterdir())]
        self.done(0, "intake", *files, "--received", f"{day}T08:00:00Z")

    def again(self, day: str, kills: int) -> int:
        """New partners: proposed, approved, introduced, with kills; the number of the pairing."""
        for copy in range(kills):
            self.killed(copy % 2, 3.0, "rematch", "2027-1")
        self.done(0, "rematch", "2027-1")
        self.done(0, "approve", "2027-1", "--as", "coordinator-2", "--pretend-now", f"{day}T09:00:00Z")
        subprocess.run(["git", "checkout", "--quiet", "."], cwd=self.copies[1], check=True)
        subprocess.run(["git", "clean", "-fdq"], cwd=self.copies[1], check=True)
        self.both("new partners")
        assert "Proven over all" in self.done(1, "verify", "2027-1")
        self.mails("introduce", day, kills)
        return self.loaded().latest

    def checked(self, *rules: str) -> None:
        """Nothing is wrong but what these rules say."""
        found = re.findall(r"error\[([a-z-]+)\]", self.done(0, "check", codes=(0, 1)))
        assert set(found) <= set(rules), found


@pytest.mark.parametrize(
    ("people", "share", "kills"),
    [(40, 30, 1), pytest.param(1162, 1, 30, marks=pytest.mark.long)],
    ids=["40", "1162"],
)
def test_the_life_of_a_round(
    people: int, share: int, kills: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server(tmp_path) as (mailbox, settings):
        (tmp_path / "mail.yaml").write_text(
            f"host: 127.0.0.1\nport: {settings.port}\nsecurity: none\n"
            "from: {name: Peer mentoring, address: mentoring@example.org}\n",
            encoding="utf-8",
        )
        monkeypatch.setenv("COUNTERPART_STATE", str(tmp_path / "state"))
        monkeypatch.setenv("COUNTERPART_MAIL", str(tmp_path / "mail.yaml"))
        monkeypatch.setenv("COUNTERPART_KEYS", str(tmp_path / "keys"))
        round = Round(tmp_path, people, {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
        round.mailbox = mailbox
        chance = random.Random(people)
        round.begin()
        round.today("2027-03-01", "counterpart introduce 2027-1 --as NAME")
        round.mails("introduce", "2027-03-01", kills)
        gone = live(round, chance, share, kills, tmp_path)
        everybody = identities(round)
        close(round, kills)
        nothing_is_left(round, tmp_path, everybody)
        the_next_round(round, everybody, gone)


def live(round: Round, chance: random.Random, share: int, kills: int, folder: Path) -> dict[str, set[str]]:
    """From the introductions to the last day. Gives who was banned, and the pairs that were."""
    groups = round.together()
    chance.shuffle(groups)
    silent, out, removed = 60 // share, max(2, 40 // share), max(1, 20 // share)
    quiet, others = groups[:silent], groups[silent:]
    round.answer({group[0]: {"said": "talked"} for group in others}, "2027-03-05")
    round.today("2027-03-08", "counterpart pulse 2027-1")
    said = round.done(0, "pulse", "2027-1", "--key", "demo", "--pretend-now", "2027-03-09T09:00:00Z")
    assert f"{silent} silent for a week or more" in re.sub(r"\s+", " ", said)
    round.mails("mail", "2027-03-09")
    leavers = [group[0] for group in others[:out]]
    banned = [group[1] for group in others[out : out + removed]]
    asked = [group[0] for group in others[out + removed : out + 2 * removed]]
    round.answer(
        {group[0]: {"said": "away", "until": "2027-03-30"} for group in quiet[:1]}
        | {id: {"said": "new-partner"} for id in asked},
        "2027-03-14",
    )
    said = round.done(0, "pulse", "2027-1", "--key", "demo", "--pretend-now", "2027-03-16T09:00:00Z")
    assert all(id in said for id in asked) and f"{quiet[0][0]} until Tuesday, 30 March 2027" in said
    still = [group[1] for group in quiet[1:]]
    if still:
        round.end(still, "--reason", "silent")
    half = len(leavers) // 2 or 1
    round.end(leavers[:half], "--reason", "withdrew")
    if leavers[half:]:
        round.withdraw(leavers[half:], "2027-03-16")
    round.end(banned, "--reason", "conduct", "--ban")
    round.end(asked, "--reason", "asked", "--new-partner")
    round.both("ended")
    round.today("2027-03-16", "counterpart mail 2027-1 --as NAME", "counterpart rematch 2027-1")
    round.mails("mail", "2027-03-16", kills)
    assert "no partner" in round.today("2027-03-17", "counterpart rematch 2027-1")
    hand_over(round, folder)
    assert round.again("2027-03-20", kills) == 2
    round.checked()
    second = [each for each in round.together() if each not in groups]
    assert second
    round.end([second[0][0]], "--reason", "silent")
    more = next(group for group in others[out + 2 * removed :] if len(group) == 2)
    round.end([more[0]], "--reason", "withdrew")
    round.both("two more")
    round.mails("mail", "2027-04-12")
    assert round.again("2027-04-20", 1) == 3
    round.checked()
    round.mails("mail", "2027-04-20")
    round.answer({id: {"satisfaction": "satisfied"} for id, *_ in round.together()}, "2027-06-15", "end-survey")
    round.mails("mail", "2027-06-15")
    pairings = round.loaded().proposals.values()
    pairs = [frozenset(pair.people) for proposal in pairings for pair in proposal.pairs]
    assert len(pairs) == len(set(pairs)), "nobody meets a past partner"
    left = {*still, *leavers, *banned, second[0][0], more[0]}
    assert not {id for group in round.together() for id in group} & left
    return {"banned": set(banned), "without": set()}


def hand_over(round: Round, folder: Path) -> None:
    """A third coordinator gets a key, and goes on with it."""
    identity = x25519.Identity.generate()
    path = folder / "third.txt"
    path.write_text(f"{identity}\n", encoding="ascii")
    round.done(0, "keys", "add", "2027-1", str(identity.to_public()), "--as", "coordinator-3", "--key", "demo")
    round.both("a third key")
    round.key, round.handed = str(path), ("--handed-over",)
    round.checked("person-withdrawn")


def sealed_in(identity: Identity) -> dict[str, Any]:
    """What was sealed, as it would be sealed again."""
    words = {name: getattr(identity, name) for name in Identity.__slots__}
    words["partner_may_see"] = list(identity.partner_may_see)
    return {"format": 1, **{name: word for name, word in words.items() if word is not None}}


def identities(round: Round) -> dict[str, dict[str, Any]]:
    """What is sealed of everybody, kept outside to look for it afterwards."""
    repository, loaded = Repository(round.copies[0]), round.loaded()
    keys = keyring.for_round("2027-1", True, "demo")
    ids = [person.id for person in (*loaded.applicants, *loaded.departed)]
    found = {each.id: each.identity for each in open_all(repository, "2027-1", ids, keys, lambda: None)}
    profiles = {}
    for id in ids:
        document = yaml_read.read((round.copies[0] / f"applicants/2027-1/{id}.yaml").read_bytes(), id)
        assert isinstance(document, yaml_read.Document)
        profiles[id] = document.data["profile"]
    mates = {id: group for group in pairs_of(loaded) for id in group}
    assert mates
    return {
        id: {
            "identity": sealed_in(identity),
            "profile": profiles[id],
            "mates": [g for g in pairs_of(loaded) if id in g],
        }
        for id, identity in found.items()
        if identity is not None
    }


def pairs_of(loaded: Loaded) -> list[tuple[str, ...]]:
    return [pair.people for proposal in loaded.proposals.values() for pair in proposal.pairs]


def close(round: Round, kills: int) -> None:
    quick(round)
    round.today("2027-06-21", "counterpart mail 2027-1 --as NAME", "counterpart close 2027-1 --next ROUND")
    some = [group[0] for group in round.together()][:3]
    round.answer({id: {"hours": 12, "reflection": "Maps."} for id in some}, "2027-06-21", "statement")
    round.mails("mail", "2027-06-22", kills)
    round.mails("mail", "2027-07-14")
    groups = [id for group in round.together() for id in group]
    sent = Counter(message_id(f"statement/{id}/1", "2027-1", "mentoring@example.org") for id in groups)
    assert sent == Counter({id: n for id, n in round.mailbox.ids().items() if id.startswith("<statement.")})
    assert all(message_to_the_right_person(address, content) for address, content in round.mailbox.mails)
    assert set(round.mailbox.ids().values()) == {1}, "nobody got a mail twice"
    genuine = 0
    public = (round.copies[0] / "rounds/2027-1/links.yaml").read_text("utf-8").split("public: ")[1].split("\n")[0]
    for _, content in round.mailbox.mails:
        for each in round.mailbox.parsed(content).iter_attachments():
            if each.get_filename() == "statement.html":
                [payload] = re.findall(r'counterpart-statement" content="([\w-]+)"', each.get_content())
                genuine += is_genuine(payload, public.strip("\"'"))
    assert genuine == len(groups)
    report(round)
    text = (round.copies[0] / "rounds/2027-1/round.yaml").read_text("utf-8")
    text = text.replace("2027-1", "2027-2").replace('date: "2027-', 'date: "2028-')
    round.write("rounds/2027-2/round.yaml", text)
    round.both("the next round")
    round.today("2027-07-15", "counterpart close 2027-1 --next ROUND")
    command = ("close", "2027-1", "--next", "2027-2", "--key", round.key, "--yes")
    now = ("--pretend-now", "2027-07-15T09:00:00Z")
    for _ in range(kills):
        round.killed(0, 3.0, *command, *now)
    assert "Round 2027-1 is closed." in round.done(0, *command, *now)
    round.today("2027-07-16", "counterpart keys destroy 2027-1 --as coordinator-3")
    round.both("closed")


def report(round: Round) -> None:
    """The round in figures, with the key of who came last; proven, though people have withdrawn since."""
    round.today("2027-07-13", "counterpart report 2027-1")
    round.done(1, "report", "2027-1", "--key", round.key, "--pretend-now", "2027-07-13T09:00:00Z")
    round.publish(1, "report")
    round.pull(0)
    data = json.loads((round.copies[0] / "rounds/2027-1/report.json").read_bytes())
    assert data["proven"] is True
    assert "proven" in data and not re.search(r"[0-9A-HJKMNP-TV-Z]{10}", json.dumps(data["tables"]))


def quick(round: Round) -> None:
    """``today`` and ``pulse`` take less than a second of work on all that a round leaves."""
    repository, now = Repository(round.copies[0]), datetime(2027, 6, 20, 9, tzinfo=UTC)
    began = time.process_time()
    today(repository, now)
    middle = time.process_time()
    take_pulse(repository, "2027-1", "demo", now)
    print(f"today {middle - began:.2f} s, pulse {time.process_time() - middle:.2f} s")


def nothing_is_left(round: Round, folder: Path, everybody: dict[str, dict[str, Any]]) -> None:
    """No name, no address, no id of anybody in what remains, nor a name in any object of the repositories."""
    words = [each["identity"]["email"] for each in everybody.values()]
    names = [each["identity"]["name"] for each in everybody.values()]
    words += names
    for path in round.copies[0].rglob("*"):
        if path.is_file() and ".git" not in path.parts:
            content = path.read_bytes().decode("utf-8", "replace")
            assert not [word for word in (*words, *everybody) if word in content], path
    for repository in (folder / "shared.git", *round.copies):
        command = ["git", "cat-file", "--batch-all-objects", "--batch"]
        objects = subprocess.run(command, cwd=repository, capture_output=True, check=True).stdout
        assert b"@library.example" not in objects
        assert b"Maps." not in objects
        assert not [name for name in names if name.encode("utf-8") in objects]
    round.checked()


def the_next_round(round: Round, everybody: dict[str, dict[str, Any]], gone: dict[str, set[str]]) -> None:
    """Everybody applies again, with new ids: bans hold, and nobody may meet a past partner."""
    new = {id: id_of(number) for number, id in enumerate(sorted(everybody))}
    for id, each in everybody.items():
        profile = each["profile"] | {"returning": True}
        identity = {**each["identity"], "round": "2027-2", "id": new[id], "profile": digest(profile)}
        data = {
            "format": 1,
            "round": "2027-2",
            "id": new[id],
            "received": "2028-02-01T00:00:00Z",
            "receipt": "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
            "profile": profile,
            "sealed": seal(json.dumps(identity).encode(), DEMONSTRATION_RECIPIENTS),
        }
        round.write(f"applicants/2027-2/{new[id]}.yaml", dump(data))
    # The next round's memory is sealed to its recipients, of whom the demonstration's are two.
    round.done(0, "admit", "2027-2", "--key", "demo", "--pretend-now", "2028-02-16T00:00:00Z")
    roll = load_round(Repository(round.copies[0]), "2027-2").roll
    assert roll is not None
    for id in gone["banned"]:
        assert (roll.people[new[id]].status, roll.people[new[id]].reason) == ("ineligible", "barred")
    for id, each in everybody.items():
        if roll.people[new[id]].status != "admitted":
            continue
        mates = {new[other] for group in each["mates"] for other in group if other != id and other in new}
        admitted = {other for other in mates if roll.people[other].status in ("admitted", "waiting")}
        assert set(roll.people[new[id]].past) == admitted
        assert roll.people[new[id]].carried_over == (not each["mates"])
    round.done(0, "match", "2027-2")
    proposal = load_round(Repository(round.copies[0]), "2027-2").proposal
    assert proposal is not None and proposal.pairs
    old = {other: id for id, other in new.items()}
    for pair in proposal.pairs:
        earlier = {frozenset(group) for id in pair.people for group in everybody[old[id]]["mates"]}
        assert not any({old[id] for id in pair.people} <= group for group in earlier)
