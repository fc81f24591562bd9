"""The first command of the README, as a newcomer types it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_demonstration_plays_a_round_in_a_folder_of_its_own(tmp_path: Path) -> None:
    project = tmp_path / "ein Ordner"
    for name in ("applicants", "rounds", "schemas", "scripts"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", project)
    before = {path.relative_to(project) for path in project.rglob("*")}
    script = project / "scripts" / "demo"
    environ = dict(os.environ, COUNTERPART_ENV=sys.prefix, COUNTERPART_INSIDE=str(script))

    done = subprocess.run(
        [sys.executable, str(script), "--no-serve", "--people", "60"],
        cwd=project, env=environ, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert "60 mails are due; 0 of them went already. Nothing was sent now." in done.stdout
    assert (project / "build" / "demo" / "rounds" / "2027-1" / "pairings.yaml").is_file()
    now = {path.relative_to(project) for path in project.rglob("*") if "__pycache__" not in path.parts}
    assert {path.parts[0] for path in now - before} == {"build"}
