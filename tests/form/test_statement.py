"""The page on which statements are checked, in Chromium and without any server."""

from __future__ import annotations

import base64
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from counterpart.commands.statement import checking_page, issue
from counterpart.edges.repository import Repository
from counterpart.edges.yaml_write import dump
from tests.form.conftest import Site
from tests.mails import settings
from tests.responses import LINKS

NAME = "Thảo “Trang” Giấy <b>"


@pytest.fixture
def pages(site: Site) -> str:
    root = site.folder / "programme"
    (root / "rounds/2027-1").mkdir(parents=True)
    text = dump({"format": 1, "round": "2027-1", "public": LINKS.public})
    (root / "rounds/2027-1/links.yaml").write_text(text, encoding="utf-8")
    Repository(site.folder).write_all(checking_page(Repository(root)))
    return f"{site.url}/statements/"


def made(**recorded: Any) -> Any:
    day = date(2027, 6, 28)
    return issue(settings(), LINKS, "7GQ2MK4XHN", NAME, date(2027, 3, 1), day, day, {"7GQ2MK4XHN": recorded}, {})


def look(site: Site, address: str) -> Any:
    site.close()
    site.context = site.browser.new_context()
    page = site.context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"error on the page: {error}"))
    page.goto(address)
    return page


def test_a_genuine_statement_is_shown_from_its_link_and_from_its_file(
    site: Site, pages: str, tmp_path: Path
) -> None:
    one = made(hours=14, reflection="Maps <b>elsewhere</b>.\nAnd \u2028more.")
    page = look(site, f"{pages}#{one.payload}")
    page.wait_for_selector("#genuine:not([hidden])")
    text = page.text_content("#facts")
    assert NAME in text and "14" in text and "Maps <b>elsewhere</b>." in text
    assert page.query_selector("#facts b") is None
    file = tmp_path / "statement.html"
    file.write_text(one.html, encoding="utf-8")
    page = look(site, pages)
    assert not page.is_visible("#genuine") and not page.is_visible("#forged")
    page.set_input_files("#file", str(file))
    page.wait_for_selector("#genuine:not([hidden])")


def test_a_forged_statement_is_not(site: Site, pages: str) -> None:
    payload = made(hours=14).payload
    signed = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    signed["statement"]["hours"] = 140
    forged = base64.urlsafe_b64encode(json.dumps(signed).encode()).decode().rstrip("=")
    other = {**signed, "statement": {**signed["statement"], "round": "2031-1"}}
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


def test_the_statement_prints_well_and_nobody_is_shut_out(site: Site, pages: str, tmp_path: Path) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is missing").Axe()
    file = tmp_path / "statement.html"
    file.write_text(made(hours=14, reflection="Words.").html, encoding="utf-8")
    for address in (file.as_uri(), pages):
        page = look(site, address)
        found = axe.run(page, options={"resultTypes": ["violations"]})
        assert [each["id"] for each in found.response["violations"]] == []
    page = look(site, file.as_uri())
    assert page.pdf(format="A4").count(b"/Type /Page\n") <= 1
