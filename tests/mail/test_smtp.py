"""What is certain about a mail, against a real mail server that fails in every way it can."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from counterpart.findings import UsageError
from counterpart.mail.letter import Attachment, Letter
from counterpart.mail.message import mail, mailbox, message_id
from counterpart.mail.smtp import NoMore, Outcome, Pause, Post, Settings, read_settings
from tests.mailserver import mail_server
from tests.people import crowd

NOW = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
LETTER = Letter(
    key="introduction/7GQ2MK4XHN/1",
    subject="Your partner",
    text="Dear reader,\n.\n..dots\nżółw 🐢 " + "long " * 400 + "\n",
    html="<p>Dear reader</p>",
    attachments=(
        Attachment(name="dates.ics", type="text/calendar", content=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
    ),
)


class Clock:
    def __init__(self) -> None:
        self.now, self.slept = 0.0, [0.0]

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)


def post(settings: Settings, clock: Clock | None = None, patience: float = 1) -> Post:
    clock = clock or Clock()
    return Post(settings, lambda: clock.now, clock.sleep, patience)


def send(settings: Settings, clock: Clock | None = None, name: str = "Oriel Bookend") -> Outcome:
    with closing(post(settings, clock)) as office:
        return office.send(message(settings, name), "oriel@example.org")


def message(settings: Settings, name: str = "Oriel Bookend", letter: Letter = LETTER) -> EmailMessage:
    made = replace(crowd(1, 2).round, contact="help@example.org")
    return mail(letter, made, name=name, address="oriel@example.org", settings=settings, now=NOW)


def test_a_mail_arrives_as_it_was_written(tmp_path: Path) -> None:
    with mail_server(tmp_path) as (mailbox, settings):
        assert send(settings) == Outcome(event="sent")
    [(address, content)] = mailbox.mails
    assert address == "oriel@example.org"
    read = mailbox.parsed(content)
    assert read["From"] == "Peer mentoring <mentoring@example.org>"
    assert read["To"] == "Oriel Bookend <oriel@example.org>"
    assert read["Reply-To"] == "help@example.org"
    assert read["Subject"] == "Your partner"
    assert read["Date"] == "Mon, 01 Mar 2027 08:00:00 +0000"
    assert read["Message-ID"] == "<introduction.7GQ2MK4XHN.1.2027-1@example.org>"
    assert read["Auto-Submitted"] == "auto-generated"
    text, html = (read.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == LETTER.text
    assert html.get_content().strip() == LETTER.html
    [calendar] = read.iter_attachments()
    assert calendar.get_filename() == "dates.ics"
    assert calendar.get_content_type() == "text/calendar"
    assert max(map(len, content.splitlines())) < 900


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada\r\nBcc: everybody@example.org", "Ada Bcc: everybody@example.org"),
        ('"Ada" <thief@example.org>', '"Ada" <thief@example.org>'),
        ("\u202eada", "ada"),
        ("ليلى الرف", "ليلى الرف"),
        ("Łucja 🐢, Zakładka", "Łucja 🐢, Zakładka"),
        ("A" * 500, "A" * 500),
    ],
)
def test_a_hostile_name_is_a_name_and_nothing_else(tmp_path: Path, name: str, shown: str) -> None:
    with mail_server(tmp_path) as (mailbox, settings):
        assert send(settings, name=name).event == "sent"
    [(address, content)] = mailbox.mails
    read = mailbox.parsed(content)
    assert address == "oriel@example.org"
    [to] = read["To"].addresses
    # Python's newer parser puts spaces between the encoded words of a long name; mail programs do not.
    read_name = to.display_name.replace(" ", "") if len(shown) > 60 else to.display_name
    assert (read_name, to.addr_spec) == (shown, "oriel@example.org")
    assert read["Bcc"] is None


@pytest.mark.parametrize(
    ("fault", "outcome", "arrived"),
    [
        ("550 rcpt", Outcome(event="refused", code=550), 0),
        ("450 rcpt", Outcome(event="later", code=450), 0),
        ("451 mail", Outcome(event="later", code=451), 0),
        ("552 data", Outcome(event="refused", code=552), 0),
        ("452 data", Outcome(event="later", code=452), 0),
        ("drop after", Outcome(event="sending"), 1),
        ("silent after", Outcome(event="sending"), 1),
    ],
)
def test_each_answer_is_taken_for_what_it_is(tmp_path: Path, fault: str, outcome: Outcome, arrived: int) -> None:
    with mail_server(tmp_path) as (mailbox, settings):
        mailbox.faults = [fault]
        office = post(settings)
        assert office.send(message(settings), "oriel@example.org") == outcome
        assert len(mailbox.mails) == arrived
        assert office.send(message(settings), "oriel@example.org") == Outcome(event="sent"), "the next one goes"
        office.close()


def test_a_connection_that_is_lost_before_the_end_of_a_mail_is_made_again_and_the_mail_goes_once(
    tmp_path: Path,
) -> None:
    with mail_server(tmp_path) as (mailbox, settings):
        mailbox.faults = ["drop before", "drop before"]
        clock = Clock()
        assert send(settings, clock) == Outcome(event="sent")
        assert len(mailbox.mails) == 1
    assert clock.slept[1:] == [1.0, 5.0]


def test_when_it_is_lost_each_time_the_mail_is_left_for_later(tmp_path: Path) -> None:
    with mail_server(tmp_path) as (mailbox, settings):
        mailbox.faults = ["drop before"] * 4
        assert send(settings) == Outcome(event="later")
        assert mailbox.mails == []


def test_one_connection_carries_many_mails_and_no_more_in_a_minute_than_the_settings_say(tmp_path: Path) -> None:
    with mail_server(tmp_path, per_minute=30) as (mailbox, settings):
        before, clock = mailbox.connections, Clock()
        office = post(settings, clock)
        for _ in range(31):
            assert office.send(message(settings), "oriel@example.org").event == "sent"
        office.close()
        assert mailbox.connections - before == 1
    assert clock.now == pytest.approx(60)


@pytest.mark.parametrize(("refusal", "connections"), [("552 data", 1), ("421 data", 2)])
def test_only_where_the_server_says_goodbye_the_next_mail_has_a_new_connection_at_once(
    tmp_path: Path, refusal: str, connections: int
) -> None:
    with mail_server(tmp_path) as (mailbox, settings):
        before, clock = mailbox.connections, Clock()
        mailbox.faults = [refusal]
        office = post(settings, clock)
        office.send(message(settings), "oriel@example.org")
        assert office.send(message(settings), "oriel@example.org") == Outcome(event="sent")
        office.close()
        assert (mailbox.connections - before, sum(clock.slept)) == (connections, 0)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_with_tls_and_a_password_a_mail_arrives(tmp_path: Path, security: str) -> None:
    with mail_server(tmp_path, security=security, password="swordfish", user="me") as (mailbox, settings):
        good = replace(settings, password="swordfish")
        assert send(good).event == "sent"
        assert len(mailbox.mails) == 1
        with pytest.raises(UsageError, match="does not accept `user` and the password") as told:
            send(replace(settings, password="wrong-word"))
        assert "wrong-word" not in str(told.value)
        with pytest.raises(UsageError, match="No secure connection"):
            send(replace(good, ca_file=None))
        assert len(mailbox.mails) == 1


def test_what_no_mail_can_get_past_is_told_in_a_sentence(tmp_path: Path) -> None:
    with mail_server(tmp_path) as (mailbox, settings):
        mailbox.faults = ["553 mail"]
        with pytest.raises(UsageError, match="does not take mails from the address in the settings"):
            send(settings)
        with pytest.raises(UsageError, match="No secure connection"):
            send(replace(settings, security="tls"))
        with pytest.raises(UsageError, match="does not offer what the settings ask for"):
            send(replace(settings, security="starttls"))
    with pytest.raises(UsageError, match="does not answer"):
        send(settings)
    with pytest.raises(UsageError, match="cannot be found"):
        send(replace(settings, host="no-such-host.invalid"))


SETTINGS = """\
host: smtp.example.org
port: 587
security: starttls
user: mentoring@example.org
password: swordfish
from: {name: Peer mentoring, address: mentoring@example.org}
per_minute: 30
"""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (SETTINGS.replace("587", "99999"), "line 2: `port` must be at most 65535"),
        (SETTINGS.replace("starttls", "none"), "`security: none` is for a mail server on this machine itself"),
        (SETTINGS + "passwort: x\n", "line 8: "),
        (SETTINGS.replace("password: swordfish", "password_command: [no-such-program]"), "did not succeed"),
    ],
)
def test_settings_that_cannot_be_used_are_told_by_line_and_without_the_password(
    tmp_path: Path, text: str, says: str
) -> None:
    path = tmp_path / "mail.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=re.escape(says)) as told:
        read_settings(path, tmp_path / "programme")
    assert "swordfish" not in str(told.value)


def test_settings_are_read_and_show_nothing_of_themselves(tmp_path: Path) -> None:
    path = tmp_path / "mail.yaml"
    path.write_text(SETTINGS, encoding="utf-8")
    settings = read_settings(path, tmp_path / "programme")
    assert (settings.host, settings.port, settings.password, settings.per_minute) == (
        "smtp.example.org", 587, "swordfish", 30,
    )  # fmt: skip
    assert "swordfish" not in repr(settings)
    path.write_text(SETTINGS.replace("password: swordfish", "password_command: [echo, fish]"), encoding="utf-8")
    assert read_settings(path, tmp_path / "programme").password == "fish"
    with pytest.raises(UsageError, match="must lie outside the programme's folder"):
        read_settings(path, tmp_path)
    with pytest.raises(UsageError, match="There are no settings of mail"):
        read_settings(tmp_path / "none.yaml", tmp_path / "programme")


def test_a_name_that_fits_on_its_line_stays_readable_on_the_way() -> None:
    longest = "N" * (76 - len("Reply-To: ") - 2)
    assert mailbox(longest, "a@b.org") == f"{longest} <a@b.org>"
    assert mailbox(longest + "N", "a@b.org").startswith("=?utf-8?q?NNN")


def test_the_message_id_is_always_the_same() -> None:
    assert (
        message_id("introduction/7GQ2MK4XHN/1", "2027-1", "a@b.org") == "<introduction.7GQ2MK4XHN.1.2027-1@b.org>"
    )


@contextmanager
def greeting(words: bytes) -> Iterator[Settings]:
    """A mail server that says one thing to everybody who comes, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    caller, _ = door.accept()
                    with caller:
                        caller.sendall(words)
                        caller.recv(100)

        threading.Thread(target=serve, daemon=True).start()
        yield Settings(
            host="127.0.0.1",
            port=door.getsockname()[1],
            security="none",
            name="x",
            address="mentoring@example.org",
        )


@pytest.mark.parametrize(
    ("words", "pause"),
    [
        (
            b"421 4.7.0 Too many connections from you this hour\r\n",
            Pause(wait=timedelta(hours=1), reply="421 4.7.0"),
        ),
        (b"554 5.7.1 198.51.100.7 is blocked\r\n", Pause(wait=timedelta(hours=1), reply="554 5.7.1")),
    ],
)
def test_a_server_that_turns_the_sender_away_at_the_door_is_not_asked_again(words: bytes, pause: Pause) -> None:
    clock = Clock()
    with greeting(words) as settings, pytest.raises(NoMore) as stopped:
        send(settings, clock)
    assert (stopped.value.pause, clock.now) == (pause, 0.0)
