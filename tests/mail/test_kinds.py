"""The kinds of e-mail, and what people hear with each."""

from __future__ import annotations

from counterpart.mail.kinds import TELLS, MailKind, told


def test_every_kind_says_what_it_tells() -> None:
    assert list(TELLS) == list(MailKind)


def test_one_person_hears_and_many_people_hear() -> None:
    assert told(MailKind.ACCEPTED, 1) == "1 person hears that they take part"
    assert told(MailKind.ACCEPTED, 1162) == "1,162 people hear that they take part"
    assert told(MailKind.SURVEY, 1) == "1 person gets a survey"
    assert told(MailKind.SURVEY, 2) == "2 people get a survey"
