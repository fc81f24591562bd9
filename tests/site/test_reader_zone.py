"""A reader's own time beside each moment, in a real browser; without scripts the page says UTC."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.site.built import CONSERVATORS, built

HOST = "https://bench.example.org"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(CONSERVATORS, tmp_path_factory.mktemp("zone") / "site")


@pytest.fixture
def opened(chromium: Any, site: Path) -> Iterator[Any]:
    contexts = []

    def page(path: str, **options: Any) -> Any:
        context = chromium.new_context(locale="en-GB", **options)
        contexts.append(context)

        def give(route: Any) -> None:
            file = site / route.request.url.removeprefix(f"{HOST}/").partition("?")[0]
            file = file / "index.html" if file.is_dir() else file
            if file.is_file():
                route.fulfill(path=file)
            else:
                route.abort()

        context.route("**/*", give)
        made = context.new_page()
        made.goto(f"{HOST}/{path}")
        return made

    yield page
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    ("zone", "own"),
    [
        ("Asia/Tokyo", "For you: Monday 10 May at 07:00 (Asia/Tokyo)."),
        ("America/Sao_Paulo", "For you: Sunday 9 May at 19:00 (America/Sao Paulo)."),
    ],
)
def test_each_moment_has_the_reader_s_own_time_beside_it(opened: Any, zone: str, own: str) -> None:
    page = opened("", timezone_id=zone)
    moments, shown = page.locator("time.reader-zone"), page.locator(".reader-zone__own")
    assert shown.count() == moments.count() > 0
    assert " ".join(shown.first.inner_text().replace(",", "").split()) == own


def test_a_day_is_the_same_day_for_every_reader(opened: Any) -> None:
    page = opened("rounds/2027-1/", timezone_id="Pacific/Kiritimati")
    days = page.locator("time:not(.reader-zone)")
    assert days.count() > 5
    assert page.locator("time:not(.reader-zone) + .reader-zone__own").count() == 0


def test_without_scripts_the_page_says_utc(opened: Any) -> None:
    page = opened("rounds/2027-1/air/", java_script_enabled=False)
    assert page.locator("time.reader-zone").inner_text() == "Wednesday, 24 March 2027, 07:00 UTC"
    assert page.locator(".reader-zone__own").count() == 0
