"""Discussion guides: complete, plain, shown as text, and the ones that a round needs are there."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import markdown
import pytest

from counterpart.files.repository import Repository
from counterpart.findings import Finding
from counterpart.model import Guide
from counterpart.programme.guide_page import digest_parts, escaped, guide_page, guides_page
from counterpart.programme.guides import load_guides, parse_guide
from counterpart.sample.settings import TOPICS, settings

ROOT = Path(__file__).resolve().parents[2]
GUIDES = load_guides(Repository(ROOT))


def test_there_are_at_least_ten_and_each_can_be_used() -> None:
    assert GUIDES.findings == ()
    assert len(GUIDES.guides) >= 10
    assert [guide.id for guide in GUIDES.guides.values() if guide.stage == "first"] == ["getting-to-know-you"]
    assert [guide.id for guide in GUIDES.guides.values() if guide.stage == "last"] == ["looking-back"]


def test_a_made_up_round_names_guides_that_are_there_and_ends_with_the_last() -> None:
    made = settings("2027-1", draw="x", recipients=(), country_cap=None)
    named = [line["guide"] for line in made["calendar"] if "guide" in line]
    assert set(named) <= GUIDES.guides.keys()
    assert (named[0], named[-1]) == ("getting-to-know-you", "looking-back")


@pytest.mark.parametrize("guide", GUIDES.guides.values(), ids=GUIDES.guides)
def test_each_is_worth_half_an_hour(guide: Guide) -> None:
    assert 180 <= len(guide.text.split()) <= 600
    assert len(guide.questions) >= 4
    assert sum("?" in question for question in guide.questions) >= 3
    assert guide.reading
    assert set(guide.topics) <= {topic.id for topic in TOPICS}
    assert "!" not in guide.text
    assert not re.search(r"https?://", guide.text), "an address on the web does not last"


@pytest.mark.parametrize("guide", GUIDES.guides.values(), ids=GUIDES.guides)
def test_its_page_holds_all_that_its_head_says(guide: Guide) -> None:
    page = markdown.markdown(guide_page(guide))
    words = re.sub(r"<[^>]+>", "", page).replace("&amp;", "&").replace("&quot;", '"')
    for said in (
        guide.summary,
        guide.activity,
        guide.returning,
        *guide.questions,
        *(w.title for w in guide.reading),
    ):
        assert " ".join(said.replace("*", "").split()) in " ".join(words.split()).replace("*", "")


HOSTILE = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "# big",
    "**b** `c` ![i](x) <b>",
    "a & b &lt; c",
    "{{ x }}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_head_says_is_shown_as_text(text: str) -> None:
    page = markdown.markdown(f"- {escaped(text)}")
    assert re.findall(r"<(\w+)", page) == ["ul", "li"]
    shown = re.sub(r"</?(ul|li)>", "", page).strip()
    shown = unescape(shown)
    assert shown == text


def test_the_list_begins_with_the_first_and_ends_with_the_last() -> None:
    listed = re.findall(r"\(([a-z-]+)\.md\)", guides_page(GUIDES.guides))
    assert (listed[0], listed[-1]) == ("getting-to-know-you", "looking-back")
    assert sorted(listed) == sorted(GUIDES.guides)


def test_the_digest_is_made_of_the_same_file() -> None:
    guide = GUIDES.guides["a-day-at-work"]
    assert digest_parts(guide) == (guide.summary, (guide.questions[0], guide.questions[1]))


def found(content: str) -> list[str]:
    read = parse_guide(content.encode(), Repository.guide_file("a-guide"))
    assert not isinstance(read, Guide)
    return [f"{finding.location.line} {finding.rule}" for finding in read if isinstance(finding, Finding)]


HEAD = "---\ntitle: A\nsummary: B\nstage: first\nquestions: [a, b]\nactivity: c\nreturning: d\n---\nText.\n"


def test_a_head_that_is_wrong_is_told_by_the_line_of_the_file() -> None:
    assert isinstance(parse_guide(HEAD.encode(), Repository.guide_file("a-guide")), Guide)
    assert found("no head\n") == ["1 guide-head"]
    assert found("---\ntitle: A\n") == ["1 guide-head"]
    assert found(HEAD.replace("stage: first", "stage: second")) == ["4 value-not-listed"]
    assert found(HEAD.replace("title: A\n", "")) == ["2 key-missing"]
    assert found(HEAD.replace("summary: B", "summary: B\nsummary: C")) == ["4 yaml-duplicate-key"]
