"""The packages that only some commands need, and how they are had."""

from __future__ import annotations

import importlib.util

from counterpart.findings import UsageError


def require(purpose: str, extra: str, *modules: str) -> None:
    """Raise UsageError, which says how to install *extra*, unless all *modules* can be imported."""
    # From a copy of the repository: in the registries, our short name belongs to somebody else.
    if any(importlib.util.find_spec(module) is None for module in modules):
        raise UsageError(
            f"{purpose} needs more packages. In your copy of Counterpart's repository, run: "
            f'pipx install --force ".[{extra}]"'
        )
