"""Would a fault be noticed? Small ones are planted all over the program, one at a time, and the tests are run.

Each is planted in a copy, and the tests that run the changed line are asked: the quick ones, and where they see
nothing, the slow ones. With COUNTERPART_MUTATIONS=40 it plants fewer, for trying.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate, groupby
from pathlib import Path
from queue import SimpleQueue

import coverage
import pytest
import yaml

from tests.conftest import SLOW
from tests.mutate import Mutation, mutations, sample
from tests.project import copy_files

ROOT = Path(__file__).resolve().parent.parent
ACCEPTED = ROOT / "tests" / "cases" / "mutations" / "unnoticed.yaml"
SIZE = int(os.environ.get("COUNTERPART_MUTATIONS", "240"))
SEED = int(os.environ.get("COUNTERPART_MUTATIONS_SEED", "1"))
BESIDE = 2
NEAREST = 30  # of the quick tests are asked first: nearly every fault is seen by one of them
ENOUGH = 0.9
MOST = 600  # seconds that the tests of one fault may take without it
#: Tests that start programs or look at other things: which line of the program they run cannot be seen.
UNSEEN = (
    "form", "site/test_access.py", "test_ci.py", "test_demo.py", "test_environment.py", "test_fresh_copy.py",
    "test_mutations.py", "test_ours.py", "test_project.py",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Which test runs which line, and how long each takes."""

    by_line: Mapping[str, Mapping[int, frozenset[str]]]
    seconds: Mapping[str, float]

    def of(self, mutation: Mutation) -> list[str]:
        """The tests that run what is changed: quick ones, then slow ones; of each, those of its module first."""
        lines = self.by_line.get(mutation.file, {})
        found = {test for line in range(mutation.line, mutation.last + 1) for test in lines.get(line, ())}
        if not found:  # of a constant that stands on several lines, only the first is seen to run
            before = max((line for line in lines if line < mutation.line), default=0)
            found = set(lines.get(before, ()))
        package = f"tests/{mutation.file.split('/')[2]}/"
        module = f"{package}test_{Path(mutation.file).stem}.py::"
        if found == {""}:  # it runs when the module is loaded
            found = {test for tests in lines.values() for test in tests}
        if found == {""}:  # as the whole module does: its lines are names for others to use
            found = {test for test in self.seconds if test.startswith(package)}

        def rank(test: str) -> tuple[bool, bool, bool, float, str]:
            far = not test.startswith(module), not test.startswith(package)
            return _is_one_of(test, SLOW), *far, self.seconds.get(test, 0.0), test

        return sorted(found - {""}, key=rank)

    def parts(self, mutation: Mutation) -> Iterator[list[str]]:
        """These tests as they are asked, of MOST seconds together: a few, the others; so the slow ones."""
        tests = self.of(mutation)
        totals = accumulate(self.seconds.get(test, 0.0) for test in tests)
        asked = [
            test
            for place, (test, total) in enumerate(zip(tests, totals, strict=True))
            if not place or total <= MOST
        ]
        for slow, group in groupby(asked, lambda test: _is_one_of(test, SLOW)):
            tests = list(group)
            few = 2 if slow else NEAREST
            yield from (part for part in (tests[:few], tests[few:]) if part)

    def patience(self, chosen: list[str]) -> float:
        """The seconds after which these tests are taken never to end."""
        return 60 + 5 * sum(self.seconds.get(test, 0.0) for test in chosen)


def _is_one_of(test: str, names: Iterable[str]) -> bool:
    """Whether a test, or a file of tests, is or lies in one of the files and folders under tests/."""
    return any(test.partition("::")[0] == f"tests/{name}" or test.startswith(f"tests/{name}/") for name in names)


def copied(to: Path) -> Path:
    """A copy of the project with its history, as it is in the work tree."""
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(to)], check=True)
    copy_files(to)
    return to


def run(copy: Path, arguments: list[str], seconds: float | None = None, **more: str) -> int | None:
    """Run Python in a *copy*, which alone is then the program; None where it took more *seconds*."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("COUNTERPART_", "PYTEST_"))}
    environ |= {"PYTHONPATH": os.pathsep.join((str(copy / "scripts"), str(copy))), **more}
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=copy, env=environ, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


PYTEST = ("pytest", "-q", "--tb=no", "-p", "no:randomly", "-p", "no:cacheprovider")


def measured(copies: list[Path], folder: Path) -> Coverage:
    """Run the tests once, a part in each copy, and see which lines each of them runs."""
    files = sorted(path.relative_to(copies[0]).as_posix() for path in (copies[0] / "tests").rglob("test_*.py"))
    asked = [file for file in files if not _is_one_of(file, UNSEEN)]

    def measure(part: int) -> int | None:
        source = str(copies[part] / "scripts" / "counterpart")
        # Not as pyproject.toml has it: there every process has a file of its own, for scripts/test --coverage.
        lines = ("-m", "coverage", "run", "--rcfile", os.devnull, "--source", source, "-m", *PYTEST)
        more = ["-p", "tests.which_test", "-m", "not long", *asked[part :: len(copies)]]
        return run(copies[part], [*lines, *more], COVERAGE_FILE=str(folder / f"{part}"))

    with ThreadPoolExecutor(len(copies)) as pool:
        assert list(pool.map(measure, range(len(copies)))) == [0] * len(copies), "without a fault, all tests pass"
    by_line: dict[str, dict[int, set[str]]] = {}
    seconds: dict[str, float] = {}
    for part, copy in enumerate(copies):
        data = coverage.CoverageData(str(folder / f"{part}"))
        data.read()
        for file in data.measured_files():
            lines = by_line.setdefault(Path(file).relative_to(copy).as_posix(), {})
            for line, tests in data.contexts_by_lineno(file).items():
                lines.setdefault(line, set()).update(tests)
        seconds |= json.loads((folder / f"{part}.json").read_text(encoding="utf-8"))
    assert by_line and seconds, "the tests ran, and their lines were seen"
    frozen = {file: {line: frozenset(each) for line, each in lines.items()} for file, lines in by_line.items()}
    return Coverage(by_line=frozen, seconds=seconds)


def noticed(mutation: Mutation, copy: Path, tests: Coverage) -> bool:
    """Whether any test fails, or never ends, while the mutation stands in the copy."""
    path = copy / mutation.file
    original = path.read_bytes()
    try:
        path.write_text(mutation.source, encoding="utf-8", newline="\n")
        for chosen in tests.parts(mutation):
            listed = copy / "chosen.txt"
            listed.write_text("\n".join(chosen), encoding="utf-8")
            _forget(path)
            arguments = ["-m", *PYTEST, "-x", "-m", "not long", f"@{listed}"]
            if run(copy, arguments, tests.patience(chosen)) != 0:
                return True
        return False
    finally:
        path.write_bytes(original)
        _forget(path)


def _forget(path: Path) -> None:
    """Remove what Python compiled of a file: it knows a file by its size and its second alone."""
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
        compiled.unlink()


def accepted() -> dict[tuple[str, str, str], str]:
    """The mutations that no test need notice, each with the reason."""
    listed = yaml.safe_load(ACCEPTED.read_text(encoding="utf-8"))
    return {(each["file"], each["before"], each["after"]): each["because"] for each in listed}


def figures(**values: int) -> None:
    """Hand the figures to whoever asked for them."""
    if where := os.environ.get("COUNTERPART_LONG_RESULT"):
        with Path(where).open("a", encoding="utf-8", newline="\n") as file:
            for figure, value in values.items():
                file.write(json.dumps({"figure": figure.replace("_", " "), "value": value}) + "\n")


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="what never ends is ended with all that it started, as POSIX can")
def test_of_ten_small_faults_nine_are_noticed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copies = [copied(tmp_path / f"copy-{number}") for number in range(BESIDE)]
    tests = measured(copies, tmp_path)
    free: SimpleQueue[Path] = SimpleQueue()
    for copy in copies:
        free.put(copy)

    def planted(mutation: Mutation) -> bool:
        copy = free.get()
        try:
            return noticed(mutation, copy, tests)
        finally:
            free.put(copy)

    excused = accepted()
    chosen = [each for each in sample(ROOT, SIZE, SEED) if not excused.get(each.key, "").startswith("equivalent")]
    with ThreadPoolExecutor(BESIDE) as pool:
        left = [each for each, seen in zip(chosen, pool.map(planted, chosen), strict=True) if not seen]
    open_ones = [each for each in left if each.key not in excused]
    listed, found = len(left) - len(open_ones), len(chosen) - len(left)
    said = [f"{each.file}:{each.line}\n  before: {each.before}\n  after:  {each.after}" for each in open_ones]
    said.append(f"{found} of {len(chosen)} noticed; {listed} are listed with a reason")
    with capsys.disabled():
        print("", *said, sep="\n")
    figures(small_faults_planted=len(chosen), small_faults_noticed=len(chosen) - len(left))
    assert 1 - len(open_ones) / len(chosen) >= ENOUGH, "\n".join(said)


def test_the_nearest_tests_are_asked_first_and_the_slow_ones_last() -> None:
    far, near, nearest = (
        f"tests/{name}::test" for name in ("cli/test_main.py", "files/test_b.py", "files/test_git.py")
    )
    slow, slowest = "tests/relay/test_relay.py::test", "tests/e2e/test_whole_round.py::test"
    all_of_them = frozenset({far, near, nearest, slow, slowest})
    lines = {1: frozenset({""}), 5: all_of_them, 6: frozenset({far})}
    names = {1: frozenset({""})}
    tests = Coverage(
        by_line={"scripts/counterpart/files/git.py": lines, "scripts/counterpart/files/names.py": names},
        seconds={far: 0.1, near: 0.2, nearest: 3.0, slow: 5.0, slowest: MOST},
    )

    def at(file: str, line: int) -> Mutation:
        file = f"scripts/counterpart/files/{file}.py"
        return Mutation(file=file, line=line, last=line, before="", after="", source="")

    assert tests.of(at("git", 5)) == [nearest, near, far, slow, slowest]
    assert tests.of(at("git", 1)) == [nearest, near, far, slow, slowest], "all that use the module"
    assert list(tests.parts(at("git", 5))) == [[nearest, near, far], [slow]], (
        "and what would take too long is left out"
    )
    assert tests.of(at("git", 6)) == tests.of(at("git", 7)) == [far], "the next line is of the same statement"
    assert list(tests.parts(at("nowhere", 1))) == []
    assert tests.of(at("names", 1)) == [near, nearest], "nothing in it runs later; so the tests of its package"


def test_every_mutation_of_the_sample_is_a_program_and_another_one() -> None:
    found = sample(ROOT, 60, SEED)
    assert len({each.file.split("/")[2] for each in found}) >= 15, "every package has its share"
    for each in found:
        compile(each.source, each.file, "exec")
        assert each.source != (ROOT / each.file).read_text(encoding="utf-8")
    assert sample(ROOT, 60, SEED) == found


def test_each_kind_of_fault_is_made_and_types_and_messages_stay() -> None:
    source = (
        "from __future__ import annotations\n\n\n"
        "def f(a: int | None, b: list[int]) -> bool | None:\n"
        "    if a < 3 and b:\n"
        "        return min(a, b[0]) is True\n"
        "    return f'{a + 1}' in [a, *b]\n"
    )
    assert {(each.line, each.after) for each in mutations(source, "f.py")} == {
        (5, "if (not (a < 3 and b)):"),
        (5, "if (a < 3 or b):"),
        (5, "if (a <= 3) and b:"),
        (7, "return (f'{a + 1}' not in [a, *b])"),
        (7, "return f'{a + 1}' in ([*b])"),
        (5, "if a < (4) and b:"),
        (6, "return (min(a, b[0]) is not True)"),
        (6, "return (max(a, b[0])) is True"),
        (6, "return min(a, b[0]) is (False)"),
        (6, "return min(a, b[(1)]) is True"),
    }


def test_every_mutation_that_need_not_be_noticed_still_stands_in_the_program_and_has_a_reason() -> None:
    for (file, before, after), because in accepted().items():
        source = (ROOT / file).read_text(encoding="utf-8")
        assert (file, before, after) in {each.key for each in mutations(source, file)}, (file, before)
        assert re.fullmatch(r"(equivalent|words): .+\.", because)
