"""What is due on a day of a round, once each and never late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from counterpart.mail.due_in_season import BEFORE, Readers, near, number_of, on_the_way
from counterpart.model import Event
from counterpart.programme.public import Discussion
from counterpart.rounds.contact import Pulse, Silent
from tests.people import settings

QUIET = Pulse(partnerships=0, in_contact=0, silent=(), asked=(), leaving=(), away={}, fresh=0)
ROUND = replace(
    settings(),
    calendar=(
        Event(date=date(2027, 3, 1), event="introductions"),
        Event(date=date(2027, 3, 1), event="topic", guide="first"),
        Event(date=date(2027, 3, 15), event="topic", guide="second"),
        Event(date=date(2027, 4, 20), event="mid-survey"),
        Event(date=date(2027, 6, 14), event="topic", guide="last"),
        Event(date=date(2027, 6, 21), event="end-survey"),
        Event(date=date(2027, 6, 28), event="end"),
    ),
)


BOTH = Readers(taking_part="AB", partnered="", met="AB")


def due(day: date, pulse: Pulse = QUIET, stopped: str = "", mid: str = "") -> list[str]:
    return [each.key for each in on_the_way(ROUND, day, BOTH, pulse, stopped, {"mid-survey": mid})]


def test_a_guide_comes_in_its_week_to_all_who_want_it_and_the_first_not_at_all() -> None:
    assert due(date(2027, 3, 3)) == [], "the introductions bring the first guide"
    assert due(date(2027, 3, 14)) == []
    assert due(date(2027, 3, 15)) == ["digest/A/2", "digest/B/2"]
    assert due(date(2027, 3, 21), stopped="A") == ["digest/B/2"]
    assert due(date(2027, 3, 22)) == []


def test_surveys_go_to_those_who_have_not_answered_and_the_end_to_everybody() -> None:
    assert due(date(2027, 4, 20), mid="B") == ["survey/A/1"]
    assert due(date(2027, 6, 21)) == ["survey/A/2", "survey/B/2"]
    assert due(date(2027, 7, 2), stopped="AB") == ["survey/A/2", "survey/B/2", "goodbye/A/1", "goodbye/B/1"]
    assert due(date(2027, 7, 26)) == []


def test_who_never_had_a_partner_is_asked_about_none_and_is_invited_with_those_who_waited() -> None:
    readers = Readers(taking_part="ABC", partnered="A", met="AB", waiting="D")
    found = on_the_way(ROUND, date(2027, 6, 28), readers, QUIET, "", {"statement": "AB"})
    assert [each.key for each in found if each.kind != "digest"] == [
        *("survey/A/2", "survey/B/2"),
        *("goodbye/A/1", "goodbye/B/1", "goodbye/C/1", "goodbye/D/1"),
        "statement/A/1",
    ]


def test_the_silent_are_asked_after_one_week_and_after_two_but_not_who_has_answered() -> None:
    one = Silent(people=("A", "B"), number=1, days=7, said={"A": "nothing-yet"})
    assert due(date(2027, 3, 8), replace(QUIET, silent=(one,))) == ["reminder/B/11"]
    two = Silent(people=("A", "B"), number=2, days=14, said={})
    assert due(date(2027, 3, 8), replace(QUIET, silent=(two,))) == ["reminder/A/22", "reminder/B/22"]


def discussion(id: str, starts: datetime) -> Discussion:
    return Discussion(round="2027-1", id=id, title="Maps", starts=starts, minutes=60, host="one", join="Come.")


def test_a_group_discussion_is_told_in_the_days_before_it_and_never_afterwards() -> None:
    starts = datetime(2027, 4, 21, 15, 30, tzinfo=UTC)
    one, other = discussion("maps", starts), discussion("books", starts + timedelta(days=2))
    both = (one, other)
    assert near(both, starts - BEFORE - timedelta(minutes=1)) == {}
    assert near(both, starts - BEFORE) == {number_of(one): one}
    assert set(near(both, starts - timedelta(minutes=1))) == {number_of(one), number_of(other)}
    assert near(both, starts) == {number_of(other): other}
    moved = discussion("maps", starts + timedelta(days=30))
    assert number_of(moved) == number_of(one) != number_of(other)
    found = on_the_way(ROUND, starts.date(), BOTH, QUIET, "A", {}, discussions=[number_of(one)])
    assert [each.key for each in found if each.kind == "discussion"] == [f"discussion/B/{number_of(one)}"]
