"""How much may still be written to a host that counts: so many requests a minute, so many an hour.

Every request that writes is counted, answered or not. The host's own count is not asked for: it tells none of
this one, and whoever goes on after being refused is shut out for longer.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable

from counterpart.forge.host import Busy

#: seconds -> requests that create content, as the host publishes its limits
LIMITS = ((60.0, 80), (3600.0, 500))
#: What may wait leaves this share of each limit to what may not.
RESERVE = 0.5


class Budget:
    """The requests of the last hour, as the clock says, and how many may follow."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """*clock*: seconds, from any beginning."""
        self._clock = clock
        self._spent: deque[float] = deque()
        self._closed_until = -math.inf

    def spend(self, requests: int) -> None:
        """Count *requests* that are made now."""
        self._spent.extend([self._clock()] * requests)

    def close(self, seconds: float) -> None:
        """The host refuses for so long, whatever we counted."""
        self._closed_until = max(self._closed_until, self._clock() + seconds)

    def check(self, requests: int, *, left_over: bool = False) -> None:
        """Busy when so many may not be made now; *left_over*: by what may wait."""
        wait = self.wait(requests, left_over=left_over)
        if wait:
            raise Busy(wait)

    def wait(self, requests: int, *, left_over: bool = False) -> int:
        """The whole seconds until so many may be made: 0 for now."""
        now = self._clock()
        while self._spent and self._spent[0] <= now - LIMITS[-1][0]:
            self._spent.popleft()
        ends = [now, self._closed_until]
        for seconds, limit in LIMITS:
            most = int(limit * RESERVE) if left_over else limit
            within = [moment for moment in self._spent if moment > now - seconds]
            over = len(within) + requests - most
            if over > 0:
                ends.append(within[over - 1] + seconds if over <= len(within) else now + seconds)
        return math.ceil(max(ends) - now)
