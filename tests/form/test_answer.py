"""The page behind a personal link, in Chromium: nothing on opening, one sealed and signed answer on a click."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from counterpart.sealing.demo_keys import DEMONSTRATION_IDENTITIES
from counterpart.sealing.receipt import verify
from counterpart.sealing.seal import open_sealed
from counterpart.sealing.signed import signed_bytes
from tests.form.conftest import Site
from tests.responses import LINKS, link

ID = "7GQ2MK4XHN"


@pytest.fixture(autouse=True)
def relay_that_takes_answers(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The small relay of these tests names files by kind; an answer's name is its seal's."""

    def submit(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        document = body["document"]
        site.relay.taken[document["signature"]] = document
        return 201, {"id": document["id"], "received": "2027-03-05T09:00:00Z"}

    monkeypatch.setattr(type(site.relay), "submit", lambda _, body: submit(body))


def visit(site: Site, fragment: str, *, relay: bool = True, **context: Any) -> Any:
    site.build(relay=relay)
    site.close()
    site.context = site.browser.new_context(**context)
    page = site.context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"error on the page: {error}"))
    page.goto(f"{site.url}/apply/2027-1/answer.html#{fragment}")
    page.wait_for_selector("body[data-view]")
    return page


def said(document: dict[str, Any]) -> dict[str, Any]:
    """What is sealed in an answer whose link and signature hold."""
    assert verify(LINKS.public, document["certificate"], signed_bytes("link", document))
    assert verify(document["key"], document["signature"], signed_bytes("response", document))
    opened: dict[str, Any] = json.loads(open_sealed(document["sealed"], DEMONSTRATION_IDENTITIES))
    return opened


def test_opening_the_page_sends_nothing_and_a_click_sends_one_answer(site: Site) -> None:
    page = visit(site, f"pulse.{link(ID)}")
    page.wait_for_timeout(300)
    assert site.relay.asked == [], "a program that opens links changes nothing"
    page.click("text=We have talked")
    page.wait_for_selector("#done:not([hidden])")
    [document] = site.relay.taken.values()
    assert said(document) == {"format": 1, "round": "2027-1", "id": ID, "about": "pulse", "said": "talked"}
    assert b"talked" not in site.relay.asked[-1]
    page.click("#more")
    page.fill("#until", "2027-04-12")
    page.click("button[value=away]")
    page.wait_for_selector("#done:not([hidden])")
    assert said([*site.relay.taken.values()][-1])["until"] == "2027-04-12"


def test_away_needs_a_day(site: Site) -> None:
    page = visit(site, f"pulse.{link(ID)}")
    page.click("button[value=away]")
    page.wait_for_function("document.getElementById('progress').textContent.startsWith('Write the last day')")
    assert site.relay.taken == {}


@pytest.mark.parametrize(
    "fragment", ["", "pulse", f"pulse.{link(ID)[:-4]}", f"other.{link(ID)}", f"pulse.2027-2{link(ID)[6:]}"]
)
def test_a_link_that_is_not_whole_shows_what_to_do(site: Site, fragment: str) -> None:
    page = visit(site, fragment)
    assert page.get_attribute("body", "data-view") == "bad"
    assert not page.is_visible("form")


def test_a_link_that_has_expired_says_so(site: Site) -> None:
    from datetime import UTC, datetime

    page = visit(site, f"pulse.{link(ID, expires=datetime(2027, 1, 1, tzinfo=UTC))}")
    assert page.get_attribute("body", "data-view") == "old"


def test_a_survey_holds_what_was_answered_and_nothing_else(site: Site) -> None:
    page = visit(site, f"end-survey.{link(ID)}")
    page.click("#end-survey button[type=submit]")
    assert page.text_content("#progress") == "Answer at least one of the questions."
    page.check("#end-survey input[name=satisfaction][value=satisfied]")
    page.check("#end-survey input[name=contact][value=fortnightly]")
    page.check("#end-survey input[name=again][value=yes]")
    page.fill("#end-survey-impact", "We compare our <b>catalogues</b> now.")
    page.click("#end-survey button[type=submit]")
    page.wait_for_selector("#done:not([hidden])")
    [document] = site.relay.taken.values()
    assert said(document) == {
        "format": 1,
        "round": "2027-1",
        "id": ID,
        "about": "end-survey",
        "satisfaction": "satisfied",
        "contact": "fortnightly",
        "again": "yes",
        "impact": "We compare our <b>catalogues</b> now.",
    }


def test_a_statement_and_the_choice_of_mails(site: Site) -> None:
    page = visit(site, f"statement.{link(ID)}")
    page.fill("#hours", "14")
    page.fill("#statement-reflection", "How others lend maps.")
    page.click("#statement button[type=submit]")
    page.wait_for_selector("#done:not([hidden])")
    assert said([*site.relay.taken.values()][-1])["hours"] == 14
    page = visit(site, f"mails.{link(ID)}")
    page.click("button[value=stopped]")
    page.wait_for_selector("#done:not([hidden])")
    assert said([*site.relay.taken.values()][-1])["mails"] == "stopped"


def test_without_a_relay_the_answer_is_a_file_that_intake_takes(site: Site, tmp_path: Path) -> None:
    page = visit(site, f"pulse.{link(ID)}", relay=False)
    page.click("text=I have heard nothing yet")
    page.wait_for_selector("#file:not([hidden])")
    assert said(json.loads(page.input_value("#file-text")))["said"] == "nothing-yet"
    with page.expect_download() as saved:
        page.click("#file-save")
    assert saved.value.suggested_filename == f"counterpart-2027-1-{ID}-answer.json"


HEADINGS = {
    "pulse": ("How does it go?", "Your partnership"),
    "mid-survey": ("How does it go?", "A few questions, halfway"),
    "end-survey": ("How was it?", "A few questions at the end"),
    "mails": ("Your mails", "Which mails you want"),
    "statement": ("Your statement of participation", "What stands on it"),
}


@pytest.mark.parametrize("about", HEADINGS)
def test_each_form_has_a_heading_and_a_title_of_its_own(site: Site, about: str) -> None:
    page = visit(site, f"{about}.{link(ID)}")
    assert (page.inner_text("h1"), page.inner_text("h2:visible")) == HEADINGS[about]
    assert page.title() == f"{HEADINGS[about][0]} – {page.inner_text('.round')}"


def test_a_page_without_a_form_asks_no_question_in_its_heading(site: Site) -> None:
    page = visit(site, "pulse.cut")
    plain = ("Your answer", f"Your answer – {page.inner_text('.round')}")
    assert (page.inner_text("h1"), page.title()) == plain
    page.evaluate(f"location.hash = 'mails.{link(ID)}'")
    page.wait_for_selector("#mails")
    assert page.inner_text("h1") == "Your mails"
    page.click("button[value=stopped]")
    page.wait_for_selector("#done")
    assert page.inner_text("h1") == "Your mails", "thanks stand under what they are for"
    site.close()
    site.context = site.browser.new_context(java_script_enabled=False)
    page = site.context.new_page()
    page.goto(f"{site.url}/apply/2027-1/answer.html#mails.{link(ID)}")
    assert (page.inner_text("h1"), page.title()) == plain, "also where no script can say more"
    assert page.inner_text("h2:visible") == "This page needs JavaScript"


def test_the_survey_at_the_end_asks_how_it_was(site: Site) -> None:
    for about, asked in (
        ("mid-survey", ["How often are you in contact?", "Are the discussion guides useful?"]),
        ("end-survey", ["How often were you in contact?", "Were the discussion guides useful?"]),
    ):
        page = visit(site, f"{about}.{link(ID)}")
        assert page.locator(f"#{about} legend").all_inner_texts()[1:3] == asked


def test_who_stops_mails_is_told_which_still_come(site: Site) -> None:
    said = visit(site, f"mails.{link(ID)}").inner_text("#mails")
    for words in ("those about your partner", "halfway and at the end", "your statement of participation"):
        assert words in said


def test_guides_are_called_by_their_own_titles_and_without_their_pages_by_their_names(
    site: Site, tmp_path: Path
) -> None:
    site.programme = Path(shutil.copytree(site.programme, tmp_path / "with-guides"))
    settings = yaml.safe_load((site.programme / "rounds/2027-1/round.yaml").read_text(encoding="utf-8"))
    first, second, *_ = [event["guide"] for event in settings["calendar"] if event["event"] == "topic"]
    text = (Path(__file__).parents[2] / "site/guides/getting-to-know-you.md").read_text(encoding="utf-8")
    guides = site.programme / "site/guides"
    guides.mkdir(parents=True)
    guide = re.sub("(?m)^title: .*", 'title: "Speaking up for <i>Libraries</i> & more"', text)
    (guides / f"{second}.md").write_text(guide, encoding="utf-8")
    page = visit(site, f"statement.{link(ID)}")
    named = page.locator("#statement fieldset span").all_inner_texts()
    assert named[:2] == [first.replace("-", " ").capitalize(), "Speaking up for <i>Libraries</i> & more"]
    assert page.locator("#statement fieldset input").nth(1).get_attribute("value") == second


@pytest.mark.parametrize("about", HEADINGS)
def test_the_page_stands_in_the_middle_of_a_wide_screen(site: Site, about: str) -> None:
    page = visit(site, f"{about}.{link(ID)}", viewport={"width": 1280, "height": 900})
    for each in (".top", f"#{about}", "footer"):
        box = page.locator(each).bounding_box()
        assert abs(box["x"] - (1280 - box["x"] - box["width"])) <= 1 and box["width"] < 800, each


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("about", ["pulse", "end-survey", "statement", "mails"])
def test_nobody_is_shut_out(site: Site, about: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is missing").Axe()
    for width in (360, 800, 1280):
        page = visit(site, f"{about}.{link(ID)}", color_scheme=scheme, viewport={"width": width, "height": 740})
        found = axe.run(page, options={"resultTypes": ["violations"]})
        assert [each["id"] for each in found.response["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
