"""Every command on a round of 1,162 people: what it says and writes, its processor time, what it reads.

    scripts/bench commands --record before.json       measure, and keep the result
    scripts/bench commands --against before.json      the same bytes? how much less work?

The round is made up once, in build/commands, and used again: what is sealed differs each time that it is made.
Each command runs in a fresh copy of the round as it stands when people use that command. Times are processor
seconds of the whole process, the smallest of several runs; reads are counted in a run of their own.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from _round import free_port, wait_for

ROOT = Path(__file__).resolve().parent.parent.parent
ROUND, NEXT, FINISHED = "2027-1", "2027-2", "2026-2"
BEFORE, MATCHING, WEEKS_LATER, OVER = (
    "2027-01-20T02:00:00Z", "2027-02-22T02:00:00Z", "2027-04-06T02:00:00Z", "2027-09-01T02:00:00Z",
)  # fmt: skip
PROGRAM = "from counterpart.cli.main import main; main()"
#: Runs a command, then says on a line of its own how often files were opened and whether numbers were loaded.
COUNTED = """
import atexit, collections, os, sys
opened = collections.Counter()
def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, os.PathLike)) and arguments[1] in ("r", "rb", None):
        opened[os.path.abspath(os.fspath(arguments[0]))] += 1
sys.addaudithook(watch)
target, inside = os.environ["COUNTED_TO"], os.path.abspath(os.environ["COUNTED_IN"]) + os.sep
def tell():
    mine = {name[len(inside):]: times for name, times in opened.items() if name.startswith(inside)}
    people = {name: times for name, times in mine.items() if name.startswith("applicants")}
    heavy = [name for name in ("numpy", "scipy", "babel", "jsonschema") if name in sys.modules]
    with open(target, "w") as file:
        print(sum(mine.values()), max(people.values(), default=0), *heavy, file=file)
atexit.register(tell)
from counterpart.cli.main import main
main()
"""
SEALED = re.compile(rb"-----BEGIN AGE ENCRYPTED FILE-----.*?-----END AGE ENCRYPTED FILE-----", re.DOTALL)
RANDOM = (
    (SEALED, b"SEALED"),
    (re.compile(rb"age1[0-9a-z]{58}"), b"RECIPIENT"),
    (re.compile(rb"\b[0-9a-f]{40}\b"), b"COMMIT"),
    (re.compile(time.strftime("%Y-%m-%d", time.gmtime()).encode() + rb"(T[0-9:]{8}Z)?"), b"TODAY"),
)


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one command did. *output* and *files* are digests, with what is random masked."""

    code: int
    output: str
    files: Mapping[str, str]
    cpu: float
    opened: int
    loads: int
    heavy: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A command, and the state of the round in which people type it."""

    state: str
    arguments: tuple[str, ...]
    masked: bool = False  # what it writes or says is random: only that it succeeds is compared

    @property
    def name(self) -> str:
        """The state, and what is typed without the options for key and moment."""
        words = [each for each in self.arguments if not re.fullmatch(r"20..-..-..T.*Z", each)]
        typed = " ".join(words).replace(" --pretend-now", "").replace(" --key demo", "")
        return f"{self.state}: {typed}"


def main() -> None:
    """Make the states where they are missing, run every command, and print or compare the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1162)
    parser.add_argument("--times", type=int, default=3, help="runs of each command (default: %(default)s)")
    parser.add_argument("--only", metavar="WORD", help="only the commands that hold this word")
    parser.add_argument("--record", type=Path, metavar="FILE", help="write the result to FILE")
    parser.add_argument("--against", type=Path, metavar="FILE", help="compare with the result in FILE")
    options = parser.parse_args()
    states = States(ROOT / "build" / "commands" / str(options.people), options.people)
    results: dict[str, Run] = {}
    before = json.loads(options.against.read_text(encoding="utf-8")) if options.against else {}
    print("| command | processor s | times opened: an application | all files | loads |")
    print("|---|---:|---:|---:|---|")
    for case in cases(states):
        if options.only and options.only not in case.name:
            continue
        run = measured(states, case, options.times)
        results[case.name] = run
        print(row(case.name, run, before.get(case.name)), flush=True)
    if options.record:
        text = json.dumps({name: asdict(run) for name, run in results.items()}, indent=1)
        options.record.write_text(text + "\n", encoding="utf-8")
    changed = list(differences(before, results)) if before else []
    for line in changed:
        print(line)
    if before and not changed:
        print("Every command says and writes the same bytes as before.")
    sys.exit(1 if changed else 0)


def cases(states: States) -> Iterator[Case]:
    """Every command that has something to do in a round, in the order of its life."""
    now = ("--pretend-now", MATCHING)
    later = ("--pretend-now", WEEKS_LATER)
    key = ("--key", "demo")
    one, two = states.pair
    yield Case(state="applied", arguments=("--help",))
    yield Case(state="applied", arguments=("check",))
    yield Case(state="applied", arguments=("check", "--format", "json"))
    yield Case(state="applied", arguments=("today", *now))
    yield Case(state="applied", arguments=("keys", "list", ROUND))
    yield Case(state="applied", arguments=("open", one, *key))
    yield Case(state="applied", arguments=("outlook", ROUND))
    yield Case(state="applied", arguments=("admit", ROUND, *key, *now))
    yield Case(state="applied", arguments=("form", ROUND, "--out", "build/site", "--pretend-now", BEFORE))
    yield Case(state="applied", arguments=("round", "new", NEXT, "--from", ROUND))
    yield Case(state="admitted", arguments=("mail", ROUND, "--dry-run", *key, *now))
    yield Case(state="admitted", arguments=("match", ROUND, "--text", "build/text.md"))
    yield Case(state="matched", arguments=("match", ROUND))
    yield Case(state="matched", arguments=("check",))
    yield Case(state="matched", arguments=("today", *now))
    yield Case(state="matched", arguments=("verify", ROUND))
    yield Case(state="matched", arguments=("explain", ROUND, one, two))
    yield Case(state="matched", arguments=("review", ROUND, "--exact", "3", "--no-open"))
    yield Case(state="matched", arguments=("rehearse", ROUND, "--weights", "../weights.yaml"))
    yield Case(
        state="matched", arguments=("decide", ROUND, "forbid", one, two, "--as", "a", "--reason", "poor-fit")
    )
    yield Case(state="matched", arguments=("approve", ROUND, "--as", "coordinator-1", *now))
    yield Case(state="approved", arguments=("introduce", ROUND, *key, *now, "--dry-run"))
    yield Case(state="approved", arguments=("preview", ROUND, *key, "--out", "{outside}"))
    yield Case(state="approved", arguments=("preview", ROUND, "--out", "{outside}"))
    yield Case(state="introduced", arguments=("today", *later))
    yield Case(state="introduced", arguments=("check",))
    yield Case(state="introduced", arguments=("mail", ROUND, "--dry-run", *key, *later))
    yield Case(state="introduced", arguments=("pulse", ROUND, *key, *later))
    yield Case(state="introduced", arguments=("ledger", ROUND))
    yield Case(
        state="introduced",
        arguments=("end", ROUND, one, "--reason", "withdrew", "--as", "coordinator-1", *later),
    )
    yield Case(state="parted", arguments=("rematch", ROUND))
    yield Case(state="parted", arguments=("today", *later))
    over = ("--pretend-now", OVER)
    yield Case(
        state="introduced",
        arguments=("statement", ROUND, one, *key, "--out", "{outside}", *over),
        masked=True,
    )
    yield Case(state="introduced", arguments=("close", ROUND, "--without-memory", "--without-report", *key, *over))
    yield Case(state="introduced", arguments=("erase", one, *key, "--yes"), masked=True)
    yield Case(state="finished", arguments=("report", FINISHED, *key, "--pretend-now", OVER))
    yield Case(state="finished", arguments=("voices", FINISHED, *key))


class States:
    """The round as it stands at each step of its life, as Git repositories in one folder, made when asked for."""

    def __init__(self, folder: Path, people: int) -> None:
        self.folder, self.people = folder, people
        self.environ = dict(
            os.environ,
            COUNTERPART_STATE=str(folder / "state"),
            COUNTERPART_MAIL=str(folder / "mail.yaml"),
            GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1",
            GIT_AUTHOR_NAME="Benchmark", GIT_AUTHOR_EMAIL="benchmark@example.org",
            GIT_COMMITTER_NAME="Benchmark", GIT_COMMITTER_EMAIL="benchmark@example.org",
        )  # fmt: skip

    def at(self, state: str) -> Path:
        """The repository in this state; made first where it is missing, in a place of its own."""
        there = self.folder / state
        if not there.exists():
            making = self.folder / f".{state}"
            shutil.rmtree(making, ignore_errors=True)
            print(f"Making the round as it is when {state} …", file=sys.stderr, flush=True)
            self._steps()[state](making)
            making.rename(there)
        return there

    @property
    def pair(self) -> tuple[str, str]:
        """The first pair of the proposal."""
        text = (self.at("matched") / "rounds" / ROUND / "pairings.yaml").read_text(encoding="utf-8")
        found = re.search(r"people: \[([^],]+), ([^],]+)\]", text)
        assert found is not None
        return found[1].strip("'\""), found[2].strip("'\"")

    def _steps(self) -> Mapping[str, Callable[[Path], None]]:
        now, later = ("--pretend-now", MATCHING), ("--pretend-now", WEEKS_LATER)

        def parted(to: Path) -> None:
            ending = ("end", ROUND, self.pair[0], "--reason", "withdrew", "--as", "coordinator-1")
            self._after("introduced", to, *ending, *later)

        return {
            "applied": self._applied,
            "admitted": lambda to: self._after("applied", to, "admit", ROUND, "--key", "demo", *now),
            "matched": lambda to: self._after("admitted", to, "match", ROUND),
            "approved": lambda to: self._after("matched", to, "approve", ROUND, "--as", "coordinator-1", *now),
            "introduced": self._introduced,
            "parted": parted,
            "finished": self._finished,
        }  # fmt: skip

    def _applied(self, to: Path) -> None:
        to.mkdir(parents=True)
        (to / "rounds").mkdir()
        (self.folder / "weights.yaml").write_text("weights: {interests: 50, sector: 120}\n", encoding="utf-8")
        self.run(to, "sample", ROUND, "--people", str(self.people))
        (to / "rounds" / ROUND / "roll.yaml").unlink()
        self.git(to, "init", "--quiet")
        self.git(to, "symbolic-ref", "HEAD", "refs/heads/main")
        (to / ".gitignore").write_text("/build/\n", encoding="utf-8")
        self.commit(to)

    def _finished(self, to: Path) -> None:
        to.mkdir(parents=True)
        (to / "rounds").mkdir()
        self.run(to, "sample", FINISHED, "--people", "600", "--closed")
        self.git(to, "init", "--quiet")
        self.git(to, "symbolic-ref", "HEAD", "refs/heads/main")
        self.commit(to)

    def _after(self, state: str, to: Path, *arguments: str) -> None:
        copied(self.at(state), to)
        self.run(to, *arguments)
        self.commit(to)

    def _introduced(self, to: Path) -> None:
        copied(self.at("approved"), to)
        self.run(to, "links", ROUND)
        self.commit(to)
        port = free_port()
        (self.folder / "mail.yaml").write_text(
            f"host: 127.0.0.1\nport: {port}\nsecurity: none\nper_minute: 60000\n"
            "from: {name: Benchmark, address: benchmark@example.org}\n",
            encoding="utf-8",
        )
        server = subprocess.Popen(
            [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink"]
        )
        try:
            wait_for(port)
            shared = ("--key", "demo", "--as", "coordinator-1", "--pretend-now", MATCHING)
            self.run(to, "mail", ROUND, *shared)
            self.run(to, "introduce", ROUND, *shared)
        finally:
            server.terminate()

    def run(self, folder: Path, *arguments: str) -> None:
        """Run a command that must succeed."""
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *arguments], cwd=folder, env=self.environ, capture_output=True,
            text=True, encoding="utf-8",
        )  # fmt: skip
        if done.returncode:
            sys.exit(
                f"counterpart {arguments[0]} ended with exit code {done.returncode}:\n{done.stderr}{done.stdout}"
            )

    def git(self, folder: Path, *arguments: str) -> None:
        """Run git, with nothing of this machine's own settings."""
        subprocess.run(["git", *arguments], cwd=folder, env=self.environ, check=True)

    def commit(self, folder: Path) -> None:
        """Commit everything."""
        self.git(folder, "add", "--all")
        self.git(folder, "commit", "--quiet", "--message", "The round")


def measured(states: States, case: Case, times: int) -> Run:
    """Run one command several times, each in a fresh copy; what it did, and the smallest processor time."""
    source, place = states.at(case.state), states.folder / "here"
    outside = Path(tempfile.gettempdir()) / "counterpart-commands"  # some commands write outside every repository
    arguments = [each.replace("{outside}", str(outside)) for each in case.arguments]
    told = states.folder / "counted"
    shortest = float("inf")
    for count in range(times + 1):
        shutil.rmtree(place, ignore_errors=True)
        shutil.rmtree(outside, ignore_errors=True)
        shutil.rmtree(states.folder / "noted", ignore_errors=True)  # what was noted of mails before, in this place
        copied(source, place)
        program = PROGRAM if count else COUNTED
        noted = str(states.folder / "noted")
        environ = dict(states.environ, COUNTERPART_STATE=noted, COUNTED_TO=str(told), COUNTED_IN=str(place))
        code, text, cpu = timed([sys.executable, "-c", program, *arguments], place, environ)
        if count:
            shortest = min(shortest, cpu)
            continue
        files = {} if case.masked else {**changed_files(source, place), **changed_files(None, outside)}
        for folder in (states.folder, outside):
            text = text.replace(str(folder).encode(), b"FOLDER")
        output = "masked" if case.masked else digest_of(text)
        opened, loads, *heavy = told.read_text(encoding="utf-8").split()
        kept = (code, output, files, int(opened), int(loads), tuple(heavy))
    code, output, files, all_opened, most, loaded = kept
    return Run(
        code=code, output=output, files=files, cpu=round(shortest, 3), opened=all_opened, loads=most, heavy=loaded
    )


def timed(command: Sequence[str], folder: Path, environ: Mapping[str, str]) -> tuple[int, bytes, float]:
    """Run a command: its exit code, all that it said, and the processor seconds of it and its children."""
    said = folder.parent / "said"
    with open(said, "wb") as file:
        process = subprocess.Popen(
            command, cwd=folder, env=dict(environ), stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, said.read_bytes(), usage.ru_utime + usage.ru_stime


def copied(source: Path, to: Path) -> None:
    """Copy a repository, fast where the disk can share what both hold."""
    subprocess.run(["cp", "-r", "--reflink=auto", str(source), str(to)], check=True)


def changed_files(before: Path | None, after: Path) -> dict[str, str]:
    """The files that differ from those before, by name, each as a digest; gone ones as "gone"."""

    def listed(folder: Path | None) -> dict[str, Path]:
        if folder is None or not folder.exists():
            return {}
        every = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
        return {path.relative_to(folder).as_posix(): path for path in every}

    old, new = listed(before), listed(after)
    found = dict.fromkeys(old.keys() - new.keys(), "gone")
    for name, path in new.items():
        content = path.read_bytes()
        if name not in old or old[name].read_bytes() != content:
            found[name] = digest_of(content)
    return dict(sorted(found.items()))


def digest_of(content: bytes) -> str:
    """A short digest of what is left when everything random is masked."""
    for pattern, word in RANDOM:
        content = pattern.sub(word, content)
    return hashlib.sha256(content).hexdigest()[:16]


def row(name: str, run: Run, before: Mapping[str, Any] | None) -> str:
    """One line of the table; with the earlier figures where there are any."""

    def figure(now: float, then: float | None) -> str:
        return f"{now:g}" if then is None else f"{then:g} → {now:g}"

    old = before or {}
    heavy = ", ".join(run.heavy) or "-"
    return (
        f"| {name} | {figure(run.cpu, old.get('cpu'))} | {figure(run.loads, old.get('loads'))} "
        f"| {figure(run.opened, old.get('opened'))} | {heavy} |"
    )


def differences(before: Mapping[str, Any], now: Mapping[str, Run]) -> Iterator[str]:
    """What a command says or writes otherwise than before, a line each."""
    for name, run in now.items():
        old = before.get(name)
        if old is None:
            continue
        if run.code != old["code"]:
            yield f"{name}: exit code {run.code}, before {old['code']}"
        if run.output != old["output"]:
            yield f"{name}: says something else"
        for path in sorted(run.files.keys() | old["files"].keys()):
            if run.files.get(path) != old["files"].get(path):
                yield f"{name}: another {path}"


if __name__ == "__main__":
    main()
