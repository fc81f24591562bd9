"""The relay on HTTP. Nothing of a request is logged: no body, no address, no path."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from counterpart.findings import UsageError
from counterpart.forge.host import Busy, Down
from counterpart.intake.relay import work
from counterpart.intake.relay.limits import Limits
from counterpart.intake.relay.service import Answer, Service, error
from counterpart.moments import moment_text
from counterpart.rounds.build import Data
from counterpart.rounds.submission import LARGEST, parse_json
from counterpart.sealing.signed import canonical

#: The whole body, which holds the document and its proof of work, in bytes; and how long it may take to come.
BODY, SECONDS = LARGEST + 1024, 20.0

_log = logging.getLogger("counterpart.relay")
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
}
_TOO_LARGE = error(413, "too-large", "This is larger than any application; nothing was kept.")
_TOO_SLOW = error(408, "too-slow", "The connection was too slow. Try again, or save the file and send it by mail.")
_NO_JSON = error(400, "submission-form", "This is not what the application form sends. Load the page anew.")
_NO_WORK = error(403, "work-missing", "The proof of work is missing or too old. Send it again.")


class _Refuse(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


class Relay:
    """The addresses of the relay, each with what it does."""

    def __init__(
        self, service: Service, secret: bytes, clock: Callable[[], datetime], bits: int = work.BITS
    ) -> None:
        """*secret*: 32 bytes that only this relay knows; *clock*: the moment in UTC."""
        self.service, self.secret, self.clock, self.bits = service, secret, clock, bits
        self.limits = Limits(secret)

    async def challenge(self, _: Request) -> Response:
        """What work is to be done for."""
        now = int(self.clock().timestamp())
        return JSONResponse({"challenge": work.challenge(self.secret, now), "bits": self.bits})

    async def submit(self, request: Request) -> Response:
        """Take one document."""
        return await self._answered(request, self._submit)

    async def status(self, request: Request) -> Response:
        """Tell the holder of a receipt how far the application is."""
        return await self._answered(request, self.service.status)

    async def _submit(self, sent: Data) -> Answer:
        document = sent.get("document")
        if not isinstance(document, dict) or document.get("kind") not in (
            "application",
            "correction",
            "withdrawal",
            "response",
        ):
            return _NO_JSON
        try:
            digest = hashlib.sha256(canonical(document)).hexdigest()
        except ValueError:  # half of a character, or a number beyond all bounds
            return _NO_JSON
        now = int(self.clock().timestamp())
        if not work.is_done(self.secret, now, sent.get("challenge"), sent.get("nonce"), digest, self.bits):
            return _NO_WORK
        if sent.get("website"):  # no person sees this field; a program that fills it learns nothing
            body = {"id": document.get("id"), "round": document.get("round"), "digest": f"sha256:{digest}"}
            return Answer(status=201, body=body | {"received": moment_text(self.clock()), "pull_request": None})
        return await self.service.submit(document)

    async def _answered(self, request: Request, do: Callable[[Data], Awaitable[Answer]]) -> Response:
        try:
            answer = await self._done(request, do)
        except _Refuse as refused:
            answer = refused.answer
        except Busy as busy:
            answer = error(503, "busy", "Many people are applying just now. The page tries again by itself.")
            answer = Answer(status=503, body=answer.body, retry=busy.seconds)
        except (Down, UsageError):
            answer = error(503, "down", "It could not be kept just now. The page tries again by itself.")
            answer = Answer(status=503, body=answer.body, retry=30)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as wrong:
            _log.error("a bug: %s", type(wrong).__name__)  # never its words, which may hold what was sent
            answer = error(500, "bug", "This is a bug of ours. Save the file and send it by mail.")
        headers = {"cache-control": "no-store"}
        if answer.retry is not None:
            headers["retry-after"] = str(answer.retry)
        return JSONResponse(dict(answer.body), status_code=answer.status, headers=headers)

    async def _done(self, request: Request, do: Callable[[Data], Awaitable[Answer]]) -> Answer:
        address = request.client.host if request.client else ""
        wait = self.limits.wait(address, self.clock().timestamp())
        if wait is not None:
            answer = error(429, "too-often", "Your network sends too much. The page tries again by itself.")
            return Answer(status=429, body=answer.body, retry=wait)
        try:
            async with asyncio.timeout(SECONDS):
                body = await _body(request)
        except TimeoutError:
            raise _Refuse(_TOO_SLOW) from None
        sent = parse_json(body)
        return _NO_JSON if sent is None else await do(sent)


async def _body(request: Request) -> bytes:
    """The body, counted as it comes: what a client says of its length is not believed."""
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > BODY:
            raise _Refuse(_TOO_LARGE)
    return bytes(parts)


def application(relay: Relay, *, origins: Sequence[str] = (), site: Path | None = None) -> ASGIApp:
    """The ASGI application. *origins*: of pages that may send; *site*: a folder to show, on the same origin."""

    async def health(_: Request) -> Response:
        return Response("ok\n", media_type="text/plain")

    routes: list[Any] = [
        Route("/health", health),
        Route("/v1/challenge", relay.challenge),
        Route("/v1/submissions", relay.submit, methods=["POST"]),
        Route("/v1/status", relay.status, methods=["POST"]),
    ]
    if site is not None:
        routes.append(Mount("/", StaticFiles(directory=site, html=True)))
    cors = Middleware(
        CORSMiddleware,
        allow_origins=list(origins),
        allow_methods=["GET", "POST"],
        allow_headers=["content-type"],
        expose_headers=["retry-after"],  # without it, a page of another origin cannot read when to try again
    )
    app = Starlette(routes=routes, middleware=[cors])

    async def with_headers(scope: Scope, receive: Receive, send: Send) -> None:
        async def more(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
                message = {**message, "headers": [*message.get("headers", []), *headers]}
            await send(message)

        await app(scope, receive, more)

    return with_headers
