"""A synthetic pool for benchmarks: the sample's people, without sealing anything."""

from __future__ import annotations

import sys

from counterpart.pairing.pool import Pool, assemble
from counterpart.world.zones import offset


def synthetic_pool(people: int, seed: int = 1) -> Pool:
    """The pool of a sample round: the same people that `counterpart sample` writes down."""
    from counterpart.sample.write import sample_values

    settings, applicants, roll = sample_values("2027-1", people=people, countries=min(people, 95), seed=seed)
    return assemble(settings, applicants, roll, None, offset)


def peak_memory() -> float:
    """The most memory that this process has used, in MiB."""
    try:
        import resource
    except ImportError:  # Windows has no such counter in the standard library
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
