"""``propose``: a branch with one proposal, whoever runs it and however often, and never an unnoticed change."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.cli.test_admit import withdraw
from tests.cli.test_gate import Ready
from tests.desk import AFTER, Desk, flat


class Team(Desk):
    """A round that is admitted, in a repository with a remote."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        super().__init__(folder, capsys)
        for number in range(9):
            self.apply(number)
        self.shared = folder / "shared.git"
        subprocess.run(
            ["git", "init", "--quiet", "--bare", "--initial-branch", "main", str(self.shared)], check=True
        )
        self.git("init", "--quiet", "--initial-branch", "main")
        self.git("remote", "add", "origin", str(self.shared))
        assert self.admit()[0] == 0
        self.commit("admitted")

    git = Ready.git
    change = Ready.change
    file = Ready.file

    def commit(self, message: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        self.git("push", "--quiet", "origin", "main")

    def propose(self) -> str:
        code, out, err = self.run("propose", "2027-1", "--remote", "origin", "--text", self.folder / "text.md")
        assert code == 0, out + err
        assert self.git("status", "--porcelain") == "", "the work tree is as it was"
        return flat(out)

    def tip(self) -> str:
        done = subprocess.run(
            ["git", "rev-parse", "propose/2027-1"], cwd=self.shared, capture_output=True, check=True
        )
        return done.stdout.decode().strip()

    def accept(self) -> None:
        self.git("fetch", "--quiet", "origin", "propose/2027-1")
        self.git("merge", "--quiet", "--no-ff", "--message", "Accept", "FETCH_HEAD")
        self.git("push", "--quiet", "origin", "main")

    def text(self) -> str:
        return (self.folder / "text.md").read_text(encoding="utf-8")


@pytest.fixture
def team(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Team:
    return Team(tmp_path, capsys)


def test_a_proposal_is_opened_verified_merged_and_approved(team: Team) -> None:
    assert "Put the proposal on the branch propose/2027-1, and pushed it to origin." in team.propose()
    changed = team.git("diff-tree", "-r", "--name-status", "main", team.tip())
    assert changed == "A\trounds/2027-1/certificate.json\nA\trounds/2027-1/pairings.yaml\n"
    assert team.text().startswith("# Proposed pairs for First round of 2027 (2027-1)\n")
    assert "canary" not in team.git("log", "-1", "--format=%an %ae %cn %ce %B", team.tip()).casefold()
    first = team.tip()
    assert "holds just this proposal already; nothing was changed." in team.propose()
    assert team.tip() == first
    team.accept()
    assert team.run("verify", "2027-1")[0] == 0
    assert team.run("approve", "2027-1", "--as", "coordinator-1", "--pretend-now", AFTER)[0] == 0
    team.commit("approved")
    assert "This proposal is accepted already: it is in the last commit." in team.propose()
    assert team.run("check")[0] == 0


def test_after_new_decisions_it_is_proposed_again_beside_what_it_was(team: Team) -> None:
    team.propose()
    before = team.tip()
    people = team.git("show", f"{before}:rounds/2027-1/pairings.yaml").partition("people: [")[2].partition("]")[0]
    decision = f"forbids:\n  - {{people: [{people}], by: coordinator-2, reason: conflict-of-interest}}\n"
    path = team.file("rounds/2027-1/decisions.yaml")
    path.write_text(f"format: 1\nround: 2027-1\n{decision}", encoding="utf-8")
    code, _, err = team.run("propose", "2027-1", "--remote", "origin")
    assert code == 2
    assert "Files of the round are not as in the last commit" in flat(err)
    team.commit("a decision")
    team.propose()
    assert team.tip() != before
    assert "## Since the last proposal" in team.text()
    one, other = people.split(", ")
    assert f"- undone: `{one}` `{other}`" in team.text()
    team.accept()
    assert team.run("verify", "2027-1")[0] == 0


def test_an_application_merged_between_proposal_and_review_makes_it_stale(team: Team) -> None:
    team.propose()
    team.apply(20)
    team.commit("late")
    team.accept()
    code, out, _ = team.run("check")
    assert code == 1
    assert "error[application-not-on-roll]" in out
    assert team.run("approve", "2027-1", "--as", "coordinator-1", "--pretend-now", AFTER)[0] == 1


def test_a_withdrawal_after_the_proposal_makes_approving_it_impossible(team: Team) -> None:
    team.propose()
    withdraw(team, 3)
    team.commit("withdrawn")
    assert team.admit()[0] == 0
    team.commit("admitted again")
    team.accept()
    code, out, _ = team.run("approve", "2027-1", "--as", "coordinator-1", "--pretend-now", AFTER)
    assert code == 1
    assert "error[proposal-outdated]" in out
    assert "Put the proposal on the branch" in team.propose()
    team.accept()
    assert team.run("approve", "2027-1", "--as", "coordinator-1", "--pretend-now", AFTER)[0] == 0


def test_of_two_proposals_at_once_one_is_told_to_try_again(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    from counterpart.commands import propose

    real = propose.match

    def slow(*arguments: object, **options: object) -> object:
        made = real(*arguments, **options)  # type: ignore[arg-type]
        subprocess.run(
            ["git", "update-ref", "refs/heads/propose/2027-1", "refs/heads/main"], cwd=team.shared, check=True
        )
        return made

    monkeypatch.setattr(propose, "match", slow)
    code, _, err = team.run("propose", "2027-1", "--remote", "origin")
    assert code == 2
    assert "Somebody else proposed at the same time. Run the command again." in flat(err)
    monkeypatch.setattr(propose, "match", real)
    assert "Put the proposal on the branch" in team.propose()


def test_a_remote_that_does_not_answer_is_said(team: Team) -> None:
    code, _, err = team.run("propose", "2027-1", "--remote", "nowhere")
    assert code == 2
    assert "The remote 'nowhere' does not answer" in flat(err)
