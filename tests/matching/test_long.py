"""What takes too long for every day: thousands of graphs, a hundred thousand small rounds."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from counterpart.pairing.certificate_file import certificate_data
from counterpart.pairing.graph import PoolGraph
from counterpart.pairing.proposal import propose
from counterpart.pairing.verify_proposal import audit
from tests.matching.oracles import best_total
from tests.matching.test_solver import check_large, check_small
from tests.people import crowd

pytestmark = pytest.mark.long


def over(seeds: range, check: Callable[[int], None], figure: str) -> None:
    """Run *check* on each seed and hand the figure to whoever asked for it."""
    for seed in seeds:
        check(seed)
    if where := os.environ.get("COUNTERPART_LONG_RESULT"):
        with Path(where).open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps({"figure": figure, "value": len(seeds)}) + "\n")


def test_thousands_of_small_graphs_against_all_matchings() -> None:
    over(range(1_000_000, 1_020_000), check_small, "graphs of up to 9 vertices equal to the best of all matchings")


def test_thousands_of_larger_graphs_against_a_second_solver() -> None:
    over(range(1_000_000, 1_005_000), check_large, "graphs of 10 to 60 vertices equal to NetworkX")


@pytest.mark.parametrize("part", range(10))
def test_a_hundred_thousand_small_rounds(part: int) -> None:
    start = 2_000_000 + part * 10_000
    figure = "rounds of 1 to 9 people equal to the best of all pairings, and audited"
    over(range(start, start + 10_000), check_round, figure)


def check_round(seed: int) -> None:
    some = crowd(seed, 1 + seed % 9, threes=seed % 5 == 0, acceptable=(0, 150, 260)[seed % 3])
    graph = PoolGraph(some)
    edges = [(v, w) for v, w in combinations(range(graph.n), 2) if not graph.barred(some.ids[v], some.ids[w])]
    array = np.array(edges, dtype=np.int64).reshape(-1, 2)
    weights = [tuple(row) for row in graph.look(array[:, 0], array[:, 1], 0, 5)[0].tolist()]

    made = propose(some)

    assert made.verdict.optimal, seed
    assert made.unique, seed
    assert made.verdict.weight == best_total(graph.n, edges, weights, 5)[:3], seed
    found = audit(some, made.proposal, certificate_data(made.proposal, made.certificate, some.ids))
    assert found.faults == (), seed
