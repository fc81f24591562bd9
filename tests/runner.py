"""Commands run in this process, as a coordinator types them and with no terminal around.

A process of its own for each command would load everything again, which takes longer than most commands do. Only
tests that kill a command, or look at what a process does, start one.
"""

from __future__ import annotations

import contextlib
import io
import sys
from pathlib import Path

import pytest

from counterpart.cli import main as cli


def run(*arguments: object, root: Path | None = None) -> tuple[int, str, str]:
    """A command's exit code and what it said, on either stream; *root* is the programme's folder."""
    out, err = io.StringIO(), io.StringIO()
    where = [] if root is None else ["--root", str(root)]
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.raises(SystemExit) as stopped,
    ):
        cli.main([*where, *(str(argument) for argument in arguments)])
    assert isinstance(stopped.value.code, int)
    assert "Traceback" not in err.getvalue()
    return stopped.value.code, out.getvalue(), err.getvalue()


def command(*arguments: object, root: Path | None = None) -> list[str]:
    """What starts the same in a process of its own, to be killed or looked at."""
    where = [] if root is None else ["--root", str(root)]
    program = "from counterpart.cli.main import main; main()"
    return [sys.executable, "-c", program, *where, *(str(argument) for argument in arguments)]
