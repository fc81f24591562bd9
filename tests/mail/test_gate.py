"""The gate before the introductions: each thing that must not pass is tried, and does not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from pyrage import x25519

from counterpart.cli.findings import as_text
from counterpart.files import yaml_read
from counterpart.files.repository import Repository
from counterpart.files.yaml_write import dump
from counterpart.mail.gate import Passed, Stopped, gate, guarded
from counterpart.model import RoundId
from counterpart.sealing.demo_keys import DEMONSTRATION_IDENTITIES
from counterpart.sealing.seal import open_sealed, seal
from counterpart.sealing.signed import sealed_digest
from tests.desk import AFTER, Desk, Kept, flat, id_of


class Ready(Desk):
    """A round that was admitted, matched, approved and committed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        for number in range(6):
            self.apply(number)
        self.git("init", "--quiet", "--initial-branch", "main")
        self.commit("applications")
        assert self.admit()[0] == 0
        self.commit("roll")
        assert self.run("match", "2027-1")[0] == 0
        self.approve()
        self.commit("approved")

    def git(self, *arguments: str) -> str:
        who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        done = subprocess.run(["git", *who, *arguments], cwd=self.root, capture_output=True, check=True)
        return done.stdout.decode()

    def commit(self, message: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def approve(self) -> None:
        assert self.run("approve", "2027-1", "--as", "coordinator-1", "--pretend-now", AFTER)[0] == 0

    def file(self, name: str) -> Path:
        return self.root / name

    def change(self, name: str, old: str, new: str) -> None:
        text = self.file(name).read_text(encoding="utf-8")
        assert old in text
        self.file(name).write_text(text.replace(old, new, 1), encoding="utf-8")

    def gate(self) -> Passed | Stopped:
        return gate(Repository(self.root), "2027-1", "demo", report=lambda _: None)

    def says(self) -> str:
        """What stands in the way, in words; nobody is named in it."""
        found = self.gate()
        if isinstance(found, Passed):
            return ""
        text = flat(as_text(found.findings) + " ".join(found.refusals))
        assert text
        assert not [name for name in self.names if name in text + repr(found)]
        return text


@pytest.fixture
def ready(tmp_path: Path, kept: Kept) -> Ready:
    return kept.copy(Ready, tmp_path)


APPLICATION = f"applicants/2027-1/{id_of(2)}.yaml"


def test_a_round_as_it_must_be_passes_with_what_is_needed_to_write_to_everybody(ready: Ready) -> None:
    passed = ready.gate()
    assert isinstance(passed, Passed)
    assert passed.proof.startswith("Proven over all 15 pairs")
    assert len(passed.proposal.pairs) == 3
    assert passed.identities[id_of(2)].email == "canary-2@example.org"
    assert "canary" not in repr(passed).casefold()


def test_without_an_approval_nobody_is_introduced(ready: Ready) -> None:
    ready.git("rm", "--quiet", "rounds/2027-1/approval.yaml")
    ready.commit("no approval")
    assert ready.says() == "Nobody has approved this proposal: 'counterpart approve 2027-1 --as NAME'."


def test_a_pairing_that_was_tampered_with_does_not_pass(ready: Ready) -> None:
    pairs = ready.data("pairings.yaml")
    one, other = pairs["pairs"][0]["people"], pairs["pairs"][1]["people"]
    one[1], other[1] = other[1], one[1]
    everyone = {id: side for line in pairs["pairs"] for id, side in line["points"].items()}
    for pair in pairs["pairs"][:2]:
        pair["people"].sort()
        pair["points"] = {id: everyone[id] for id in pair["people"]}
    ready.file("rounds/2027-1/pairings.yaml").write_text(dump(pairs), encoding="utf-8")
    ready.commit("tampered")
    assert "The approval must be of what there is now; changed since: the proposal." in ready.says()


def test_a_tampered_pairing_does_not_pass_with_a_forged_approval_either(ready: Ready) -> None:
    from counterpart.digest import digest

    pairs = ready.data("pairings.yaml")
    gone = pairs["pairs"].pop()
    pairs["unpaired"] = [{"id": id, "because": "odd-number"} for id in gone["people"]]
    ready.file("rounds/2027-1/pairings.yaml").write_text(dump(pairs), encoding="utf-8")
    approval = ready.data("approval.yaml") | {"proposal": digest(pairs)}
    ready.file("rounds/2027-1/approval.yaml").write_text(dump(approval), encoding="utf-8")
    ready.commit("forged")
    assert "error[proposal-not-best]" in ready.says()


def test_a_pair_that_breaks_a_rule_does_not_pass_whoever_approved_it(ready: Ready) -> None:
    from counterpart.digest import digest

    name = "rounds/2027-1/decisions.yaml"
    pairs = ready.data("pairings.yaml")
    people = pairs["pairs"][0]["people"]
    forbid = {"people": people, "by": "coordinator-2", "reason": "conflict-of-interest"}
    decisions = {"format": 1, "round": "2027-1", "forbids": [forbid]}
    ready.file(name).write_text(dump(decisions), encoding="utf-8")
    pairs["inputs"]["decisions"] = digest(decisions)
    ready.file("rounds/2027-1/pairings.yaml").write_text(dump(pairs), encoding="utf-8")
    certificate = ready.file("rounds/2027-1/certificate.json")
    text = certificate.read_text(encoding="utf-8").replace(
        '"decisions":"none"', f'"decisions":"{digest(decisions)}"'
    )
    certificate.write_text(text, encoding="utf-8")
    approval = ready.data("approval.yaml") | {"proposal": digest(pairs), "decisions": digest(decisions)}
    ready.file("rounds/2027-1/approval.yaml").write_text(dump(approval), encoding="utf-8")
    ready.commit("forged")
    assert f"error[proposal-pair-barred]: {people[0]} and {people[1]} may not be paired." in ready.says()


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("rounds/2027-1/round.yaml", "draw: the", "draw: another", "the round's settings"),
        (
            "rounds/2027-1/roll.yaml",
            "place: 1\n",
            "place: 1\n    carried_over: true\n",
            "`pool` must be the digest",
        ),
    ],
)
def test_what_changed_after_the_approval_makes_it_void(
    ready: Ready, name: str, old: str, new: str, says: str
) -> None:
    ready.change(name, old, new)
    ready.commit("changed")
    assert says in ready.says()


def test_a_decision_after_the_approval_makes_it_void(ready: Ready) -> None:
    decision = {"people": [id_of(0), id_of(1)], "by": "coordinator-2", "reason": "conflict-of-interest"}
    text = dump({"format": 1, "round": "2027-1", "forbids": [decision]})
    ready.file("rounds/2027-1/decisions.yaml").write_text(text, encoding="utf-8")
    ready.commit("a decision")
    assert "changed since: the coordinators' decisions." in ready.says()


@pytest.mark.parametrize("what", ["proposal", "pool", "settings", "decisions"])
def test_an_approval_of_something_else_is_written_anew_and_one_that_is_good_stays(ready: Ready, what: str) -> None:
    path = ready.file("rounds/2027-1/approval.yaml")
    good, later = path.read_bytes(), AFTER.replace("T00", "T09")
    again = ("approve", "2027-1", "--as", "coordinator-2", "--pretend-now", later)
    assert ready.run(*again)[0] == 0
    assert path.read_bytes() == good, "with its moment and its name"
    approval = ready.data("approval.yaml")
    path.write_text(dump({**approval, what: "sha256:" + "0" * 64}), encoding="utf-8")
    ready.commit("of something else")
    assert "error[approval-void]" in ready.says()
    assert ready.run(*again)[0] == 0
    assert ready.data("approval.yaml") == {**approval, "by": "coordinator-2", "approved": later}
    ready.commit("approved anew")
    assert ready.says() == ""


@pytest.mark.parametrize("key", ["title: First", '  - {date: "2027-06-28"'])
def test_a_title_or_a_later_date_may_change(ready: Ready, key: str) -> None:
    ready.change("rounds/2027-1/round.yaml", key, key.replace("First", "A").replace("06-28", "06-29"))
    ready.commit("changed")
    assert ready.says() == ""


def test_a_foreign_file_among_the_applications_does_not_pass(ready: Ready) -> None:
    ready.file("applicants/2027-1/notes.txt").write_text("who is who", encoding="utf-8")
    ready.commit("foreign")
    assert "applicants/2027-1/notes.txt:1:1: error[file-name]" in ready.says()


def test_files_that_are_not_committed_do_not_pass(ready: Ready) -> None:
    ready.change("rounds/2027-1/round.yaml", "title: First", "title: Last")
    assert ready.says() == (
        "In this folder one file of the round is not as in the last commit (rounds/2027-1/round.yaml). "
        "Commit what is right so that others see it, or put it back."
    )


def test_an_application_that_was_changed_and_changed_back_does_not_pass(ready: Ready) -> None:
    ready.change(APPLICATION, "sector: academic", "sector: public")
    ready.commit("changed")
    ready.change(APPLICATION, "sector: public", "sector: academic")
    ready.commit("changed back")
    assert f"'{APPLICATION}' was changed after it was added" in ready.says()


def test_an_application_that_was_deleted_and_added_again_does_not_pass(ready: Ready) -> None:
    """The very same file: what lay there in the meantime is nobody's word."""
    content = ready.file(APPLICATION).read_bytes()
    ready.file(APPLICATION).unlink()
    ready.commit("deleted")
    ready.file(APPLICATION).write_bytes(content)
    ready.commit("added again")
    assert ready.says() == f"'{APPLICATION}' was deleted and added again."


def test_what_was_hidden_in_a_merge_does_not_pass(ready: Ready) -> None:
    ready.git("switch", "--quiet", "--create", "other")
    ready.file("rounds/2027-1/README.md").write_text("a note\n", encoding="utf-8")
    ready.commit("harmless")
    ready.git("switch", "--quiet", "main")
    ready.git("merge", "--quiet", "--no-ff", "--no-commit", "other")
    original = ready.file(APPLICATION).read_text(encoding="utf-8")
    ready.change(APPLICATION, "sector: academic", "sector: public")
    ready.commit("merge")
    ready.file(APPLICATION).write_text(original, encoding="utf-8")
    ready.commit("as before")
    assert f"'{APPLICATION}' was changed after it was added" in ready.says()


def test_somebody_elses_address_under_the_same_seal_does_not_pass(ready: Ready) -> None:
    """A resealed file keeps its digest, so the digest alone would let another address in."""
    before = yaml_read.read(ready.file(APPLICATION).read_bytes(), "x")
    assert isinstance(before, yaml_read.Document)
    ready.apply(2, email="thief@example.org")
    forged = yaml_read.read(ready.file(APPLICATION).read_bytes(), "x")
    assert isinstance(forged, yaml_read.Document)
    data = {**before.data, "sealed": forged.data["sealed"], "resealed": sealed_digest(before.data)}
    ready.file(APPLICATION).write_text(dump(data), encoding="utf-8")
    ready.commit("sealed again, it says")
    assert ready.run("check")[0] == 0, "nothing else can notice it"
    assert (
        f"'{APPLICATION}' was changed after it was added, by more than sealing the same words again."
        in ready.says()
    )


def test_applications_that_were_sealed_again_for_another_coordinator_pass(ready: Ready) -> None:
    new = str(x25519.Identity.generate().to_public())
    assert ready.run("keys", "add", "2027-1", new, "--as", "coordinator-3", "--key", "demo")[0] == 0
    ready.commit("another coordinator")
    assert ready.says() == ""


def test_what_was_sealed_again_so_that_no_key_of_ours_opens_it_does_not_pass(ready: Ready) -> None:
    before = yaml_read.read(ready.file(APPLICATION).read_bytes(), "x")
    assert isinstance(before, yaml_read.Document)
    theirs = x25519.Identity.generate()
    words = open_sealed(before.data["sealed"], list(DEMONSTRATION_IDENTITIES))
    data = {
        **before.data,
        "sealed": seal(words, [str(theirs.to_public())]),
        "resealed": sealed_digest(before.data),
    }
    ready.file(APPLICATION).write_text(dump(data), encoding="utf-8")
    ready.commit("sealed again, for one only")

    def says(key: str, handed_over: bool = False) -> list[str]:
        return list(guarded(Repository(ready.root), RoundId("2027-1"), [key], handed_over))

    assert says(DEMONSTRATION_IDENTITIES[0]) == [
        f"'{APPLICATION}' was changed after it was added, by more than sealing the same words again."
    ]
    assert says(str(theirs)) == [
        "1 applications were sealed again before there was a key that you hold, so you cannot see whether their "
        "words stayed the same. Ask a coordinator with an older key to run 'counterpart introduce 2027-1 "
        "--dry-run'. If that passes, add --handed-over."
    ]
    assert says(str(theirs), handed_over=True) == []


def test_somebody_who_withdrew_since_does_not_pass(ready: Ready) -> None:
    from tests.admission.test_admit import withdraw

    withdraw(ready, 2)
    ready.commit("withdrawn")
    assert f"'{id_of(2)}' is admitted, and has withdrawn." in ready.says()


def test_without_a_repository_there_is_no_history_to_trust(ready: Ready) -> None:
    import shutil

    shutil.rmtree(ready.root / ".git")
    assert ready.says() == (
        "The files must lie in a Git repository with at least one commit, whose history can be looked at."
    )
