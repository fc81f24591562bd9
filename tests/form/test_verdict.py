"""The page's verdict and Python's on the same documents: in the browser, the very module that the form asks."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from counterpart.edges import schema
from counterpart.edges.yaml import Document, read

VERDICT = Path(__file__).with_name("verdict.js").read_text(encoding="utf-8")
MODEL = sorted((Path(__file__).parents[1] / "cases" / "miniature" / "applicants" / "2027-1").glob("*.yaml"))[0]

IDENTITY: dict[str, Any] = {
    "format": 1,
    "round": "2027-1",
    "id": "7GQ2MK4XHN",
    "profile": "sha256:" + "5f" * 32,
    "name": "Oriel Bookend",
    "email": "oriel@example.org",
    "partner_may_see": ["name", "email"],
}

#: field -> values, right and wrong; Python says which is which
VALUES: dict[str, list[Any]] = {
    "identity.name": ["A", "", " ", "a" * 100, "a" * 101, "𝒜" * 100, "a\nb", "a\n", "‎", 7, None],
    "identity.email": ["a@b.example", "a@b", "@b.example", "a b@c.example", "a@b.example\n", "é@b.example",
                       "a@-b.example"],
    "identity.member_number": ["A-1", "", "x" * 40, "x" * 41, "a\tb", 12],
    "identity.employer": ["Library", "", "ü" * 120, "ü" * 121, "a\u2028b"],
    "identity.about_me": ["a\nb", "", "a\tb", "字" * 600, "字" * 601, "a\x00b"],
    "identity.partner_may_see": [["name", "email", "employer"], ["name"], ["name", "name"], ["name", "id"], "no"],
    "identity.nickname": ["Ori"],
    "profile.country": ["AU", "au", "AUS", "", None, 4],
    "profile.time_zone": ["Australia/Sydney", "Australia/Sydney\n", "x" * 61, "a b"],
    "profile.languages": [["en"], [], ["en", "en"], ["pt-BR", "zh-Hant"], ["EN"], ["aa"] * 9, "en"],
    "profile.sector": ["academic", "Academic", "a-b-c", "a--b", "x" * 61],
    "profile.interests": [["open-access"], [], ["a", "b", "c", "d", "e"], ["a", "b", "c", "d", "e", "f"]],
    "profile.wishes": [{}, {"sector": "any"}, {"sector": "none"}, {"country": "any"}, []],
    "profile.membership": ["member", "not-member", "Member", True],
    "profile.returning": [True, False, "true", 1],
    "profile.code_of_conduct": ["2027-01", "", "-1", "x" * 31],
    "profile.name": ["Oriel Bookend"],
    "id": ["7GQ2MK4XHN", "7gq2mk4xhn", "7GQ2MK4XHI", "7GQ2MK4XHN\n"],
    "round": ["2027-1", "2027-0", "27-1"],
    "format": [1, 2, "1"],
    "sealed": ["x", "", "x" * 24577],
}  # fmt: skip


def document_of(data: Any) -> Document:
    made = read(json.dumps(data, ensure_ascii=False).encode(), "sent.json")
    assert isinstance(made, Document), made
    return made


def application() -> dict[str, Any]:
    made = read(MODEL.read_bytes(), MODEL.name)
    assert isinstance(made, Document)
    return {key: value for key, value in made.data.items() if key != "received"}


@pytest.fixture
def page(chromium: Any) -> Any:
    page = chromium.new_page()
    page.add_script_tag(content=VERDICT)
    yield page
    page.close()


def in_the_browser(page: Any, pairs: list[tuple[Any, Any]]) -> list[list[dict[str, str]]]:
    found: list[list[dict[str, str]]] = page.evaluate(
        "pairs => pairs.map(([document, identity]) => counterpart.validate(document, identity))",
        [list(pair) for pair in pairs],
    )
    return found


def in_python(document: dict[str, Any], identity: dict[str, Any] | None) -> bool:
    stamped = {**document, "received": "2027-01-27T08:00:05Z"}
    del stamped["kind"]
    try:
        found = list(schema.check(document_of(stamped), "application"))
        if identity is not None:
            found += schema.check(document_of(identity), "identity")
    except AssertionError:  # not even YAML that may be read: a control character
        return False
    seen = (identity or {"partner_may_see": ["name", "email"]}).get("partner_may_see")
    return not found and isinstance(seen, list) and {"name", "email"} <= set(seen)


def cases() -> list[tuple[str, Any, dict[str, Any], dict[str, Any]]]:
    made = []
    for field, values in VALUES.items():
        for value in values:
            document, identity = {"kind": "application", **application()}, deepcopy(IDENTITY)
            holder, _, key = field.rpartition(".")
            target = {"identity": identity, "profile": document["profile"], "": document}[holder]
            target[key] = value
            made.append((field, value, document, identity))
    for key in IDENTITY:
        document, identity = {"kind": "application", **application()}, deepcopy(IDENTITY)
        del identity[key]
        made.append((f"identity.{key}", "missing", document, identity))
    for key in application()["profile"]:
        document, identity = {"kind": "application", **application()}, deepcopy(IDENTITY)
        del document["profile"][key]
        made.append((f"profile.{key}", "missing", document, identity))
    return made


def test_browser_and_python_agree_on_every_case(page: Any) -> None:
    made = cases()
    verdicts = in_the_browser(page, [(document, identity) for _, _, document, identity in made])
    differing = [
        (field, value, found)
        for (field, value, document, identity), found in zip(made, verdicts, strict=True)
        if in_python(document, identity) != (not found)
    ]

    assert len(made) > 100
    assert differing == []


def test_a_wrong_field_is_named_and_its_value_is_not_repeated(page: Any) -> None:
    made = cases()
    verdicts = in_the_browser(page, [(document, identity) for _, _, document, identity in made])

    for (field, value, _, _), found in zip(made, verdicts, strict=True):
        for each in found:
            assert each["field"].startswith(field), (field, each)
            assert each["message"].endswith(".")
            if isinstance(value, str) and len(value) > 4 and value != "missing":
                assert value not in each["message"]


def test_an_email_address_without_a_domain_is_refused_in_a_sentence(page: Any) -> None:
    document, identity = {"kind": "application", **application()}, {**IDENTITY, "email": "oriel@here"}
    (found,) = in_the_browser(page, [(document, identity)])

    assert found == [
        {
            "field": "identity.email",
            "message": "Write an e-mail address such as reader@example.org, without spaces or accents.",
        }
    ]
