"""Whether a mail server speaks of the receiver or of the sender, in the words of real servers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from counterpart.mail.reply import Reply

SENDER = [
    (550, b"5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits go to"),
    (550, b"5.4.5 Daily SMTP relay sending limit exceeded"),
    (554, b"5.2.0 STOREDRV.Submission.Exception:OutboundSpamException; Failed to process message"),
    (550, b"5.1.90 Your message can't be sent because you've reached your daily limit for message recipients"),
    (550, b"5.7.705 Access denied, tenant has exceeded threshold"),
    (550, b"5.1.8 Access denied, bad outbound sender"),
    (421, b"4.7.28 Our system has detected an unusual rate of mail originating from your address"),
    (452, b"4.5.3 Too many recipients this hour"),
    (450, b"4.7.1 Error: too much mail from 198.51.100.7"),
    (451, b"4.7.1 Mail sending limit reached: 150 per hour"),
    (554, b"Message rejected: sending has been suspended for your account"),
    (550, b"Hourly quota exceeded, try again later"),
    (535, b"Sending quota per day exceeded"),
]
RECEIVER = [
    (550, b"5.1.1 The email account that you tried to reach does not exist"),
    (550, b"<oriel@example.org>: Recipient address rejected: User unknown in local recipient table"),
    (550, b"No such user here"),
    (552, b"5.2.2 The email account that you tried to reach is over quota"),
    (452, b"4.2.2 Mailbox full, quota exceeded"),
    (452, b"Mailbox size limit exceeded"),
    (450, b"4.2.1 The user you are trying to contact is receiving mail at a rate that prevents more"),
    (550, b"5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"),
    (550, b"5.2.1 The email account that you tried to reach is inactive"),
    (550, b"5.4.4 Unable to route: no mail hosts for domain"),
]
NOBODY_KNOWS = [
    (550, b"5.7.1 Message rejected"),
    (554, b"Transaction failed"),
    (552, b"5.3.4 Message size exceeds fixed limit"),
    (554, b"5.6.0 The message was generated in a way that we do not accept"),
    (450, b"4.7.1 Greylisted, please try again in 300 seconds"),
    (451, b"4.3.0 Temporary lookup failure"),
]


@pytest.mark.parametrize(("code", "text"), SENDER)
def test_an_answer_about_the_sender_is_known(code: int, text: bytes) -> None:
    reply = Reply.of(code, text)
    assert (reply.about_sender, reply.about_receiver) == (True, False)


@pytest.mark.parametrize(("code", "text"), RECEIVER)
def test_an_answer_about_the_receiver_is_known(code: int, text: bytes) -> None:
    reply = Reply.of(code, text)
    assert (reply.about_sender, reply.about_receiver) == (False, True)


@pytest.mark.parametrize(("code", "text"), NOBODY_KNOWS)
def test_of_other_answers_neither_is_believed(code: int, text: bytes) -> None:
    reply = Reply.of(code, text)
    assert (reply.about_sender, reply.about_receiver) == (False, False)


def test_its_numbers_are_shown_and_none_of_its_words() -> None:
    reply = Reply.of(550, b"5.1.1 <oriel@example.org> is not known here")
    assert (str(reply), repr(reply)) == ("550 5.1.1", "Reply(550 5.1.1)")
    assert str(Reply.of(554, b"oriel@example.org is blocked")) == "554"


@pytest.mark.parametrize(
    ("text", "hours"),
    [(b"5.4.5 limit exceeded", 24), (b"Sending quota per day exceeded", 24), (b"5.7.1 rate limit", 1), (b"", 1)],
)
def test_how_long_to_wait_is_guessed_from_the_words(text: bytes, hours: int) -> None:
    assert Reply.of(550, text).pause == timedelta(hours=hours)
