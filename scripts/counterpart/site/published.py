"""What a site shows, read as a visitor's browser would: to be compared with what it should show."""

from __future__ import annotations

import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any

#: More than any file of a page holds, in bytes; and how long one may take, in seconds.
LARGEST, SECONDS = 4 * 1024 * 1024, 30


def read(site: str, path: str) -> bytes | str:
    """The file *path* of the *site*, a folder or an address; or why it cannot be read, as half a sentence."""
    if "://" not in site:
        return _from_folder(Path(site), path)
    # People open the folder, not index.html; a host may give other bytes for either.
    return _from_web(f"{site.rstrip('/')}/{path.removesuffix('index.html')}")


def _from_folder(folder: Path, path: str) -> bytes | str:
    try:
        return folder.joinpath(*path.split("/")).read_bytes()
    except FileNotFoundError:
        return "is not there"
    except OSError:
        return "cannot be read"


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: the page would then be another's."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _from_web(address: str) -> bytes | str:
    request = urllib.request.Request(address, headers={"Cache-Control": "no-cache", "User-Agent": "Mozilla/5.0"})
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=SECONDS) as answer:
            content: bytes = answer.read(LARGEST + 1)
    except urllib.error.HTTPError as wrong:
        wrong.close()
        return "is not there" if wrong.code in (404, 410) else f"cannot be read: the site answers {wrong.code}"
    except (OSError, HTTPException, ValueError):
        return "cannot be read: the site does not answer"
    return content if len(content) <= LARGEST else "is far too large"
