"""What benchmarks share: a made-up pool for which nothing is sealed, memory, and a port of this machine."""

from __future__ import annotations

import socket
import sys
import time

from counterpart.model import Decisions
from counterpart.pairing.pool import Pool, assemble
from counterpart.world.zones import offset


def synthetic_pool(people: int, seed: int = 1) -> Pool:
    """The pool of a sample round: the same people that `counterpart sample` writes down."""
    from counterpart.sample.write import sample_values

    settings, applicants, roll = sample_values("2027-1", people=people, countries=min(people, 95), seed=seed)
    return assemble(settings, applicants, roll, Decisions(round=settings.id), offset)


def peak_memory() -> float:
    """The most memory that this process has used, in MiB."""
    try:
        import resource
    except ImportError:  # Windows has no such counter in the standard library
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def wait_for(port: int) -> None:
    """Until somebody listens at the port."""
    for _ in range(100):
        with socket.socket() as other:
            if other.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit("The mail server did not begin.")
