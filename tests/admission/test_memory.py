"""The memory: who was with whom is known again for four rounds, by hashes that only its key can make."""

from __future__ import annotations

import json
import random

import pytest

from counterpart.admission.memory import (
    ROUNDS,
    Left,
    Memory,
    forget,
    marks,
    memory_data,
    memory_from,
    recall,
    remember,
    renew,
    statements,
)

KEY, OTHER = b"k" * 32, b"o" * 32


def mine(name: str, number: str | None = None, key: bytes = KEY) -> frozenset[str]:
    return marks(key, f"{name}@example.org", number)


def after(*rounds: tuple[str, list[str]], memory: Memory | None = None) -> Memory:
    """A memory of rounds, each a list of pairs "ab", people without a partner "c", and banned ones "-d"."""
    memory = memory or Memory(key=KEY)
    for round, said in rounds:
        names = {name for line in said for name in line.strip("-")}
        memory = remember(
            memory,
            Left(
                round=round,
                marks={f"{round}/{name}": mine(name) for name in names},
                pairs=[(f"{round}/{line[0]}", f"{round}/{line[1]}") for line in said if len(line.strip("-")) == 2],
                without=[f"{round}/{line}" for line in said if len(line) == 1],
                barred=[f"{round}/{line[1]}" for line in said if line[0] == "-"],
            ),
        )
    return memory


def asked(memory: Memory, names: str) -> tuple[dict[str, str], str, str]:
    said = recall(memory, {name: mine(name) for name in names})
    return (
        {id: "".join(others) for id, others in said.past.items()},
        "".join(sorted(said.carried_over)),
        "".join(sorted(said.barred)),
    )


def test_past_partners_are_known_again_when_both_come_back() -> None:
    memory = after(("2027-1", ["ab", "cd"]), ("2027-2", ["ac"]))
    assert asked(memory, "abc") == ({"a": "bc", "b": "a", "c": "a"}, "", "")


def test_who_went_without_comes_first_until_there_was_a_partner() -> None:
    assert asked(after(("2027-1", ["ab", "c"])), "abc") == ({"a": "b", "b": "a"}, "c", "")
    assert asked(after(("2027-1", ["ab", "c"]), ("2027-2", ["cd"])), "c")[1] == ""
    assert asked(after(("2027-1", ["ab", "c"]), ("2027-2", ["de"])), "c")[1] == "c"


def test_somebody_is_known_by_the_member_number_when_the_address_changed() -> None:
    memory = Memory(key=KEY)
    people = {"1": mine("old", "A-1042"), "2": mine("other")}
    memory = remember(memory, Left(round="2027-1", marks=people, pairs=[("1", "2")], without=[], barred=["1"]))
    present = {"x": mine("new", "a1042"), "y": mine("other")}
    said = recall(memory, present)
    assert said.past == {"x": ("y",), "y": ("x",)}
    assert said.barred == {"x"}


@pytest.mark.parametrize("again", ["Reader@Example.ORG", "reader+mentoring@example.org", " reader@example.org"])
def test_an_address_is_the_same_however_it_is_written(again: str) -> None:
    assert marks(KEY, again, None) == marks(KEY, "reader@example.org", None)


def test_after_four_rounds_everything_is_gone() -> None:
    rounds = ["2027-1", "2027-2", "2028-1", "2028-2", "2029-1"]
    memory = after(("2027-1", ["ab", "c", "-d"]), *((round, ["xy"]) for round in rounds[1:ROUNDS]))
    assert asked(memory, "abcd") == ({"a": "b", "b": "a"}, "c", "d")
    memory = after((rounds[ROUNDS], ["xy"]), memory=memory)
    assert asked(memory, "abcd") == ({}, "", "")
    assert len(memory.people) == 2, "nobody stays of whom nothing is said"


def test_remembering_a_round_twice_is_remembering_it_once() -> None:
    once = after(("2027-1", ["ab", "c"]))
    assert after(("2027-1", ["ab", "c"]), memory=once) == once


def test_it_forgets_one_person_and_nobody_else() -> None:
    memory, count = forget(after(("2027-1", ["ab", "cd", "-a"]), ("2027-2", ["a"])), mine("a"))
    assert count == 3
    assert asked(memory, "abcd") == ({"c": "d", "d": "c"}, "", "")
    assert not any(mark in json.dumps(memory_data(memory)) for mark in mine("a"))


def test_a_new_key_carries_over_who_is_there_and_loses_the_others() -> None:
    old = after(("2027-1", ["ab", "cd", "e", "-f"]))
    new = renew(old, OTHER, [(mine(name), mine(name, key=OTHER)) for name in "abce"])
    said = recall(new, {name: mine(name, key=OTHER) for name in "abcdef"})
    assert (dict(said.past), said.carried_over, said.barred) == ({"a": ("b",), "b": ("a",)}, {"e"}, frozenset())
    assert statements(old)["pairs"] - statements(new)["pairs"] == 1
    text = json.dumps(memory_data(new))
    assert not any(mark in text for name in "abcdef" for mark in mine(name))


def test_it_comes_back_from_plain_data_and_refuses_other_data() -> None:
    memory = after(("2027-1", ["ab", "c", "-d"]), ("2027-2", ["ac"]))
    data = json.loads(json.dumps(memory_data(memory)))
    assert memory_from(data) == memory
    data["entries"][0]["without"] = [len(memory.people)]
    with pytest.raises(ValueError, match="place"):
        memory_from(data)


def test_it_holds_no_name_and_no_address() -> None:
    text = json.dumps(memory_data(after(("2027-1", ["ab", "c", "-d"]))))
    assert "example" not in text
    assert "@" not in text


@pytest.mark.parametrize("seed", range(20))
def test_it_agrees_with_a_list_of_everything_that_happened(seed: int) -> None:
    chance = random.Random(seed)
    names = "abcdefghijkl"
    memory, happened = Memory(key=KEY), []
    for number in range(9):
        here = chance.sample(names, chance.randint(2, 10))
        pairs = [here[i] + here[i + 1] for i in range(0, len(here) - 1, 2)]
        alone = [here[-1]] if len(here) % 2 else []
        happened.append((pairs, alone))
        memory = after((f"{2027 + number // 2}-{number % 2 + 1}", [*pairs, *alone]), memory=memory)
        recent = happened[-ROUNDS:]
        past: dict[str, set[str]] = {}
        last: dict[str, bool] = {}
        for old_pairs, old_alone in recent:
            for a, b in old_pairs:
                past.setdefault(a, set()).add(b)
                past.setdefault(b, set()).add(a)
                last |= {a: True, b: True}
            last |= dict.fromkeys(old_alone, False)
        expected = {name: "".join(sorted(others)) for name, others in past.items()}
        assert asked(memory, names) == (expected, "".join(sorted(n for n, p in last.items() if not p)), "")
