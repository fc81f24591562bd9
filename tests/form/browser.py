"""What the page's tests need: Chromium, a server for the page, and a small relay that answers as told."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

import pytest

from counterpart.sealing.receipt import verify
from counterpart.sealing.signed import canonical, signed_bytes

BITS = 8
#: Switched off: suggestions below the line for addresses, which nobody sees here, and for which each window would
#: load two pages of Chromium's own. Of several such options only the last counts, so Playwright's are repeated.
_FEATURES = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup",
    "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay",
    "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch",
    "TcpPortRandomizationWin", "ThirdPartyStoragePartitioning",
)  # fmt: skip
_TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css"}


def chromium_path() -> str:
    """Where Chromium lies. Without it the test is skipped; where COUNTERPART_ALL is set, it fails."""
    named = os.environ.get("COUNTERPART_CHROMIUM")
    found = named or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        missing(
            "Chromium is missing: install it (Debian and Ubuntu: apt install chromium), "
            "or let COUNTERPART_CHROMIUM name the program."
        )
        raise AssertionError
    return found


@contextmanager
def browser() -> Iterator[Any]:
    """Chromium, without a window that anybody sees."""
    path = chromium_path()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("Playwright is missing: pip install --require-hashes -r scripts/locks/browser.txt")
        raise AssertionError from None
    with sync_playwright() as playwright:
        options = ["--no-sandbox", f"--disable-features={','.join(_FEATURES)}"]
        running = playwright.chromium.launch(executable_path=path, args=options)
        yield running
        running.close()


COLOURS = ["color-contrast", "link-in-text-block"]  # all that differs between light and dark, and takes longest
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Any, part: Literal["everything", "colours", "all but colours"] = "everything") -> list[str]:
    """What axe finds on the page as it is now."""
    try:
        from axe_playwright_python.base import AXE_SCRIPT
    except ImportError:
        missing("axe is missing: pip install --require-hashes -r scripts/locks/browser.txt")
        raise AssertionError from None
    colours = part == "colours"
    options = {
        "runOnly": {"type": "rule", "values": COLOURS} if colours else {"type": "tag", "values": RULES},
        "rules": {rule: {"enabled": part != "all but colours"} for rule in COLOURS},
        "resultTypes": ["violations"],  # what passes is not written down, which takes long
    }
    if not page.evaluate("() => 'axe' in window"):  # once for each page that is loaded, as it takes long
        page.evaluate(f"() => {{ {AXE_SCRIPT}\n }}")  # in a function, so that axe itself does not come back
    found = page.evaluate("async (options) => (await axe.run(document, options)).violations", options)
    return [f"{each['id']}: {node['target']}" for each in found for node in each["nodes"]]


def missing(sentence: str) -> None:
    """Skip the test and say what is missing; fail instead where COUNTERPART_ALL is set."""
    if os.environ.get("COUNTERPART_ALL"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@dataclass(slots=True)
class Relay:
    """A relay's answers, and what it was sent. `down` holds the statuses of its next answers: 503, 429 …"""

    address: str = ""
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)  # file name -> document
    asked: list[bytes] = field(default_factory=list)  # every body that came
    down: list[int] = field(default_factory=list)
    lost: list[bool] = field(default_factory=list)  # the next documents go unanswered; True: they were taken
    refuse: tuple[int, Mapping[str, Any]] | None = None  # the next answer to a document
    status: str = "in the pool"

    def submit(self, body: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        if self.refuse is not None:
            answer, self.refuse = self.refuse, None
            return answer
        document = body["document"]
        work = f"{body['challenge']}:{hashlib.sha256(canonical(document)).hexdigest()}:{body['nonce']}"
        if int.from_bytes(hashlib.sha256(work.encode()).digest(), "big") >> (256 - BITS):
            return 403, {"error": "work", "message": "The work is not done."}
        assert body["website"] == ""
        suffix = {"application": "", "correction": f".{document.get('correction')}", "withdrawal": ".withdrawal"}
        name = document["id"] + suffix[document["kind"]]
        if name in self.taken and self.taken[name] != document:
            return 409, {"error": "id-taken", "message": "There is another document of this name."}
        known = name in self.taken
        self.taken[name] = document
        digest = "sha256:" + hashlib.sha256(canonical(document)).hexdigest()
        answer = {"id": document["id"], "round": document["round"], "digest": digest, "pull_request": 1}
        return 200 if known else 201, {**answer, "received": "2027-01-27T08:00:05Z"}

    def question(self, body: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        first = self.taken.get(body["id"])
        late = abs((datetime.fromisoformat(body["at"]) - datetime.now(UTC)).total_seconds()) > 600
        if first is None or late or not verify(first["receipt"], body["signature"], signed_bytes("status", body)):
            return 403, {"error": "receipt", "message": "There is no application with this id and receipt."}
        corrections = 1 + sum(name.startswith(f"{body['id']}.") and name[11:].isdigit() for name in self.taken)
        status = "withdrawn" if f"{body['id']}.withdrawal" in self.taken else self.status
        return 200, {"status": status, "corrections": corrections}


@contextmanager
def serving(folder: Path, relay: Relay) -> Iterator[str]:
    """Serve *folder* and the relay from one free port of this machine; the address."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

        def answer(self, status: int, content: bytes, type: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def say(self, answer: tuple[int, Mapping[str, Any]]) -> None:
            self.answer(answer[0], json.dumps(answer[1]).encode(), "application/json")

        def do_GET(self) -> None:
            if self.path == "/v1/challenge":
                if relay.down:
                    self.say((relay.down.pop(0), {"error": "busy", "message": "Busy."}))
                else:
                    self.say((200, {"challenge": "1900000000.abc", "bits": BITS}))
                return
            path = folder / self.path.partition("?")[0].lstrip("/")
            path = path / "index.html" if path.is_dir() else path
            if path.is_file():
                self.answer(200, path.read_bytes(), _TYPES.get(path.suffix, "application/octet-stream"))
            else:
                self.answer(404, b"", "text/plain")

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            relay.asked.append(content)
            body = json.loads(content)
            if relay.lost and self.path == "/v1/submissions":
                if relay.lost.pop(0):
                    relay.submit(body)
                self.close_connection = True
                return
            self.say(relay.submit(body) if self.path == "/v1/submissions" else relay.question(body))

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
