"""The trusted merge on real repositories: all that passes, once, and nothing of a branch but its one file."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from counterpart.files.repository import Repository
from counterpart.files.yaml_write import dump
from counterpart.rounds.load import load_round
from counterpart.rounds.submission import KEYS
from tests import runner
from tests.intake.test_guard import git
from tests.miniature import lay_out
from tests.submissions import CANARIES, application, correction, withdrawal

NO_ROLL = "".join(f"# rounds/2027-1/{name}.yaml, removed\n" for name in ("roll", "pairings", "decisions"))
SAMPLE = NO_ROLL + "# rounds/2027-1/round.yaml, in part\nsample: true\n"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    root = lay_out(tmp_path / "programme", SAMPLE)
    git(root, "init", "--quiet", "--initial-branch", "main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "A round")
    git(tmp_path, "clone", "--quiet", "--bare", str(root), "bare.git")
    return tmp_path / "bare.git"


def kept(document: dict[str, Any], when: str) -> bytes:
    """The file that a relay would write."""
    stamps = {"received": "2027-02-01T00:00:00Z", "corrected": when, "withdrawn": when}
    if document["kind"] == "application":
        stamps["received"] = when
    whole = stamps | document
    return dump({key: whole[key] for key in KEYS[document["kind"]]}).encode()


def send(bare: Path, *sent: tuple[str, str, bytes]) -> None:
    """Branches with one file each: branch, path, content; in one process of Git."""
    tip = git(bare, "rev-parse", "main")
    stream = b""
    for branch, path, content in sent:
        stream += (
            f"commit refs/heads/{branch}\ncommitter A <a@example.org> 1 +0000\ndata 1\nx\nfrom {tip}\n".encode()
        )
        stream += f"M 100644 inline {path}\ndata {len(content)}\n".encode() + content + b"\n\n"
    git(bare, "fast-import", "--quiet", "--force", content=stream)


def one(document: dict[str, Any], when: str = "2027-02-01T00:00:00Z") -> tuple[str, str, bytes]:
    end = {"application": "", "withdrawal": ".withdrawal"}.get(document["kind"], f".{document.get('correction')}")
    name = document["id"] + end
    return f"apply/2027-1/{name}", f"applicants/2027-1/{name}.yaml", kept(document, when)


def run(root: Path, *arguments: str) -> tuple[int, str, str]:
    code, out, err = runner.run("merge", *arguments, root=root)
    assert not [word for word in CANARIES if word in out + err]
    return code, " ".join(out.split()), err


def checked_out(bare: Path, to: Path) -> Repository:
    git(to.parent, "clone", "--quiet", str(bare), to.name)
    return Repository(to)


def test_what_passes_is_taken_in_and_the_branches_are_gone(bare: Path, tmp_path: Path) -> None:
    send(bare, one(application()), one(correction(), "2027-02-02T00:00:00Z"))
    heads = git(bare, "for-each-ref", "--format=%(objectname)", "refs/heads/apply/").split()
    assert run(bare) == (0, "Took in 2 branches.", "")

    assert git(bare, "for-each-ref", "refs/heads/apply/", "refs/counterpart/") == ""
    assert git(bare, "fsck", "--strict", "--no-dangling") == ""
    for head in heads:  # a host shows a pull request as merged when its commit is in the main branch
        git(bare, "merge-base", "--is-ancestor", head, "main")
    loaded = load_round(checked_out(bare, tmp_path / "out"), "2027-1")
    assert (loaded.findings, len(loaded.applicants)) == ((), 5)
    assert run(bare) == (0, "Took in 0 branches.", "")


def test_every_correction_of_a_person_is_taken_in_whether_they_come_at_once_or_one_by_one(
    bare: Path, tmp_path: Path
) -> None:
    sent = [one(correction(number), f"2027-02-0{number}T00:00:00Z") for number in range(2, 6)]
    send(bare, one(application()), *sent[:3])
    assert run(bare) == (0, "Took in 4 branches.", "")
    send(bare, sent[3])
    assert run(bare) == (0, "Took in 1 branch.", "")
    files = git(bare, "ls-tree", "-r", "--name-only", "main", "applicants/2027-1").splitlines()
    own = [path.rpartition("/")[2] for path in files if "7GQ2MK4XHQ" in path]
    assert sorted(own) == ["7GQ2MK4XHQ.2.yaml", "7GQ2MK4XHQ.3.yaml", "7GQ2MK4XHQ.4.yaml", "7GQ2MK4XHQ.5.yaml",
                           "7GQ2MK4XHQ.yaml"]  # fmt: skip
    assert load_round(checked_out(bare, tmp_path / "out"), "2027-1").findings == ()


def test_a_correction_that_leaves_a_number_out_stays(bare: Path) -> None:
    send(bare, one(application()), one(correction(2), "2027-02-02T00:00:00Z"))
    assert run(bare)[0] == 0
    send(bare, one(correction(4), "2027-02-04T00:00:00Z"))
    assert run(bare) == (
        1, "apply/2027-1/7GQ2MK4XHQ.4: It does not pass: correction-number. Took in 0 branches; 1 refused.", "",
    )  # fmt: skip


def test_a_round_that_is_closed_takes_nothing_in(bare: Path) -> None:
    path = "rounds/2027-1/round.yaml"
    content = git(bare, "show", f"main:{path}").encode() + b"\nclosed: true\n"
    tip = git(bare, "rev-parse", "main")
    head = f"commit refs/heads/main\ncommitter A <a@example.org> 1 +0000\ndata 1\nx\nfrom {tip}\n"
    file = f"M 100644 inline {path}\ndata {len(content)}\n".encode() + content + b"\n\n"
    git(bare, "fast-import", "--quiet", content=head.encode() + file)
    before = git(bare, "rev-parse", "main")
    send(bare, one(application()))
    assert run(bare) == (
        1,
        "apply/2027-1/7GQ2MK4XHQ: There is no open round of this name on the main branch. "
        "Took in 0 branches; 1 refused.",
        "",
    )
    assert git(bare, "rev-parse", "main") == before


def test_three_hundred_branches_are_taken_in_each_once_in_order_of_arrival(bare: Path, tmp_path: Path) -> None:
    chance = random.Random(3)
    pattern = application()
    sent = []
    for number in range(300):
        id = "".join(chance.choices(CROCKFORD, k=10))
        when = f"2027-02-{1 + number % 5:02}T{chance.randrange(24):02}:{chance.randrange(60):02}:00Z"
        sent.append((one({**pattern, "id": id}, when), when, id))
    chance.shuffle(sent)
    send(bare, *(each for each, _, _ in sent))
    assert run(bare, "2027-1") == (0, "Took in 300 branches.", "")

    subjects = git(bare, "log", "--first-parent", "--reverse", "--format=%s", "main").splitlines()[1:]
    assert subjects == [f"Take in 2027-1/{id}" for _, _, id in sorted(sent, key=lambda each: (each[1], each[2]))]
    assert len(load_round(checked_out(bare, tmp_path / "out"), "2027-1").applicants) == 304


def test_what_does_not_pass_stays_and_is_told_without_a_word_of_it(bare: Path) -> None:
    taken = one(application("7GQ2MK4XHR"))
    send(
        bare,
        one(application()),
        one(correction(key="7GQ2MK4XHN"), "2027-02-02T00:00:00Z"),
        one(withdrawal("7GQ2MK4XHS")),
        one(application("7GQ2MK4XHT", profile={"sector": "canary"})),
        (taken[0], taken[1], kept({**application("7GQ2MK4XHR"), "round": "2027-1"}, "2029-01-01T00:00:00Z")),
        ("apply/2027-1/7GQ2MK4XHV", ".github/workflows/x.yml", b"on: push\n"),
    )
    assert run(bare) == (
        1,
        "apply/2027-1/7GQ2MK4XHQ.2: It does not pass: signature-wrong. "
        "apply/2027-1/7GQ2MK4XHR: It does not pass: received-outside-window. "
        "apply/2027-1/7GQ2MK4XHS.withdrawal: It does not pass: application-missing. "
        "apply/2027-1/7GQ2MK4XHT: It does not pass: sector-unknown. "
        "apply/2027-1/7GQ2MK4XHV: The file must be one of an application, such as "
        "'applicants/2027-1/7GQ2MK4XHN.yaml'. "
        "Took in 1 branch; 5 refused.",
        "",
    )
    files = git(bare, "ls-tree", "-r", "--name-only", "main").splitlines()
    assert len([path for path in files if path.startswith("applicants/")]) == 5
    assert ".github/workflows/x.yml" not in files
    assert len(git(bare, "for-each-ref", "refs/heads/apply/").splitlines()) == 5


def test_a_file_that_is_there_is_never_overwritten(bare: Path) -> None:
    send(bare, one(application()))
    run(bare)
    old = git(bare, "rev-parse", "main~1")
    before = git(bare, "rev-parse", "main:applicants/2027-1/7GQ2MK4XHQ.yaml")
    content = kept(application(profile={"sector": "public"}), "2027-02-02T00:00:00Z")
    stream = (
        f"commit refs/heads/apply/2027-1/7GQ2MK4XHQ\ncommitter A <a@example.org> 1 +0000\ndata 1\nx\nfrom {old}\n"
    )
    head = f"M 100644 inline applicants/2027-1/7GQ2MK4XHQ.yaml\ndata {len(content)}\n"
    git(bare, "fast-import", "--quiet", content=(stream + head).encode() + content + b"\n")
    code, out, _ = run(bare)
    assert (code, "There is a file of this name on the main branch already." in out) == (1, True)
    assert git(bare, "rev-parse", "main:applicants/2027-1/7GQ2MK4XHQ.yaml") == before


def test_a_work_tree_follows_and_what_is_not_committed_there_is_kept(bare: Path, tmp_path: Path) -> None:
    send(bare, one(application()))
    clone = checked_out(bare, tmp_path / "clone").root
    (clone / "rounds/2027-1/note.md").write_text("Mine\n", encoding="utf-8")
    assert run(clone, "--remote", "origin", "--push") == (0, "Took in 1 branch.", "")

    assert (clone / "applicants/2027-1/7GQ2MK4XHQ.yaml").exists()
    assert git(clone, "status", "--porcelain") == "?? rounds/2027-1/note.md"
    assert git(bare, "rev-parse", "main") == git(clone, "rev-parse", "main")
    assert git(bare, "for-each-ref", "refs/heads/apply/") == ""


def test_a_branch_that_grew_meanwhile_is_not_removed(bare: Path, tmp_path: Path) -> None:
    send(bare, one(application()))
    clone = checked_out(bare, tmp_path / "clone").root
    other = application("7GQ2MK4XHR")
    send(bare, ("apply/2027-1/7GQ2MK4XHQ", "applicants/2027-1/7GQ2MK4XHR.yaml", one(other)[2]))
    code, _, err = run(clone, "--remote", "origin", "--push")
    assert (code, err) == (2, "counterpart: git push did not succeed in this repository.\n")
    assert git(bare, "rev-parse", "main") == git(clone, "rev-parse", "main")
    assert git(bare, "for-each-ref", "refs/heads/apply/") != ""


@pytest.mark.skipif(os.name != "posix", reason="the signal that cannot be caught is POSIX's")
def test_killed_at_any_moment_it_can_run_again(bare: Path) -> None:
    pattern = application()
    send(bare, *(one({**pattern, "id": f"7GQ2MK4{a}{b}0"}) for a in CROCKFORD[:8] for b in CROCKFORD[:8]))
    before = git(bare, "rev-parse", "main")
    for wait in (0.2, 0.35, 0.5, 0.6, 0.7, 0.8):
        script = "import sys; from counterpart.cli.main import main; main(sys.argv[1:])"
        running = subprocess.Popen(
            [sys.executable, "-c", script, "--root", str(bare), "merge"], stdout=subprocess.DEVNULL
        )
        time.sleep(wait)
        running.send_signal(signal.SIGKILL)
        running.wait()
        tip = git(bare, "rev-parse", "main")
        count = len(git(bare, "ls-tree", "--name-only", "main:applicants/2027-1").splitlines())
        assert (tip == before, count) in {(True, 4), (False, 68)}
    for lock in bare.rglob("*.lock"):  # Git leaves these when it is killed, and says so
        lock.unlink()
    assert run(bare)[0] == 0
    assert len(git(bare, "ls-tree", "--name-only", "main:applicants/2027-1").splitlines()) == 68


def test_wrong_commands_get_a_sentence(bare: Path) -> None:
    assert run(bare, "--push") == (2, "", "counterpart: --push needs --remote: where to?\n")
    assert run(bare, "spring")[0] == 2
    assert run(bare, "--into", "nowhere")[0] == 2
