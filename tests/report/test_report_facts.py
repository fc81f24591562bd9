"""From surveys and pairings to the facts of a report."""

from __future__ import annotations

from datetime import UTC, datetime

from counterpart.model import Inputs, Pair, Proposal, Wish
from counterpart.report.facts import answers_from, facts_of
from counterpart.report.report import Answer
from counterpart.rounds.answer import answer
from tests.people import person, settings


def proposal(*pairs: tuple[str, ...]) -> Proposal:
    made = Inputs(pool="", round="", decisions=None, previous=None, engine="1.0")
    return Proposal(
        round="2027-1",
        inputs=made,
        pairs=tuple(Pair(people=tuple(id.rjust(10, "0") for id in pair), points={}) for pair in pairs),
        unpaired=(),
    )


def test_the_latest_word_of_a_survey_counts() -> None:
    said = [
        ("A", {"about": "mid-survey", "satisfaction": "satisfied", "contact": "weekly"}),
        ("A", {"about": "end-survey", "satisfaction": "very-unsatisfied", "contact": "monthly"}),
        ("B", {"about": "end-survey", "satisfaction": "very-satisfied", "contact": "none"}),
        ("C", {"about": "mid-survey", "satisfaction": "unsatisfied"}),
        ("D", {"about": "pulse", "said": "talked"}),
        ("A", {"about": "end-survey"}),
    ]
    came = datetime(2027, 4, 1, tzinfo=UTC)
    assert answers_from(answer({"id": id, **data}, came) for id, data in said) == {
        "A": Answer(completed=True, satisfaction="low"),
        "B": Answer(completed=False, satisfaction="high"),
        "C": Answer(completed=None, satisfaction="low"),
    }


def test_who_withdrew_is_in_no_count_and_leaves_no_partnership_behind() -> None:
    facts = facts_of(settings(), [person("A"), person("B")], [proposal(("A", "C")), proposal(("A", "B"))], None)
    assert list(facts.people) == ["000000000A", "000000000B"]
    assert facts.partnerships == (("000000000A", "000000000B"),)
    assert facts.pairings == 2 and facts.answers is None


def test_the_same_people_in_another_order_are_one_partnership() -> None:
    people = [person(letter) for letter in "ABC"]
    facts = facts_of(settings(), people, [proposal(("B", "A")), proposal(("A", "B"), ("C",))], None)
    assert facts.partnerships == (("000000000A", "000000000B"),)


def test_wishes_are_met_by_any_partner_that_there_was() -> None:
    people = [
        person("A", sector="public", wishes={"sector": Wish.SIMILAR, "career_stage": Wish.DIFFERENT}),
        person("B", sector="academic", wishes={"sector": Wish.SIMILAR}),
        person("C", sector="public", wishes={"sector": Wish.ANY}),
    ]
    once = facts_of(settings(), people, [proposal(("A", "B"))], {})
    assert {id[-1]: one.wishes for id, one in once.people.items()} == {"A": "none", "B": "none", "C": "no-wish"}
    twice = facts_of(settings(), people, [proposal(("A", "B")), proposal(("A", "C"))], {})
    assert twice.people["000000000A"].wishes == "some"
