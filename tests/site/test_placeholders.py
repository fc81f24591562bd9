"""Names in double braces on the pages that people write."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from counterpart.files.repository import Repository
from counterpart.site.pages import FRAGMENTS
from counterpart.site.placeholders import check_page, check_pages, filled

PROGRAMME: dict[str, Any] = {
    "name": "Reading *Across*",
    "contact": "a_b@example.org",
    "association": {"name": "The <Example> Association"},
    "words": {"fee": "Free.", "items": "Three"},
    "topics": [{"id": "a", "name": "A"}],
}
FILLED = dict.fromkeys(FRAGMENTS, '<div class="x">{{ no }}</div>')


def told(text: str) -> list[str]:
    return [f"{f.location.line} {f.rule}: {f.message}" for f in check_page(text, "site/a.md", PROGRAMME)]


def test_a_name_becomes_the_programme_s_text_and_never_markup() -> None:
    assert told("{{ programme.name }} {{programme.association.name}}") == []
    assert filled("**{{ programme.name }}**, {{ programme.association.name }}", PROGRAMME, FILLED) == (
        "**Reading &#42;Across&#42;**, The &lt;Example&gt; Association"
    )


def test_a_contact_has_an_address_that_a_link_can_lead_to() -> None:
    text = "[x]({{ programme.contact_link }})"
    assert told(text) == []
    assert filled(text, PROGRAMME, FILLED) == "[x](mailto:a&#95;b@example.org)"


def test_a_part_of_the_site_is_put_in_as_it_is_and_not_read_again() -> None:
    assert told("\n\n".join(f"{{{{ {name} }}}}" for name in FRAGMENTS)) == []
    assert filled("a\n\n{{ round_state }}\n", PROGRAMME, FILLED) == 'a\n\n<div class="x">{{ no }}</div>\n'


def test_what_a_programme_may_lack_stands_in_a_condition() -> None:
    text = "{% if programme.development %}{{ programme.development.text }}{% else %}None.{% endif %}"
    assert told(text) == []
    assert filled(text, PROGRAMME, FILLED) == "None."
    assert filled(text, PROGRAMME | {"development": {"text": "Counts."}}, FILLED) == "Counts."
    assert told("{{ programme.development.text }}") == [
        "1 placeholder-unknown: 'programme.development.text' must have a value in site/programme.yaml, or stand "
        "inside {% if programme.development.text %}."
    ]


def test_a_word_of_the_programme_s_own_may_have_any_name() -> None:
    assert told("{{ programme.words.items }}") == []
    assert filled("{{ programme.words.items }}", PROGRAMME, FILLED) == "Three"


CODE = [
    "`{{ x | y }}`",
    "``{{ ` }}``",
    "```text\n{{ x }}\n\n{% y %}\n```",
    "~~~\n{{ x\n~~~",
    "  ```\n  {{ x }}\n  ```",
]


@pytest.mark.parametrize("code", CODE)
def test_code_is_left_alone(code: str) -> None:
    text = f"a\n\n{code}\n\n{{{{ programme.words.fee }}}}\n"
    assert told(text) == []
    assert filled(text, PROGRAMME, FILLED) == f"a\n\n{code}\n\nFree.\n"


UNKNOWN = [
    "{{ programm.name }}", "{{ programme.nam }}", "{{ programme }}", "{{ programme.association }}",
    "{{ programme.topics }}", "{{ programme.words }}", "{{ programme.words.price }}", "{{ range }}", "{{ self }}",
    "{% if programme.development %}{{ programme.development }}{% endif %}",
    "{{ programme.__class__ }}", "{{ programme.name.upper }}", "{% if secret %}a{% endif %}",
]  # fmt: skip
FORMS = [
    "{{ 6 * 7 }}", "{{ programme['name'] }}", "{{ programme.name | safe }}", "{{ programme.name.upper() }}", "{{",
    "{{ }}", "{% for x in programme %}a{% endfor %}", "{% set a = 1 %}", "{% include 'b' %}",
    "{% if 1 %}a{% endif %}",     "{% if programme.name %}a", "{{ 'a' }}",
    "{% raw %}{{ x }}{% endraw %}{% import 'os' as o %}", "{{ a if b else c }}",
]  # fmt: skip


@pytest.mark.parametrize("text", UNKNOWN)
def test_an_unknown_name_is_a_finding_at_its_line(text: str) -> None:
    assert [line.partition(":")[0] for line in told(f"a\n`b\nc`\n\n{text}\n")] == ["5 placeholder-unknown"]


@pytest.mark.parametrize("text", FORMS)
def test_anything_but_a_name_is_a_finding_at_its_line(text: str) -> None:
    [line] = told(f"a\n\n```\nb\n```\n{text}\n")
    assert line.partition(":")[0] in ("6 placeholder-form", "7 placeholder-form")


def test_a_message_names_what_is_unknown() -> None:
    assert told("{{ programme.nam }}") == [
        "1 placeholder-unknown: A name in double braces must be one of the programme's or of the site's; "
        "'programme.nam' is not one."
    ]


def test_an_id_of_a_heading_is_no_comment() -> None:
    assert told("## A {#b}\n\n{: .c }\n") == []
    assert filled("## A {#b} {{ programme.words.fee }}", PROGRAMME, FILLED) == "## A {#b} Free."


def test_all_pages_are_looked_at_and_the_heads_of_guides_are_data(tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / "guides").mkdir(parents=True)
    (site / "deep" / "er").mkdir(parents=True)
    (site / "deep" / "er" / "a.md").write_text('---\ntitle: "{{ x }}"\n---\n{{ y }}\n', encoding="utf-8")
    (site / "guides" / "b.md").write_text('---\ntitle: "{{ x"\n---\n\n{{ z }}\n', encoding="utf-8")
    found = check_pages(Repository(tmp_path), PROGRAMME)
    assert [f"{f.location.path}:{f.location.line} {f.rule}" for f in found] == [
        "site/deep/er/a.md:2 placeholder-unknown",
        "site/deep/er/a.md:4 placeholder-unknown",
        "site/guides/b.md:5 placeholder-unknown",
    ]


def test_the_pages_of_this_project_say_which_names_there_are() -> None:
    page = (Path(__file__).parents[2] / "site" / "reference" / "site.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"^\| `\{\{ ([a-z_]+) \}\}` \|", page, re.MULTILINE))
    assert shown == set(FRAGMENTS)
