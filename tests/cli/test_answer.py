"""What the verbs share when they answer in prose."""

from __future__ import annotations

from counterpart.cli.answer import some


def test_of_many_only_the_first_are_shown_and_it_is_said_how_many_more_there_are() -> None:
    ids = [f"P{number}" for number in range(1_030)]
    assert some(ids[:3]) == "P0, P1, P2"
    assert some(ids[:20]) == ", ".join(ids[:20])
    assert some(ids[:21]) == ", ".join(ids[:20]) + " and 1 more"
    assert some(ids, 2, "; ") == "P0; P1 and 1,028 more"
