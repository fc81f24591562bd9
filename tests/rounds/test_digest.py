import hashlib

import pytest

from counterpart.digest import digest, pool_digest
from counterpart.model import Place, Status


def test_the_digest_is_of_json_with_sorted_keys_and_no_spaces() -> None:
    canonical = '{"a":[1,true,"é"],"b":"x"}'.encode()
    assert digest({"b": "x", "a": [1, True, "é"]}) == "sha256:" + hashlib.sha256(canonical).hexdigest()


@pytest.mark.parametrize("other", [{"a": 2}, {"a": "1"}, {"a": [1]}, {"b": 1}, {"a": True}, {}])
def test_every_other_value_has_another_digest(other: object) -> None:
    assert digest(other) != digest({"a": 1})


def place(**facts: object) -> Place:
    return Place(**{"status": Status.ADMITTED, "place": 1, "digest": "sha256:1", **facts})  # type: ignore[arg-type]


def test_the_pool_digest_is_of_the_admitted_sorted_by_id() -> None:
    people = {
        "B": place(employer="g1", past=("C", "A", "D"), carried_over=True),
        "A": place(past=("B",)),
        "C": place(status=Status.WAITING, past=("B",)),
        "D": place(),
    }
    expected = [
        ["A", "sha256:1", None, ["B"], False],
        ["B", "sha256:1", "g1", ["A", "D"], True],
        ["D", "sha256:1", None, [], False],
    ]
    assert pool_digest(people) == digest(expected)


def test_the_order_of_the_roll_the_place_and_those_not_admitted_leave_the_pool_as_it_is() -> None:
    one = {"A": place(), "B": place(place=2)}
    other = {"B": place(place=1), "A": place(place=2), "C": place(status=Status.WITHDRAWN)}
    assert pool_digest(one) == pool_digest(other)


@pytest.mark.parametrize(
    "facts", [{"digest": "sha256:2"}, {"employer": "g1"}, {"past": ("B",)}, {"carried_over": True}]
)
def test_every_fact_that_a_rule_needs_changes_the_pool_digest(facts: dict[str, object]) -> None:
    assert pool_digest({"A": place(**facts), "B": place()}) != pool_digest({"A": place(), "B": place()})
