"""Rules and points: what a person would compute by hand, in a list and in a block alike."""

from __future__ import annotations

import numpy as np
import pytest

from counterpart.matching.graph import listed
from counterpart.model import Rules, Weights, Wish
from counterpart.pairing.criteria import hours_together, rarity
from counterpart.pairing.graph import DRAW_BITS, PoolGraph, _drawn
from counterpart.pairing.pairs import with_points
from counterpart.pairing.rules import rules
from tests.people import crowd, decide, person, pool

A, B, C, D = ("000000000A", "000000000B", "000000000C", "000000000D")


def points(one, two, **changes):  # type: ignore[no-untyped-def]
    """The points that *one* gives *two*, by criterion."""
    both = pool(one, two, **changes)
    return with_points(PoolGraph(both), [both.ids])[0].points[one.id]


def test_shared_interests_count_by_my_order_and_the_first_counts_most() -> None:
    one = person("A", interests=("access", "books", "care", "data", "ethics"))
    weights = Weights(rarity=0)

    found = [
        points(one, person("B", country="PL", interests=(topic,)), weights=weights)["interests"]
        for topic in one.profile.interests
    ]

    assert found == [100, 80, 65, 50, 40]


def test_shared_interests_add_up() -> None:
    one = person("A", interests=("access", "books"))
    two = person("B", country="PL", interests=("books", "care", "access"))

    assert points(one, two, weights=Weights(rarity=0))["interests"] == 180
    assert points(two, one, weights=Weights(rarity=0))["interests"] == 100 + 65


def test_a_rare_interest_counts_for_more_than_one_that_everybody_names() -> None:
    people = [person(x, country="PL", interests=("access",)) for x in "CDEF"]
    rare = pool(
        person("A", interests=("books", "access")), person("B", country="PL", interests=("books",)), *people
    )

    assert rarity(rare) == {"access": 100, "books": 130, "care": 150, "data": 150, "ethics": 150}
    assert with_points(PoolGraph(rare), [(A, B)])[0].points[A]["interests"] == 130


@pytest.mark.parametrize(
    ("wish", "same", "other"), [(Wish.SIMILAR, 60, 0), (Wish.DIFFERENT, 0, 60), (Wish.ANY, 60, 60)]
)
def test_the_sector_counts_as_each_person_wishes(wish: Wish, same: int, other: int) -> None:
    one = person("A", sector="public", wishes={"sector": wish})

    assert points(one, person("B", country="PL", sector="public"))["sector"] == same
    assert points(one, person("B", country="PL", sector="school"))["sector"] == other


@pytest.mark.parametrize(
    ("mine", "yours", "similar"),
    [
        ("student", "student", 60),
        ("student", "early", 40),
        ("student", "mid", 20),
        ("student", "senior", 0),
        ("changing", "early", 40),
        ("senior", "changing", 0),
        ("changing", "changing", 60),
    ],
)
def test_nearer_career_stages_are_more_similar(mine: str, yours: str, similar: int) -> None:
    alike = person("A", career_stage=mine, wishes={"career_stage": Wish.SIMILAR})
    unlike = person("A", career_stage=mine, wishes={"career_stage": Wish.DIFFERENT})
    two = person("B", country="PL", career_stage=yours)

    assert points(alike, two)["career_stage"] == similar
    assert points(unlike, two)["career_stage"] in (60 - similar, 59 - similar)


@pytest.mark.parametrize(
    ("one", "two", "minutes"),
    [
        (0, 0, 15 * 60),
        (0, 60, 14 * 60),
        (0, 720, 6 * 60),  # half a day apart, both ends of the day meet
        (-660, 780, 15 * 60),  # a day apart by the calendar, the same by the clock
        (345, 0, 15 * 60 - 345),
        (600, -300, 6 * 60),
    ],
)
def test_hours_together_are_those_in_which_both_are_awake(one: int, two: int, minutes: int) -> None:
    assert hours_together(one, two) == hours_together(two, one) == minutes

    by_the_minute = sum(
        7 * 60 <= (t + one) % 1440 < 22 * 60 and 7 * 60 <= (t + two) % 1440 < 22 * 60 for t in range(1440)
    )
    assert minutes == by_the_minute


def test_hours_are_taken_on_the_day_of_the_introductions() -> None:
    """On 1 March Sydney is eleven hours ahead of UTC; in July it would be ten."""
    both = pool(person("A"), person("B", country="PL"))

    assert both.offsets == (11 * 60, 60)


def test_each_language_beyond_the_needed_one_counts() -> None:
    one = person("A", languages=("en", "es", "pl"))

    assert points(one, person("B", country="PL", languages=("en",)))["languages"] == 0
    assert points(one, person("B", country="PL", languages=("pl", "es", "en")))["languages"] == 40
    free = Rules(shared_language=False)
    assert points(one, person("B", country="PL", languages=("ja",)), rules=free)["languages"] == 0
    assert points(one, person("B", country="PL", languages=("en",)), rules=free)["languages"] == 20


def barred(*people, **changes):  # type: ignore[no-untyped-def]
    """The ids of the rules that bar the first two people."""
    some = pool(*people, **changes)
    return [rule.id for rule in PoolGraph(some).barred(people[0].id, people[1].id)]


def test_each_rule_bars_what_it_says_and_nothing_else() -> None:
    au, pl = person("A"), person("B", country="PL")

    assert barred(au, pl) == []
    assert barred(au, person("B")) == ["different-country"]
    assert barred(au, person("B", country="PL", languages=("pl",))) == ["shared-language"]
    assert barred(au, person("B", country="PL", languages=("pl",)), rules=Rules(shared_language=False)) == []
    assert barred(au, pl, rules=Rules(time_difference=9)) == ["time-difference"]
    assert barred(au, pl, rules=Rules(time_difference=10)) == []
    assert barred(au, pl, places={"A": {"employer": "g1"}, "B": {"employer": "g1"}}) == ["same-employer"]
    assert barred(au, pl, places={"A": {"perhaps": (B,)}, "B": {"perhaps": (A,)}}) == ["employer-in-doubt"]
    assert barred(au, pl, places={"A": {"employer": "g1"}, "B": {"employer": "g2"}}) == []
    assert barred(au, pl, places={"A": {"employer": "g1"}}) == []
    assert barred(au, pl, places={"A": {"past": (B,)}}) == ["past-partner"]
    assert barred(au, pl, places={"B": {"past": (A,)}}) == ["past-partner"]
    assert barred(au, pl, places={"B": {"past": (A,)}}, rules=Rules(past_partner=False)) == []
    assert barred(au, pl, decisions=decide(forbids=[("B", "A")])) == ["forbidden"]
    assert barred(au, pl, person("C", country="JP"), decisions=decide(pins=[("A", "C")])) == ["pinned-elsewhere"]
    assert barred(au, pl, decisions=decide(pins=[("A", "B")])) == []


@pytest.mark.parametrize(("hours", "rules"), [(0, ["time-difference"]), (1, []), (23, [])])
def test_across_the_date_line_clocks_are_as_far_apart_as_the_day_is_long(hours: int, rules: list[str]) -> None:
    """Auckland is 23 hours ahead of Honolulu by the calendar, and by the clock they are one hour apart."""
    here, there = (
        person("A", time_zone="Pacific/Auckland"),
        person("B", country="PL", time_zone="Pacific/Honolulu"),
    )

    assert pool(here, there).offsets == (13 * 60, -10 * 60)
    assert barred(here, there, rules=Rules(time_difference=hours)) == rules


def test_every_rule_says_in_words_why() -> None:
    some = crowd(1, 12, decisions=decide(forbids=[], pins=[]), rules=Rules(time_difference=8))

    for rule in rules(some):
        assert rule.because.endswith(".")
        assert rule.because[0].isupper()


def test_more_than_64_languages_are_told_apart() -> None:
    people = [person(f"{i:02d}", country="PL", languages=(f"x{i}",)) for i in range(70)]
    people.append(person("ZZ", languages=("x69",)))
    some = pool(*people)
    graph = PoolGraph(some)

    partners = [i for i in range(70) if not graph.barred(people[i].id, "00000000ZZ")]

    assert partners == [69]


def test_a_language_that_64_others_are_commoner_than_is_one_to_talk_in() -> None:
    """The commonest are settled first, 64 at a time: what only two people speak is in the second lot."""
    common = tuple(f"x{i}" for i in range(70))
    many = [person(id, country="PL", languages=common) for id in "CDE"]
    some = pool(person("A", languages=("zz",)), person("B", country="PL", languages=("zz",)), *many)
    graph = PoolGraph(some)

    assert [rule.id for rule in graph.barred(A, B)] == []
    assert [rule.id for rule in graph.barred(A, C)] == ["shared-language"]
    assert with_points(graph, [(A, B)])[0].people == (A, B)


@pytest.mark.parametrize("seed", range(12))
def test_a_block_of_pairs_and_a_list_of_pairs_agree(seed: int) -> None:
    """The block is matrices in single precision, the list sums of whole numbers: two ways to each number."""
    ids = crowd(seed, 40).ids
    changes = {}
    if seed % 3:
        changes["decisions"] = decide(pins=[(ids[0], ids[5])], forbids=[(ids[1], ids[2]), (ids[30], ids[3])])
    if seed % 2:
        changes["rules"] = Rules(time_difference=seed, shared_language=seed % 4 == 1)
    some = crowd(seed, 40, **changes)
    graph = PoolGraph(some, kept=[(ids[0], ids[7]), (ids[9], ids[8])])
    for both in (False, True):
        seen = np.zeros((graph.n, graph.n), np.int64)
        for chunk in graph.chunks(0, 5, both=both):
            tails, heads = (np.broadcast_to(x, chunk.allowed.shape) for x in (chunk.tails, chunk.heads))
            seen[tails, heads] += chunk.allowed
            weights, allowed = graph.look(tails.ravel(), heads.ravel(), 0, 5)
            inside = chunk.allowed.ravel()
            assert allowed[inside].all()
            for i, column in enumerate(chunk.weights):
                flat = np.broadcast_to(column, chunk.allowed.shape).ravel()
                assert (flat[inside] == weights[inside, i]).all()
        tails, heads = np.divmod(np.arange(graph.n**2), graph.n)
        allowed = graph.look(tails, heads, 0, 5)[1].reshape(graph.n, graph.n)
        expected = allowed if both else np.triu(allowed, 1)
        assert (seen == expected).all()
        assert not allowed.diagonal().any()
        assert (allowed == allowed.T).all()


def test_weights_never_leave_their_bounds() -> None:
    for seed in range(6):
        graph = PoolGraph(crowd(seed, 30, weights=Weights(interests=1000, rarity=1000, languages=1000)))
        for chunk in graph.chunks(0, 5):
            for column, bound in zip(chunk.weights, graph.bounds, strict=True):
                inside = np.broadcast_to(column, chunk.allowed.shape)[chunk.allowed]
                assert np.abs(inside).max(initial=0) <= bound


def test_the_draw_of_a_pair_is_the_same_from_both_ends_and_depends_on_the_seed() -> None:
    some = crowd(3, 20)
    tails, heads = np.triu_indices(20, 1)
    one = PoolGraph(some).look(tails, heads, 4, 5)[0][:, 0]

    assert (PoolGraph(some).look(heads, tails, 4, 5)[0][:, 0] == one).all()
    assert len(set(one.tolist())) == len(one)
    other = crowd(3, 20, draw="another word")
    assert (PoolGraph(other).look(tails, heads, 4, 5)[0][:, 0] != one).any()


@pytest.mark.parametrize("both", [False, True])
def test_many_small_blocks_hold_the_same_pairs_as_one_and_nobody_with_themselves(
    both: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = PoolGraph(crowd(8, 30))

    def pairs() -> list[list[int]]:
        found = [listed(chunk, chunk.allowed) for chunk in graph.chunks(0, 5, both=both)]
        return sorted(
            list(map(int, (t, h, *w)))
            for tails, heads, ws in found
            for t, h, *w in zip(tails, heads, *ws, strict=True)
        )

    in_one = pairs()
    assert {(one[0], one[1]) for one in in_one} == {
        (i, j)
        for i in range(30)
        for j in range(30)
        if (i != j if both else i < j)
        if not graph.barred(graph.pool.ids[i], graph.pool.ids[j])
    }
    monkeypatch.setattr("counterpart.pairing.graph._BLOCK", 100)
    assert len(list(graph.chunks(0, 5, both=both))) > 5
    assert pairs() == in_one


def test_what_is_drawn_for_a_pair_is_the_same_on_every_machine_and_in_every_version() -> None:
    def mixed(x: int) -> int:
        x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        x = (x ^ x >> 27) * 0x94D049BB133111EB % 2**64
        return x ^ x >> 31

    seeds = [0, 1, 2**63, 2**64 - 1, 0x0123456789ABCDEF, 0xFEDCBA9876543210]
    for one in seeds:
        for two in seeds:
            x = mixed((one + two) % 2**64) ^ one * two % 2**64
            drawn = _drawn(np.array([one], np.uint64), np.array([two], np.uint64))
            assert drawn.tolist() == [mixed(x) >> 64 - DRAW_BITS]
    assert mixed(0x9E3779B97F4A7C15) == 0xE220A8397B1DCDAF, "as SplitMix64 begins when it is seeded with 0"
