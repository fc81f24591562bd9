"""An address is put right after applications closed: nobody is paired anew, and the mail goes after all."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from counterpart.files.repository import Repository
from counterpart.files.yaml_read import Document
from counterpart.rounds.load import load_round
from counterpart.rounds.submission import forms
from tests import runner
from tests.mail.test_introduce import REPORT, SETTINGS
from tests.mailserver import Mailbox, mail_server

MAPPING = """\
format: 1
zone: UTC
time: "%Y-%m-%d %H:%M"
columns:
  - {field: received, column: When}
  - {field: row, column: No}
  - {field: name, column: Name}
  - {field: email, column: Address}
  - {field: country, column: Country}
  - {field: time_zone, column: Clock}
always:
  - {field: languages, means: English}
  - {field: sector, means: Academic libraries}
  - {field: career_stage, means: Early career}
  - {field: interests, means: Open access}
  - {field: membership, means: "yes"}
  - {field: returning, means: "no"}
  - {field: code_of_conduct, means: "2027-01"}
"""
TABLE = """\
When,No,Name,Address,Country,Clock
2027-01-14 17:12,1,Canary One,canary-1@example.org,Australia,Australia/Sydney
2027-01-14 17:13,2,Canary Two,canary-2@example.org,Portugal,Europe/Lisbon
2027-01-14 17:14,3,Canary Three,cannary-3@example.org,Kenya,Africa/Nairobi
2027-01-14 17:15,4,Canary Four,canary-4@example.org,India,Asia/Kolkata
"""
MARCH = ("--pretend-now", "2027-03-01T06:00:00Z")
LATER = "2027-03-05T00:00:00Z"


class Programme:
    """A round whose people came by a table, one with a slip in the address; approved, and a mail server."""

    def __init__(self, folder: Path, mailbox: Mailbox) -> None:
        self.root, self.folder, self.mailbox = folder / "programme", folder, mailbox
        self.root.mkdir()
        self.git("init", "--quiet", "--initial-branch", "main")
        self.run("sample", "2027-1", "--people", "4", "--countries", "4")
        for path in (self.root / "applicants/2027-1").iterdir():
            path.unlink()
        (self.root / "rounds/2027-1/roll.yaml").unlink()
        settings = self.root / "rounds/2027-1/round.yaml"
        settings.write_text(settings.read_text("utf-8").replace("country_cap: 20", "country_cap: 100"), "utf-8")
        (folder / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
        assert self.take(TABLE, "2027-01-20T00:00:00Z")[0] == 0
        self.commit("applications")
        self.run("admit", "2027-1", "--key", "demo", "--pretend-now", "2027-02-15T06:00:00Z")
        self.run("match", "2027-1")
        self.commit("matched")
        self.run("approve", "2027-1", "--as", "coordinator-1", "--pretend-now", "2027-02-20T06:00:00Z")
        self.commit("approved")

    def git(self, *arguments: str) -> None:
        who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *arguments], cwd=self.root, capture_output=True, check=True)

    def commit(self, message: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def run(self, *arguments: object, code: int = 0) -> str:
        got, out, err = runner.run(*arguments, root=self.root)
        assert got == code, out + err
        assert "canary" not in (out + err).casefold()
        return " ".join((out + err).split())

    def take(self, table: str, received: str) -> tuple[int, str]:
        (self.folder / "answers.csv").write_text(table, encoding="utf-8")
        how = ("--mapping", self.folder / "mapping.yaml", "--round", "2027-1", "--key", "demo")
        code, out, err = runner.run(
            "intake", self.folder / "answers.csv", *how, "--received", received, root=self.root
        )
        return code, " ".join((out + err).split())

    def introduce(self, *more: str, code: int = 0) -> str:
        return self.run(
            "introduce", "2027-1", "--key", "demo", "--as", "coordinator-1", *(more or MARCH), code=code
        )

    def corrections(self) -> list[Document]:
        repository = Repository(self.root)
        ids = [path.stem for path in (self.root / "applicants/2027-1").glob("??????????.yaml")]
        found = [forms(repository, load_round(repository, "2027-1").id, id) for id in ids]
        return [form for each in found for number, form in each.items() if number > 1]

    def addresses(self) -> list[str]:
        return sorted(address for address, _ in self.mailbox.mails)


@pytest.fixture
def programme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Programme]:
    clock = SimpleNamespace(sleep=lambda _: None, monotonic=time.monotonic)
    monkeypatch.setattr("counterpart.cli.mail.time", clock)
    monkeypatch.setenv("COUNTERPART_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("COUNTERPART_MAIL", str(tmp_path / "mail.yaml"))
    with mail_server(tmp_path) as (mailbox, settings):
        Path(os.environ["COUNTERPART_MAIL"]).write_text(SETTINGS.format(port=settings.port), encoding="utf-8")
        yield Programme(tmp_path, mailbox)


RIGHT = TABLE.replace("cannary", "canary")


def test_a_refused_mail_goes_to_the_address_that_was_put_right_and_nothing_is_approved_anew(
    programme: Programme,
) -> None:
    programme.mailbox.closed = {"cannary-3@example.org": "550 5.1.1 No such user here"}
    programme.introduce(code=1)
    assert programme.addresses() == [f"canary-{n}@example.org" for n in (1, 2, 4)]

    assert programme.take(RIGHT, LATER)[0] == 0
    programme.commit("an address")
    [correction] = programme.corrections()
    assert correction.data["corrected"] == LATER, "when it arrived, whatever the table's own column says"
    assert programme.run("check").endswith("no findings.")
    assert "Proven over all 6 pairs" in programme.run("verify", "2027-1")
    loaded = load_round(Repository(programme.root), "2027-1")
    assert loaded.approved

    said = programme.introduce("--pretend-now", "2027-03-06T06:00:00Z")
    assert "Sent 1 mail now; 4 of 4 that are due have gone." in said
    assert programme.addresses() == [f"canary-{n}@example.org" for n in (1, 2, 3, 4)]
    assert "Sent 0 mails now" in programme.introduce("--pretend-now", "2027-03-07T06:00:00Z")


def test_a_mail_that_came_back_goes_once_more_after_a_correction_and_only_once(programme: Programme) -> None:
    programme.introduce()
    [(_, content)] = [mail for mail in programme.mailbox.mails if mail[0] == "cannary-3@example.org"]
    number = programme.mailbox.parsed(content)["Message-ID"].strip("<>").split("@")[0]
    report = programme.folder / "back.eml"
    words = REPORT.format(action="failed").replace("introduction.P000000000.1.2027-1", number)

    def came_back() -> None:
        report.write_text(words, encoding="utf-8")
        said = programme.run("ledger", "2027-1", "--bounces", report, "--as", "coordinator-1")
        assert said.startswith("1 mail that came back is noted.")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("counterpart.cli.ledger.datetime", SimpleNamespace(now=lambda _: noted))
        noted = load_round(Repository(programme.root), "2027-1").applicants[0].received.replace(month=3, day=2)
        came_back()
        assert "Sent 0 mails now" in programme.introduce(code=1)
        assert programme.take(RIGHT, LATER)[0] == 0
        programme.commit("an address")
        assert "Sent 1 mail now" in programme.introduce("--pretend-now", "2027-03-06T06:00:00Z")
        noted = noted.replace(day=8)
        came_back()
        assert "Sent 0 mails now" in programme.introduce("--pretend-now", "2027-03-09T06:00:00Z", code=1)
    assert programme.addresses() == sorted(
        ["cannary-3@example.org", *(f"canary-{n}@example.org" for n in (1, 2, 3, 4))]
    )


def test_what_pairs_are_made_from_cannot_be_corrected_any_more(programme: Programme) -> None:
    code, said = programme.take(RIGHT.replace("Kenya,Africa/Nairobi", "Ghana,Africa/Accra"), LATER)
    assert code == 1
    assert (
        "Row 4: `corrected` must lie before 2027-02-14T13:00:00Z, when applications close. After that a name or "
        "an address may be corrected, and the profile must stay as it is." in said
    )
    assert programme.corrections() == []


def test_a_correction_before_the_end_of_applications_counts_whole_and_is_stamped_when_it_arrives(
    programme: Programme,
) -> None:
    assert (
        programme.take(RIGHT.replace("Kenya,Africa/Nairobi", "Ghana,Africa/Accra"), "2027-02-01T00:00:00Z")[0] == 0
    )
    [correction] = programme.corrections()
    assert (correction.data["corrected"], correction.data["profile"]["country"]) == ("2027-02-01T00:00:00Z", "GH")
    programme.commit("moved")
    assert "application-changed" in programme.run("check", code=1)
