"""The audit of a proposal, tested by changing files behind its back."""

from __future__ import annotations

import copy
import re
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from counterpart.model import Pair, Unpaired
from counterpart.pairing.certificate_file import certificate_data, certificate_from
from counterpart.pairing.graph import PoolGraph
from counterpart.pairing.pairs import with_points
from counterpart.pairing.proposal import propose
from counterpart.pairing.verify_proposal import RULES, audit
from tests.people import crowd, decide, person, pool

SOME = crowd(11, 21)
MADE = propose(SOME)
DATA = certificate_data(MADE.proposal, MADE.certificate, SOME.ids)


def faults(proposal=MADE.proposal, data: Any = DATA, some=SOME) -> list[str]:  # type: ignore[no-untyped-def]
    return [fault.rule for fault in audit(some, proposal, data).faults]


def test_what_the_engine_made_passes() -> None:
    found = audit(SOME, MADE.proposal, DATA)

    assert found.faults == ()
    assert found.verdict is not None
    assert found.verdict.optimal
    assert found.verdict.weight == MADE.verdict.weight
    assert not found.changed_by_hand


def swapped():  # type: ignore[no-untyped-def]
    """The proposal with the partners of two pairs exchanged, as a hand would, all rules kept."""
    graph = PoolGraph(SOME)
    pairs = MADE.proposal.pairs
    for i, one in enumerate(pairs):
        for two in pairs[i + 1 :]:
            (a, b), (c, d) = one.people, two.people
            if not graph.barred(a, c) and not graph.barred(b, d):
                rest = [p for p in pairs if p not in (one, two)]
                return replace(MADE.proposal, pairs=(*rest, *with_points(graph, [(a, c), (b, d)])))
    raise AssertionError("no two pairs can be exchanged")


def test_a_change_by_hand_is_told_by_how_much_it_falls_short_and_needs_a_reason() -> None:
    found = audit(SOME, swapped(), DATA)

    assert [fault.rule for fault in found.faults] == ["proposal-not-best"]
    assert found.changed_by_hand
    assert found.verdict is not None
    assert found.verdict.problem is None
    first = next(i for i, gap in enumerate(found.verdict.gap) if gap)
    assert found.verdict.weight[first] + found.verdict.gap[first] == MADE.verdict.weight[first]

    reason = decide(overrule=[()]).overrule[0]  # type: ignore[index]
    decided = replace(SOME, decisions=replace(SOME.decisions, overrule=reason, digest="sha256:" + "2" * 64))
    assert faults(swapped(), some=decided) == []


@pytest.mark.parametrize("key", ["pool", "round", "decisions"])
def test_a_proposal_from_other_inputs_is_out_of_date(key: str) -> None:
    other = replace(MADE.proposal, inputs=replace(MADE.proposal.inputs, **{key: "sha256:" + "9" * 64}))

    assert "proposal-outdated" in faults(other)


def test_a_proposal_of_another_engine_is_told() -> None:
    other = replace(MADE.proposal, inputs=replace(MADE.proposal.inputs, engine="0.9"))

    assert "proposal-engine" in faults(other)


def test_everybody_must_stand_in_it_once() -> None:
    pairs, unpaired = MADE.proposal.pairs, MADE.proposal.unpaired

    assert faults(replace(MADE.proposal, pairs=pairs[1:])) == ["proposal-person"] * 2
    assert faults(replace(MADE.proposal, pairs=(*pairs, pairs[0]))) == ["proposal-person"] * 2
    stranger = Unpaired(id="ZZZZZZZZZZ", because="odd-number")
    assert faults(replace(MADE.proposal, unpaired=(*unpaired, stranger))) == ["proposal-person"]
    twice = Unpaired(id=pairs[0].people[0], because="odd-number")
    assert faults(replace(MADE.proposal, unpaired=(*unpaired, twice))) == ["proposal-person"]


def test_a_pair_that_a_rule_bars_is_told_and_nothing_is_weighed() -> None:
    some = pool(person("A"), person("B"), person("C", country="PL"))
    made = propose(some)
    data = certificate_data(made.proposal, made.certificate, some.ids)
    a, b, c = some.ids
    forged = replace(
        made.proposal,
        pairs=tuple(with_points(PoolGraph(some), [(a, b)])),
        unpaired=(Unpaired(id=c, because="odd-number"),),
    )

    found = audit(some, forged, data)

    assert [f.rule for f in found.faults] == ["proposal-pair-barred"]
    assert found.faults[0].message == (
        f"{a} and {b} may not be paired. "
        "They live in the same country, and partners are always in different countries."
    )
    assert found.verdict is None


def test_points_that_were_written_by_hand_are_told() -> None:
    first = MADE.proposal.pairs[0]
    points = {id: {**p, "interests": p["interests"] + 1} for id, p in first.points.items()}
    forged = replace(MADE.proposal, pairs=(Pair(people=first.people, points=points), *MADE.proposal.pairs[1:]))

    assert faults(forged) == ["proposal-points"]


def test_a_three_where_none_is_allowed_is_told() -> None:
    people = [person(x, country=c) for x, c in zip("ABC", ("AU", "PL", "JP"), strict=True)]
    three = propose(pool(*people, threes=True))
    some = pool(*people)
    data = certificate_data(three.proposal, three.certificate, some.ids)

    assert faults(three.proposal, data, some) == ["proposal-three"]
    assert faults(three.proposal, data, pool(*people, threes=True)) == []


def test_a_pin_that_is_not_obeyed_is_told() -> None:
    one, two = MADE.proposal.pairs[0].people[0], MADE.proposal.pairs[1].people[0]
    pinned = replace(SOME, decisions=replace(decide(pins=[(one, two)]), digest=None))

    assert "proposal-pin" in faults(some=pinned)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda d: None, "certificate-missing"),
        (lambda d: [], "certificate-form"),
        (lambda d: {**d, "format": 2}, "certificate-form"),
        (lambda d: {**d, "prices": {}}, "certificate-form"),
        (lambda d: {**d, "scale": 4.0}, "certificate-form"),
        (lambda d: {**d, "sets": [{"people": [], "sets": [7], "price": [0, 0, 0]}]}, "certificate-form"),
        (lambda d: {**d, "sets": [{"people": ["X"], "sets": [], "price": [0, 0, 0]}]}, "certificate-form"),
        (lambda d: {**d, "format": True}, "certificate-form"),
        (lambda d: {**d, "proven": True}, "certificate-form"),
        (lambda d: {**d, "inputs": {}}, "certificate-other"),
        (lambda d: {**d, "round": "2026-2"}, "certificate-other"),
        (lambda d: {**d, "priorities": d["priorities"][::-1]}, "certificate-other"),
        (lambda d: {**d, "priorities": []}, "certificate-other"),
        (lambda d: {**d, "scale": 0}, "certificate-false"),
        (lambda d: {**d, "scale": 5}, "certificate-false"),
        (lambda d: {**d, "sets": []}, "certificate-false"),
    ],
)
def test_a_certificate_that_is_none_is_told(change: Any, rule: str) -> None:
    assert DATA["sets"], "the example needs a set for the last of these"

    assert faults(data=change(copy.deepcopy(DATA))) == [rule]


def test_a_reason_that_is_not_true_is_told_with_the_true_one() -> None:
    [alone] = MADE.proposal.unpaired
    assert alone.because == "odd-number"
    for said in ("no-partner-allowed", "too-few-partners"):
        lied = replace(MADE.proposal, unpaired=(Unpaired(id=alone.id, because=said),))
        found = audit(SOME, lied, DATA)
        assert [(fault.rule, fault.message) for fault in found.faults] == [
            ("proposal-reason", f"{alone.id}: the reason must be 'odd-number', not '{said}'.")
        ]


def test_what_is_wrong_is_said_of_people_and_never_of_vertices() -> None:
    for change in ("prices", "sets", "scale"):
        for number in range(40):
            forged = copy.deepcopy(DATA)
            if change == "prices":
                forged["prices"][SOME.ids[number % len(SOME.ids)]][number % 3] -= 1 + number
            elif change == "sets":
                forged["sets"] = forged["sets"][: number % len(DATA["sets"])]
            else:
                forged["scale"] = number
            found = audit(SOME, MADE.proposal, forged)
            for words in (
                *(fault.message for fault in found.faults),
                (found.verdict.problem if found.verdict else None) or "",
            ):
                assert not re.search(r"vert(ex|ices)|\b\d+ and \d+\b", words), words


def test_any_lower_price_makes_the_certificate_false() -> None:
    for id in SOME.ids:
        for i in range(3):
            forged = copy.deepcopy(DATA)
            forged["prices"][id][i] -= 1

            assert faults(data=forged) == ["certificate-false"]


def test_a_higher_price_leaves_a_gap() -> None:
    forged = copy.deepcopy(DATA)
    forged["prices"][SOME.ids[0]][2] += 4 * 7

    found = audit(SOME, MADE.proposal, forged)

    assert [f.rule for f in found.faults] == ["proposal-not-best"]
    assert found.verdict is not None
    assert found.verdict.gap == (0, 0, 7)


@pytest.mark.parametrize("seed", range(20))
def test_a_certificate_comes_back_from_its_file_as_it_was(seed: int) -> None:
    some = crowd(seed, 25 + seed)
    made = propose(some)

    read = certificate_from(certificate_data(made.proposal, made.certificate, some.ids), some.ids)

    assert not isinstance(read, str)
    assert read.prices == made.certificate.prices
    assert sorted(read.sets) == sorted(made.certificate.sets)


def test_every_fault_says_what_to_do() -> None:
    assert all(help.endswith(".") for help in RULES.values())


def test_verifying_never_loads_the_solver() -> None:
    code = (
        "import sys, counterpart.pairing.verify_round, counterpart.pairing.verify_proposal\n"
        "loaded = [m for m in sys.modules if m.startswith('counterpart.matching.')]\n"
        "print(sorted(loaded))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "['counterpart.matching.certificate', 'counterpart.matching.graph']"
