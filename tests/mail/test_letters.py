"""One template, a text and a page; and nothing that a person wrote is ever more than text in either."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest

from counterpart.mail.template import TemplateFault, packaged, press

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
        "===========\n"
        "\n"
        "Dear Oriel, write to https://example.org/x or read the guide:\n"
        "<https://example.org/guide>.\n"
        "\n"
        "- One Oriel\n"
        "- Two\n"
        "\n"
        "    Oriel\n"
    )


HOSTILE = [
    "Ada\r\nBcc: everybody@example.org",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "**bold** _em_ `code` # heading",
    "{{ 7 * 7 }} {% for x in y %}",
    "\ufdd00\ufdd1 \ufdd05\ufdd1",
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
    shown = re.sub("[\u202a-\u202e\u2066-\u2069\ufdd0\ufdd1\x00\x07\x1b]", "", name)
    words = "".join(shown.split())
    # The subject is one line; a longer name than an application may hold is cut in it, and nowhere else.
    assert not re.search("[\r\n\x00-\x1f]", subject)
    said = re.sub("[\u2068\u2069]", "", "".join(subject.split())).removeprefix("Hello")
    assert said == words or (said.endswith("…") and words.startswith(said[:-1]) and len(said) > 45)
    elements, usual = Elements(page), Elements(plain[2])
    assert elements.tags == usual.tags, "not one element or attribute more than with an ordinary name"
    assert "".join(elements.text.split()).count(words) == 4 + 2 * (said == words)  # title and heading: the subject
    assert "".join(re.sub("[\u2068\u2069]", "", text).split()).count(words) == 4
    assert not re.search("[\u202a-\u202e\ufdd0\ufdd1\x00\x07\x1b]", text + page)


@pytest.mark.parametrize("name", ["ليلى", "אורי (b) c", "a \u202eb ليلى"])
def test_what_is_written_from_the_right_keeps_its_direction_to_itself(name: str) -> None:
    subject, text, page = made(name)
    inside = name.replace("\u202e", "")
    assert subject == f"Hello \u2068{inside}\u2069"
    assert f"Dear \u2068{inside}\u2069, write" in text
    assert f"<bdi>{inside}</bdi>" in page


def test_a_template_from_the_right_sets_every_name_apart() -> None:
    letter = press("k", "Subject: مرحبا {{ name }}\n\nمرحبا {{ name }}\n", {"name": "Oriel"}, "A round")
    assert letter.subject == "مرحبا \u2068Oriel\u2069"
    assert letter.text == "مرحبا \u2068Oriel\u2069\n"
    assert '<main dir="auto">' in letter.html


def test_only_what_may_have_lines_keeps_them() -> None:
    template = "Subject: x\n\nDear {{ words }}\n\n> {{ words|lines }}\n"
    letter = press("k", template, {"words": "one\r\ntwo\u2028three"}, "t")
    assert letter.text == "Dear one two three\n\n    one\n    two\n    three\n"
    assert "<bdi>one<br>two<br>three</bdi>" in letter.html


def test_text_is_broken_at_72_columns_and_addresses_are_not() -> None:
    address = "https://example.org/" + "x" * 90
    template = f"Subject: x\n\n1. {'word ' * 40}\n2. [Read this]({address})\n\n> {'word ' * 40}\n"
    lines = press("k", template, {}, "t").text.split("\n")
    assert f"   <{address}>" in lines
    assert max(len(line) for line in lines if "https" not in line) <= 72
    assert [line[:3] for line in lines[:3]] == ["1. ", "   ", "   "]


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "http://plain.example.org", "//x.example", "mailto"]
)
def test_a_link_that_is_not_safe_is_no_link(link: str) -> None:
    _, text, page = made("Ada", link)
    links = [attributes["href"] for tag, attributes in Elements(page).tags if tag == "a"]
    assert links == ["https://example.org/guide"]
    assert f"write to {link} or" in text.replace("\n", " ")


def test_a_link_cannot_leave_its_attribute() -> None:
    link = 'https://example.org/" onclick="alert(1)'
    assert [tag for tag, _ in Elements(made("Ada", link)[2]).tags].count("a") == 1
    letter = press("k", "Subject: x\n\n[w](mailto:{{ link }})\n", {"link": link}, "t")
    assert 'href="mailto:https%3A%2F%2Fexample.org%2F%22%20onclick%3D%22alert%281%29"' in letter.html


def test_an_address_with_signs_becomes_no_other_address() -> None:
    address = "o'neill+a&b?cc=x@example.org"
    letter = press("k", "Subject: x\n\n[{{ to }}](mailto:{{ to }})\n", {"to": address}, "t")
    assert letter.text == f"{address}\n"
    assert 'href="mailto:o%27neill%2Ba%26b%3Fcc%3Dx@example.org"' in letter.html


def test_a_template_brings_no_markup_picture_or_style_of_its_own() -> None:
    body = "<img src='https://x.example/pixel'> <b>a</b>\n\n<div onclick='x'>\n\n![p](https://x.example/pixel)\n"
    letter = press("k", f"Subject: x\n\n{body}", {}, "t")
    assert not {"img", "b", "script"} & {tag for tag, _ in Elements(letter.html).tags}
    assert not [attributes for _, attributes in Elements(letter.html).tags if "onclick" in attributes]
    assert "src=" not in re.sub("&lt;.*?&gt;", "", letter.html)


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
        ("Subject: x\n\n{% if %}", "The template cannot be understood: look at its brackets and tags.", 3),
        ("Subject: x\n\n{{ name.__class__.__mro__ }}", "The template does something that does not work here.", 3),
        ("Subject: x\n\n{{ 1 / 0 }}", "The template does something that does not work here.", 3),
        ("Subject: {{ 1 / 0 }}\n\nDear you", "The template does something that does not work here.", 1),
        (
            "Subject: \ufdd0",
            "The template must not hold characters that cannot be seen or are no text.",
            1,
        ),
        ("Subject: x\nDear you", "The second line must be empty: it ends the subject.", 2),
        (
            "Subject: x\n\n{% if name == 'x' %}\n{{ nobody }}\n{% endif %}",
            "The template names 'nobody', which this kind of mail does not have.",
            4,
        ),
        (
            "Subject: x\n\n{% macro m() %}{% endmacro %}",
            "The template does something that does not work here: it may print, and use if, for and set.",
            3,
        ),
        (
            "Subject: x\n\n{{ none }}",
            "The template prints something that may be missing, or a list: use {% if %} or {% for %}.",
            3,
        ),
        (
            "Subject: x\n\n\n[there](http://example.org)",
            "A link must begin with https:// or mailto:.",
            4,
        ),
        (
            "Subject: x\n\n{% include 'frame.html' %}",
            "The template does something that does not work here: it may print, and use if, for and set.",
            3,
        ),
    ],
)
def test_a_template_that_cannot_be_used_is_told_by_line_and_without_a_value(
    template: str, message: str, line: int
) -> None:
    with pytest.raises(TemplateFault) as told:
        press("k", template, {"name": "Canary", "link": "x", "none": None}, "t")
    assert (told.value.message, told.value.line) == (message, line)


def test_there_is_no_template_outside_the_folder() -> None:
    for kind in ("../pull-request", "nothing", ""):
        with pytest.raises(KeyError):
            packaged(kind)


def test_the_same_values_make_the_same_letter() -> None:
    assert made("Oriel") == made("Oriel")
    assert html.escape("Oriel") in made("Oriel")[2]
