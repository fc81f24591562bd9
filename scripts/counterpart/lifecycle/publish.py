"""Publish: build the site with the application pages of open rounds, and put it on the branch that is shown."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path

from counterpart.files.git import Git
from counterpart.files.packages import require
from counterpart.files.progress import Progress
from counterpart.files.repository import Repository
from counterpart.findings import Finding, UsageError
from counterpart.intake.application_page import Options, form
from counterpart.mail.statements import checking_page
from counterpart.rounds.load import load_round

#: The branch that holds the built site and nothing else. It has no history: what is taken off the site is gone.
BRANCH = "gh-pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The result: findings that stand in the way, or how many files the site has."""

    findings: tuple[Finding, ...] = ()
    files: int = 0
    rounds: tuple[str, ...] = field(default=())  # with an application page
    changed: bool = False


def publish(repository: Repository, remote: str, options: Options, *, today: date, report: Progress) -> Published:
    """Build the site of the work tree, and push it to BRANCH of *remote*; nothing is pushed when it is the same.

    A usage error when MkDocs finds fault with the site. No work tree is touched, here or there.
    """
    require("The site", "site", "mkdocs", "material")
    git = Git(repository.root)
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder, "site")
        report("building the site")
        _build(repository.root, site, today)
        rounds = []
        for round_id in repository.rounds()[0]:
            settings = load_round(repository, round_id).round
            if settings is None or settings.closed or not settings.recipients:
                continue
            made = form(repository, round_id, options, report=report)
            if not made.files:
                return Published(findings=made.findings)
            Repository(site).write_all(made.files, lasting=False)
            rounds.append(round_id)
        Repository(site).write_all(checking_page(repository), lasting=False)
        (site / ".nojekyll").touch()  # or the host would leave out what begins with an underscore
        tree = git.tree_of(site, Path(folder, "index"))
        files = sum(path.is_file() for path in site.rglob("*"))
    return Published(files=files, rounds=tuple(rounds), changed=_push(git, remote, tree))


def _build(root: Path, site: Path, today: date) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)]
    # The day alone: of the same files, the same site is built all day.
    day = f"{datetime.combine(today, time(), UTC).timestamp():.0f}"
    environ = dict(os.environ, NO_MKDOCS_2_WARNING="1", SOURCE_DATE_EPOCH=day)
    done = subprocess.run(
        command, cwd=root, env=environ, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8",
        errors="replace",
    )  # fmt: skip
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip() and not line.startswith("INFO")]
        raise UsageError(f"The site was not built, and nothing was published. MkDocs says: {' '.join(said[:5])}")


def _push(git: Git, remote: str, tree: str) -> bool:
    ref = f"refs/heads/{BRANCH}"
    listed = git.talk("ls-remote", remote, ref)
    if listed is None:
        raise UsageError(f"The remote '{remote}' does not answer; look at the network and at your rights.")
    before = listed.split()[0].decode("ascii") if listed.split() else ""
    fetched = before and git.talk("fetch", "--no-tags", "--no-write-fetch-head", remote, ref) is not None
    if fetched and git.run("rev-parse", f"{before}^{{tree}}").decode("ascii").strip() == tree:
        return False
    commit = git.own_commit(tree, (), "The site")
    if git.talk("push", "--quiet", f"--force-with-lease={ref}:{before}", remote, f"{commit}:{ref}") is None:
        raise UsageError(f"'{remote}' did not take the site. Look at your rights, and run the command again.")
    return True
