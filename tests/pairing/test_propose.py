"""``propose``: a branch with one proposal, whoever runs it and however often, and never an unnoticed change."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from counterpart.forge.local import LocalForge
from tests.admission.test_admit import withdraw
from tests.desk import AFTER, Desk, Kept, flat
from tests.mail.test_gate import Ready


class Team(Desk):
    """A round that is admitted, in a repository with a remote."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
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
def team(tmp_path: Path, kept: Kept) -> Team:
    return kept.copy(Team, tmp_path)


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
    assert "The last commit holds just this proposal already; nothing was changed." in team.propose()
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


def test_of_two_proposals_at_once_the_second_follows_the_first(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    from counterpart.pairing import propose_branch

    real = propose_branch.match
    others: list[str] = []

    def slow(*arguments: object, **options: object) -> object:
        made = real(*arguments, **options)  # type: ignore[arg-type]
        if not others:
            others.append(team.git("commit-tree", "main^{tree}", "-p", "main", "-m", "Another's").strip())
            team.git("push", "--quiet", "origin", f"{others[0]}:refs/heads/propose/2027-1")
        return made

    monkeypatch.setattr(propose_branch, "match", slow)
    assert "Put the proposal on the branch" in team.propose()
    assert team.git("rev-list", "--parents", "-1", team.tip()).split()[1:] == others


def test_a_remote_that_does_not_answer_is_said(team: Team) -> None:
    code, _, err = team.run("propose", "2027-1", "--remote", "nowhere")
    assert code == 2
    assert "The remote 'nowhere' does not answer" in flat(err)


def decide(team: Team, branch: str, text: str) -> None:
    """Commit decisions to *branch* as a coordinator does at the host, where the branch is."""
    team.git("fetch", "--quiet", "origin", branch)
    team.git("worktree", "add", "--quiet", "--detach", str(team.folder / "theirs"), "FETCH_HEAD")
    place = team.folder / "theirs"
    (place / "rounds/2027-1/decisions.yaml").write_text(f"format: 1\nround: 2027-1\n{text}", encoding="utf-8")
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    for command in (("add", "--all"), ("commit", "--quiet", "--message", "Decisions")):
        subprocess.run(["git", *who, *command], cwd=place, check=True)
    subprocess.run(["git", "push", "--quiet", "origin", f"HEAD:{branch}"], cwd=place, check=True)
    team.git("worktree", "remove", "--force", str(place))


def pairs_at(team: Team, commit: str) -> str:
    return subprocess.run(
        ["git", "show", f"{commit}:rounds/2027-1/pairings.yaml"], cwd=team.shared, capture_output=True, check=True
    ).stdout.decode()


def test_decisions_committed_to_the_pull_request_are_obeyed_and_stay_on_it(team: Team) -> None:
    team.propose()
    people = pairs_at(team, team.tip()).partition("people: [")[2].partition("]")[0]
    decision = f"forbids:\n  - {{people: [{people}], by: coordinator-2, reason: conflict-of-interest}}\n"
    decide(team, "propose/2027-1", decision)
    team.propose()
    assert f"people: [{people}]" not in pairs_at(team, team.tip())
    assert "## Since the last proposal" in team.text()
    assert "| People with a partner |" in team.text()
    assert not team.file("rounds/2027-1/decisions.yaml").exists(), "the work tree is as it was"
    changed = team.git("diff-tree", "-r", "--name-only", "main", team.tip())
    names = ("certificate.json", "decisions.yaml", "pairings.yaml")
    assert changed.split() == [f"rounds/2027-1/{name}" for name in names]
    again = team.tip()
    assert "nothing was changed" in team.propose()
    assert team.tip() == again
    team.accept()
    assert team.run("verify", "2027-1")[0] == 0


def test_decisions_of_both_sides_are_put_together_by_people(team: Team) -> None:
    team.propose()
    groups = [part.partition("]")[0] for part in pairs_at(team, team.tip()).split("people: [")[1:]]
    words = "forbids:\n  - {{people: [{}], by: coordinator-{}, reason: poor-fit}}\n"
    decide(team, "propose/2027-1", words.format(groups[0], 2))
    path = team.file("rounds/2027-1/decisions.yaml")
    path.write_text("format: 1\nround: 2027-1\n" + words.format(groups[1], 1), encoding="utf-8")
    team.commit("mine")
    before = team.tip()
    code, _, err = team.run("propose", "2027-1", "--remote", "origin")
    assert code == 2
    assert (
        "Both the branch of the proposal and this line changed 'rounds/2027-1/decisions.yaml'. Put the decisions "
        "together in one of the two, and let the other have the same file." in flat(err)
    )
    assert team.tip() == before
    assert team.git("status", "--porcelain") == ""


def test_impossible_decisions_on_the_branch_are_findings_and_the_branch_stays(team: Team) -> None:
    team.propose()
    decide(team, "propose/2027-1", "pins:\n  - {people: [0123456789, ABCDEFGHJK], by: coordinator-2, reason: x}\n")
    before = team.tip()
    code, out, _ = team.run("propose", "2027-1", "--remote", "origin")
    assert code == 1
    assert "rounds/2027-1/decisions.yaml:4:15: error[person-unknown]" in out
    assert team.tip() == before
    assert team.git("status", "--porcelain") == ""


def test_the_pull_request_is_opened_once_and_its_text_follows_the_proposal(team: Team) -> None:
    def run() -> str:
        code, out, err = team.run("propose", "--remote", "origin", "--forge", "local")
        assert code == 0, out + err
        return flat(out)

    def pulls() -> dict[int, dict[str, object]]:
        return LocalForge(team.shared).pulls()

    assert "Pull request 1 says what it comes to." in run()
    (pull,) = pulls().values()
    assert pull["branch"] == "propose/2027-1"
    assert pull["title"] == "Pairs of round 2027-1"
    assert "## Since the last proposal" not in str(pull["body"])
    people = pairs_at(team, team.tip()).partition("people: [")[2].partition("]")[0]
    decide(
        team, "propose/2027-1",
        f"forbids:\n  - {{people: [{people}], by: coordinator-2, reason: conflict-of-interest}}\n",
    )  # fmt: skip
    assert "Pull request 1 says what it comes to." in run()
    (pull,) = pulls().values()
    assert "## Since the last proposal" in str(pull["body"])
    assert pull["head"] == team.tip()
    team.accept()
    assert team.run("approve", "2027-1", "--as", "coordinator-1", "--pretend-now", AFTER)[0] == 0
    team.commit("approved")
    assert "Nothing is to be proposed" in run()
    team.apply(21)
    assert team.admit()[0] == 0
    team.commit("somebody came late")
    assert "Pull request 2 says what it comes to." in run()
    assert list(pulls()) == [1, 2]


def test_merging_is_the_word_and_the_workflow_writes_it_down(team: Team) -> None:
    def approve() -> tuple[int, str]:
        code, out, err = team.run("approve", "--merged", "origin")
        assert team.git("status", "--porcelain") == ""
        return code, flat(out + err)

    assert approve() == (0, "No proposal waits for an approval; nothing was pushed. ")
    team.propose()
    team.accept()
    code, out = approve()
    assert code == 0
    assert "pairs of round 2027-1, and pushed the approval to origin." in out
    team.git("pull", "--quiet", "--ff-only", "origin", "main")
    assert team.data("approval.yaml")["by"] == "merged"
    assert team.run("check")[0] == 0
    assert approve()[1] == "No proposal waits for an approval; nothing was pushed. "
    team.change("rounds/2027-1/round.yaml", "sample: true", "sample: true\nacceptable: 151")
    team.commit("another mark")
    code, out, _ = team.run("check")
    assert code == 1
    assert "error[approval-void]" in out
    code, out = approve()
    assert code == 1
    assert "error[proposal-outdated]" in out


def test_an_approval_is_not_pushed_over_what_somebody_else_pushed(team: Team) -> None:
    team.propose()
    team.accept()
    other = team.folder / "other"
    subprocess.run(["git", "clone", "--quiet", str(team.shared), str(other)], check=True)
    (other / "note.txt").write_text("x", encoding="utf-8")
    who = ("-c", "user.name=B", "-c", "user.email=b@example.org", "-c", "commit.gpgsign=false")
    for command in (("add", "--all"), ("commit", "--quiet", "--message", "note"), ("push", "--quiet")):
        subprocess.run(["git", *who, *command], cwd=other, check=True)
    code, _, err = team.run("approve", "--merged", "origin")
    assert code == 2
    assert "'origin' did not take the approval: somebody pushed since. Run the command again." in flat(err)


def test_what_propose_and_approve_are_not_told_they_ask_for(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_REPOSITORY", "GITHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for arguments, said in (
        (("propose", "2027-1", "--forge", "local"), "name the remote, as in --remote origin."),
        (("propose", "2027-1", "--forge", "github", "--remote", "origin"), "set GITHUB_REPOSITORY"),
        (("approve", "2027-1"), "Say which round, and who approves it"),
        (("approve", "2027-1", "--merged", "origin"), "leave ROUND and --as out."),
    ):
        code, _, err = team.run(*arguments)
        assert code == 2
        assert said in flat(err)


def test_a_rematch_has_a_branch_of_its_own(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    team.propose()
    team.accept()
    code, _, err = team.run("propose", "2027-1", "--rematch")
    assert (code, "Nobody of round 2027-1 is introduced yet" in flat(err)) == (2, True)
    monkeypatch.setattr("counterpart.pairing.rematch.begun", lambda _, number: number == 1)
    monkeypatch.setattr("counterpart.pairing.rematch._unfinished", lambda *_: [])
    for pair in team.data("pairings.yaml")["pairs"][:2]:
        ends = ("end", "2027-1", pair["people"][0], "--reason", "silent", "--as", "coordinator-1")
        assert team.run(*ends)[0] == 0
    team.commit("ended")
    code, out, err = team.run("propose", "2027-1", "--rematch")
    assert code == 0, err
    assert "Put the proposal on the branch propose/2027-1-2." in flat(out)
    listed = team.git("diff", "--name-only", "main", "propose/2027-1-2").split()
    assert listed == ["rounds/2027-1/certificate-2.json", "rounds/2027-1/pairings-2.yaml"]
    assert team.git("status", "--porcelain") == ""
