"""How often one address may send: a bucket for each, kept in memory under a name that says nothing of it."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass

#: A library's whole staff may share one address, so a bucket is large and fills again quickly.
SIZE, REFILL = 60, 0.2  # documents; documents a second
#: Buckets that are remembered; beyond it, the fullest are forgotten, which only errs on the kind side.
MOST = 10_000


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Limits:
    """The buckets. Names change every day with the secret's, so that none outlives it."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._buckets: dict[bytes, _Bucket] = {}

    def wait(self, address: str, now: float) -> int | None:
        """None if *address* may send at *now*, in seconds, and counts it; else the seconds to wait."""
        named = f"{int(now // 86400)} {_network(address)}"
        name = hmac.new(self._secret, named.encode(), hashlib.sha256).digest()
        bucket = self._buckets.setdefault(name, _Bucket(float(SIZE), now))
        bucket.left = min(float(SIZE), bucket.left + max(0.0, now - bucket.at) * REFILL)
        bucket.at = now
        if len(self._buckets) > MOST:
            for each in sorted(self._buckets, key=lambda n: -self._buckets[n].left)[: MOST // 2]:
                del self._buckets[each]
        if bucket.left < 1:
            return int((1 - bucket.left) / REFILL) + 1
        bucket.left -= 1
        return None


def _network(address: str) -> str:
    """What one sender is known by: an address, or with IPv6, where each has 2⁶⁴ of them, the network."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
