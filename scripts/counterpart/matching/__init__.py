"""The best matching of any graph, and its proof: knows nothing of people.

>>> from counterpart.matching import Graph, solve, verify
>>> path = Graph(4, [(0, 1), (1, 2), (2, 3)], [2, 5, 2])
>>> solution = solve(path)
>>> solution.mates
(-1, 2, 1, -1)
>>> verify(path, solution.mates, solution.certificate).optimal
True
"""

from .certificate import Certificate, Verdict, verify
from .graph import Chunk, Graph, GraphError, Pairs
from .optimum import Limits
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
    "solve",
    "verify",
]
