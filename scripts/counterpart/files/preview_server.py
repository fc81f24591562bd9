"""Pages for one person's browser, from memory: nothing of them is ever in a file, whoever kills the process."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_TYPES = {"html": "text/html; charset=utf-8", "ics": "text/calendar; charset=utf-8"}


@contextmanager
def shown(pages: Mapping[str, str]) -> Iterator[str]:
    """Serve *pages*, by the names of their files, on this machine only; the address, which nobody can guess."""
    secret = secrets.token_urlsafe(24)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            folder, _, name = self.path.removeprefix("/").partition("/")
            text = pages.get(name or "index.html")
            if text is None or not secrets.compare_digest(folder.encode(), secret.encode()):
                self.send_error(404)
                return
            content = text.encode("utf-8")
            self.send_response(200)
            self.send_header("Content-Type", _TYPES.get(name.rpartition(".")[2], _TYPES["html"]))
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("Referrer-Policy", "no-referrer")
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/{secret}/index.html"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
