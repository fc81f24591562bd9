"""Data in Markdown and HTML is shown, and never obeyed."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

import markdown
import pytest

from counterpart.files.markup import address, day_words, escaped, href, link, moment_words, page
from tests.site.built import parsed

PIECES = [
    *"\\`*_{}[]()#+-.!|~$<>&\"'^=:/%@ 0123abc",
    "<b>", "</p>", "&lt;", "&#42;", "](x)", "![", "](javascript:x)",
    "{{", "}}", "{%", "1.", "1)", "- ", "+ ", "> ",
    ": ", "---", "===", "***", "    ", "\n", "\n\n", "\t", "<!--", "-->", "<script>", "[^1]", "*[a]:", "http://a.b",
    "{: onclick=x}", "{#id}", "!!! note", "```", "~~~", "--8<--", "\\*", "é", "日本",
]  # fmt: skip
PLACES = {
    "a paragraph": ("{}", ["p"]),
    "an item": ("- {}", ["ul", "li"]),
    "a heading": ("## {}", ["h2"]),
    "strong": ("a **{}** b", ["p", "strong"]),
    "a link": ("[{}](https://example.org)", ["p", "a"]),
    "an element": ("<div>\n<p>{}</p>\n</div>", ["div", "p"]),
}


@pytest.mark.parametrize("place", PLACES)
def test_any_text_anywhere_is_shown_as_it_is(place: str) -> None:
    chance = random.Random(5)
    template, tags = PLACES[place]
    for _ in range(400):
        text = "a" + "".join(chance.choice(PIECES) for _ in range(chance.randint(0, 8))) + chance.choice(["", "z"])
        text = text[1:] if text.strip("a") else text
        plain = " ".join(text.split())
        if not plain:
            continue
        made = markdown.markdown(
            template.format(escaped(text)), extensions=["attr_list", "tables", "footnotes", "abbr", "def_list"]
        )
        read = parsed(made)
        assert [tag for tag, _ in read.elements] == tags, (text, made)
        assert plain in " ".join(read.text.split()), (text, made)


def test_a_row_of_a_table_keeps_its_cells() -> None:
    made = markdown.markdown(
        f"| a | b |\n| - | - |\n| {escaped('x | y')} | {escaped('z')} |", extensions=["tables"]
    )
    assert made.count("<td>") == 2
    assert "x | y" in parsed(made).text


def test_a_text_may_stand_in_an_attribute() -> None:
    [(_, attributes)] = parsed(f'<a title="{escaped(chr(34) + "> *x* <b> & y")}">').elements
    assert attributes == {"title": '"> *x* <b> & y'}


def test_a_page_s_head_is_yaml_whatever_its_words_are() -> None:
    made = page('A "b": #c \\d', "x\ny: {{ z }}", "Text.")
    assert made == (
        "---\ntitle: \"A &quot;b&quot;: #c \\\\d\"\ndescription: \"x y: {{ z }}\"\n---\n\nText.\n"
    )  # fmt: skip


def test_days_and_moments_have_their_weekday_and_do_not_depend_on_the_machine() -> None:
    assert day_words(date(2027, 3, 1)) == "Monday, 1 March 2027"
    assert moment_words(datetime(2027, 12, 31, 23, 59, tzinfo=UTC)) == "Friday, 31 December 2027, 23:59 UTC"


@pytest.mark.parametrize(
    ("target", "page", "source", "built"),
    [
        ("guides/a.md", "index.md", "guides/a.md", "guides/a/"),
        ("guides/a.md", "rounds/2027-1.md", "../guides/a.md", "../../guides/a/"),
        ("guides/index.md", "guides/a.md", "index.md", "../"),
        ("index.md", "rounds/2027-1.md", "../index.md", "../../"),
        ("index.md", "index.md", "index.md", "./"),
        ("calendar.ics", "rounds/index.md", "../calendar.ics", "../calendar.ics"),
        ("rounds/2027-1/talk.md", "rounds/2027-1.md", "2027-1/talk.md", "talk/"),
    ],
)
def test_a_link_is_right_in_the_source_and_in_the_built_page(
    target: str, page: str, source: str, built: str
) -> None:
    assert (link(target, page), href(target, page)) == (source, built)
    assert not address(target).startswith("/")
