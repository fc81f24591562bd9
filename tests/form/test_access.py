"""The page for everybody: no violation that axe can find, in each state, and nothing wider than a small phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.form.browser import violations
from tests.form.conftest import Site


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_state_of_the_page_has_a_violation(site: Site, fill: Callable[[Any], None], scheme: str) -> None:
    # axe is put into the page, which the page's own policy forbids: for this test alone it may pass.
    page = site.open(color_scheme=scheme, viewport={"width": 1280, "height": 900}, bypass_csp=True)
    found = {"open": violations(page)}
    page.click("#send")
    found["errors"] = violations(page)
    fill(page)
    page.fill("#country", "an")
    page.press("#country", "ArrowDown")
    found["list"] = violations(page)
    page.press("#country", "Enter")
    site.relay.down = [503]
    page.click("#send")
    page.wait_for_selector("#waiting:not([hidden])")
    page.click("#ways summary")
    found["waiting"] = violations(page)
    page.click("#retry")
    page.wait_for_selector("#receipt:not([hidden])")
    found["receipt"] = violations(page)
    page.click("#receipt-again")
    page.click("#withdraw")
    found["withdraw"] = violations(page)
    page.click("#confirm-no")
    page.click("#correct")
    found["correct"] = violations(page)
    for state, now in (("early", "2027-01-02T00:00:00Z"), ("closed", "2027-03-02T00:00:00Z")):
        page = site.open(now=now, color_scheme=scheme, bypass_csp=True)
        found[state] = violations(page)

    assert found == {state: [] for state in found}


@pytest.mark.parametrize("width", [320, 360, 1280, 1920])
def test_nothing_is_wider_than_the_screen(site: Site, fill: Callable[[Any], None], width: int) -> None:
    page = site.open(viewport={"width": width, "height": 800})

    def overhang() -> int:
        return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))

    page.click("#send")
    assert overhang() <= 0
    fill(page)
    page.click("#send")
    page.wait_for_selector("#receipt:not([hidden])")
    assert overhang() <= 0


def test_buttons_are_large_enough_to_be_touched(site: Site, fill: Callable[[Any], None]) -> None:
    page = site.open(viewport={"width": 360, "height": 800})
    fill(page)
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, textarea, summary")]
            .filter((each) => each.checkVisibility() && !["checkbox", "radio"].includes(each.type))
            .filter((each) => each.getBoundingClientRect().height < 24 || each.getBoundingClientRect().width < 24)
            .map((each) => each.outerHTML.slice(0, 80))"""
    )

    assert small == []
