"""The floors of the package: read from its source, without importing it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "scripts" / "counterpart"
LONGEST = 400

#: A floor may import those below it, and its own.
FLOORS = {
    "cli": 5,
    "commands": 4,
    "edges": 3,
    "core": 2,
    "matching": 1,
    "model": 0,
    "finding": 0,
    "schemas": 0,
}
SOLVING = {f"counterpart.matching.{name}" for name in ("solver", "optimum", "blossom", "fractional")}
IMPURE_MODULES = {"asyncio", "glob", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets"}
IMPURE_MODULES |= {"shutil", "socket", "subprocess", "sys", "tempfile", "threading", "time", "urllib"}
IMPURE_CALLS = {
    "open",
    "input",
    "eval",
    "exec",
    "date.today",
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
}
PRINTING = {"print", "echo", "secho", "click.echo", "click.secho", "sys.stdout.write", "sys.stderr.write"}


def violations(sources: Mapping[str, str]) -> list[str]:
    """Everything in *sources* (module name -> source) that breaks the house's rules, in a sentence each."""
    trees = {module: _absolute(module, ast.parse(source), sources) for module, source in sources.items()}
    found: list[str] = []
    for module, tree in trees.items():
        found += [f"{module} imports {name}, from a floor above" for name in _upward(module, tree)]
        if _floor(module) in ("core", "matching"):
            found += [f"{module} is pure and uses {name}" for name in _impure(module, tree)]
        if _floor(module) != "cli":
            found += [
                f"{module} prints ({name}), which only cli does" for name in _calls(tree) if name in PRINTING
            ]
        lines = sources[module].count("\n")
        if lines > LONGEST:
            found.append(f"{module} has {lines} lines; no module has more than {LONGEST}")
    certificate = "counterpart.matching.certificate"
    reached = _reached(certificate, trees) if certificate in trees else set()
    found += [f"{certificate} comes to {name}, which solves" for name in sorted(reached & SOLVING)]
    return sorted(found)


def _floor(module: str) -> str:
    return [*module.split("."), ""][1]


def _absolute(module: str, tree: ast.Module, sources: Mapping[str, str]) -> ast.Module:
    """The same tree with `from .a import b` written out as `from counterpart.matching.a import b`."""
    is_package = any(other.startswith(f"{module}.") for other in sources)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            parts = module.split(".")
            up = node.level - 1 if is_package else node.level
            node.module = ".".join([*parts[: len(parts) - up], *filter(None, [node.module])])
            node.level = 0
    return tree


def _imports(tree: ast.AST) -> Iterator[str]:
    """Every module or name that is imported, wherever: `from a import b` gives both a and a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _upward(module: str, tree: ast.AST) -> list[str]:
    here = FLOORS.get(_floor(module), 0)
    ours = (name for name in _imports(tree) if name.startswith("counterpart."))
    return sorted({name for name in ours if FLOORS[_floor(name)] > here})


def _impure(module: str, tree: ast.AST) -> list[str]:
    allowed = {"random"} if module.startswith("counterpart.core.sample") else set()
    imported = set(_imports(tree))
    modules = {name.partition(".")[0] for name in imported} | ({"random"} if "numpy.random" in imported else set())
    modules &= IMPURE_MODULES - allowed
    calls = {name for name in _calls(tree) if name in IMPURE_CALLS}
    if not allowed:
        calls |= {name for name in _calls(tree) if ".random." in f".{name}."}
    return sorted(modules | calls)


def _calls(tree: ast.AST) -> Iterator[str]:
    """What is called, as it is written; of a longer chain (`a.b.c.d`) also its last two names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = ast.unparse(node.func)
            yield name
            if name.count(".") > 1:
                yield ".".join(name.split(".")[-2:])


def _reached(start: str, trees: Mapping[str, ast.AST]) -> set[str]:
    """The modules that *start* imports, those that they import, and so on."""
    reached: set[str] = set()
    ahead = [start]
    while ahead:
        for name in _imports(trees[ahead.pop()]):
            # A package's own __init__ counts only where it is imported by name.
            if name in trees and name not in reached:
                reached.add(name)
                ahead.append(name)
    return reached


def _package() -> dict[str, str]:
    sources = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        sources[name] = path.read_text(encoding="utf-8")
    return sources


def test_the_package_keeps_its_floors() -> None:
    sources = _package()

    assert {_floor(module) for module in sources} >= {"cli", "commands", "edges", "core", "matching", "model"}
    assert "counterpart.matching.certificate" in sources
    assert violations(sources) == []


def test_a_module_without_faults_is_passed() -> None:
    sources = {
        "counterpart.cli.check": "import time\nfrom counterpart.commands import check\nprint(check)\n",
        "counterpart.core.rules": "from counterpart.matching.graph import Graph\nimport counterpart.model\n",
        "counterpart.core.sample": "import random\nrandom.Random(1).random()\n",
        "counterpart.edges.repository": "import os\nfrom counterpart.core.rules import rules\nopen('a')\n",
        "counterpart.matching.certificate": "from counterpart.matching.graph import Graph\n",
        "counterpart.matching.graph": "import numpy as np\n",
    }

    assert violations(sources) == []


PLANTED = {
    "core imports an edge": (
        {"counterpart.core.rules": "from counterpart.edges.yaml import read\n"},
        [
            "counterpart.core.rules imports counterpart.edges.yaml, from a floor above",
            "counterpart.core.rules imports counterpart.edges.yaml.read, from a floor above",
        ],
    ),
    "matching imports core inside a function": (
        {"counterpart.matching.graph": "def f():\n    import counterpart.core.rules\n"},
        ["counterpart.matching.graph imports counterpart.core.rules, from a floor above"],
    ),
    "core asks for the time": (
        {"counterpart.core.calendar": "import datetime\nnow = datetime.datetime.now()\n"},
        ["counterpart.core.calendar is pure and uses datetime.now"],
    ),
    "matching draws at random": (
        {"counterpart.matching.solver": "import random\nimport numpy as np\nnp.random.default_rng()\n"},
        [
            "counterpart.matching.solver is pure and uses np.random.default_rng",
            "counterpart.matching.solver is pure and uses random",
            "counterpart.matching.solver is pure and uses random.default_rng",
        ],
    ),
    "core opens a file": (
        {"counterpart.core.rules": "import os.path\nopen('a')\n"},
        ["counterpart.core.rules is pure and uses open", "counterpart.core.rules is pure and uses os"],
    ),
    "a command prints": (
        {"counterpart.commands.check": "import click\nprint(1)\nclick.echo('a')\n"},
        [
            "counterpart.commands.check prints (click.echo), which only cli does",
            "counterpart.commands.check prints (print), which only cli does",
        ],
    ),
    "the certificate comes to the solver through another module": (
        {
            "counterpart.matching.certificate": "from counterpart.matching.graph import Graph\n",
            "counterpart.matching.graph": "from . import solver\n",
            "counterpart.matching.solver": "",
        },
        ["counterpart.matching.certificate comes to counterpart.matching.solver, which solves"],
    ),
    "the certificate comes to the solver through the package": (
        {
            "counterpart.matching": "from counterpart.matching.solver import solve\n",
            "counterpart.matching.certificate": "from counterpart.matching import Graph\n",
            "counterpart.matching.solver": "",
        },
        ["counterpart.matching.certificate comes to counterpart.matching.solver, which solves"],
    ),
    "a module is too long": (
        {"counterpart.core.rules": "\n" * (LONGEST + 1)},
        ["counterpart.core.rules has 401 lines; no module has more than 400"],
    ),
}


@pytest.mark.parametrize("case", PLANTED)
def test_a_planted_fault_is_noticed(case: str) -> None:
    sources, expected = PLANTED[case]

    assert violations(sources) == expected
