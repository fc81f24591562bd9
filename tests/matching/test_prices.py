"""The least prices of pairs, read off a certificate."""

from __future__ import annotations

import pytest

from counterpart.matching import Certificate
from counterpart.matching.prices import nearest
from tests.matching.planted import Blocks, Claim


@pytest.mark.parametrize("sets", [(), (((0, 1, 2), (0, 5)),)], ids=["no set", "a set"])
def test_the_largest_slack_that_there_can_be_comes_apart_into_its_columns(sets) -> None:  # type: ignore[no-untyped-def]
    """Two of the highest prices, the weight as far below zero as any: a later column must not spill over."""
    certificate = Certificate(scale=1, prices=((1, 9), (1, 9), (0, 0)), sets=sets)
    claim = Claim(n=3, columns=2, weight_of={(0, 1): (0, -9)}, mates=(1, 0, -1), certificate=certificate)
    most = (2, 27 + 5 * len(sets))

    assert list(nearest(Blocks(claim), certificate, 2)) == [(0, [(1, most)]), (1, [(0, most)]), (2, [])]
