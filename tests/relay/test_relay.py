"""The relay over a real repository: everything once, nothing in clear, and a sentence for each refusal."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.intake.test_guard import git
from tests.intake.test_merge import bare as bare  # the same real repository
from tests.submissions import CANARIES, ID, correction, receipt, withdrawal
from tests.submissions import application as document_of

from counterpart.forge.host import Busy, Down, Pull
from counterpart.forge.local import LocalForge
from counterpart.intake.relay import work
from counterpart.intake.relay.app import BODY, Relay, application
from counterpart.intake.relay.limits import SIZE, Limits
from counterpart.intake.relay.service import Service
from counterpart.sealing.demo_keys import DEMONSTRATION_IDENTITIES
from counterpart.sealing.receipt import sign
from counterpart.sealing.seal import open_sealed
from counterpart.sealing.signed import signed_bytes

NOW = datetime(2027, 2, 3, 4, 5, 6, tzinfo=UTC)
SECRET = b"s" * 32
BITS = 4  # the same work, in no time
Sent = dict[str, Any]


class Client:
    """Talks to the application in this process, as a page would."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(application(relay), client=("203.0.113.7", 1)), base_url="http://relay"
        )

    async def send(self, document: Sent, **more: Any) -> httpx.Response:
        given = (await self.http.get("/v1/challenge")).json()
        sent = {"document": document, "website": "", **worked(document, given["challenge"], given["bits"]), **more}
        return await self.http.post("/v1/submissions", json=sent)


def worked(document: Sent, challenge: str, bits: int) -> Sent:
    """The work that a browser does."""
    import hashlib

    from counterpart.sealing.signed import canonical

    digest = hashlib.sha256(canonical(document)).hexdigest()
    nonce = 0
    while work.leading_zeros(f"{challenge}:{digest}:{nonce}") < bits:
        nonce += 1
    return {"challenge": challenge, "nonce": str(nonce)}


def relay_of(forge: Any, now: datetime = NOW) -> Relay:
    return Relay(Service(forge, lambda: now), SECRET, lambda: now, BITS)


def talk(forge: Any, story: Callable[[Client], Any], now: datetime = NOW) -> Any:
    async def run() -> Any:
        client = Client(relay_of(forge, now))
        try:
            return await story(client)
        finally:
            await client.http.aclose()

    return asyncio.run(run())


@pytest.fixture
def forge(bare: Path) -> LocalForge:
    return LocalForge(bare)


def branches(forge: LocalForge) -> list[str]:
    listed = git(forge.git.folder, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/apply/")
    return listed.splitlines()


def test_an_application_becomes_a_branch_with_one_file_and_a_pull_request(forge: LocalForge) -> None:
    document = document_of()
    answer = talk(forge, lambda client: client.send(document))

    assert answer.status_code == 201
    said = answer.json()
    assert re.fullmatch("sha256:[0-9a-f]{64}", said.pop("digest"))
    assert said == {"id": ID, "round": "2027-1", "received": "2027-02-03T04:05:06Z", "pull_request": 1}
    assert branches(forge) == [f"apply/2027-1/{ID}"]
    assert (
        git(forge.git.folder, "diff", "--name-status", "main", branches(forge)[0])
        == f"A\tapplicants/2027-1/{ID}.yaml"
    )
    assert git(forge.git.folder, "log", "-1", "--format=%an <%ae> %cn|%s", branches(forge)[0]) == (
        f"Counterpart relay <relay@counterpart.invalid> Counterpart relay|Application {ID}"
    )
    pull = forge.pulls()[1]
    assert (pull["branch"], pull["title"]) == (f"apply/2027-1/{ID}", f"Application {ID}")
    sealed = git(forge.git.folder, "show", f"{branches(forge)[0]}:applicants/2027-1/{ID}.yaml")
    block = "\n".join(line.strip() for line in sealed.partition("sealed: |\n")[2].splitlines()) + "\n"
    assert json.loads(open_sealed(block, DEMONSTRATION_IDENTITIES))["email"] == CANARIES[1]


def test_what_the_relay_writes_passes_guard_and_merge(forge: LocalForge) -> None:
    from counterpart.intake.merge import merge

    talk(forge, lambda client: client.send(document_of()))
    done = merge(forge.git, "main", None, remote=None, push=False, now=1, report=lambda _: None)
    assert (done.merged, done.refused) == ((f"apply/2027-1/{ID}",), ())
    again = talk(forge, lambda client: client.send(document_of()))  # sealed anew, so another document
    assert again.status_code == 409


def test_the_same_application_again_is_the_same_pull_request(forge: LocalForge) -> None:
    document = document_of()

    async def story(client: Client) -> list[httpx.Response]:
        first = await client.send(document)
        together = await asyncio.gather(*(client.send(document) for _ in range(8)))
        return [first, *together]

    answers = talk(forge, story)
    assert {answer.status_code for answer in answers} == {200, 201}
    assert len({json.dumps(answer.json()) for answer in answers}) == 1
    assert (len(branches(forge)), len(forge.pulls())) == (1, 1)


def test_sent_at_once_from_many_sides_it_is_still_one(forge: LocalForge) -> None:
    document = document_of()

    async def story(client: Client) -> list[httpx.Response]:
        return list(await asyncio.gather(*(client.send(document) for _ in range(8))))

    answers = talk(forge, story)
    assert all(answer.status_code in (200, 201) for answer in answers)
    assert len({json.dumps(answer.json()) for answer in answers}) == 1
    assert (len(branches(forge)), len(forge.pulls())) == (1, 1)


def test_another_application_under_the_same_id_is_refused(forge: LocalForge) -> None:
    async def story(client: Client) -> list[httpx.Response]:
        return [await client.send(document_of()) for _ in range(2)]

    _, second = talk(forge, story)
    assert (second.status_code, second.json()["error"]) == (409, "id-taken")
    assert len(branches(forge)) == 1


def test_status_correction_and_withdrawal_with_the_receipt(forge: LocalForge) -> None:
    def asking(key: str = ID, at: str = "2027-02-03T04:05:06Z") -> Sent:
        question = {"round": "2027-1", "id": ID, "at": at}
        return {**question, "signature": sign(receipt(key).private, signed_bytes("status", question))}

    async def story(client: Client) -> list[Any]:
        said: list[Any] = []

        async def ask(**how: str) -> None:
            answer = await client.http.post("/v1/status", json=asking(**how))
            said.append((answer.status_code, answer.json()))

        await ask()
        await client.send(document_of())
        await ask()
        await ask(key="7GQ2MK4XHR")
        await ask(at="2027-02-03T05:05:06Z")
        assert (await client.send(correction(key="7GQ2MK4XHR"))).json()["error"] == "signature-wrong"
        assert (await client.send(correction(profile={"sector": "public"}))).status_code == 201
        await ask()
        assert (await client.send(withdrawal(key="7GQ2MK4XHR"))).json()["error"] == "signature-wrong"
        assert (await client.send(withdrawal())).status_code == 201
        await ask()
        assert (await client.send(correction(3))).json()["error"] == "submission-withdrawn"
        return said

    unknown = {
        "error": "receipt-unknown",
        "message": "This receipt belongs to no application here, or the clock of your device is wrong.",
        "fields": [],
    }
    assert talk(forge, story) == [
        (403, unknown),
        (200, {"status": "received", "corrections": 1}),
        (403, unknown),
        (403, unknown),
        (200, {"status": "received", "corrections": 2}),
        (200, {"status": "withdrawn", "corrections": 2}),
    ]


def test_the_ladder_of_statuses_follows_the_main_branch(tmp_path: Path) -> None:
    from tests.miniature import lay_out

    root = lay_out(tmp_path / "programme")
    git(root, "init", "--quiet", "--initial-branch", "main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "A round")

    def ask(id: str, day: str = "2027-03-01") -> Any:
        question = {"round": "2027-1", "id": id, "at": f"{day}T04:05:06Z"}
        signed = {**question, "signature": sign(receipt(id).private, signed_bytes("status", question))}

        async def story(client: Client) -> Any:
            return (await client.http.post("/v1/status", json=signed)).json()["status"]

        return talk(LocalForge(root), story, datetime.fromisoformat(f"{day}T04:05:06Z"))

    everybody = [path.stem for path in sorted((root / "applicants/2027-1").iterdir())]
    assert {ask(id) for id in everybody} == {"paired", "waiting"}
    assert {ask(id, "2027-02-28") for id in everybody} == {"checked"}, "no other word before the introductions"
    assert ask("7GQ2MK4XHN") == "paired"
    git(root, "rm", "--quiet", "rounds/2027-1/pairings.yaml")
    git(root, "commit", "--quiet", "--message", "No proposal yet")
    assert ask("7GQ2MK4XHN") == "in the pool"
    git(root, "rm", "--quiet", "rounds/2027-1/roll.yaml")
    git(root, "commit", "--quiet", "--message", "No roll yet")
    assert ask("7GQ2MK4XHN") == "checked"


EVIL = (
    "<script>alert(1)</script>",
    "::error::canary song",
    "${{ secrets.X }}",
    "a\nb: c",
    "../../x",
    "\ud800",
    "\x00",
)


@pytest.mark.parametrize(
    "field", ["country", "time_zone", "sector", "career_stage", "membership", "code_of_conduct"]
)
def test_html_commands_and_broken_text_in_any_field_are_refused(
    forge: LocalForge, field: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(client: Client) -> list[httpx.Response]:
        answers = []
        for words in EVIL:
            document = {**document_of(), "profile": {**document_of()["profile"], field: words}}
            if words == "\ud800":
                body = json.dumps({"document": document, "challenge": "x", "nonce": "1"})
                answers.append(await client.http.post("/v1/submissions", content=body.encode("ascii")))
            else:
                answers.append(await client.send(document))
        return answers

    with caplog.at_level(logging.DEBUG):
        answers = talk(forge, story)
    assert {answer.status_code for answer in answers} <= {400, 403, 422}
    assert not [answer.text for answer in answers if any(words in answer.text for words in EVIL[:4])]
    assert branches(forge) == []
    assert not [word for word in (*CANARIES, *EVIL[:4]) if word in caplog.text]


@pytest.mark.parametrize("key", ["id", "round", "receipt", "sealed", "format", "extra", "received"])
def test_what_is_not_the_documents_form_is_refused(forge: LocalForge, key: str) -> None:
    for value in ("../../../etc/passwd", CANARIES[0], "", None, 7, [], {"a": {}}):
        answer = talk(forge, lambda client, v=value: client.send({**document_of(), key: v}))
        assert answer.status_code == 422, value
        assert CANARIES[0] not in answer.text
    assert branches(forge) == []


def test_outside_the_windows_and_for_other_rounds_nothing_is_taken(forge: LocalForge) -> None:
    late = talk(forge, lambda client: client.send(document_of()), datetime(2027, 9, 1, tzinfo=UTC))
    assert (late.status_code, late.json()["error"]) == (422, "received-outside-window")
    other = talk(forge, lambda client: client.send({**document_of(), "round": "2031-1"}))
    assert (other.status_code, other.json()["error"]) == (422, "round-missing")


def test_work_that_is_missing_forged_stale_or_for_another_document_is_refused(forge: LocalForge) -> None:
    document = document_of()
    now = int(NOW.timestamp())
    right = worked(document, work.challenge(SECRET, now), BITS)
    end, _, mark = right["challenge"].partition(".")

    async def story(client: Client) -> list[int]:
        bad = [
            {},
            {"challenge": right["challenge"]},
            {**right, "nonce": "-1"},
            {**right, "nonce": 5},
            {"challenge": f"{int(end) + 9}.{mark}", "nonce": "1"},
            worked(document, work.challenge(b"x" * 32, now), BITS),
            worked(document, work.challenge(SECRET, now - work.LIFE - 1), BITS),
        ]
        posts = [{"document": document, "website": "", **each} for each in bad]
        return [(await client.http.post("/v1/submissions", json=each)).status_code for each in posts]

    assert talk(forge, story) == [403] * 7
    assert work.is_done(SECRET, now, right["challenge"], right["nonce"], _digest(document), BITS)
    assert not work.is_done(
        SECRET, now, right["challenge"], right["nonce"], _digest({**document, "id": "7GQ2MK4XHR"})
    )
    assert branches(forge) == []


def _digest(document: Sent) -> str:
    import hashlib

    from counterpart.sealing.signed import canonical

    return hashlib.sha256(canonical(document)).hexdigest()


def test_a_program_that_fills_the_hidden_field_learns_nothing(forge: LocalForge) -> None:
    answer = talk(forge, lambda client: client.send(document_of(), website="https://example.org"))
    assert (answer.status_code, set(answer.json())) == (201, {"id", "round", "digest", "received", "pull_request"})
    assert branches(forge) == []


def raw(forge: LocalForge, receive: Callable[[], Any]) -> tuple[int, Sent]:
    """What the application answers to a client that sends as *receive* says, without any library between."""
    said: list[Any] = []

    async def send(message: Any) -> None:
        said.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/submissions",
        "headers": [],
        "query_string": b"",
        "client": ("203.0.113.7", 1),
    }

    async def run() -> None:
        await application(relay_of(forge))(scope, receive, send)

    asyncio.run(run())
    return said[0]["status"], json.loads(b"".join(each.get("body", b"") for each in said[1:]))


def test_a_body_without_end_is_cut_off_early(forge: LocalForge) -> None:
    taken = 0

    async def endless() -> Sent:
        nonlocal taken
        taken += 65_536
        return {"type": "http.request", "body": b" " * 65_536, "more_body": taken < 100_000_000}

    status, said = raw(forge, endless)
    assert (status, said["error"]) == (413, "too-large")
    assert taken <= BODY + 65_536


def test_a_sender_that_never_ends_is_not_waited_for(forge: LocalForge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("counterpart.intake.relay.app.SECONDS", 0.1)

    async def slow() -> Sent:
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b" ", "more_body": True}

    status, said = raw(forge, slow)
    assert (status, said["error"]) == (408, "too-slow")


def test_one_address_may_not_send_without_end_and_may_again_later() -> None:
    limits = Limits(SECRET)
    assert [limits.wait("203.0.113.7", 0.0) for _ in range(SIZE)] == [None] * SIZE
    assert limits.wait("203.0.113.7", 0.0) == 6
    assert limits.wait("203.0.113.8", 0.0) is None
    assert limits.wait("203.0.113.7", 6.0) is None


class Failing:
    """A real host that fails at chosen moments, before or after it did what it was asked."""

    def __init__(self, forge: LocalForge, failures: list[tuple[str, str, Exception]]) -> None:
        self.forge, self.failures = forge, failures

    async def _do(self, what: str, do: Any) -> Any:
        now = [f for f in self.failures if f[0] == what]
        if now and now[0][1] == "before":
            self.failures.remove(now[0])
            raise now[0][2]
        done = await do
        if now:
            self.failures.remove(now[0])
            raise now[0][2]
        return done

    async def read(self, path: str, branch: str | None = None) -> bytes | None:
        return await self.forge.read(path, branch)

    async def put(self, branch: str, path: str, content: bytes, message: str) -> bytes:
        done: bytes = await self._do("put", self.forge.put(branch, path, content, message))
        return done

    async def open(self, branch: str, title: str, body: str) -> Pull:
        done: Pull = await self._do("open", self.forge.open(branch, title, body))
        return done


@pytest.mark.filterwarnings("ignore:coroutine")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("error", [Busy(30), Down()], ids=["busy", "down"])
@pytest.mark.parametrize("what", ["put", "open"])
def test_whatever_fails_sending_again_completes_it_once(
    forge: LocalForge, what: str, error: Exception, when: str
) -> None:
    document = document_of()
    failing = Failing(forge, [(what, when, error)])

    async def story(client: Client) -> list[httpx.Response]:
        return [await client.send(document), await client.send(document)]

    first, second = talk(failing, story)
    if what == "put":
        assert (first.status_code, int(first.headers["retry-after"])) == (503, 30)
        assert branches(forge)
    else:  # it has arrived; only the pull request was not seen to open
        assert (first.status_code, first.json()["pull_request"]) == (201, None)
    assert second.status_code in (200, 201)
    assert second.json()["pull_request"] == 1
    assert (len(branches(forge)), len(forge.pulls())) == (1, 1)


def test_a_relay_that_is_killed_loses_nothing_that_it_confirmed(tmp_path: Path, bare: Path) -> None:
    """The real process, on a real port; killed in the middle, started again, everything sent again."""
    year = datetime.now(UTC).year
    _open_now(bare, year)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    documents = [{**document_of(), "id": f"7GQ2MK4X{a}{b}"} for a in "ABCD" for b in "0123"]
    log = tmp_path / "log.txt"

    def start() -> subprocess.Popen[bytes]:
        script = "import sys; from counterpart.cli.main import main; main(sys.argv[1:])"
        command = [sys.executable, "-c", script, "--root", str(bare), "relay", "--bind", f"127.0.0.1:{port}"]
        environ = dict(os.environ, COUNTERPART_RELAY_SECRET="5a" * 32)
        with log.open("ab") as file:
            running = subprocess.Popen(command, env=environ, stdout=file, stderr=file)
        while running.poll() is None:
            try:
                httpx.get(f"http://127.0.0.1:{port}/health", timeout=None)
                return running
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError("the relay does not start")

    def post(document: Sent) -> httpx.Response:
        given = httpx.get(f"http://127.0.0.1:{port}/v1/challenge", timeout=None).json()
        sent = {"document": document, "website": "", **worked(document, given["challenge"], given["bits"])}
        return httpx.post(f"http://127.0.0.1:{port}/v1/submissions", json=sent, timeout=None)

    running = start()
    confirmed = [post(document).status_code for document in documents[:5]]
    running.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
    running.wait()
    running = start()
    try:
        codes = [post(document).status_code for document in documents]
    finally:
        running.terminate()
        running.wait()
    assert confirmed == [201] * 5
    assert codes == [200] * 5 + [201] * 11
    forge = LocalForge(bare)
    assert (len(branches(forge)), len(forge.pulls())) == (16, 16)
    said = log.read_text(encoding="utf-8")
    assert not [word for word in (*CANARIES, "127.0.0.1 -", "7GQ2MK4X", "POST") if word in said]


def _open_now(bare: Path, year: int) -> None:
    """Put a calendar on the main branch that takes applications today."""
    text = git(bare, "show", "main:rounds/2027-1/round.yaml")
    head, _, tail = text.partition("calendar:\n")
    rest = tail[re.search(r"^\S", tail, re.M).start() :]  # type: ignore[union-attr]
    events = {"members-apply": f"{year - 1}-01-01", "everyone-applies": f"{year - 1}-01-02"}
    events |= {"applications-close": f"{year + 1}-01-01", "matching": f"{year + 1}-01-02"}
    events |= {"introductions": f"{year + 1}-01-03", "end": f"{year + 1}-06-01"}
    lines = "".join(f'  - {{date: "{day}", event: {event}}}\n' for event, day in events.items())
    content = (head + "calendar:\n" + lines + rest + "\n").encode()
    stream = b"commit refs/heads/main\ncommitter A <a@example.org> 1 +0000\ndata 1\nx\nfrom refs/heads/main^0\n"
    stream += f"M 100644 inline rounds/2027-1/round.yaml\ndata {len(content)}\n".encode() + content + b"\n"
    git(bare, "fast-import", "--quiet", content=stream)


def test_nothing_that_was_typed_is_in_any_object_of_the_repository(forge: LocalForge) -> None:
    talk(forge, lambda client: client.send(document_of()))
    talk(forge, lambda client: client.send(correction()))
    everything = forge.git.run("cat-file", "--batch-all-objects", "--batch", "--unordered").decode(
        "utf-8", "replace"
    )
    everything += git(forge.git.folder, "for-each-ref") + json.dumps(forge.pulls())
    assert "Application" in everything
    assert not [word for word in CANARIES if word in everything]


def test_an_answer_with_a_personal_link_is_kept_once_and_a_forged_one_never(bare: Path) -> None:
    from tests.responses import EXPIRES, LINKS, link, response

    id = "7GQ2MK4XHN"
    put_links(bare, LINKS.public, id)
    good = response(link(id), said="talked")

    async def story(client: Client) -> list[tuple[int, str]]:
        answers = [await client.send(document) for document in (good, good)]
        forged = good | {"certificate": response(link("M4XH2Q9KTA"), said="talked")["certificate"]}
        unknown = response(link("ZZZZZZZZZZ"), said="talked")
        answers += [await client.send(document) for document in (forged, unknown, {**good, "by": "coordinator-1"})]
        return [(each.status_code, each.json().get("error", "")) for each in answers]

    said = talk(LocalForge(bare), story)
    assert said == [
        (201, ""), (201, ""), (422, "response-signature"), (422, "person-unknown"), (422, "submission-stamped"),
    ]  # fmt: skip
    late = talk(LocalForge(bare), lambda client: client.send(response(link(id), said="leaving")), EXPIRES)
    assert late.status_code == 201, "the last second counts"
    after = EXPIRES + timedelta(seconds=1)
    late = talk(LocalForge(bare), lambda client: client.send(response(link(id), said="back")), after)
    assert (late.status_code, late.json()["error"]) == (422, "response-expired")
    branches = git(bare, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/apply/").splitlines()
    assert len(branches) == 2
    assert all(re.fullmatch(rf"apply/2027-1/{id}-[0-9a-f]{{12}}", branch) for branch in branches)
    from counterpart.files.git import Git
    from counterpart.intake.merge import merge

    done = merge(Git(bare), "main", None, remote=None, push=False, now=1, report=lambda _: None)
    assert (len(done.merged), done.refused) == (2, ())
    listed = git(bare, "ls-tree", "--name-only", "main:rounds/2027-1/responses").splitlines()
    assert len(listed) == 2
    again = talk(LocalForge(bare), lambda client: client.send(good))
    assert again.status_code == 200, "known; nothing changes"


def test_a_branch_with_a_forged_answer_is_not_merged(bare: Path) -> None:
    from tests.responses import LINKS, link, response

    from counterpart.files.git import Git
    from counterpart.files.yaml_write import dump
    from counterpart.intake.merge import merge
    from counterpart.rounds.responses import entry_of

    id = "7GQ2MK4XHN"
    put_links(bare, LINKS.public, id)
    good = response(link(id), said="talked")
    written = {key: value for key, value in good.items() if key != "kind"} | {"received": "2027-03-05T09:00:00Z"}
    other = response(link("M4XH2Q9KTA"), said="talked")
    tries = {
        "signature": written | {"signature": other["signature"]},
        "by": {k: written[k] for k in ("format", "round", "id", "received", "sealed")} | {"by": "coordinator-1"},
    }
    tip = git(bare, "rev-parse", "main")
    for data in tries.values():
        entry = entry_of(data)
        assert entry is not None
        name = entry.path.rpartition("/")[2].removesuffix(".yaml")
        content = dump(data).encode()
        stream = (
            f"commit refs/heads/apply/2027-1/{name}\ncommitter A <a@example.org> 1 +0000\ndata 1\nx\nfrom {tip}\n"
        )
        stream += f"M 100644 inline {entry.path}\ndata {len(content)}\n"
        git(bare, "fast-import", "--quiet", "--force", content=stream.encode() + content + b"\n\n")
        done = merge(Git(bare), "main", None, remote=None, push=False, now=1, report=lambda _: None)
        assert (done.merged, len(done.refused)) == ((), 1)


def put_links(bare: Path, public: str, id: str) -> None:
    """A link key, and a roll with one person, on the main branch."""
    from counterpart.files.yaml_write import dump

    files = {
        "links.yaml": {"format": 1, "round": "2027-1", "public": public, "sealed": "x"},
        "roll.yaml": {
            "format": 1,
            "round": "2027-1",
            "pool": "sha256:" + "0" * 64,
            "people": {id: {"status": "admitted", "place": 1}, "M4XH2Q9KTA": {"status": "admitted", "place": 2}},
        },
    }
    tip = git(bare, "rev-parse", "main")
    stream = f"commit refs/heads/main\ncommitter A <a@example.org> 1 +0000\ndata 1\nx\nfrom {tip}\n".encode()
    for name, data in files.items():
        content = dump(data).encode()
        stream += f"M 100644 inline rounds/2027-1/{name}\ndata {len(content)}\n".encode() + content + b"\n"
    git(bare, "fast-import", "--quiet", "--force", content=stream + b"\n")
