"""The path guard on real repositories: one added file of one application passes, and each lie is refused."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from counterpart.files.yaml_write import dump
from counterpart.rounds.responses import entry_of
from counterpart.rounds.submission import KEYS
from tests import runner
from tests.miniature import lay_out
from tests.responses import link, response
from tests.submissions import CANARIES, ID, application

FOLDER = "applicants/2027-1"
PATH = f"{FOLDER}/{ID}.yaml"
BRANCH = f"apply/2027-1/{ID}"
HERE = f"{FOLDER}/7GQ2MK4XHN.yaml"  # an application that is there


def git(folder: Path, *arguments: str, content: bytes | None = None) -> str:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    environ |= {
        f"GIT_{who}_{what}": "guard@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=environ, input=content, capture_output=True, check=True
    )
    return done.stdout.decode().strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = lay_out(tmp_path / "programme")
    git(root, "init", "--quiet", "--initial-branch", "main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "A round")
    git(root, "switch", "--quiet", "--create", BRANCH)
    return root


def new(round: str = "2027-1", id: str = ID, **more: object) -> bytes:
    data = {k: v for k, v in application(id).items() if k != "kind"} | {"round": round}
    order = ("format", "round", "id", "received", "receipt", "profile", "sealed")
    data |= {"received": "2027-01-20T06:12:09Z"}
    return dump({key: data[key] for key in order} | more).encode()


def put(root: Path, path: str, content: bytes) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(content)


def index(root: Path, mode: str, path: str, content: bytes) -> None:
    """Put an object of any mode and name into the index, as no work tree could."""
    blob = git(root, "hash-object", "-w", "--stdin", content=content)
    git(root, "update-index", "--index-info", content=f"{mode} {blob}\t{path}".encode())


def run(root: Path, *arguments: str) -> tuple[int, str, str]:
    code, out, err = runner.run("guard", *arguments, root=root)
    assert not [word for word in CANARIES if word in out + err]
    return code, " ".join(out.split()), err


def commit(root: Path) -> None:
    git(root, "commit", "--quiet", "--allow-empty", "--message", "Change")


def test_one_added_application_passes(root: Path) -> None:
    put(root, PATH, new())
    git(root, "add", "--all")
    commit(root)
    said = (0, f"It adds one file and nothing else: {PATH}", "")
    assert run(root, "main", "HEAD", "--branch", BRANCH) == said
    assert run(root, "main", "HEAD") == said


def test_what_was_merged_meanwhile_does_not_count(root: Path) -> None:
    put(root, PATH, new())
    git(root, "add", "--all")
    commit(root)
    git(root, "switch", "--quiet", "main")
    put(root, f"{FOLDER}/7GQ2MK4XHR.yaml", new(id="7GQ2MK4XHR"))
    git(root, "add", "--all")
    commit(root)
    assert run(root, "main", BRANCH, "--branch", BRANCH)[0] == 0


def _two(root: Path) -> None:
    put(root, PATH, new())
    put(root, ".github/workflows/x.yml", b"on: push\n")
    git(root, "add", "--all")


def _renamed(root: Path) -> None:
    git(root, "mv", HERE, PATH)


def _changed(root: Path) -> None:
    put(root, HERE, (root / HERE).read_bytes() + b"\n")
    git(root, "add", "--all")


def _deleted(root: Path) -> None:
    git(root, "rm", "--quiet", HERE)


def _runnable(root: Path) -> None:
    index(root, "100755", PATH, new())


def _link(root: Path) -> None:
    index(root, "120000", PATH, b"../../.git/config")


def _submodule(root: Path) -> None:
    head = git(root, "rev-parse", "HEAD")
    git(root, "update-index", "--index-info", content=f"160000 {head}\t{PATH}".encode())


def _made_a_link(root: Path) -> None:
    index(root, "120000", HERE, b"../../README.md")


def _large(root: Path) -> None:
    index(root, "100644", PATH, new() + b"#" * 40_000)


def _newline(root: Path) -> None:
    blob = git(root, "hash-object", "-w", "--stdin", content=new())
    git(
        root,
        "update-index",
        "-z",
        "--index-info",
        content=f"100644 {blob}\tapplicants/2027-1/A\nB.yaml\0".encode(),
    )


def _elsewhere(root: Path) -> None:
    index(root, "100644", f"applicants/2027-1/deeper/{ID}.yaml", new())


def _not_ascii(root: Path) -> None:
    index(root, "100644", "applicants/2027-1/Łucja.yaml", new())


def _nothing(root: Path) -> None:
    commit(root)


def _other_name(root: Path) -> None:
    index(root, "100644", f"{FOLDER}/7GQ2MK4XHR.yaml", new(id="7GQ2MK4XHR"))


def _other_id(root: Path) -> None:
    index(root, "100644", PATH, new(id="7GQ2MK4XHR"))


def _other_round(root: Path) -> None:
    index(root, "100644", PATH, new(round="2027-2"))


def _in_clear(root: Path) -> None:
    index(root, "100644", PATH, new(name=CANARIES[0]))


def _resealed(root: Path) -> None:
    index(root, "100644", PATH, new(resealed="sha256:" + "0" * 64))


FORM = "The file must be one of an application, such as 'applicants/2027-1/7GQ2MK4XHN.yaml'."
LIES: list[tuple[Callable[[Path], None], str]] = [
    (_two, "It must add one file and change nothing else; it changes 2 files."),
    (_renamed, "It must add one file and change nothing else; it changes 2 files."),
    (_nothing, "It must add one file and change nothing else; it changes nothing."),
    (_changed, "It must add a file; it changes one that is there."),
    (_deleted, "It must add a file; it deletes one that is there."),
    (_made_a_link, "It must add a file; it changes the kind of one that is there."),
    (_runnable, "It must add an ordinary file; it adds a program that may be run."),
    (_link, "It must add an ordinary file; it adds a symbolic link."),
    (_submodule, "It must add an ordinary file; it adds a submodule."),
    (_large, "The file must be at most 32 KiB large."),
    (_newline, FORM),
    (_elsewhere, FORM),
    (_not_ascii, FORM),
    (_other_name, "The branch of this file must be 'apply/2027-1/7GQ2MK4XHR'."),
    (_other_id, "The file's `id` and `round` must be those of its name and folder."),
    (_other_round, "The file's `id` and `round` must be those of its name and folder."),
    (_in_clear, "The file must have the form of its kind; 'counterpart check' says what is wrong."),
    (_resealed, "An applicant's file must not say `resealed`; only coordinators seal again."),
]


@pytest.mark.parametrize(("lie", "sentence"), LIES, ids=[lie.__name__.strip("_") for lie, _ in LIES])
def test_everything_else_is_refused_with_a_sentence(
    root: Path, lie: Callable[[Path], None], sentence: str
) -> None:
    lie(root)
    commit(root)
    assert run(root, "main", "HEAD", "--branch", BRANCH) == (1, f"Refused. {sentence}", "")


def answered(**more: object) -> tuple[str, str, bytes]:
    """An answer of a person as the page behind the link sends it: branch, path, content."""
    whole = {**response(link(ID)), "received": "2027-03-05T09:00:00Z", **more}
    entry = entry_of(whole)
    assert entry is not None
    content = dump({key: whole[key] for key in KEYS["response"] if key in whole}).encode()
    return f"apply/2027-1/{entry.path.rpartition('/')[2].removesuffix('.yaml')}", entry.path, content


def test_an_answer_of_a_person_passes_and_one_that_claims_to_be_a_coordinators_does_not(root: Path) -> None:
    branch, path, content = answered()
    index(root, "100644", path, content)
    commit(root)
    said = f"It adds one file and nothing else: {path}"
    assert run(root, "main", "HEAD", "--branch", branch) == (0, said, "")
    git(root, "switch", "--quiet", "--force", "--create", "other", "main")
    branch, path, content = answered(by="coordinator-1")
    index(root, "100644", path, content)
    commit(root)
    said = "Refused. An answer of a person must not say `by`; only coordinators write one down."
    assert run(root, "main", "other", "--branch", branch) == (1, said, "")


def test_an_answer_is_named_by_what_is_sealed_in_it(root: Path) -> None:
    branch, path, _ = answered()
    index(root, "100644", path, answered()[2])  # sealed anew, so other letters
    commit(root)
    said = "Refused. The file of an answer must be named by what is sealed in it."
    assert run(root, "main", "HEAD", "--branch", branch) == (1, said, "")


def test_other_pull_requests_are_left_to_others_but_not_under_an_applicants_branch(root: Path) -> None:
    put(root, "README.md", b"New words\n")
    git(root, "add", "--all")
    commit(root)
    words = "This pull request has nothing to do with applications; the guard leaves it to others."
    assert run(root, "main", "HEAD", "--branch", "readme") == (0, words, "")
    assert run(root, "main", "HEAD", "--branch", BRANCH) == (1, f"Refused. {FORM}", "")


def test_an_unknown_commit_fails_closed(root: Path) -> None:
    sentence = "counterpart: There is no such commit in this repository; fetch it first.\n"
    assert run(root, "main", "nowhere") == (2, "", sentence)
    assert run(root, "main", "--", "--output=x") == (2, "", sentence)


REPORT = "rounds/2027-1/report.json"


def published(root: Path) -> None:
    """A report on main, from which another branch starts."""
    git(root, "switch", "--quiet", "main")
    put(root, REPORT, b"{}\n")
    git(root, "add", "--all")
    commit(root)
    git(root, "switch", "--quiet", "--create", "work")


REFUSED_REPORT = (
    "Refused. A published report may be deleted, but never changed or written again: what two versions differ in "
    f"could point at a person. It changes {REPORT}."
)


def test_a_first_report_may_be_published(root: Path) -> None:
    git(root, "switch", "--quiet", "--create", "work", "main")
    put(root, REPORT, b"{}\n")
    git(root, "add", "--all")
    commit(root)
    code, out, _ = run(root, "main", "work")
    assert code == 0 and "leaves it to others" in out


def test_a_published_report_may_not_be_changed_with_or_without_other_changes(root: Path) -> None:
    published(root)
    put(root, REPORT, b"{ }\n")
    put(root, "rounds/2027-1/notes.txt", b"more\n")
    git(root, "add", "--all")
    commit(root)
    assert run(root, "main", "work") == (1, REFUSED_REPORT, "")
    assert run(root, "main", "work", "--branch", "work")[0] == 1


def test_a_published_report_may_be_deleted(root: Path) -> None:
    published(root)
    git(root, "rm", "--quiet", REPORT)
    commit(root)
    assert run(root, "main", "work")[0] == 0


def test_a_report_that_was_deleted_may_not_come_back_changed(root: Path) -> None:
    published(root)
    git(root, "switch", "--quiet", "main")
    git(root, "rm", "--quiet", REPORT)
    commit(root)
    git(root, "switch", "--quiet", "--create", "again")
    put(root, REPORT, b"{ }\n")
    git(root, "add", "--all")
    commit(root)
    assert run(root, "main", "again") == (1, REFUSED_REPORT, "")
    put(root, REPORT, b"{}\n")  # the very same one may: it differs in nothing
    git(root, "add", "--all")
    commit(root)
    assert run(root, "main", "again")[0] == 0


def test_a_report_published_meanwhile_may_not_be_replaced_by_another(root: Path) -> None:
    git(root, "switch", "--quiet", "--create", "late", "main")
    put(root, REPORT, b"{ }\n")
    git(root, "add", "--all")
    commit(root)
    published(root)
    assert run(root, "main", "late") == (1, REFUSED_REPORT, "")


def test_a_report_may_not_be_a_link(root: Path) -> None:
    git(root, "switch", "--quiet", "--create", "work", "main")
    index(root, "120000", REPORT, b"elsewhere")
    commit(root)
    assert run(root, "main", "work") == (1, "Refused. A report must be an ordinary file.", "")
