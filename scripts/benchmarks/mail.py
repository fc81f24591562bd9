"""Sending: a whole round's introductions to a mail server on this machine, minutes and memory."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _round import free_port, wait_for

NOW = "2027-02-16T00:00:00Z"
GIT = ("git", "-c", "user.name=Benchmark", "-c", "user.email=benchmark@example.org", "-c", "commit.gpgsign=false")
PROGRAM = "from counterpart.cli.main import main; main()"
MEASURED = """
import resource, sys, threading, time
from counterpart.cli.main import main
from counterpart.mail.smtp import Post
seen = []
send = Post.send
def counted(self, message, to):
    done = send(self, message, to)
    if len(seen) % 100 == 0:
        with open("/proc/self/statm") as file:
            seen.extend([int(file.read().split()[1]) * resource.getpagesize() // 1024])
    else:
        seen.append(seen[-1])
    return done
Post.send = counted
try:
    main()
finally:
    if seen:
        print("RSS", seen[0], seen[-1], file=sys.stderr)
"""


def main() -> None:
    """Make up a round, take it to its approval, introduce it, and print what that took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1162)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    try:
        measure(folder, options.people)
    finally:
        shutil.rmtree(folder)


def measure(folder: Path, people: int) -> None:
    """The round, command by command, each with its seconds."""
    root, shared = folder / "round", folder / "shared.git"
    port = free_port()
    (folder / "mail.yaml").write_text(
        f"host: 127.0.0.1\nport: {port}\nsecurity: none\n"
        "from: {name: Benchmark, address: benchmark@example.org}\n"
    )
    os.environ |= {"COUNTERPART_STATE": str(folder / "state"), "COUNTERPART_MAIL": str(folder / "mail.yaml")}
    run(root, "sample", "2027-1", "--people", str(people), make=True)
    (root / "rounds/2027-1/roll.yaml").unlink()
    for command in (
        ("init", "--quiet", "--initial-branch", "main"), ("init", "--quiet", "--bare", str(shared)),
        ("remote", "add", "origin", str(shared)),
    ):  # fmt: skip
        subprocess.run([*GIT, *command], cwd=root, check=True)
    commit(root)
    print("| step | seconds |\n|---|---:|")
    for step in (
        ("admit", "2027-1", "--key", "demo", "--pretend-now", NOW),
        ("match", "2027-1"),
        ("approve", "2027-1", "--as", "coordinator-1", "--pretend-now", NOW),
    ):
        print(f"| {step[0]} | {run(root, *step):.1f} |")
    commit(root)
    introduce = ("introduce", "2027-1", "--key", "demo", "--as", "coordinator-1")
    print(f"| the gate (introduce --dry-run) | {run(root, *introduce, '--dry-run'):.1f} |")
    server = subprocess.Popen(
        [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink"]
    )
    try:
        wait_for(port)
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, "--root", str(root), *introduce],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        seconds = time.monotonic() - began
    finally:
        server.terminate()
        server.wait()
    first, last = re.findall(r"RSS (\d+) (\d+)", done.stderr)[0]
    claims = subprocess.run(
        [*GIT, "rev-list", "--count", "ledger/2027-1"], cwd=root, capture_output=True, text=True, check=True
    )
    size = sum(path.stat().st_size for path in shared.rglob("*") if path.is_file())
    print(f"| introduce, {people:,} mails | {seconds:.1f} |")
    print(f"\nMemory at the first mail {int(first) // 1024} MiB, at the last {int(last) // 1024} MiB.")
    print(f"{claims.stdout.strip()} pushes of the ledger; the shared repository holds {size // 1024} KiB.")


def run(root: Path, *arguments: str, make: bool = False) -> float:
    """The seconds that a command takes."""
    if make:
        root.mkdir()
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-c", PROGRAM, "--root", str(root), *arguments], check=True, stdout=subprocess.DEVNULL
    )
    return time.monotonic() - began


def commit(root: Path) -> None:
    """Commit everything."""
    for command in (("add", "--all"), ("commit", "--quiet", "--message", "a step")):
        subprocess.run([*GIT, *command], cwd=root, check=True)


if __name__ == "__main__":
    main()
