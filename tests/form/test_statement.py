"""The page on which statements are checked, in Chromium and without any server."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from counterpart.files.repository import Repository
from counterpart.files.yaml_write import dump
from counterpart.mail import statements
from counterpart.mail.statements import checking_page, is_genuine, issue
from counterpart.model import Guide
from counterpart.programme.public import Programme
from counterpart.rounds.answer import About, Answer
from tests.form.browser import violations
from tests.form.conftest import Site
from tests.mails import settings
from tests.responses import LINKS

NAME = "Thảo “Trang” Giấy <b>"
PROGRAMME = Programme(
    name="Reading Across",
    summary="Two people talk.",
    site="https://mentoring.example.org",
    association="The Example Library Association",
    members="members",
    contact="mentoring@example.org",
)
GUIDES = {
    id: Guide(id=id, title=title, summary="", stage="middle", questions=(), activity="", returning="")
    for id, title in (("a-guide", "Maps & <i>more</i>"), ("b-guide", "Speaking up"))
}
#: What a usual statement holds: two guides, and as many words as the page behind the link takes.
WORDS = ("How others lend maps, and what a small town does with few hands and many ideas. " * 8)[:600]
USUAL = {"hours": 14, "guides": ["a-guide", "b-guide"], "reflection": WORDS}
#: A statement that was made before statements said who issues them.
EARLIER = (
    "eyJzaWduYXR1cmUiOiJSby9jOElBN2kwS2EzSEQ0RmFJbHFvWkxyRHhEMzB0UXhnVmpTN2QydFFKeklSUDJlcENhdk1vcElx"
    "dnRIYzFPdktxcUsxWVQwVDJBeVhoZ0YrVFVDQT09Iiwic3RhdGVtZW50Ijp7ImJlZ2FuIjoiMjAyNy0wMy0wMSIsImVuZGVk"
    "IjoiMjAyNy0wNi0yOCIsImZvcm1hdCI6MSwiZ3VpZGVzIjpbImEtZ3VpZGUiLCJiLWd1aWRlIl0sImhvdXJzIjoxNCwiaXNz"
    "dWVkIjoiMjAyNy0wNi0yOCIsIm5hbWUiOiJUaOG6o28g4oCcVHJhbmfigJ0gR2nhuqV5IDxiPiIsInJlZmxlY3Rpb24iOiJN"
    "YXBzIDxiPmVsc2V3aGVyZTwvYj4uXG5BbmQgbW9yZS4iLCJyb2xlIjoicGVlciBtZW50b3IgYW5kIHBlZXIgbWVudGVlIiwi"
    "cm91bmQiOiIyMDI3LTEiLCJ0aXRsZSI6IkZpcnN0IHJvdW5kIG9mIDIwMjcifX0"
)


@pytest.fixture
def pages(site: Site) -> str:
    root = site.folder / "programme"
    (root / "rounds/2027-1").mkdir(parents=True)
    text = dump({"format": 1, "round": "2027-1", "public": LINKS.public})
    (root / "rounds/2027-1/links.yaml").write_text(text, encoding="utf-8")
    Repository(site.folder).write_all(checking_page(Repository(root)))
    return f"{site.url}/statements/"


_RECEIVED = datetime(2027, 6, 20, tzinfo=UTC)


def made(programme: Programme | None = PROGRAMME, **recorded: Any) -> Any:
    day = date(2027, 6, 28)
    recorded |= {"guides": tuple(recorded.get("guides", ()))}
    said = {"7GQ2MK4XHN": Answer(id="7GQ2MK4XHN", received=_RECEIVED, about=About.STATEMENT, **recorded)}
    return issue(settings(), LINKS, "7GQ2MK4XHN", NAME, date(2027, 3, 1), day, day, said, GUIDES, programme)


def look(site: Site, address: str, **context: Any) -> Any:
    site.close()
    site.context = site.browser.new_context(**context)
    page = site.context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"error on the page: {error}"))
    page.goto(address)
    return page


def test_a_genuine_statement_is_shown_from_its_link_and_from_its_file(
    site: Site, pages: str, tmp_path: Path
) -> None:
    one = made(hours=14, guides=["a-guide", "b-guide"], reflection="Maps <b>elsewhere</b>.\nAnd \u2028more.")
    page = look(site, f"{pages}#{one.payload}")
    page.wait_for_selector("#genuine")
    facts = told(page)
    assert facts["Name"] == [NAME]
    assert facts["Hours, as recorded by the participant"] == ["14"]
    assert facts["Guides"] == ["Maps & <i>more</i>", "Speaking up"]
    assert facts["In the participant’s own words"] == ["Maps <b>elsewhere</b>.\nAnd \u2028more."]
    assert page.query_selector("#facts b, #facts i") is None
    file = tmp_path / "statement.html"
    file.write_text(one.html, encoding="utf-8")
    page = look(site, pages)
    assert not page.is_visible("#genuine") and not page.is_visible("#forged")
    page.set_input_files("#file", str(file))
    page.wait_for_selector("#genuine")
    assert page.evaluate("document.activeElement.textContent") == "This statement is genuine"


@pytest.mark.parametrize("width", [360, 800, 1280])
def test_a_genuine_statement_can_be_seen_on_every_screen_whole_and_in_words(
    site: Site, pages: str, width: int
) -> None:
    for scheme in ("light", "dark"):
        page = look(
            site,
            f"{pages}#{made(**USUAL).payload}",
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            bypass_csp=True,
        )
        page.wait_for_selector("#genuine")
        assert page.is_visible("#genuine") and page.is_visible("#facts dd")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert violations(page) == []
    facts = told(page)
    assert (facts["From"], facts["Until"], facts["Issued"]) == (
        ["1 March 2027"],
        ["28 June 2027"],
        ["28 June 2027"],
    )
    assert facts["Programme"] == ["Reading Across"]
    assert facts["Association"] == ["The Example Library Association"]
    assert facts["Contact"] == ["mentoring@example.org"]
    assert page.get_attribute("#facts a", "href") == "mailto:mentoring@example.org"
    colours = "all => all.map(each => getComputedStyle(each).color)"
    assert len(set(page.eval_on_selector_all("#facts dd", colours))) == 1, "no value is less than another"
    spaces = "all => all.map(each => getComputedStyle(each).whiteSpace)"
    assert set(page.eval_on_selector_all("#facts dd", spaces)) == {"pre-line"}, "line ends stay"
    card, other = (page.locator(each).bounding_box() for each in ("#genuine", "section:last-of-type"))
    assert card["x"] == other["x"] and card["width"] == other["width"], "in the middle, not beside it"
    assert abs(card["x"] - (width - card["x"] - card["width"])) <= 1


def test_a_statement_that_was_signed_before_it_said_who_issues_it_is_still_genuine(site: Site, pages: str) -> None:
    assert is_genuine(EARLIER, LINKS.public)
    page = look(site, f"{pages}#{EARLIER}")
    page.wait_for_selector("#genuine")
    facts = told(page)
    assert facts["Name"] == [NAME]
    assert not {"Programme", "Association", "Contact"} & facts.keys()
    again = made(None, hours=14, guides=["a", "b"]).payload
    assert "programme" not in signed(again)["statement"], "where nothing names it, it is left out"


def test_a_forged_statement_is_not(site: Site, pages: str) -> None:
    payload = made(hours=14).payload
    changed = signed(payload)
    changed["statement"]["hours"] = 140
    forged = base64.urlsafe_b64encode(json.dumps(changed).encode()).decode().rstrip("=")
    other = {**changed, "statement": {**changed["statement"], "round": "2031-1"}}
    unknown = base64.urlsafe_b64encode(json.dumps(other).encode()).decode().rstrip("=")
    for wrong, says in (
        (forged, "signature"),
        (unknown, "no key"),
        (payload[:-9], "not whole"),
        ("%%%", "not whole"),
    ):
        page = look(site, f"{pages}#{wrong}")
        page.wait_for_selector("#forged:not([hidden])")
        assert says in page.text_content("#why")


def told(page: Any) -> dict[str, list[str]]:
    """What the checking page says, by what stands before it."""
    found: dict[str, list[str]] = {}
    for tag, words in page.eval_on_selector_all(
        "#facts > *", "all => all.map(each => [each.tagName, each.textContent])"
    ):
        if tag == "DT":
            last = found.setdefault(words, [])
        else:
            last.append(words)
    return found


def signed(payload: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def test_nobody_is_shut_out_from_a_statement(site: Site, pages: str, tmp_path: Path) -> None:
    file = tmp_path / "statement.html"
    file.write_text(made(**USUAL).html, encoding="utf-8")
    for address in (file.as_uri(), pages):
        for width, scheme in ((360, "light"), (800, "dark"), (1280, "light"), (1280, "dark")):
            viewport = {"width": width, "height": 800}
            page = look(site, address, viewport=viewport, color_scheme=scheme, bypass_csp=True)
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_line_ends_of_ones_own_words_stay(site: Site, pages: str, tmp_path: Path) -> None:
    one = made(hours=14, reflection="One <b>.\n\nTwo.\nThree.")
    file = tmp_path / "statement.html"
    file.write_text(one.html, encoding="utf-8")
    assert look(site, file.as_uri()).inner_text(".own") == "One <b>.\n\nTwo.\nThree."
    page = look(site, f"{pages}#{one.payload}")
    page.wait_for_selector("#genuine")
    assert page.locator("#facts dd", has_text="Three").inner_text() == "One <b>.\n\nTwo.\nThree."


def test_a_statement_says_who_issues_it_where_that_is_known(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "statement.html"
    known = made(**USUAL)
    file.write_text(known.html, encoding="utf-8")
    page = look(site, file.as_uri())
    said = " ".join(page.inner_text("main").split())
    assert "took part in Reading Across, the international peer-mentoring programme of The Example Library" in said
    assert page.get_attribute("dl a", "href") == "mailto:mentoring@example.org"
    issuer = {"programme": "Reading Across", "association": PROGRAMME.association, "contact": PROGRAMME.contact}
    assert signed(known.payload)["statement"].items() >= issuer.items()
    file.write_text(made(None).html, encoding="utf-8")
    said = " ".join(look(site, file.as_uri()).inner_text("main").split())
    assert "took part in the international peer-mentoring programme, round “First round of 2027”." in said
    assert "None" not in said and "Contact" not in said


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_usual_statement_is_one_sheet_that_says_how_it_is_checked(
    site: Site, tmp_path: Path, paper: str
) -> None:
    file = tmp_path / "statement.html"
    file.write_text(made(**USUAL).html, encoding="utf-8")
    page = look(site, file.as_uri(), color_scheme="dark")
    assert pages_of(page.pdf(format=paper, prefer_css_page_size=True, print_background=True)) == 1
    page.emulate_media(media="print", color_scheme="dark")
    said = " ".join(page.inner_text("main").split())
    assert "checked at https://mentoring.example.org/statements/: choose the file there." in said
    assert "The paper alone cannot be checked." in said and "keep that file, and send it" in said
    assert "Check it on the programme’s site" not in said, "words that lead nowhere on paper"
    colour = "(each, what) => getComputedStyle(document.querySelector(each))[what]"
    for each in ("html", "body", "main"):
        ground = page.evaluate(f"each => ({colour})(each, 'backgroundColor')", each)
        assert ground == "rgba(0, 0, 0, 0)", f"{each} prints no ground"
    assert page.evaluate(f"({colour})('.printed a', 'color')") == "rgb(27, 92, 133)"


def test_a_long_statement_may_take_two_sheets(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "statement.html"
    file.write_text(made(hours=14, guides=["a-guide", "b-guide"] * 30, reflection=WORDS).html, encoding="utf-8")
    assert pages_of(look(site, file.as_uri()).pdf(format="A4")) > 1, "so sheets are counted"


def pages_of(pdf: bytes) -> int:
    """How many sheets a PDF of Chromium has."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_the_mark_is_that_of_the_site_and_of_the_form() -> None:
    package = Path(statements.__file__).parent.parent
    pages = [package / "intake" / "templates" / f"{name}.html.j2" for name in ("apply", "answer")]
    pages += [package / "mail" / "pages" / f"{name}.html.j2" for name in ("statement", "check-statement")]
    shapes = {
        tuple(re.findall(r'<path class="(?:one|two|both)" d="([^"]+)"', path.read_text(encoding="utf-8")))
        for path in pages
    }
    assert len(shapes) == 1 and len(next(iter(shapes))) == 3
