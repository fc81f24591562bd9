"""The mails in a browser: for everybody, on a phone and on a screen, by day and by night, asking nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.form.browser import violations
from tests.mails import LETTERS, due, letter, writer


@pytest.fixture(scope="module")
def window(chromium: Any) -> Iterator[Any]:
    """One window for all mails: one after the other is put into it."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def page_of(name: str) -> str:
    return letter(name).html


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", LETTERS)
def test_a_mail_has_no_violation_fits_a_phone_and_asks_nobody(window: Any, name: str, scheme: str) -> None:
    asked: list[str] = []
    window.on("request", lambda request: asked.append(request.url))
    window.emulate_media(color_scheme=scheme)
    window.set_content(page_of(name))
    for width in (320, 360, 800):
        window.set_viewport_size({"width": width, "height": 900})
        assert window.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width
        assert violations(window) == [], width
    assert asked == []


def test_a_word_of_ten_thousand_letters_makes_nothing_wider(chromium: Any) -> None:
    words = "x" * 10_000
    made = writer(partner={"name": words, "about_me": words}).letter(due("introduction"))
    context = chromium.new_context(viewport={"width": 360, "height": 900})
    page = context.new_page()
    page.set_content(made.html)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    context.close()


def test_the_night_has_its_own_colours(chromium: Any) -> None:
    seen = []
    for scheme in ("light", "dark"):
        context = chromium.new_context(color_scheme=scheme)
        page = context.new_page()
        page.set_content(page_of("introduction-pair"))
        script = "each => getComputedStyle(document.querySelector(each)).backgroundColor"
        seen.append([page.evaluate(script, each) for each in ("body", "blockquote")])
        context.close()
    assert seen == [
        ["rgb(250, 246, 239)", "rgb(228, 238, 244)"],
        ["rgb(23, 21, 18)", "rgb(28, 47, 59)"],
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_preview_has_no_violation_and_shows_the_mail_in_a_phone_and_on_a_screen(
    chromium: Any, programme: Path, tmp_path: Path, scheme: str
) -> None:
    from tests.form.conftest import run

    assert run("--root", str(programme), "preview", "2027-1", "--out", str(tmp_path / "pages")) == 0
    for width in (360, 1280):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
        )
        page = context.new_page()
        page.goto((tmp_path / "pages" / "index.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width
        assert violations(page) == [], width
        context.close()
