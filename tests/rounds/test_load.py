"""From files to the model."""

from __future__ import annotations

import random
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from counterpart.digest import pool_digest
from counterpart.files import yaml_read
from counterpart.files.repository import Repository
from counterpart.files.yaml_read import Document
from counterpart.findings import UsageError
from counterpart.model import Decision, Decisions, Rules, Status, Weights, Wish
from counterpart.rounds.load import Loaded, load_round
from counterpart.sealing.signed import application_digest
from tests.miniature import lay_out


def load(tmp_path: Path, change: str = "") -> Loaded:
    return load_round(Repository(lay_out(tmp_path / "p", change)), "2027-1")


def test_a_round_is_loaded_with_everything_its_files_say(tmp_path: Path) -> None:
    loaded = load(tmp_path)
    assert loaded.findings == ()
    assert loaded.refused == ()
    assert loaded.round is not None
    assert loaded.round.day("end") == date(2027, 6, 28)
    assert loaded.round.career_stages[2].distances == {"student": 1, "early": 1}
    assert (loaded.round.rules, loaded.round.weights, loaded.round.threes) == (Rules(), Weights(), False)
    first = loaded.applicants[0]
    assert [person.id for person in loaded.applicants] == sorted(person.id for person in loaded.applicants)
    assert first.received == datetime(2027, 1, 14, 6, 12, 9, tzinfo=UTC)
    assert first.profile.wishes == {"sector": Wish.DIFFERENT, "career_stage": Wish.SIMILAR}
    assert loaded.roll is not None
    assert loaded.roll.people["9B3C5D7F8G"].past == ("7GQ2MK4XHN",)
    assert loaded.roll.people["9B3C5D7F8G"].status is Status.ADMITTED
    assert loaded.roll.pool == pool_digest(loaded.roll.people)
    assert loaded.decisions is not None
    assert loaded.decisions.pins == (
        Decision(people=("7GQ2MK4XHN", "M4XH2Q9KTA"), by="coordinator-2", reason="asked-for-each-other"),
    )
    assert loaded.proposal is not None
    assert loaded.proposal.inputs.decisions == loaded.decisions.digest
    assert loaded.proposal.inputs.round == loaded.round.digest


def test_a_digest_covers_the_sealed_part_and_not_the_layout(tmp_path: Path) -> None:
    loaded = load(tmp_path)
    path = tmp_path / "p/applicants/2027-1/7GQ2MK4XHN.yaml"
    document = yaml_read.read(path.read_bytes(), "f.yaml")
    assert isinstance(document, Document)
    assert loaded.applicants[0].digest == application_digest(document.data)
    path.write_text("# a comment\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    again = load_round(Repository(tmp_path / "p"), "2027-1")
    assert again.applicants[0].digest == loaded.applicants[0].digest
    assert application_digest({**document.data, "sealed": "other"}) != loaded.applicants[0].digest


def test_the_options_of_a_round_reach_the_model(tmp_path: Path) -> None:
    change = (
        "# rounds/2027-1/round.yaml, in part\nrules: {shared-language: false, time-difference: 8}\n"
        "weights: {rarity: 0}\nacceptable: 90\nthrees: allowed\n"
        "# rounds/2027-1/decisions.yaml, in part\noverrule: {by: coordinator-1, reason: local-knowledge}\n"
    )
    loaded = load(tmp_path, change)
    assert loaded.round is not None
    assert loaded.round.rules == Rules(shared_language=False, time_difference=8)
    assert loaded.round.weights == Weights(rarity=0)
    assert (loaded.round.acceptable, loaded.round.threes) == (90, True)
    assert loaded.decisions is not None
    assert loaded.decisions.overrule == Decision(people=(), by="coordinator-1", reason="local-knowledge")


def test_any_time_difference_is_none(tmp_path: Path) -> None:
    loaded = load(tmp_path, "# rounds/2027-1/round.yaml, in part\nrules: {time-difference: any}\n")
    assert loaded.round is not None
    assert loaded.round.rules.time_difference is None


WRONG = "# applicants/2027-1/P2Q4R6S8T0.yaml, in part\nprofile:\n  sector: unknown\n"
NO_ROLL = "# rounds/2027-1/roll.yaml, removed\n# rounds/2027-1/pairings.yaml, removed\n"


def test_without_a_roll_an_application_that_does_not_pass_is_left_out_and_blocks_nobody(tmp_path: Path) -> None:
    loaded = load(tmp_path, WRONG + NO_ROLL)
    assert loaded.refused == ("P2Q4R6S8T0",)
    assert len(loaded.applicants) == 3
    assert [finding.rule for finding in loaded.findings] == ["sector-unknown"]
    assert loaded.blocking == ()


def test_an_admitted_application_that_does_not_pass_blocks_the_round(tmp_path: Path) -> None:
    loaded = load(tmp_path, WRONG)
    assert [finding.rule for finding in loaded.blocking] == ["sector-unknown", "application-changed"]


def test_errors_in_a_proposal_do_not_block_a_new_one(tmp_path: Path) -> None:
    loaded = load(tmp_path, "# rounds/2027-1/pairings.yaml\nformat: 1\n")
    assert loaded.proposal is None
    assert {finding.rule for finding in loaded.findings} == {"key-missing"}
    assert loaded.blocking == ()


def test_a_broken_decisions_file_blocks_the_round(tmp_path: Path) -> None:
    loaded = load(tmp_path, "# rounds/2027-1/decisions.yaml\npins: [\n")
    assert loaded.decisions == Decisions(round="2027-1")
    assert [finding.rule for finding in loaded.blocking] == ["yaml-syntax"]


def test_a_closed_round_without_applications_passes(tmp_path: Path) -> None:
    change = "# applicants/2027-1, removed\n# rounds/2027-1/round.yaml, in part\nclosed: true\n"
    loaded = load(tmp_path, change)
    assert loaded.findings == ()
    assert loaded.round is not None
    assert loaded.round.closed


def test_an_announced_round_without_anything_else_passes(tmp_path: Path) -> None:
    change = "# applicants/2027-1, removed\n# rounds/2027-1/decisions.yaml, removed\n" + NO_ROLL
    loaded = load(tmp_path, change)
    assert (loaded.findings, loaded.applicants, loaded.files) == ((), (), 1)


def test_an_erased_person_may_stay_on_the_roll_as_withdrawn(tmp_path: Path) -> None:
    change = (
        "# applicants/2027-1/P2Q4R6S8T0.yaml, removed\n"
        "# rounds/2027-1/roll.yaml, in part\n"
        "pool: sha256:be24785600aedf332c1db4fc5264eb781816c1bab55b5e9a5e254b2220db5dbe\n"
        "people:\n  P2Q4R6S8T0: {status: withdrawn, reason: asked}\n"
    )
    assert load(tmp_path, change).findings == ()


PIECES = [
    "[]",
    "{}",
    "0",
    "-1",
    "true",
    "null",
    '""',
    "A",
    "W5X6Y7Z8A9",
    "2027-1",
    '"x\\n"',
    "[[]]",
    "{a: 1}",
    "99999999",
]


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_written_into_the_files_there_are_findings_and_never_an_error(
    seed: int, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    root = lay_out(tmp_path / "p")
    files = sorted(path for path in root.rglob("*.yaml"))
    original = {path: path.read_text(encoding="utf-8") for path in files}
    refused = 0
    for _ in range(40):
        for path in chance.sample(files, 2):
            words = re.split(r"([\w.:+-]+)", original[path].partition("sealed:")[0])
            for _ in range(chance.randint(1, 3)):
                words[chance.randrange(1, len(words), 2)] = chance.choice(PIECES)
            path.write_text("".join(words) + "".join(original[path].partition("sealed:")[1:]), encoding="utf-8")
        refused += bool(load_round(Repository(root), "2027-1").findings)
        for path, text in original.items():
            path.write_text(text, encoding="utf-8")
    assert refused > 30


@pytest.mark.parametrize("name", ["2027-2", "../2027-1", "2027-1\n", "spring", ""])
def test_a_round_that_is_not_there_is_a_usage_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        load_round(Repository(lay_out(tmp_path / "p")), name)
