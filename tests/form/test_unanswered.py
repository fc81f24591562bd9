"""What was sent without an answer may have arrived: whatever the person does then, it stays one application."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from counterpart.sealing.receipt import verify
from counterpart.sealing.signed import signed_bytes
from tests.form.conftest import Site
from tests.form.test_page import copy_of, identity_in, sent, text

Fill = Callable[[Any], None]
REPLACED = "Your first try had arrived; this replaces it."


def unanswered(site: Site, page: Any, *, arrives: bool) -> dict[str, Any]:
    """Send, see no answer, and go back to the form; the document that was sent."""
    site.relay.lost = [arrives]
    page.click("#send")
    page.wait_for_selector("#waiting:not([hidden])")
    document: dict[str, Any] = json.loads(page.input_value("#ways-text"))
    page.click("#back")
    page.wait_for_function("() => !document.querySelector('#send').disabled")
    return document


def test_who_edits_after_a_lost_answer_sends_a_correction(site: Site, fill: Fill, tmp_path: Path) -> None:
    page = site.open()
    fill(page)
    first = unanswered(site, page, arrives=True)
    assert "it stays one application" in text(page, "#progress")
    page.fill("#employer", "Harbour Archive")
    sent(page)
    path = copy_of(page, tmp_path)

    assert list(site.relay.taken) == [first["id"], f"{first['id']}.2"]
    correction = site.relay.taken[f"{first['id']}.2"]
    assert identity_in(correction)["employer"] == "Harbour Archive"
    assert verify(first["receipt"], correction["signature"], signed_bytes("correction", correction))
    assert text(page, "#receipt-title") == "Your correction was received"
    assert REPLACED in text(page, "#receipt-words")
    copy = json.loads(path.read_text(encoding="utf-8"))
    assert (copy["id"], copy["corrections"], copy["receipt"]["public"]) == (first["id"], 2, first["receipt"])


def test_who_edits_nothing_after_a_lost_answer_sends_the_same_again(site: Site, fill: Fill) -> None:
    page = site.open()
    fill(page)
    first = unanswered(site, page, arrives=True)
    sent(page)

    assert site.relay.taken == {first["id"]: first}
    assert text(page, "#receipt-title") == "Your application was received"
    assert REPLACED not in text(page, "#receipt-words")


def test_what_never_arrived_is_replaced_under_the_same_id(site: Site, fill: Fill) -> None:
    page = site.open()
    fill(page)
    first = unanswered(site, page, arrives=False)
    page.fill("#employer", "Harbour Archive")
    sent(page)

    (document,) = site.relay.taken.values()
    assert (document["id"], document["receipt"]) == (first["id"], first["receipt"])
    assert identity_in(document)["employer"] == "Harbour Archive"
    assert document["kind"] == "application"


def test_when_the_status_cannot_be_asked_the_id_keeps_it_one(site: Site, fill: Fill) -> None:
    page = site.open()
    fill(page)
    first = unanswered(site, page, arrives=True)
    page.fill("#employer", "Harbour Archive")
    page.route("**/v1/status", lambda route: route.abort())
    sent(page)

    assert list(site.relay.taken) == [first["id"], f"{first['id']}.2"]
    assert REPLACED in text(page, "#receipt-words")


def test_a_correction_without_an_answer_is_followed_by_the_next(site: Site, fill: Fill) -> None:
    page = site.open()
    fill(page)
    sent(page)
    page.click("#receipt-again")
    page.click("#correct")
    page.fill("#employer", "Harbour Archive")
    first = unanswered(site, page, arrives=True)
    page.fill("#employer", "Tide Mill Reading Room")
    sent(page)

    assert list(site.relay.taken) == [first["id"], f"{first['id']}.2", f"{first['id']}.3"]
    assert identity_in(site.relay.taken[f"{first['id']}.3"])["employer"] == "Tide Mill Reading Room"
    assert REPLACED not in text(page, "#receipt-words")


def test_after_an_answer_the_next_application_has_an_id_of_its_own(site: Site, fill: Fill) -> None:
    page = site.open()
    fill(page)
    unanswered(site, page, arrives=True)
    sent(page)
    page.click("#receipt-again")
    fill(page)
    sent(page)

    assert len({document["id"] for document in site.relay.taken.values()}) == 2
    assert [document["kind"] for document in site.relay.taken.values()] == ["application", "application"]


def test_an_id_that_somebody_else_has_is_drawn_anew(site: Site, fill: Fill) -> None:
    page = site.open()
    fill(page)
    site.relay.refuse = (409, {"error": "id-taken", "message": "Another application has this id."})
    sent(page)

    (document,) = site.relay.taken.values()
    assert identity_in(document)["id"] == document["id"]
    assert document["kind"] == "application"


@pytest.mark.parametrize("arrives", [True, False])
def test_a_page_that_alone_holds_the_receipt_asks_before_it_is_closed(
    site: Site, fill: Fill, arrives: bool
) -> None:
    page = site.open()
    fill(page)
    unanswered(site, page, arrives=arrives)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()

    assert asked == ["beforeunload"]
