"""What is read of a round without opening anything, and which of its files closing removes."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.model import RoundId
from counterpart.rounds.headers import files_of_people, open_headers
from tests.miniature import lay_out

ROUND = RoundId("2027-1")


def test_a_round_that_is_closed_or_cannot_be_read_has_no_headers(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "programme")
    settings = root / "rounds/2027-1/round.yaml"
    text = settings.read_text(encoding="utf-8")
    assert open_headers(Repository(root), ROUND).here
    for wrong in (
        text + "closed: true\n",
        text.replace("zone: Australia/Sydney", "zone: Australia/Nowhere"),
        "a: [",
    ):
        settings.write_text(wrong, encoding="utf-8")
        with pytest.raises(UsageError) as told:
            open_headers(Repository(root), ROUND)
        assert str(told.value) == "Round 2027-1 is closed, or its settings cannot be read: 'counterpart check'."


def test_closing_removes_every_certificate_and_whatever_names_a_person(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "programme")
    for name in ("certificate.json", "certificate-2.json", "report.json", "keys.yaml", "links.yaml"):
        (root / "rounds/2027-1" / name).write_text("{}", encoding="utf-8")
    assert [entry.path for entry in files_of_people(Repository(root), ROUND)] == [
        *(f"applicants/2027-1/{id}.yaml" for id in ("7GQ2MK4XHN", "9B3C5D7F8G", "M4XH2Q9KTA", "P2Q4R6S8T0")),
        *(f"rounds/2027-1/{name}.yaml" for name in ("decisions", "pairings", "roll")),
        "rounds/2027-1/certificate.json",
        "rounds/2027-1/certificate-2.json",
    ]
