"""Where a round stands for the public: at every moment of it, and which round comes first."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest

from counterpart.model import Event, Guide, Round, Topic
from counterpart.programme.public import Programme
from counterpart.report.report import Report
from counterpart.site.public import Public
from counterpart.site.round_state import Stage, current, one_round, round_state, state
from counterpart.world.zones import zone
from tests.people import settings

PROGRAMME = Programme(
    name="Reading Across",
    summary="Two librarians talk.",
    site="https://mentoring.example.org",
    association="The Example Library Association",
    members="members",
    contact="mentoring@example.org",
)
GUIDE = Guide(
    id="first-mail",
    title="The first mail",
    summary="Say who you are.",
    stage="first",
    questions=("a?", "b?"),
    activity="c",
    returning="d",
)


def event(day: str, name: str, guide: str | None = None) -> Event:
    return Event(date=date.fromisoformat(day), event=name, guide=guide)


#: In Sydney, eleven hours ahead of UTC until April 2027 and ten after it.
CALENDAR = (
    event("2027-01-11", "members-apply"),
    event("2027-01-25", "everyone-applies"),
    event("2027-02-14", "applications-close"),
    event("2027-02-15", "matching"),
    event("2027-03-01", "introductions"),
    event("2027-03-03", "topic", "first-mail"),
    event("2027-03-17", "topic"),
    event("2027-06-28", "end"),
)
ROUND = settings(calendar=CALENDAR)


def public(moment: str, *rounds: Round, **changes: Any) -> Public:
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    return Public(now=now, programme=PROGRAMME, zone=zone, rounds=rounds, guides={"first-mail": GUIDE}, **changes)


def said(html: str) -> str:
    """What a reader reads, a line for each paragraph."""
    return "\n".join(unescape(re.sub(r"<[^>]+>", "", line)) for line in re.findall(r"<p .*?</p>", html))


def test_a_topic_has_the_rounds_name_else_the_programmes_else_its_id() -> None:
    programme = replace(PROGRAMME, topics=(Topic(id="books", name="All books"), Topic(id="maps", name="Old maps")))
    known = replace(public("2027-01-10 12:59", ROUND), programme=programme)
    assert [known.topic(id, ROUND) for id in ("books", "maps", "dust")] == ["Books", "Old maps", "dust"]
    assert [known.topic(id) for id in ("books", "maps", "dust")] == ["All books", "Old maps", "dust"]


STAGES = [
    ("2027-01-10 12:59", Stage.NOT_OPEN),
    ("2027-01-10 13:00", Stage.MEMBERS),
    ("2027-01-24 12:59", Stage.MEMBERS),
    ("2027-01-24 13:00", Stage.OPEN),
    ("2027-02-14 12:59", Stage.OPEN),
    ("2027-02-14 13:00", Stage.MATCHING),
    ("2027-02-28 12:59", Stage.MATCHING),
    ("2027-02-28 13:00", Stage.UNDER_WAY),
    ("2027-06-28 13:59", Stage.UNDER_WAY),
    ("2027-06-28 14:00", Stage.FINISHED),
]


@pytest.mark.parametrize(("moment", "stage"), STAGES)
def test_a_stage_begins_and_ends_with_the_days_of_the_round_s_own_zone(moment: str, stage: Stage) -> None:
    assert state(ROUND, public(moment, ROUND)).stage is stage


SAID = {
    "2027-01-01 00:00": "Not open yet. Members of The Example Library Association may apply from\n"
    "Monday, 11 January 2027 (Australia/Sydney; Sunday, 10 January 2027, 13:00 UTC)\nSubscribe to the calendar",
    "2027-01-12 00:00": "Now members of The Example Library Association may apply. Everyone may apply from\n"
    "Monday, 25 January 2027 (Australia/Sydney; Sunday, 24 January 2027, 13:00 UTC)\nApply",
    "2027-02-01 00:00": "Open: everyone may apply until the end of\n"
    "Sunday, 14 February 2027 (Australia/Sydney; 13:00 UTC)\nApply",
    "2027-02-20 00:00": "Applications are closed, and partners are being found. Partners are introduced on\n"
    "Monday, 1 March 2027\nSee the round's calendar",
    "2027-03-01 00:00": "Under way. The first topic comes on\nWednesday, 3 March 2027\nSee the round's calendar",
    "2027-03-10 00:00": "Under way, with topic 1 of 2: The first mail. The next topic comes on\n"
    "Wednesday, 17 March 2027\nRead this guide",
    "2027-04-01 00:00": "Under way, with topic 2 of 2. The round ends on\nMonday, 28 June 2027\n"
    "See the round's calendar",
    "2027-07-01 00:00": "Finished. It ended on\nMonday, 28 June 2027\nSee how it was",
}


@pytest.mark.parametrize("moment", SAID)
def test_the_first_page_says_what_comes_next_and_what_to_do(moment: str) -> None:
    assert said(round_state(public(moment, ROUND), "index.md")) == f"First round of 2027\n{SAID[moment]}"


def test_a_round_for_everyone_at_once_is_not_promised_to_members_first() -> None:
    everyone = settings(calendar=CALENDAR[1:])
    assert said(one_round(everyone, public("2027-01-01 00:00", everyone), "rounds/2027-1.md")) == (
        "Not open yet. Everyone may apply from\n"
        "Monday, 25 January 2027 (Australia/Sydney; Sunday, 24 January 2027, 13:00 UTC)\nSubscribe to the calendar"
    )


def test_a_moment_can_be_read_by_a_program_and_a_day_stays_a_day() -> None:
    open, matching = (round_state(public(moment, ROUND), "index.md") for moment in ("2027-02-01", "2027-02-20"))
    assert '<time class="reader-zone" datetime="2027-02-14T13:00:00Z">' in open
    assert '<time datetime="2027-03-01">Monday, 1 March 2027</time>' in matching


def test_the_addresses_fit_the_page_that_shows_them() -> None:
    now = public("2027-02-01", ROUND)
    assert 'href="apply/2027-1/"' in round_state(now, "index.md")
    assert 'href="../apply/2027-1/"' in round_state(now, "faq.md")
    assert 'href="../../apply/2027-1/"' in one_round(ROUND, now, "rounds/2027-1.md")


def test_the_round_that_a_newcomer_can_join_comes_first_and_the_others_are_named() -> None:
    second = settings(
        id="2027-2",
        title="Second round of 2027",
        calendar=tuple(replace(each, date=each.date.replace(month=each.date.month + 3)) for each in CALENDAR[1:]),
    )
    at = public("2027-05-01", ROUND, second)
    assert [round.id for round in current(at)] == ["2027-2", "2027-1"]
    assert said(round_state(at, "index.md")).split("\n")[-1] == (
        "First round of 2027: Under way, with topic 2 of 2. The round ends on Monday, 28 June 2027"
    )
    assert [round.id for round in current(public("2028-05-01", ROUND, second))] == ["2027-2"]


def test_the_page_of_a_finished_round_leads_on() -> None:
    assert said(one_round(ROUND, public("2027-07-01", ROUND), "rounds/2027-1.md")) == (
        "Finished. It ended on\nMonday, 28 June 2027\nSee all rounds"
    )


def test_a_closed_round_is_finished_whatever_its_dates_say() -> None:
    closed = settings(calendar=CALENDAR, closed=True)
    assert state(closed, public("2027-02-01", closed)).stage is Stage.FINISHED


def test_a_finished_round_leads_to_its_report_once_it_has_one() -> None:
    report = Report(
        round="2027-1", title="First round of 2027", tables=(), geography="M49, 2024", least=10, base=5
    )
    now = public("2027-07-01", ROUND, reports={"2027-1": report})
    for html, way in (
        (one_round(ROUND, now, "rounds/2027-1.md"), "../../reports/2027-1/"),
        (round_state(now, "index.md"), "reports/2027-1/"),
    ):
        assert f'<a class="md-button" href="{way}">See how it went</a>' in html
    during = public("2027-06-01", ROUND, reports={"2027-1": report})
    assert "See how it went" not in one_round(ROUND, during, "rounds/2027-1.md")


def test_without_a_round_there_is_the_calendar_to_subscribe_to() -> None:
    assert said(round_state(public("2027-02-01"), "faq.md")) == (
        "No round is announced yet.\nSubscribe to the calendar"
    )
    assert 'href="../calendar.ics"' in round_state(public("2027-02-01"), "faq.md")


def test_a_round_s_title_is_text() -> None:
    hostile = settings(calendar=CALENDAR, title='"><script>alert(1)</script>')
    html = round_state(public("2027-02-01", hostile), "index.md")
    assert "<script" not in html
    assert "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in html
