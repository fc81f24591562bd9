"""Sixty people, of whom four have addresses that headers cannot hold bare, or cannot hold at all."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from counterpart.files import yaml_read
from counterpart.files.yaml_write import dump
from counterpart.sealing.signed import sealed_digest
from tests.desk import Desk, Kept, flat, id_of
from tests.mail.test_gate import Ready
from tests.mail.test_introduce import SETTINGS
from tests.mailserver import Mailbox, mail_server

PEOPLE = 60
DOCOMO, TRAILING, ENCODED, LEADING = 7, 18, 29, 40
ADDRESSES = {
    DOCOMO: "tanaka..hana@docomo.example",
    TRAILING: "a.@x.example",
    ENCODED: "=?utf-8?q?a?=@x.example",
    LEADING: ".a@x.example",
}
WRITTEN = {number: address for number, address in ADDRESSES.items() if number != ENCODED}
LINK = 50
REASON = "the address is not one that e-mail can be sent to"


class Round(Ready):
    """A round that is ready to be introduced; one address was let in before there was a rule against it."""

    mailbox: Mailbox

    def __init__(self, folder: Path) -> None:
        Desk.__init__(self, folder)
        for number in range(PEOPLE):
            more = {"email": ADDRESSES[number]} if number in WRITTEN else {}
            self.apply(number, **more)
        assert self.admit()[0] == 0
        self.let_in_under_an_older_rule()
        self.git("init", "--quiet", "--initial-branch", "main")
        self.commit("admitted")
        assert self.run("match", "2027-1")[0] == 0
        self.approve()
        self.commit("approved")

    def let_in_under_an_older_rule(self) -> None:
        """Applications of which one holds no address, one a link for a name; the roll has their digests."""
        older: tuple[tuple[int, dict[str, str]], ...] = (
            (ENCODED, {"email": ADDRESSES[ENCODED]}),
            (LINK, {"name": "Win at https://canary.example", "employer": "www.canary.example"}),
        )
        for number, words in older:
            path = self.root / f"applicants/2027-1/{id_of(number)}.yaml"
            before = yaml_read.read(path.read_bytes(), path.name)
            self.apply(number, **words)
            after = yaml_read.read(path.read_bytes(), path.name)
            assert isinstance(before, yaml_read.Document)
            assert isinstance(after, yaml_read.Document)
            path.write_text(dump({**after.data, "resealed": sealed_digest(before.data)}), encoding="utf-8")

    def say(self, command: str, *more: object) -> tuple[int, str]:
        code, out, err = self.run(command, "2027-1", "--key", "demo", "--as", "coordinator-1", *more)
        return code, flat(out + err)

    def everybody_but_one_got(self, mails: int) -> None:
        expected = {f"canary-{number}@example.org" for number in range(PEOPLE) if number not in ADDRESSES}
        expected |= set(WRITTEN.values())
        assert Counter(address for address, _ in self.mailbox.mails) == dict.fromkeys(expected, mails)
        assert set(self.mailbox.ids().values()) == {1}


@pytest.fixture
def round(tmp_path: Path, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> Iterator[Round]:
    clock = SimpleNamespace(sleep=lambda _: None, monotonic=time.monotonic)
    monkeypatch.setattr("counterpart.cli.mail.time", clock)
    monkeypatch.setenv("COUNTERPART_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("COUNTERPART_MAIL", str(tmp_path / "mail.yaml"))
    made = kept.copy(Round, tmp_path)
    with mail_server(tmp_path) as (mailbox, settings):
        made.mailbox = mailbox
        Path(os.environ["COUNTERPART_MAIL"]).write_text(SETTINGS.format(port=settings.port), encoding="utf-8")
        yield made


LISTED = (
    f"1 e-mail that cannot be written {{kind}}/{id_of(ENCODED)}/1 ({REASON}) Next Nothing of these was sent, and "
    "everybody else's e-mails go. Where it is the address, look up who it is with 'counterpart open ID' and find "
    "another way to reach them; a correction with another address is enough. "
)


def test_one_address_that_cannot_be_written_to_stops_nobody_and_is_listed(round: Round) -> None:
    code, said = round.say("introduce", "--dry-run")
    assert (code, round.mailbox.mails) == (1, [])
    assert "60 mails are due; 0 of them went already. Nothing was sent now." in said
    assert said.endswith(LISTED.format(kind="introduction"))
    for sent in (59, 0):
        code, said = round.say("introduce")
        assert code == 1
        assert f"Sent {sent} mails now; 59 of 60 that are due have gone." in said
        assert said.endswith(LISTED.format(kind="introduction"))
        round.everybody_but_one_got(1)
    assert f"introduction/{id_of(ENCODED)}" not in round.git("show", "ledger/2027-1:ledger.jsonl")
    [partner] = [
        other
        for pair in round.data("pairings.yaml")["pairs"]
        if id_of(ENCODED) in pair["people"]
        for other in pair["people"]
        if other != id_of(ENCODED)
    ]
    assert f"introduction.{partner}.1.2027-1@example.org" in str(round.mailbox.ids()), "the other one still hears"
    round.nobody_named()


def test_the_other_mails_of_a_round_reach_everybody_else_too(round: Round) -> None:
    code, said = round.say("mail", "--dry-run")
    assert (code, round.mailbox.mails) == (1, [])
    code, said = round.say("mail")
    assert code == 1
    assert "Sent 59 mails now; 59 of 60 that are due have gone." in said
    assert said.endswith(LISTED.format(kind="accepted"))
    round.everybody_but_one_got(1)


def test_a_preview_shows_what_can_be_written_and_lists_the_rest(round: Round) -> None:
    out = round.folder / "preview"
    code, said, _ = round.run("preview", "2027-1", "--id", id_of(ENCODED), "--key", "demo", "--out", out)
    assert code == 1
    assert f"introduction/{id_of(ENCODED)}/1 ({REASON})" in flat(said)
    code, said, _ = round.run("preview", "2027-1", "--id", id_of(DOCOMO), "--key", "demo", "--out", out)
    assert code == 0
    assert "Wrote 2 mails" in flat(said)


def test_who_has_such_an_address_or_name_is_not_admitted_and_nobody_else_is_kept_waiting(round: Round) -> None:
    assert round.admit()[0] == 0
    assert {id: status for id, status in round.statuses().items() if status != "admitted"} == {
        id_of(ENCODED): "ineligible sealed-part-wrong",
        id_of(LINK): "ineligible sealed-part-wrong",
    }


def test_what_goes_wrong_unexpectedly_with_one_letter_is_listed_by_its_kind_alone(round: Round) -> None:
    """What nobody thought of is put in place here: one person's letter fails."""
    from counterpart.mail import compose

    known = compose.Writer.values

    def values(self: compose.Writer, due: compose.Due) -> dict[str, object]:
        if due.id == id_of(3):
            raise KeyError("Canary Number 3")
        return known(self, due)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compose.Writer, "values", values)
        code, said = round.say("introduce")
    assert code == 1
    assert "Sent 58 mails now; 58 of 60 that are due have gone." in said
    assert (
        f"2 e-mails that cannot be written introduction/{id_of(3)}/1 (an unexpected error: KeyError) "
        f"introduction/{id_of(ENCODED)}/1 ({REASON})"
    ) in said
    assert "An unexpected error is a fault in Counterpart: please report it, with the word behind it." in said
    assert round.say("introduce")[1].count("Sent 1 mail now; 59 of 60 that are due have gone.") == 1
    round.everybody_but_one_got(1)
