"""Progress for whoever waits: what a command has done so far, in words."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str], None]


def counting(report: Progress, words: str = "files read") -> Callable[[], None]:
    """A function to call after each piece of work: reports how many there were so far, with *words*."""
    count = 0

    def step() -> None:
        nonlocal count
        count += 1
        if count % 100 == 0:
            report(f"{count:,} {words}")

    return step
