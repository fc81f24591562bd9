"""What may be paired with what, and what each pair weighs: integers only, nothing about people.

A graph is given in one of two ways. ``Graph`` lists its edges. Anything else that satisfies ``Pairs``
may compute them on the fly, a block at a time, so that fifty million pairs need no fifty million rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Integers: TypeAlias = NDArray[Any]  # int64, or Python integers (dtype object) where int64 is too narrow
Mask: TypeAlias = NDArray[np.bool_]


class GraphError(ValueError):
    """The graph that was asked for cannot be: floats, loops, duplicate edges, wrong shapes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Some of the pairs. All arrays broadcast together to one shape: (m,) for a list, (r, c) for a block.

    ``weights`` holds one array for each column that was asked for; ``allowed`` says which pairs exist.
    """

    tails: Integers
    heads: Integers
    weights: tuple[Integers, ...]
    allowed: Mask | None = None


class Chunks(Protocol):
    """All allowed pairs of ``n`` vertices, with an integer weight each in every column, to be read in chunks."""

    @property
    def n(self) -> int:
        """The number of vertices."""

    @property
    def bounds(self) -> tuple[int, ...]:
        """For each column a number that no weight exceeds in absolute value."""

    def chunks(self, first: int, last: int, *, both: bool = False) -> Iterator[Chunk]:
        """Every allowed pair once (from both its ends if *both*), with the columns first, …, last - 1.

        With *both*, all pairs of one tail come in the same chunk.
        """


class Pairs(Chunks, Protocol):
    """Pairs in chunks, ``columns`` weights each, the most important first, that can be looked up, too."""

    @property
    def columns(self) -> int:
        """The number of weights of each pair."""

    def look(self, tails: Integers, heads: Integers, first: int, last: int) -> tuple[Integers, Mask]:
        """The columns first, …, last - 1 of these pairs, shape (m, last - first), and which are allowed."""


class Graph:
    """A graph as a list of edges.

    *edges*: integers of shape (m, 2), vertices 0 … n - 1, no loop, no edge twice in either direction.
    *weights*: integers of shape (m,), or (m, k) for k priorities, the most important first; any size
    and sign. Raises ``GraphError`` for anything else; floats are refused, never rounded.
    """

    __slots__ = ("_keys", "bounds", "columns", "heads", "n", "tails", "weights")

    def __init__(self, n: int, edges: ArrayLike, weights: ArrayLike) -> None:
        if isinstance(n, bool) or not isinstance(n, int) or n < 0:
            raise GraphError(f"n must be a whole number of vertices, 0 or more, not {n!r}.")
        low, high = _ends(n, edges)
        values = _weights(weights, len(low))
        if (low == high).any():
            loop = int(low[low == high][0])
            raise GraphError(f"an edge must join two different vertices; vertex {loop} has a loop.")
        order = np.lexsort((high, low))
        keys = low[order] * n + high[order]
        if (keys[1:] == keys[:-1]).any():
            twice = int(keys[1:][keys[1:] == keys[:-1]][0])
            raise GraphError(f"each edge must be given once; ({twice // n}, {twice % n}) comes twice.")
        self.n = n
        self.tails, self.heads, self.weights = low[order], high[order], values[order]
        self.columns = int(values.shape[1])
        self.bounds = tuple(int(max(abs(c.max()), abs(c.min()))) if len(c) else 0 for c in values.T)
        self._keys = keys

    def chunks(self, first: int, last: int, *, both: bool = False) -> Iterator[Chunk]:
        """Every edge, in one chunk."""
        tails, heads, weights = self.tails, self.heads, self.weights[:, first:last]
        if both:
            tails, heads = np.concatenate((tails, heads)), np.concatenate((heads, tails))
            weights = np.concatenate((weights, weights))
        yield Chunk(tails=tails, heads=heads, weights=tuple(weights.T))

    def look(self, tails: Integers, heads: Integers, first: int, last: int) -> tuple[Integers, Mask]:
        """The weights of these pairs, and which of them are edges; O(m log m)."""
        wanted = np.minimum(tails, heads) * self.n + np.maximum(tails, heads)
        place = np.searchsorted(self._keys, wanted)
        place[place == len(self._keys)] = 0
        if len(self._keys) == 0:
            return np.zeros((len(wanted), last - first), np.int64), np.zeros(len(wanted), np.bool_)
        return self.weights[place, first:last], self._keys[place] == wanted


def listed(chunk: Chunk, where: Mask) -> tuple[Integers, Integers, tuple[Integers, ...]]:
    """The tails, heads and weights of the chunk's pairs at which *where* holds, as plain lists."""
    shape = where.shape
    return (
        np.broadcast_to(chunk.tails, shape)[where],
        np.broadcast_to(chunk.heads, shape)[where],
        tuple(np.broadcast_to(w, shape)[where] for w in chunk.weights),
    )


def packed(weights: Sequence[Integers], multipliers: Sequence[int], *, wide: bool) -> Integers:
    """One integer for several: the sum of ``weights[i] * multipliers[i]``, exact.

    *wide*: the sum may not fit 64 bits, so use Python's integers.
    """
    kind = object if wide else np.int64
    total: Integers | None = None
    for weight, multiplier in zip(weights, multipliers, strict=True):
        part = weight if weight.dtype == object else weight.astype(np.int64, copy=False)
        part = part.astype(kind, copy=False)
        part = part * multiplier if multiplier != 1 else part
        total = part if total is None else total + part
    assert total is not None
    return total


def _ends(n: int, edges: ArrayLike) -> tuple[Integers, Integers]:
    """The smaller and the larger end of each edge, shape (m,) each."""
    pairs = _integers(edges, "edges")
    if pairs.size == 0:
        pairs = pairs.reshape(0, 2).astype(np.int64)
    if pairs.ndim != 2 or pairs.shape[1] != 2:
        raise GraphError(f"edges must have the shape (m, 2), not {pairs.shape}.")
    if len(pairs) == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    if pairs.min() < 0 or pairs.max() >= n:
        raise GraphError(f"edges must join vertices from 0 to {n - 1}.")
    return pairs.min(axis=1).astype(np.int64), pairs.max(axis=1).astype(np.int64)


def _weights(weights: ArrayLike, edges: int) -> Integers:
    """The weights of so many *edges*, shape (m, k)."""
    values = _integers(weights, "weights")
    if values.ndim == 1:
        values = values.reshape(-1, 1)
    if values.ndim != 2 or len(values) != edges or values.shape[1] == 0:
        raise GraphError(f"weights must have the shape ({edges},) or ({edges}, k), not {np.shape(weights)}.")
    return values


def _integers(values: ArrayLike, name: str) -> Integers:
    array = np.asarray(values)
    if array.size == 0:
        return array.astype(np.int64)
    if array.dtype == object and all(type(v) is int for v in array.ravel()):
        return array
    if array.dtype.kind == "f":
        raise GraphError(f"{name} must be integers, not floats: a rounded weight proves nothing.")
    if array.dtype.kind not in "iu":
        raise GraphError(f"{name} must be integers, not {array.dtype}.")
    if array.dtype == np.uint64:
        return array.astype(object)
    return array.astype(np.int64)
