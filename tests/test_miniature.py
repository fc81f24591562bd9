"""The language in which the cases of ``check`` are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.miniature import SOURCE, lay_out, merged, parts


def test_a_key_of_the_fragment_takes_the_place_of_the_same_key_at_any_depth() -> None:
    file = ["a: 1", "b:", "  c: 2", "  d: [3]", "e: |", "  text"]
    assert merged(file, ["b:", "  d: 4", "f: 5"]) == ["a: 1", "b:", "  c: 2", "  d: 4", "e: |", "  text", "f: 5"]


def test_a_list_of_the_fragment_takes_the_place_of_the_whole_list() -> None:
    assert merged(["a:", "  - {b: 1}", "  - {b: 2}"], ["a:", "  - {b: 3}"]) == ["a:", "  - {b: 3}"]


def test_a_case_may_change_several_files() -> None:
    case = "# rounds/2027-1/roll.yaml, removed\n# rounds/2027-1/decisions.yaml\nformat: 1\n"
    assert parts(case) == [
        ("rounds/2027-1/roll.yaml", "removed", ""),
        ("rounds/2027-1/decisions.yaml", "", "format: 1\n"),
    ]


def test_a_case_must_name_a_file() -> None:
    with pytest.raises(AssertionError, match="must begin with the path"):
        parts("format: 1\n")


def test_without_a_change_the_miniature_is_copied_as_it_is(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "p")
    copied = {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert copied == {path.relative_to(SOURCE): path.read_bytes() for path in SOURCE.rglob("*") if path.is_file()}
    assert len(copied) == 8
