"""The application page in Chromium, from the first key to the receipt, with a relay that answers as it is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyrage
import pytest

from counterpart.digest import digest
from counterpart.files import schema
from counterpart.files.repository import Repository
from counterpart.files.yaml_read import Document, read
from counterpart.rounds.load import load_round
from counterpart.rounds.submission import judge
from counterpart.sealing.demo_keys import DEMONSTRATION_IDENTITIES
from counterpart.sealing.receipt import verify
from counterpart.sealing.seal import SIZE, open_sealed
from counterpart.sealing.signed import canonical, signed_bytes
from tests.form.browser import violations
from tests.form.conftest import Site

Fill = Callable[[Any], None]
ARRIVED = datetime(2027, 1, 27, 8, 0, 5, tzinfo=UTC)
PRIVATE = ("Oriel Bookend", "oriel@example.org", "A-1042", "Quillhaven", "map collection")


def sent(page: Any) -> None:
    page.click("#send")
    page.wait_for_selector("#receipt:not([hidden])")


def saved(page: Any, button: str) -> Any:
    with page.expect_download() as download:
        page.click(button)
    return download.value


def copy_of(page: Any, folder: Path) -> Path:
    """The copy that the page offers after sending, saved in *folder*."""
    download = saved(page, "#receipt-save")
    path = folder / download.suggested_filename
    download.save_as(path)
    return path


def text(page: Any, selector: str) -> str:
    return " ".join(page.inner_text(selector).split())


def identity_in(document: dict[str, Any]) -> dict[str, Any]:
    identity: dict[str, Any] = json.loads(open_sealed(document["sealed"], DEMONSTRATION_IDENTITIES[:1]))
    return identity


def document_of(data: dict[str, Any]) -> Document:
    made = read(json.dumps(data).encode(), "sent.json")
    assert isinstance(made, Document)
    return made


#: What the fixture ``fill`` answers that is not sealed, but for the consent.
FILLED = {
    "country": "VN",
    "time_zone": "Asia/Ho_Chi_Minh",
    "languages": ["en", "vi"],
    "sector": "academic",
    "career_stage": "early",
    "interests": ["open-access", "metadata"],
    "wishes": {"sector": "any", "career_stage": "any"},
    "membership": "member",
    "returning": False,
}


# Applying


def test_an_application_that_was_sent_is_one_that_check_accepts(site: Site, fill: Fill) -> None:
    page = site.open()
    fill(page)
    sent(page)

    (document,) = site.relay.taken.values()
    settings = load_round(Repository.at(site.programme), "2027-1").round
    assert settings is not None
    judged = judge(document, settings, ARRIVED, {})
    assert judged.findings == ()
    assert judged.entry is not None
    assert judged.entry.path == f"applicants/2027-1/{document['id']}.yaml"
    assert document["profile"] == {**FILLED, "code_of_conduct": "2027-01"}


def test_what_is_sealed_is_the_identity_bound_to_the_profile(site: Site, fill: Fill) -> None:
    page = site.open()
    fill(page)
    sent(page)

    (document,) = site.relay.taken.values()
    identity = identity_in(document)
    assert schema.check(document_of(identity), "identity") == ()
    assert identity == {
        "format": 1,
        "round": "2027-1",
        "id": document["id"],
        "profile": digest(document["profile"]),
        "name": "Oriel Bookend",
        "email": "oriel@example.org",
        "member_number": "A-1042",
        "employer": "City Library of Quillhaven",
        "about_me": "I look after a small map collection.",
        "partner_may_see": ["name", "email", "about_me"],
    }
    key = pyrage.x25519.Identity.from_str(DEMONSTRATION_IDENTITIES[1])
    assert len(pyrage.decrypt(document["sealed"].encode(), [key])) == SIZE


def test_nothing_that_names_a_person_leaves_the_browser_or_stays_in_it(site: Site, fill: Fill) -> None:
    page = site.open()
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    fill(page)
    page.fill("#country", "vietnam")
    page.press("#country", "Enter")
    kept = page.evaluate("JSON.stringify(localStorage)")
    sent(page)

    everything = b"".join(site.relay.asked).decode() + kept + " ".join(addresses)
    assert "open-access" in kept
    assert [word for word in PRIVATE if word in everything] == []
    assert all(address.startswith(site.url) for address in addresses)
    assert page.evaluate("JSON.stringify(localStorage)") == "{}"
    assert page.evaluate("document.cookie") == ""


def test_the_receipt_names_id_digest_and_time_and_the_copy_holds_the_key(
    site: Site, fill: Fill, tmp_path: Path
) -> None:
    page = site.open()
    fill(page)
    sent(page)
    assert page.evaluate("document.activeElement.id") == "receipt"
    path = copy_of(page, tmp_path)

    (document,) = site.relay.taken.values()
    copy = json.loads(path.read_text(encoding="utf-8"))
    assert path.name == f"counterpart-copy-2027-1-{document['id']}.json"
    assert copy["receipt"]["public"] == document["receipt"]
    assert copy["profile"] == document["profile"]
    assert copy["identity"]["name"] == "Oriel Bookend"
    own = digest(document)
    facts = text(page, "#receipt-facts")
    assert facts == f"Id {document['id']} Received Wednesday, 27 January 2027 at 15:00 GMT+7 Digest {own}"
    assert text(page, "#ladder [aria-current]") == "received Your application has arrived."
    steps = page.locator("#ladder b").all_inner_texts()
    assert steps == ["received", "checked", "in the pool", "paired / waiting"]


def test_the_form_can_be_filled_and_sent_by_keyboard_alone(site: Site) -> None:
    page = site.open()
    keys = page.keyboard
    page.focus("#name")
    keys.type("Oriel Bookend")
    keys.press("Tab")
    keys.type("oriel@example.org")
    keys.press("Tab")
    keys.press("ArrowDown")  # not a member
    keys.press("Tab")
    keys.press("ArrowDown")  # not before
    keys.press("Tab")
    keys.type("braz")
    keys.press("ArrowDown")
    assert page.get_attribute("#country", "aria-activedescendant") == "country-list-0"
    assert text(page, "#country-list-0") == "Brazil Brasil"
    keys.press("Enter")
    keys.press("Tab")
    keys.press("Control+A")
    keys.type("sao paulo")
    keys.press("Enter")
    keys.press("Tab")
    for language in ("portug", "span"):
        keys.type(language)
        keys.press("Enter")
    page.focus("input[name=sector]")
    keys.press("Space")
    keys.press("Tab")
    keys.press("Space")
    page.focus("input[name=interests][value=rare-books]")
    keys.press("Space")
    page.focus("input[name=interests][value=advocacy]")
    keys.press("Space")
    page.focus("#order-list li:nth-child(2) button:nth-child(1)")
    keys.press("Enter")
    assert page.evaluate("document.activeElement.ariaLabel") == "Move Advocacy down"
    page.focus("#code_of_conduct")
    keys.press("Space")
    keys.press("Tab")
    keys.press("Enter")
    page.wait_for_selector("#receipt:not([hidden])")

    (document,) = site.relay.taken.values()
    profile = document["profile"]
    assert (profile["country"], profile["time_zone"]) == ("BR", "America/Sao_Paulo")
    assert profile["languages"] == ["pt", "es"]
    assert profile["interests"] == ["advocacy", "rare-books"]
    assert (profile["membership"], profile["returning"]) == ("not-member", False)


# Errors


def test_errors_stand_beside_the_fields_and_in_a_summary_with_the_focus(site: Site) -> None:
    page = site.open()
    page.fill("#email", "not an address")
    page.click("#send")

    assert page.evaluate("document.activeElement.id") == "summary"
    assert text(page, "#summary-title") == "10 answers need another look"
    assert page.locator("#summary-list a").all_inner_texts() == [
        "Write your name.",
        "Write an e-mail address such as reader@example.org, without spaces or accents.",
        "Say whether you are a member.",
        "Say whether you took part before.",
        "Choose the country where you live.",
        "Choose at least one language in which you can talk with a partner.",
        "Choose where you work or study.",
        "Choose your career stage.",
        "Choose at least one topic that you would like to talk about.",
        "To take part, accept the code of conduct.",
    ]
    assert page.get_attribute("#email", "aria-invalid") == "true"
    assert "email-error" in page.get_attribute("#email", "aria-describedby")
    page.click("#summary-list a >> nth=4")
    assert page.evaluate("document.activeElement.id") == "country"
    page.fill("#email", "oriel@example.org")
    assert page.get_attribute("#email", "aria-invalid") is None
    assert site.relay.asked == []


def test_fields_that_the_relay_names_are_shown_like_our_own(site: Site, fill: Fill) -> None:
    page = site.open()
    fill(page)
    fields = [{"field": "profile.country", "message": "Choose a country that exists."}]
    site.relay.refuse = (422, {"error": "country-unknown", "message": "No.", "fields": fields})
    page.click("#send")
    page.wait_for_selector("#summary:not([hidden])")

    assert text(page, "#summary-list") == "Choose a country that exists."
    assert page.get_attribute("#country", "aria-invalid") == "true"
    assert page.input_value("#name") == "Oriel Bookend"


def test_at_most_five_topics_can_be_chosen(site: Site) -> None:
    page = site.open()
    boxes = page.locator("input[name=interests]")
    for index in range(5):
        boxes.nth(index).check()
    boxes.nth(5).click()

    assert not boxes.nth(5).is_checked()
    assert text(page, "#order-full") == "Five topics are chosen already. Take one out first."
    assert page.locator("#order-list li").count() == 5


# When


@pytest.mark.parametrize(
    ("now", "title", "can_send"),
    [
        ("2027-01-10T12:59:00Z", "Applications are not open yet", False),
        ("2027-01-10T13:00:00Z", "Members may apply now", True),
        ("2027-01-24T13:00:00Z", "Everyone may apply now", True),
        ("2027-02-14T12:59:00Z", "Everyone may apply now", True),
        ("2027-02-14T13:00:00Z", "Applications are closed", False),
    ],
)
def test_the_page_says_whether_the_round_is_open(site: Site, now: str, title: str, can_send: bool) -> None:
    page = site.open(now=now)

    assert text(page, "#window-title") == title
    assert page.locator("#send").is_visible() == can_send
    assert text(page, "#window-dates") == (
        "Members may apply from Monday, 11 January 2027 at 00:00 GMT+11 "
        "Where you are: Sunday, 10 January 2027 at 20:00 GMT+7 "
        "Everyone may apply from Monday, 25 January 2027 at 00:00 GMT+11 "
        "Where you are: Sunday, 24 January 2027 at 20:00 GMT+7 "
        "The last minute to apply Sunday, 14 February 2027 at 23:59 GMT+11 "
        "Where you are: Sunday, 14 February 2027 at 19:59 GMT+7"
    )
    assert "This is a demonstration; nobody reads it." in text(page, ".banner")


def test_who_is_no_member_is_told_to_wait_while_only_members_may_apply(site: Site, fill: Fill) -> None:
    page = site.open(now="2027-01-12T08:00:00Z")
    fill(page)
    page.check("input[name=membership][value=not-member]")
    page.click("#send")

    assert text(page, "#summary-list").startswith("So far only members may apply.")
    assert site.relay.asked == []


# The draft


def test_a_draft_comes_back_without_what_names_the_person(site: Site, fill: Fill) -> None:
    first = site.open()
    fill(first)
    first.fill("#country", "portugal")
    first.press("#country", "Enter")
    kept = first.evaluate("Object.entries(localStorage).map(([key, value]) => [key, JSON.parse(value)])")
    assert kept == [
        [
            "counterpart-draft-2027-1",
            {**FILLED, "country": "PT"},
        ]
    ], "the consent is asked for again"
    first.close()
    page = site.open(fresh=False)

    assert "filled in again" in text(page, "#draft")
    assert page.input_value("#country") == "Portugal"
    assert page.locator("#order-list li").count() == 2
    for field in ("#name", "#email", "#member_number", "#employer", "#about_me"):
        assert page.input_value(field) == ""
    assert not page.is_checked("#code_of_conduct")
    page.click("#clear-draft")
    assert page.evaluate("localStorage.length") == 0
    assert page.input_value("#country") == ""


def test_the_zone_is_guessed_from_the_computer_under_its_usual_name(site: Site) -> None:
    page = site.open()
    assert page.input_value("#time_zone") == "Ho Chi Minh, Vietnam"
    assert text(page, "#time_zone-now") == "It is 15:00 there now. This is what your computer says."


# When the relay is not there


def test_while_the_relay_is_away_the_application_is_kept_and_tried_again(site: Site, fill: Fill) -> None:
    page = site.open()
    fill(page)
    site.relay.down = [503, 429]
    page.click("#send")
    page.wait_for_selector("#waiting:not([hidden])")
    assert text(page, "#waiting-title") == "Not sent yet: the relay cannot be reached"
    waiting = json.loads(page.input_value("#ways-text"))
    page.click("#retry")
    page.wait_for_function("() => document.querySelector('#waiting-next').textContent.includes('next try')")
    page.click("#retry")
    page.wait_for_selector("#receipt:not([hidden])")

    assert list(site.relay.taken.values()) == [waiting]


def test_who_goes_back_from_waiting_finds_the_answers(site: Site, fill: Fill) -> None:
    page = site.open()
    fill(page)
    site.relay.down = [503]
    page.click("#send")
    page.wait_for_selector("#waiting:not([hidden])")
    page.click("#back")

    assert page.input_value("#name") == "Oriel Bookend"
    page.click("#send")
    page.wait_for_selector("#receipt:not([hidden])")
    assert len(site.relay.taken) == 1


def test_without_a_relay_the_page_makes_a_file_to_be_mailed(site: Site, fill: Fill, tmp_path: Path) -> None:
    page = site.open(relay=False)
    fill(page)
    sent(page)
    download = saved(page, "#ways-save")
    download.save_as(tmp_path / "sent.json")
    document = json.loads((tmp_path / "sent.json").read_text(encoding="utf-8"))

    assert download.suggested_filename == f"counterpart-2027-1-{document['id']}.json"
    assert document["kind"] == "application"
    assert identity_in(document)["name"] == "Oriel Bookend"
    assert page.get_attribute("#ways-mail", "href").startswith("mailto:mentoring@example.org?subject=")
    assert text(page, "#receipt-title") == "Your application is ready to be sent"
    assert site.relay.asked == []


def test_a_file_can_be_made_although_there_is_a_relay(site: Site, fill: Fill) -> None:
    page = site.open()
    fill(page)
    page.click("#by-file")
    page.wait_for_selector("#receipt:not([hidden])")
    document = json.loads(page.input_value("#ways-text"))
    page.click("#receipt-again")
    page.click("#withdraw")
    page.click("#confirm-file")
    page.wait_for_selector("#ways:not([hidden])")
    withdrawal = json.loads(page.input_value("#ways-text"))

    assert text(page, "#ways-title") == "Send the file"
    assert page.inner_text("#ways-name") == f"counterpart-2027-1-{document['id']}.withdrawal.json"
    assert verify(document["receipt"], withdrawal["signature"], signed_bytes("withdrawal", withdrawal))
    assert site.relay.asked == []


def test_an_insecure_address_is_named_as_the_reason_that_nothing_can_be_sealed(site: Site) -> None:
    site.build()
    context = site.browser.new_context()
    context.route("http://plain.example.org/**", lambda route: route.fulfill(path=served(site, route.request.url)))
    page = context.new_page()
    page.goto("http://plain.example.org/apply/2027-1/index.html")
    page.wait_for_selector("body[data-view]")

    assert text(page, "#insecure").startswith("This page cannot seal anything here")
    assert not page.locator("#form").is_visible()
    context.close()


def served(site: Site, url: str) -> Path:
    return site.folder.joinpath(*url.split("/")[3:])


# Already applied


def test_a_copy_asks_for_the_status_corrects_and_withdraws(site: Site, fill: Fill, tmp_path: Path) -> None:
    page = site.open()
    fill(page)
    sent(page)
    path = copy_of(page, tmp_path)
    page = site.open()
    page.set_input_files("#copy-file", path)
    page.click("#ask")
    page.wait_for_function("() => document.querySelector('#copy-answer').textContent.startsWith('Status')")
    assert text(page, "#copy-answer") == "Status: in the pool. You take part when partners are sought."

    page.click("#correct")
    assert page.input_value("#name") == "Oriel Bookend"
    page.fill("#employer", "Harbour Archive")
    page.check("input[name=wish-sector][value=different]")
    sent(page)
    assert text(page, "#receipt-title") == "Your correction was received"
    again = copy_of(page, tmp_path)
    page.click("#receipt-again")
    page.click("#withdraw")
    page.click("#confirm-yes")
    page.wait_for_function("() => document.querySelector('#copy-words').textContent.includes('was withdrawn')")

    first, correction, withdrawal = site.relay.taken.values()
    assert list(site.relay.taken)[1:] == [f"{first['id']}.2", f"{first['id']}.withdrawal"]
    assert correction["profile"]["wishes"]["sector"] == "different"
    assert identity_in(correction)["employer"] == "Harbour Archive"
    for kind, document in (("correction", correction), ("withdrawal", withdrawal)):
        assert verify(first["receipt"], document["signature"], signed_bytes(kind, document))
    assert json.loads(again.read_text(encoding="utf-8"))["corrections"] == 2


def test_an_application_that_was_withdrawn_elsewhere_meanwhile_is_not_corrected(
    site: Site, fill: Fill, tmp_path: Path
) -> None:
    page = site.open()
    fill(page)
    sent(page)
    path = copy_of(page, tmp_path)
    page = site.open()
    page.set_input_files("#copy-file", path)
    page.click("#correct")
    page.fill("#employer", "Harbour Archive")
    [id] = site.relay.taken
    site.relay.taken[f"{id}.withdrawal"] = {}
    page.click("#send")
    page.wait_for_selector("#summary-list li")

    assert text(page, "#summary-list") == (
        "This application was withdrawn and cannot be corrected. You can apply anew."
    )
    assert list(site.relay.taken) == [id, f"{id}.withdrawal"]


def test_a_copy_of_an_earlier_round_fills_the_form_and_says_what_was_left_out(
    site: Site, fill: Fill, tmp_path: Path
) -> None:
    page = site.open()
    fill(page)
    sent(page)
    copy = json.loads(copy_of(page, tmp_path).read_text(encoding="utf-8"))
    copy["round"] = "2026-2"
    copy["profile"]["interests"] = ["card-catalogues", "metadata"]
    earlier = tmp_path / "earlier.json"
    earlier.write_text(json.dumps(copy), encoding="utf-8")
    page = site.open()
    page.click("#bring summary")
    page.set_input_files("#bring-file", earlier)
    page.wait_for_selector("#dropped:not([hidden])")

    assert text(page, "#dropped") == (
        "Your answers are filled in. Please look through them, and accept the code of conduct. "
        "Left out, because this round does not have it: 1 topic."
    )
    assert page.input_value("#name") == "Oriel Bookend"
    assert page.is_checked("input[name=returning][value=true]")
    assert not page.is_checked("#code_of_conduct")
    assert page.locator("#order-list li > span:first-child").all_inner_texts() == ["Cataloguing and metadata"]


@pytest.mark.parametrize("content", ["{}", "no json", '{"kind":"counterpart-copy","format":1}'])
def test_a_file_that_is_no_copy_is_refused_in_a_sentence(site: Site, tmp_path: Path, content: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(content, encoding="utf-8")
    page = site.open()
    page.set_input_files("#copy-file", path)
    page.wait_for_selector("#copy-error:not([hidden])")

    assert text(page, "#copy-error").endswith(
        "This is not a copy that the form made. Its name begins with “counterpart-copy”."
    )
    assert not page.locator("#copy-part").is_visible()


def test_without_javascript_the_page_says_what_to_do(site: Site) -> None:
    site.build()
    context = site.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}/apply/2027-1/")

    assert "This form needs JavaScript" in text(page, "main")
    assert "mentoring@example.org" in text(page, "main")
    assert not page.locator("#form").is_visible()
    context.close()


def test_canonical_json_is_the_same_in_the_browser(site: Site, fill: Fill) -> None:
    page = site.open()
    fill(page)
    sent(page)
    (document,) = site.relay.taken.values()

    # The relay compared the work, which is bound to the browser's canonical JSON, with its own.
    assert json.loads(canonical(document)) == document


def test_after_the_last_day_a_copy_corrects_what_is_sealed_and_nothing_else(
    site: Site, fill: Fill, tmp_path: Path
) -> None:
    page = site.open()
    fill(page)
    sent(page)
    path = copy_of(page, tmp_path)
    page = site.open(now="2027-03-05T09:00:00Z")
    assert not page.locator("#form").is_visible()
    page.set_input_files("#copy-file", path)
    page.click("#correct")

    [id] = site.relay.taken
    assert text(page, "#correcting-words") == (
        f"You are correcting application {id}. Applications are closed, so only what is sealed can still be "
        "corrected, such as your name and your address. Everything else stays as you sent it."
    )
    shown = page.locator("[data-field]:visible").evaluate_all("(all) => all.map((each) => each.dataset.field)")
    assert [each.partition(".")[0] for each in shown] == ["identity"] * 6
    assert page.locator(".part:visible h2").all_text_contents() == [
        "You",
        "Your work",
        "What your partner will see",
        "Before you send",
    ]
    assert violations(page) == []
    page.fill("#email", "new-address@example.org")
    sent(page)
    assert text(page, "#receipt-title") == "Your correction was received"
    page.click("#receipt-again")
    assert not page.locator("#form").is_visible()

    first, correction = site.relay.taken.values()
    assert correction["profile"] == first["profile"]
    assert identity_in(correction)["email"] == "new-address@example.org"
    assert verify(first["receipt"], correction["signature"], signed_bytes("correction", correction))


def test_who_is_correcting_when_applications_close_is_told_before_anything_is_sent(
    site: Site, fill: Fill, tmp_path: Path
) -> None:
    page = site.open()
    fill(page)
    sent(page)
    path = copy_of(page, tmp_path)
    page = site.open(now="2027-02-14T12:00:00Z")
    page.set_input_files("#copy-file", path)
    page.click("#correct")
    page.check("input[name=wish-sector][value=different]")
    page.evaluate(
        "() => { const now = performance.now.bind(performance); performance.now = () => now() + 3_601_000; }"
    )
    page.click("#send")

    assert "Applications are closed" in text(page, "#correcting-words")
    assert len(site.relay.taken) == 1
    sent(page)
    first, correction = site.relay.taken.values()
    assert correction["profile"] == first["profile"]
