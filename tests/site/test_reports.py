"""The pages of reports in a real browser: bars that can be compared, tables that are not cut off unseen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.site.built import page as page_of
from tests.site.conftest import Built, Reader

LARGE = "/reports/2026-1/"
PHONE = {"width": 360, "height": 760}

#: Of each table, the lengths of one person in its bars, in pixels.
SCALES = """() => [...document.querySelectorAll(".cp-figures, .cp-grid")].map((table) =>
    [...table.querySelectorAll(".cp-bar rect")].map((bar) =>
        bar.getBoundingClientRect().width / bar.getAttribute("width")))"""


@pytest.mark.parametrize("width", [320, 360, 1280, 1920])
@pytest.mark.parametrize("address", [LARGE, "/reports/"])
def test_all_bars_of_a_table_have_one_scale(reader: Callable[..., Reader], width: int, address: str) -> None:
    page = reader(viewport={"width": width, "height": 900}).open(address)
    scales = [scale for scale in page.evaluate(SCALES) if scale]
    assert len(scales) >= 4
    assert [scale for scale in scales if max(scale) - min(scale) > 0.01 * max(scale)] == []


def test_on_a_phone_bars_have_room_and_no_heading_is_broken(reader: Callable[..., Reader]) -> None:
    page = reader(viewport=PHONE).open(LARGE)
    longest = page.evaluate(
        """() => [...document.querySelectorAll(".cp-figures")].map((table) => Math.max(
            ...[...table.querySelectorAll("rect")].map((bar) => bar.getBoundingClientRect().width)))"""
    )
    heights = page.evaluate(
        """() => [...document.querySelectorAll(".cp-figures thead th")].map((head) => head.clientHeight)"""
    )
    assert len(longest) > 8 and min(longest) > 130
    assert len(set(heights)) == 1


@pytest.mark.parametrize("width", [1280, 1920])
def test_at_a_desk_no_table_is_cut_off(reader: Callable[..., Reader], width: int) -> None:
    page = reader(viewport={"width": width, "height": 900}).open(LARGE)
    over = page.evaluate(
        """() => [...document.querySelectorAll(".cp-scroll")].map((each) => each.scrollWidth - each.clientWidth)"""
    )
    assert over == [0, 0, 0]
    assert not page.locator(".cp-aside").first.is_visible()


def test_on_a_phone_a_wide_table_says_that_it_scrolls_and_a_keyboard_scrolls_it(
    reader: Callable[..., Reader],
) -> None:
    page = reader(viewport=PHONE, reduced_motion="reduce").open(LARGE)
    table = page.get_by_role("region", name="Sectors by region")
    name = table.locator("tbody th").first
    before: dict[str, Any] = name.bounding_box()

    assert page.get_by_text("If you cannot see every column, scroll this table sideways.").first.is_visible()
    assert "linear-gradient" in table.evaluate("(table) => getComputedStyle(table).backgroundImage")
    table.focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(
        """() => {
            const one = document.activeElement;
            return one.scrollLeft + one.clientWidth >= one.scrollWidth - 1;
        }"""
    )
    assert table.get_by_role("columnheader", name="Oceania").bounding_box()["x"] < PHONE["width"] - 40
    assert name.bounding_box()["x"] == before["x"]  # the row's own name is still there


def test_what_is_withheld_has_a_mark_of_one_size_and_no_bar(reader: Callable[..., Reader]) -> None:
    page = reader(viewport=PHONE).open(LARGE)
    sizes = page.evaluate(
        """() => [...document.querySelectorAll(".cp-hatch")].map((mark) =>
            [mark.getBoundingClientRect().width, mark.getBoundingClientRect().height].join())"""
    )
    assert len(sizes) > 20 and len(set(sizes)) == 1
    width, height = map(float, sizes[0].split(","))
    assert width < 20 and height < 20
    assert page.locator("td:has(.cp-hatch):has(.cp-bar)").count() == 0


def test_a_finished_round_shows_its_report_before_its_calendar(built: Built) -> None:
    text = page_of(built.folder, "rounds/2026-1/index.html").text
    article = text[text.index("Finished. It ended on") :]
    order = [article.index(words) for words in ("See how it went", "Read the whole report", "Members may apply")]
    assert order == sorted(order)


def test_the_page_on_method_stands_beside_the_reports(built: Built) -> None:
    page = page_of(built.folder, "how-it-works/reports/index.html")
    assert "Withheld. The figure is not shown." in page.text
    assert " : " not in page.text
    here = page_of(built.folder, "reports/2026-1/index.html")
    assert "How reports keep everybody unseen" in here.text[: here.text.index("All figures are rounded")]
