"""Git's plumbing: which git will do, what is read of its objects, and what is written out of a commit."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from counterpart.cli import main as cli
from counterpart.files.git import Git
from counterpart.findings import ProgramError, UsageError
from tests.miniature import lay_out

ONLY_POSIX = pytest.mark.skipif(os.name == "nt", reason="the stand-in for an old git is a shell script")


def git(folder: Path, *arguments: str, content: bytes | None = None) -> str:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    environ |= {
        f"GIT_{who}_{what}": "git@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=environ, input=content or b"", capture_output=True, check=True
    )
    return done.stdout.decode().strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "programme"
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch", "main")
    return root


def commit(root: Path, *lines: bytes) -> str:
    """Commit a tree with these lines of an index, which may name what no work tree could hold."""
    git(root, "update-index", "--index-info", content=b"".join(lines))
    tree = git(root, "write-tree")
    return git(root, "commit-tree", tree, "-m", "A tree")


def line(root: Path, mode: str, path: str, content: bytes) -> bytes:
    blob = git(root, "hash-object", "-w", "--stdin", content=content)
    return f"{mode} {blob}\t{path}\n".encode()


def written(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_files_of_some_folders_are_written_as_they_were_in_a_commit(root: Path, tmp_path: Path) -> None:
    head = commit(
        root,
        line(root, "100644", "rounds/2027-1/round.yaml", b"title: one\r\n\x00\xff"),
        line(root, "100755", "rounds/2027-1/responses/\u00e9 a.yaml", b""),
        line(root, "100644", "rounds/2027-10/round.yaml", b"another"),
        line(root, "100644", "applicants/2027-1/7GQ2MK4XHN.yaml", b"a: 1\n"),
        line(root, "100644", "README.md", b"not asked for"),
    )

    Git(root).export(head, ("rounds/2027-1", "applicants/2027-1"), tmp_path / "then")

    assert written(tmp_path / "then") == {
        "rounds/2027-1/round.yaml": b"title: one\r\n\x00\xff",
        "rounds/2027-1/responses/\u00e9 a.yaml": b"",
        "applicants/2027-1/7GQ2MK4XHN.yaml": b"a: 1\n",
    }


def test_no_file_of_attributes_leaves_anything_out_or_changes_a_byte(root: Path, tmp_path: Path) -> None:
    """What archives leave out, or write with other line ends, must still be looked at as it is."""
    head = commit(
        root,
        line(root, "100644", ".gitattributes", b"*.yaml export-ignore\n*.txt text eol=crlf\n"),
        line(root, "100644", "rounds/2027-1/decisions.yaml", b"a: 1\n"),
        line(root, "100644", "rounds/2027-1/note.txt", b"one\ntwo\n"),
    )

    Git(root).export(head, ("rounds/2027-1",), tmp_path / "then")

    assert written(tmp_path / "then") == {
        "rounds/2027-1/decisions.yaml": b"a: 1\n",
        "rounds/2027-1/note.txt": b"one\ntwo\n",
    }


def test_a_link_or_another_repository_in_a_commit_is_refused(root: Path, tmp_path: Path) -> None:
    link = commit(root, line(root, "120000", "rounds/2027-1/round.yaml", b"../../secret"))
    (tmp_path / "then").mkdir()

    with pytest.raises(UsageError) as refused:
        Git(root).export(link, ("rounds/2027-1",), tmp_path / "then")

    assert str(refused.value) == "'rounds/2027-1/round.yaml' was a link or a folder of another repository."
    other = commit(root, f"160000 {link}\trounds/2027-1/round.yaml\n".encode())
    with pytest.raises(UsageError) as refused:
        Git(root).export(other, ("rounds/2027-1",), tmp_path / "then")
    assert str(refused.value) == "'rounds/2027-1/round.yaml' was a link or a folder of another repository."
    assert written(tmp_path / "then") == {}


def test_a_name_that_leads_out_of_the_folder_is_refused(root: Path, tmp_path: Path) -> None:
    blob = git(root, "hash-object", "-w", "--stdin", content=b"out")
    inner = git(root, "mktree", content=f"100644 blob {blob}\tescaped.yaml\n".encode())
    for _ in range(3):  # Git itself makes no such tree in an index
        name = b"40000 ..\0" + bytes.fromhex(inner)
        inner = git(root, "hash-object", "-t", "tree", "-w", "--stdin", "--literally", content=name)
    tree = git(root, "mktree", content=f"040000 tree {inner}\trounds\n".encode())
    head = git(root, "commit-tree", tree, "-m", "A tree")

    with pytest.raises(UsageError):
        Git(root).export(head, ("rounds",), tmp_path / "a" / "b")

    assert list(tmp_path.rglob("escaped.yaml")) == []


def test_objects_are_read_by_name_and_by_path_and_told_when_they_are_missing(root: Path) -> None:
    head = commit(root, line(root, "100644", "a/b c.txt", b"words\n"), line(root, "100644", "a/empty", b""))

    with Git(root).objects() as objects:
        assert objects.read(f"{head}:a/b c.txt") == b"words\n"
        assert objects.size(f"{head}:a/b c.txt") == 6
        assert objects.read(f"{head}:a/empty") == b""
        assert objects.read(f"{head}:a/no such file") is None
        assert objects.size(f"{head}:a/no such file") is None
        assert objects.size(f"{head}:a/none") is None
        assert objects.read(head) is None, "a commit is no file"
        assert objects.read(f"{head}:a") is None, "a folder is no file"
        assert objects.read("0" * 40) is None
        assert objects.read(f"{head}:a/b c.txt") == b"words\n", "the reader is where it should be"


def as_on_a_machine_with(monkeypatch: pytest.MonkeyPatch, folder: Path, *lines: str) -> None:
    """Put a git on the PATH, alone, that only says these lines of shell."""
    folder.mkdir()
    script = folder / "git"
    script.write_text("\n".join(("#!/bin/sh", *lines, "")), encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


@ONLY_POSIX
@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (("echo git version 2.31.8",), "git 2.31 is too old: Counterpart needs git 2.32 or newer."),
        (("echo git version 1.8.3.1",), "git 1.8 is too old: Counterpart needs git 2.32 or newer."),
        (
            ("echo no developer tools are installed >&2", "exit 1"),
            "The git on the PATH does not say which version it is: Counterpart needs git 2.32 or newer.",
        ),
    ],
)
@pytest.mark.parametrize("verb", [("guard", "main", "main"), ("merge",), ("today",)])
def test_an_old_git_is_told_which_one_is_needed(
    verb: tuple[str, ...],
    lines: tuple[str, ...],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = lay_out(tmp_path / "programme")
    as_on_a_machine_with(monkeypatch, tmp_path / "bin", *lines)

    with pytest.raises(SystemExit) as stopped:
        cli.main(["--root", str(root), *verb])

    assert (stopped.value.code, *capsys.readouterr()) == (2, "", f"counterpart: {sentence}\n")


@ONLY_POSIX
@pytest.mark.parametrize(
    "said", ["git version 2.32.0", "git version 2.39.5 (Apple Git-154)", "git version 3.0.1.windows.1"]
)
def test_a_git_that_is_new_enough_is_used(
    said: str, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_on_a_machine_with(monkeypatch, tmp_path / "bin", f"echo '{said}'")

    assert Git(root).run("version").decode().strip() == said


def test_without_git_everybody_is_told_what_to_install(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(root))
    sentence = "Counterpart needs git 2.32 or newer, and there is no git on the PATH. Install it and try again."

    for use in (
        lambda: Git(root).run("version"),
        lambda: Git(root).talk("ls-remote", "origin"),
        lambda: Git(root).objects().__enter__(),
    ):
        with pytest.raises(ProgramError) as refused:
            use()
        assert str(refused.value) == sentence
