"""Proposals: what must hold for every person in every round."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations

import pytest

from counterpart.matching import Limits
from counterpart.model import Roll, Rules, Weights, two_by_two
from counterpart.pairing.certificate_file import certificate_data, proposal_data
from counterpart.pairing.graph import PoolGraph
from counterpart.pairing.inputs import pairs_of
from counterpart.pairing.pairs import totals
from counterpart.pairing.pool import assemble
from counterpart.pairing.proposal import broken_pins, propose
from counterpart.pairing.verify_proposal import audit
from counterpart.pairing.what_if import if_favoured, if_pinned, if_spared
from counterpart.world.zones import offset
from tests.matching.oracles import best_total
from tests.people import crowd, decide, person, pool

A, B, C, D = ("000000000A", "000000000B", "000000000C", "000000000D")


def couples(proposal):  # type: ignore[no-untyped-def]
    return {frozenset(x) for group in proposal.pairs for x in two_by_two(group.people)}


@pytest.mark.parametrize("seed", range(40))
def test_no_rule_is_ever_broken_and_nobody_is_lost(seed: int) -> None:
    some = crowd(seed, 6 + seed, rules=Rules(time_difference=(None, 6, 10)[seed % 3]), threes=seed % 2 == 1)
    proposal = propose(some).proposal
    profiles = {p.id: p.profile for p in some.people}
    places = some.places

    everybody = [id for group in proposal.pairs for id in group.people] + [u.id for u in proposal.unpaired]

    assert sorted(everybody) == sorted(some.ids)
    for group in proposal.pairs:
        assert len(group.people) == 2 or (some.round.threes and len(group.people) == 3)
    for a, b in map(sorted, couples(proposal)):
        assert profiles[a].country != profiles[b].country
        assert set(profiles[a].languages) & set(profiles[b].languages)
        assert b not in places[a].past
        assert a not in places[b].past
        assert places[a].employer is None or places[a].employer != places[b].employer


@pytest.mark.parametrize("seed", range(40))
def test_a_proposal_is_the_best_of_all_that_there_are(seed: int) -> None:
    """All pairings of a small round, tried one by one, by the priorities and then the two choices among equals."""
    some = crowd(seed + 100, 2 + seed % 8)
    graph = PoolGraph(some)
    made = propose(some)
    edges, weights = [], []
    for v, w in combinations(range(graph.n), 2):
        if not graph.barred(some.ids[v], some.ids[w]):
            edges.append((v, w))
    if edges:
        import numpy as np

        array = np.array(edges)
        weights = [tuple(map(int, row)) for row in graph.look(array[:, 0], array[:, 1], 0, 5)[0]]

    best = best_total(graph.n, edges, weights, 5)

    assert made.verdict.optimal
    assert made.verdict.weight == best[:3]
    assert totals(graph, [g.people for g in made.proposal.pairs]) == best[:3]


@pytest.mark.parametrize("seed", range(15))
def test_the_order_of_the_files_changes_nothing(seed: int) -> None:
    some = crowd(seed, 31)
    first = propose(some)
    people, places = list(some.people), list(some.places.items())
    random.Random(seed).shuffle(people)
    random.Random(seed + 1).shuffle(places)
    roll = Roll(round="2027-1", pool="", people=dict(places))

    shuffled = assemble(some.round, people, roll, some.decisions, offset)
    again = propose(shuffled)

    assert proposal_data(again.proposal) == proposal_data(first.proposal)
    assert certificate_data(again.proposal, again.certificate, shuffled.ids) == certificate_data(
        first.proposal, first.certificate, some.ids
    )
    assert first.unique


def test_people_carried_over_come_first() -> None:
    """Three people for one pair: whoever was left over last time is paired, whatever the points say."""
    people = [
        person("A", country="AU", interests=("care",)),
        person("B", country="PL", interests=("access", "books")),
        person("C", country="JP", interests=("access", "books")),
    ]

    assert couples(propose(pool(*people)).proposal) == {frozenset((B, C))}
    carried = propose(pool(*people, places={"A": {"carried_over": True}})).proposal
    assert any(A in pair for pair in couples(carried))


def test_fewer_partners_below_the_mark_come_before_more_points() -> None:
    some = crowd(7, 24, acceptable=260)
    low = crowd(7, 24, acceptable=0)

    strict, free = propose(some).verdict.weight, propose(low).verdict.weight

    assert strict[2] <= free[2]
    assert propose(some).verdict.optimal


def test_a_pin_is_obeyed_and_a_forbidden_pair_is_not_made() -> None:
    some = crowd(5, 30)
    made = propose(some).proposal
    one, two = made.pairs[0].people[0], made.pairs[1].people[0]
    if PoolGraph(some).barred(one, two):
        two = next(g.people[0] for g in made.pairs[2:] if not PoolGraph(some).barred(one, g.people[0]))

    pinned = propose(crowd(5, 30, decisions=decide(pins=[(one, two)])))
    forbidden = propose(crowd(5, 30, decisions=decide(forbids=[made.pairs[0].people])))

    assert frozenset((one, two)) in couples(pinned.proposal)
    assert pinned.verdict.optimal
    assert frozenset(made.pairs[0].people) not in couples(forbidden.proposal)
    assert forbidden.verdict.optimal


def test_a_pin_that_breaks_a_rule_is_told() -> None:
    people = (person("A"), person("B"), person("C", country="PL"))

    assert broken_pins(pool(*people, decisions=decide(pins=[("A", "B")]))) == [((A, B), "different-country")]
    assert broken_pins(pool(*people, decisions=decide(pins=[("A", "D")]))) == [((A, D), "not-in-the-pool")]
    assert broken_pins(pool(*people, decisions=decide(pins=[("A", "C")]))) == []


def test_a_removed_person_is_in_no_pair() -> None:
    some = crowd(5, 20)
    gone = some.ids[3]
    made = propose(crowd(5, 20, decisions=decide(removed=[(gone,)])))

    assert gone not in {id for group in made.proposal.pairs for id in group.people}
    assert gone not in {u.id for u in made.proposal.unpaired}
    assert made.proposal.inputs.pool == propose(some).proposal.inputs.pool


@pytest.mark.parametrize(
    ("people", "because"),
    [
        ((person("A"), person("B")), {"no-partner-allowed"}),
        ((person("A"), person("B", country="PL"), person("C", country="JP")), {"odd-number"}),
        ((person("A"), person("B"), person("C"), person("D", country="PL")), {"too-few-partners"}),
    ],
)
def test_everybody_who_is_unpaired_is_told_why(people, because) -> None:  # type: ignore[no-untyped-def]
    assert {u.because for u in propose(pool(*people)).proposal.unpaired} == because


def test_one_person_and_nobody_at_all_are_rounds_too() -> None:
    alone, nobody = propose(pool(person("A"))), propose(pool())

    assert [u.because for u in alone.proposal.unpaired] == ["no-partner-allowed"]
    assert alone.verdict.optimal
    assert nobody.proposal.pairs == ()
    assert nobody.verdict.optimal


def test_a_person_left_over_joins_the_pair_that_suits_best() -> None:
    people = [
        person("A", country="AU", interests=("access",)),
        person("B", country="PL", interests=("access",)),
        person("C", country="JP", interests=("books",)),
        person("D", country="NG", interests=("books",)),
        person("E", country="ES", interests=("books",)),
    ]

    two = propose(pool(*people)).proposal
    three = propose(pool(*people, threes=True)).proposal

    assert [u.because for u in two.unpaired] == ["odd-number"]
    assert three.unpaired == ()
    left = two.unpaired[0].id
    group = next(g.people for g in three.pairs if len(g.people) == 3)
    assert left in group
    assert all("books" in p.profile.interests for p in people if p.id in group)


def test_after_a_change_as_many_pairs_stay_as_cost_nothing() -> None:
    """Everybody suits everybody alike, so the draw decides; then one is forbidden, and the others stay."""
    people = [
        person(x, country=c)
        for x, c in zip("ABCDEFGH", ("AU", "PL", "JP", "ES", "NG", "CA", "IN", "BR"), strict=True)
    ]
    alike = {"weights": replace(pool(*people).round.weights, hours=0)}
    first = propose(pool(*people, **alike)).proposal
    undone = first.pairs[0].people

    changed = pool(*people, **alike, decisions=decide(forbids=[undone]))
    again = propose(changed, first)
    kept = couples(first) & couples(again.proposal)

    assert len(kept) == 2
    assert again.proposal.inputs.previous.startswith("sha256:")
    assert first.inputs.previous is None


@pytest.mark.parametrize("seed", range(30))
def test_among_the_best_proposals_the_one_is_made_that_moves_fewest(seed: int) -> None:
    """All pairings, tried one by one: no best one keeps more pairs of the proposal before the decision."""
    import numpy as np

    few = Weights(interests=60, rarity=0, sector=0, career_stage=0, hours=0, languages=0)  # so that many are equal
    some = crowd(seed + 300, 4 + seed % 6)
    some = replace(some, round=replace(some.round, weights=few, acceptable=0))
    first = propose(some).proposal
    if not first.pairs:
        return
    changed = replace(some, decisions=decide(forbids=[first.pairs[0].people[:2]]))
    kept = [two for group in first.pairs for two in two_by_two(group.people)]
    graph = PoolGraph(changed, kept=kept, columns=4)
    pairs = list(combinations(range(graph.n), 2))
    edges = [(v, w) for v, w in pairs if not graph.barred(changed.ids[v], changed.ids[w])]
    again = propose(changed, first).proposal
    mine = [[graph.place[id] for id in group.people] for group in again.pairs]

    def sums(of: list[tuple[int, int]]) -> list[tuple[int, ...]]:
        array = np.array(of, dtype=np.int64).reshape(-1, 2)
        return [tuple(map(int, row)) for row in graph.look(array[:, 0], array[:, 1], 0, 4)[0]]

    best = best_total(graph.n, edges, sums(edges), 4)
    reached = tuple(map(sum, zip(*sums([(v, w) for v, w in mine]), strict=True))) if mine else (0, 0, 0, 0)
    assert reached == best


def test_with_little_work_allowed_the_proposal_is_still_a_pairing_and_says_what_may_be_missing() -> None:
    some = crowd(2, 40)

    made = propose(some, limits=Limits(steps=0, looks=1))
    best = propose(some)

    found = audit(some, made.proposal, certificate_data(made.proposal, made.certificate, some.ids))
    assert {f.rule for f in found.faults} <= {"proposal-not-best"}
    assert made.verdict.weight <= best.verdict.weight
    if not made.verdict.optimal:
        first = next(i for i, g in enumerate(made.verdict.gap) if g)
        assert made.verdict.weight[first] + made.verdict.gap[first] >= best.verdict.weight[first]


@pytest.mark.parametrize("seed", range(10))
def test_the_price_of_another_pair_is_exact(seed: int) -> None:
    some = crowd(seed + 40, 9)
    made = propose(some)
    graph = PoolGraph(some)
    for one, two in combinations(some.ids, 2):
        if graph.barred(one, two) or frozenset((one, two)) in couples(made.proposal):
            continue
        change = if_pinned(some, made.proposal, one, two)
        pinned = propose(replace(some, decisions=decide(pins=[(one, two)])))
        assert (
            tuple(a + b for a, b in zip(made.verdict.weight, change.totals, strict=True)) == pinned.verdict.weight
        )
        assert (one, two) in change.made
        break


def test_sparing_one_person_a_rule_tells_what_it_would_change() -> None:
    people = (person("A"), person("B"), person("C", country="PL", languages=("pl",)))
    some = pool(*people)
    made = propose(some).proposal

    change = if_spared(some, made, "shared-language", C)

    assert change.people == 2
    assert C in change.placed
    assert if_favoured(some, made, C).placed == ()


def test_the_pairs_of_a_proposal_as_data_do_not_depend_on_their_order() -> None:
    made = propose(crowd(1, 12)).proposal

    assert pairs_of(replace(made, pairs=made.pairs[::-1])) == pairs_of(made)
