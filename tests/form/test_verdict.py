"""The page's verdict and Python's on the same documents: in the browser, the very module that the form asks.

The documents stand in ``verdicts.json``, which a test of either language can read: what a field may hold and what
not, and for the rules that need a round, what is changed and when it arrives. ``{"times": [text, n, more]}`` is a
text n times, and more after it; ``{"missing": true}`` is no such key.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from counterpart.files import schema
from counterpart.files.repository import Repository
from counterpart.files.yaml_read import Document, read
from counterpart.findings import Severity
from counterpart.rounds.load import load_round
from counterpart.rounds.submission import judge
from counterpart.world.address import plain
from counterpart.world.vocabulary import world
from tests.form.conftest import NOW, run
from tests.submissions import application as sealed_application

VERDICT = Path(__file__).with_name("verdict.js").read_text(encoding="utf-8")
TABLE = json.loads(Path(__file__).with_name("verdicts.json").read_text(encoding="utf-8"))
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


@dataclass(frozen=True, slots=True)
class Case:
    """A document with one thing changed, and whether it is right."""

    field: str
    value: Any
    right: bool
    document: dict[str, Any]
    identity: dict[str, Any]


def written(value: Any) -> Any:
    """A value of the table, written out."""
    if isinstance(value, dict) and "times" in value:
        text, times, *more = value["times"]
        return text * times + "".join(more)
    return [written(each) for each in value] if isinstance(value, list) else value


def document_of(data: Any) -> Document:
    made = read(json.dumps(data, ensure_ascii=False).encode(), "sent.json")
    assert isinstance(made, Document), made
    return made


def application() -> dict[str, Any]:
    made = read(MODEL.read_bytes(), MODEL.name)
    assert isinstance(made, Document)
    return {key: value for key, value in made.data.items() if key != "received"}


def base(kind: str) -> dict[str, Any]:
    more = {"correction": 2, "signature": "A" * 86 + "=="} if kind == "correction" else {}
    return {"kind": kind, **application(), **more}


def cases() -> list[Case]:
    made = []
    for kind in ("application", "correction"):
        for field, lists in TABLE[kind].items():
            for right in (True, False):
                for value in lists["right" if right else "wrong"]:
                    document, identity = base(kind), deepcopy(IDENTITY)
                    *steps, key = field.split(".")
                    target = identity if steps[:1] == ["identity"] else document
                    for step in steps:
                        target = target if step == "identity" else target[step]
                    if value == {"missing": True}:
                        target.pop(key, None)
                    else:
                        target[key] = written(value)
                    made.append(Case(field, written(value), right, document, identity))
    return made


@pytest.fixture
def page(chromium: Any) -> Any:
    page = chromium.new_page()
    page.add_script_tag(content=VERDICT)
    yield page
    page.close()


def in_the_browser(page: Any, made: list[Case]) -> list[list[dict[str, str]]]:
    found: list[list[dict[str, str]]] = page.evaluate(
        "pairs => pairs.map(([document, identity]) => counterpart.validate(document, identity))",
        [[case.document, case.identity] for case in made],
    )
    return found


def in_python(document: dict[str, Any], identity: dict[str, Any]) -> bool:
    stamped = {**document, "received": "2027-01-27T08:00:05Z"}
    kind = stamped.pop("kind")
    if kind == "correction":
        stamped["corrected"] = stamped["received"]
    try:
        found = [*schema.check(document_of(stamped), kind), *schema.check(document_of(identity), "identity")]
    except AssertionError:  # not even YAML that may be read: a control character
        return False
    seen = identity.get("partner_may_see")
    return not found and isinstance(seen, list) and {"name", "email"} <= set(seen)


def test_the_table_has_three_hundred_cases_and_none_twice() -> None:
    made = cases()
    seen = Counter(json.dumps([case.document, case.identity], sort_keys=True) for case in made if not case.right)

    assert len(made) + len(TABLE["round"]) >= 300
    assert [key for key, times in seen.items() if times > 1] == []


def test_browser_and_python_agree_with_the_table_on_every_document(page: Any) -> None:
    made = cases()
    verdicts = in_the_browser(page, made)
    differing = [
        (case.field, case.value, case.right, python, found)
        for case, found in zip(made, verdicts, strict=True)
        if not (python := in_python(case.document, case.identity)) == (not found) == case.right
    ]

    assert differing == []


@pytest.fixture(scope="session")
def settings(programme: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the page of the made-up round knows of it."""
    out = tmp_path_factory.mktemp("page")
    assert run("--root", str(programme), "form", "2027-1", "--out", str(out), "--pretend-now", NOW) == 0
    text = (out / "apply" / "2027-1" / "index.html").read_text(encoding="utf-8")
    match = re.search(r'<script[^>]* id="settings"[^>]*>(.*?)</script>', text, re.DOTALL)
    assert match is not None
    return json.loads(match[1])


RULES = """([settings, pairs]) =>
    pairs.map(([document, at]) => counterpart.validate(document, null, settings, new Date(at)))"""


def test_browser_and_python_agree_with_the_table_on_the_rules_of_a_round(
    page: Any, settings: Any, programme: Path
) -> None:
    round = load_round(Repository.at(programme), "2027-1").round
    assert round is not None
    made = [sealed_application(profile=case["change"]) for case in TABLE["round"]]
    pairs = [[document, case["at"]] for document, case in zip(made, TABLE["round"], strict=True)]
    verdicts = page.evaluate(RULES, [settings, pairs])
    differing = []
    for case, document, found in zip(TABLE["round"], made, verdicts, strict=True):
        judged = judge(document, round, datetime.fromisoformat(case["at"]), {})
        python = not any(finding.severity is Severity.ERROR for finding in judged.findings)
        if not python == (not found) == case["right"] or [each["field"] for each in found] != (
            [] if case["right"] else [case["field"]]
        ):
            differing.append((case, python, found))

    assert differing == []


def test_browser_and_python_know_the_same_countries_languages_and_zones(page: Any, settings: Any) -> None:
    known = world()
    changes = {
        "country": sorted(known.countries),
        "time_zone": sorted(known.time_zones),
        "languages": [[code] for code in sorted(known.languages)],
    }
    pairs = [
        [{**sealed, "profile": {**sealed["profile"], key: value}}, NOW]
        for sealed in [sealed_application()]
        for key, values in changes.items()
        for value in values
    ]

    assert len(pairs) > 1400
    verdicts = page.evaluate(RULES, [settings, pairs])
    assert [pair[0]["profile"] for pair, found in zip(pairs, verdicts, strict=True) if found] == []
    assert len(settings["countries"]) == len(known.countries)
    assert len(settings["languages"]) == len(known.languages)


def test_a_wrong_field_is_named_and_its_value_is_not_repeated(page: Any) -> None:
    made = cases()

    for case, found in zip(made, in_the_browser(page, made), strict=True):
        for each in found:
            assert each["field"].startswith(case.field), (case.field, each)
            assert each["message"].endswith(".")
            if isinstance(case.value, str) and len(case.value) > 4:
                assert case.value not in each["message"]


def test_an_email_address_without_a_domain_is_refused_in_a_sentence(page: Any) -> None:
    identity = {**IDENTITY, "email": "oriel@here"}
    (found,) = in_the_browser(page, [Case("identity.email", "oriel@here", False, base("application"), identity)])

    assert found == [
        {
            "field": "identity.email",
            "message": "Write an e-mail address such as reader@example.org, without spaces or accents.",
        }
    ]


TYPED = {
    " reader@example.org\n": "reader@example.org",
    "\u200breader@example.org\ufeff": "reader@example.org",
    "mailto:reader@example.org?subject=Hello": "reader@example.org",
    "Oriel Bookend <reader@example.org>": "reader@example.org",
    '"Bookend, Oriel" <MAILTO:reader@example.org>': "reader@example.org",
    '"tanaka..hana"@docomo.example': "tanaka..hana@docomo.example",
    "ｔａｎａｋａ＠ｄｏｃｏｍｏ．ｅｘａｍｐｌｅ": "tanaka@docomo.example",
    "info@Bücherei-Quillhaven.example": "info@xn--bcherei-quillhaven-m6b.example",
    "info@図書館。example": "info@xn--lcss68aj21b.example",
    "a?b@straße.example": "a?b@xn--strae-oqa.example",
    "jörg@example.org": "jörg@example.org",
    "a@büch/er.example": "a@büch/er.example",
    "nothing": "nothing",
    "": "",
}


def test_what_people_paste_becomes_the_address_alone_and_in_both_languages_the_same(page: Any) -> None:
    said = page.evaluate("typed => typed.map(counterpart.plainAddress)", list(TYPED))

    assert dict(zip(TYPED, said, strict=True)) == TYPED
    assert {typed: plain(typed) for typed in TYPED} == TYPED
