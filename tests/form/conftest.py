"""A browser for the page's tests, and a made-up round with its page, served beside a relay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from counterpart.cli.main import main
from tests.form.browser import Relay, browser, serving

NOW = "2027-01-27T08:00:00Z"  # everyone may apply


def run(*arguments: str) -> int:
    """A command's exit code."""
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    code = stopped.value.code
    assert isinstance(code, int)
    return code


@pytest.fixture(scope="package")  # no longer: while it is open, no other test can run an event loop
def chromium() -> Iterator[Any]:
    with browser() as running:
        yield running


@pytest.fixture(scope="session")
def programme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("programme")
    assert run("--root", str(root), "sample", "2027-1", "--people", "6") == 0
    path = root / "rounds" / "2027-1" / "round.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "contact: mentoring@example.org\n", encoding="utf-8")
    return root


@dataclass(slots=True)
class Site:
    """The page of the made-up round, in a browser, with the relay beside it."""

    browser: Any
    programme: Path
    folder: Path
    url: str
    relay: Relay
    context: Any = None

    def build(self, *, now: str = NOW, relay: bool = True) -> None:
        options = ["--relay", self.url] if relay else []
        command = ["form", "2027-1", "--out", str(self.folder), "--pretend-now", now, *options]
        assert run("--root", str(self.programme), *command) == 0

    def open(self, *, now: str = NOW, relay: bool = True, fresh: bool = True, **context: Any) -> Any:
        """The page, opened; *fresh* is a browser that was never here. Every error on the page fails the test."""
        self.build(now=now, relay=relay)
        if fresh or self.context is None:
            self.close()
            self.context = self.browser.new_context(timezone_id="Asia/Ho_Chi_Minh", **context)
        page = self.context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"error on the page: {error}"))
        page.goto(f"{self.url}/apply/2027-1/")
        page.wait_for_selector("body[data-view]")
        return page

    def close(self) -> None:
        if self.context is not None:
            self.context.close()
            self.context = None


@pytest.fixture
def site(chromium: Any, programme: Path, tmp_path: Path) -> Iterator[Site]:
    relay = Relay()
    with serving(tmp_path, relay) as url:
        made = Site(browser=chromium, programme=programme, folder=tmp_path, url=url, relay=relay)
        yield made
        made.close()


@pytest.fixture
def fill() -> Callable[[Any], None]:
    """Answer everything that must be answered, as quickly as a test can."""

    def answer(page: Any) -> None:
        page.fill("#name", "Oriel Bookend")
        page.fill("#email", "oriel@example.org")
        page.check("input[name=membership][value=member]")
        page.fill("#member_number", "A-1042")
        page.check("input[name=returning][value=false]")
        for name, typed in (("country", "viet nam"), ("languages", "english"), ("languages", "vietn")):
            page.fill(f"#{name}", typed)
            page.press(f"#{name}", "Enter")
        page.check("input[name=sector][value=academic]")
        page.check("input[name=career_stage][value=early]")
        page.check("input[name=interests][value=open-access]")
        page.check("input[name=interests][value=metadata]")
        page.fill("#employer", "City Library of Quillhaven")
        page.fill("#about_me", "I look after a small map collection.")
        page.check("input[name=partner_may_see][value=about_me]")
        page.check("#code_of_conduct")

    return answer
