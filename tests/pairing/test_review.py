"""The review: what other partners would cost is never overstated, and exact where it says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from counterpart.matching import nearest
from counterpart.model import Wish
from counterpart.pairing.graph import PoolGraph
from counterpart.pairing.proposal import propose
from counterpart.pairing.review import ALTERNATIVES, PRICED_EACH, priced, questions, review
from counterpart.pairing.what_if import if_forbidden, if_pinned, said, said_least
from tests.people import crowd, decide, person, pool


@pytest.mark.parametrize("seed", range(12))
def test_at_least_is_never_more_than_the_true_price(seed: int) -> None:
    some = crowd(seed, 8 + 3 * seed, acceptable=(0, 150, 400)[seed % 3])
    made = propose(some)
    graph = PoolGraph(some, columns=3)
    looked = 0
    for vertex, found in nearest(graph, made.certificate, 4):
        for other, least in found:
            true = tuple(
                -total for total in if_pinned(some, made.proposal, some.ids[vertex], some.ids[other]).totals
            )
            assert least <= true[: len(least)], (some.ids[vertex], some.ids[other])
            looked += 1
    assert looked > len(some.ids)


@pytest.mark.parametrize("seed", range(6))
def test_the_partner_in_the_proposal_costs_nothing_and_no_barred_one_is_offered(seed: int) -> None:
    some = crowd(seed + 50, 20)
    made = propose(some)
    graph = PoolGraph(some, columns=3)
    near = {some.ids[vertex]: found for vertex, found in nearest(graph, made.certificate, len(some.ids))}
    for pair in made.proposal.pairs:
        prices = dict(near[pair.people[0]])
        assert prices[some.ids.index(pair.people[1])] == (0, 0, 0)
    for id, found in near.items():
        allowed = {other for other in some.ids if other != id and not graph.barred(id, other)}
        assert {some.ids[other] for other, _ in found} == allowed
        assert [least for _, least in found] == sorted(least for _, least in found)


def test_a_price_that_is_no_whole_number_is_rounded_up_and_tells_nothing_of_what_follows() -> None:
    # Three people of whom any two may be partners: the proof prices each at half of a pair.
    some = pool(person("A", country="AU"), person("B", country="PL"), person("C", country="NG"))
    made = propose(some)
    found = dict(nearest(PoolGraph(some, columns=3), made.certificate, 2))
    for near in found.values():
        for _, least in near:
            assert all(isinstance(number, int) for number in least)
            assert least >= (0,)


def test_the_weakest_pair_comes_first_and_its_prices_are_those_of_solving_anew() -> None:
    some = crowd(3, 30)
    made = propose(some)
    cards = review(some, made.proposal, made.certificate, {})
    pairs = [card for card in cards if len(card.people) == 2]
    assert [card.least for card in pairs] == sorted(card.least for card in pairs)
    asked = []
    done = priced(some, made.proposal, cards, lambda: asked.append(1), count=2)
    assert (
        len(asked)
        == questions(cards, 2)
        == sum(1 + sum(len(others[:PRICED_EACH]) for others in card.others.values()) for card in pairs[:2])
    )
    weakest = next(card for card in done if len(card.people) == 2)
    assert weakest.without == if_forbidden(some, made.proposal, *weakest.people)
    graph = PoolGraph(some, columns=3)
    for me, others in weakest.others.items():
        allowed = [other for other in some.ids if other not in weakest.people and not graph.barred(me, other)]
        assert len(others) == min(ALTERNATIVES, len(allowed)) > 2
        for other in others[:PRICED_EACH]:
            assert other.exact == if_pinned(some, made.proposal, me, other.id)
            assert me not in (other.id, *weakest.people[2:])
            assert other.id not in weakest.people
        assert all(other.exact is None for other in others[PRICED_EACH:])


def test_a_pinned_pair_has_no_other_partner_and_nothing_is_asked_about_it() -> None:
    some = crowd(5, 30)
    pair = propose(some).proposal.pairs[0].people
    pinned = crowd(5, 30, decisions=decide(pins=[pair]))
    made = propose(pinned)
    cards = review(pinned, made.proposal, made.certificate, {})
    card = next(card for card in cards if card.people == pair)
    assert card.pinned
    assert card.others == dict.fromkeys(pair, ())
    assert priced(pinned, made.proposal, (card,), lambda: pytest.fail("asked"), count=5) == (card,)


def test_without_a_proof_no_price_is_told() -> None:
    some = crowd(8, 20)
    made = propose(some)
    cards = review(some, made.proposal, None, {})
    assert all(others == () for card in cards for others in card.others.values())


def test_a_wish_that_is_not_met_is_told_and_one_that_is_met_is_not() -> None:
    def pair(wish: Wish, sector: str) -> tuple[str, ...]:
        one = person("A", country="AU", wishes={"sector": wish}, sector="public")
        some = pool(one, person("B", country="PL", sector=sector))
        made = propose(some)
        (card,) = review(some, made.proposal, made.certificate, {})
        return card.unmet["000000000A"]

    assert pair(Wish.SIMILAR, "public") == ()
    assert pair(Wish.SIMILAR, "school") == ("sector",)
    assert pair(Wish.DIFFERENT, "school") == ()
    assert pair(Wish.DIFFERENT, "public") == ("sector",)
    assert pair(Wish.ANY, "school") == ()


def test_three_people_see_each_other_six_times() -> None:
    people = [person(id, country=country) for id, country in (("A", "AU"), ("B", "PL"), ("C", "NG"))]
    some = pool(*people, threes=True)
    made = propose(some)
    (card,) = review(some, made.proposal, made.certificate, {})
    assert len(card.people) == 3
    assert len(card.views) == len({(side.id, to) for to, side in card.views}) == 6


@pytest.mark.parametrize(
    ("least", "words"),
    [
        ((0, 0, 0), "perhaps nothing"),
        ((0, 0, 1), "at least 1 point is lost"),
        ((0, 0, 1204), "at least 1,204 points are lost"),
        ((0, 1, -70), "at least 1 person more has a partner below the mark"),
        ((2,), "at least 2 people with a partner are lost"),
        ((0,), "perhaps nothing"),
    ],
)
def test_a_least_price_in_words(least: tuple[int, ...], words: str) -> None:
    assert said_least(least) == words


def test_a_change_in_words() -> None:
    some = crowd(3, 30)
    change = if_forbidden(some, made := propose(some).proposal, *made.pairs[0].people)
    assert said(replace(change, totals=(0, 0, 0), people=0, carried=0)) == (
        "It costs nothing: the proposal would be just as good.",
    )
    assert said(replace(change, totals=(0, -2, 40), people=-1, carried=1)) == (
        "1 fewer person would be paired.",
        "1 more person carried over would be paired.",
        "2 more people would have a partner below the mark.",
        "40 more points in all.",
    )
