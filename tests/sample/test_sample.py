"""``counterpart sample``: a whole round on the disk, right, sealed, and the same every time but for the seals."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from counterpart.cli.main import main
from counterpart.digest import pool_digest
from counterpart.files import yaml_read as strict
from counterpart.rounds import build
from counterpart.sample.plan import SHAPES
from counterpart.sample.write import sample_values
from counterpart.sealing.demo_keys import DEMONSTRATION_IDENTITIES, DEMONSTRATION_RECIPIENTS
from counterpart.sealing.seal import open_sealed
from counterpart.sealing.signed import application_digest


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    code = stopped.value.code
    assert isinstance(code, int)
    return code


def files(root: Path) -> dict[str, str]:
    found = {
        path.relative_to(root).as_posix(): path.read_bytes().decode("utf-8")
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
    assert found
    return found


def read(text: str) -> Any:
    document = strict.read(text.encode("utf-8"), "a.yaml")
    assert isinstance(document, strict.Document), document
    return document.data


def without_seals(text: str) -> str:
    """A file without what sealing makes different each time: the sealed part, and digests of it."""
    return re.sub(r"sealed: \|\n(?:  .*\n)+", "sealed\n", re.sub("sha256:[0-9a-f]{64}", "digest", text))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    assert run("--root", str(folder), "sample", "2027-1", "--people", "300", "--seed", "4") == 0
    return folder


def test_it_says_what_it_made_and_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--root", str(tmp_path), "sample", "2027-2", "--people", "40", "--countries", "9") == 0

    assert capsys.readouterr() == (
        "Made up round 2027-2: 40 people from 9 countries, all admitted, all fictional.\n"
        "  wrote applicants/2027-2\n"
        "  wrote rounds/2027-2\n",
        "",
    )
    written = files(tmp_path)
    assert len(written) == 42
    assert 'title: "Second round of 2027 (sample)"\n' in written["rounds/2027-2/round.yaml"]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_passes_check(shape: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--root", str(tmp_path), "sample", "2027-1", "--people", "60", "--shape", shape) == 0
    capsys.readouterr()

    assert run("--root", str(tmp_path), "check") == 0
    assert capsys.readouterr().out == f"Checked {63 if shape == 'odd' else 62} files: no findings.\n"


@pytest.mark.parametrize("people", [0, 1])
def test_the_smallest_rounds_are_written_too(people: int, tmp_path: Path) -> None:
    assert run("--root", str(tmp_path), "sample", "2027-1", "--people", str(people)) == 0

    written = files(tmp_path)
    assert len(written) == 2 + people
    assert len(read(written["rounds/2027-1/roll.yaml"])["people"]) == people


def test_our_reader_and_others_read_the_same(root: Path) -> None:
    for text in files(root).values():
        assert read(text) == yaml.safe_load(text)


def test_norway_is_a_country_and_norwegian_a_language(root: Path) -> None:
    assert run("--root", str(root), "sample", "2028-1", "--people", "198", "--countries", "198") == 0
    norway = [text for path, text in files(root).items() if "2028-1" in path and 'country: "NO"' in text]

    assert len(norway) == 1
    assert yaml.safe_load(norway[0])["profile"]["languages"][0] == "no"


def test_the_files_are_plain_text_with_unix_line_ends(root: Path) -> None:
    for text in files(root).values():
        assert "\r" not in text
        assert "\t" not in text
        assert text.endswith("\n")
        assert not re.search(" $", text, re.MULTILINE)


def test_the_roll_holds_the_digests_of_the_files(root: Path) -> None:
    written = files(root)
    data = read(written["rounds/2027-1/roll.yaml"])
    roll = build.roll(data)

    assert data["pool"] == pool_digest(roll.people)
    assert len(roll.people) == 300
    for id, place in roll.people.items():
        assert place.digest == application_digest(read(written[f"applicants/2027-1/{id}.yaml"]))


def test_sealed_parts_open_with_the_demonstration_keys_and_belong_to_their_application(root: Path) -> None:
    opened = []
    for path, text in files(root).items():
        if path.startswith("applicants/2027-1/"):
            data = read(text)
            inside = [json.loads(open_sealed(data["sealed"], [key])) for key in DEMONSTRATION_IDENTITIES]
            assert inside[0] == inside[1]
            assert (inside[0]["round"], inside[0]["id"]) == (data["round"], data["id"])
            opened.append(inside[0])

    assert len(opened) == 300
    assert read(files(root)["rounds/2027-1/round.yaml"])["recipients"] == list(DEMONSTRATION_RECIPIENTS)


def test_no_name_or_address_stands_in_any_file(root: Path) -> None:
    written = files(root)
    everything = "\n".join(written.values())
    for path, text in written.items():
        if path.startswith("applicants/2027-1/"):
            inside = json.loads(open_sealed(read(text)["sealed"], DEMONSTRATION_IDENTITIES))
            for key in ("name", "email", "member_number", "employer", "about_me"):
                assert inside.get(key, "\0") not in everything
    assert "@" not in everything


def test_the_same_arguments_give_the_same_bytes_but_for_the_seals(root: Path, tmp_path: Path) -> None:
    """Also in another process, where sets and mappings are in another order."""
    command = [sys.executable, "-c", "from counterpart.cli.main import main; main()"]
    arguments = ["--root", str(tmp_path), "sample", "2027-1", "--people", "300", "--seed", "4"]
    subprocess.run(
        [*command, *arguments], check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": "77"}
    )
    mine = {path: text for path, text in files(root).items() if "/2027-1/" in path}
    theirs = files(tmp_path)

    assert list(mine) == list(theirs)
    assert {path: without_seals(text) for path, text in mine.items()} == {
        path: without_seals(text) for path, text in theirs.items()
    }
    application = next(path for path in mine if path.startswith("applicants/"))
    assert mine[application] != theirs[application]


def test_the_values_are_those_of_the_files(root: Path) -> None:
    settings, applicants, roll = sample_values("2027-1", people=300, seed=4)
    written = files(root)

    assert settings == build.round_(read(written["rounds/2027-1/round.yaml"]))
    assert len(applicants) == 300
    for person in applicants:
        there = build.applicant(read(written[f"applicants/2027-1/{person.id}.yaml"]))
        assert (there.profile, there.received) == (person.profile, person.received)
        assert roll.people[person.id].digest == person.digest
    assert sample_values("2027-1", people=300, seed=4) == (settings, applicants, roll)


def test_the_round_says_its_defaults_as_comments_that_can_be_taken_in(root: Path) -> None:
    text = files(root)["rounds/2027-1/round.yaml"]
    head, _, tail = text.partition("# What follows is what counts unless you write it here without the '#':\n")
    with_defaults = head + tail.replace("# ", "")
    mine, theirs = (build.round_(read(each)) for each in (text, with_defaults))

    assert tail
    assert with_defaults != text
    assert (mine.rules, mine.weights, mine.threes) == (theirs.rules, theirs.weights, theirs.threes)
    assert (mine.acceptable, mine.country_cap) == (theirs.acceptable, theirs.country_cap)
    assert set(read(with_defaults)) - set(read(text)) == {
        "rules", "weights", "acceptable", "country_cap", "threes",
    }  # fmt: skip


def test_in_the_rounds_file_an_empty_line_stands_before_each_comment_and_nowhere_else(root: Path) -> None:
    lines = files(root)["rounds/2027-1/round.yaml"].splitlines()
    comments = [n for n, line in enumerate(lines) if line[:1] == "#" and not lines[n - 1].startswith("#")]

    assert len(comments) > 5
    assert [n for n, line in enumerate(lines) if not line] == [n - 1 for n in comments if n]


def test_a_round_that_is_there_stays_as_it_is(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = files(root)
    assert run("--root", str(root), "sample", "2027-1", "--people", "5") == 2

    assert capsys.readouterr() == (
        "",
        "counterpart: Round 2027-1 is there already and stays as it is. Choose another name, or remove the "
        "folders 'rounds/2027-1' and 'applicants/2027-1' first.\n",
    )
    assert files(root) == before


def test_applications_without_settings_are_a_round_too(tmp_path: Path) -> None:
    (tmp_path / "applicants" / "2027-1").mkdir(parents=True)

    assert run("--root", str(tmp_path), "sample", "2027-1", "--people", "5") == 2
    assert not (tmp_path / "rounds").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["2027"], "A round is named by its year and number, such as '2027-1'."),
        (["../x"], "A round is named by its year and number, such as '2027-1'."),
        (["2027-3"], "A sample round is named by its year and half, such as '2027-1' or '2027-2'."),
        (["2027-1", "--people", "-1"], "--people must be from 0 to 100,000, not -1."),
        (
            ["2027-1", "--people", "5", "--countries", "9"],
            "5 people can come from 5 countries at most; --countries asks for 9.",
        ),
        (
            ["2027-1", "--shape", "circle"],
            "There is no such shape; the shapes are plain, one-country, odd, lonely-language, identical, "
            "incompatible.",
        ),
    ],
)
def test_a_wrong_command_is_refused_in_a_sentence_and_nothing_is_written(
    arguments: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--root", str(tmp_path), "sample", *arguments) == 2

    assert capsys.readouterr() == ("", f"counterpart: {sentence}\n")
    assert list(tmp_path.iterdir()) == []


def test_help_names_every_shape(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("sample", "--help") == 0

    out = capsys.readouterr().out
    for shape, words in SHAPES.items():
        assert f"{shape} " in out
        assert words in out
