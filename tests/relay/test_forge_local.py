"""A repository as a host, with several relays at it at once, and with what a killed one leaves behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from tests.intake.test_guard import git
from tests.intake.test_merge import bare as bare  # the same real repository

from counterpart.forge.host import Pull
from counterpart.forge.local import LocalForge

IDS = [f"7GQ2MK4X{a}{b}" for a in "ABC" for b in "0123456789"]


def at_once(*stories: Callable[[], Coroutine[Any, Any, Any]]) -> list[Any]:
    """Each story in a thread and a loop of its own, as processes would run them."""

    async def run() -> list[Any]:
        return await asyncio.gather(*(asyncio.to_thread(asyncio.run, story()) for story in stories))

    return asyncio.run(run())


def applying(forge: LocalForge, ids: list[str]) -> Callable[[], Coroutine[Any, Any, list[int | None]]]:
    async def one(id: str) -> int | None:
        await forge.put(f"apply/2027-1/{id}", f"applicants/2027-1/{id}.yaml", id.encode(), f"Application {id}")
        return (await forge.open(f"apply/2027-1/{id}", f"Application {id}", "text")).number

    async def story() -> list[int | None]:
        return await asyncio.gather(*(one(id) for id in ids))

    return story


def test_relays_at_one_repository_give_each_application_a_number_of_its_own(bare: Path) -> None:
    forges = [LocalForge(bare) for _ in range(3)]
    given = at_once(*(applying(forge, IDS[k::3]) for k, forge in enumerate(forges)))

    assert sorted(number for each in given for number in each) == list(range(1, 31))
    pulls = forges[0].pulls()
    assert sorted(pull["branch"] for pull in pulls.values()) == [f"apply/2027-1/{id}" for id in IDS]
    for number, pull in pulls.items():
        id = pull["title"].removeprefix("Application ")
        assert pull["number"] == number
        assert (
            pull["head"]
            == git(bare, "rev-parse", f"refs/pull/{number}/head", f"refs/heads/{pull['branch']}^0")[:40]
        )
        assert git(bare, "show", f"refs/pull/{number}/head:applicants/2027-1/{id}.yaml") == id


def test_relays_at_one_repository_take_the_same_application_once(bare: Path) -> None:
    given = at_once(*(applying(LocalForge(bare), IDS[:5]) for _ in range(3)))

    assert given[0] == given[1] == given[2]
    assert sorted(given[0]) == [1, 2, 3, 4, 5]
    assert sorted(LocalForge(bare).pulls()) == [1, 2, 3, 4, 5]


def test_a_pull_request_without_its_text_gets_it_when_it_is_asked_for_again(bare: Path) -> None:
    asyncio.run(applying(LocalForge(bare), IDS[:1])())
    text = bare / "counterpart" / "pulls" / "1.json"
    before = text.read_bytes()
    text.unlink()

    assert asyncio.run(applying(LocalForge(bare), IDS[:1])()) == [1]
    assert text.read_bytes() == before


def test_a_branch_that_was_taken_in_has_no_pull_request_to_open(bare: Path) -> None:
    assert asyncio.run(LocalForge(bare).open("apply/2027-1/7GQ2MK4XA0", "title", "text")) == Pull(number=None)


@pytest.mark.skipif(sys.platform != "linux", reason="ps lists children in other ways there")
def test_reading_goes_on_when_gits_process_was_ended(bare: Path) -> None:
    forge = LocalForge(bare)
    first = asyncio.run(forge.read("rounds/2027-1/round.yaml"))
    assert first
    shown = ["ps", "-ww", "-o", "pid=", "-o", "args=", "--ppid", str(os.getpid())]
    listed = subprocess.run(shown, capture_output=True, encoding="utf-8", check=True).stdout
    readers = [
        int(line.split()[0]) for line in listed.splitlines() if "cat-file" in line and "<defunct>" not in line
    ]
    for reader in readers:  # children of this process only
        os.kill(reader, signal.SIGKILL)

    assert readers
    assert asyncio.run(forge.read("rounds/2027-1/round.yaml")) == first
    assert asyncio.run(forge.read("rounds/2027-1/nothing.yaml")) is None


def test_what_others_change_is_seen_at_once(bare: Path) -> None:
    forge = LocalForge(bare)
    path = "applicants/2027-1/7GQ2MK4XA0.yaml"
    assert asyncio.run(forge.read(path)) is None
    asyncio.run(applying(LocalForge(bare), IDS[:1])())
    git(bare, "update-ref", "refs/heads/main", "refs/heads/apply/2027-1/7GQ2MK4XA0")
    git(bare, "gc", "--quiet")

    assert asyncio.run(forge.read(path)) == b"7GQ2MK4XA0"
