"""The project's own virtual environment: made from the locks, kept up to date, then used.

Only the standard library, and no syntax newer than Python 3.7: this file must be able to say that Python is
too old. It never touches an environment that it did not make; one whose making was cut short is made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "scripts" / "locks"
SETS = ("run", "test", "site", "bench", "relay", "browser")
OLDEST = (3, 11)
NEWEST = (3, 14)  # the newest that the locks were tried with
MARK = "counterpart-environment.json"

UNREACHABLE = re.compile(
    r"NewConnectionError|ConnectionError|ConnectTimeout|ReadTimeout|Max retries|ProxyError|"
    r"name resolution|SSLError|SSLCertVerification|There was a problem confirming the ssl|from versions: none"
)


class Trouble(Exception):
    """The environment cannot be had: one clear sentence for the person who typed the command."""


def place() -> Path:
    """The environment's folder: what COUNTERPART_ENV names, else `.venv` in the project."""
    named = os.environ.get("COUNTERPART_ENV")
    return Path(named).resolve() if named else ROOT / ".venv"


def python_of(folder: Path) -> Path:
    """The interpreter of the environment in *folder*."""
    return folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python"


def command_of(name: str) -> str:
    """The full path of an installed command of the environment that is running."""
    found = shutil.which(name, path=str(Path(sys.executable).parent))
    if found is None:
        raise Trouble(f"The command {name} is missing from the environment: remove {place()} and try again.")
    return found


def stamp(sets: Sequence[str], locks: Path, pyproject: Path, python: str) -> dict[str, Any]:
    """What an environment with *sets* is made from; it is up to date while this stays the same."""
    return {
        "python": python,
        "name": _name(pyproject),
        "package": _digest(pyproject, str(pyproject.resolve().parent)),  # it follows the files of one copy
        "locks": {name: _digest(locks / f"{name}.txt") for name in sets},
    }


def plan(wanted: dict[str, Any], found: dict[str, Any] | None) -> tuple[bool, tuple[str, ...], bool]:
    """What to do so that an environment stamped *found* serves *wanted*.

    Whether to begin anew, the sets to install, and whether to install the package itself.
    Anew when Python, the package's name or an installed lock changed: pip does not remove what was dropped.
    """
    every = tuple(wanted["locks"])
    if not found or any(found.get(key) != wanted[key] for key in ("python", "name")):
        return True, every, True
    have = found.get("locks", {})
    if any(have.get(name, digest) != digest for name, digest in wanted["locks"].items()):
        return True, every, True
    missing = tuple(name for name in every if name not in have)
    return False, missing, found.get("package") != wanted["package"]


def ensure(sets: Sequence[str]) -> Path:
    """Make or update the environment so that it holds *sets* and the package; return its interpreter."""
    folder = place()
    wanted = stamp(sets, LOCKS, ROOT / "pyproject.toml", _version())
    found = _read(folder)
    if found and plan(wanted, found) == (False, (), False):  # the usual case: nothing to wait for
        return python_of(folder)
    began = time.monotonic()
    with _alone(folder):
        found = _read(folder)
        anew, missing, package = plan(wanted, found)
        if anew:
            _create(folder)
            found = {}
        if missing:
            _install(folder, missing)
        if package or anew:
            _say("Installing Counterpart itself, so that it follows your changes")
            _pip(folder, ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
        have = dict((found or {}).get("locks", {}))
        have.update(wanted["locks"])
        _write(folder, dict(wanted, locks=have))
    _say(f"The environment is ready ({time.monotonic() - began:.0f} s)")
    return python_of(folder)


def enter(sets: Sequence[str], script: str) -> None:
    """Return when inside the environment; otherwise make it, run *script* there, and exit as it does."""
    if os.environ.get("COUNTERPART_INSIDE") == script and Path(sys.prefix).resolve() == place().resolve():
        return
    try:
        _refuse_old_python(script)
        python = ensure(sets)
    except Trouble as trouble:
        sys.exit(str(trouble))
    except KeyboardInterrupt:
        sys.exit("Stopped. Run the same command again to go on.")
    except OSError as error:
        sys.exit(
            f"The environment in {_shown(place())} cannot be made or read: {error.strerror}. "
            "Set COUNTERPART_ENV to a folder that you may write to, and run this again."
        )
    inside = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}
    inside["COUNTERPART_INSIDE"] = script
    _become([str(python), script, *sys.argv[1:]], inside)


def _become(command: Sequence[str], environ: dict[str, str]) -> None:
    """Run *command* in place of this process (on Windows: wait for it, as exec there returns at once)."""
    sys.stdout.flush()
    if os.name != "nt":
        os.execve(command[0], list(command), environ)
    try:
        sys.exit(subprocess.call(command, env=environ))
    except KeyboardInterrupt:
        sys.exit(130)


def _refuse_old_python(script: str) -> None:
    """Go on with a newer Python when there is one on the PATH; otherwise say what is needed."""
    if sys.version_info >= OLDEST:
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            _say(f"This is Python {_version()}; going on with {newer}")
            _become([newer, script, *sys.argv[1:]], dict(os.environ))
    raise Trouble(
        f"Counterpart needs Python {OLDEST[0]}.{OLDEST[1]} or newer, and this is Python {_version()}. "
        f"Install a newer one and run this again with it, for example: python3.13 scripts/{Path(script).name}"
    )


def _create(folder: Path) -> None:
    """An empty environment in *folder*, marked as ours before anything else stands in it."""
    if not _ours(folder):
        raise Trouble(
            f"{_shown(folder)} was not made by this script, so it stays as it is. Move it away, "
            "or set COUNTERPART_ENV to another folder and run this again."
        )
    if any(importlib.util.find_spec(name) is None for name in ("venv", "ensurepip")):
        raise Trouble(
            "This Python cannot make virtual environments: its venv or ensurepip module is missing. "
            "On Debian and Ubuntu, install it with: sudo apt install python3-venv"
        )
    _say(f"Making an environment in {_shown(folder)} with Python {_version()}")
    remove(folder)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder, {})
    base = getattr(sys, "_base_executable", sys.executable)  # not the interpreter that was just removed
    made = _run([base, "-m", "venv", str(folder)])
    if made.returncode:
        log = _log(folder, made.stdout)
        raise Trouble(f"Python could not make an environment in {_shown(folder)}; what it said is in {log}.")


def _install(folder: Path, sets: Sequence[str]) -> None:
    """Install locked packages: exactly these versions, each checked against its hash."""
    requirements = []
    for name in sets:
        requirements += ["-r", str(LOCKS / f"{name}.txt")]
    _say(f"Installing locked packages ({', '.join(sets)}); this is needed once and takes about a minute")
    _pip(folder, ["--require-hashes", "--only-binary", ":all:", *requirements])


def _pip(folder: Path, arguments: Sequence[str]) -> None:
    """Run pip in the environment; its many lines go to a file, ours is one sentence."""
    options = ["install", "--quiet", "--no-input", "--disable-pip-version-check", *arguments]
    done = _run([str(python_of(folder)), "-m", "pip", *options])
    if done.returncode == 0:
        return
    log = _log(folder, done.stdout)
    if "No matching distribution" in done.stdout and sys.version_info[:2] > NEWEST:
        raise Trouble(
            f"Some packages are not yet ready for Python {_version()}: use Python "
            f"{OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}. What pip said is in {log}."
        )
    if UNREACHABLE.search(done.stdout):
        raise Trouble(
            "The packages could not be downloaded. Check the network (behind a proxy: set HTTPS_PROXY), "
            f"then run the same command again. What pip said is in {log}."
        )
    raise Trouble(f"The packages could not be installed; what pip said is in {log}.")


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run quietly, with the settings that would lead pip away from the environment taken out."""
    leading_away = ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV")
    environ = {name: value for name, value in os.environ.items() if name not in leading_away}
    environ["PIP_USER"] = "0"
    return subprocess.run(
        command, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8", errors="replace", close_fds=False,
    )  # fmt: skip


def _ours(folder: Path) -> bool:
    """Whether *folder* is missing, empty, or bears the mark (or the mark's beginning)."""
    names = [entry.name for entry in folder.iterdir()] if folder.exists() else []
    return not names or any(name.startswith(MARK) for name in names)


def remove(folder: Path) -> None:
    """Remove *folder*; our mark in it goes last, so that what a cut leaves is still known as ours."""
    if not folder.exists():
        return
    for entry in sorted(folder.iterdir(), key=lambda each: each.name.startswith(MARK)):
        if entry.is_dir() and not entry.is_symlink():
            _remove_tree(entry)
        else:
            entry.unlink()
    folder.rmdir()


def _remove_tree(folder: Path) -> None:
    def writable_first(remove_it: Any, path: str, _error: object) -> None:
        os.chmod(path, stat.S_IWRITE)  # Git's objects are read-only, and so cannot be removed on Windows
        remove_it(path)

    if sys.version_info >= (3, 12):
        shutil.rmtree(folder, onexc=writable_first)
    else:
        shutil.rmtree(folder, onerror=writable_first)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One maker at a time: a lock that the system lets go of when its holder is gone, and pip with it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(f"{folder}.lock", "a+b") as handle:
        waiting = False
        while not _locked(handle.fileno()):
            if not waiting:
                _say(f"Waiting: another command is making {_shown(folder)}")
            waiting = True
            time.sleep(0.5)
        os.set_inheritable(handle.fileno(), True)  # a pip that outlives its killed parent keeps the lock
        yield


def _locked(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _digest(path: Path, *more: str) -> str:
    # Git may give a Windows checkout other line ends: they change nothing.
    content = path.read_bytes().replace(b"\r\n", b"\n")
    return hashlib.sha256(b"\0".join([content, *(word.encode() for word in more)])).hexdigest()


def _name(pyproject: Path) -> str:
    # Read as text: an old Python has no reader of TOML.
    line = re.search('^name = "([^"]+)"', pyproject.read_text(encoding="utf-8"), re.MULTILINE)
    return line.group(1) if line else ""


def _version() -> str:
    return ".".join(str(part) for part in sys.version_info[:3])


def _read(folder: Path) -> dict[str, Any] | None:
    """The stamp of the environment in *folder*; None when there is none, or not a whole one."""
    if not python_of(folder).exists():
        return None
    try:
        found = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found else None


def _write(folder: Path, content: dict[str, Any]) -> None:
    aside = folder / (MARK + ".new")
    aside.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    os.replace(aside, folder / MARK)


def _log(folder: Path, text: str) -> str:
    path = folder / "install.log"
    path.write_text(text, encoding="utf-8")
    return _shown(path)


def _shown(path: Path) -> str:
    """A path for reading: as seen from the project where it lies inside it."""
    with contextlib.suppress(ValueError):
        path = path.relative_to(ROOT)
    return path.as_posix()


def _say(line: str) -> None:
    print(line, flush=True)
