"""Chance for synthetic rounds: the same words give the same choices on every machine and Python.

Only ``Random.random()`` is used, whose sequence Python promises to keep, and no function of the platform's
mathematics library.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """A stream of choices that follows from *words* alone; streams with other words are independent."""

    def __init__(self, *words: str | int) -> None:
        self._random = Random("/".join(map(str, words))).random

    def below(self, n: int) -> int:
        """A whole number from 0 to *n* - 1."""
        return int(self._random() * n)

    def between(self, low: int, high: int) -> int:
        """A whole number from *low* to *high*, both included."""
        return low + self.below(high - low + 1)

    def percent(self, share: int) -> bool:
        """True in *share* of a hundred cases."""
        return self.below(100) < share

    def one(self, things: Sequence[T]) -> T:
        """One of *things*, each as likely as the others."""
        return things[self.below(len(things))]

    def weighted(self, things: Sequence[tuple[T, int]]) -> T:
        """One of *things*, each as likely as its weight says."""
        left = self.below(sum(weight for _, weight in things))
        for thing, weight in things:
            left -= weight
            if left < 0:
                return thing
        raise AssertionError("weights are positive")

    def some(self, things: Iterable[tuple[T, int]], n: int) -> list[T]:
        """*n* different ones of *things*, or all if there are fewer, drawn one after another by weight."""
        left = list(things)
        chosen: list[T] = []
        while left and len(chosen) < n:
            thing = self.weighted(left)
            chosen.append(thing)
            left = [pair for pair in left if pair[0] != thing]
        return chosen

    def shuffled(self, things: Iterable[T]) -> list[T]:
        """All of *things* in an order of chance."""
        result = list(things)
        for i in range(len(result) - 1, 0, -1):
            j = self.below(i + 1)
            result[i], result[j] = result[j], result[i]
        return result

    def bytes(self, n: int) -> bytes:
        """*n* bytes."""
        return bytes(self.below(256) for _ in range(n))

    def text(self, alphabet: str, n: int) -> str:
        """*n* characters of *alphabet*."""
        return "".join(self.one(alphabet) for _ in range(n))
