"""``match`` and ``verify`` on real files, as a coordinator meets them."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from counterpart.digest import digest
from counterpart.files.repository import Repository
from counterpart.findings import CertificateError
from counterpart.model import Topic
from counterpart.pairing.graph import PoolGraph
from counterpart.pairing.match_round import LONGEST, match, pull_request
from counterpart.pairing.pairs import with_points
from counterpart.pairing.pool import Pool
from counterpart.pairing.proposal import Made, propose
from counterpart.pairing.summary import summarise
from tests import runner
from tests.people import crowd, decide, person, pool
from tests.repositories import Files, write
from tests.repositories import decide as write_decisions

SOME = crowd(3, 31)


def run(files: Files, *arguments: str) -> tuple[int, str, str]:
    """The exit code and what was printed."""
    return runner.run(*arguments, root=files.root)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return write(SOME, tmp_path / "programme")


def test_a_round_is_matched_verified_and_told(files: Files) -> None:
    code, out, err = run(files, "match", "2027-1", "--text", str(files.root / "out" / "text.md"))

    assert (code, err) == (0, "")
    assert out.startswith("First round of 2027 (2027-1): 30 of 31 people from 8 countries get a partner.\n")
    assert "\n  wrote rounds/2027-1/certificate.json\n  wrote rounds/2027-1/pairings.yaml\n" in out
    text = (files.root / "out" / "text.md").read_text(encoding="utf-8")
    assert text.startswith(
        "# Proposed pairs for First round of 2027 (2027-1)\n\n**30 of 31 people** from 8 countries"
    )
    assert "\n\n\n" not in text
    assert run(files, "check")[0] == 0

    code, out, err = run(files, "verify", "2027-1")

    assert (code, err) == (0, "")
    assert out == (
        "Round 2027-1: 15 pairs, 1 unpaired. Weight 33 / 0 / 10,894, bound 33 / 0 / 10,894\n"
        "(people paired, one carried over counting twice; partners below the mark; points).\n"
        "Proven over all 465 pairs that can be formed from the 31 people: under the rules, no\n"
        "pairing pairs more people, none that pairs as many has fewer partners below the\n"
        "acceptable mark, and none of those has more points.\n"
    )


def test_the_same_files_in_another_order_give_the_same_bytes(files: Files, tmp_path: Path) -> None:
    run(files, "match", "2027-1")
    other = Files(root=tmp_path / "other")
    shutil.copytree(files.root, other.root)
    other.path("pairings.yaml").unlink()
    other.path("certificate.json").unlink()
    roll = yaml.safe_load(other.path("roll.yaml").read_text(encoding="utf-8"))
    shuffled = list(roll["people"].items())
    random.Random(1).shuffle(shuffled)
    other.path("roll.yaml").write_text(
        json.dumps({**roll, "people": dict(shuffled)}), encoding="utf-8", newline="\n"
    )

    assert run(other, "match", "2027-1")[0] == 0

    for name in ("pairings.yaml", "certificate.json"):
        assert other.path(name).read_bytes() == files.path(name).read_bytes()


def test_matching_twice_writes_nothing_the_second_time(files: Files) -> None:
    run(files, "match", "2027-1")
    before = files.everything()

    code, out, _ = run(files, "match", "2027-1")

    assert code == 0
    assert out.endswith("  pairings.yaml and certificate.json are already just so; nothing was written.\n")
    assert files.everything() == before


def test_after_a_decision_the_text_says_what_changed(files: Files) -> None:
    run(files, "match", "2027-1")
    first = yaml.safe_load(files.path("pairings.yaml").read_text(encoding="utf-8"))
    undone = tuple(first["pairs"][0]["people"])
    write_decisions(files, replace(SOME, decisions=decide(forbids=[undone])))

    assert run(files, "verify", "2027-1")[0] == 1
    code, out, _ = run(files, "match", "2027-1", "--text", str(files.root / "text.md"))

    assert code == 0
    text = (files.root / "text.md").read_text(encoding="utf-8")
    assert f"- undone: `{undone[0]}` `{undone[1]}`\n" in text
    assert "- new: " in text
    again = yaml.safe_load(files.path("pairings.yaml").read_text(encoding="utf-8"))
    sums = [
        sum(value for pair in each["pairs"] for side in pair["points"].values() for value in side.values())
        for each in (first, again)
    ]
    assert sums[1] < sums[0], "the decision cost something"
    assert f"| Points, all people together | {sums[0]:,} | {sums[1]:,} | {sums[1] - sums[0]:+,} |\n" in text
    people = [sum(len(pair["people"]) for pair in each["pairs"]) for each in (first, again)]
    assert people[0] == people[1]
    assert f"| People with a partner | {people[0]:,} | {people[1]:,} | no change |\n" in text
    assert again["inputs"]["previous"] == digest(sorted(p["people"] for p in first["pairs"]))
    assert "Since the last proposal" in out
    assert run(files, "verify", "2027-1")[0] == 0
    before = files.everything()
    assert run(files, "match", "2027-1")[0] == 0
    assert {k: v for k, v in files.everything().items() if k != "text.md"} == {
        k: v for k, v in before.items() if k != "text.md"
    }


def test_a_change_by_hand_is_told_by_how_much_and_stands_only_with_a_reason(files: Files) -> None:
    run(files, "match", "2027-1")
    data = yaml.safe_load(files.path("pairings.yaml").read_text(encoding="utf-8"))
    gone = data["pairs"].pop(0)
    data["unpaired"] += [{"id": id, "because": "too-few-partners"} for id in gone["people"]]
    files.path("pairings.yaml").write_text(json.dumps(data), encoding="utf-8", newline="\n")

    code, out, _ = run(files, "verify", "2027-1")

    assert code == 1
    assert "The pairs were changed by hand since the engine proposed them.\n" in out
    assert "it may pair up to 3 fewer people than possible (one carried over counts twice)" in " ".join(
        out.split()
    )
    assert (
        "rounds/2027-1/pairings.yaml:1:1: error[proposal-not-best]: The proposal is not proven to be the best"
        in out
    )

    reason = "overrule: {by: coordinator-1, reason: asked-to-wait}\n"
    files.path("decisions.yaml").write_text(f"format: 1\nround: 2027-1\n{reason}", encoding="utf-8", newline="\n")
    code, out, _ = run(files, "verify", "2027-1")

    assert code == 0
    assert "Recorded in the decisions: coordinator-1 decided so, for the reason 'asked-to-wait'.\n" in out


def test_an_application_that_changed_since_is_told(files: Files) -> None:
    run(files, "match", "2027-1")
    path = files.application(SOME.ids[0])
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("returning: false", "returning: true"), encoding="utf-8", newline="\n")

    code, out, _ = run(files, "verify", "2027-1")

    assert code == 1
    assert "Traceback" not in out


def test_a_proof_of_another_proposal_is_noticed(files: Files, tmp_path: Path) -> None:
    """As after a kill between the two files: the certificate is new, the proposal is old."""
    run(files, "match", "2027-1")
    old = files.path("pairings.yaml").read_bytes()
    first = yaml.safe_load(old)["pairs"][0]["people"]
    write_decisions(files, replace(SOME, decisions=decide(forbids=[tuple(first)])))
    run(files, "match", "2027-1")
    files.path("pairings.yaml").write_bytes(old)

    code, out, _ = run(files, "verify", "2027-1")

    assert code == 1
    assert "error[certificate-other]" in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["match", "2027-9"], "counterpart: There is no round '2027-9' in this programme.\n"),
        (["match", "../x"], "counterpart: A round is named by its year and number, such as '2027-1'.\n"),
        (
            ["verify", "2027-1"],
            "counterpart: Round 2027-1 has no proposal yet. Make one with 'counterpart match 2027-1'.\n",
        ),
        (["explain", "2027-1", "nobody"], "counterpart: There is no NOBODY in round 2027-1."),
        (["match"], "counterpart: Missing argument 'ROUND'.\n"),
    ],
)
def test_a_wrong_command_gets_a_sentence(files: Files, arguments: list[str], sentence: str) -> None:
    before = files.everything()

    code, out, err = run(files, *arguments)

    assert code == 2
    assert out == ""
    assert err.startswith(sentence)
    assert files.everything() == before


def test_a_round_without_applications_is_told(tmp_path: Path) -> None:
    files = write(pool(), tmp_path / "programme", roll=False)

    code, _, err = run(files, "match", "2027-1")

    assert code == 2
    assert err == (
        "counterpart: Round 2027-1 has no applications yet. They belong in the folder 'applicants/2027-1'.\n"
    )


def test_without_a_roll_everybody_who_passes_is_admitted_and_it_is_said(tmp_path: Path) -> None:
    files = write(SOME, tmp_path / "programme", roll=False)

    code, out, _ = run(files, "match", "2027-1")

    assert code == 0
    assert "  - There is no roll yet: everybody who applied counts as admitted. This is a first try.\n" in out


@pytest.mark.parametrize(
    ("decisions", "part"),
    [
        (
            "pins: [{people: [{A}, {B}], by: c-1, reason: x}]",
            "error[pin-breaks-rule]: The pin of {A} and {B} breaks the rule 'different-country'.",
        ),
        (
            "pins: [{people: [{A}, {C}], by: c-1, reason: x}]\n"
            "forbids: [{people: [{C}, {A}], by: c-1, reason: x}]",
            "error[",
        ),
        ("weights: {interests: 5}", "error[key-unknown]"),
    ],
)
def test_decisions_that_cannot_be_obeyed_stop_everything(tmp_path: Path, decisions: str, part: str) -> None:
    people = (person("1"), person("2"), person("3", country="PL"), person("4", country="JP"))
    files = write(pool(*people), tmp_path / "programme")
    ids = {"A": "0000000001", "B": "0000000002", "C": "0000000003"}
    for letter, id in ids.items():
        decisions = decisions.replace("{" + letter + "}", f'"{id}"')
        part = part.replace("{" + letter + "}", id)
    files.path("decisions.yaml").write_text(
        f"format: 1\nround: 2027-1\n{decisions}\n", encoding="utf-8", newline="\n"
    )
    before = files.everything()

    code, out, _ = run(files, "match", "2027-1")

    assert code == 1, out
    assert part in out
    assert "and nothing was written" in out
    assert files.everything() == before


@pytest.mark.parametrize(
    "line",
    ["weights: {interests: 1.5}", "weights: {interests: -1}", "weights: {charm: 5}", "rules: {charm: true}"],
)
def test_settings_that_mean_nothing_are_never_a_default(files: Files, line: str) -> None:
    path = files.path("round.yaml")
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8", newline="\n")

    code, out, _ = run(files, "match", "2027-1")

    assert code == 1
    assert "rounds/2027-1/round.yaml:" in out
    assert not files.path("pairings.yaml").exists()


@pytest.mark.skipif(os.name == "nt", reason="a process cannot be killed in this way on Windows")
def test_a_proposal_that_fails_its_own_check_is_never_written(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lie(some: Pool, *rest: Any, **named: Any) -> Made:
        made = propose(some, *rest, **named)
        first, second, *others = made.proposal.pairs
        graph = PoolGraph(some)
        swapped = with_points(graph, [(first.people[0], second.people[0]), (first.people[1], second.people[1])])
        return replace(made, proposal=replace(made.proposal, pairs=(*swapped, *others)))

    monkeypatch.setattr("counterpart.pairing.match_round.propose", lie)
    with pytest.raises(CertificateError, match=r"^The proposal"):
        match(Repository(files.root), "2027-1", report=lambda _: None)

    assert not list(files.root.glob("rounds/2027-1/pairings*")) + list(files.root.glob("rounds/**/cert*"))


def test_killing_match_at_any_moment_leaves_the_old_files_or_the_new_ones(files: Files) -> None:
    run(files, "match", "2027-1")
    old = {name: files.path(name).read_bytes() for name in ("pairings.yaml", "certificate.json")}
    first = yaml.safe_load(old["pairings.yaml"])["pairs"][0]["people"]
    write_decisions(files, replace(SOME, decisions=decide(forbids=[tuple(first)])))
    command = runner.command("match", "2027-1", root=files.root)
    began = time.monotonic()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    whole = time.monotonic() - began
    new = {name: files.path(name).read_bytes() for name in old}
    assert new != old

    for step in range(10):
        for name, content in old.items():
            files.path(name).write_bytes(content)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(whole * (0.5 + step / 18))
        process.send_signal(signal.SIGKILL)
        process.wait()
        for name in old:
            assert files.path(name).read_bytes() in (old[name], new[name])
    assert run(files, "match", "2027-1")[0] == 0
    assert run(files, "verify", "2027-1")[0] == 0


def test_the_pull_requests_text_never_outgrows_what_a_host_takes() -> None:
    topics = tuple(Topic(id=id, name="|" * 120) for id in ("access", "books", "care", "data", "ethics"))
    some = crowd(4, 400, topics=topics)
    before, made = propose(crowd(4, 400, acceptable=450)).proposal, propose(some)
    summary = summarise(some, made.proposal, made.verdict, before, {})
    gone = tuple(pair.people for pair in before.pairs)
    summary = replace(summary, gone=gone, new=gone)
    assert len(gone) > 100
    long = tuple(f"{number:010}" for number in range(2000))
    summary = replace(summary, unpaired=tuple((id, "odd-number", "w" * 200) for id in long))
    text = pull_request(summary)
    assert 20_000 < len(text.encode()) <= LONGEST < 65_536
    assert "and 1,950 more; all of them are listed" in text
    assert text.endswith("--dry-run`.\n")
    wide = tuple(
        replace(w, sides=tuple(replace(s, words=dict.fromkeys(s.words, "𐍈" * 2000)) for s in w.sides))
        for w in summary.weakest
    )
    assert len(pull_request(replace(summary, weakest=wide)).encode()) <= LONGEST
