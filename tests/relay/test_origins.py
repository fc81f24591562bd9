"""What a page of another site may send to the relay, and read of its answers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
from tests.relay.test_relay import BITS, NOW, SECRET

from counterpart.forge.host import Busy
from counterpart.intake.relay.app import Relay, application
from counterpart.intake.relay.service import Service

PAGE = "https://www.example.org"


class Full:
    """A host that asks for patience."""

    async def read(self, path: str, branch: str | None = None) -> bytes | None:
        raise Busy(45)


def asked(origin: str) -> httpx.Response:
    """What the relay answers to a status asked from a page of *origin*."""
    forge: Any = Full()
    relay = Relay(Service(forge, lambda: NOW), SECRET, lambda: NOW, BITS)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(application(relay, origins=[PAGE]))
        async with httpx.AsyncClient(transport=transport, base_url="http://relay") as http:
            question = {"round": "2027-1", "id": "7GQ2MK4XHN", "at": "2027-02-03T04:05:06Z", "signature": "A"}
            return await http.post("/v1/status", json=question, headers={"origin": origin})

    return asyncio.run(ask())


def allowed(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.startswith("access-control-")}


def test_a_page_of_a_named_site_may_read_when_to_try_again() -> None:
    answer = asked(PAGE)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "45")
    assert allowed(answer.headers) == {
        "access-control-allow-origin": PAGE,
        "access-control-expose-headers": "retry-after",
    }


def test_a_page_of_another_site_may_read_nothing() -> None:
    assert "access-control-allow-origin" not in allowed(asked("https://elsewhere.example.org").headers)
