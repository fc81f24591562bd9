"""Which tests are slow: they drive a browser, talk to servers, are killed on purpose, or take long.

Tests run in another order every time; the last line says how to have the same order again. With
COUNTERPART_TEST_SHIFT they run on another day.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

import tests.another_day.sitecustomize
from tests.desk import Kept

TESTS = Path(__file__).resolve().parent

#: Folders and files whose tests ``scripts/test --quick`` leaves out.
SLOW = (
    "e2e",
    "form",
    "intake/test_form_compare.py",
    "intake/test_merge.py",
    "lifecycle/test_close.py",
    "lifecycle/test_publish.py",
    "mail/test_addresses.py",
    "mail/test_after_a_rematch.py",
    "mail/test_bounces.py",
    "mail/test_corrected.py",
    "mail/test_deliver.py",
    "mail/test_introduce.py",
    "mail/test_limits.py",
    "mail/test_lost_log.py",
    "mail/test_season.py",
    "matching/test_fractional.py",
    "matching/test_large_sets.py",
    "pairing/test_match.py",
    "pairing/test_propose.py",
    "pairing/test_propose_again.py",
    "pairing/test_rehearse.py",
    "pairing/test_rematch.py",
    "relay",
    "report/test_disclosure_attack.py",
    "report/test_disclosure_audit.py",
    "report/test_disclosure_links.py",
    "report/test_disclosure_memory.py",
    "report/test_disclosure_rounds.py",
    "report/test_report.py",
    "report/test_report_known.py",
    "report/test_report_page.py",
    "review",
    "rounds/test_contact.py",
    "rounds/test_load.py",
    "site",
    "test_ci.py",
    "test_demo.py",
    "test_environment.py",
    "test_examples_of_pages.py",
    "test_fresh_copy.py",
    "test_ours.py",
    "test_project.py",
    "test_recipes.py",
)


#: Files, and single tests, about the site and the words of this project itself. An association that keeps a copy
#: writes its own, and is not told that they are others than ours.
OURS = (
    "test_documentation.py",
    "test_examples_of_pages.py",
    "test_pages.py",
    "test_recipes.py",
    "site/test_built_site.py::test_this_project_s_site_is_built_with_everything_in_it",
    "site/test_pages.py",
    "test_project.py::test_nobody_is_sent_to_the_name_that_belongs_to_somebody_else",
)

#: Of the slow ones, what takes longest.
LONGEST = ("site/test_access.py", "form", "site", "review", "e2e", "test_demo.py", "matching", "relay", "mail")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow. What takes longest begins first, so that no process is left alone with it at the end."""
    is_ours = "\nsite_name: Counterpart\n" in f"\n{(TESTS.parent / 'mkdocs.yml').read_text(encoding='utf-8')}"
    slow: dict[Path, bool] = {}
    turn: dict[Path, int] = {}
    for path in {item.path for item in items}:
        slow[path] = any(path.is_relative_to(TESTS / name) for name in SLOW)
        among = [place for place, name in enumerate(LONGEST) if path.is_relative_to(TESTS / name)]
        turn[path] = min(among, default=len(LONGEST) + (not slow[path]))
    for item in items:
        if slow[item.path]:
            item.add_marker("slow")
        name = item.path.relative_to(TESTS).as_posix()
        if name in OURS or f"{name}::{item.name.partition('[')[0]}" in OURS:
            item.add_marker("ours")
            if not is_ours:
                item.add_marker(pytest.mark.skip(reason="this copy is the site of another programme"))
    items.sort(key=lambda item: turn[item.path])


def pytest_report_header() -> str | None:
    """Which day the tests take it to be, where it is not today."""
    ahead = os.environ.get(tests.another_day.sitecustomize.SHIFT)
    return f"COUNTERPART_TEST_SHIFT: these tests take today to be {date.today()}" if ahead else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """How to have the same order again; ``--quiet`` hides it where pytest-randomly says it."""
    seed = config.getoption("randomly_seed", None)
    if seed is not None:
        terminalreporter.write_line(f"The same order again: -p randomly --randomly-seed={seed}")


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return Kept(tmp_path_factory.mktemp)
