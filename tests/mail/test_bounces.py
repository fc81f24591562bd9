"""Mails that came back, in the words of many mail servers: noted, asked about, or said to be none."""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable

import pytest

from tests.mail.test_introduce import REPORT, Round, round

__all__ = ["round"]

ID = "introduction.P000000000.1.2027-1@example.org"
KEY = "introduction/P000000000/1"
NOTED = ["1 mail that came back is noted."]
NONE = ["0 mails that came back are noted."]
ASKED = [
    *NONE,
    f"A file may say that {KEY} came back, but it is no report that a machine can read. If it does:",
    f"counterpart ledger 2027-1 --settle {KEY} bounced --as NAME",
]
OTHER = [
    *NONE,
    "1 mail in the files does not say, so that a machine could read it, that a mail of this round came back. If "
    "you read so, note it with the kind of the mail, the person's id and its number:",
    "counterpart ledger 2027-1 --settle introduction/7GQ2MK4XHN/1 bounced --as NAME",
]
HEAD = "From: Mail Delivery Subsystem <mailer-daemon@example.net>\nTo: mentoring@example.org\n"


def plain(words: str, head: str = "") -> str:
    return f"{HEAD}{head}Subject: Undelivered\nMIME-Version: 1.0\nContent-Type: text/plain\n\n{words}\n"


def encoded(report: str) -> str:
    inside = f"Message-ID: <{ID}>\nSubject: Meet your partner\n"
    return report.replace(
        report[report.index("Content-Type: message/rfc822") : report.index("--b--")],
        "Content-Type: text/rfc822-headers\nContent-Transfer-Encoding: base64\n\n"
        f"{base64.b64encode(inside.encode()).decode()}\n",
    )


FAILED = REPORT.format(action="failed")
CASES: dict[str, tuple[str, list[str]]] = {
    "a report": (FAILED, NOTED),
    "a report with lines of Windows": (FAILED.replace("\n", "\r\n"), NOTED),
    "a report with another case": (FAILED.replace("Action: failed", "ACTION:   Failed"), NOTED),
    "a report with a folded id": (FAILED.replace(f"Message-ID: <{ID}>", f"Message-ID:\n <{ID}>"), NOTED),
    "a report with the head alone": (
        FAILED.replace("Content-Type: message/rfc822", "Content-Type: text/rfc822-headers"),
        NOTED,
    ),
    "a report with an encoded head": (encoded(FAILED), NOTED),
    "a report in a folder of mails": (f"From MAILER-DAEMON Mon Mar  1 08:00:00 2027\n{FAILED}", NOTED),
    "a delay": (REPORT.format(action="delayed"), [*NONE, "1 mail is only late: the servers still try."]),
    "a receipt": (REPORT.format(action="delivered"), OTHER),
    "qmail's words": (
        plain(
            "Hi. This is the qmail-send program. I was not able to deliver your message to these addresses.\n"
            "<x@example.net>: Sorry, no mailbox here by that name. (#5.1.1)\n\n"
            f"--- Below this line is a copy of the message.\n\nMessage-ID: <{ID}>\nSubject: Meet"
        ),
        ASKED,
    ),
    "Exim's words": (
        plain(
            "A message that you sent could not be delivered to one or more of its recipients. This is a permanent "
            f"error.\n\nMessage-Id: <{ID}>"
        ),
        ASKED,
    ),
    "quoted-printable words": (
        plain("").replace("text/plain", "text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable")
        + quopri.encodestring(
            f"Address not found: your message wasn't delivered {'.' * 80} <{ID}>".encode()
        ).decode(),
        ASKED,
    ),
    "HTML that names the mail in its head": (
        plain(
            "<html>Your message could not be delivered: address not found</html>",
            f"In-Reply-To: <{ID}>\nX-Failed-Recipients: x@example.net\nAuto-Submitted: auto-replied\n",
        ).replace("text/plain", "text/html"),
        ASKED,
    ),
    "somebody is away": (plain("I am away", f"In-Reply-To: <{ID}>\n").replace("Undelivered", "Away"), OTHER),
    "a mail of nobody": (plain("It could not be delivered."), OTHER),
    "a mail of another round": (plain(f"It could not be delivered. <{ID.replace('2027-1', '2026-2')}>"), OTHER),
    "a mail that was never sent": (FAILED.replace("P000000000", "7GQ2MK4XHN"), OTHER),
    "no mail at all": ("\x00\x01", OTHER),
}


def told(round: Round, content: str) -> list[str]:
    """What the command says of a file that was saved, its lines put together again."""
    path = round.folder / "saved.eml"
    path.write_bytes(content.encode("utf-8"))
    code, out, err = round.run("ledger", "2027-1", "--bounces", path, "--as", "coordinator-1")
    assert (code, err) == (0, "")
    lines: list[str] = []
    for line in out.partition("\n\nMails of round")[0].splitlines():
        if lines and not line.startswith(" ") and lines[-1][-1] not in ".:":  # the terminal's end of a line
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line.strip())
    return lines


@pytest.fixture
def sent(round: Round) -> Round:
    assert round.introduce()[0] == 0
    return round


@pytest.mark.parametrize("case", CASES)
def test_a_file_is_taken_for_what_it_is(sent: Round, case: str) -> None:
    content, expected = CASES[case]
    assert told(sent, content) == expected
    came_back = sent.run("ledger", "2027-1")[1].count("introduction   came back")
    assert came_back == (expected == NOTED)
    if expected == NOTED:
        assert told(sent, content) == [*NONE, "1 other was noted before."]


def test_what_a_coordinator_reads_can_be_said_by_hand(sent: Round) -> None:
    settle: Callable[[str], tuple[int, str, str]] = lambda key: sent.run(  # noqa: E731
        "ledger", "2027-1", "--settle", key, "bounced", "--as", "coordinator-1"
    )
    code, out, _ = settle(KEY)
    assert (code, out.splitlines()[0]) == (0, f"Noted: {KEY} came back.")
    assert "introduction   came back" in out
    nothing = "counterpart: There is no doubt about a mail '{}' in the ledger, so there is nothing to settle.\n"
    for key in (KEY, "introduction/7GQ2MK4XHN/1", "nonsense"):
        assert settle(key) == (2, "", nothing.format(key))
