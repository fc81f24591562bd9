"""The headers of a mail: whatever somebody is called, and whatever the address, it reaches one person."""

from __future__ import annotations

import json
import random
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

import pytest

from counterpart.files import schema
from counterpart.mail.letter import Letter
from counterpart.mail.message import mail
from counterpart.mail.smtp import Outcome, Post, Settings, secure
from counterpart.world.address import on_the_wire, takes
from tests.mailserver import mail_server
from tests.people import crowd

NOW = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
LETTER = Letter(key="accepted/7GQ2MK4XHN/1", subject="You take part", text="Dear reader,\n", html="<p>Dear</p>")
QUOTED = {
    "tanaka..hana@docomo.example": '"tanaka..hana"@docomo.example',
    ".a@x.example": '".a"@x.example',
    "a.@x.example": '"a."@x.example',
    ".@x.example": '"."@x.example',
    "first.last+tag@x.example": "first.last+tag@x.example",
    "o'neil@x.example": "o'neil@x.example",
}
REFUSED = (
    "=?utf-8?q?a?=@x.example", "a=?b@x.example", '"a"@x.example', "a b@x.example", "a\x07@x.example",
    "a@x.example\r\nBcc: b@x.example", "a,b@x.example", "<a@x.example>", "é@x.example", "a@bücher.example",
    "a" * 65 + "@x.example", "a@" + "x" * 64 + ".example", "a@1.2.3.4", "a@x", "",
)  # fmt: skip
#: Pieces of names: what has a meaning in a header, what is long, what is in other scripts or turns them.
PIECES = (
    "Oriel", "Bookend-Quillfeather", ",", ";", ":", "<evil@evil.example>", "<", ">", '"', "\\", "(she/her)", "(",
    ")", "@", "evil@evil.example,", "[x]", ".", "Dr.", "=?utf-8?q?=3Cevil=40evil.example=3E?=", "=?", "?=",
    "山田花子", "ليلى", "עברית", "Thảo", "e\u0301\u0323", "👩\u200d🏫", "🐢", "\u202e", "\u200f", "ß", "'", "\t",
    "\r\nBcc: x@y.example",
    "y" * 40, "Montgomery-Fitzgerald", "  ", "\u00a0",
)  # fmt: skip


def office(settings: Settings) -> closing[Post]:
    return closing(Post(settings, lambda: 0.0, lambda _: None))


def made(settings: Settings, name: str, address: str, **round: str) -> EmailMessage:
    setting = replace(crowd(1, 2).round, contact="help@example.org", **round)
    return mail(LETTER, setting, name=name, address=address, settings=settings, now=NOW)


def unspaced(name: str) -> str:
    """A name without spaces: Python's newer parser puts some between encoded words."""
    return "".join(name.split())


def names() -> list[str]:
    chance = random.Random(20270301)
    several = ["".join(chance.choices(PIECES, k=chance.randint(1, 9)))[:100] for _ in range(200)]
    several += [" ".join(chance.choices(PIECES, k=chance.randint(1, 9)))[:100] for _ in range(200)]
    return [
        "x <evil@evil.example>, " + "y" * 70,
        "Worthington-Smythe, Alexandra Josephine Elizabeth Montgomery-Fitzgerald (she/her)",
        *several,
    ]


def test_whatever_the_name_the_header_holds_one_address_and_it_is_the_one_that_was_given(tmp_path: Path) -> None:
    settings = Settings(host="x", port=1, security="none", name="Peer, mentoring", address="mentoring@example.org")
    addresses, usual = list(QUOTED), sorted(made(settings, "Oriel", "oriel@example.org").keys())
    for number, name in enumerate(names()):
        address = addresses[number % len(addresses)]
        content = made(settings, name, address).as_bytes()
        head, _, _ = content.partition(b"\r\n\r\n")
        assert all(len(line) <= 78 for line in head.split(b"\r\n") if not line.startswith(b"Message-ID")), name
        assert head.isascii()
        read, raw = (message_from_bytes(content, policy=each) for each in (policy.default, policy.compat32))
        assert sorted(read.keys()) == usual, name
        for header, shown, spec in (
            ("To", secure(name), address), ("From", "Peer, mentoring", "mentoring@example.org"),
            ("Reply-To", "", "help@example.org"),
        ):  # fmt: skip
            [to] = read[header].addresses
            assert (unspaced(to.display_name), f"{to.username}@{to.domain}") == (unspaced(shown), spec)
            assert not read[header].defects
            # An older parser, as mail programs have them, which puts no spaces between encoded words.
            called, wire = parseaddr(raw[header].replace("\r\n", ""))
            assert (str(make_header(decode_header(called))), wire) == (shown, QUOTED.get(spec, spec))
    assert len(names()) == 402


def test_an_address_that_headers_cannot_hold_bare_arrives_quoted_in_header_and_envelope(tmp_path: Path) -> None:
    with mail_server(tmp_path) as (mailbox, settings), office(settings) as post:
        for address, quoted in QUOTED.items():
            message = made(settings, "Oriel Bookend", address)
            assert post.send(message, on_the_wire(address)) == Outcome(event="sent")
            given, content = mailbox.mails[-1]
            assert (given, mailbox.recipients[-1]) == (address, f"TO:<{quoted}>")
            assert f"To: Oriel Bookend <{quoted}>\r\n".encode() in content
    assert len(mailbox.mails) == len(QUOTED)


def test_a_long_address_stands_on_a_line_of_its_own(tmp_path: Path) -> None:
    address = f"{'a' * 64}@{'b' * 60}.example"
    with mail_server(tmp_path) as (mailbox, settings), office(settings) as post:
        assert post.send(made(settings, "Oriel Bookend", address), address) == Outcome(event="sent")
    assert f"To: Oriel Bookend\r\n <{address}>\r\n".encode() in mailbox.mails[0][1]


@pytest.mark.parametrize("address", REFUSED)
def test_what_cannot_be_an_address_is_refused_at_the_door_and_by_the_composer(address: str) -> None:
    settings = Settings(host="x", port=1, security="none", name="Peer mentoring", address="mentoring@example.org")
    assert not takes(address)
    with pytest.raises(ValueError, match=r"^not an address that mail can be sent to$"):
        made(settings, "Oriel Bookend", address)


#: How a pattern begins that refuses what mail programs make a link of.
NO_LINK = "^(?!.*(?:://|"


def test_every_schema_that_holds_an_address_holds_it_to_the_one_rule() -> None:
    """A pattern with an ``@`` is that of the identity, alone or beside the address of a page."""
    rule = schema.schema("identity")["properties"]["email"]["pattern"].removeprefix("^").removesuffix("$")

    def patterns(node: object) -> list[str]:
        if isinstance(node, dict):
            pattern = node.get("pattern")
            is_address = isinstance(pattern, str) and "@" in pattern and not pattern.startswith(NO_LINK)
            own = [pattern] if is_address else []
            return own + [each for inner in node.values() for each in patterns(inner)]
        return [each for inner in node for each in patterns(inner)] if isinstance(node, list) else []

    found = {kind: patterns(json.loads(json.dumps(schema.schema(kind)))) for kind in schema.KINDS}
    assert {kind for kind, several in found.items() if several} == {
        "ambassadors", "identity", "mail", "programme", "round",
    }  # fmt: skip
    allowed = {f"^{rule}$", f"^(https://[A-Za-z0-9./_~-]+|{rule})$"}
    assert {each for several in found.values() for each in several} == allowed
