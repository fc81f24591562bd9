"""The pulse: who is silent and for how long, who asked, who is left in peace."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from counterpart.rounds.contact import Pulse, Silent, Word, contact_at
from counterpart.rounds.partnerships import Partnership

START = datetime(2027, 3, 1, 9, tzinfo=UTC)
AB, CD = Partnership(number=1, people=("A", "B")), Partnership(number=1, people=("C", "D"))


def word(id: str, day: int, said: str, until: str | None = None) -> Word:
    moment = START + timedelta(days=day)
    return Word(id=id, received=moment, said=said, until=date.fromisoformat(until) if until else None)


def on(day: int, *words: Word, partnerships: tuple[Partnership, ...] = (AB, CD)) -> Pulse:
    introduced = {(id, each.number): START for each in partnerships for id in each.people}
    now = START + timedelta(days=day)
    return contact_at(partnerships, introduced, words, now, now.date())


def test_a_partnership_is_silent_after_a_week_until_somebody_says_that_they_talked() -> None:
    assert (on(6).silent, on(6).fresh) == ((), 2)
    assert [each.people for each in on(7).silent] == [("A", "B"), ("C", "D")]
    assert on(13).after(14) == () and len(on(14).after(14)) == 2
    talked = on(8, word("B", 2, "talked"))
    assert (talked.in_contact, [each.people for each in talked.silent]) == (1, [("C", "D")])


def test_who_says_that_nothing_came_is_silent_and_the_word_is_shown() -> None:
    found = on(15, word("A", 3, "nothing-yet"), word("C", 2, "talked"), word("D", 9, "nothing-yet"))
    assert found.silent == (
        Silent(people=("A", "B"), number=1, days=15, said={"A": "nothing-yet"}, heard=frozenset("A")),
        Silent(
            people=("C", "D"),
            number=1,
            days=15,
            said={"C": "talked", "D": "nothing-yet"},
            heard=frozenset("CD"),
        ),
    )
    assert on(15, word("D", 2, "nothing-yet"), word("C", 9, "talked")).in_contact == 1


def test_who_is_away_is_left_in_peace_until_that_day_and_who_is_back_is_not() -> None:
    away = word("A", 2, "away", "2027-03-20")
    assert [each.people for each in on(19, away).silent] == [("C", "D")]
    assert on(19, away).away == {"A": date(2027, 3, 20)}
    assert len(on(20, away).silent) == 2 and on(20, away).away == {}
    assert len(on(10, away, word("A", 9, "back")).silent) == 2


def test_who_asks_or_leaves_is_listed_and_not_called_silent() -> None:
    found = on(20, word("A", 5, "new-partner"), word("D", 6, "leaving"))
    assert (found.asked, found.leaving, found.silent) == (("A",), ("D",), ())
    again = on(20, word("A", 5, "new-partner"), word("A", 8, "talked"))
    assert (again.asked, again.in_contact) == ((), 1)


def test_a_word_about_an_earlier_partner_does_not_count_for_a_new_one() -> None:
    later = Partnership(number=2, people=("A", "C"))
    introduced = {(id, 2): START + timedelta(days=30) for id in "AC"}
    words = [word("A", 5, "talked"), word("C", 6, "new-partner")]
    now = START + timedelta(days=38)
    found = contact_at((later,), introduced, words, now, now.date())
    assert (found.in_contact, found.asked, [each.days for each in found.silent]) == (0, (), [8])
    assert contact_at((later,), {}, words, now, now.date()).silent == (), "nobody was introduced yet"
