"""``decide``: one more decision, whole or not at all, and words that only coordinators read."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.pairing.decide import decide
from tests.desk import Kept, flat, id_of
from tests.mail.test_gate import Ready

WORDS = "Canary: they are sisters-in-law, says Óscar."


@pytest.fixture
def ready(tmp_path: Path, kept: Kept) -> Ready:
    return kept.copy(Ready, tmp_path)


def test_a_decision_is_written_obeyed_and_its_words_are_sealed(ready: Ready) -> None:
    one, two = sorted(ready.data("pairings.yaml")["pairs"][0]["people"])
    path = decide(
        Repository(ready.root),
        "2027-1",
        "forbid",
        (two, one),
        by="coordinator-1",
        reason="know-each-other",
        note=WORDS,
    )
    text = ready.file(path).read_text(encoding="utf-8")
    assert "Canary" not in text
    (line,) = ready.data("decisions.yaml")["forbids"]
    assert line.pop("note").startswith("-----BEGIN AGE ENCRYPTED FILE-----\n")
    assert line == {"people": [one, two], "by": "coordinator-1", "reason": "know-each-other"}
    assert ready.run("match", "2027-1")[0] == 0
    assert [one, two] not in [sorted(pair["people"]) for pair in ready.data("pairings.yaml")["pairs"]]

    place = ready.folder / "private" / "review.html"
    assert ready.run("review", "2027-1", "--with-names", "demo", "--out", place)[0] == 0
    assert f"forbid {one} and {two}: <bdi>{WORDS}</bdi>" in place.read_text(encoding="utf-8")
    assert ready.run("review", "2027-1")[0] == 0
    assert "Canary" not in (ready.root / "build" / "review-2027-1.html").read_text(encoding="utf-8")


def test_a_note_that_is_added_or_sealed_again_makes_no_proposal_void(ready: Ready) -> None:
    people = tuple(sorted(ready.data("pairings.yaml")["pairs"][0]["people"]))
    repository = Repository(ready.root)
    decide(repository, "2027-1", "pin", people, by="coordinator-1", reason="common-project", note="")
    assert ready.run("match", "2027-1")[0] == 0
    ready.file("rounds/2027-1/decisions.yaml").unlink()
    decide(repository, "2027-1", "pin", people, by="coordinator-1", reason="common-project", note=WORDS)
    assert ready.run("verify", "2027-1")[0] == 0


def test_the_command_tells_what_it_wrote_and_what_comes_next(ready: Ready) -> None:
    code, out, _ = ready.run(
        "decide", "2027-1", "remove", id_of(1).lower(), "--as", "coordinator-2", "--reason", "withdrew"
    )
    assert code == 0
    assert flat(out) == (
        "Wrote it into rounds/2027-1/decisions.yaml: they told a coordinator that they withdraw. "
        "Commit the file, and then: counterpart propose 2027-1 "
    )
    assert ready.data("decisions.yaml") == {
        "format": 1,
        "round": "2027-1",
        "removed": [{"id": id_of(1), "by": "coordinator-2", "reason": "withdrew"}],
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("pin", id_of(1)), "To pin, name two different people by id."),
        (("pin", id_of(1), id_of(1)), "To pin, name two different people by id."),
        (("remove", id_of(1), id_of(2)), "To remove, name one person by id."),
        (("forbid", "SOMEBODY", id_of(1)), "This decision cannot be kept."),
        (("forbid", id_of(2), id_of(1), "--reason", "Because they said so"), "This decision cannot be kept."),
    ],
)
def test_what_the_file_would_not_take_is_refused_before_it_is_written(
    ready: Ready, arguments: tuple[str, ...], said: str
) -> None:
    code, _, err = ready.run("decide", "2027-1", "--as", "coordinator-1", "--reason", "x", *arguments)
    assert code == 2
    assert said in flat(err)
    assert not ready.file("rounds/2027-1/decisions.yaml").exists()


def test_nothing_that_stands_in_the_file_is_lost(ready: Ready) -> None:
    path = ready.file("rounds/2027-1/decisions.yaml")
    line = f"  - {{id: {id_of(3)}, by: coordinator-2, reason: no-answer}}\n"
    path.write_text(f"format: 1\nround: 2027-1\n# asked on Monday\nremoved:\n{line}", encoding="utf-8")
    decide(Repository(ready.root), "2027-1", "remove", (id_of(1),), by="coordinator-1", reason="conduct", note="")
    assert path.read_text(encoding="utf-8") == (
        f"format: 1\nround: 2027-1\n# asked on Monday\nremoved:\n{line}"
        f"  - {{id: {id_of(1)}, by: coordinator-1, reason: conduct}}\n"
    )
    with pytest.raises(UsageError, match="says so already"):
        decide(
            Repository(ready.root), "2027-1", "remove", (id_of(3),), by="coordinator-1", reason="conduct", note=""
        )


def test_a_note_has_a_length_that_always_fits(ready: Ready) -> None:
    repository = Repository(ready.root)
    with pytest.raises(UsageError, match="A note has at most 900 characters; this one has 901"):
        decide(repository, "2027-1", "remove", (id_of(1),), by="coordinator-1", reason="conduct", note="ठ" * 901)
    decide(
        repository, "2027-1", "remove", (id_of(1),), by="coordinator-1", reason="conduct", note="\U0001f4da" * 900
    )
    assert len(ready.data("decisions.yaml")["removed"]) == 1
