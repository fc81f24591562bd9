"""``counterpart propose``."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from counterpart.cli.answer import heading, refuse, say
from counterpart.cli.context import ROUND, Context, clear, reporter
from counterpart.cli.match import write_text
from counterpart.files.packages import require
from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.forge.host import Forge
from counterpart.forge.local import LocalForge
from counterpart.model import RoundId
from counterpart.pairing.approve import without_approval
from counterpart.pairing.propose_branch import Proposed, describe, propose_round
from counterpart.pairing.rematch import next_number
from counterpart.rounds.load import load_round


@click.command()
@click.argument("round_id", type=ROUND, metavar="ROUND", required=False)
@click.option("--remote", metavar="NAME", help="Push the branch to this remote, such as origin.")
@click.option(
    "--forge",
    "host_kind",
    type=click.Choice(("local", "github")),
    help="Open the pull request, or bring its text up to date: at GitHub, or in a folder on this machine.",
)
@click.option("--into", default="main", show_default=True, metavar="BRANCH", help="The main branch.")
@click.option(
    "--text",
    "text_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the pull request's text to this file.",
)
@click.option("--rematch", "again", is_flag=True, help="Within the round: new partners, as 'counterpart rematch'.")
@click.pass_obj
def command(
    context: Context,
    round_id: RoundId | None,
    remote: str | None,
    host_kind: str | None,
    into: str,
    text_file: Path | None,
    again: bool,
) -> int:
    """Match a round and put the proposal on the branch propose/ROUND, to be reviewed in a pull request.

    The files in this folder stay as they are, unless that branch is checked out here. Run it again after new
    decisions, committed here or to the branch: the branch gets the new proposal as one more commit, so that
    everybody can pull it, and its text says what changed. Without ROUND, every round is proposed that
    has a roll and no approval. GitHub needs GITHUB_REPOSITORY and GITHUB_TOKEN, as its workflows have them.
    """
    repository = context.repository()
    forge = _forge(repository, host_kind, remote, into)
    rounds = (round_id,) if round_id else without_approval(repository)
    if not rounds:
        say("Nothing is to be proposed: no round has a roll and waits for its pairs.")
    if text_file is not None and len(rounds) > 1:
        raise UsageError("More than one round is to be proposed. Name one, to write its text to a file.")
    if again and round_id is None:
        raise UsageError("Name the round whose people need new partners.")
    return max((_one(repository, each, remote, forge, text_file, again) for each in rounds), default=0)


def _one(
    repository: Repository,
    round_id: RoundId,
    remote: str | None,
    forge: Forge | None,
    text_file: Path | None,
    again: bool,
) -> int:
    try:
        loaded = load_round(repository, round_id)
        number = next_number(repository, loaded) if again else loaded.latest
        done = propose_round(
            repository, round_id, remote=remote, now=datetime.now(UTC), number=number, report=reporter()
        )
    finally:
        clear()
    if done.summary is None:
        return refuse(done.findings, f"Round {round_id} was not proposed.")
    heading(f"Round {round_id}")
    say(done.summary.proof)
    _say_where(done, remote)
    if forge is not None and not done.accepted:
        pull = describe(forge, round_id, done).number
        say(f"Pull request {pull} says what it comes to.")
    if text_file is not None:
        write_text(text_file, done.text)
        say(f"Wrote the pull request's text to {text_file.as_posix()}.")
    return 0


def _say_where(done: Proposed, remote: str | None) -> None:
    if done.accepted:
        say("The last commit holds just this proposal already; nothing was changed.")
    elif done.changed:
        where = f", and pushed it to {remote}" if remote else ""
        say(f"Put the proposal on the branch {done.branch}{where}.")
    else:
        say(f"The branch {done.branch} holds just this proposal already; nothing was changed.")


def _forge(repository: Repository, host_kind: str | None, remote: str | None, into: str) -> Forge | None:
    if host_kind is None:
        return None
    if remote is None:
        raise UsageError("A pull request needs a branch at the host: name the remote, as in --remote origin.")
    if host_kind == "local":
        from counterpart.files.git import Git

        said = Git(repository.root).run("remote", "get-url", remote).decode("utf-8").strip()
        return LocalForge(Path(repository.root, said), into)
    require("A pull request at GitHub", "relay", "gidgethub", "httpx")
    import time

    import httpx

    from counterpart.forge.github import GITHUB, App, GitHubForge

    name, token = os.environ.get("GITHUB_REPOSITORY", ""), os.environ.get("GITHUB_TOKEN", "")
    if not name or not token:
        raise UsageError(
            "For --forge github, set GITHUB_REPOSITORY (the repository, as owner/name) and GITHUB_TOKEN (a token "
            "that may write contents and pull requests)."
        )
    try:
        app = App(repository=name, token=token, main=into, host=os.environ.get("GITHUB_API_URL", GITHUB))
    except ValueError:
        raise UsageError("GITHUB_REPOSITORY must be written as owner/name.") from None
    return GitHubForge(app, httpx.AsyncClient(), time.time)
