"""A proposal is made again and again: the branch only grows, so that whoever works on it pulls and pushes plainly.

Two people's clones and a bare repository as the host; what is typed is what the page on proposing says.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from counterpart.cli.main import main
from tests.desk import AFTER, flat
from tests.pairing.test_propose import Team, pairs_at
from tests.pairing.test_propose import team as team

BRANCH = "propose/2027-1"
DECISIONS = "rounds/2027-1/decisions.yaml"


class Person:
    """A volunteer's clone, with the settings that Git has when nobody set any."""

    def __init__(self, team: Team, name: str) -> None:
        self.name, self.root = name, team.folder / name
        self._run("git", "clone", "--quiet", str(team.shared), str(self.root), where=team.folder)

    def git(self, *arguments: str) -> str:
        return self._run("git", *arguments)

    def look(self) -> None:
        """As the page says: the branch as it is now."""
        self.git("fetch", "origin")
        self.git("switch", BRANCH)
        self.git("pull")

    def decide(self, *people: str) -> None:
        with pytest.raises(SystemExit) as stopped:
            main(["--root", str(self.root), "decide", "2027-1", "forbid", *people, "--as", "coordinator-1",
                  "--reason", "know-each-other"])  # fmt: skip
        assert stopped.value.code == 0

    def commit(self, words: str) -> None:
        self.git("add", DECISIONS)
        self.git("commit", "--message", words)

    def pair(self) -> list[str]:
        """The first two people who are partners by the proposal here."""
        text = (self.root / "rounds/2027-1/pairings.yaml").read_text(encoding="utf-8")
        return text.partition("people: [")[2].partition("]")[0].split(", ")

    def _run(self, *command: str, where: Path | None = None) -> str:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        settings = kept | {
            "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_EDITOR": "true",
            "GIT_AUTHOR_NAME": self.name, "GIT_AUTHOR_EMAIL": "a@example.org",
            "GIT_COMMITTER_NAME": self.name, "GIT_COMMITTER_EMAIL": "a@example.org",
        }  # fmt: skip
        done = subprocess.run(
            command, cwd=where or self.root, env=settings, capture_output=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout


def log(team: Team, revision: str = BRANCH) -> list[str]:
    said = subprocess.run(
        ["git", "log", "--first-parent", "--format=%an: %s", revision, "--not", "main"],
        cwd=team.shared, capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    return said.stdout.splitlines()[::-1]


def grew(team: Team, before: str) -> None:
    """The branch at the host holds what it held."""
    subprocess.run(["git", "merge-base", "--is-ancestor", before, BRANCH], cwd=team.shared, check=True)


def together(team: Team, one: list[str]) -> bool:
    return f"people: [{', '.join(one)}]" in pairs_at(team, BRANCH)


PROPOSED = "Counterpart: Propose the pairs of round 2027-1"


def test_two_people_decide_one_after_the_other_and_git_pull_is_enough_for_each(team: Team) -> None:
    ada, ben = Person(team, "Ada"), Person(team, "Ben")
    team.propose()
    ada.look()
    first = ada.pair()
    ada.decide(*first)
    ada.commit("Decisions after the first look")
    ada.git("push")
    tip = team.tip()
    team.propose()
    grew(team, tip)
    ben.look()
    assert not together(team, first)
    second = ben.pair()
    ben.decide(*second)
    ben.commit("Another decision")
    ben.git("push")
    tip = team.tip()
    team.propose()
    grew(team, tip)
    ada.look()  # her branch is from before all that, and a plain pull brings it up to date
    assert not together(team, first)
    assert not together(team, second)
    third = ada.pair()
    ada.decide(*third)
    ada.commit("A third decision")
    ada.git("push")
    team.propose()
    assert log(team) == [
        PROPOSED,
        "Ada: Decisions after the first look",
        PROPOSED,
        "Ben: Another decision",
        PROPOSED,
        "Ada: A third decision",
        PROPOSED,
    ]
    again = team.tip()
    assert "nothing was changed" in team.propose()
    assert team.tip() == again
    team.accept()
    assert team.run("verify", "2027-1")[0] == 0
    assert team.run("approve", "2027-1", "--as", "coordinator-1", "--pretend-now", AFTER)[0] == 0


def test_who_committed_before_the_new_proposal_came_joins_the_two_without_a_conflict(team: Team) -> None:
    ada, ben = Person(team, "Ada"), Person(team, "Ben")
    team.propose()
    ada.look()
    ben.look()
    first = ada.pair()
    ada.decide(*first)
    ada.commit("Decisions after the first look")
    ada.git("push")
    team.propose()
    other = pairs_at(team, BRANCH).split("people: [")[2].partition("]")[0].split(", ")
    ada.decide(*other)
    ada.commit("One more, too early")
    ada.git("pull", "--no-rebase")
    ada.git("push")
    team.propose()
    assert not together(team, first)
    assert not together(team, other)
    ben.look()
    team.accept()
    assert team.run("verify", "2027-1")[0] == 0


def test_what_came_to_the_main_branch_in_between_is_merged_in(team: Team) -> None:
    ada = Person(team, "Ada")
    team.propose()
    ada.look()
    ada.decide(*ada.pair())
    ada.commit("A decision")
    ada.git("push")
    team.apply(20)
    assert team.admit()[0] == 0
    team.commit("somebody came late")
    tip, main = team.tip(), team.git("rev-parse", "main").strip()
    team.propose()
    parents = team.git("rev-list", "--parents", "-1", team.tip()).split()[1:]
    assert parents == [tip, main]
    changed = team.git("diff-tree", "-r", "--name-only", "main", team.tip()).split()
    assert changed == [f"rounds/2027-1/{name}" for name in ("certificate.json", "decisions.yaml", "pairings.yaml")]
    ada.look()
    team.accept()
    assert team.run("verify", "2027-1")[0] == 0
    assert team.run("check")[0] == 0


def merged(team: Team) -> None:
    team.accept()


def squashed(team: Team) -> None:
    team.git("fetch", "--quiet", "origin", BRANCH)
    team.git("merge", "--quiet", "--squash", "FETCH_HEAD")
    team.git("commit", "--quiet", "--message", "Accept, in one commit")
    team.git("push", "--quiet", "origin", "main")


@pytest.mark.parametrize("accept", [merged, squashed])
@pytest.mark.parametrize("deleted", [False, True])
def test_after_a_proposal_was_accepted_a_new_one_is_made_and_merges_cleanly(
    team: Team, accept: Callable[[Team], None], deleted: bool
) -> None:
    ada = Person(team, "Ada")
    team.propose()
    ada.look()
    ada.decide(*ada.pair())
    ada.commit("A decision")
    ada.git("push")
    team.propose()
    tip = team.tip()
    accept(team)
    assert "holds just this proposal already; nothing was changed." in team.propose()
    if deleted:
        team.git("push", "--quiet", "origin", "--delete", BRANCH)
        assert "The last commit holds just this proposal already; nothing was changed." in team.propose()
    one, other = team.data("pairings.yaml")["pairs"][0]["people"]
    forbid = ("decide", "2027-1", "forbid", one, other, "--as", "coordinator-2", "--reason", "know-each-other")
    assert team.run(*forbid)[0] == 0
    team.apply(20)
    assert team.admit()[0] == 0
    team.commit("somebody came late, and a decision")
    team.propose()
    if not deleted:
        grew(team, tip)
    if deleted:
        ada.git("switch", "main")
        ada.git("branch", "-D", BRANCH)
        ada.git("fetch", "--prune", "origin")
    ada.look()
    ada.git("switch", "main")
    ada.git("pull")
    ada.git("switch", BRANCH)
    ada.decide(*ada.pair())
    ada.commit("After the end")
    ada.git("push")
    team.propose()
    accept(team)
    assert len(team.data("decisions.yaml")["forbids"]) == 3
    assert team.run("verify", "2027-1")[0] == 0
    assert team.run("check")[0] == 0


def test_who_pushes_while_it_is_matched_is_taken_along(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    from counterpart.pairing import propose_branch

    ada = Person(team, "Ada")
    team.propose()
    ada.look()
    pair = ada.pair()
    real, times = propose_branch.match, []

    def slow(*arguments: object, **options: object) -> object:
        made = real(*arguments, **options)  # type: ignore[arg-type]
        if not times:
            ada.decide(*pair)
            ada.commit("A decision in the meantime")
            ada.git("push")
        times.append(1)
        return made

    team.apply(20)
    assert team.admit()[0] == 0
    team.commit("somebody came late")
    monkeypatch.setattr(propose_branch, "match", slow)
    team.propose()
    assert len(times) == 2
    assert log(team) == [PROPOSED, "Ada: A decision in the meantime", PROPOSED]
    assert not together(team, pair)
    ada.look()


def test_who_pushes_all_the_time_is_waited_for_and_not_replaced(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    from counterpart.pairing import propose_branch

    ada = Person(team, "Ada")
    team.propose()
    ada.look()
    real = propose_branch.match

    def slow(*arguments: object, **options: object) -> object:
        made = real(*arguments, **options)  # type: ignore[arg-type]
        ada.git("commit", "--allow-empty", "--message", "And another")
        ada.git("push")
        return made

    team.apply(20)
    assert team.admit()[0] == 0
    team.commit("somebody came late")
    monkeypatch.setattr(propose_branch, "match", slow)
    code, _, err = team.run("propose", "2027-1", "--remote", "origin")
    assert code == 2
    assert err == (
        "counterpart: Somebody else pushed to the branch 'propose/2027-1' again and again in the meantime. Wait "
        "until they are done, and run the command again.\n"
    )
    assert log(team) == [PROPOSED, *["Ada: And another"] * 5]
    assert team.git("status", "--porcelain") == ""


def test_a_copy_that_is_older_than_the_branch_changes_nothing_and_is_told_to_pull(team: Team) -> None:
    old = team.git("rev-parse", "main").strip()
    team.propose()
    team.apply(20)
    assert team.admit()[0] == 0
    team.commit("somebody came late")
    team.propose()
    tip = team.tip()
    team.git("reset", "--quiet", "--hard", old)
    code, _, err = team.run("propose", "2027-1", "--remote", "origin")
    assert code == 2
    assert err == (
        "counterpart: The branch 'propose/2027-1' has other files of rounds or applications than this copy. If "
        "they come from the main branch, bring this copy up to date with 'git pull', and run the command again. "
        "If somebody changed them on the branch, commit these changes to the main branch first: of the branch "
        "itself, only the decisions count.\n"
    )
    assert team.tip() == tip
    assert team.git("status", "--porcelain") == ""


def test_what_else_somebody_wrote_on_the_branch_stays_there(team: Team) -> None:
    ada = Person(team, "Ada")
    team.propose()
    ada.look()
    (ada.root / "a note.md").write_text("Talked to Ben.\n", encoding="utf-8")
    ada.git("add", "a note.md")
    ada.decide(*ada.pair())
    ada.commit("A note and a decision")
    ada.git("push")
    team.apply(20)
    assert team.admit()[0] == 0
    team.commit("somebody came late")
    team.propose()
    ada.look()
    assert (ada.root / "a note.md").read_text(encoding="utf-8") == "Talked to Ben.\n"
    team.accept()
    assert team.run("verify", "2027-1")[0] == 0


def test_what_both_lines_wrote_differently_is_told_and_neither_is_lost(team: Team) -> None:
    ada = Person(team, "Ada")
    team.propose()
    ada.look()
    for root, words in ((ada.root, "Talked to Ben.\n"), (team.root, "Talked to nobody.\n")):
        (root / "a note.md").write_text(words, encoding="utf-8")
    ada.git("add", "a note.md")
    ada.git("commit", "--message", "A note")
    ada.git("push")
    tip = team.tip()
    team.apply(20)
    assert team.admit()[0] == 0
    team.commit("Somebody came late, and another note")
    code, _, err = team.run("propose", "2027-1", "--remote", "origin")
    assert code == 2
    assert err.startswith("counterpart: The branch 'propose/2027-1' has other files of rounds or applications")
    assert team.tip() == tip


def test_run_on_the_branch_of_the_proposal_it_brings_the_work_tree_along(team: Team) -> None:
    assert team.run("propose", "2027-1")[0] == 0
    team.git("switch", "--quiet", BRANCH)
    one, other = team.data("pairings.yaml")["pairs"][0]["people"]
    forbid = ("decide", "2027-1", "forbid", one, other, "--as", "coordinator-1", "--reason", "know-each-other")
    assert team.run(*forbid)[0] == 0
    team.git("add", "--all")
    team.git("commit", "--quiet", "--message", "A decision")
    (team.root / "README.md").write_text("Mine, and not committed.\n", encoding="utf-8")
    code, out, err = team.run("propose", "2027-1")
    assert code == 0, out + err
    assert "Put the proposal on the branch propose/2027-1." in flat(out)
    assert team.git("status", "--porcelain").split() == ["??", "README.md"]
    assert [one, other] not in [each["people"] for each in team.data("pairings.yaml")["pairs"]]
    assert team.run("verify", "2027-1")[0] == 0
    assert "nothing was changed" in flat(team.run("propose", "2027-1")[1])
    subjects = team.git("log", "--format=%s", "main..").splitlines()
    assert subjects == ["Propose the pairs of round 2027-1", "A decision", "Propose the pairs of round 2027-1"]


def test_run_elsewhere_it_brings_the_folder_along_in_which_the_branch_is_checked_out(team: Team) -> None:
    assert team.run("propose", "2027-1")[0] == 0
    beside = team.folder / "beside"
    team.git("worktree", "add", "--quiet", str(beside), BRANCH)
    team.apply(20)
    assert team.admit()[0] == 0
    team.commit("somebody came late")
    assert team.run("propose", "2027-1")[0] == 0
    said = subprocess.run(
        ["git", "status", "--porcelain"], cwd=beside, capture_output=True, encoding="utf-8", check=True
    )
    assert said.stdout == ""
    tip = team.git("rev-parse", BRANCH)
    (beside / "rounds/2027-1/pairings.yaml").write_text("changed by hand\n", encoding="utf-8")
    team.apply(21)
    assert team.admit()[0] == 0
    team.commit("one more came late")
    code, _, err = team.run("propose", "2027-1")
    assert code == 2
    assert err == (
        f"counterpart: The branch 'propose/2027-1' is checked out in '{beside.as_posix()}', and there are changes "
        "there that are not committed. Commit them, or put them back, and run the command again.\n"
    )
    assert (beside / "rounds/2027-1/pairings.yaml").read_text(encoding="utf-8") == "changed by hand\n"
    assert team.git("rev-parse", BRANCH) == tip
