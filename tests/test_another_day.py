"""The tests say the same on any day: in half a year, in three years, and on the day that few years have."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.another_day.sitecustomize import SHIFT, days

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("200", date.today() + timedelta(days=200)),
        ("-1", date.today() - timedelta(days=1)),
        ("2028-02-29", date(2028, 2, 29)),
    ],
)
def test_a_number_of_days_or_a_date_names_the_day(words: str, day: date) -> None:
    assert date.today() + timedelta(days=days(words)) == day


def test_a_program_that_a_test_starts_lives_on_the_day_that_the_tests_do(tmp_path: Path) -> None:
    test = tmp_path / "test_day.py"
    test.write_text(
        "import subprocess, sys\nfrom datetime import date\nimport tests.another_day.sitecustomize\n\n"
        "def test_day():\n"
        "    asked = 'from datetime import date; import time; print(date.today(), time.strftime(\"%Y-%m-%d\"))'\n"
        "    told = subprocess.run([sys.executable, '-c', asked], capture_output=True, text=True)\n"
        "    assert (date.today(), told.stdout) == (date(2028, 2, 29), '2028-02-29 2028-02-29\\n')\n",
        encoding="utf-8",
    )
    environ = dict(os.environ, PYTHONPATH=str(ROOT), **{SHIFT: "2028-02-29"})
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        str(test),
    ]
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
@pytest.mark.parametrize("day", ["200", "1096", "2028-02-29"])
def test_the_quick_tests_pass_on_another_day(day: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "--tb=short", "-m", "not long and not slow"]
    done = subprocess.run(
        command, cwd=ROOT, env=dict(os.environ, **{SHIFT: day}), capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout[-10_000:]
