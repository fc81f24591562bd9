"""Groups that grow together, pair by pair."""

from __future__ import annotations

from itertools import permutations

from counterpart.admission.joined import Joined


def test_a_group_is_known_by_its_least_name_whatever_the_order() -> None:
    for pairs in permutations((("b", "d"), ("d", "c"), ("e", "f"))):
        joined = Joined("fedcba")
        for one, other in pairs:
            joined.join(one, other)
        assert joined.groups() == {"a": "a", "b": "b", "c": "b", "d": "b", "e": "e", "f": "e"}


def test_a_name_that_is_not_there_joins_nothing() -> None:
    joined = Joined("ab")
    joined.join("a", "x")
    joined.join("x", "b")
    assert joined.groups() == {"a": "a", "b": "b"}
