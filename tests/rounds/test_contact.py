"""Personal links: made at the introduction, answered without an account, good for nobody and nothing else."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from counterpart.files.repository import Repository
from counterpart.mail.link_key import open_links
from counterpart.sealing import keyring
from counterpart.sealing.links import LinkKey
from tests.desk import flat, id_of
from tests.pairing.test_rematch import Round, round  # noqa: F401 - the fixture
from tests.responses import LINKS, link, link_of, response

LATER = "2027-03-20T09:00:00Z"
SITE = "site: https://mentoring.example.org\n"


@pytest.fixture
def linked(round: Round) -> Round:  # noqa: F811
    """A round whose introductions held personal links."""
    path = round.root / "rounds/2027-1/round.yaml"
    path.write_text(path.read_text(encoding="utf-8") + SITE, encoding="utf-8")
    code, out, _ = round.run("links", "2027-1")
    assert (code, "Wrote rounds/2027-1/links.yaml." in out) == (0, True)
    assert "nothing was written" in round.run("links", "2027-1")[1]
    round.commit("links")
    assert round.introduce()[0] == 0
    return round


def links_in_mails(round: Round) -> dict[str, str]:  # noqa: F811
    """The link of each person, by id, as the mails hold it."""
    found = {}
    for _, content in round.mailbox.mails:
        body = round.mailbox.parsed(content).get_body(("plain",))
        assert body is not None
        text = re.sub(r"\s", "", body.get_content())
        held = set(re.findall(r"answer\.html#pulse\.(2027-1\.[0-9A-Z]{10}\.[A-Za-z0-9_-]{136})", text))
        [token] = held
        found[link_of(token)["id"]] = token
    return found


def take_in(round: Round, document: dict[str, Any], when: str = "2027-03-05T09:00:00Z") -> tuple[int, str]:  # noqa: F811
    path = round.folder / "answer.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    code, out, _ = round.run("intake", path, "--received", when)
    return code, flat(out)


def pulse(round: Round, now: str = LATER) -> str:  # noqa: F811
    code, out, err = round.run("pulse", "2027-1", "--key", "demo", "--pretend-now", now)
    assert code == 0, err
    return flat(out)


def test_each_mail_holds_a_link_of_its_own_whose_secret_is_in_no_file(linked: Round) -> None:
    tokens = links_in_mails(linked)
    assert tokens.keys() == {id_of(n) for n in range(6)}
    assert len({link_of(token)["private"] for token in tokens.values()}) == 6
    assert {link_of(token)["expires"] for token in tokens.values()} == {"2027-08-02T00:00:00Z"}
    opened = open_links(Repository(linked.root), "2027-1", keyring.for_round("2027-1", True, "demo"))
    assert opened is not None and opened.private not in repr(opened)
    secrets = [opened.private, *(link_of(token)["private"] for token in tokens.values())]
    for path in linked.root.rglob("*"):
        if path.is_file():
            assert not [secret for secret in secrets if secret.encode() in path.read_bytes()], path


def test_an_answer_by_mail_is_taken_in_once_and_heard(linked: Round) -> None:
    tokens = links_in_mails(linked)
    one, other, third = linked.pairs()
    document = response(tokens[one[0]], said="talked")
    code, said = take_in(linked, document)
    assert (code, "1 file is new." in said) == (0, True)
    files = sorted((linked.root / "rounds/2027-1/responses").iterdir())
    assert re.fullmatch(rf"{one[0]}-[0-9a-f]{{12}}\.yaml", files[0].name)
    assert "talked" not in files[0].read_text(encoding="utf-8")
    before = files[0].read_bytes()
    code, said = take_in(linked, document, "2027-03-19T09:00:00Z")
    assert (code, files[0].read_bytes() == before) == (0, True), "a replay changes nothing, not even the moment"
    assert take_in(linked, response(tokens[other[1]], said="new-partner"))[0] == 0
    assert take_in(linked, response(tokens[third[0]], said="away", until="2027-03-30"))[0] == 0
    said = pulse(linked)
    assert (
        "3 partnerships of round 2027-1: 1 in contact, 0 silent for a week or more, 2 with somebody who is away, "
        "asks or leaves, 0 too new to say. 3 answers so far."
    ) in said
    assert f"They asked for a new partner {other[1]} counterpart end 2027-1 {other[1]} --reason asked" in said
    assert f"{third[0]} until Tuesday, 30 March 2027" in said
    said = pulse(linked, "2027-04-02T09:00:00Z")
    assert f"Silent for 14 days or more {' and '.join(third)}, " in said
    assert "A mail reminds them once after 7 and once after 14 days: counterpart mail 2027-1 --as NAME" in said
    assert (
        "Who has said nothing after that leaves, and the other gets a new partner. For the first: "
        f"counterpart end 2027-1 {third[1]} --reason silent --as NAME"
    ) in said, "not who told us to be away"
    assert linked.check() == ""


def test_forged_and_changed_answers_change_nothing(linked: Round) -> None:
    tokens = links_in_mails(linked)
    one, other = id_of(0), id_of(1)
    good = response(tokens[one], said="talked")
    mine = link_of(tokens[one])
    forged = LinkKey(round="2027-1", public=LINKS.public, private=LINKS.private)
    longer = link(one, key=forged, expires=datetime(2030, 1, 1, tzinfo=UTC))
    other_round = link(one, key=replace(LINKS, round="2027-2"))
    tries = {
        "a link of one's own making": response(link(one), said="leaving"),
        "a longer life": response(longer, said="leaving"),
        "another round's link": response(other_round, said="leaving") | {"round": "2027-1"},
        "somebody else's name": response(tokens[one], id=other, said="leaving"),
        "somebody else's sealed words": good | {"sealed": response(tokens[other], said="leaving")["sealed"]},
        "another moment": good | {"expires": "2030-01-01T00:00:00Z"},
        "another key": good | {"key": link_of(tokens[other])["key"]},
        "a letter of the signature": good | {"signature": "A" + good["signature"][1:]},
    }
    for what, document in tries.items():
        code, said = take_in(linked, document)
        assert (code, "error[response-signature]" in said) == (1, True), what
    code, said = take_in(linked, good, "2027-08-02T00:00:01Z")
    assert "error[response-expired]: A response must come before its link expires" in said
    for key, rule in (("received", "submission-stamped"), ("by", "submission-stamped")):
        assert rule in take_in(linked, good | {key: "2027-03-01T00:00:00Z"})[1]
    assert mine["id"] == one
    assert not (linked.root / "rounds/2027-1/responses").exists()


def test_what_is_sealed_for_another_person_is_not_heard(linked: Round) -> None:
    """Somebody with a link who seals another's id into the answer speaks for nobody."""
    tokens = links_in_mails(linked)
    document = response(tokens[id_of(0)], said="leaving")
    inside = response(tokens[id_of(1)], said="leaving")["sealed"]
    from counterpart.sealing.receipt import sign
    from counterpart.sealing.signed import signed_bytes

    swapped = {**document, "sealed": inside}
    swapped["signature"] = sign(link_of(tokens[id_of(0)])["private"], signed_bytes("response", swapped))
    assert take_in(linked, swapped)[0] == 0, "it is signed, so it is kept"
    said = pulse(linked)
    assert "They cannot go on" not in said
    assert "0 answers so far. 1 answer does not open, such as rounds/2027-1/responses/" in said


def test_a_coordinator_writes_down_what_a_person_said(linked: Round) -> None:
    one = linked.pairs()[0][0]
    note = ("pulse", "2027-1", "--note", one, "away", "--until", "2027-04-30", "--as", "coordinator-2")
    more = ("--words", "Canary words on the telephone.", "--pretend-now", "2027-03-05T09:00:00Z")
    code, out, _ = linked.run(*note, *more)
    assert (code, out.startswith(f"Wrote rounds/2027-1/responses/{one}-")) == (0, True)
    linked.names.add("Canary words")
    linked.commit("a note")
    linked.nobody_named()
    assert f"{one} until Friday, 30 April 2027" in pulse(linked)
    assert linked.check() == ""
    for arguments, says in (
        (("--note", one, "gone", "--as", "coordinator-1"), "A word is one of talked, "),
        (("--note", one, "away", "--as", "coordinator-1"), "Say until when with 'away'"),
        (("--note", one, "talked"), "Say who writes it down"),
        (("--note", "ZZZZZZZZZZ", "talked", "--as", "coordinator-1"), "is not on the roll"),
        (("--note", one, "talked", "--as", "coordinator-1", "--words", "x" * 401), "at most 400 characters"),
    ):
        code, _, err = linked.run("pulse", "2027-1", *arguments)
        assert (code, says in flat(err)) == (2, True), says


def test_a_new_coordinator_reads_the_answers_after_the_keys_were_added(linked: Round, tmp_path: Path) -> None:
    from pyrage import x25519

    tokens = links_in_mails(linked)
    one = linked.pairs()[0]
    assert take_in(linked, response(tokens[one[0]], said="talked"))[0] == 0
    identity = x25519.Identity.generate()
    key = tmp_path / "key.txt"
    key.write_text(f"{identity}\n", encoding="ascii")
    code, out, err = linked.run(
        "keys", "add", "2027-1", str(identity.to_public()), "--as", "coordinator-9", "--key", "demo"
    )
    assert code == 0, err
    assert linked.check() == "", "sealed again, and its name and its signature still hold"
    code, out, _ = linked.run("pulse", "2027-1", "--key", key, "--pretend-now", LATER)
    assert "1 in contact" in flat(out)
    assert open_links(Repository(linked.root), "2027-1", keyring.read(key)) is not None


def test_without_a_link_key_or_a_site_the_mail_says_how_to_write_instead(round: Round) -> None:  # noqa: F811
    assert round.introduce()[0] == 0
    texts = [content.decode("utf-8", "replace") for _, content in round.mailbox.mails]
    assert not [text for text in texts if "answer.html" in text]
    assert "0 answers so far." in pulse(round)
