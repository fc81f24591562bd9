"""The site for everybody: nothing that axe finds, nothing wider than a phone, and read without a script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.form.browser import violations
from tests.site.conftest import Built, Reader

NARROW = (320, 360, 640)  # 640: a screen of 1280 at 200 %
HEIGHT = {360: 760, 1280: 900}
SCHEME = {"light": "default", "dark": "slate"}


#: Elements of one kind have the same colours: the same name and classes, within the same.
KINDS = """() => {
    const kind = (one) => one ? one.localName + "." + (one.getAttribute("class") || "") : "";
    const all = [...document.body.querySelectorAll("*")];
    return [...new Set(all.map((one) => `${kind(one.parentNode)} ${kind(one)}`))];
}"""


def looked_at(
    built: Built, reader: Callable[..., Reader], views: Sequence[tuple[int, str]], *, all_colours: bool
) -> dict[str, object]:
    """What axe finds on every page in these widths and schemes, and what is wider than its screen.

    Everything but colours is looked for in the first view. Colours take most of the time: without *all_colours*
    they are looked at in the pages that have a kind of element that no longer page has.
    """
    calm = reader(reduced_motion="reduce")
    found: dict[str, object] = {}
    seen: set[str] = set()
    page = None
    for address in sorted(built.pages, key=lambda each: -built.pages[each].stat().st_size):
        page = calm.open(address, page)
        kinds = set(page.evaluate(KINDS))
        colours = all_colours or not kinds <= seen
        seen |= kinds
        for width, scheme in views if colours else views[:1]:
            page.set_viewport_size({"width": width, "height": HEIGHT[width]})
            page.emulate_media(color_scheme=scheme)
            page.wait_for_function(f"document.body.dataset.mdColorScheme === '{SCHEME[scheme]}'")
            if (width, scheme) != views[0]:
                broken = violations(page, "colours")
            else:
                broken = violations(page, "everything" if colours else "all but colours")
            if broken:
                found[f"{address} {width} {scheme}"] = broken
        for width in NARROW:
            page.set_viewport_size({"width": width, "height": 760})
            overhang = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if overhang > 0:
                found[f"{address} {width} wide"] = overhang
    assert (calm.elsewhere, calm.missing, calm.errors) == ([], [], [])
    return found


def test_no_page_has_a_violation_or_is_wider_than_its_screen(built: Built, reader: Callable[..., Reader]) -> None:
    assert looked_at(built, reader, ((360, "light"), (1280, "dark")), all_colours=False) == {}


@pytest.mark.long
def test_no_page_has_a_violation_in_any_size_and_scheme(built: Built, reader: Callable[..., Reader]) -> None:
    views = [(width, scheme) for width in HEIGHT for scheme in SCHEME]
    assert looked_at(built, reader, views, all_colours=True) == {}


def test_the_menu_opens_and_closes_with_the_keyboard(reader: Callable[..., Reader]) -> None:
    page = reader(viewport={"width": 360, "height": 760}, reduced_motion="reduce").open("/guides/looking-back/")
    button = page.get_by_role("button", name="Menu")
    link = page.get_by_role("navigation", name="Navigation").get_by_role("link", name="A day at work")

    assert (button.get_attribute("aria-expanded"), link.is_visible()) == ("false", False)
    button.press("Enter")
    assert (button.get_attribute("aria-expanded"), link.is_visible()) == ("true", True)
    page.keyboard.press("Escape")
    assert (button.get_attribute("aria-expanded"), link.is_visible()) == ("false", False)
    assert button.evaluate("(button) => button === document.activeElement")


def test_an_example_is_copied_with_its_button(reader: Callable[..., Reader]) -> None:
    page = reader(permissions=["clipboard-read", "clipboard-write"]).open("/coordinators/calendar/")
    block = page.locator("pre").first
    block.get_by_role("button", name="Copy").press("Enter")
    block.get_by_role("button", name="Copied").wait_for()
    page.evaluate("""() => {
        const field = document.body.appendChild(document.createElement("textarea"));
        field.id = "pasted"; field.focus();
    }""")
    page.keyboard.press("Control+V")

    assert page.input_value("#pasted") == block.locator("code").inner_text().rstrip()


def test_without_scripts_a_page_is_read_and_the_menu_opens(built: Built, reader: Callable[..., Reader]) -> None:
    plain = reader(java_script_enabled=False, viewport={"width": 360, "height": 760}, color_scheme="dark")
    page = plain.open("/guides/getting-to-know-you/")
    background = page.locator("body").evaluate("(body) => getComputedStyle(body).backgroundColor")
    link = page.get_by_role("navigation", name="Navigation").get_by_role("link", name="A day at work")

    assert background == "rgb(23, 21, 18)"
    assert page.get_by_role("heading", name="Getting to know you").is_visible()
    assert not link.is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert link.is_visible()
    assert not page.get_by_role("searchbox").is_visible()


def test_nothing_can_be_reached_with_the_keyboard_that_is_not_seen(
    built: Built, reader: Callable[..., Reader]
) -> None:
    for width, height in HEIGHT.items():
        page = reader(viewport={"width": width, "height": height}, reduced_motion="reduce").open(
            "/guides/getting-to-know-you/"
        )
        unseen = []
        for _ in range(60):
            page.keyboard.press("Tab")
            where = page.evaluate(
                """() => {
                    const one = document.activeElement, box = one.getBoundingClientRect();
                    const label = one.matches(".md-option") && one.nextElementSibling; // it is seen in its place
                    if (label) return getComputedStyle(label).outlineStyle === "none" ? "no outline" : "";
                    const seen = one.checkVisibility({visibilityProperty: true}) && box.width && box.height
                        && box.right > 0 && box.left < innerWidth;
                    return one === document.body ? "end" : seen ? "" : one.outerHTML.slice(0, 120);
                }"""
            )
            if where == "end":
                break
            if where:
                unseen.append(where)

        assert unseen == []


def test_nothing_moves_for_a_reader_who_asked_for_less_motion(reader: Callable[..., Reader]) -> None:
    page = reader(reduced_motion="reduce").open("/")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((each) => {
            const style = getComputedStyle(each);
            return parseFloat(style.transitionDuration) > 0 || style.animationName !== "none";
        }).map((each) => each.outerHTML.slice(0, 80))"""
    )

    assert moving == []


def test_no_page_sets_a_cookie(built: Built, reader: Callable[..., Reader]) -> None:
    one = reader()
    for address in ("/", "/guides/", "/guides/looking-back/"):
        one.open(address)

    assert one.context.cookies() == []


def links_at_least_as_large_as_a_finger(page: Any) -> list[str]:
    found = page.evaluate(
        """() => [...document.querySelectorAll("header label, header a, button, .md-button, footer a, summary")]
            .filter((each) => !each.closest(".md-search"))
            .filter((each) => each.checkVisibility({visibilityProperty: true}))
            .filter((each) => each.getBoundingClientRect().height < 24 || each.getBoundingClientRect().width < 24)
            .map((each) => each.outerHTML.slice(0, 80))"""
    )
    return list(found)


def test_what_is_pressed_is_large_enough_to_be_touched(reader: Callable[..., Reader]) -> None:
    narrow = reader(viewport={"width": 360, "height": 760})

    assert [links_at_least_as_large_as_a_finger(narrow.open(each)) for each in ("/", "/guides/")] == [[], []]
