"""A mail server, by SMTP: one connection for many mails, and for each mail what is certain about it.

Certain is what the server answered. A mail that was not given to its end did not leave (RFC 5321, 4.1.1.4: the
server acts on the data once it has the end of them). One that was given to its end and got no answer may have
left, and nobody can know.
"""

from __future__ import annotations

import contextlib
import os
import re
import smtplib
import ssl
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from counterpart.files import schema, yaml_read
from counterpart.files.yaml_read import Document
from counterpart.findings import UsageError
from counterpart.mail.allowance import Allowance
from counterpart.mail.reply import Reply
from counterpart.sealing import keyring
from counterpart.world.address import on_the_wire

_PAUSES = (1.0, 5.0, 20.0)  # seconds before a lost connection is tried again
_LARGEST = 64 * 1024
RATES = ("per_minute", "per_hour", "per_day")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How mails leave: the server, who one is there, and in whose name they are sent."""

    host: str
    port: int
    security: str  # "tls", "starttls", or "none", which is for this machine itself
    name: str  # of the sender, as people read it
    address: str  # of the sender
    user: str | None = None
    password: str | None = None
    per_minute: float | None = None  # mails; None: as fast as the server takes them
    per_hour: float | None = None  # over all rounds and runs on this machine
    per_day: float | None = None
    ca_file: str | None = None  # of a server whose certificate no public authority signed

    def __repr__(self) -> str:
        """The server alone."""
        return f"Settings({self.host}:{self.port}, {self.security})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is certain about one mail: "sent", "refused", "later", or "sending" where nobody can know."""

    event: str
    code: int | None = None
    reply: Reply | None = field(default=None, compare=False)  # why it was not taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Why no more mails can be sent now, and how long to wait. ``reply``: the server's answer, by its numbers."""

    wait: timedelta
    reply: str = ""
    people: int = 1  # in a row got this answer
    limit: str = ""  # the setting that is reached, such as "per_day"


class NoMore(Exception):
    """No more mails are taken from this sender for now. The one at hand certainly did not leave."""

    def __init__(self, pause: Pause) -> None:
        super().__init__()
        self.pause = pause


def settings_file() -> Path:
    """Where the settings lie: ``COUNTERPART_MAIL``, or ``mail.yaml`` beside the folder of keys."""
    chosen = os.environ.get("COUNTERPART_MAIL")
    return Path(chosen) if chosen else keyring.folder().parent / "mail.yaml"


def read_settings(path: Path, root: Path) -> Settings:
    """The settings in *path*; a usage error that shows nothing of them where they cannot be used.

    A file inside the programme's folder *root* is refused: it holds a password, or says how to get it.
    """
    if path.resolve().is_relative_to(root.resolve()):
        raise UsageError(
            "The settings of mail must lie outside the programme's folder, where nobody can commit them."
        )
    try:
        with open(path, "rb") as file:
            document = yaml_read.read(file.read(_LARGEST), path.name, fractions=True)
    except OSError:
        raise UsageError(
            f"There are no settings of mail that can be read at '{path}'. The page on sending mails shows what "
            "stands in them."
        ) from None
    if not isinstance(document, Document):
        raise _wrong(document)
    if wrong := schema.check(document, "mail"):
        raise _wrong(wrong)
    data = document.data
    if data["security"] == "none" and data["host"] not in ("localhost", "127.0.0.1", "::1"):
        raise UsageError("`security: none` is for a mail server on this machine itself; use 'tls' or 'starttls'.")
    kept = {key: data[key] for key in ("host", "port", "security", "user", *RATES, "ca_file") if key in data}
    sender = {"name": data["from"]["name"], "address": data["from"]["address"]}
    return Settings(password=_password(data), **sender, **kept)


def _wrong(findings: Any) -> UsageError:
    first = findings[0]
    return UsageError(f"The settings of mail, line {first.location.line}: {first.message} {first.help}")


def _password(data: dict[str, Any]) -> str | None:
    command = data.get("password_command")
    if command is None:
        password: str | None = data.get("password")
        return password
    try:
        done = subprocess.run(command, capture_output=True, check=True, stdin=subprocess.DEVNULL, timeout=60)
    except (OSError, subprocess.SubprocessError):
        raise UsageError(
            "`password_command` in the settings of mail did not succeed; try it in a terminal."
        ) from None
    return done.stdout.decode("utf-8", "replace").partition("\n")[0].rstrip("\r")


class Post:
    """A connection to the mail server that is made when it is needed, and made again when it is lost."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        patience: float = 60,
        allowance: Allowance | None = None,
    ) -> None:
        """*clock* gives seconds that only grow; *sleep* waits for so many; *patience*: for one answer."""
        self._allowance = allowance
        self._settings, self._clock, self._sleep, self._patience = settings, clock, sleep, patience
        self._server: smtplib.SMTP | None = None
        self._next = 0.0

    def send(self, message: EmailMessage, to: str) -> Outcome:
        """Give one mail to the server.

        ``NoMore`` where it takes no mails from this sender for now, a usage error where it takes none at all: then
        this one was not sent. *to* is an address as ``world.address`` writes it for the line; the library's own
        writing is not asked.
        """
        self._throttle()
        content = _content(message)
        for pause in (*_PAUSES, None):
            server = self._connected()
            try:
                outcome = self._given(server, content, to)
            except _Lost as lost:
                self.close()
                if pause is None:
                    return Outcome(event="later", code=lost.code)
                self._sleep(pause)
                continue
            if outcome.reply is not None and outcome.reply.about_sender:
                raise NoMore(Pause(wait=outcome.reply.pause, reply=str(outcome.reply)))
            return outcome
        raise AssertionError

    def close(self) -> None:
        """End the connection, if there is one."""
        server, self._server = self._server, None
        if server is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def _throttle(self) -> None:
        if self._allowance is not None and (spent := self._allowance.spent()) is not None:
            limit, wait = spent
            raise NoMore(Pause(wait=wait, limit=limit.name))
        if self._allowance is not None:
            self._allowance.use()  # before the mail leaves: where it cannot be counted, it must not have left
        if self._settings.per_minute:
            now = self._clock()
            if now < self._next:
                self._sleep(self._next - now)
            self._next = max(now, self._next) + 60 / self._settings.per_minute

    def _given(self, server: smtplib.SMTP, content: bytes, to: str) -> Outcome:
        """One mail, step by step; ``_Lost`` where the connection went while it certainly had not left."""
        try:
            if reply := _asked(server, "MAIL", f"FROM:<{on_the_wire(self._settings.address)}>"):
                if reply.code >= 500 and not reply.about_sender:
                    raise UsageError(
                        f"The mail server does not take mails from the address in the settings (it says {reply}). "
                        "Correct `from`, or ask the provider to allow it."
                    )
                return self._set_back(server, reply)
            if reply := _asked(server, "RCPT", f"TO:<{to}>"):
                return self._set_back(server, reply)
            if reply := _asked(server, "DATA", taken=(354,)):
                return self._set_back(server, reply)
            server.send(content)
        except (OSError, smtplib.SMTPException):
            raise _Lost from None
        try:
            code, text = server.getreply()
        except (OSError, smtplib.SMTPException):
            self.close()
            return Outcome(event="sending")  # the end of the mail was given, and no answer came
        if 200 <= code < 300:
            return Outcome(event="sent")
        if code == 421 or not _is_refusal(code):
            self.close()
        if not _is_refusal(code):
            return Outcome(event="sending")  # an answer came that says neither
        return _not_taken(Reply.of(code, text))

    def _set_back(self, server: smtplib.SMTP, reply: Reply) -> Outcome:
        server.rset()
        return _not_taken(reply)

    def _connected(self) -> smtplib.SMTP:
        for pause in (*_PAUSES, None):
            if self._server is not None:
                return self._server
            try:
                self._server = self._opened()
            except (ConnectionError, TimeoutError, smtplib.SMTPException):
                if pause is None:
                    raise UsageError(
                        f"The mail server at '{self._settings.host}' does not answer. What was sent is noted; "
                        "run the same command again later, and it goes on."
                    ) from None
                self._sleep(pause)
        raise AssertionError

    def _opened(self) -> smtplib.SMTP:
        s = self._settings
        context = _context(s)
        server: smtplib.SMTP | None = None
        try:
            if s.security == "tls":
                server = smtplib.SMTP_SSL(s.host, s.port, timeout=self._patience, context=context)
            else:
                server = smtplib.SMTP(s.host, s.port, timeout=self._patience)
            server.ehlo()
            if s.security == "starttls":
                server.starttls(context=context)
                server.ehlo()
            if s.user is not None:
                server.login(s.user, s.password or "")
            return server
        except BaseException as error:
            if server is not None:
                server.close()
            raise _told(error, s) from None


def _context(s: Settings) -> ssl.SSLContext | None:
    if s.security == "none":
        return None
    try:
        return ssl.create_default_context(cafile=s.ca_file)
    except (OSError, ssl.SSLError):
        raise UsageError("`ca_file` in the settings of mail cannot be read as certificates.") from None


class _Lost(Exception):
    """The connection is gone, and the mail at hand certainly did not leave; *code*: what the server said last."""

    def __init__(self, code: int | None = None) -> None:
        super().__init__()
        self.code = code


def _told(error: BaseException, s: Settings) -> BaseException:
    """What a person can do about a connection that failed for good; other errors as they are."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode()
        reply = Reply.of(error.smtp_code, said)
        put_off = isinstance(error, smtplib.SMTPAuthenticationError) and reply.code < 500
        if reply.about_sender or put_off:
            return NoMore(Pause(wait=reply.pause, reply=str(reply)))
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return UsageError(
            "The mail server does not accept `user` and the password. Many providers ask for a password made for "
            "programs; correct the settings. Nothing more was sent."
        )
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return UsageError(
            f"The mail server at '{s.host}' does not offer what the settings ask for ({s.security}, "
            "or to log in). Look up port and security in the provider's description. Nothing more was sent."
        )
    if isinstance(error, ssl.SSLError):
        return UsageError(
            f"No secure connection to '{s.host}' could be made: its certificate is not valid, or `port` and "
            "`security` do not belong together (465 with 'tls', 587 with 'starttls'). Nothing more was sent."
        )
    if isinstance(error, OSError) and not isinstance(
        error, (ConnectionError, TimeoutError, smtplib.SMTPException)
    ):
        return UsageError(
            f"The mail server '{s.host}' cannot be found. Look at `host` in the settings and at the network. "
            "Nothing more was sent."
        )
    return error


def _content(message: EmailMessage) -> bytes:
    """The mail as it goes over the line: lines end in CRLF, a dot that begins one is doubled, and the end."""
    content = message.as_bytes()
    content = re.sub(rb"\r\n|\r|\n", b"\r\n", content)
    content = re.sub(rb"(?m)^\.", b"..", content)
    return content.removesuffix(b"\r\n") + b"\r\n.\r\n"


def secure(text: str) -> str:
    """*text* as it may stand in a header: one line, without what is not to be seen or turns the writing."""
    kept = "".join(c if (c.isprintable() and c not in _TURNING) or c in _JOINING else " " for c in text)
    return " ".join(kept.split())


# Without these, some names are misspelt and some emoji fall apart.
_JOINING = frozenset("\u200c\u200d")
_TURNING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)))


def _asked(
    server: smtplib.SMTP, command: str, words: str = "", taken: Sequence[int] = range(200, 300)
) -> Reply | None:
    """The server's answer to a command where it says no; None where the code is one of *taken*.

    ``_Lost`` where it says that it is about to hang up, or nothing that can be understood.
    """
    code, text = server.docmd(command, words)
    if code in taken:
        return None
    reply = Reply.of(code, text)
    if not _is_refusal(code) or (code == 421 and not reply.about_sender):
        raise _Lost(code if code > 0 else None)
    return reply


def _is_refusal(code: int) -> bool:
    return 400 <= code < 600


def _not_taken(reply: Reply) -> Outcome:
    return Outcome(event="refused" if reply.code >= 500 else "later", code=reply.code, reply=reply)
