"""Who takes part, in which order, and why not."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from counterpart.admission.admission import REASONS, Admission, Candidate, Capped, Facts, admit, places_of
from counterpart.digest import pool_digest
from counterpart.model import Place, Roll, Status

OPENS = datetime(2027, 1, 11, tzinfo=UTC)
EVERYONE = datetime(2027, 1, 25, tzinfo=UTC)
NOTHING = Facts(past={}, carried_over=frozenset(), barred=frozenset(), employers=())


def person(id: str, country: str = "AU", day: float = 20, **said: Any) -> Candidate:
    came = OPENS + timedelta(days=day)
    facts = {"received": came, "changed": came, "digest": f"sha256:{id}", "person": id, "member": False}
    return Candidate(id=id, country=country, **{**facts, **said})


def admitted(*people: Candidate, facts: Facts = NOTHING, cap: int = 20, before: Roll | None = None) -> Admission:
    return admit("2027-1", people, facts, everyone=EVERYONE, country_cap=cap, draw="a draw", before=before)


def by_status(done: Admission) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for id, place in done.roll.people.items():
        found.setdefault(place.status, []).append(id)
    return found


def hundred() -> list[Candidate]:
    """100 applicants, of whom 40 from one country; A00 came first of these, A39 last."""
    here = [person(f"A{i:02}", "AU", 14 + i / 10) for i in range(40)]
    return here + [person(f"B{i:02}", f"C{i % 20}", 14 + i / 10) for i in range(60)]


def test_of_40_from_one_country_among_100_the_first_20_are_admitted() -> None:
    done = admitted(*hundred())
    assert by_status(done)["waiting"] == [f"A{i}" for i in range(20, 40)]
    assert {done.roll.people[f"A{i}"].reason for i in range(20, 40)} == {"country-cap"}
    assert done.roll.applicants == 100
    assert [(c.country, c.people, c.places, c.waiting) for c in done.capped] == [("AU", 40, 20, 20)]


@pytest.mark.parametrize(
    ("applicants", "cap", "places"), [(100, 20, 20), (99, 20, 19), (4, 20, 1), (0, 20, 1), (7, 100, 7)]
)
def test_places_are_rounded_down_and_never_below_one(applicants: int, cap: int, places: int) -> None:
    assert places_of(applicants, cap) == places


def test_everybody_has_a_status_and_whoever_is_not_admitted_a_reason_that_is_explained() -> None:
    people = [replace(p, out=out) for p, out in zip(hundred(), (*REASONS, None), strict=False)] + hundred()[
        len(REASONS) + 1 :
    ]
    done = admitted(*people)
    assert done.roll.people.keys() == {p.id for p in people}
    for place in done.roll.people.values():
        assert (place.reason is None) == (place.status is Status.ADMITTED)
        assert place.reason is None or place.reason in REASONS


def test_of_the_same_person_twice_the_earliest_place_and_the_latest_content_count() -> None:
    early, late = person("E", day=15, person="E"), person("L", day=19, person="E")
    done = admitted(person("A", day=17), early, late, cap=100)
    assert done.roll.people["E"] == Place(status=Status.DUPLICATE, reason="same-person")
    assert done.roll.people["L"] == Place(status=Status.ADMITTED, place=1, digest="sha256:L")
    assert done.roll.people["A"].place == 2
    corrected = admitted(replace(early, changed=OPENS + timedelta(days=30)), late, cap=100)
    assert corrected.roll.people["E"].status is Status.ADMITTED


def test_a_duplicate_does_not_count_among_the_applicants() -> None:
    people = [person(f"A{i}", "AU", i) for i in range(9)] + [person("AX", "AU", 12, person="A0")]
    assert admitted(*people).roll.applicants == 9


def test_who_applied_as_a_member_and_is_on_no_list_has_the_turn_of_everyone() -> None:
    people = [
        person("LIED", day=1, member=None),
        person("MEMBER", day=2, member=True),
        person("FIRST", day=14.5),
        *(person(f"B{i}", f"C{i}") for i in range(7)),
    ]
    done = admitted(*people)
    assert done.unconfirmed == ("LIED",)
    order = sorted(("LIED", "MEMBER", "FIRST"), key=lambda id: done.roll.people[id].place or 99)
    assert order == ["MEMBER", "LIED", "FIRST"]
    assert done.roll.people["FIRST"].status is Status.WAITING
    late = admitted(
        *(replace(p, member=None, received=EVERYONE + timedelta(days=3)) if p.id == "LIED" else p for p in people)
    )
    assert late.roll.people["FIRST"].status is Status.ADMITTED


def test_who_went_without_last_time_comes_first_in_the_country() -> None:
    facts = replace(NOTHING, carried_over=frozenset({"A39"}))
    done = admitted(*hundred(), facts=facts)
    assert done.roll.people["A39"].carried_over
    assert done.roll.people["A19"].status is Status.WAITING


def test_a_withdrawal_gives_the_place_to_who_waits_longest_and_changes_nobody_else() -> None:
    before = admitted(*hundred())
    people = [replace(p, out="withdrew") if p.id == "A03" else p for p in hundred()]
    done = admitted(*people, before=before.roll)
    assert (done.promoted, done.left) == (("A20",), ("A03",))
    assert (done.roll.generation, done.roll.applicants) == (2, 100)
    assert done.roll.people["A03"] == Place(status=Status.WITHDRAWN, reason="withdrew")
    stay = {id for id, p in before.roll.people.items() if p.status is Status.ADMITTED} - {"A03"}
    assert all(done.roll.people[id].status is Status.ADMITTED for id in stay)


def test_a_withdrawal_from_the_waiting_list_leaves_the_pool_as_it_is() -> None:
    before = admitted(*hundred())
    people = [replace(p, out="withdrew") if p.id == "A30" else p for p in hundred()]
    done = admitted(*people, before=before.roll)
    assert (done.roll.generation, done.roll.pool) == (1, before.roll.pool)


def test_nobody_who_was_admitted_is_displaced_by_somebody_who_came_to_light_later() -> None:
    before = admitted(*hundred())
    late = person("AAA", "AU", 13)  # earlier than all, and taken in by hand after the roll was written
    done = admitted(*hundred(), late, before=before.roll)
    assert done.left == ()
    assert done.roll.people["AAA"].status is Status.WAITING
    assert done.roll.applicants == 101


def test_who_went_without_last_time_takes_no_place_that_somebody_was_given() -> None:
    """The list of those who went without became known only after the first admission."""
    before = admitted(*hundred())
    done = admitted(*hundred(), facts=replace(NOTHING, carried_over=frozenset({"A39"})), before=before.roll)
    assert (done.promoted, done.left) == ((), ())
    assert done.roll.people["A39"] == Place(status=Status.WAITING, reason="country-cap", carried_over=True)
    free = [replace(p, out="withdrew") if p.id == "A03" else p for p in hundred()]
    done = admitted(*free, facts=replace(NOTHING, carried_over=frozenset({"A39"})), before=before.roll)
    assert (done.promoted, done.left) == (("A39",), ("A03",)), "the next free place is theirs"


def test_a_lower_cap_takes_no_place_away_and_gives_none_until_there_are_fewer() -> None:
    before = admitted(*hundred())
    inside = [f"A{i:02}" for i in range(20)]
    done = admitted(*hundred(), cap=10, before=before.roll)
    assert (done.promoted, done.left) == ((), ())
    assert done.capped == (Capped(country="AU", people=40, places=20, waiting=20),)
    assert [id for id in by_status(done)["admitted"] if id[0] == "A"] == inside
    fewer = [replace(p, out="withdrew") if p.id == "A03" else p for p in hundred()]
    done = admitted(*fewer, cap=10, before=done.roll)
    assert (done.promoted, done.left) == ((), ("A03",))
    assert done.capped == (Capped(country="AU", people=39, places=19, waiting=20),)


def test_once_admitted_an_application_is_not_replaced_by_another_of_the_same_person() -> None:
    before = admitted(person("A", cap_free := "AU"), cap=100)
    again = person("Z", cap_free, 30, person="A")
    done = admitted(person("A"), again, cap=100, before=before.roll)
    assert done.roll.people["A"].status is Status.ADMITTED
    assert done.roll.people["Z"].reason == "same-person"


def test_who_is_barred_does_not_take_part_and_takes_no_place() -> None:
    done = admitted(*hundred(), facts=replace(NOTHING, barred=frozenset({"A00"})))
    assert done.roll.people["A00"] == Place(status=Status.INELIGIBLE, reason="barred")
    assert done.roll.applicants == 99


def test_past_partners_and_employers_are_stated_of_those_who_take_part_or_wait() -> None:
    facts = replace(
        NOTHING, past={"A00": ("A01", "A39"), "A39": ("A00",)}, employers=(("A02", "B01", "A38"), ("B02", "Z"))
    )
    people = admitted(*hundred(), facts=facts).roll.people
    assert people["A00"].past == ("A01", "A39")
    assert people["A39"] == Place(status=Status.WAITING, reason="country-cap", past=("A00",))
    assert people["A02"].employer == people["B01"].employer == people["A38"].employer is not None
    assert people["B02"].employer is None, "a group of one is none"


def test_an_employers_number_stays_when_others_come_and_go() -> None:
    facts = replace(NOTHING, employers=(("B01", "B02"), ("B11", "B12")))
    one = admitted(*hundred(), facts=facts).roll.people["B11"].employer
    other = admitted(*hundred(), facts=replace(facts, employers=(("B11", "B12"),))).roll.people["B11"].employer
    assert one == other


def test_ties_are_drawn_and_not_decided_by_the_id() -> None:
    people = [person(f"A{i:02}", "AU", 20) for i in range(40)] + [person(f"B{i}", f"C{i}") for i in range(60)]
    first = {id for id, p in admitted(*people).roll.people.items() if p.status is Status.ADMITTED and id[0] == "A"}
    assert len(first) == 20
    assert first != {f"A{i:02}" for i in range(20)}
    other = admit("2027-1", people, NOTHING, everyone=EVERYONE, country_cap=20, draw="another", before=None)
    assert first != {id for id, p in other.roll.people.items() if p.status is Status.ADMITTED and id[0] == "A"}


@pytest.mark.parametrize("seed", range(40))
def test_whatever_happens_the_rules_hold(seed: int) -> None:
    chance = random.Random(seed)
    people = [
        person(
            f"P{i:03}",
            chance.choice("UVWXYZ"),
            chance.random() * 34,
            person=f"P{chance.randrange(i + 1):03}" if chance.random() < 0.1 else f"P{i:03}",
        )
        for i in range(chance.randint(1, 120))
    ]
    roll: Roll | None = None
    gone: set[str] = set()
    for _ in range(5):
        now = [replace(p, out="withdrew") if p.id in gone else p for p in people]
        chance.shuffle(now)
        done = admitted(*now, before=roll)
        assert done == admitted(*sorted(now, key=lambda p: p.id), before=roll), (
            "order of the files does not matter"
        )
        assert done.roll.pool == pool_digest(done.roll.people)
        inside = {id for id, p in done.roll.people.items() if p.status is Status.ADMITTED}
        country = {p.id: p.country for p in people}
        most = places_of(done.roll.applicants, 20)
        assert all(number <= most for number in Counter(country[id] for id in inside).values())
        waiting = Counter(country[id] for id, p in done.roll.people.items() if p.status is Status.WAITING)
        taken = Counter(country[id] for id in inside)
        assert all(taken[land] == most for land in waiting), "nobody waits while a place is free"
        if roll is not None:
            before = {id for id, p in roll.people.items() if p.status is Status.ADMITTED}
            assert before - inside <= gone
            assert (done.roll.generation > roll.generation) == (before != inside)
        roll = done.roll
        gone |= set(chance.sample([p.id for p in people], min(3, len(people))))
