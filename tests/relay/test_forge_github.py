"""The relay with GitHub behind it, played by a double over a real repository: everything once, whatever breaks."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.intake.test_guard import git
from tests.intake.test_merge import bare as bare  # the same real repository
from tests.relay import contract, double
from tests.relay.double import APP, INSTALLATION, REPOSITORY, Host, Killed, Line
from tests.relay.test_relay import Client, relay_of
from tests.submissions import CANARIES, ID, correction, receipt, withdrawal
from tests.submissions import application as document_of

from counterpart.files.git import Git
from counterpart.forge.github import App, GitHubForge
from counterpart.forge.host import Busy, Down, Pull
from counterpart.forge.rate_limit import Budget
from counterpart.sealing.receipt import sign
from counterpart.sealing.signed import signed_bytes

Sent = dict[str, Any]
BRANCH, PATH = f"apply/2027-1/{ID}", f"applicants/2027-1/{ID}.yaml"


@cache
def keys() -> tuple[str, str]:
    """The App's private key and its public half, made for this run of the tests."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


class Hour:
    """A clock that stands still until somebody waits for it."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


@pytest.fixture
def hour() -> Hour:
    return Hour()


@pytest.fixture
def host(bare: Path, hour: Hour) -> Host:
    return Host(bare, keys()[1], hour)


def app_of() -> App:
    return App(repository=REPOSITORY, id=APP, installation=INSTALLATION, private_key=keys()[0])


def forge_over(line: Line, hour: Hour, sleep: Callable[[float], Any] | None = None) -> GitHubForge:
    async def never(seconds: float) -> None:
        await asyncio.Event().wait()

    return GitHubForge(app_of(), httpx.AsyncClient(transport=line), hour, sleep or never)


def talk(line: Line, hour: Hour, story: Callable[[Client], Any]) -> Any:
    """A relay's life: a new process, with nothing in memory."""

    async def run() -> Any:
        client = Client(relay_of(forge_over(line, hour)))
        try:
            return await story(client)
        finally:
            await client.http.aclose()

    return asyncio.run(run())


def branches(host: Host) -> list[str]:
    return git(host.bare, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/apply/").splitlines()


def whole(host: Host, line: Line, number: int = 1) -> None:
    """There is one branch with one file, one pull request, and nothing that the host does not describe."""
    assert branches(host) == [BRANCH]
    assert git(host.bare, "diff", "--name-status", "main", BRANCH) == f"A\t{PATH}"
    assert [pull["branch"] for pull in host.pulls.values()] == [BRANCH]
    assert line.wrong == []
    assert host.refused == 0


def test_an_application_becomes_a_branch_with_one_file_and_a_pull_request(host: Host, hour: Hour) -> None:
    line = Line(host)
    answer = talk(line, hour, lambda client: client.send(document_of()))

    assert (answer.status_code, answer.json()["pull_request"]) == (201, 1)
    whole(host, line)
    assert git(host.bare, "log", "-1", "--format=%an <%ae> %cn|%s", BRANCH) == (
        f"Counterpart relay <relay@counterpart.invalid> Counterpart relay|Application {ID}"
    )
    assert host.pulls[1]["title"] == f"Application {ID}"
    top = f"/repos/{REPOSITORY}"
    assert [each.replace(top, "") for each in line.seen if not each.startswith("GET")] == [
        f"POST /app/installations/{INSTALLATION}/access_tokens",
        "POST /git/refs",
        f"PUT /contents/{PATH}",
        "POST /pulls",
    ]


def test_reading_costs_few_requests(host: Host, hour: Hour) -> None:
    line = Line(host)

    async def story(client: Client) -> int:
        await client.send(document_of())
        before = len(line.seen)
        hour.now += 5
        assert (await client.send(document_of("7GQ2MK4XHR"))).status_code == 201
        return len(line.seen) - before

    # where main is, the id's branches, the branch, the file, whether there is a pull request, the pull request
    assert talk(line, hour, story) == 6
    assert line.wrong == []


def test_the_token_is_for_one_repository_and_three_permissions(host: Host, hour: Hour) -> None:
    talk(Line(host), hour, lambda client: client.send(document_of()))
    assert host.asked_for == [
        {
            "repositories": ["round-2027-1"],
            "permissions": {"contents": "write", "pull_requests": "write", "metadata": "read"},
        }
    ]


def test_a_token_is_used_for_less_than_an_hour_and_replaced_when_it_was_taken_back(host: Host, hour: Hour) -> None:
    line = Line(host)

    async def story() -> None:
        forge = forge_over(line, hour)
        for wait in (0, 1700, 1200):
            hour.now += wait
            assert await forge.read("rounds/2027-1/round.yaml")
        assert len(host.tokens) == 1
        hour.now += 200
        assert await forge.read("rounds/2027-1/round.yaml")
        assert len(host.tokens) == 2
        host.tokens.clear()
        hour.now += 5
        assert await forge.read("rounds/2027-1/round.yaml")
        assert len(host.tokens) == 1

    asyncio.run(story())
    assert line.wrong == []


def test_the_same_application_at_once_from_many_sides_is_one(host: Host, hour: Hour) -> None:
    line, document = Line(host), document_of()

    async def story(client: Client) -> list[httpx.Response]:
        return list(await asyncio.gather(*(client.send(document) for _ in range(8)), client.send(document)))

    answers = talk(line, hour, story)
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({json.dumps(answer.json()) for answer in answers}) == 1
    whole(host, line)


def test_two_relays_at_once_make_one(host: Host, hour: Hour) -> None:
    line, document = Line(host), document_of()

    async def story() -> list[httpx.Response]:
        clients = [Client(relay_of(forge_over(line, hour))) for _ in range(4)]
        return list(await asyncio.gather(*(client.send(document) for client in clients)))

    answers = asyncio.run(story())
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert {answer.json()["pull_request"] for answer in answers} == {1}
    whole(host, line)


def test_another_application_under_the_same_id_is_refused(host: Host, hour: Hour) -> None:
    async def story(client: Client) -> list[httpx.Response]:
        return [await client.send(document_of()) for _ in range(2)]

    _, second = talk(Line(host), hour, story)
    assert (second.status_code, second.json()["error"]) == (409, "id-taken")
    assert (len(branches(host)), len(host.pulls)) == (1, 1)


def test_correction_withdrawal_and_status_go_the_same_way(host: Host, hour: Hour) -> None:
    line = Line(host)
    question = {"round": "2027-1", "id": ID, "at": "2027-02-03T04:05:06Z"}
    signed = {**question, "signature": sign(receipt().private, signed_bytes("status", question))}

    async def story(client: Client) -> list[Any]:
        said = []
        for document in (document_of(), correction(), withdrawal()):
            sent = await client.send(document)
            asked = await client.http.post("/v1/status", json=signed)
            said.append((sent.status_code, sent.json()["pull_request"], asked.json()))
        return said

    assert talk(line, hour, story) == [
        (201, 1, {"status": "received", "corrections": 1}),
        (201, 2, {"status": "received", "corrections": 2}),
        (201, 3, {"status": "withdrawn", "corrections": 2}),
    ]
    assert branches(host) == [BRANCH, f"{BRANCH}.2", f"{BRANCH}.withdrawal"]
    assert line.wrong == []


# What breaks

STEPS = range(1, 10)  # of one application; a test below holds that there are no more


def test_one_application_takes_so_many_steps(host: Host, hour: Hour) -> None:
    line = Line(host)
    talk(line, hour, lambda client: client.send(document_of()))
    assert len(line.seen) == len(STEPS)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("fault", ["lost", "unanswered", "failed", "failed after"])
def test_a_bad_moment_of_the_host_is_passed_over_or_told(host: Host, hour: Hour, fault: str, step: int) -> None:
    line, document = Line(host, {step: fault}), document_of()
    first = talk(line, hour, lambda client: client.send(document))
    assert first.status_code in (200, 201), first.text  # one failure is tried again at once
    again = talk(line, hour, lambda client: client.send(document))
    assert (again.status_code, again.json()["pull_request"]) == (200, 1)
    assert again.json()["received"] == first.json()["received"]
    whole(host, line)


@pytest.mark.parametrize("step", STEPS)
def test_a_host_that_stays_down_is_told_and_sending_again_completes_it(host: Host, hour: Hour, step: int) -> None:
    line = Line(host, dict.fromkeys(range(step, 100), "unanswered"))
    document = document_of()
    first = talk(line, hour, lambda client: client.send(document))
    if first.status_code == 201:  # the file is on its branch: that is what the receipt is for
        assert first.json()["pull_request"] is None
    else:
        assert (first.status_code, first.headers["retry-after"]) == (503, "30")
        assert first.json()["error"] == "down"
    line.faults = {}
    again = talk(line, hour, lambda client: client.send(document))
    assert again.json()["pull_request"] == 1
    whole(host, line)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("fault", ["killed", "killed after"])
def test_a_relay_killed_at_any_step_leaves_what_the_next_one_completes(
    host: Host, hour: Hour, fault: str, step: int
) -> None:
    line, document = Line(host, {step: fault}), document_of()
    with pytest.raises(Killed):
        talk(line, hour, lambda client: client.send(document))
    answer = talk(line, hour, lambda client: client.send(document))
    assert answer.json()["pull_request"] == 1
    whole(host, line)


def test_a_repository_that_the_app_may_not_see_is_down_and_not_a_round_that_is_missing(
    host: Host, hour: Hour
) -> None:
    git(host.bare, "update-ref", "-d", "refs/heads/main")
    answer = talk(Line(host), hour, lambda client: client.send(document_of()))
    assert (answer.status_code, answer.json()["error"]) == (503, "down")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"null", b'{"object": 1}', b"not json", b"[[[[["])
def test_an_answer_that_is_none_is_down(host: Host, hour: Hour, body: bytes) -> None:
    class Babbling(Line):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("access_tokens"):
                return await super().handle_async_request(request)
            return httpx.Response(200, content=body, headers={"content-type": "application/json"})

    answer = talk(Babbling(host), hour, lambda client: client.send(document_of()))
    assert (answer.status_code, answer.json()["error"]) == (503, "down")


def test_an_app_whose_key_is_wrong_is_down(host: Host, hour: Hour) -> None:
    host.public_key = keys.__wrapped__()[1]
    answer = talk(Line(host), hour, lambda client: client.send(document_of()))
    assert (answer.status_code, answer.json()["error"]) == (503, "down")


def test_a_pull_request_that_a_person_closed_is_not_opened_again(host: Host, hour: Hour) -> None:
    line, document = Line(host), document_of()
    talk(line, hour, lambda client: client.send(document))
    host.pulls[1]["state"] = "closed"
    again = talk(line, hour, lambda client: client.send(document))
    assert (again.status_code, again.json()["pull_request"]) == (200, 1)
    whole(host, line)


def test_what_was_taken_in_keeps_its_pull_request(host: Host, hour: Hour) -> None:
    line, document = Line(host), document_of()
    talk(line, hour, lambda client: client.send(document))
    git(host.bare, "update-ref", "refs/heads/main", BRANCH)
    git(host.bare, "update-ref", "-d", f"refs/heads/{BRANCH}")
    host.pulls[1]["state"] = "closed"
    again = talk(line, hour, lambda client: client.send(document))
    assert (again.status_code, again.json()["pull_request"]) == (200, 1)
    assert branches(host) == []


def test_what_was_taken_in_before_its_pull_request_was_opened_needs_none(host: Host, hour: Hour) -> None:
    async def story() -> Pull:
        forge = forge_over(Line(host), hour)
        await forge.put(BRANCH, PATH, b"format: 1\n", "Application")
        git(host.bare, "update-ref", "refs/heads/main", BRANCH)
        return await forge.open(BRANCH, "Application", "text")

    assert asyncio.run(story()) == Pull(number=None)
    assert host.pulls == {}


# Limits

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def test_the_budget_is_kept_files_come_first_and_pull_requests_follow(host: Host, hour: Hour) -> None:
    """Forty people in a minute: all the host takes. Then it is full; then everything is made up for."""
    line = Line(host)
    documents = [document_of(f"7GQ2MK4X{a}{b}") for a in "ABC" for b in ALPHABET[:15]]

    async def story(client: Client) -> list[httpx.Response]:
        return [await client.send(document) for document in documents]

    answers = talk(line, hour, story)
    codes = [answer.status_code for answer in answers]
    taken = codes.count(201)
    assert codes == [201] * taken + [503] * (45 - taken)
    pulls = [answer.json()["pull_request"] for answer in answers[:taken]]
    opened = [number for number in pulls if number]
    assert opened == list(range(1, len(opened) + 1)) == pulls[: len(opened)]
    assert 10 <= len(opened) < taken
    assert len(branches(host)) == taken
    assert 1 + 2 * taken + len(opened) <= 80 < 1 + 2 * (taken + 1) + len(opened)
    assert {answer.headers["retry-after"] for answer in answers[taken:]} == {"60"}
    assert host.refused == 0

    async def later(client: Client) -> list[httpx.Response]:
        return [await client.send(document) for document in documents[taken - 1 :]]

    hour.now += 60
    more = talk(line, hour, later)
    assert [answer.status_code for answer in more] == [200] + [201] * (45 - taken)
    assert more[0].json()["pull_request"] == len(opened) + 1  # sent again, its pull request is opened
    assert (line.wrong, host.refused) == ([], 0)


def test_pull_requests_that_waited_are_opened_by_the_same_relay_when_there_is_budget(
    host: Host, hour: Hour
) -> None:
    line = Line(host)
    documents = [document_of(f"7GQ2MK4X{a}{b}") for a in "AB" for b in ALPHABET[:15]]

    async def story() -> int:
        wake = asyncio.Event()

        async def sleep(seconds: float) -> None:
            await wake.wait()
            await hour.sleep(seconds)

        forge = forge_over(line, hour, sleep)
        client = Client(relay_of(forge))
        for document in documents:
            await client.send(document)
        missing = 30 - len(host.pulls)
        assert forge.waiting in (missing - 1, missing)  # for one of them, the budget may be waited for already
        wake.set()
        while len(host.pulls) < 30:
            await asyncio.sleep(0)
        return missing

    assert asyncio.run(story()) > 5
    assert sorted(pull["branch"] for pull in host.pulls.values()) == branches(host)
    assert (line.wrong, host.refused) == ([], 0)


def test_a_pull_request_that_a_host_which_was_down_did_not_open_is_tried_again_every_minute(
    host: Host, hour: Hour
) -> None:
    line = Line(host, dict.fromkeys(range(STEPS[-1], 100), "lost"))
    slept: list[float] = []

    async def story() -> None:
        async def sleep(seconds: float) -> None:
            slept.append(seconds)
            if sum(slept) >= 120:
                line.faults = {}
            await hour.sleep(seconds)

        client = Client(relay_of(forge_over(line, hour, sleep)))
        assert (await client.send(document_of())).json()["pull_request"] is None
        for _ in range(300):
            if not host.pulls:
                await asyncio.sleep(0.01)
        await client.http.aclose()

    asyncio.run(story())
    assert [seconds for seconds in slept if seconds] == [60, 60]
    whole(host, line)


def test_the_hour_is_kept_too(host: Host, hour: Hour) -> None:
    budget = Budget(hour)
    for _ in range(10):
        budget.spend(50)
        hour.now += 100
    assert (budget.wait(1), budget.wait(51)) == (2600, 2700)
    with pytest.raises(Busy) as busy:
        budget.check(2)
    assert busy.value.seconds == 2600
    hour.now += 2600
    budget.check(50)


def test_a_busy_host_is_believed_and_left_alone(host: Host, hour: Hour) -> None:
    """Somebody else uses the App: the host refuses before our own count is full."""
    host.written = [hour.now] * double.MINUTE
    line = Line(host)

    async def story(client: Client) -> list[httpx.Response]:
        return [await client.send(document_of()) for _ in range(3)]

    answers = talk(line, hour, story)
    assert [(answer.status_code, answer.headers["retry-after"]) for answer in answers] == [(503, "60")] * 3
    assert answers[0].json()["error"] == "busy"
    assert host.refused == 1


def test_a_host_that_counts_every_request_is_busy_until_it_begins_anew(host: Host, hour: Hour) -> None:
    host.requests = double.PRIMARY
    answer = talk(Line(host), hour, lambda client: client.send(document_of()))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "61")


# What is seen


def test_nothing_that_was_typed_reaches_the_host_or_a_log(
    host: Host, hour: Hour, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    line = Line(host)

    async def story(client: Client) -> None:
        await client.send(document_of())
        await client.send(correction())

    with caplog.at_level(logging.DEBUG):
        talk(line, hour, story)
    objects = Git(host.bare).run("cat-file", "--batch-all-objects", "--batch", "--unordered")
    everything = objects.decode("utf-8", "replace")
    everything += git(host.bare, "for-each-ref") + json.dumps(host.pulls) + " ".join(line.seen)
    assert "Application" in everything
    assert not [word for word in CANARIES if word in everything + caplog.text + str(capfd.readouterr())]


def test_the_apps_key_is_not_shown_with_the_app() -> None:
    assert "PRIVATE" not in repr(app_of())
    with pytest.raises(ValueError, match="owner/name"):
        App(repository="../..", id="1", installation="2", private_key="")


# The checker itself

TOP = f"/repos/{REPOSITORY}"
GOOD = {"title": "Application", "head": "a", "base": "main", "body": "text"}
REQUESTS = {
    "a wrong type": ("POST", f"{TOP}/pulls", "", {**GOOD, "title": 7}, ["body.title: type"]),
    "a missing key": ("POST", f"{TOP}/git/refs", "", {"ref": "refs/heads/a"}, ["body: required"]),
    "an unknown key": ("POST", f"{TOP}/pulls", "", {**GOOD, "bogus": 1}, ["unknown key bogus"]),
    "no body": ("POST", f"{TOP}/pulls", "", None, ["no body"]),
    "a body too many": ("GET", f"{TOP}/pulls", "", {"a": 1}, ["a body where none is taken"]),
    "an unknown address": ("GET", f"{TOP}/bogus", "", None, [f"GET {TOP}/bogus: there is no such address"]),
    "an unknown method": ("PUT", f"{TOP}/pulls", "", {}, [f"PUT {TOP}/pulls: there is no such address"]),
    "an unknown parameter": ("GET", f"{TOP}/pulls", "heads=a", None, ["unknown parameter heads"]),
    "a parameter of no such value": ("GET", f"{TOP}/pulls", "state=shut", None, ["state: enum"]),
}  # fmt: skip


@pytest.mark.parametrize("case", REQUESTS)
def test_the_checker_notices_in_a_request(case: str) -> None:
    method, path, query, body, expected = REQUESTS[case]
    content = json.dumps(body).encode() if body is not None else b""
    assert contract.wrong_request(method, path, query, content) == expected


def test_the_checker_passes_what_is_right() -> None:
    assert contract.wrong_request("POST", f"{TOP}/pulls", "", json.dumps(GOOD).encode()) == []
    assert contract.wrong_request("GET", f"{TOP}/contents/a%2Fb.yaml", "ref=main", b"") == []
    right = json.dumps(contract.described("POST", f"{TOP}/pulls", 201)).encode()
    assert contract.wrong_answer("POST", f"{TOP}/pulls", 201, right) == []


def test_the_checker_notices_in_an_answer() -> None:
    made = contract.described("POST", f"{TOP}/pulls", 201)
    for key, value, expected in (("number", "7", "type"), ("state", "shut", "enum"), ("url", None, "type")):
        body = json.dumps({**made, key: value}).encode()
        assert contract.wrong_answer("POST", f"{TOP}/pulls", 201, body) == [f"answer.{key}: {expected}"]
    del made["head"]
    assert contract.wrong_answer("POST", f"{TOP}/pulls", 201, json.dumps(made).encode()) == ["answer: required"]
    assert contract.wrong_answer("POST", f"{TOP}/pulls", 418, b"{}") == ["no answer 418 is described"]


@pytest.mark.parametrize("fault", ["", "lost", "unanswered", "failed", "failed after"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_proposals_pull_request_is_opened_once_and_then_kept_up_to_date(
    host: Host, hour: Hour, number: int, fault: str
) -> None:
    branch = "propose/2027-1"
    commit = git(host.bare, "commit-tree", "-p", "main", "-m", "x", "main^{tree}")
    git(host.bare, "update-ref", f"refs/heads/{branch}", commit)
    host.tokens["given"] = hour() + 3600
    line = Line(host, {number: fault} if fault else {})

    def describe(body: str) -> Pull:
        async def run() -> Pull:
            app = App(repository=REPOSITORY, token="given")
            async with httpx.AsyncClient(transport=line) as client:
                return await GitHubForge(app, client, hour).describe(branch, "Pairs of round 2027-1", body)

        return asyncio.run(run())

    assert describe("first").number == 1
    assert describe("second").number == 1
    assert host.pulls == {
        1: {"branch": branch, "state": "open", "title": "Pairs of round 2027-1", "body": "second"}
    }
    assert line.wrong == []
    assert host.asked_for == [], "the token that was given is enough"
    host.pulls[1]["state"] = "closed"
    assert describe("third").number == 2


def test_a_token_without_rights_is_down_and_shown_nowhere(host: Host, hour: Hour) -> None:
    app = App(repository=REPOSITORY, token="a-secret")

    async def run() -> None:
        async with httpx.AsyncClient(transport=Line(host)) as client:
            await GitHubForge(app, client, hour).describe("propose/2027-1", "Pairs", "text")

    with pytest.raises(Down) as refused:
        asyncio.run(run())
    assert "a-secret" not in repr(app) + repr(refused.value)
