"""One template, a text and a page; and nothing that a person wrote is ever more than text in either."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest

from counterpart.edges.letters import TemplateFault, packaged, press

TEMPLATE = """Subject: Hello {{ name }}

# About {{ name }}

Dear **{{ name }}**, write to [{{ link }}]({{ link }}) or read [the guide](https://example.org/guide).

- One {{ name }}
- Two

> {{ name }}
"""


class Elements(HTMLParser):
    """The elements and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def made(name: str, link: str = "https://example.org/x") -> tuple[str, str, str]:
    letter = press("received/7GQ2MK4XHN/1", TEMPLATE, {"name": name, "link": link}, "A round")
    return letter.subject, letter.text, letter.html


def test_it_reads_well_without_markup() -> None:
    subject, text, _ = made("Oriel")
    assert subject == "Hello Oriel"
    assert text == (
        "About Oriel\n"
        "-----------\n"
        "\n"
        "Dear Oriel, write to https://example.org/x or read the guide\n"
        "<https://example.org/guide>.\n"
        "\n"
        "- One Oriel\n"
        "- Two\n"
        "\n"
        "> Oriel\n"
    )


HOSTILE = [
    "Ada\r\nBcc: everybody@example.org",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "**bold** _em_ `code` # heading",
    "{{ 7 * 7 }} {% for x in y %}",
    "\ue0000\ue001 \ue0005\ue001",
    "\u202eevil\u202c \u2066x\u2069",
    "Łucja 🐢👩‍👩‍👧 ليلى",
    "\"quoted\" & 'single' <b>",
    "> quote\n- item\n1. one\n---\n# big",
    "&lt;b&gt; &amp;",
    "A" * 10_000,
    "w " * 5_000,
    "\x00\x07\x1b[31mred",
]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_a_person_wrote_arrives_as_text(name: str) -> None:
    plain = made("Oriel")
    subject, text, page = made(name)
    shown = "".join(c for c in name if c.isprintable() or c in "\n\u200d")
    shown = re.sub("[\u202a-\u202e\u2066-\u2069\ue000\ue001]", "", shown)
    assert "\n" not in subject
    assert "\r" not in subject
    words = shown.split()
    assert subject.split()[1:] == words or "ليلى" in shown
    elements, usual = Elements(page), Elements(plain[2])
    extra = [tag for tag, _ in elements.tags if tag not in ("br", "bdi")]
    assert extra == [tag for tag, _ in usual.tags], "not one element more than with an ordinary name"
    assert [a for tag, a in elements.tags if tag == "a"] == [a for tag, a in usual.tags if tag == "a"]
    assert "".join(words) in "".join(elements.text.split())
    assert "".join(words) in re.sub("[\\s>\u2068\u2069-]", "", text) or set("->") & set(shown)
    assert not re.search("[\u202a-\u202e\ue000\ue001\x00\x1b]", text + page)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "http://plain.example.org", "//x.example"]
)
def test_a_link_that_is_not_safe_leads_nowhere(link: str) -> None:
    links = [attributes["href"] for tag, attributes in Elements(made("Ada", link)[2]).tags if tag == "a"]
    assert links == ["#", "https://example.org/guide"]


def test_a_link_cannot_leave_its_attribute() -> None:
    link = 'https://example.org/" onclick="alert(1)'
    [first, _] = [attributes for tag, attributes in Elements(made("Ada", link)[2]).tags if tag == "a"]
    assert first == {"href": link}


@pytest.mark.parametrize(
    ("template", "message", "line"),
    [
        ("Dear you", "The first line must be the mail's subject: 'Subject: …'.", 1),
        ("Subject: x\n\n{{ nobody }}", "The template names 'nobody', which this kind of mail does not have.", 3),
        (
            "Subject: x\n\n\n{{ name.nothing }}",
            "The template names 'nothing', which this kind of mail does not have.",
            4,
        ),
        ("Subject: x\n{% if %}", "The template cannot be understood: look at its brackets and tags.", 2),
        ("Subject: x\n{{ name.__class__.__mro__ }}", "The template does something that does not work here.", 2),
        ("Subject: x\n{{ 1 / 0 }}", "The template does something that does not work here.", 2),
        ("Subject: \ue000", "The template must not hold characters of private use.", 1),
    ],
)
def test_a_template_that_cannot_be_used_is_told_by_line_and_without_a_value(
    template: str, message: str, line: int
) -> None:
    with pytest.raises(TemplateFault) as told:
        press("k", template, {"name": "Canary", "link": "x"}, "t")
    assert (told.value.message, told.value.line) == (message, line)


def test_there_is_no_template_outside_the_folder() -> None:
    for kind in ("../pull-request", "nothing", ""):
        with pytest.raises(KeyError):
            packaged(kind)


def test_the_same_values_make_the_same_letter() -> None:
    assert made("Oriel") == made("Oriel")
    assert html.escape("Oriel") in made("Oriel")[2]
