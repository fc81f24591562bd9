"""Where files lie, how they are read, and that writing leaves old files or new ones, whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from counterpart.files.paths import LIMITS, Entry
from counterpart.files.repository import Repository, shown
from counterpart.findings import Finding, UsageError
from tests.miniature import lay_out

ROUND = "2027-1"


def refusal(repository: Repository, entry: Entry) -> str:
    read = repository.read(entry)
    assert isinstance(read, Finding)
    assert read.location.path == entry.path
    return read.rule


def test_the_files_of_a_round_are_listed_in_order(tmp_path: Path) -> None:
    repository = Repository(lay_out(tmp_path / "p"))
    assert repository.rounds() == ((ROUND,), ())
    entries, findings = repository.applications(ROUND)
    assert [entry.stem for entry in entries] == ["7GQ2MK4XHN", "9B3C5D7F8G", "M4XH2Q9KTA", "P2Q4R6S8T0"]
    assert findings == ()
    entries, findings = repository.round_files(ROUND)
    assert [(entry.path, entry.kind) for entry in entries] == [
        (f"rounds/2027-1/{kind}.yaml", kind) for kind in ("decisions", "pairings", "roll", "round")
    ]
    assert findings == ()


def test_what_editors_and_killed_processes_leave_behind_is_no_finding(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "p")
    for name in (".DS_Store", ".gitkeep", "README.md", ".7GQ2MK4XHN.yaml.123.tmp"):
        (root / "applicants" / ROUND / name).write_text("x", encoding="utf-8")
    for name in (".pairings.yaml.123.tmp", "certificate.json", "notes.txt"):
        (root / "rounds" / ROUND / name).write_text("x", encoding="utf-8")
    repository = Repository(root)
    assert len(repository.applications(ROUND)[0]) == 4
    assert repository.applications(ROUND)[1] == ()
    assert repository.round_files(ROUND)[1] == ()


SIZES = {
    "32 KiB": ("application", "correction", "withdrawal", "response", "links", "import", "approval"),
    "256 KiB": ("template", "guide", "news", "programme"),
    "1 MiB": ("keys", "page", "ambassadors", "voices", "discussions", "round", "report"),
    "4 MiB": ("confirmed", "decisions"),
    "16 MiB": ("memory",),
    "32 MiB": ("roll", "pairings", "answers"),
    "256 MiB": ("certificate",),
}


def test_every_kind_of_file_has_a_largest_size_and_one_byte_more_is_refused(tmp_path: Path) -> None:
    assert sorted(kind for kinds in SIZES.values() for kind in kinds) == sorted(LIMITS)
    repository = Repository(tmp_path)
    for words, kinds in SIZES.items():
        number, unit = words.split()
        size = int(number) * {"KiB": 1024, "MiB": 1024 * 1024}[unit]
        for kind in kinds:
            with (tmp_path / kind).open("wb") as file:
                file.truncate(size + 1)
            read = repository.read(Entry(path=kind, kind=kind))
            assert isinstance(read, Finding)
            assert read.message == f"The file must be at most {words} large."
            os.truncate(tmp_path / kind, size)
            if size < 256 * 1024 * 1024:  # else too much to hold
                assert repository.read(Entry(path=kind, kind=kind)) == bytes(size)


def test_later_proposals_of_a_round_are_known_by_name(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "p")
    for name in ("pairings-2.yaml", "pairings-12.yaml", "pairings-1.yaml", "pairings-x.yaml"):
        (root / "rounds" / ROUND / name).write_text("x", encoding="utf-8")
    entries, findings = Repository(root).round_files(ROUND)
    assert [e.path.rpartition("/")[2] for e in entries if e.kind == "pairings"] == [
        "pairings-12.yaml",
        "pairings-2.yaml",
        "pairings.yaml",
    ]
    assert [f.location.path.rpartition("/")[2] for f in findings] == ["pairings-1.yaml", "pairings-x.yaml"]


def test_too_large_a_file_is_refused_by_its_size(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    entry = repository.application_file(ROUND, "7GQ2MK4XHN")
    path = tmp_path / entry.path
    path.parent.mkdir(parents=True)
    for size, refused in ((32 * 1024, False), (32 * 1024 + 1, True)):
        with path.open("wb") as file:
            file.truncate(size)
        assert isinstance(repository.read(entry), Finding) is refused


def test_what_is_no_file_of_its_own_is_not_read(tmp_path: Path) -> None:
    repository = Repository(lay_out(tmp_path / "p"))
    assert refusal(repository, repository.round_file("2027-9")) == "file-missing"
    assert refusal(repository, Entry(path="rounds/2027-1", kind="round")) == "file-kind"
    # A name that no file system takes stands for a file that cannot be opened, also for an administrator.
    assert refusal(repository, Entry(path=f"rounds/{'x' * 300}/round.yaml", kind="round")) == "file-unreadable"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    (tmp_path / "rounds" / ROUND).mkdir(parents=True)
    os.mkfifo(tmp_path / "rounds" / ROUND / "round.yaml")
    assert refusal(repository, repository.round_file(ROUND)) == "file-kind"


def test_the_programme_is_found_from_any_folder_in_it(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "p")
    for folder in (root, root / "rounds", root / "applicants" / ROUND):
        assert Repository.around(folder).root == root
    with pytest.raises(UsageError, match="neither this folder nor one above it"):
        Repository.around(tmp_path)


def test_files_are_written_whole_with_the_folders_they_need(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    files = {"rounds/2027-1/certificate.json": b"{}\n", "rounds/2027-1/pairings.yaml": "é\n".encode()}
    repository.write_all(files)
    repository.write_all({**files, "rounds/2027-1/pairings.yaml": b"new\n"})
    assert (tmp_path / "rounds/2027-1/pairings.yaml").read_bytes() == b"new\n"
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == [
        "certificate.json",
        "pairings.yaml",
    ]


def test_when_one_file_cannot_be_written_none_is(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.write_all({"rounds/a.yaml": b"old"})
    (tmp_path / "rounds/file").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match=r"'rounds/file/b\.yaml' cannot be written"):
        repository.write_all({"rounds/a.yaml": b"new", "rounds/file/b.yaml": b"new"})
    assert (tmp_path / "rounds/a.yaml").read_bytes() == b"old"
    assert sorted(path.name for path in (tmp_path / "rounds").iterdir()) == ["a.yaml", "file"]


@pytest.mark.parametrize("name", ["../x.yaml", "rounds/../../x.yaml", "/x.yaml"])
def test_nothing_is_written_outside_the_root(name: str, tmp_path: Path) -> None:
    root = tmp_path / "p"
    root.mkdir()
    with pytest.raises(UsageError, match="outside the programme's folder"):
        Repository(root).write_all({name: b"x"})
    assert [path.name for path in tmp_path.iterdir()] == ["p"]


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    root, outside = tmp_path / "p", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    try:
        (root / "rounds").symlink_to(outside, target_is_directory=True)
        (root / "a.yaml").symlink_to(outside / "a.yaml")
    except OSError:
        pytest.skip("this account may not make symbolic links")
    for name in ("rounds/x.yaml", "a.yaml"):
        with pytest.raises(UsageError):
            Repository(root).write_all({name: b"x"})
    assert list(outside.iterdir()) == []


WRITER = """
import sys, pathlib
from counterpart.files.repository import Repository
repository = Repository(pathlib.Path(sys.argv[1]))
print("ready", flush=True)
while True:
    for letter in b"ab":
        content = bytes([letter]) * 300_000
        repository.write_all({"rounds/certificate.json": content, "rounds/pairings.yaml": content})
"""


@pytest.mark.parametrize("delay", [0.0, 0.01, 0.03, 0.05, 0.08, 0.13])
def test_a_killed_writer_leaves_old_files_or_new_ones_whole(delay: float, tmp_path: Path) -> None:
    Repository(tmp_path).write_all({f"rounds/{n}": b"b" * 300_000 for n in ("certificate.json", "pairings.yaml")})
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    assert writer.stdout.readline().strip() == b"ready"
    with pytest.raises(subprocess.TimeoutExpired):
        writer.wait(delay)
    writer.kill()
    writer.wait()
    writer.stdout.close()
    for name in ("certificate.json", "pairings.yaml"):
        content = (tmp_path / "rounds" / name).read_bytes()
        assert content in (b"a" * 300_000, b"b" * 300_000)


def test_names_are_shown_without_what_could_deceive() -> None:
    assert shown("Ünal.yaml") == "Ünal.yaml"
    assert shown("a\n\x1b[2J\u202e\udcff") == "a\\n\\x1b[2J\\u202e\\udcff"
