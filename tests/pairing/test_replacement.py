"""Which partnerships stand, who is free, and what a rematch may pair."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from counterpart.mail.due import on_ending
from counterpart.model import Decision, Decisions, Ended, Inputs, Pair, Place, Proposal, Roll, Rules, Status
from counterpart.pairing.certificate_file import certificate_data
from counterpart.pairing.graph import PoolGraph
from counterpart.pairing.pool import Pool, replacement_pool
from counterpart.pairing.proposal import propose
from counterpart.pairing.verify_proposal import audit
from counterpart.rounds.partnerships import decisions_digest, named, partnerships
from counterpart.world.zones import offset
from tests.people import crowd, person, settings

NOTHING = Decisions(round="2027-1")
_INPUTS = Inputs(pool="", round="", decisions=None, previous=None, engine="1.0")


def ended(id: str, before: int = 2, *, leaves: bool = True, reason: str = "silent") -> Ended:
    return Ended(id=id, leaves=leaves, by="coordinator-1", reason=reason, before=before)


def proposal(*pairs: str) -> Proposal:
    made = tuple(Pair(people=tuple(sorted(pair)), points={}) for pair in pairs)
    return Proposal(round="2027-1", inputs=_INPUTS, pairs=made, unpaired=())


def standing(proposals: dict[int, Proposal], *ends: Ended, here: str = "ABCDEFG", before: int = 2) -> list[str]:
    found = partnerships(proposals, replace(NOTHING, ended=ends), set(here), before)
    return ["".join(each.people) for each in found]


def test_a_partnership_stands_until_one_leaves_or_asks_for_somebody_else() -> None:
    first = {1: proposal("AB", "CD", "EFG")}
    assert standing(first) == ["AB", "CD", "EFG"]
    assert standing(first, ended("A")) == ["CD", "EFG"]
    assert standing(first, ended("A", leaves=False)) == ["CD", "EFG"]
    assert standing(first, ended("F")) == ["AB", "CD", "EG"], "of three, the other two go on"
    assert standing(first, ended("F"), ended("G")) == ["AB", "CD"]
    assert standing(first, here="ABCEFG") == ["AB", "EFG"], "who withdrew is gone without a line"
    removed = Decision(people=("A",), by="coordinator-1", reason="conduct")
    assert len(partnerships(first, replace(NOTHING, removed=(removed,)), set("ABCDEFG"), 2)) == 2


def test_an_end_counts_before_the_pairing_that_it_names_and_not_for_a_later_partner() -> None:
    both = {1: proposal("AB", "CD"), 2: proposal("BC")}
    ends = (ended("A"), ended("D", leaves=False))
    assert standing(both, *ends, before=2) == []
    assert standing(both, *ends, before=3) == ["BC"]
    assert standing(both, *ends, ended("B", 3), before=3) == []


def test_mails_go_to_who_leaves_and_who_stays_once_for_each_partnership() -> None:
    both = {1: proposal("AB", "CD", "EFG"), 2: proposal("BC")}
    ends = (ended("A"), ended("D", reason="conduct"), ended("C", 3, leaves=False), ended("F", 3))
    due = on_ending(both, replace(NOTHING, ended=ends), set(), set("ABCDEFG"))
    assert [each.key for each in due] == ["farewell/A/1", "parted/B/2", "parted/C/2", "farewell/F/1"]
    withdrawn = on_ending(both, replace(NOTHING, ended=ends[:2]), {"B"}, set("ABCDEFG"))
    assert [each.key for each in withdrawn] == ["farewell/A/1", "farewell/B/2", "parted/C/2"]


def test_what_ended_later_leaves_the_digest_of_an_earlier_pairing_as_it_is() -> None:
    early, late = replace(NOTHING, ended=(ended("A"),)), replace(NOTHING, ended=(ended("B", 3), ended("A")))
    assert decisions_digest(late, 1) is decisions_digest(NOTHING, 1) is None
    assert decisions_digest(early, 2) == decisions_digest(late, 2) != decisions_digest(late, 3)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_ends_every_rematch_is_proven_and_nobody_meets_a_past_partner(seed: int) -> None:
    chance = random.Random(seed)
    pool = crowd(seed, chance.randint(20, 40), threes=bool(seed % 2))
    waiting = set(chance.sample(pool.ids, 5))
    places: dict[str, Place] = {
        id: replace(place, status=Status.WAITING, reason="country-cap") if id in waiting else place
        for id, place in pool.places.items()
    }
    roll = Roll(round="2027-1", pool=pool.digest, people=places)
    people = tuple(person for person in pool.people if person.id not in waiting)
    first = replace(
        pool,
        people=people,
        offsets=tuple(offset(p.profile.time_zone, pool.round.calendar[0].date) for p in people),
    )
    proposals = {1: propose(first).proposal}
    ends: list[Ended] = []
    for number in range(2, 5):
        here = {person.id for person in pool.people}
        now = partnerships(proposals, replace(NOTHING, ended=tuple(ends)), here, number)
        for each in chance.sample(now, min(3, len(now))):
            ends.append(ended(chance.choice(each.people), number, leaves=chance.random() < 0.5))
        decisions = replace(NOTHING, ended=tuple(ends))
        free = replacement_pool(pool.round, pool.people, roll, decisions, proposals, number, offset)
        if len(free.people) < 2:
            continue
        made = propose(free)
        certificate = certificate_data(made.proposal, made.certificate, free.ids)
        assert audit(free, made.proposal, certificate).faults == ()
        left = {each.id for each in ends if each.leaves}
        assert not named(made.proposal) & left
        for pair in made.proposal.pairs:
            assert any(id not in waiting for id in pair.people)
            for earlier in proposals.values():
                assert all(len({*pair.people} & {*other.people}) < 2 for other in earlier.pairs)
        proposals[number] = made.proposal
    assert len(proposals) > 1


def test_a_pairing_made_of_another_pool_is_recognised() -> None:
    pool = crowd(3, 20)
    roll = Roll(round="2027-1", pool=pool.digest, people=pool.places)
    proposals = {1: propose(pool).proposal}
    one, other = proposals[1].pairs[0].people[0], proposals[1].pairs[1].people[0]
    decisions = replace(NOTHING, ended=(ended(one), ended(other)))
    free = replacement_pool(pool.round, pool.people, roll, decisions, proposals, 2, offset)
    made = propose(free)
    certificate = certificate_data(made.proposal, made.certificate, free.ids)
    third = proposals[1].pairs[2].people[0]
    later = replace(decisions, ended=(*decisions.ended, ended(third)))
    now = replacement_pool(pool.round, pool.people, roll, later, proposals, 2, offset)
    assert {fault.rule for fault in audit(now, made.proposal, certificate).faults} >= {"proposal-outdated"}


def rematch(*ends: Ended, past: dict[str, tuple[str, ...]] | None = None, rules: Rules | None = None) -> Pool:
    """A and B were partners, as were C and D; W and X are on the waiting list; nothing else bars anybody."""
    countries = {"A": "AU", "B": "PL", "C": "NG", "D": "BR", "W": "JP", "X": "CA"}
    people = [person(id, country=country) for id, country in countries.items()]
    roll = Roll(
        round="2027-1",
        pool="",
        people={
            each.id: Place(
                status=Status.WAITING if each.id[-1] in "WX" else Status.ADMITTED,
                past=tuple(id.rjust(10, "0") for id in (past or {}).get(each.id[-1], ())),
            )
            for each in people
        },
    )
    first = tuple(Pair(people=(one.rjust(10, "0"), two.rjust(10, "0")), points={}) for one, two in ("AB", "CD"))
    proposals = {1: Proposal(round="2027-1", inputs=_INPUTS, pairs=first, unpaired=())}
    decisions = replace(NOTHING, ended=tuple(replace(end, id=end.id.rjust(10, "0")) for end in ends))
    return replacement_pool(settings(rules=rules or Rules()), people, roll, decisions, proposals, 2, offset)


def bars(pool: Pool) -> dict[str, list[str]]:
    """The rules that bar two people, of all that are not allowed."""
    graph, ids = PoolGraph(pool), pool.ids
    found = {
        one[-1] + two[-1]: [rule.id for rule in graph.barred(one, two)]
        for n, one in enumerate(ids)
        for two in ids[n + 1 :]
    }
    return {pair: rules for pair, rules in found.items() if rules}


def test_who_waited_gets_a_partner_of_those_who_take_part_and_none_of_those_who_waited_too() -> None:
    free = rematch(ended("A"), ended("C"))
    assert [id[-1] for id in free.ids] == ["B", "D", "W", "X"]
    assert bars(free) == {"WX": ["two-waiting"]}
    alone = rematch(ended("A"))
    assert bars(alone) == {"WX": ["two-waiting"]}
    made = propose(alone).proposal
    assert [len({*pair.people} & {"B".rjust(10, "0")}) for pair in made.pairs] == [1], "a place is free beside B"
    assert [each.id[-1] in "WX" for each in made.unpaired] == [True]


def test_who_just_parted_is_not_paired_again_even_where_partners_of_earlier_rounds_may_be() -> None:
    asked = (ended("A", leaves=False), ended("C", leaves=False))
    before = {"A": ("C",), "C": ("A",)}
    lenient = rematch(*asked, past=before, rules=Rules(past_partner=False))
    assert bars(lenient) == {"AB": ["past-partner"], "CD": ["past-partner"], "WX": ["two-waiting"]}
    strict = rematch(*asked, past=before)
    assert bars(strict) == {**bars(lenient), "AC": ["past-partner"]}
