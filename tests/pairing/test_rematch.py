"""New partners within a round: partnerships end without blame, and who goes on meets somebody new."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.admission.test_admit import withdraw
from tests.desk import AFTER, Kept, flat, id_of
from tests.mail.test_introduce import Round as Introduced
from tests.mailserver import mail_server


class Round(Introduced):
    """A round whose first introductions are done."""

    def pairs(self, name: str = "pairings.yaml") -> list[list[str]]:
        return sorted(pair["people"] for pair in self.data(name)["pairs"])

    def end(self, id: str, *more: object, code: int = 0) -> str:
        done, out, err = self.run("end", "2027-1", id, "--as", "coordinator-1", *more)
        assert done == code, out + err
        return flat(out + err)

    def mail(self) -> str:
        return flat(self.run("mail", "2027-1", "--key", "demo", "--as", "coordinator-1")[1])

    def today(self) -> str:
        code, out, err = self.run("today", "2027-1", "--pretend-now", "2027-03-10T06:00:00Z")
        assert code == 0, out + err
        return flat(out)

    def rematch(self, code: int = 0) -> str:
        done, out, err = self.run("rematch", "2027-1")
        assert done == code, out + err
        return flat(out + err)

    def subjects(self, id: str) -> list[str]:
        return self.to(next(n for n in range(99) if id_of(n) == id))

    def check(self) -> str:
        code, out, _ = self.run("check")
        return out if code else ""


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


def test_before_the_introductions_no_partnership_can_end(round: Round) -> None:
    said = round.end(id_of(0), "--reason", "silent", code=2)
    assert "Nobody of round 2027-1 is introduced yet, so there is no partnership to end." in said
    assert "decisions.yaml" not in round.git("status", "--porcelain")


def test_who_goes_on_meets_somebody_new_and_everybody_hears_it_kindly(round: Round) -> None:
    assert round.introduce()[0] == 0
    one, other, third = round.pairs()
    first = (round.root / "rounds/2027-1/pairings.yaml").read_bytes()
    said = round.end(one[0], "--reason", "silent")
    assert (
        f"Noted in rounds/2027-1/decisions.yaml: {one[0]} leaves the round. {one[1]} needs a new partner." in said
    )
    assert "nothing was written" in round.end(one[0], "--reason", "silent")
    assert "with other words" in round.end(one[0], "--reason", "withdrew", code=2)
    round.end(other[0], "--reason", "asked", "--new-partner")
    assert round.check() == "", "the first approval is not touched"
    round.commit("ended")
    untold = "4 people have not heard yet that their partnership has ended."
    assert untold in round.today()
    assert "1 person hears that the partnership has ended, with thanks" in round.mail()
    assert untold.partition(" have")[2] not in round.today()
    assert "Sent 0 mails now; 4 of 4 that are due have gone." in round.mail()
    assert round.subjects(one[0])[1:] == ["Thank you for taking part: First round of 2027"]
    for id in (one[1], *other):
        assert round.subjects(id)[1:] == ["Your partnership has ended, and we look for a new partner for you"]
    said = round.rematch()
    assert "Pairing 2 of round 2027-1: 3 people without a partner, and 0 of the waiting list." in said
    assert "Proven over all 3 pairs that can be formed from the 3 people" in said
    [pair] = round.pairs("pairings-2.yaml")
    assert one[1] in pair and set(pair) & set(other), "the two who were partners are not paired again"
    [left] = round.data("pairings-2.yaml")["unpaired"]
    assert (round.root / "rounds/2027-1/pairings.yaml").read_bytes() == first
    code, out, _ = round.run("approve", "2027-1", "--as", "coordinator-2", "--pretend-now", AFTER)
    assert "wrote rounds/2027-1/approval-2.yaml" in flat(out)
    round.commit("second")
    assert round.check() == ""
    before = len(round.mailbox.mails)
    code, said = round.introduce()
    assert code == 0, said
    assert "Sent 3 mails now; 3 of 3 that are due have gone." in said
    for id in pair:
        assert round.subjects(id)[2].startswith("Meet your partner: ")
    assert round.subjects(left["id"])[2] == "No partner for you yet: First round of 2027"
    assert len(round.mailbox.mails) == before + 3
    assert all(len(round.subjects(id)) == 1 for id in third)
    again = [c for _, c in round.mailbox.mails if b"Your partnership before this one has ended" in c]
    assert len(again) == 2
    for content in again:
        body = message_from_bytes(content, policy=default).get_body(("plain",))
        said = flat(body.get_content())
        assert "A good guide for a first talk, whenever you begin: Getting to know you." in said
        assert "The first guide" not in said, "its days are over"
    round.nobody_named()


def test_a_withdrawal_after_the_introductions_needs_no_word_of_a_coordinator(round: Round) -> None:
    assert round.introduce()[0] == 0
    one, other, _ = round.pairs()
    number = {id_of(n): n for n in range(6)}
    withdraw(round, number[one[0]])
    withdraw(round, number[other[1]])
    assert "error[person-withdrawn]" in round.check()
    round.commit("withdrawn")
    assert "4 of 4" in round.mail()
    looked_for = [subject for id in (one[1], other[0]) for subject in round.subjects(id)[1:]]
    assert looked_for == ["Your partnership has ended, and we look for a new partner for you"] * 2
    round.rematch()
    assert round.check() == ""
    assert round.pairs("pairings-2.yaml") == [sorted([one[1], other[0]])]
    assert round.run("approve", "2027-1", "--as", "coordinator-2", "--pretend-now", AFTER)[0] == 0
    round.commit("second")
    withdraw(round, number[other[0]])
    round.commit("one more")
    code, said = round.introduce()
    assert code == 1
    assert "error[proposal-person]" in said and "Run 'counterpart rematch' again" in said
    assert len(round.mailbox.mails) == 6 + 4


def test_a_pairing_that_nobody_was_introduced_by_is_made_anew_and_later_ones_count_on(round: Round) -> None:
    assert round.introduce()[0] == 0
    one, other, third = round.pairs()
    for id in (one[0], other[0]):
        round.end(id, "--reason", "silent")
    round.commit("ended")
    round.rematch()
    round.commit("proposed")
    round.end(third[0], "--reason", "asked", "--new-partner")
    round.rematch()
    pair, second = round.pairs("pairings-2.yaml")
    assert {*pair, *second} == {one[1], other[1], *third}
    assert round.run("approve", "2027-1", "--as", "coordinator-2", "--pretend-now", AFTER)[0] == 0
    round.commit("second")
    assert round.introduce()[0] == 0
    said = round.end(pair[0], "--reason", "asked", "--new-partner")
    assert f"{pair[1]} needs a new partner." in said
    assert [line["before"] for line in round.data("decisions.yaml")["ended"]].count(3) == 1
    round.commit("and again")
    said = round.rematch(code=2)
    assert "nobody who is without a partner can be paired, so nothing was written" in said, "they were partners"
    assert round.git("status", "--porcelain") == ""
    everybody = [pair for name in ("", "-2") for pair in map(tuple, round.pairs(f"pairings{name}.yaml"))]
    assert len(everybody) == len(set(everybody)), "nobody meets a past partner"
    code, out, _ = round.run("verify", "2027-1")
    assert code == 0 and "Proven over all" in out


def test_what_people_wrote_into_the_decisions_stays_there(round: Round) -> None:
    path = round.root / "rounds/2027-1/decisions.yaml"
    assert round.introduce()[0] == 0
    path.write_text("# ours\nformat: 1\nround: 2027-1\npins: []  # none\n", encoding="utf-8")
    one, other, _ = round.pairs()
    round.end(one[0], "--reason", "conduct", "--ban")
    round.end(other[0], "--reason", "silent")
    assert path.read_text(encoding="utf-8") == (
        "# ours\nformat: 1\nround: 2027-1\npins: []  # none\nended:\n"
        f"  - {{id: {one[0]}, leaves: true, by: coordinator-1, reason: conduct, before: 2, ban: true}}\n"
        f"  - {{id: {other[0]}, leaves: true, by: coordinator-1, reason: silent, before: 2}}\n"
    )
    line = f"{{id: {other[0]}, leaves: true, by: coordinator-1, reason: silent, before: 2}}"
    path.write_text(f"format: 1\nround: 2027-1\nended: [{line}]\n", encoding="utf-8")
    said = round.end(one[0], "--reason", "silent", code=2)
    assert (
        "'rounds/2027-1/decisions.yaml' is written in a way that cannot be added to. Add this yourself, and try "
        "again:"
    ) in said


def test_who_is_removed_for_conduct_gets_no_automatic_mail_and_may_be_barred(round: Round) -> None:
    assert round.introduce()[0] == 0
    one, _, _ = round.pairs()
    round.end(one[0], "--reason", "conduct", "--ban")
    round.commit("removed")
    round.mail()
    assert len(round.subjects(one[0])) == 1
    assert len(round.subjects(one[1])) == 2
    code, out, _ = round.run("round", "new", "2027-2", "--from", "2027-1")
    assert code == 0, out
    next_round = round.root / "rounds/2027-2/round.yaml"
    assert next_round.exists()


def test_a_tampered_second_pairing_is_not_introduced(round: Round) -> None:
    assert round.introduce()[0] == 0
    one, other, _ = round.pairs()
    for id in (one[0], other[0]):
        round.end(id, "--reason", "silent")
    round.commit("ended")
    round.rematch()
    assert round.run("approve", "2027-1", "--as", "coordinator-2", "--pretend-now", AFTER)[0] == 0
    round.commit("second")
    path = round.root / "rounds/2027-1/certificate-2.json"
    certificate = json.loads(path.read_text(encoding="utf-8"))
    certificate["prices"] = {id: [0, 0, 0] for id in certificate["prices"]}
    path.write_text(json.dumps(certificate), encoding="utf-8")
    round.commit("forged")
    code, said = round.introduce()
    assert code == 1
    assert "rounds/2027-1/certificate-2.json:1:1: error[certificate-false]" in said
    assert len(round.mailbox.mails) == 6


def test_a_coordinator_who_came_later_needs_the_word_of_one_who_was_there(round: Round, tmp_path: Path) -> None:
    from pyrage import x25519

    identity = x25519.Identity.generate()
    key = tmp_path / "key.txt"
    key.write_text(f"{identity}\n", encoding="ascii")
    add = ("keys", "add", "2027-1", str(identity.to_public()), "--as", "coordinator-3", "--key", "demo")
    assert round.run(*add)[0] == 0
    round.commit("a third key")
    late = ("introduce", "2027-1", "--key", key, "--dry-run")
    code, out, _ = round.run(*late)
    assert code == 1
    assert "6 applications were sealed again before there was a key that you hold" in flat(out)
    assert round.introduce("--dry-run")[0] == 0, "with an older key"
    code, out, _ = round.run(*late, "--handed-over")
    assert (code, "6 mails are due" in out) == (0, True)
