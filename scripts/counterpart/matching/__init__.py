"""The best matching of any graph, and its proof: knows nothing of people.

>>> from counterpart.matching import Graph, solve, verify
>>> path = Graph(4, [(0, 1), (1, 2), (2, 3)], [2, 5, 2])
>>> solution = solve(path)
>>> solution.mates
(-1, 2, 1, -1)
>>> verify(path, solution.mates, solution.certificate).optimal
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .certificate import Certificate, Verdict, verify
from .graph import Chunk, Graph, GraphError, Pairs

if TYPE_CHECKING:
    from .optimum import Limits
    from .prices import nearest
    from .solver import Solution, solve

__all__ = [
    "Certificate",
    "Chunk",
    "Graph",
    "GraphError",
    "Limits",
    "Pairs",
    "Solution",
    "Verdict",
    "nearest",
    "solve",
    "verify",
]


def __getattr__(name: str) -> Any:
    # Whoever only verifies never loads the solver: the proof must not depend on it in any way.
    if name in ("Solution", "solve"):
        from . import solver

        return getattr(solver, name)
    if name == "nearest":
        from .prices import nearest

        return nearest
    if name == "Limits":
        from .optimum import Limits

        return Limits
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
