"""This engine beside rustworkx, NetworkX and a greedy pairing, on the same rounds, in one run.

Times are the best of a few runs in a process of their own, in seconds; what counts is their ratio. Ours
includes points, all priorities, the tie-break, the check that the answer is unique, and the certificate;
theirs includes scoring all pairs, and the three priorities packed into one weight.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from _round import peak_memory, synthetic_pool

SIZES = (100, 200, 400, 700, 1162, 2000, 5000, 10000, 30000)
#: The largest size that each way is asked to do without --all; beyond, it takes minutes or gigabytes.
LARGEST = {"ours": 30000, "verify": 30000, "one pass": 30000, "greedy": 5000, "rustworkx": 2000, "networkx": 200}


def main() -> int:
    """Run the ways on the sizes, write results, table and plot, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[s for s in SIZES if s <= 10000])
    parser.add_argument("--all", action="store_true", help="do the slow ones, too")
    parser.add_argument(
        "--runs", type=int, default=3, help="for what takes under a few seconds (default: %(default)s)"
    )
    parser.add_argument("--out", type=Path, default=Path("build/bench"))
    parser.add_argument("--one", nargs=2, metavar=("WAY", "SIZE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(WAYS[options.one[0]](int(options.one[1]))))
        return 0
    results: dict[int, dict[str, dict[str, float]]] = {}
    for size in options.sizes:
        results[size] = {}
        for way in WAYS:
            if size > LARGEST[way] and not options.all:
                continue
            results[size][way] = best(way, size, options.runs)
            print(f"{size:>6} people  {way:<10} {results[size][way]}", file=sys.stderr, flush=True)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "matching.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    text = table(results)
    (options.out / "matching.md").write_text(text, encoding="utf-8")
    plot(results, options.out / "matching.svg")
    print(text)
    return 0


def best(way: str, size: int, runs: int) -> dict[str, float]:
    """The fastest of some runs, each in a process of its own."""
    found: dict[str, float] = {}
    for _ in range(runs):
        done = subprocess.run(
            [sys.executable, __file__, "--one", way, str(size)], capture_output=True, text=True, check=True
        )
        one = json.loads(done.stdout)
        if not found or one["seconds"] < found["seconds"]:
            found = one
        if one["seconds"] > 5:
            break
    return found


def ours(size: int) -> dict[str, float]:
    """Propose pairs: everything that `match` does between reading and writing."""
    from counterpart.pairing.proposal import propose

    pool = synthetic_pool(size)
    began = time.perf_counter()
    made = propose(pool)
    seconds = time.perf_counter() - began
    assert made.verdict.optimal and made.unique
    people, below, points = made.verdict.weight
    return {"seconds": seconds, "people": people, "below": -below, "points": points, "MiB": peak_memory()}


def verified(size: int) -> dict[str, float]:
    """Check a proposal over all pairs."""
    from counterpart.matching import verify
    from counterpart.pairing.graph import PoolGraph
    from counterpart.pairing.proposal import propose
    from counterpart.pairing.what_if import matching_pairs

    pool = synthetic_pool(size)
    made = propose(pool)
    began = time.perf_counter()
    graph = PoolGraph(pool, columns=3)
    mates = [-1] * graph.n
    for a, b in matching_pairs(made.proposal, graph):
        mates[graph.place[a]], mates[graph.place[b]] = graph.place[b], graph.place[a]
    verdict = verify(graph, mates, made.certificate)
    seconds = time.perf_counter() - began
    assert verdict.optimal
    return {"seconds": seconds}


def one_pass(size: int) -> dict[str, float]:
    """Compute all weights of all pairs once: the least that any proof must do."""
    from counterpart.pairing.graph import PoolGraph

    pool = synthetic_pool(size)
    began = time.perf_counter()
    graph = PoolGraph(pool, columns=3)
    for chunk in graph.chunks(0, 3):
        assert chunk.allowed is not None
    return {"seconds": time.perf_counter() - began}


def listed(size: int):  # type: ignore[no-untyped-def]
    """All allowed pairs and their three columns in one weight that keeps their order."""
    import numpy as np

    from counterpart.pairing.graph import PoolGraph

    graph = PoolGraph(synthetic_pool(size), columns=3)
    spans = [(size + 2) * bound for bound in graph.bounds]
    edges, weights = [], []
    for chunk in graph.chunks(0, 3):
        where = np.nonzero(chunk.allowed)
        paired, below, points = (np.asarray(w)[where].astype(np.int64) for w in chunk.weights)
        weights.append((paired * spans[1] + below) * spans[2] + points)
        edges.append(np.column_stack((chunk.tails[where[0], 0], chunk.heads[0, where[1]])))
    return graph, np.concatenate(edges), np.concatenate(weights)


def totals(graph, pairs) -> dict[str, float]:  # type: ignore[no-untyped-def]
    """What the pairs come to, by priority."""
    import numpy as np

    array = np.array(sorted(pairs)).reshape(-1, 2)
    weights, _ = graph.look(array[:, 0], array[:, 1], 0, 3)
    people, below, points = (int(column.sum()) for column in weights.T)
    return {"people": people, "below": -below, "points": points}


def rustworkx_(size: int) -> dict[str, float]:
    """rustworkx on all pairs."""
    import rustworkx

    began = time.perf_counter()
    graph, edges, weights = listed(size)
    other = rustworkx.PyGraph(multigraph=False)
    other.add_nodes_from(range(graph.n))
    other.add_edges_from(list(zip(edges[:, 0].tolist(), edges[:, 1].tolist(), weights.tolist(), strict=True)))
    pairs = rustworkx.max_weight_matching(other, weight_fn=int)
    seconds = time.perf_counter() - began
    return {"seconds": seconds, **totals(graph, pairs), "MiB": peak_memory()}


def networkx_(size: int) -> dict[str, float]:
    """NetworkX on all pairs."""
    import networkx

    began = time.perf_counter()
    graph, edges, weights = listed(size)
    other = networkx.Graph()
    for (a, b), weight in zip(edges.tolist(), weights.tolist(), strict=True):
        other.add_edge(a, b, weight=weight)
    pairs = networkx.max_weight_matching(other)
    seconds = time.perf_counter() - began
    return {"seconds": seconds, **totals(graph, pairs), "MiB": peak_memory()}


def greedy(size: int) -> dict[str, float]:
    """The heaviest pair first, then the next that is free."""
    import numpy as np

    began = time.perf_counter()
    graph, edges, weights = listed(size)
    free, pairs = [True] * graph.n, []
    for i in np.argsort(-weights, kind="stable").tolist():
        a, b = edges[i].tolist()
        if free[a] and free[b]:
            free[a] = free[b] = False
            pairs.append((a, b))
    return {"seconds": time.perf_counter() - began, **totals(graph, pairs), "MiB": peak_memory()}


WAYS = {
    "ours": ours,
    "verify": verified,
    "one pass": one_pass,
    "greedy": greedy,
    "rustworkx": rustworkx_,
    "networkx": networkx_,
}


def table(results: dict[int, dict[str, dict[str, float]]]) -> str:
    """A table in Markdown: seconds of each way, ours in times, and what greedy loses."""
    lines = [
        "| people | ours, s | MiB | verify, s | one pass, s | rustworkx, s | times | NetworkX, s | times "
        "| greedy, s | greedy: points lost | greedy: people more below the mark |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for size, ways in results.items():
        mine = ways["ours"]
        cells = [f"{size:,}", f"{mine['seconds']:.2f}", f"{mine['MiB']:.0f}"]
        for way in ("verify", "one pass"):
            cells.append(f"{ways[way]['seconds']:.2f}" if way in ways else "")
        for way in ("rustworkx", "networkx"):
            if way in ways:
                same = all(ways[way][key] == mine[key] for key in ("people", "below", "points"))
                cells += [
                    f"{ways[way]['seconds']:.1f}",
                    f"{ways[way]['seconds'] / mine['seconds']:.0f}" + ("" if same else " (another total)"),
                ]
            else:
                cells += ["", ""]
        if "greedy" in ways:
            lost = 1 - ways["greedy"]["points"] / mine["points"] if mine["points"] else 0
            cells += [
                f"{ways['greedy']['seconds']:.2f}",
                f"{100 * lost:.1f} %",
                f"{ways['greedy']['below'] - mine['below']:.0f}",
            ]
        else:
            cells += ["", "", ""]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def plot(results: dict[int, dict[str, dict[str, float]]], path: Path) -> None:
    """Seconds against people, both in powers of ten."""
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4.5))
    for way, mark in zip(WAYS, "oxs^Dv", strict=True):
        points = [(size, ways[way]["seconds"]) for size, ways in results.items() if way in ways]
        if points:
            axes.loglog(*zip(*points, strict=True), marker=mark, label=way)
    axes.set_xlabel("people")
    axes.set_ylabel("seconds")
    axes.grid(True, which="major", alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path)


if __name__ == "__main__":
    sys.exit(main())
