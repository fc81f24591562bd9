"""A coordinator's machine that sends made-up mails until it is done or killed.

Started as ``python -m tests.sender ROOT PORT BY NUMBER``; it says "ready" when it begins.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from counterpart.files.repository import Repository
from counterpart.mail.deliver import Delivered, Outgoing, deliver
from counterpart.mail.letter import Letter
from counterpart.mail.message import mail
from counterpart.mail.smtp import Post, Settings
from tests.desk import id_of
from tests.people import crowd


def outgoing(number: int, settings: Settings) -> list[Outgoing]:
    """Mails to *number* people, two and two."""
    round = crowd(1, 2).round

    def composer(n: int) -> Callable[[], tuple[EmailMessage, str]]:
        def compose() -> tuple[EmailMessage, str]:
            letter = Letter(key=f"introduction/{id_of(n)}/1", subject="Hello", text="Hello\n", html="<p>Hello</p>")
            to = f"canary-{n}@example.org"
            made = mail(letter, round, name="Canary", address=to, settings=settings, now=datetime.now(UTC))
            return made, to

        return compose

    return [
        Outgoing(
            key=f"introduction/{id_of(n)}/1",
            group=f"{id_of(n - n % 2)}+{id_of(n - n % 2 + 1)}",
            write=lambda: None,
            compose=composer(n),
        )
        for n in range(number)
    ]


def send(
    root: Path,
    settings: Settings,
    by: str,
    number: int,
    size: int = 5,
    dry_run: bool = False,
    report: Callable[[str], None] = lambda _: None,
) -> Delivered:
    """What a coordinator's command does."""
    return deliver(
        Repository(root),
        "2027-1",
        outgoing(number, settings),
        None if dry_run else Post(settings, time.monotonic, lambda _: None, 5),
        by=by,
        now=lambda: datetime.now(UTC),
        sleep=lambda _: None,
        report=report,
        size=size,
    )


if __name__ == "__main__":
    root, port, by, number = sys.argv[1:]
    print("ready", flush=True)
    here = Settings(
        host="127.0.0.1", port=int(port), security="none", name="Peer mentoring", address="mentoring@example.org"
    )
    send(Path(root), here, by, int(number))
