"""From an approved proposal to partners who can write to each other, through a real mail server."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import icalendar
import pytest

from tests.desk import Kept, flat, id_of
from tests.mail.test_gate import Ready
from tests.mailserver import Mailbox, mail_server

SETTINGS = """\
host: 127.0.0.1
port: {port}
security: none
from: {{name: Peer mentoring, address: mentoring@example.org}}
"""


class Round(Ready):
    """A round that is ready to be introduced, and a mail server."""

    mailbox: Mailbox

    def serve(self, port: int) -> None:
        path = self.folder / "mail.yaml"
        path.write_text(SETTINGS.format(port=port), encoding="utf-8")
        os.environ["COUNTERPART_MAIL"] = str(path)

    def introduce(self, *more: object) -> tuple[int, str]:
        code, out, err = self.run("introduce", "2027-1", "--key", "demo", "--as", "coordinator-1", *more)
        return code, flat(out + err)

    def to(self, number: int) -> list[str]:
        """The subjects of the mails that a person got."""
        return [
            str(self.mailbox.parsed(content)["Subject"])
            for address, content in self.mailbox.mails
            if address == f"canary-{number}@example.org"
        ]


@pytest.fixture
def round(tmp_path: Path, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> Iterator[Round]:
    clock = SimpleNamespace(sleep=lambda _: None, monotonic=time.monotonic)
    monkeypatch.setattr("counterpart.cli.mail.time", clock)
    monkeypatch.setenv("COUNTERPART_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("COUNTERPART_MAIL", "")
    made = kept.copy(Round, tmp_path)
    with mail_server(tmp_path) as (mailbox, settings):
        made.mailbox = mailbox
        made.serve(settings.port)
        yield made


def test_partners_hear_of_each_other_once(round: Round) -> None:
    code, said = round.introduce("--dry-run")
    assert (code, round.mailbox.mails) == (0, []), said
    assert "6 mails are due; 0 of them went already. Nothing was sent now." in said
    code, said = round.introduce()
    assert code == 0
    assert "Sent 6 mails now; 6 of 6 that are due have gone." in said
    partner = {
        id: other for p in round.data("pairings.yaml")["pairs"] for id, other in (p["people"], p["people"][::-1])
    }
    for number in range(6):
        other = next(n for n in range(6) if id_of(n) == partner[id_of(number)])
        [subject] = round.to(number)
        assert subject.startswith(f"Meet your partner: Canary Number {other} (")
        [content] = [c for address, c in round.mailbox.mails if address == f"canary-{number}@example.org"]
        mail = round.mailbox.parsed(content)
        body = mail.get_body(("plain",))
        assert body is not None
        text = flat(body.get_content())
        for words in (
            f"Dear Canary Number {number},",
            f"Write to: canary-{other}@example.org",
            "You both want to talk about: Open access.",
            "When it is 12:00 where you are, it is ",
            f"Hello Canary Number {other}, I am Canary Number {number}",
            "The first guide: Getting to know you.",
            "The partnership ends on Monday, 28 June 2027.",
            "You have heard nothing after a week?",
            "Something worries you about how your partner writes or behaves? Tell us.",
        ):
            assert words in text, words
        [attached] = mail.iter_attachments()
        calendar = icalendar.Calendar.from_ical(attached.get_content())
        assert [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")] == [
            "Peer mentoring: write to your partner",
            "Peer mentoring: Getting to know you",
            "Peer mentoring: a few questions, halfway",
            "Peer mentoring: the round ends",
        ]
        assert "Canary" not in attached.get_content()
        assert {"METHOD", "X-WR-CALNAME"}.isdisjoint(calendar), "nothing opens a calendar of its own"
        now = datetime.now(UTC)
        for event in calendar.walk("VEVENT"):
            assert abs(event.decoded("DTSTAMP") - now) < timedelta(minutes=15)
            assert event.decoded("LAST-MODIFIED") == event.decoded("DTSTAMP")
    code, said = round.introduce()
    assert code == 0
    assert "Sent 0 mails now; 6 of 6 that are due have gone." in said
    assert len(round.mailbox.mails) == 6
    round.nobody_named()


def test_a_partner_sees_what_was_agreed_to_and_no_more(tmp_path: Path, round: Round) -> None:
    for number, agreed in ((0, ["name", "email", "about_me"]), (1, ["name", "email"])):
        round.apply(number, employer=f"Canary Employer {number}", about_me=f"Canary words {number}.\nAnd more.",
                    partner_may_see=agreed)  # fmt: skip
    round.git("checkout", "--quiet", "--orphan", "anew")
    round.commit("applications")
    assert round.admit()[0] == 0
    assert round.run("match", "2027-1")[0] == 0
    round.approve()
    round.commit("approved")
    assert round.introduce()[0] == 0
    everything = [content for _, content in round.mailbox.mails]
    bodies = [round.mailbox.parsed(content).get_body(("plain",)) for content in everything]
    text = "".join(body.get_content() for body in bodies if body is not None)
    assert text.replace("\r", "").count("    Canary words 0.\n    And more.") == 1
    assert "Canary Employer" not in text
    assert "Canary words 1" not in text


def test_nothing_is_sent_while_the_gate_is_shut(round: Round) -> None:
    round.change("rounds/2027-1/round.yaml", "draw: the", "draw: another")
    round.commit("another draw")
    code, said = round.introduce()
    assert code == 1
    assert "error[approval-void]" in said
    assert said.endswith("Nothing was sent. 1 finding stands in the way. ")
    assert round.mailbox.mails == []


def test_who_was_introduced_is_not_paired_anew(round: Round) -> None:
    assert round.introduce()[0] == 0
    one, other = (pair["people"] for pair in round.data("pairings.yaml")["pairs"][:2])
    forbid = f"  - {{people: [{one[0]}, {one[1]}], by: coordinator-2, reason: conflict-of-interest}}\n"
    path = round.root / "rounds/2027-1/decisions.yaml"
    path.write_text(f"format: 1\nround: 2027-1\nforbids:\n{forbid}", encoding="utf-8")
    assert round.run("match", "2027-1")[0] == 0
    round.approve()
    round.commit("another proposal")
    code, said = round.introduce()
    assert code == 1
    assert "These people were introduced to somebody else already, so they cannot be paired anew: " in said
    assert one[0] in said
    assert len(round.mailbox.mails) == 6
    assert other


def test_when_somebody_withdraws_in_between_the_others_still_hear_of_their_partners(round: Round) -> None:
    from tests.admission.test_admit import withdraw

    pairs = sorted(pair["people"] for pair in round.data("pairings.yaml")["pairs"])
    number = {id_of(n): n for n in range(6)}
    round.mailbox.faults = ["none", "none", *["450 rcpt"] * 12]
    assert round.introduce()[0] == 1
    assert len(round.mailbox.mails) == 2, "the first pair"
    round.mailbox.faults = []
    withdraw(round, number[pairs[1][0]])
    round.commit("withdrawn")
    code, said = round.introduce()
    assert code == 1
    assert "Sent 2 mails now; 4 of 4 that are due have gone." in said
    assert (
        f"People whose partner left before they heard of each other {pairs[1][1]} They are not written to" in said
    )
    assert [len(round.to(number[id])) for id in (*pairs[0], *pairs[1], *pairs[2])] == [1, 1, 0, 0, 1, 1]
    assert round.admit()[0] == 0
    round.commit("admitted again")
    assert "Sent 0 mails now; 4 of 4 that are due have gone." in round.introduce()[1]
    round.change("rounds/2027-1/pairings.yaml", pairs[2][0], pairs[1][0])
    round.commit("tampered")
    assert round.introduce()[0] == 1
    assert len(round.mailbox.mails) == 4


def test_before_anybody_was_introduced_a_withdrawal_stops_everything(round: Round) -> None:
    from tests.admission.test_admit import withdraw

    withdraw(round, 1)
    round.commit("withdrawn")
    code, said = round.introduce()
    assert code == 1
    assert "error[person-withdrawn]" in said
    assert round.mailbox.mails == []


def test_a_refused_address_is_listed_and_stops_nobody_else(round: Round) -> None:
    round.mailbox.faults = ["550 rcpt"]
    code, said = round.introduce()
    assert code == 1
    first = min(round.data("pairings.yaml")["pairs"], key=lambda p: p["people"])["people"][0]
    assert "Sent 5 mails now; 5 of 6 that are due have gone." in said
    assert (
        f"1 mail that the mail server refuses for good introduction/{first}/1 (the server's answer: 550)" in said
    )
    code, out, _ = round.run("ledger", "2027-1")
    assert code == 0
    assert "     5  introduction   sent\n     1  introduction   refused by the mail server\n" in out


def test_what_may_have_left_is_settled_by_a_coordinator(round: Round) -> None:
    round.mailbox.faults = ["drop after"]
    code, said = round.introduce()
    assert code == 1
    first = min(round.data("pairings.yaml")["pairs"], key=lambda p: p["people"])["people"][0]
    assert "1 mail that may have left, and nobody can know" in said
    assert f"counterpart ledger 2027-1 --settle introduction/{first}/1 sent --as NAME" in said
    assert round.introduce()[0] == 1
    assert len(round.mailbox.mails) == 6, "it is not sent again by itself"
    settle = ("ledger", "2027-1", "--settle", f"introduction/{first}/1")
    assert round.run(*settle, "maybe", "--as", "coordinator-1")[0] == 2
    assert round.run(*settle, "sent")[0] == 2
    code, out, _ = round.run(*settle, "sent", "--as", "coordinator-1")
    assert code == 0
    assert f"Noted: introduction/{first}/1 was sent." in out
    assert round.introduce()[0] == 0
    assert len(round.mailbox.mails) == 6


REPORT = """\
From: MAILER-DAEMON@example.org
To: mentoring@example.org
Subject: Undelivered mail for canary-0@example.org
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your mail could not be delivered. <introduction.P000000005.1.2027-1@example.org>
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; example.org

Final-Recipient: rfc822; canary-0@example.org
Action: {action}
Status: 5.1.1

--b
Content-Type: message/rfc822

Message-ID: <introduction.P000000000.1.2027-1@example.org>
Subject: Meet your partner

<introduction.P000000004.1.2027-1@example.org>
--b--
"""


def test_everybody_hears_what_became_of_the_application(round: Round) -> None:
    roll = round.root / "rounds/2027-1/roll.yaml"
    content = roll.read_bytes()
    for name in ("roll", "pairings", "approval"):
        (round.root / f"rounds/2027-1/{name}.yaml").unlink()
    mail = ("mail", "2027-1", "--key", "demo", "--as", "coordinator-1")
    assert "6 people hear that the application arrived" in flat(round.run(*mail)[1])
    assert round.to(0) == [f"We have your application ({id_of(0)})"]
    roll.write_bytes(content)
    assert "6 people hear that they take part" in flat(round.run(*mail)[1])
    assert round.to(0)[1] == "You take part: First round of 2027"
    assert round.run(*mail)[0] == 0
    assert len(round.mailbox.mails) == 12


def test_a_round_may_have_words_of_its_own(round: Round) -> None:
    folder = round.root / "rounds/2027-1/mails"
    folder.mkdir()
    (folder / "introduction.md.j2").write_text("Subject: Hello {{ me.name }}\n\nShort.\n", encoding="utf-8")
    round.commit("own words")
    assert round.introduce()[0] == 0
    assert round.to(3) == ["Hello Canary Number 3"]


def test_a_broken_template_is_told_before_anything_is_sent(round: Round) -> None:
    folder = round.root / "rounds/2027-1/mails"
    folder.mkdir()
    (folder / "introduction.md.j2").write_text("Subject: Hello\n\n{{ partner.name }}\n", encoding="utf-8")
    round.commit("own words")
    code, said = round.introduce()
    assert code == 2
    assert said == (
        "counterpart: 'rounds/2027-1/mails/introduction.md.j2', line 3: The template names 'partner', which this "
        "kind of mail does not have. Correct it, and look at it with 'counterpart preview 2027-1 introduction'. "
    )
    assert round.mailbox.mails == []
    assert round.run("ledger", "2027-1")[1] == "No mail of round 2027-1 has been sent yet.\n"


def test_a_preview_shows_real_mails_outside_the_repository_only(round: Round) -> None:
    out = round.folder / "preview"
    code, said, _ = round.run("preview", "2027-1", "introduction", "--id", id_of(2), "--key", "demo", "--out", out)
    assert code == 0
    assert "THIS FOLDER HOLDS NAMES AND WORDS OF REAL PEOPLE." in flat(said)
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "Dear Canary Number 2," in page
    assert (out.stat().st_mode & 0o777, (out / "index.html").stat().st_mode & 0o777) == (0o700, 0o600)
    code, _, err = round.run("preview", "2027-1", "--key", "demo", "--out", round.root / "preview")
    assert code == 2
    assert "it must not lie in a Git repository" in flat(err)
    code, _, _ = round.run("preview", "2027-1", "--out", round.folder / "made-up")
    assert code == 0
    assert "Oriel Bookend" in (round.folder / "made-up" / "index.html").read_text(encoding="utf-8")
    round.nobody_named()


def test_a_preview_that_is_only_shown_is_in_no_file(round: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    import urllib.error
    import urllib.request

    seen: list[str] = []

    def look(address: str) -> bool:
        with urllib.request.urlopen(address) as answer:
            seen.append(answer.read().decode())
        other = address.replace("/index.html", "x/index.html")
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(other)
        return True

    monkeypatch.setattr("webbrowser.open", look)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: "")
    code, _, _ = round.run("preview", "2027-1", "--key", "demo")
    assert code == 0
    assert "Canary Number" in seen[0]
    round.nobody_named()
