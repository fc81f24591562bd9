"""Let this Python program live on another day, if COUNTERPART_TEST_SHIFT names one: "200" days ahead, or a date.

Python loads a module of this name by itself when it starts and finds it, so the programs that tests start live on
the same day. Other programs, such as Git, stay where they are.
"""

from __future__ import annotations

import contextlib
import os
import time
from datetime import date
from pathlib import Path

SHIFT = "COUNTERPART_TEST_SHIFT"


def days(words: str) -> int:
    """How many days ahead *words* are: a number of days, or a date in ISO 8601."""
    with contextlib.suppress(ValueError):
        return int(words)
    return (date.fromisoformat(words) - date.today()).days


def live(words: str) -> None:
    """Let the clock of this program run on, *words* ahead, and hand the number of days to those that it starts."""
    import time_machine

    if time_machine.escape_hatch.is_travelling():
        return
    ahead = days(words)
    os.environ[SHIFT] = str(ahead)
    here = str(Path(__file__).resolve().parent)
    paths = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path not in ("", here)]
    os.environ["PYTHONPATH"] = os.pathsep.join([here, *paths])
    time_machine.travel(time.time() + 86_400 * ahead, tick=True).start()


if os.environ.get(SHIFT):
    with contextlib.suppress(ModuleNotFoundError):  # an interpreter without the packages for tests
        live(os.environ[SHIFT])
