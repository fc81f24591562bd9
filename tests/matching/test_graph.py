"""What a graph accepts, and what it says when it does not."""

from __future__ import annotations

import numpy as np
import pytest

from counterpart.matching import Graph, GraphError, solve


@pytest.mark.parametrize(
    ("n", "edges", "weights", "message"),
    [
        (2, [(0, 1)], [1.5], "weights must be integers, not floats: a rounded weight proves nothing."),
        (2, [(0.0, 1.0)], [1], "edges must be integers, not floats: a rounded weight proves nothing."),
        (2, [(0, 1)], [True], "weights must be integers, not bool."),
        (2, [(1, 1)], [1], "an edge must join two different vertices; vertex 1 has a loop."),
        (3, [(0, 1), (1, 0)], [1, 2], "each edge must be given once; (0, 1) comes twice."),
        (2, [(0, 2)], [1], "edges must join vertices from 0 to 1."),
        (2, [(-1, 1)], [1], "edges must join vertices from 0 to 1."),
        (2, [0, 1], [1], "edges must have the shape (m, 2), not (2,)."),
        (2, [(0, 1)], [1, 2], "weights must have the shape (1,) or (1, k), not (2,)."),
        (-1, [], [], "n must be a whole number of vertices, 0 or more, not -1."),
        (2.0, [], [], "n must be a whole number of vertices, 0 or more, not 2.0."),
    ],
)
def test_what_is_no_graph_is_refused_in_a_sentence(n: int, edges: list, weights: list, message: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(GraphError) as refusal:
        Graph(n, edges, weights)

    assert str(refusal.value) == message


def test_no_vertices_and_no_edges_are_a_graph() -> None:
    assert solve(Graph(0, [], [])).mates == ()
    assert solve(Graph(3, [], [])).mates == (-1, -1, -1)
    assert solve(Graph(3, [], [])).verdict.optimal


def test_a_pair_that_would_lower_the_total_is_left_out() -> None:
    assert solve(Graph(2, [(0, 1)], [-1])).mates == (-1, -1)
    assert solve(Graph(2, [(0, 1)], [(0, -1)])).mates == (-1, -1)
    assert solve(Graph(2, [(0, 1)], [(1, -1)])).mates == (1, 0)


def test_weights_of_any_size_are_exact() -> None:
    huge = 10**40
    graph = Graph(4, [(0, 1), (1, 2), (2, 3)], [huge, 2 * huge + 1, huge])

    assert solve(graph).mates == (-1, 2, 1, -1)
    assert solve(Graph(4, [(0, 1), (1, 2), (2, 3)], [huge + 1, 2 * huge + 1, huge + 1])).mates == (1, 0, 3, 2)


def test_unsigned_and_small_integer_types_are_accepted() -> None:
    edges = np.array([[0, 1]], dtype=np.uint8)

    assert solve(Graph(2, edges, np.array([2**63], dtype=np.uint64))).verdict.weight == (2**63,)
    assert solve(Graph(2, edges, np.array([[3, -4]], dtype=np.int16))).verdict.weight == (3, -4)
