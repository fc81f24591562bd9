"""Every mail, whole, as it is read; and what strangers write into it is text. python -m tests.test_mails."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from html.parser import HTMLParser
from pathlib import Path

import icalendar
import pytest

from counterpart.mail.due import Due
from counterpart.mail.kinds import MailKind
from counterpart.mail.message import mail
from counterpart.mail.smtp import Settings
from counterpart.model import Wish
from tests.mails import LETTERS, PARTNER, READER, THIRD, again, due, letter, settings, writer

SENDER = Settings(
    host="mail.example.org", port=587, security="tls", name="Peer mentoring", address="mentoring@example.org"
)
NOW = datetime(2027, 3, 1, tzinfo=UTC)
CASES = Path(__file__).parent / "cases" / "mails"


def golden(name: str) -> dict[str, str]:
    made = letter(name)
    return {f"{name}.txt": f"Subject: {made.subject}\n\n{made.text}", f"{name}.html": made.html}


def test_there_is_a_golden_file_of_every_kind_and_no_other_file() -> None:
    assert {kind for kind, _, _, _ in LETTERS.values()} == set(MailKind)
    assert {path.name for path in CASES.iterdir()} == {file for name in LETTERS for file in golden(name)}


@pytest.mark.parametrize("name", LETTERS)
def test_the_mail_is_as_it_was_read_and_agreed_to(name: str) -> None:
    for file, text in golden(name).items():
        assert text == (CASES / file).read_text(encoding="utf-8"), (
            "if it is better now: python -m tests.test_mails"
        )
    assert letter(name) == letter(name)


@pytest.mark.parametrize("name", LETTERS)
def test_the_plain_text_fits_a_narrow_window_and_shows_no_markup(name: str) -> None:
    made = letter(name)
    lines = made.text.split("\n")
    assert all(len(line) <= 72 or "https://" in line for line in lines)
    assert not re.search(r"\*\*|\]\(|^#|\{[{%]|\n\n\n", made.text, re.M)
    assert all(line.count("\u2068") == line.count("\u2069") for line in lines)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\ufdd0\ufdd1]", made.subject + made.text)


@pytest.mark.parametrize("name", LETTERS)
def test_the_page_fetches_nothing_and_leads_only_to_safe_places(name: str) -> None:
    class Parts(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag not in {"img", "script", "link", "iframe", "form", "object", "svg", "base"}
            for key, value in attrs:
                assert not key.startswith("on") and key not in {"src", "background", "srcset"}
                assert key != "href" or (value or "").startswith(
                    ("https://mentoring.example.org", "https://meet.example.org/maps", "mailto:")
                )

    page = letter(name).html
    Parts().feed(page)
    assert '<html lang="en">' in page
    assert not re.search(r"url\(|@import|http://", page)


HOSTILE = {
    "a second recipient": "Ada\r\nBcc: everybody@example.org\r\n\r\nHello",
    "markup": "<script>alert(1)</script><img src=https://x.example/p><b>",
    "a Markdown link": "[win](https://evil.example) ![p](https://evil.example/p) **bold** # h",
    "a template": "{{ me.id }}{% for x in range(9) %}{{ x }}{% endfor %}",
    "a turn": "Ada \u202egpj.exe\u202c \u2066x\u2069",
    "emoji": "Ada 🐢 👩‍👩‍👧 🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "a mark of ours": "\ufdd00\ufdd1 \ufdd099\ufdd1",
    "a half of a character": "Ada \ud83d end",
    "ten thousand characters": "Ada" + "x" * 9_997,
    "ten thousand words": "word " * 10_000,
}


def flat(text: str) -> str:
    return re.sub(r"[\s\u2068\u2069]", "", text)


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_what_a_partner_wrote_is_text_wherever_it_stands(words: str) -> None:
    class Page(HTMLParser):
        def __init__(self, page: str) -> None:
            super().__init__()
            self.tags: list[tuple[str, object]] = []
            self.text = ""
            self.feed(page)

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag != "br":
                self.tags.append((tag, dict(attrs)))

        def handle_data(self, data: str) -> None:
            self.text += data

    usual = writer(partner={"name": "Ada"}).letter(due("introduction"))
    made = writer(partner={"name": words, "about_me": words, "employer": words}).letter(due("introduction"))
    expected = words.replace("\ud83d", "\ufffd")
    expected = flat(re.sub("[\u202a-\u202e\u2066-\u2069\ufdd0\ufdd1]", "", expected))
    page = Page(made.html)
    assert page.tags == Page(usual.html).tags
    # the heading, the greeting, the mail to copy, the employer, the own words …
    assert flat(made.text).count(expected) >= 6
    assert flat(page.text).count(expected) >= 6
    assert "\n" not in made.subject and "\r" not in made.subject and len(made.subject) < 200
    assert made.subject.startswith("Meet your partner: ")
    (made.subject + made.text + made.html).encode("utf-8")


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_what_a_partner_wrote_adds_no_header_to_the_mail(words: str) -> None:
    name = words[:100]  # as long as an application lets a name be
    made = writer(partner={"name": name, "about_me": words}).letter(due("introduction"))
    content = mail(made, settings(), name=name, address="a@example.org", settings=SENDER, now=NOW).as_bytes()
    usual = mail(made, settings(), name="Ada", address="a@example.org", settings=SENDER, now=NOW)
    parsed = message_from_bytes(content, policy=policy.default)
    assert parsed.keys() == usual.keys()
    assert [address.addr_spec for address in parsed["To"].addresses] == ["a@example.org"]
    assert "\n" not in parsed["Subject"]
    assert max(len(line) for line in content.split(b"\r\n")) < 998


def test_letters_that_are_joined_stay_joined_in_a_header() -> None:
    name = "می\u200cخواهم 👩\u200d👩"
    made = writer(partner={"name": name}).letter(due("introduction"))
    assert name in mail(made, settings(), name=name, address="a@example.org", settings=SENDER, now=NOW)["Subject"]


def test_a_partner_is_shown_what_was_agreed_to_and_nothing_else() -> None:
    made = letter("introduction-three")
    for part in (made.text, made.html, *(str(each.content) for each in made.attachments)):
        assert "Canary" not in part
    assert "City Library of Quillhaven" in made.text


def test_a_three_is_told_of_each_partner_and_of_hours_for_all() -> None:
    made = letter("introduction-three")
    assert "ليلى Quillfeather\u2069 (Morocco) and Thảo Trang Giấy (Mexico)" in made.subject
    for words in ("leila+books@example.org", "thao@example.org", "You three are equals", "for all three of you"):
        assert words in made.text
    assert "your partner" not in re.sub(r"\(your partner\)", "", made.text)
    assert "None" not in made.text


def test_the_calendar_file_has_every_day_of_the_partnership_and_no_name() -> None:
    one = letter("introduction-pair").attachments
    [made] = one
    assert (made.name, made.type) == ("partnership.ics", "text/calendar")
    events = icalendar.Calendar.from_ical(made.content).walk("VEVENT")
    days = [(f"{each['DTSTART'].dt}", str(each["SUMMARY"])) for each in events]
    assert days == sorted(days, key=lambda day: day[0])
    assert [title for _, title in days] == [
        "Peer mentoring: write to your partner",
        "Peer mentoring: Getting to know you",
        "Peer mentoring: a few questions, halfway",
        "Peer mentoring: the round ends",
    ]
    assert len({str(each["UID"]) for each in events}) == len(days)
    assert not [name for name in ("Quillfeather", "Bookend", PARTNER, THIRD) if name.encode() in made.content]


def test_the_calendar_file_of_a_later_pairing_holds_nothing_that_is_over() -> None:
    [made] = letter("introduction-again").attachments
    events = icalendar.Calendar.from_ical(made.content).walk("VEVENT")
    assert [str(each["SUMMARY"]) for each in events] == [
        "Peer mentoring: a few questions, halfway",
        "Peer mentoring: the round ends",
    ]


@pytest.mark.parametrize("name", LETTERS)
def test_a_link_in_the_plain_text_ends_its_sentence_and_its_line(name: str) -> None:
    lines = letter(name).text.split("\n")
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if "<https:" in line:
            assert line.endswith(">"), line
            assert after == "" or after.startswith("- "), after
            assert line.count("<https:") == 1


def test_no_name_of_a_country_needs_an_article() -> None:
    for name in LETTERS:
        said = " ".join(letter(name).text.split())
        assert not re.search(r"\b(?:in|from|to|of) (?:Australia|Morocco|Mexico)\b", said), name


@pytest.mark.parametrize(
    ("day", "guide"),
    [
        ("2027-03-03", "A day at work"),  # the first is the others' guide too: the next one
        ("2027-03-15", "A day at work"),
        ("2027-03-28", "A day at work"),
        ("2027-03-29", None),  # the calendar has none after it
    ],
)
def test_who_is_introduced_later_hears_of_no_day_that_is_over(day: str, guide: str | None) -> None:
    made = again(writer((THIRD,)), date.fromisoformat(day))
    values = made.values(due("introduction", number=2))
    assert (values["later"], values["again"], values["guide_now"]) == (True, True, guide)
    said = " ".join(made.letter(due("introduction", number=2)).text.split())
    assert "A good guide for a first talk, whenever you begin: Getting to know you." in said
    assert "The first guide" not in said and "1 March" not in said
    assert ("The guide for the two weeks from Monday, 15 March 2027: A day at work." in said) == bool(guide)


def test_as_you_asked_is_said_of_what_the_reader_asked_for_and_not_of_what_the_partner_did() -> None:
    made = writer()
    people = dict(made.people)
    wishes = {READER: {"sector": Wish.DIFFERENT}, PARTNER: {"career_stage": Wish.SIMILAR}}
    for id, wish in wishes.items():
        people[id] = replace(people[id], profile=replace(people[id].profile, wishes=wish))
    made = replace(made, people=people)
    one, other = (
        made.values(Due(kind="introduction", id=id, group="g"))["partners"][0]["shared"]
        for id in (READER, PARTNER)
    )
    mine, yours = (sector.name for sector in settings().sectors[:2])
    stage = settings().career_stages[0].name
    assert one[1:] == [
        f"A different kind of workplace: {mine} (you), {yours} (your partner), as you asked.",
        f"The same career stage: {stage}.",
        "You can talk in English.",
    ]
    assert other[1:] == [
        f"A different kind of workplace: {yours} (you), {mine} (your partner).",
        f"The same career stage: {stage}, as you asked.",
        "You can talk in English.",
    ]


def test_the_calendar_file_of_a_later_pairing_begins_with_its_own_day() -> None:
    """The second guide is for the two weeks from 15 March."""
    for day, first in (
        (date(2027, 3, 15), "Peer mentoring: A day at work"),
        (date(2027, 3, 16), "Peer mentoring: a few questions, halfway"),
    ):
        [made] = again(writer((THIRD,)), day).letter(due("introduction", number=2)).attachments
        events = icalendar.Calendar.from_ical(made.content).walk("VEVENT")
        assert str(events[0]["SUMMARY"]) == first


def test_the_hours_of_who_is_introduced_later_begin_with_that_day() -> None:
    before = again(writer((PARTNER,)), date(2027, 3, 17)).values(due("introduction", number=2))["hours"]
    after = again(writer((PARTNER,)), date(2027, 4, 17)).values(due("introduction", number=2))["hours"]
    assert [each["since"] for each in before] == [None, "Sunday, 4 April 2027"]
    assert [each["since"] for each in after] == [None], "the clocks were changed before"
    assert after[0]["spans"] == before[1]["spans"]


def test_the_first_introductions_are_what_they_were() -> None:
    first = writer((PARTNER,)).values(due("introduction"))
    assert (first["later"], first["guide_now"], first["guide_now_day"]) == (False, None, None)
    assert first["guide_day"] == "Monday, 1 March 2027"


def test_who_has_no_partner_is_not_asked_about_one() -> None:
    said = " ".join(letter("digest-without-partner").text.split())
    assert "you two" not in said and "your partner" not in said
    assert "You have no partner at the moment" in said
    assert "You choose what you two talk about." in letter("digest").text


def test_a_group_discussion_has_each_of_its_links_on_a_line_of_its_own() -> None:
    lines = letter("discussion").text.split("\n")
    assert "Join the discussion: <https://meet.example.org/maps>" in lines
    at = next(i for i, line in enumerate(lines) if line.startswith("All about it:"))
    assert lines[at - 1] == ""


def test_the_mail_with_the_statement_names_the_checking_page_and_whom_to_ask() -> None:
    known = letter("statement").text
    assert "https://mentoring.example.org/statements/" in known
    assert "mentoring@example.org" in known
    unknown = writer(known=False).letter(due("statement")).text
    assert "https:" not in unknown and "answer this mail" in unknown and "None" not in unknown


def test_the_survey_at_the_end_asks_how_it_was() -> None:
    assert "how often were you in contact, were the guides useful" in " ".join(
        letter("survey-at-the-end").text.split()
    )


PAGE = Path(__file__).parent.parent / "site" / "coordinators" / "mails.md"


def test_the_page_on_mails_names_every_value_that_a_template_may_use() -> None:
    said = set(re.findall(r"`([a-z_.]+)`", PAGE.read_text(encoding="utf-8")))
    made = writer((PARTNER, THIRD))
    values = {
        key: value for kind in MailKind if kind != "discussion" for key, value in made.values(due(kind)).items()
    }
    values |= made.values(due("introduction"))
    names = {f"{key}.{inner}" for key in ("me", "round") for inner in values[key]}
    names |= values.keys() - {"me", "round"}
    names |= values["partners"][0].keys() | values["clocks"][0].keys() | values["hours"][0].keys()
    names |= values["hours"][0]["spans"][0].keys()
    assert sorted(names - said) == []


if __name__ == "__main__":
    for each in LETTERS:
        for file, text in golden(each).items():
            (CASES / file).write_text(text, encoding="utf-8", newline="\n")
