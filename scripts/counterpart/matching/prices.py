"""What a pair that is not in the best matching would cost at least, read off a certificate.

A matching falls short of the certificate's bound by the slacks of its pairs together (prices minus weight) and by
what it leaves unused of the other prices, none of which is below zero. So a matching that holds a pair falls short
by at least that pair's slack. No matching is solved for here, and the solver is not imported.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .certificate import Certificate, Cover
from .graph import Pairs

_LOOK = 6  # times as many pairs looked at exactly as are asked for: the quick look leaves small sets out


def nearest(
    graph: Pairs, certificate: Certificate, count: int
) -> Iterator[tuple[int, list[tuple[int, tuple[int, ...]]]]]:
    """For each vertex, in turn, at most *count* allowed partners with the least slacks: (partner, least price).

    A least price says how far any matching with the pair in it falls short of the bound, at least: whole numbers
    to be compared in dictionary order, one for each column. It ends after a number that had to be rounded up,
    because nothing is known of the columns after it. The chunks of *graph* must be blocks; one pass over them.
    """
    cover = Cover(graph.n, certificate, graph.bounds)
    for chunk in graph.chunks(0, graph.columns, both=True):
        slack = np.array(np.broadcast_to(cover.slack(chunk), (len(chunk.tails), graph.n)))
        never = _never(slack)
        if chunk.allowed is not None:
            slack[~chunk.allowed] = never
        few = min(count * _LOOK, graph.n)
        columns = np.argpartition(slack, few - 1, axis=1)[:, :few]
        for row, tail in enumerate(chunk.tails.ravel().tolist()):
            heads = np.sort(columns[row][slack[row, columns[row]] < never]).astype(np.int64)
            tails = np.full(len(heads), tail, dtype=np.int64)
            exact = slack[row, heads] + cover.shared(tails, heads)
            order = np.argsort(exact, kind="stable")[:count]
            yield (
                tail,
                [
                    (int(heads[i]), _rounded(_unpacked(int(exact[i]), cover.multipliers), certificate.scale))
                    for i in order
                ],
            )


def _never(slack: Any) -> int:
    return int(max(slack.max(initial=0), 0)) + 1


def _unpacked(value: int, multipliers: Sequence[int]) -> list[int]:
    """The list of integers that was packed into *value*: each is smaller than half of what its place holds."""
    numbers = []
    for multiplier in multipliers:
        number = (2 * value + multiplier) // (2 * multiplier)  # to the nearest whole multiple
        numbers.append(number)
        value -= number * multiplier
    return numbers


def _rounded(slack: Sequence[int], scale: int) -> tuple[int, ...]:
    known = []
    for number in slack:
        known.append(-(-number // scale))
        if number % scale:
            break
    return tuple(known)
