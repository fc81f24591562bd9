"""The house: which package may import which, and which modules may touch the world.

The layers are contracts in pyproject.toml, which import-linter holds. What it cannot say stands here: which
modules are pure, that only the command line prints, and what the proof's checker comes to.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "scripts" / "counterpart"
LONGEST = 400

#: The modules that may ask for time or chance, or touch files, programs and the network. All others are pure.
#: The command line is not listed: it may do all that.
IMPURE = {
    "admission.admit", "admission.members", "admission.memory_file",
    "files.git", "files.preview_server", "files.private", "files.repository",
    "forge.github", "forge.local",
    "intake.from_table", "intake.relay.app", "intake.relay_setup",
    "lifecycle.publish",
    "mail.allowance", "mail.bounces", "mail.deliver", "mail.gate", "mail.preview", "mail.smtp",
    "pairing.propose_branch", "pairing.rehearse_round", "pairing.review_page",
    "rounds.keys", "rounds.send_journal",
    "sample.chance",
    "sealing.keyring", "sealing.receipt",
    "site.mkdocs", "site.published",
}  # fmt: skip
SOLVING = {f"counterpart.matching.{name}" for name in ("solver", "optimum", "blossom", "fractional")}
IMPURE_MODULES = {"asyncio", "glob", "logging", "multiprocessing", "os", "pathlib", "random", "secrets"}
IMPURE_MODULES |= {"shutil", "socket", "subprocess", "sys", "tempfile", "threading", "time", "urllib.request"}
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


def violations(sources: Mapping[str, str], impure: set[str]) -> list[str]:
    """Everything in *sources* (module name -> source) that breaks the house's rules, in a sentence each."""
    trees = {module: _absolute(module, ast.parse(source), sources) for module, source in sources.items()}
    found: list[str] = []
    for module, tree in trees.items():
        room = module.removeprefix("counterpart.")
        if not room.startswith("cli"):
            used = _impure(tree)
            if room in impure and not used:
                found.append(f"{module} is pure, and is listed as if it were not")
            if room not in impure:
                found += [f"{module} is pure and uses {name}" for name in used]
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


def _impure(tree: ast.AST) -> list[str]:
    imported = set(_imports(tree))
    modules = {name.partition(".")[0] for name in imported} | (imported & IMPURE_MODULES)
    modules |= {"random"} if "numpy.random" in imported else set()
    calls = {name for name in _calls(tree) if name in IMPURE_CALLS or ".random." in f".{name}."}
    return sorted((modules & IMPURE_MODULES) | calls)


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


def test_every_module_is_pure_unless_it_is_listed_and_only_the_command_line_prints() -> None:
    sources = _package()

    assert {f"counterpart.{room}" for room in IMPURE} <= sources.keys()
    assert "counterpart.matching.certificate" in sources
    assert violations(sources, IMPURE) == []


#: What breaks a rule -> the modules, and what is said about them.
PLANTED: dict[str, tuple[dict[str, str], list[str]]] = {
    "a pure module asks for the time": (
        {"counterpart.rounds.calendar": "import datetime\nnow = datetime.datetime.now()\n"},
        ["counterpart.rounds.calendar is pure and uses datetime.now"],
    ),
    "the solver draws at random": (
        {"counterpart.matching.solver": "import random\nimport numpy as np\nnp.random.default_rng()\n"},
        [
            "counterpart.matching.solver is pure and uses np.random.default_rng",
            "counterpart.matching.solver is pure and uses random",
            "counterpart.matching.solver is pure and uses random.default_rng",
        ],
    ),
    "a rule opens a file": (
        {"counterpart.pairing.rules": "import os.path\nopen('a')\n"},
        ["counterpart.pairing.rules is pure and uses open", "counterpart.pairing.rules is pure and uses os"],
    ),
    "a listed module touches nothing": (
        {"counterpart.files.git": "import re\n"},
        ["counterpart.files.git is pure, and is listed as if it were not"],
    ),
    "something else than the command line prints": (
        {"counterpart.lifecycle.check": "import click\nprint(1)\nclick.echo('a')\n"},
        [
            "counterpart.lifecycle.check prints (click.echo), which only cli does",
            "counterpart.lifecycle.check prints (print), which only cli does",
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
        {"counterpart.pairing.rules": "\n" * (LONGEST + 1)},
        ["counterpart.pairing.rules has 401 lines; no module has more than 400"],
    ),
    "nothing": (
        {"counterpart.cli.check": "import time\nprint(time.time())\n", "counterpart.files.git": "import os\n"},
        [],
    ),
}


@pytest.mark.parametrize("case", PLANTED)
def test_a_planted_fault_is_noticed(case: str) -> None:
    sources, expected = PLANTED[case]

    assert violations(sources, IMPURE) == expected


def contracts(root: Path) -> tuple[int, str]:
    """What import-linter says of the package below *root*."""
    environ = dict(os.environ, PYTHONPATH=str(root / "scripts"), NO_COLOR="1", COLUMNS="300")
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--config", root / "pyproject.toml", "--no-cache"],
        cwd=root, env=environ, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def test_the_packages_keep_to_their_contracts() -> None:
    code, said = contracts(ROOT)

    assert code == 0, said
    assert "5 kept, 0 broken" in said


def test_each_contract_notices_an_import_that_breaks_it(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "scripts" / "counterpart", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for module, line in (
        ("files/paths.py", "import counterpart.mail.send"),
        ("matching/certificate.py", "import counterpart.matching.solver"),
        ("rounds/calendar.py", "import scipy"),
        ("pairing/rules.py", "import click"),
        ("site/pages.py", "import starlette"),
    ):
        with open(tmp_path / "scripts" / "counterpart" / module, "a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")

    code, said = contracts(tmp_path)

    assert code == 1
    assert "0 kept, 5 broken" in said


@pytest.mark.parametrize("command", ["check", "today", "decide", "mail", "keys", "open", "admit", "pulse"])
def test_a_command_that_does_not_match_loads_no_numbers(command: str) -> None:
    code = (
        "import importlib, sys\nfrom counterpart.cli.main import VERBS\n"
        f"importlib.import_module(VERBS[{command!r}][0].partition(':')[0])\n"
        "heavy = ('highspy', 'numpy', 'scipy', 'jsonschema', 'icalendar')\n"
        "print(*[name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)

    assert done.stdout.split() == []
