"""The review page: what is in it, what must not be, and what a coordinator takes out of it."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from counterpart.files.repository import Repository
from counterpart.pairing.review_page import review_round
from tests.desk import Kept, flat, id_of
from tests.form.browser import violations
from tests.mail.test_gate import Ready


@pytest.fixture
def ready(tmp_path: Path, kept: Kept) -> Ready:
    return kept.copy(Ready, tmp_path)


def page_of(ready: Ready, *more: object) -> Path:
    place = ready.folder / "review.html"
    code, out, err = ready.run("review", "2027-1", "--out", place, *more)
    assert code == 0, out + err
    assert f"Wrote 3 pairs to look through: open {place}" in out.replace("\n", " ")
    return place


def test_every_pair_is_in_the_page_with_both_sides_and_nobody_is_named(ready: Ready) -> None:
    text = page_of(ready).read_text(encoding="utf-8")
    pairs = ready.data("pairings.yaml")["pairs"]
    assert len(pairs) == 3
    for pair in pairs:
        assert f'data-people="{" ".join(pair["people"])}"' in text
        for id in pair["people"]:
            assert f'<div id="p-{id}">' in text
            assert f"{sum(pair['points'][id].values())}</th>" in text
    assert "Proven over all 15 pairs that can be formed from the 6 people" in text
    assert "canary" not in text.casefold()
    assert "WITH NAMES" not in text
    assert not [line for line in text.splitlines() if not line.strip()]


def test_the_page_lies_in_build_and_git_never_sees_it(ready: Ready) -> None:
    (ready.root / ".gitignore").write_text("build/\n", encoding="utf-8")
    ready.commit("ignore")
    assert ready.run("review", "2027-1")[0] == 0
    assert (ready.root / "build" / "review-2027-1.html").is_file()
    assert ready.git("status", "--porcelain") == ""


def test_names_and_words_are_shown_only_outside_git_for_the_owner_alone_and_are_marked(ready: Ready) -> None:
    place = ready.folder / "private" / "review.html"
    code, out, _ = ready.run("review", "2027-1", "--with-names", "demo", "--out", place)
    assert code == 0
    assert "THIS PAGE HOLDS NAMES AND WORDS OF REAL PEOPLE." in flat(out)
    text = place.read_text(encoding="utf-8")
    assert all(f"Canary Number {number}" in text for number in range(6))
    assert "canary-1@example.org" not in text, "an address decides nothing about a pair"
    assert "This page holds names and words of real people." in text
    assert "(with names)</title>" in text
    assert stat.S_IMODE(os.stat(place).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(place.parent).st_mode) == 0o700

    code, _, err = ready.run("review", "2027-1", "--with-names", "demo", "--out", ready.root / "build" / "x.html")
    assert code == 2
    assert "it must not lie in a Git repository" in flat(err)
    assert not (ready.root / "build" / "x.html").exists()
    ready.nobody_named()


def test_without_out_names_go_to_the_folder_beside_the_keys(
    ready: Ready, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COUNTERPART_KEYS", str(tmp_path / "account" / "keys"))
    assert ready.run("review", "2027-1", "--with-names", "demo")[0] == 0
    assert (tmp_path / "account" / "review" / "review-2027-1-WITH-NAMES.html").is_file()


def test_what_a_review_returns_names_nobody_when_it_is_printed(ready: Ready) -> None:
    done = review_round(Repository(ready.root), "2027-1", key="demo", report=lambda _: None)
    assert repr(done) == "Reviewed(3 pairs, 6 named)"


def test_hostile_words_are_words(ready: Ready) -> None:
    ready.apply(7, name="</script><script>alert(1)</script>", about_me="<img src=x onerror=alert(2)>\n& more")
    ready.commit("one more")
    assert ready.admit()[0] == 0
    assert ready.run("match", "2027-1")[0] == 0
    place = ready.folder / "private" / "review.html"
    assert ready.run("review", "2027-1", "--with-names", "demo", "--out", place)[0] == 0
    text = place.read_text(encoding="utf-8")
    assert "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "&lt;img src=x onerror=alert(2)&gt;&#10;&amp; more" in text
    assert text.count("<script") == 2


def test_a_proposal_that_does_not_verify_is_not_reviewed(ready: Ready) -> None:
    points = re.search(r"interests: (\d+)", ready.file("rounds/2027-1/pairings.yaml").read_text(encoding="utf-8"))
    assert points
    ready.change("rounds/2027-1/pairings.yaml", points[0], "interests: 999")
    code, out, _ = ready.run("review", "2027-1")
    assert code == 1
    assert "error[proposal-points]" in out
    assert "No page was made for round 2027-1. 1 finding stands in the way." in flat(out)
    assert not (ready.root / "build").exists()


@pytest.fixture
def opened(ready: Ready, chromium: Any) -> Any:
    """The page, opened from disk; every error on it, and everything that it fetches, fails the test."""
    place = page_of(ready)
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"error on the page: {error}"))
    page.on("console", lambda message: pytest.fail(f"the page said: {message.text}"))
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(place.as_uri())
    yield page
    assert [url for url in fetched if not url.startswith("blob:")] == [place.as_uri()]
    context.close()


def take(page: Any, ready: Ready) -> str:
    """Download the decisions and put them where they belong."""
    with page.expect_download() as download:
        page.click("#download")
    assert download.value.suggested_filename == "decisions.yaml"
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert text == page.input_value("#text")
    ready.file("rounds/2027-1/decisions.yaml").write_text(text, encoding="utf-8", newline="\n")
    return text


def test_decisions_by_keyboard_are_exported_pass_check_and_are_obeyed(opened: Any, ready: Ready) -> None:
    page = opened
    page.keyboard.press("j")
    weakest = page.evaluate("document.activeElement.dataset.people").split(" ")
    page.keyboard.press("f")
    page.select_option("#reason", "conflict-of-interest")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#count').textContent !== '0'")
    assert page.text_content("#count") == "1"
    page.keyboard.press("j")
    second = page.evaluate("document.activeElement.dataset.people").split(" ")
    assert second != weakest
    page.keyboard.press("p")
    page.click("#ask button[value=yes]")
    page.keyboard.press("e")
    page.wait_for_selector("#file[open]")
    text = take(page, ready)
    assert text == (
        'format: 1\nround: "2027-1"\n'
        f'forbids:\n  - {{people: ["{weakest[0]}", "{weakest[1]}"], by: "coordinator-1", '
        'reason: "conflict-of-interest"}\n'
        f'pins:\n  - {{people: ["{second[0]}", "{second[1]}"], by: "coordinator-1", '
        'reason: "asked-for-each-other"}\n'
    )
    ready.git("rm", "--quiet", "--cached", "rounds/2027-1/approval.yaml")
    ready.file("rounds/2027-1/approval.yaml").unlink()
    assert ready.run("match", "2027-1")[0] == 0
    assert ready.run("check")[0] == 0
    pairs = [pair["people"] for pair in ready.data("pairings.yaml")["pairs"]]
    assert sorted(second) in pairs
    assert sorted(weakest) not in pairs


def test_what_stood_in_the_decisions_stays_in_the_export(ready: Ready, chromium: Any) -> None:
    people = ready.data("pairings.yaml")["pairs"][0]["people"]
    ready.file("rounds/2027-1/decisions.yaml").write_text(
        "format: 1\nround: 2027-1\npins:\n"
        f"  - {{people: [{', '.join(people)}], by: coordinator-2, reason: keep-as-reviewed}}\n",
        encoding="utf-8",
    )
    assert ready.run("match", "2027-1")[0] == 0
    page = chromium.new_context().new_page()
    page.goto(page_of(ready).as_uri())
    card = page.locator(".card.pinned")
    assert card.count() == 1
    assert "For " in card.locator("details").inner_text() or "because of the pin" in card.text_content()
    card.locator("[data-act=forbid]").click()
    assert page.text_content("#ask-what") == "They are pinned by another decision."
    assert page.is_disabled("#ask button[value=yes]")
    page.click("#ask button[value=no]")
    other = next(pair["people"] for pair in ready.data("pairings.yaml")["pairs"] if pair["people"] != people)
    page.click(f'.act[data-act=remove][data-people="{other[0]}"]')
    page.select_option("#reason", "withdrew")
    page.click("#ask button[value=yes]")
    page.click("#toggle")
    page.fill("#by", "Someone's Name")
    page.click("#export")
    assert not page.is_visible("#file")
    assert page.text_content("#by-help") == (
        "Write a role in small letters, digits and hyphens, such as coordinator-1. No name."
    )
    page.fill("#by", "coordinator-2")
    page.click("#export")
    text = take(page, ready)
    assert f'reason: "keep-as-reviewed"}}\nremoved:\n  - {{id: "{other[0]}", by: "coordinator-2"' in text
    assert ready.run("match", "2027-1")[0] == 0
    assert other[0] not in str(ready.data("pairings.yaml"))
    page.context.close()


def test_a_page_closed_by_accident_keeps_the_decisions_and_one_can_be_undone(opened: Any) -> None:
    page = opened
    page.locator("#list .card [data-act=forbid]").first.click()
    page.click("#ask button[value=yes]")
    kept = page.evaluate("JSON.stringify({...localStorage})")
    assert "conflict-of-interest" in kept
    page.evaluate("document.querySelector('#toggle').click()")
    page.click("#made button")
    assert page.text_content("#count") == "0"
    assert page.evaluate("Object.values(localStorage)[0]") == "[]"


def test_search_filter_and_order_show_what_they_say(opened: Any, ready: Ready) -> None:
    page = opened
    wanted = id_of(2)
    page.keyboard.press("/")
    page.keyboard.type(wanted.lower())
    page.get_by_text("1 of 3 pairs").wait_for()
    assert page.locator("#list .card:visible").count() == 1
    assert wanted in page.locator("#list .card:visible").get_attribute("data-people")
    page.fill("#search", "")
    page.select_option("#country", "AU")
    assert page.locator("#list .card:visible").count() == 1
    page.select_option("#country", "")
    page.select_option("#sort", "country")
    order = page.eval_on_selector_all("#list .card", "all => all.map(card => card.dataset.country)")
    assert order == sorted(order)
    page.select_option("#sort", "least")
    least = page.eval_on_selector_all("#list .card", "all => all.map(card => Number(card.dataset.least))")
    assert least == sorted(least)


def test_keys_can_be_switched_off(opened: Any) -> None:
    page = opened
    page.click("#tools summary")
    page.uncheck("#keys")
    page.locator("#list .card").first.focus()
    page.keyboard.press("f")
    assert not page.is_visible("#ask")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_the_page_has_no_violation_and_is_not_wider_than_the_screen(
    ready: Ready,
    chromium: Any,
    width: int,
    scheme: str,
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(page_of(ready).as_uri())
    # What is not on the screen is not laid out, and then has no true size.
    page.add_style_tag(content=".card { content-visibility: visible !important }")

    states = {"first": violations(page)}
    page.eval_on_selector_all("details", "all => all.forEach((each) => { each.open = true })")
    states["open"] = violations(page)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.locator("#list .card [data-act=forbid]").first.click()
    states["ask"] = violations(page)
    page.click("#ask button[value=yes]")
    page.evaluate("document.querySelector('#toggle').click()")
    states["decided"] = violations(page)
    page.click("#export")
    states["file"] = violations(page)
    context.close()
    assert states == {state: [] for state in states}


def test_without_script_every_pair_can_be_read(ready: Ready, chromium: Any) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(page_of(ready).as_uri())
    assert page.locator("#list .card:visible").count() == 3
    assert page.locator("button:visible").count() == 0
    assert page.locator(".points:visible").count() == 3
    context.close()
