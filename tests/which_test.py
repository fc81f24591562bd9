"""A part of pytest that notes for the measuring of lines which test runs, with what it sets up, and how long."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import coverage
import pytest

import counterpart

_SECONDS: dict[str, float] = {}
_CACHES: list[Any] = []


def pytest_sessionstart() -> None:
    """Load every module first: its own lines belong to no test, not to the one that came first by chance."""
    for name in [each.name for each in pkgutil.walk_packages(counterpart.__path__, "counterpart.")]:
        kept = vars(importlib.import_module(name)).values()
        _CACHES.extend(each for each in kept if hasattr(each, "cache_clear") and each.__module__ == name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Lines that run from now on belong to this test."""
    measuring = coverage.Coverage.current()
    assert measuring is not None
    for each in _CACHES:  # what an earlier test left there would hide that this one needs it, too
        each.cache_clear()
    measuring.switch_context(item.nodeid)
    try:
        return (yield)
    finally:
        measuring.switch_context("")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add the seconds of setting up, running and clearing away."""
    _SECONDS[report.nodeid] = _SECONDS.get(report.nodeid, 0.0) + report.duration


def pytest_sessionfinish() -> None:
    """Write the seconds down beside the lines."""
    Path(os.environ["COVERAGE_FILE"] + ".json").write_text(json.dumps(_SECONDS), encoding="utf-8")
