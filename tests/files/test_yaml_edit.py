"""What people wrote in a file stays when something is added to it or taken out, their comments included."""

from __future__ import annotations

import pytest

from counterpart.files import yaml_read
from counterpart.files.yaml_edit import with_items, with_key, without_key, without_keys
from counterpart.files.yaml_read import Document
from counterpart.findings import UsageError

LINE = {"people": ["7GQ2MK4XHN", "8HR3NM5YJP"], "by": "coordinator-1", "reason": "know-each-other"}
WRITTEN = "{people: [7GQ2MK4XHN, 8HR3NM5YJP], by: coordinator-1, reason: know-each-other}"
SEALED = "-----BEGIN\nabc\n-----END\n"


def document(text: str) -> Document:
    read = yaml_read.read(text.encode("utf-8"), "rounds/2027-1/decisions.yaml")
    assert isinstance(read, Document)
    return read


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("format: 1\n# asked on Monday\n", f"format: 1\n# asked on Monday\npins:\n  - {WRITTEN}\n"),
        ("format: 1", f"format: 1\npins:\n  - {WRITTEN}\n"),
        ("pins: [] # none yet\nformat: 1\n", f"pins: # none yet\n  - {WRITTEN}\nformat: 1\n"),
        ("format: 1\npins: []", f"format: 1\npins:\n  - {WRITTEN}\n"),
        (
            "pins: # as agreed\n  - {a: 1} # by phone\n  # for the next meeting\n\n# who left\n"
            "removed:\n  - {b: 2}\n",
            f"pins: # as agreed\n  - {{a: 1}} # by phone\n  - {WRITTEN}\n  # for the next meeting\n"
            "\n# who left\nremoved:\n  - {b: 2}\n",
        ),
        (
            "pins:\n- a: 1\n  b: |\n    words\n\n    more\nformat: 1\n",
            f"pins:\n- a: 1\n  b: |\n    words\n\n    more\n- {WRITTEN}\nformat: 1\n",
        ),
    ],
)
def test_an_item_is_added_behind_the_last_one_and_nothing_else_changes(before: str, after: str) -> None:
    read = document(before)
    text = with_items(read, "pins", [LINE])
    assert text == after
    assert document(text).data == {**read.data, "pins": [*read.data.get("pins", []), LINE]}


def test_an_item_with_lines_of_text_is_added_with_the_indent_that_the_list_has() -> None:
    item = {"id": "7GQ2MK4XHN", "note": SEALED}
    text = with_items(document("removed:\n- id: 8HR3NM5YJP # called\nformat: 1\n"), "removed", [item])
    assert text == (
        "removed:\n- id: 8HR3NM5YJP # called\n- id: 7GQ2MK4XHN\n  note: |\n"
        "    -----BEGIN\n    abc\n    -----END\nformat: 1\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("recipients: [age1a] # first\nzone: UTC\n", "recipients: [age1a, age1b] # first\nzone: UTC\n"),
        (
            "recipients:\n    - age1a # first\nzone: UTC\n",
            "recipients:\n    - age1a # first\n    - age1b\nzone: UTC\n",
        ),
        ("recipients: []\nzone: UTC\n", "recipients:\n  - age1b\nzone: UTC\n"),
        ("zone: UTC\n", "zone: UTC\nrecipients:\n  - age1b\n"),
    ],
)
def test_a_word_is_added_to_a_list_however_it_is_laid_out(before: str, after: str) -> None:
    assert with_items(document(before), "recipients", ["age1b"]) == after


def test_where_the_layout_is_not_understood_it_says_what_to_add_by_hand() -> None:
    with pytest.raises(UsageError) as refused:
        with_items(document("pins: [{a: 1}, {a: 2}]\n"), "pins", [LINE])
    assert str(refused.value) == (
        "'rounds/2027-1/decisions.yaml' is written in a way that cannot be added to. Add this yourself, and try "
        f"again:\npins:\n  - {WRITTEN}\n"
    )


def test_keys_are_taken_out_with_their_lines_and_comments_stay() -> None:
    before = (
        "# ours\nremoved:\n  - id: 7GQ2MK4XHN # asked on Monday\n    note: |\n      words\n\n      more\n"
        "    by: c-1\n"
        "  # the next\n  - id: 8HR3NM5YJP\n    note: words\n"
    )
    text = without_keys(document(before), [("removed", 0, "note"), ("removed", 1, "note")])
    assert text == (
        "# ours\nremoved:\n  - id: 7GQ2MK4XHN # asked on Monday\n    by: c-1\n  # the next\n  - id: 8HR3NM5YJP\n"
    )


def test_a_key_between_others_on_one_line_is_not_taken_out() -> None:
    with pytest.raises(UsageError, match="is not one that can be changed without harm"):
        without_keys(document("removed:\n  - {id: a, note: b, by: c}\n"), [("removed", 0, "note")])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("round: 2027-1\nzone: Australia/Sydney", "round: 2027-1\nzone: Australia/Sydney\nclosed: true\n"),
        ("closed: false # still open\n# where\nzone: UTC\n", "closed: true\n# where\nzone: UTC\n"),
        ("closed:\n  - a # one\n\n  - b\n# where\nzone: UTC\n", None),
        ("closed:\n- a\n- b\n\nzone: UTC\n", "closed: true\n\nzone: UTC\n"),
    ],
)
def test_a_key_at_the_top_gets_a_value_in_its_place_or_at_the_end(before: str, after: str | None) -> None:
    if after is None:
        with pytest.raises(UsageError) as refused:
            with_key(document(before), "closed", True)
        assert str(refused.value) == (
            "The layout of 'rounds/2027-1/decisions.yaml' is not one that can be changed without harm; "
            "change it by hand."
        )
        return
    assert with_key(document(before), "closed", True) == after
    assert without_key(document(after), "closed") == after.replace("closed: true\n", "")
