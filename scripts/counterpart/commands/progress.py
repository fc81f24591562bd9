"""Progress for whoever waits: what a command has done so far, in words."""

from __future__ import annotations

from collections.abc import Callable

Report = Callable[[str], None]


def counting(report: Report) -> Callable[[], None]:
    """A function to call after each file that was read: reports how many there were so far."""
    count = 0

    def step() -> None:
        nonlocal count
        count += 1
        if count % 100 == 0:
            report(f"{count:,} files read")

    return step
