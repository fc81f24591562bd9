"""The environment that scripts/test and its like make: when it is made anew, added to, or left alone."""

from __future__ import annotations

import argparse
import errno
import importlib.machinery
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).resolve().parent.parent / "scripts"


@pytest.fixture(scope="module")
def environment() -> ModuleType:
    spec = importlib.util.spec_from_file_location("environment", SCRIPTS / "environment.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def locks(tmp_path: Path) -> Path:
    for name in ("run", "test"):
        (tmp_path / f"{name}.txt").write_text(f"{name}==1\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "one"\n', encoding="utf-8")
    return tmp_path


def stamp(environment: ModuleType, locks: Path, *sets: str, python: str = "3.11.7") -> dict[str, object]:
    found = environment.stamp(sets, locks, locks / "pyproject.toml", python)
    assert isinstance(found, dict)
    return found


def test_an_environment_that_is_up_to_date_is_left_alone(environment: ModuleType, locks: Path) -> None:
    wanted = stamp(environment, locks, "run", "test")

    assert environment.plan(wanted, wanted) == (False, (), False)


def test_an_environment_that_holds_more_is_left_alone(environment: ModuleType, locks: Path) -> None:
    wanted = stamp(environment, locks, "run")

    assert environment.plan(wanted, stamp(environment, locks, "run", "test")) == (False, (), False)


def test_a_set_that_is_missing_is_added(environment: ModuleType, locks: Path) -> None:
    wanted = stamp(environment, locks, "run", "test")

    assert environment.plan(wanted, stamp(environment, locks, "run")) == (False, ("test",), False)


def test_a_changed_lock_begins_anew(environment: ModuleType, locks: Path) -> None:
    found = stamp(environment, locks, "run", "test")
    (locks / "test.txt").write_text("test==2\n", encoding="utf-8")
    wanted = stamp(environment, locks, "run", "test")

    assert wanted != found
    assert environment.plan(wanted, found) == (True, ("run", "test"), True)


def test_another_copy_of_the_project_installs_itself_or_the_first_copy_would_run(
    environment: ModuleType, locks: Path, tmp_path: Path
) -> None:
    other = Path(shutil.copytree(locks, tmp_path / "another copy"))
    wanted, found = stamp(environment, locks, "run"), stamp(environment, other, "run")

    assert environment.plan(wanted, found) == (False, (), True)


def test_another_python_begins_anew(environment: ModuleType, locks: Path) -> None:
    wanted = stamp(environment, locks, "run", python="3.12.1")

    assert environment.plan(wanted, stamp(environment, locks, "run")) == (True, ("run",), True)


def test_an_unfinished_environment_begins_anew(environment: ModuleType, locks: Path) -> None:
    wanted = stamp(environment, locks, "run")

    assert environment.plan(wanted, None) == (True, ("run",), True)
    assert environment.plan(wanted, {}) == (True, ("run",), True)


def test_a_changed_pyproject_installs_only_the_package_again(environment: ModuleType, locks: Path) -> None:
    found = stamp(environment, locks, "run")
    (locks / "pyproject.toml").write_text('[project]\nname = "one"\nversion = "2"\n', encoding="utf-8")

    assert environment.plan(stamp(environment, locks, "run"), found) == (False, (), True)


def test_a_package_of_another_name_begins_anew(environment: ModuleType, locks: Path) -> None:
    """The installed package would stay beside the one of the new name."""
    found = stamp(environment, locks, "run")
    (locks / "pyproject.toml").write_text('[project]\nname = "another"\n', encoding="utf-8")
    wanted = stamp(environment, locks, "run")

    assert environment.plan(wanted, found) == (True, ("run",), True)
    del found["name"]
    assert environment.plan(wanted, found) == (True, ("run",), True)


def test_line_ends_do_not_change_a_stamp(environment: ModuleType, locks: Path) -> None:
    found = stamp(environment, locks, "run")
    (locks / "run.txt").write_bytes(b"run==1\r\n")

    assert stamp(environment, locks, "run") == found


def test_removing_keeps_the_mark_until_the_end(
    environment: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "env"
    (folder / "lib").mkdir(parents=True)
    for name in ("a.txt", environment.MARK, "z.txt"):
        (folder / name).write_text("", encoding="utf-8")
    order: list[str] = []
    unlink = Path.unlink
    monkeypatch.setattr(Path, "unlink", lambda path: (order.append(path.name), unlink(path)))

    environment.remove(folder)

    assert order[-1] == environment.MARK
    assert not folder.exists()


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environ = dict(os.environ, COUNTERPART_ENV=str(folder))
    environ.pop("COUNTERPART_INSIDE", None)
    return subprocess.run(
        [sys.executable, str(SCRIPTS / script)],
        env=environ,
        capture_output=True,
        encoding="utf-8",
    )


def test_an_environment_of_somebody_else_is_not_touched(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.txt").write_text("three years of work", encoding="utf-8")

    done = run("test", folder)

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        f"{folder.resolve().as_posix()} was not made by this script, so it stays as it is. Move it away, "
        "or set COUNTERPART_ENV to another folder and run this again.\n"
    )
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]


def test_where_nothing_can_be_written_another_folder_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    folder = tmp_path / "file" / "a" / "env"  # which not even root can make

    done = run("test", folder)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"The environment in {folder.resolve().as_posix()} cannot be made or read: {os.strerror(errno.ENOTDIR)}. "
        "Set COUNTERPART_ENV to a folder that you may write to, and run this again.\n"
    )


def demonstration(project: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the demonstration of a copy of the scripts, in the environment in which this test runs."""
    (project / "scripts").mkdir(parents=True)
    for name in ("demo", "environment.py"):
        shutil.copy(SCRIPTS / name, project / "scripts" / name)
    script = str((project / "scripts" / "demo").resolve())
    inside = {"COUNTERPART_INSIDE": script, "COUNTERPART_ENV": sys.prefix}
    return subprocess.run(
        [sys.executable, script, "--no-serve", "--people", "40"],
        env={**os.environ, **inside, **environ}, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8",
    )  # fmt: skip


def test_a_demonstration_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "build").write_text("", encoding="utf-8")

    done = demonstration(tmp_path)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"\nThe demonstration cannot be written to build/demo: {os.strerror(errno.ENOTDIR)}. "
        "Copy the project to a folder that you may write to, and run scripts/demo there.\n"
    )


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for an old git is a shell script")
def test_a_demonstration_with_an_old_git_or_none_says_which_one_is_needed(tmp_path: Path) -> None:
    git = tmp_path / "bin" / "git"
    git.parent.mkdir()
    git.write_text("#!/bin/sh\necho git version 2.25.1\n", encoding="utf-8")
    git.chmod(0o755)

    done = demonstration(tmp_path / "one", PATH=str(git.parent))

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "\ngit 2.25 is too old: Counterpart needs git 2.32 or newer.\n"
    done = demonstration(tmp_path / "two", PATH=str(tmp_path))
    assert done.stderr == (
        "\nCounterpart needs git 2.32 or newer, and there is no git on the PATH. Install it and try again.\n"
    )


def test_a_python_without_venv_is_told_what_to_install(
    environment: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else find(name))

    with pytest.raises(environment.Trouble, match="sudo apt install python3-venv"):
        environment._create(tmp_path / "env")

    assert not (tmp_path / "env").exists()


def test_an_old_python_is_told_which_one_is_needed(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 6))
    monkeypatch.setenv("PATH", "")

    with pytest.raises(environment.Trouble) as trouble:
        environment._refuse_old_python("scripts/test")

    assert str(trouble.value) == (
        "Counterpart needs Python 3.11 or newer, and this is Python 3.9.6. "
        "Install a newer one and run this again with it, for example: python3.13 scripts/test"
    )


@pytest.mark.parametrize("name", ["environment.py", "test", "demo", "bench"])
def test_the_scripts_can_be_read_by_an_old_python(name: str) -> None:
    import ast

    source = (SCRIPTS / name).read_text(encoding="utf-8")

    assert ast.parse(source, feature_version=(3, 7)).body
    assert "from __future__ import annotations" in source


def script_of_the_tests(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    loader = importlib.machinery.SourceFileLoader("scripts_test", str(SCRIPTS / "test"))
    script = ModuleType("scripts_test")
    loader.exec_module(script)
    return script


def test_coverage_counts_what_runs_in_the_processes_of_the_tests_package_by_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = script_of_the_tests(monkeypatch)
    asked = argparse.Namespace(long=False, quick=True, coverage=True)

    assert script.passes_tests(asked, ["tests/world/test_hours.py"], tmp_path)

    head, *rows = script.coverage_table(tmp_path).splitlines()
    assert head.split() == ["package", "lines", "ran"]
    found = {
        name: (int(lines.replace(",", "")), int(ran.replace(",", "")), share)
        for name, lines, ran, share in re.findall(r"^(.+?) +([\d,]+) +([\d,]+) +(\d+%)$", "\n".join(rows), re.M)
    }
    packages = {path.parent.name for path in (SCRIPTS / "counterpart").glob("*/__init__.py")}
    assert list(found) == ["(beside the packages)", *sorted(packages), "all"]
    assert found["world"][1] > 0
    assert found["matching"][1:] == (0, "0%")
    everything = found.pop("all")
    assert everything[:2] == tuple(sum(each[i] for each in found.values()) for i in (0, 1))


def test_a_long_run_is_recorded_for_the_documentation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = script_of_the_tests(monkeypatch)
    record = tmp_path / "long-tests.md"
    monkeypatch.setattr(script, "RECORD", record)
    (tmp_path / "tests.xml").write_text(
        '<testsuites><testsuite tests="12" time="1210.5"/></testsuites>', encoding="utf-8"
    )
    figures = [("rounds", 600), ("graphs", 7), ("rounds", 600)]
    lines = [json.dumps({"figure": figure, "value": value}) + "\n" for figure, value in figures]
    (tmp_path / "figures.jsonl").write_text("".join(lines), encoding="utf-8")

    script.record(tmp_path)

    lines = record.read_text(encoding="utf-8").splitlines()
    assert lines[1] == "title: The last long run"
    assert lines[5] == "# The last long run"
    assert lines[9].endswith(": 12 tests passed in 20 minutes.")
    assert lines[10:13] == ["", "| what was tried | how many |", "|---|---:|"]
    assert lines[13:] == ["| rounds | 1,200 |", "| graphs | 7 |"]


def test_bench_says_which_benchmarks_there_are() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPTS / "bench"), "no-such"], capture_output=True, encoding="utf-8"
    )

    assert done.returncode == 2
    assert done.stderr.startswith("There is no benchmark 'no-such'.\n\nUsage: scripts/bench NAME")
