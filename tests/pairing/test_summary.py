"""The sentences of a summary, word for word."""

from __future__ import annotations

from statistics import median_high

import pytest

from counterpart.matching import Verdict
from counterpart.pairing.proposal import propose
from counterpart.pairing.summary import proof_sentence, shortfall, summarise
from tests.people import crowd, decide, person, pool


def verdict(gap: tuple[int | None, ...]) -> Verdict:
    return Verdict(weight=(4, 0, 10), bound=(4, 0, 10), gap=gap)


def test_the_proof_in_one_sentence() -> None:
    assert proof_sentence(verdict((0, 0, 0)), 1162) == (
        "Proven over all 674,541 pairs that can be formed from the 1,162 people: under the rules, "
        "no pairing pairs more people, none that pairs as many has fewer partners below the acceptable mark, "
        "and none of those has more points."
    )
    assert "under the rules and the coordinators' decisions, no pairing" in proof_sentence(
        verdict((0, 0, 0)), 4, decided=True
    )


@pytest.mark.parametrize(
    ("gap", "sentence"),
    [
        ((0, 0, 12), "it may be up to 12 points short of the most."),
        (
            (0, 2, None),
            "up to 2 more people than needed may have a partner below the acceptable mark; "
            "nothing is known about points.",
        ),
        (
            (1, None, None),
            "it may pair up to 1 fewer people than possible (one carried over counts twice); "
            "nothing is known about partners below the mark; nothing is known about points.",
        ),
        ((0, 0, 0), "it is the best there is."),
    ],
)
def test_what_may_be_missing_is_said_priority_by_priority_and_never_more_than_is_known(
    gap: tuple[int | None, ...], sentence: str
) -> None:
    assert shortfall(verdict(gap)) == sentence


def test_the_weakest_pairs_are_those_whose_less_satisfied_partner_has_the_fewest_points() -> None:
    some = crowd(4, 60)
    made = propose(some)
    summary = summarise(some, made.proposal, made.verdict, None, {})

    least = sorted(min(sum(p.values()) for p in pair.points.values()) for pair in made.proposal.pairs)

    assert [weak.least for weak in summary.weakest] == least[:10]
    assert summary.points == made.verdict.weight[2]
    everybody = [sum(points.values()) for pair in made.proposal.pairs for points in pair.points.values()]
    assert summary.middle == median_high(everybody)


def test_a_country_near_its_cap_and_people_whom_few_understand_are_pointed_at() -> None:
    people = [person(f"{i:02d}", country="AU" if i < 5 else "PL" if i < 15 else "JP") for i in range(25)]
    people[24] = person("24", country="JP", languages=("eu",))
    some = pool(*people)
    made = propose(some)

    warnings = summarise(some, made.proposal, made.verdict, None, {"AU": "Australia", "PL": "Poland"}).warnings

    assert warnings == (
        "JP has 10 of 25 people (40 %); the cap is 20 %.",
        "Poland has 10 of 25 people (40 %); the cap is 20 %.",
        "Australia has 5 of 25 people (20 %); the cap is 20 %.",
        "1 person speaks only languages that at most two others speak: 0000000024.",
    )


def test_what_changed_since_the_last_proposal_is_listed_pair_by_pair() -> None:
    some = crowd(5, 20)
    first = propose(some)
    undone = first.proposal.pairs[0].people
    changed = crowd(5, 20, decisions=decide(forbids=[undone]))
    second = propose(changed, first.proposal)

    summary = summarise(changed, second.proposal, second.verdict, first.proposal, {})

    before = {pair.people for pair in first.proposal.pairs}
    after = {pair.people for pair in second.proposal.pairs}
    assert set(summary.gone) == before - after
    assert set(summary.new) == after - before
    assert undone in summary.gone
    assert summary.decisions == (0, 1, 0)
