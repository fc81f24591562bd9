"""Rounds of every shape that hurts, from the sample through match to verify."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.pairing.test_match import run
from tests.repositories import Files


def made(tmp_path: Path, people: int, shape: str) -> Files:
    files = Files(root=tmp_path)
    code, _, err = run(files, "sample", "2027-1", "--people", str(people), "--seed", "7", "--shape", shape)
    assert code == 0, err
    return files


@pytest.mark.parametrize(
    ("shape", "people", "unpaired"),
    [
        ("plain", 60, None),
        ("odd", 61, None),
        ("one-country", 60, {"too-few-partners"}),
        ("lonely-language", 60, {"no-partner-allowed"}),
        ("identical", 60, set()),
        ("incompatible", 60, {"no-partner-allowed"}),
        ("plain", 1, {"no-partner-allowed"}),
        ("plain", 2, None),
    ],
)
def test_every_shape_is_checked_matched_and_verified(
    tmp_path: Path, shape: str, people: int, unpaired: set[str] | None
) -> None:
    files = made(tmp_path, people, shape)

    assert run(files, "check")[0] == 0
    code, out, err = run(files, "match", "2027-1")
    assert (code, err) == (0, "")
    assert "Proven over" in out
    assert run(files, "verify", "2027-1")[0] == 0
    assert run(files, "outlook", "2027-1")[0] == 0
    assert run(files, "check")[0] == 0
    proposal = yaml.safe_load(files.path("pairings.yaml").read_text(encoding="utf-8"))
    everybody = [id for pair in proposal["pairs"] for id in pair["people"]]
    everybody += [person["id"] for person in proposal["unpaired"]]
    assert len(everybody) == len(set(everybody)) == people
    if unpaired is not None:
        assert {person["because"] for person in proposal["unpaired"]} >= unpaired
    for id in everybody[:1] + [person["id"] for person in proposal["unpaired"]][:1]:
        assert run(files, "explain", "2027-1", id)[0] == 0


def test_with_sixty_per_cent_from_one_country_as_many_as_the_others_are_paired(tmp_path: Path) -> None:
    files = made(tmp_path, 50, "one-country")
    run(files, "match", "2027-1")

    code, out, _ = run(files, "outlook", "2027-1")

    assert code == 0
    assert "  20 pairs by number and country alone" in out
    assert "10 more people from other countries are needed." in " ".join(out.split())


def test_nobody_at_all_is_told(tmp_path: Path) -> None:
    files = made(tmp_path, 0, "plain")

    code, _, err = run(files, "match", "2027-1")

    assert code == 2
    assert err.startswith("counterpart: Round 2027-1 has no applications yet.")
