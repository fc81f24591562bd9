"""The repository itself: what it must not hold, its licences, its locks, its workflows and its site."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
SETS = ("run", "test", "site", "bench", "relay", "browser")
EXECUTABLE = (".ci/pythons", ".ci/run", "scripts/bench", "scripts/demo", "scripts/lock", "scripts/test")

# Each word is written in two halves, so that this file does not find itself.
UNWANTED = {
    "the host of a registry": [
        "py" + "pi.org", "python" + "hosted", "npm" + "js", "crates" + ".io", "docker" + ".io", "unp" + "kg",
        "jsd" + "elivr", "--index" + "-url", "--extra-index" + "-url",
    ],
    "how the project came to be": [
        "cla" + "ude", "anth" + "ropic", "chat" + "gpt", "open" + "ai", "sub" + "agent",
        "language" + " model",
    ],
}  # fmt: skip
MACHINE_PATH = re.compile(r"(?<![\w.}/])/(?:work|root|home|Users|opt|tmp)/" + r"|[A-Z]:\\Users\\")


def git(*arguments: str) -> list[str]:
    """What git says of the repository, in pieces; skip where the project was copied without its history."""
    done = subprocess.run(["git", "-C", str(ROOT), *arguments, "-z"], capture_output=True, encoding="utf-8")
    if done.returncode:
        pytest.skip("not a Git repository")
    return [piece for piece in done.stdout.split("\0") if piece]


def texts() -> dict[str, str]:
    """Every tracked text file."""
    found = {}
    for name in git("ls-files"):
        path = ROOT / name
        content = path.read_bytes() if path.is_file() else b""
        if b"\0" not in content:
            found[name] = content.decode("utf-8", errors="replace")
    return found


def test_no_file_names_a_registry_or_how_the_project_came_to_be() -> None:
    tracked = texts()
    # This line of the locks' script says that no address is to be written into them.
    tracked["scripts/lock"] = tracked["scripts/lock"].replace('"--no-emit' + '-index-url"', "")
    found = [
        f"{name} names {kind}: {word}"
        for name, text in tracked.items()
        for kind, words in UNWANTED.items()
        for word in words
        if word in text.lower()
    ]

    assert len(tracked) > 30
    assert found == []


def test_no_file_holds_a_path_of_one_machine() -> None:
    found = [
        f"{name}:{number}: {line.strip()}"
        for name, text in texts().items()
        if name != "tests/test_project.py"
        for number, line in enumerate(text.splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]

    assert found == []


@pytest.mark.parametrize("line", ["cd /ho" + "me/ada/counterpart", '"/wo' + 'rk/main"', "C:\\Us" + "ers\\ada"])
def test_a_path_of_one_machine_is_noticed(line: str) -> None:
    assert MACHINE_PATH.search(line)


@pytest.mark.parametrize("name", EXECUTABLE)
def test_the_scripts_can_be_run(name: str) -> None:
    assert [piece.split()[0] for piece in git("ls-files", "--stage", "--", name)] == ["100755"]
    shell = "bash" if name.startswith(".ci/") else "python3"
    assert (ROOT / name).read_text(encoding="utf-8").startswith(f"#!/usr/bin/env {shell}\n")


CLOCKS = {"monotonic", "perf_counter", "process_time", "thread_time", "time", "time_ns", "monotonic_ns"}


def timed(source: str) -> list[int]:
    """The lines on which what took a while is compared with something, or a process is given so many seconds."""

    def asks(node: ast.AST) -> bool:
        calls = [each.func for each in ast.walk(node) if isinstance(each, ast.Call)]
        names = {each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "") for each in calls}
        return bool(names & CLOCKS)

    tree = ast.parse(source)
    taken = {  # took = monotonic() - began
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp) and asks(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            parts = [node.left, *node.comparators]
            names = {each.id for part in parts for each in ast.walk(part) if isinstance(each, ast.Name)}
            if names & taken or any(isinstance(part, ast.BinOp) and asks(part) for part in parts):
                lines.append(node.lineno)
        if isinstance(node, ast.keyword) and node.arg == "timeout" and isinstance(node.value, ast.Constant):
            lines += [node.value.lineno] if isinstance(node.value.value, int | float) else []
    return lines


def test_no_test_asserts_how_long_something_takes() -> None:
    """A busy machine is slow, and nothing is wrong with it: how fast we are is for scripts/bench to say."""
    tests = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests").rglob("*.py"))}

    assert len(tests) > 100
    found = [f"{path.name}:{line}" for path, source in tests.items() for line in timed(source)]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "began = time.monotonic()\nassert time.monotonic() - began < 10",
        "took = perf_counter() - began\nassert took < 2 * 60",
        "subprocess.run(command, timeout=60)",
    ],
)
def test_a_test_of_how_long_something_takes_is_noticed(source: str) -> None:
    assert timed(source)


def test_the_licences_are_there() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    texts_licence = (ROOT / "site" / "licence.md").read_text(encoding="utf-8")

    assert "Apache License\n                           Version 2.0, January 2004" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
    assert "https://creativecommons.org/licenses/by/4.0/" in texts_licence


#: How pages, messages and scripts tell somebody to install something, up to the end of the command.
INSTALL = re.compile(r"\b(?:pipx?|uv(?: tool| pip)?) install\b((?: +(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s`\"'&;|]+))*)")
#: Our own name in a registry belongs to somebody else: whoever asks for it there gets a stranger's program.
FOREIGN = re.compile(r"(?<![\w/.-])counter" + r"part\[[a-z,]+\]")


def foreign(text: str, extras: set[str]) -> list[str]:
    """Every command in *text* that installs what is not ours, and every name that only a registry knows."""
    found = FOREIGN.findall(text)
    for command in INSTALL.finditer(text):
        words = [word.strip("\"'") for word in command[1].replace("\\", "").split()]
        for before, word in zip(["", *words], words, strict=False):
            ours = re.fullmatch(r"\.(?:\[([a-z,]+|{extra})\])?", word.rstrip(".,:)") or ".")
            if before in ("-r", "--only-binary", "--group") or word.startswith("-") or word in ("uv", "{uv}"):
                continue
            if ours is None or not set((ours[1] or "").split(",")) - {"", "{extra}"} <= extras:
                found.append(command[0])
    return found


def extras_of_the_package() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return set(project["optional-dependencies"])


def test_nobody_is_sent_to_the_name_that_belongs_to_somebody_else() -> None:
    tracked = {name: text for name, text in texts().items() if name != "tests/test_project.py"}
    commands = [name for name, text in tracked.items() if INSTALL.search(text)]

    assert {"README.md", "site/coordinators/tutorial.md", "scripts/counterpart/files/packages.py"} <= set(commands)
    assert {
        name: found for name, text in tracked.items() if (found := foreign(text, extras_of_the_package()))
    } == {}
    named = {each for text in tracked.values() for each in re.findall(r"\brequire\(\"[^\"]+\", \"(\w+)\"", text)}
    assert named == {"relay", "site"}


@pytest.mark.parametrize(
    "text",
    [
        "pip install counter" + "part",
        "python -m pip install --quiet counter" + "part==1.0",
        "pipx install 'counter" + "part[site]'",
        "install Counterpart with 'counter" + "part[relay]'.",
        'pipx install ".[sight]"',
        "uv tool install counter" + "part-mentoring",
    ],
)
def test_a_sentence_that_sends_people_to_a_registry_is_noticed(text: str) -> None:
    assert foreign(text, {"site", "relay"})


def wheel(tmp_path: Path) -> Path:
    """The package, built as it would be published."""
    source = tmp_path / "source"
    for name in ("scripts/counterpart", "schemas"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    done = subprocess.run(
        [
            sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
            "--disable-pip-version-check", "--wheel-dir", str(tmp_path / "made"), ".",
        ],
        cwd=source, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (made,) = (tmp_path / "made").iterdir()
    return made


def test_the_wheel_bears_a_name_of_its_own_and_the_command_that_people_know(tmp_path: Path) -> None:
    built = wheel(tmp_path)
    assert re.fullmatch(r"counterpart_mentoring-[0-9a-z.]+-py3-none-any\.whl", built.name)
    with zipfile.ZipFile(built) as opened:
        (metadata,) = (name for name in opened.namelist() if name.endswith(".dist-info/METADATA"))
        (points,) = (name for name in opened.namelist() if name.endswith(".dist-info/entry_points.txt"))
        lines = opened.read(metadata).decode("utf-8").splitlines()
        commands = opened.read(points).decode("utf-8")
        assert "counterpart/cli/main.py" in opened.namelist()
    assert [line for line in lines if line.startswith(("Name:", "Requires-Python:"))] == [
        "Name: counterpart-mentoring",
        "Requires-Python: >=3.11",
    ]
    assert "[console_scripts]\ncounterpart = counterpart.cli.main:main\n" in commands


def locked(name: str) -> dict[str, str]:
    """The packages of one lock: name -> version."""
    text = (ROOT / "scripts" / "locks" / f"{name}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;]+)", text, re.MULTILINE))


def named(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[ <>=!~;\[]", requirement)[0]).lower()


def test_the_list_of_packages_is_that_of_the_folders() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    folders = {path.parent for path in (ROOT / "scripts" / "counterpart").rglob("__init__.py")}
    names = {".".join(folder.relative_to(ROOT / "scripts").parts) for folder in folders}

    assert listed == sorted({*names, "counterpart.schemas"})


def test_the_wheel_holds_every_file_that_the_program_reads(tmp_path: Path) -> None:
    inside = set(zipfile.ZipFile(wheel(tmp_path)).namelist())
    package = ROOT / "scripts" / "counterpart"
    beside = {path.relative_to(package.parent).as_posix() for path in package.rglob("*") if path.is_file()}
    schemas = {f"counterpart/schemas/{path.name}" for path in (ROOT / "schemas").iterdir() if path.is_file()}

    assert {name for name in beside | schemas if "__pycache__" not in name} <= inside


def test_every_locked_package_has_hashes_and_nothing_but_its_version() -> None:
    for name in SETS:
        text = (ROOT / "scripts" / "locks" / f"{name}.txt").read_text(encoding="utf-8")
        entries = re.sub(r"^ *#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ").splitlines()

        assert len(entries) == len(locked(name)) > 10
        shape = r"[a-z0-9-]+==[\w.+]+(?: ; [\w.'<>=! ()]+?)?(?: +--hash=sha256:[0-9a-f]{64})+"
        assert [entry for entry in entries if not re.fullmatch(shape, entry)] == []


def test_the_locks_hold_what_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]

    assert set(extras) == set(SETS) - {"run"}
    for name in SETS:
        wanted = {named(each) for each in [*project["dependencies"], *extras.get(name, [])]}
        assert wanted | {"setuptools"} <= set(locked(name)), (
            f"run scripts/lock: {name}.txt is behind pyproject.toml"
        )


def test_a_package_has_the_same_version_in_every_lock() -> None:
    versions: dict[str, set[str]] = {}
    for name in SETS:
        for package, version in locked(name).items():
            versions.setdefault(package, set()).add(version)

    assert {package: found for package, found in versions.items() if len(found) > 1} == {}


def test_workflows_trust_nobody_more_than_needed() -> None:
    workflows = sorted((ROOT / ".github" / "workflows").glob("*.yml"))

    assert workflows
    for workflow in workflows:
        text = workflow.read_text(encoding="utf-8")
        used = re.findall(r"uses: (\S+)", text)
        assert "\npermissions: {}\n" in text
        assert "pull_request_target" not in text
        pushes = workflow.stem in ("intake", "match", "accept", "publish")  # from the main branch's code alone
        assert f"persist-credentials: {str(pushes).lower()}" in text
        assert ("contents: write" in text) == pushes
        assert not (pushes and "pull_request:" in text)
        assert ("ref: main" in text) >= pushes
        assert set(yaml.safe_load(text)["jobs"]) == {workflow.stem}
        assert [each for each in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", each)] == []
        runs = re.findall(r"run: (.*)", text)
        assert runs
        assert [each for each in runs if "${{" in each] == []


def test_the_site_asks_nobody_else_for_anything(tmp_path: Path) -> None:
    environ = dict(os.environ, NO_MKDOCS_2_WARNING="1")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, encoding="utf-8")
    pages = {path: path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.html")}
    elsewhere = re.compile(
        r"<(?:script|link(?! rel=.?canonical)|img|iframe|source)\b"
        r"[^>]*?\b(?:src|href)=[\"']?(?:https?:)?//[^\"'> ]*"
    )
    styles = {path: path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.css")}

    assert [line for line in done.stderr.splitlines() if not line.startswith("INFO")] == []
    assert done.returncode == 0
    assert len(pages) >= 5
    assert [found for text in pages.values() for found in elsewhere.findall(text)] == []
    assert styles
    assert [
        path.name for path, text in styles.items() if re.search(r"(?:@import|url\()\s*[\"']?https?:", text)
    ] == []


def test_a_dead_link_in_the_documentation_fails_the_check(tmp_path: Path) -> None:
    text = (ROOT / "scripts" / "test").read_text(encoding="utf-8")
    command = re.search(r'\("documentation", (\[.*?\])\)', text)
    assert command
    (tmp_path / "pages").mkdir()
    (tmp_path / "mkdocs.yml").write_text("site_name: x\ndocs_dir: pages\n", encoding="utf-8")
    (tmp_path / "pages" / "index.md").write_text("# Page\n\n[dead](nowhere.md)\n", encoding="utf-8")
    arguments = yaml.safe_load(command[1])
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 1
    assert "nowhere.md" in done.stderr


def test_the_workflows_have_no_fault_that_the_checkers_know() -> None:
    folder = ROOT / ".github"
    workflows = sorted(str(path) for path in (folder / "workflows").glob("*.yml"))
    checks = (
        ("zizmor", "--offline", "--no-progress", "--quiet", "--persona", "pedantic", str(folder / "workflows")),
        ("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows),
    )
    for program, *arguments in checks:
        path = Path(sys.executable).with_name(program)
        done = subprocess.run([path, *arguments], capture_output=True, text=True, encoding="utf-8")
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_workflow_runs_one_command_of_the_programme_and_it_is_one_that_there_is() -> None:
    from counterpart.cli.main import VERBS

    for workflow in sorted((ROOT / ".github" / "workflows").glob("*.yml")):
        if workflow.stem == "test":
            continue
        (job,) = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"].values()
        runs = [step["run"] for step in job["steps"] if step.get("run", "").startswith("counterpart ")]
        assert len(runs) == (2 if workflow.stem == "check" else 1)
        assert {run.split()[1] for run in runs} <= set(VERBS)


def test_forms_for_issues_ask_that_nobody_is_named() -> None:
    forms = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
    assert len(forms) == 3
    for form in forms:
        data = yaml.safe_load(form.read_text(encoding="utf-8"))
        if form.stem == "config":
            assert data == {"blank_issues_enabled": False}
        else:
            assert {"name", "description", "body"} <= set(data)
            assert "Write no name, no e-mail address" in data["body"][0]["attributes"]["value"]
    text = (ROOT / ".github" / "pull_request_template.md").read_text(encoding="utf-8")
    assert "Write no name, no e-mail address" in text
