"""``counterpart relay``."""

from __future__ import annotations

import os
import secrets
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterpart.cli.answer import say
from counterpart.cli.context import Context
from counterpart.files.packages import require
from counterpart.findings import UsageError
from counterpart.forge.local import LocalForge
from counterpart.intake.relay_setup import github_settings
from counterpart.moments import moment_of

if TYPE_CHECKING:
    from counterpart.forge.host import Forge


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, metavar="HOST:PORT", help="Where to listen.")
@click.option(
    "--forge",
    "host_kind",
    type=click.Choice(("local", "github")),
    default="local",
    show_default=True,
    help="Where the repository is: on this machine, or at GitHub.",
)
@click.option("--into", default="main", show_default=True, metavar="BRANCH", help="The main branch.")
@click.option("--origin", "origins", multiple=True, metavar="URL", help="Of a page that may send; repeatable.")
@click.option("--site", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A folder to show.")
@click.option("--pretend-now", metavar="MOMENT", help="Of made-up rounds: when it is, as 2027-01-14T06:12:09Z.")
@click.pass_obj
def command(
    context: Context,
    bind: str,
    host_kind: str,
    into: str,
    origins: tuple[str, ...],
    site: Path | None,
    pretend_now: str | None,
) -> int:
    """Take applications from the form into a repository, on this machine or at GitHub.

    Each becomes a branch with one file, and a pull request. The relay keeps nothing, logs nothing of what it
    is sent, and has no key that opens a sealed part. COUNTERPART_RELAY_SECRET (32 bytes in hexadecimal) keeps
    challenges good when it starts again; without it, a new secret is drawn. GitHub also needs
    COUNTERPART_GITHUB_REPOSITORY, _APP, _INSTALLATION and _KEY_FILE; the set-up guide tells what they hold.
    """
    require("The relay", "relay", "starlette", "uvicorn", "gidgethub", "httpx")
    import uvicorn

    from counterpart.intake.relay.app import Relay, application
    from counterpart.intake.relay.service import Service

    host, _, port = bind.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise UsageError("--bind must be a host and a port, such as 127.0.0.1:8000.")

    ahead = _ahead(pretend_now)

    def clock() -> datetime:
        return (datetime.now(UTC) + ahead).replace(microsecond=0)

    local = host_kind == "local"
    forge: Forge = LocalForge(context.root or Path(os.getcwd()), into) if local else _github(into)
    # A question of status is dated by the clock of the device, which no demonstration sets.
    service = Service(forge, clock, samples_only=pretend_now is not None, devices=lambda: datetime.now(UTC))
    app = application(Relay(service, _secret(), clock), origins=origins, site=site)
    say(f"The relay listens at http://{bind}. Stop it with Ctrl-C.")
    uvicorn.run(
        app, host=host, port=int(port), log_level="error", access_log=False, server_header=False,
        timeout_keep_alive=5, limit_concurrency=500,
    )  # fmt: skip
    return 0


def _github(into: str) -> Forge:
    settings = github_settings(os.environ)
    import httpx

    from counterpart.forge.github import App, GitHubForge

    try:
        app = App(**settings, main=into)
    except ValueError:
        raise UsageError("COUNTERPART_GITHUB_REPOSITORY must be written as owner/name.") from None
    return GitHubForge(app, httpx.AsyncClient(), time.time)


def _ahead(moment: str | None) -> timedelta:
    """How far the clock is to be put forward, or back, so that it shows *moment* now and then goes on."""
    if moment is None:
        return timedelta()
    try:
        return moment_of(moment) - datetime.now(UTC)
    except ValueError:
        raise UsageError("--pretend-now must be a moment in UTC, such as 2027-01-14T06:12:09Z.") from None


def _secret() -> bytes:
    given = os.environ.get("COUNTERPART_RELAY_SECRET")
    if given is None:
        return secrets.token_bytes(32)
    try:
        secret = bytes.fromhex(given)
    except ValueError:
        secret = b""
    if len(secret) < 32:
        raise UsageError("COUNTERPART_RELAY_SECRET must be at least 32 bytes, as 64 hexadecimal digits.")
    return secret
