"""What is due on a day, from the calendar and from what is there: when a task comes, and when it goes."""

from __future__ import annotations

from datetime import date, timedelta

from counterpart.lifecycle.agenda import Standing, Task, When, agenda
from counterpart.model import Event
from tests.people import settings

CALENDAR = (*settings().calendar, Event(date=date(2027, 4, 26), event="mid-survey"))
ROUND = settings(calendar=tuple(sorted(CALENDAR, key=lambda event: event.date)), recipients=("age1one", "age1two"))
INTRODUCED = Standing(recipients=2, applications=20, admitted=20, proposal=True, approved=True, introduced=True)


def when(words: str, standing: Standing, day: date) -> When | None:
    """How the task that begins with *words* stands to the *day*; None where it is not named."""
    [*found] = [task for task in agenda(ROUND, standing, day) if task.text.startswith(words)]
    assert len(found) < 2
    return found[0].when if found else None


def test_a_draw_is_wanted_a_week_before_anybody_applies() -> None:
    [draw] = [task for task in agenda(ROUND, Standing(draw=False), date(2026, 12, 28)) if "draw" in task.text]
    assert draw == Task(
        round="2027-1",
        when=When.NEXT,
        text="Write a draw that nobody can foresee into rounds/2027-1/round.yaml, before anybody applies.",
        due=date(2027, 1, 4),
    )


def test_a_week_after_the_introductions_it_is_time_to_look_who_is_silent_until_the_round_ends() -> None:
    words = "Once a week: look who is silent, who asks for a new partner, and who is away."
    assert when(words, INTRODUCED, date(2027, 3, 1)) is None
    assert when(words, INTRODUCED, date(2027, 3, 7)) is None
    assert when(words, INTRODUCED, date(2027, 3, 8)) is When.NOW
    assert when(words, INTRODUCED, date(2027, 6, 27)) is When.NOW
    assert when(words, INTRODUCED, date(2027, 6, 28)) is None


def test_a_survey_is_asked_for_from_four_weeks_before_its_day_until_nobody_would_answer_it() -> None:
    words, day = "Ask everybody how it goes, halfway.", date(2027, 4, 26)
    assert when(words, INTRODUCED, day - timedelta(days=29)) is None
    assert when(words, INTRODUCED, day - timedelta(days=28)) is When.NEXT
    assert when(words, INTRODUCED, day) is When.NOW
    assert when(words, INTRODUCED, day + timedelta(days=13)) is When.OVERDUE
    assert when(words, INTRODUCED, day + timedelta(days=14)) is None
