"""With which Pythons the tests run where nobody watches."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins for other Pythons are shell scripts")


def script(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(("#!/bin/sh", *lines, "")), encoding="utf-8")
    path.chmod(0o755)
    return path


def found(*folders: Path) -> list[str]:
    """What is found with these folders alone before the system's own on the PATH."""
    usual = [folder for folder in ("/usr/local/bin", "/usr/bin", "/bin") if Path(folder).is_dir()]
    done = subprocess.run(
        ["bash", str(ROOT / ".ci" / "pythons")],
        env={"PATH": os.pathsep.join([*map(str, folders), *usual])}, stdin=subprocess.DEVNULL,
        capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def added(*folders: Path) -> list[str]:
    """What is found more with these folders on the PATH than without them."""
    usual = found()
    return [line for line in found(*folders) if line not in usual]


def test_the_pythons_that_run_are_listed_from_the_oldest_to_the_newest(tmp_path: Path) -> None:
    path = tmp_path / "on the path"
    script(path / "python3.14", "echo 3.14.110")
    script(path / "python3.13", "echo 3.14.99")
    script(path / "python3.11", "echo 3.11.0")

    assert added(path) == [
        f"3.11.0 {path / 'python3.11'}",
        f"3.14.99 {path / 'python3.13'}",
        f"3.14.110 {path / 'python3.14'}",
    ]


def test_what_stands_for_a_python_that_is_not_there_is_left_out(tmp_path: Path) -> None:
    script(tmp_path / "python3.12", "echo 'python3.12: command not found' >&2", "exit 127")
    script(tmp_path / "python3.13", "echo 'this version is not set'")
    (tmp_path / "python3.14").write_bytes(b"\x7fELF of another machine")
    (tmp_path / "python3.14").chmod(0o755)
    script(tmp_path / "python3", "echo 3.13.95")

    assert added(tmp_path) == [f"3.13.95 {tmp_path / 'python3'}"]


def test_a_python_that_only_the_version_manager_knows_is_found(tmp_path: Path) -> None:
    inside = tmp_path / "versions" / "3.12.91" / "bin" / "python"
    script(inside, "echo 3.12.91")
    script(
        tmp_path / "bin" / "pyenv",
        'test "$1" = versions && printf "3.12.91\\nbroken\\n"',
        f'test "$1 $2" = "prefix 3.12.91" && echo "{tmp_path / "versions" / "3.12.91"}"',
        "true",
    )

    assert added(tmp_path / "bin") == [f"3.12.91 {inside}"]


def test_the_question_that_each_python_is_asked_is_answered_by_this_one(tmp_path: Path) -> None:
    (tmp_path / "python3").symlink_to(sys.executable)

    versions = [line.split()[0] for line in found(tmp_path)]

    assert versions.count(".".join(map(str, sys.version_info[:3]))) == 1


def test_the_workflow_tests_the_first_release_that_we_promise_and_the_newest() -> None:
    text = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    job = yaml.safe_load(text)["jobs"]["test"]

    assert job["strategy"]["matrix"]["python"] == ["3.11.0", "3.14"]
    assert job["steps"][-1] == {"run": "bash .ci/run", "env": {"COUNTERPART_PYTHON": "python3"}}
    assert shutil.which("bash")
