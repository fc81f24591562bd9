"""The bundle: what is committed is what its sources give, it is small, and it holds nothing it should not."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
from pathlib import Path

from tests.form.browser import missing

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "scripts" / "form"
BUILT = ROOT / "scripts" / "counterpart" / "intake" / "page"
LARGEST = 65 * 1024  # bytes of script and worker as they travel


def committed() -> dict[str, bytes]:
    files = [*sorted(BUILT.iterdir()), ROOT / "tests" / "form" / "verdict.js"]
    return {path.name: path.read_bytes() for path in files}


def test_the_sources_give_the_committed_bundle_byte_for_byte(tmp_path: Path) -> None:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        missing("npm is missing: install Node.js 20 or newer, which brings it (https://nodejs.org).")
        raise AssertionError
    # In a place of its own, where nothing is installed yet and no path is the committed one's.
    form = tmp_path / "scripts" / "form"
    shutil.copytree(SOURCES, form, ignore=shutil.ignore_patterns("node_modules"))
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas", ignore=shutil.ignore_patterns("__pycache__"))
    for command in ([npm, "ci", "--no-audit", "--no-fund"], [node, "build.mjs", "--out", str(tmp_path / "out")]):
        done = subprocess.run(command, cwd=form, capture_output=True, encoding="utf-8", env=dict(os.environ))
        if command[0] == npm and re.search(r"ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT", done.stderr):
            missing("The packages of scripts/form cannot be fetched: there is no network.")
        assert done.returncode == 0, done.stderr
    made = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}

    assert set(made) == {"apply.js", "answer.js", "statement.js", "worker.js", "apply.css", "verdict.js"}
    assert [name for name, content in committed().items() if made[name] != content] == [], (
        "run 'npm ci && node build.mjs' in scripts/form"
    )


def test_script_and_worker_are_small() -> None:
    size = sum(len(gzip.compress((BUILT / name).read_bytes(), 9)) for name in ("apply.js", "worker.js"))

    assert size <= LARGEST


def test_the_bundle_evaluates_nothing_and_names_no_path() -> None:
    for name, content in committed().items():
        text = content.decode("utf-8")
        assert re.search(r"\beval\(|new Function\b|Function\(['\"]", text) is None, name
        assert "node_modules" not in text, name
        assert re.search(r"innerHTML|document\.write", text) is None, name


def test_every_package_of_the_bundle_has_one_version_and_a_hash() -> None:
    lock = (SOURCES / "package-lock.json").read_text(encoding="utf-8")
    package = (SOURCES / "package.json").read_text(encoding="utf-8")

    assert re.findall(r'"(?:@?[\w/-]+)": "[~^>*][^"]*"', package) == []
    assert '"resolved"' not in lock
    assert lock.count('"integrity": "sha512-') == lock.count('"node_modules/')
