"""The package by itself: its README's example, and that it needs nothing of the house around it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_architecture import PACKAGE

MATCHING = PACKAGE / "matching"
README = (MATCHING / "README.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def run(code: str, path: Path) -> str:
    """What *code* prints, in a folder of its own, where *path* comes before what is installed."""
    environ = dict(os.environ, PYTHONPATH=str(path))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=path, env=environ, capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_example_of_the_readme_prints_what_it_shows() -> None:
    [code], [printed] = blocks("python"), blocks("text")

    assert run(code, PACKAGE.parent) == printed


def test_the_folder_works_under_another_name_where_there_is_no_counterpart(tmp_path: Path) -> None:
    shutil.copytree(MATCHING, tmp_path / "pairs", ignore=shutil.ignore_patterns("__pycache__"))
    [code], [printed] = blocks("python"), blocks("text")
    nothing = "import sys\nsys.modules['counterpart'] = None\n"  # whoever imports it fails

    assert run(nothing + code.replace("counterpart.matching", "pairs"), tmp_path) == printed


@pytest.mark.parametrize("module", sorted(path.stem for path in MATCHING.glob("*.py")))
def test_no_module_imports_anything_of_the_house(module: str) -> None:
    text = (MATCHING / f"{module}.py").read_text(encoding="utf-8")
    imported = re.findall(r"^ *(?:from|import) ([\w.]+)", text, re.MULTILINE)
    allowed = {
        "",
        "__future__",
        "collections",
        "dataclasses",
        "heapq",
        "highspy",
        "math",
        "numpy",
        "scipy",
        "typing",
    }

    assert imported
    assert {name.partition(".")[0] for name in imported} <= allowed


def test_verifying_alone_loads_no_solver_and_no_scipy() -> None:
    code = (
        "import sys\nfrom counterpart.matching import Certificate, Graph, verify\n"
        "graph = Graph(2, [(0, 1)], [3])\n"
        "print(verify(graph, (1, 0), Certificate(scale=1, prices=((3,), (0,)))).optimal)\n"
        "solving = [f'counterpart.matching.{each}' for each in ('solver', 'optimum', 'fractional', 'blossom')]\n"
        "print([name for name in ('scipy', *solving) if name in sys.modules])"
    )

    assert run(code, PACKAGE.parent) == "True\n[]\n"


def test_the_readme_names_every_module_and_only_functions_that_there_are() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in MATCHING.glob("*.py"))
    listed = re.findall(r"^\| `(\w+)\.py` \|", README, re.MULTILINE)
    words = re.sub(r"^```.*?^```$", "", README, flags=re.MULTILINE | re.DOTALL)
    named = {part for each in re.findall(r"`([A-Za-z_.]+)`", words) for part in each.split(".")}
    other = {"py", "counterpart", "matching", "None", "scale", "gap", *listed}

    assert set(listed) == {path.stem for path in MATCHING.glob("*.py")} - {"__init__"}
    assert (
        sorted(name for name in named - other if not re.search(rf"(?:def|class) {name}\b|\b{name} ?[:=]", source))
        == []
    )
