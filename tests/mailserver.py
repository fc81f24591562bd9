"""A real mail server on this machine, which can be told to fail, and which says what it really took."""

from __future__ import annotations

import asyncio
import datetime
import socket
import ssl
import threading
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from counterpart.mail.smtp import Settings


@dataclass
class Mailbox:
    """What arrived, and the faults still to come: words such as "450 rcpt", "drop after", one for each mail.

    A fault with words of its own, such as "550 5.4.5 Limit exceeded data", is answered as it stands.
    """

    mails: list[tuple[str, bytes]] = field(default_factory=list)  # (address, content)
    recipients: list[str] = field(default_factory=list)  # as they stood on the line
    faults: list[str] = field(default_factory=list)
    connections: int = 0
    slowness: float = 0  # seconds that each mail takes
    room: int | None = None  # so many mails are taken still; then each fails by ``full``
    full: str = ""
    closed: dict[str, str] = field(default_factory=dict)  # address -> the answer to everything for it

    def fault(self, step: str) -> str:
        """The fault that is due now, if it is of this step; it is used up."""
        if self.room is not None and len(self.mails) >= self.room and self.full.endswith(step):
            return self.full.removesuffix(step).strip()
        if self.faults and self.faults[0].endswith(step):
            return self.faults.pop(0).removesuffix(step).strip()
        if self.faults and self.faults[0] == "none" and step == "after":
            self.faults.pop(0)
        return ""

    def ids(self) -> Counter[str]:
        """How often each Message-ID arrived."""
        return Counter(self.parsed(content)["Message-ID"] for _, content in self.mails)

    def parsed(self, content: bytes) -> EmailMessage:
        """A mail as a mail program reads it."""
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message


class _Server(SMTP):
    mailbox: Mailbox

    async def smtp_RCPT(self, arg: str) -> None:
        self.mailbox.recipients.append(arg)
        await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        if self.mailbox.fault("before"):
            assert self.transport is not None
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class _Handler:
    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if fault := self.mailbox.fault("mail"):
            return _said(fault, "no")
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.mailbox.closed:
            return self.mailbox.closed[address]
        if fault := self.mailbox.fault("rcpt"):
            return _said(fault, f"<{address}> is not known here")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if fault := self.mailbox.fault("data"):
            return _said(fault, "no")
        if self.mailbox.slowness:
            await asyncio.sleep(self.mailbox.slowness)
        self.mailbox.mails.append((envelope.rcpt_tos[0], bytes(envelope.original_content)))
        fault = self.mailbox.fault("after")
        if fault == "drop":
            server.transport.abort()
        if fault == "silent":
            await asyncio.sleep(3)
        return fault if fault not in ("", "drop", "silent") else "250 OK"


def _said(fault: str, words: str) -> str:
    return fault if " " in fault else f"{fault} {words}"


@contextmanager
def mail_server(
    folder: Path, *, security: str = "none", password: str | None = None, **settings: Any
) -> Iterator[tuple[Mailbox, Settings]]:
    """A mail server for as long as it is needed, and the settings with which it is reached."""
    mailbox = Mailbox()
    context = _certificate(folder) if security != "none" else None

    class Running(Controller):
        def factory(self) -> SMTP:
            options: dict[str, Any] = {"hostname": "mail.example.org", "enable_SMTPUTF8": False}
            if security == "starttls":
                options |= {"tls_context": context, "require_starttls": True}
            if password is not None:
                options |= {
                    "authenticator": _authenticator(password),
                    "auth_required": True,
                    "auth_require_tls": security == "starttls",
                }
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # it does not see that the whole connection is TLS
                server = _Server(_Handler(mailbox), **options)
            server.mailbox = mailbox
            mailbox.connections += 1
            return server

    controller = Running(
        _Handler(mailbox), hostname="127.0.0.1", port=_free(), ssl_context=context if security == "tls" else None
    )
    controller.start()
    try:
        yield (
            mailbox,
            Settings(
                host="127.0.0.1",
                port=controller.port,
                security=security,
                name="Peer mentoring",
                address="mentoring@example.org",
                ca_file=str(folder / "authority.pem") if context else None,
                **settings,
            ),
        )
    finally:
        controller.stop(no_assert=True)
        for thread in threading.enumerate():
            if "controller" in thread.name.casefold():
                thread.join(5)


def _authenticator(password: str) -> Any:
    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        good = isinstance(data, LoginPassword) and data.password == password.encode()
        return AuthResult(success=good, handled=False)

    return authenticate


def _free() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _certificate(folder: Path) -> ssl.SSLContext:
    """A context with a certificate for this machine, signed by itself; its public half is in authority.pem."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example.org")])
    # Whatever day the tests live on: OpenSSL looks at a clock of its own.
    first, last = (datetime.datetime(year, 1, 1, tzinfo=datetime.UTC) for year in (2000, 2100))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(last)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    (folder / "authority.pem").write_bytes(pem)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(private + pem)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem")
    return context
