"""What ``rehearse`` says first: how many pairs would stay, go and come."""

from __future__ import annotations

from dataclasses import replace

import pytest

from counterpart.cli.rehearse import _show
from counterpart.pairing.proposal import propose
from counterpart.pairing.rehearse import rehearse
from counterpart.pairing.rehearse_round import Rehearsed
from tests.people import crowd

SOME = crowd(5, 8)
PAIR = ("000000000A", "000000000B")


@pytest.mark.parametrize(
    ("gone", "come", "sentence"),
    [
        ((), (), "Nothing would change: the same pairs are the best under these settings too."),
        ((), (PAIR,), "3 pairs would stay, 0 pairs would be undone, and 1 would be new."),
        ((PAIR,), (), "3 pairs would stay, 1 pair would be undone, and 0 would be new."),
    ],
)
def test_a_pair_that_only_comes_or_only_goes_is_a_change(
    gone: tuple[tuple[str, str], ...],
    come: tuple[tuple[str, str], ...],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = replace(rehearse(SOME, SOME, propose(SOME).proposal), stay=3, gone=gone, come=come)
    _show(Rehearsed(rehearsal=found), found)
    assert capsys.readouterr().out.splitlines()[0] == sentence
