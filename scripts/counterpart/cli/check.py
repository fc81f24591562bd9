"""``counterpart check``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from counterpart.cli.context import Context, clear, colour, reporter
from counterpart.cli.findings import FORMATS, as_github, as_json, as_text, closing
from counterpart.files.progress import counting
from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.lifecycle.check import check


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "shape", type=click.Choice(FORMATS), default="text", help="How to show findings.")
@click.pass_obj
def command(context: Context, paths: tuple[Path, ...], shape: str) -> int:
    """Say what is wrong with the programme's files.

    All files are read, each by itself and all together. With PATH, a file or a folder, only the findings there
    are shown and count. Each finding says where it is, what was expected, and what to do; its rule, in
    brackets, has a section in the reference.
    """
    repository = context.repository()
    within = [_from_root(path, repository) for path in paths]
    try:
        checked = check(repository, within, counting(reporter()))
    finally:
        clear()
    last = closing(checked.findings, checked.files, checked.elsewhere)
    if shape == "json":
        click.echo(as_json(checked.findings, checked.files), nl=False)
    elif shape == "github":
        click.echo(as_github(checked.findings) + last, nl=False)
    else:
        click.echo(as_text(checked.findings, colour()) + last, nl=False, color=colour())
    return 0 if checked.clean else 1


def _from_root(path: Path, repository: Repository) -> str:
    """*path*, as typed in the working directory, as seen from the root, with forward slashes."""
    if not os.path.lexists(path):
        raise UsageError(f"There is no file or folder '{path.as_posix()}'.")
    # Both sides are resolved, so that they name a folder alike; but a link is asked for by its own name.
    folder, name = (path.absolute().parent, path.name) if path.is_symlink() else (path, "")
    whole = Path(os.path.realpath(folder)) / name
    root = Path(os.path.realpath(repository.root))
    if whole != root and not whole.is_relative_to(root):
        raise UsageError(f"'{path.as_posix()}' lies outside the programme's folder.")
    return whole.relative_to(root).as_posix()
