"""The relay under load: 500 applications in a minute through the real process, and as fast as it can.

Makes up the people, serves an empty round from a bare repository, and sends each application once from an address
of its own, at moments drawn at random over the minute; then once more in one burst, to a new repository.
Afterwards it looks at the repository: every application must be there, once, with a pull request of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from counterpart.files import yaml_read
from counterpart.files.yaml_read import Document
from counterpart.intake.relay.work import leading_zeros
from counterpart.sealing.signed import canonical

ROUND = "2027-1"
NOW = "2027-02-02T02:00:00Z"  # when everybody may apply to the made-up round
COMMAND = [sys.executable, "-c", "import sys; from counterpart.cli.main import main; main(sys.argv[1:])"]
GIT = ("git", "-c", "user.name=Benchmark", "-c", "user.email=benchmark@example.org", "-c", "gc.auto=0")


def main() -> None:
    """Measure both ways and print a table; exit with 1 when an application is missing or there twice."""
    parser = argparse.ArgumentParser(prog="scripts/bench relay")
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=60.0, help="over which they apply")
    options = parser.parse_args()
    rows, complete = [], True
    with tempfile.TemporaryDirectory() as folder:
        documents = made_up(Path(folder), options.people)
        for name, seconds in (("spread", options.seconds), ("burst", 0.0)):
            bare = emptied(Path(folder), name)
            with relay(bare) as (address, process):
                sent = asyncio.run(send(address, documents, seconds))
                memory = peak(process.pid)
            complete &= whole(bare, documents)
            rows.append(row(name, sent, memory))
    head = ("way", "applications", "taken", "seconds", "a minute", "median, ms", "95 %, ms", "slowest, ms", "MiB")
    print("| " + " | ".join(head) + " |\n|" + "---|" + "---:|" * (len(head) - 1))
    print("\n".join(rows))
    print("Every application is there, once." if complete else "NOT every application is there once.")
    sys.exit(0 if complete else 1)


def made_up(folder: Path, people: int) -> list[dict[str, Any]]:
    """The documents that as many fictional people would send."""
    root = folder / "sample"
    (root / "rounds").mkdir(parents=True)
    subprocess.run([*COMMAND, "--root", str(root), "sample", ROUND, "--people", str(people)], check=True)
    documents = []
    for path in sorted((root / "applicants" / ROUND).glob("*.yaml")):
        read = yaml_read.read(path.read_bytes(), path.name)
        assert isinstance(read, Document)
        documents.append({"kind": "application"} | {k: v for k, v in read.data.items() if k != "received"})
    return documents


def emptied(folder: Path, name: str) -> Path:
    """A bare repository with the round's settings, to which nobody has applied."""
    root, bare = folder / f"{name}-tree", folder / f"{name}.git"
    (root / "rounds" / ROUND).mkdir(parents=True)
    settings = f"rounds/{ROUND}/round.yaml"
    (root / settings).write_bytes((folder / "sample" / settings).read_bytes())
    for command in (
        ("init", "--quiet", "--initial-branch", "main"),
        ("add", "--all"),
        ("commit", "-qm", "A round"),
    ):
        subprocess.run([*GIT, *command], cwd=root, check=True)
    subprocess.run([*GIT, "clone", "--quiet", "--bare", str(root), str(bare)], check=True)
    return bare


@contextmanager
def relay(bare: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The real process, on a port that was free."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        bind = f"127.0.0.1:{free.getsockname()[1]}"
    started = [*COMMAND, "--root", str(bare), "relay", "--bind", bind, "--pretend-now", NOW]
    with subprocess.Popen(started, stdout=subprocess.DEVNULL) as process:
        try:
            for _ in range(200):
                try:
                    httpx.get(f"http://{bind}/health")
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield f"http://{bind}", process
        finally:
            process.terminate()


async def send(address: str, documents: list[dict[str, Any]], seconds: float) -> list[tuple[int, float, float]]:
    """Status, latency and end of each; the browsers' work is done beforehand, since their computers do it."""
    limits = httpx.Limits(max_connections=200)
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=120) as client:
        bodies = [await worked(client, document) for document in documents]
        chance, open_now = random.Random(1), asyncio.Semaphore(len(bodies) if seconds else 8)
        began = time.perf_counter()

        async def one(number: int, body: dict[str, Any]) -> tuple[int, float, float]:
            await asyncio.sleep(chance.uniform(0, seconds))
            network = {"x-forwarded-for": f"198.51.{number // 250}.{number % 250}"}
            async with open_now:
                start = time.perf_counter()
                answer = await client.post("/v1/submissions", json=body, headers=network)
                end = time.perf_counter()
            return answer.status_code, end - start, end - began

        return await asyncio.gather(*(one(number, body) for number, body in enumerate(bodies)))


async def worked(client: httpx.AsyncClient, document: dict[str, Any]) -> dict[str, Any]:
    """The body of a request, with its proof of work."""
    given = (await client.get("/v1/challenge")).json()
    text = f"{given['challenge']}:{hashlib.sha256(canonical(document)).hexdigest()}"
    nonce = 0
    while leading_zeros(f"{text}:{nonce}") < given["bits"]:
        nonce += 1
    return {"document": document, "challenge": given["challenge"], "nonce": str(nonce), "website": ""}


def whole(bare: Path, documents: list[dict[str, Any]]) -> bool:
    """Whether each document is on a branch of its own, with what was sent, and has one pull request."""
    listed = subprocess.run(
        [*GIT, "for-each-ref", "--format=%(refname) %(objectname)"], cwd=bare, check=True, capture_output=True
    ).stdout.decode()
    branches = dict(re.findall(r"refs/heads/apply/\S+/(\w+) (\w+)", listed))
    pulls = re.findall(r"refs/pull/\d+/head (\w+)", listed)
    there = branches.keys() == {document["id"] for document in documents}
    same = sorted(branches.values()) == sorted(pulls)
    sealed = subprocess.run(
        [*GIT, "cat-file", "--batch"],
        input="".join(f"{head}:applicants/{ROUND}/{id}.yaml\n" for id, head in branches.items()).encode(),
        cwd=bare, check=True, capture_output=True,
    ).stdout.decode()  # fmt: skip
    return there and same and all(document["receipt"] in sealed for document in documents)


def row(name: str, sent: list[tuple[int, float, float]], memory: float) -> str:
    """One line of the table."""
    slow = sorted(latency * 1000 for _, latency, _ in sent)
    taken, seconds = sum(status == 201 for status, _, _ in sent), max(end for *_, end in sent)
    cells = [len(sent), taken, f"{seconds:.0f}", f"{len(sent) / seconds * 60:,.0f}", f"{slow[len(slow) // 2]:.0f}"]
    cells += [f"{slow[int(len(slow) * 0.95)]:.0f}", f"{slow[-1]:.0f}", f"{memory:.0f}"]
    return f"| {name} | " + " | ".join(str(cell) for cell in cells) + " |"


def peak(pid: int) -> float:
    """The most memory that the relay's process has used, in MiB; not a number where the system does not tell."""
    try:
        text = Path("/proc", str(pid), "status").read_text(encoding="ascii")
    except OSError:
        return float("nan")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", text)[0]) / 1024


if __name__ == "__main__":
    os.environ["PYTHONUNBUFFERED"] = "1"
    main()
