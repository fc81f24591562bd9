"""A double of the host: its REST API over a real bare repository, with its published limits, and with bad days.

Every request and every answer is held against the host's own description (``contract``).
"""

from __future__ import annotations

import base64
import json
import secrets
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

import httpx
import jwt
from tests.intake.test_guard import git
from tests.relay.contract import described, wrong_answer, wrong_request

REPOSITORY, OWNER = "library/round-2027-1", "library"
APP, INSTALLATION = "7261", "72610"
MINUTE, HOUR, PRIMARY = 80, 500, 5000

Answer = tuple[int, Any, dict[str, str]]


class Killed(BaseException):
    """The relay's process ends here."""


class Refusal(Exception):
    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None, **more: Any) -> None:
        super().__init__(message)
        self.status, self.headers = status, headers or {}
        self.body = {"message": message, "documentation_url": "https://docs.example.org/", **more}


class Host:
    """The repository's server. Its state is the repository, its pull requests, and what it has counted."""

    def __init__(self, bare: Path, public_key: str, clock: Callable[[], float]) -> None:
        self.bare, self.public_key, self.clock = bare, public_key, clock
        self.pulls: dict[int, dict[str, Any]] = {}
        self.tokens: dict[str, float] = {}
        self.asked_for: list[Any] = []  # what tokens were to be good for
        self.written: list[float] = []  # when content was created
        self.refused = 0  # for its limits
        self.requests = 0

    def __call__(self, method: str, path: str, query: str, headers: httpx.Headers, body: bytes) -> Answer:
        self.requests += 1
        data = json.loads(body) if body else {}
        try:
            if path == f"/app/installations/{INSTALLATION}/access_tokens":
                return self._token(headers, data)
            self._allowed(method, headers)
            top = f"/repos/{REPOSITORY}/"
            if not path.startswith(top):
                raise Refusal(404, "Not Found")
            return self._within(method, path.removeprefix(top), parse_qs(query), data)
        except Refusal as refusal:
            return refusal.status, refusal.body, refusal.headers

    # Who may

    def _token(self, headers: httpx.Headers, data: Any) -> Answer:
        bearer = headers["authorization"].removeprefix("bearer ")
        try:
            claims = jwt.decode(bearer, self.public_key, algorithms=["RS256"])
        except jwt.InvalidTokenError:
            raise Refusal(401, "A JSON web token could not be decoded") from None
        if claims["iss"] != APP or claims["exp"] - claims["iat"] > 600:
            raise Refusal(401, "'Expiration time' claim ('exp') is too far in the future")
        self.asked_for.append(data)
        token = f"ghs_{secrets.token_hex(18)}"
        self.tokens[token] = self.clock() + 3600
        made = described("POST", f"/app/installations/{INSTALLATION}/access_tokens", 201)
        return 201, {**made, "token": token, "permissions": data["permissions"]}, {}

    def _allowed(self, method: str, headers: httpx.Headers) -> None:
        token = headers.get("authorization", "").removeprefix("token ")
        if self.tokens.get(token, 0) <= self.clock():
            raise Refusal(401, "Bad credentials")
        if self.requests > PRIMARY:
            limits = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": f"{self.clock() + 60:.0f}"}
            limits |= {"x-ratelimit-limit": str(PRIMARY)}
            raise Refusal(403, "API rate limit exceeded for installation", limits)
        if method == "GET":
            return
        now = self.clock()
        for seconds, most in ((60, MINUTE), (3600, HOUR)):
            within = [moment for moment in self.written if moment > now - seconds]
            if len(within) >= most:
                self.refused += 1
                after = {"retry-after": str(max(1, round(within[-most] + seconds - now)))}
                raise Refusal(403, "You have exceeded a secondary rate limit. Please wait a few minutes.", after)
        self.written.append(now)

    # What there is

    def _within(self, method: str, path: str, query: dict[str, list[str]], data: Any) -> Answer:
        head, _, rest = path.partition("/")
        if head == "pulls" and not rest:
            return self._list(query) if method == "GET" else self._open(data)
        if head == "pulls" and method == "PATCH":
            return self._describe(int(rest), data)
        if head == "contents":
            return self._file(rest, query) if method == "GET" else self._put(rest, data)
        kind, _, name = rest.partition("/")
        return {
            ("GET", "ref"): lambda: self._ref(name),
            ("GET", "matching-refs"): lambda: self._matching(name),
            ("POST", "refs"): lambda: self._make(data),
            ("GET", "trees"): lambda: self._tree(name),
            ("GET", "blobs"): lambda: self._blob(name),
        }[method, kind]()

    def git(self, *arguments: str, content: bytes | None = None) -> str | None:
        try:
            return git(self.bare, *arguments, content=content)
        except subprocess.CalledProcessError:
            return None

    def bytes_of(self, name: str) -> bytes:
        return subprocess.run(["git", "cat-file", "blob", name], cwd=self.bare, capture_output=True).stdout

    def commit_of(self, ref: str) -> str | None:
        return self.git("rev-parse", "--verify", "--quiet", "--end-of-options", ref)

    def _shown(self, ref: str, commit: str) -> dict[str, Any]:
        made = described("GET", f"/repos/{REPOSITORY}/git/ref/x", 200)
        return {**made, "ref": ref, "object": {**made["object"], "type": "commit", "sha": commit}}

    def _ref(self, name: str) -> Answer:
        commit = self.commit_of(f"refs/{name}")
        if commit is None:
            raise Refusal(404, "Not Found")
        return 200, self._shown(f"refs/{name}", commit), {}

    def _matching(self, name: str) -> Answer:
        listed = self.git("for-each-ref", "--format=%(objectname) %(refname)") or ""
        refs = [line.split(" ") for line in listed.splitlines()]
        return 200, [self._shown(ref, commit) for commit, ref in refs if ref.startswith(f"refs/{name}")], {}

    def _make(self, data: Any) -> Answer:
        if self.git("cat-file", "-e", f"{data['sha']}^{{commit}}") is None:
            raise Refusal(422, "Object does not exist")
        if self.git("update-ref", data["ref"], data["sha"], "0" * 40) is None:
            raise Refusal(422, "Reference already exists")
        return 201, self._shown(data["ref"], data["sha"]), {}

    def _tree(self, commit: str) -> Answer:
        listed = self.git("ls-tree", "-r", "-t", commit)
        if listed is None:
            raise Refusal(404, "Not Found")
        keys = ("mode", "type", "sha", "path")
        tree = [
            dict(zip(keys, line.replace("\t", " ", 1).split(" ", 3), strict=True)) for line in listed.splitlines()
        ]
        return 200, {"sha": commit, "url": "https://api.example.org/", "tree": tree, "truncated": False}, {}

    def _blob(self, name: str) -> Answer:
        content = self.bytes_of(name)
        made = described("GET", f"/repos/{REPOSITORY}/git/blobs/x", 200)
        text = base64.encodebytes(content).decode()
        return 200, {**made, "content": text, "encoding": "base64", "sha": name, "size": len(content)}, {}

    def _file(self, path: str, query: dict[str, list[str]]) -> Answer:
        blob = self.commit_of(f"{query['ref'][0]}:{path}")
        if blob is None:
            raise Refusal(404, "Not Found")
        content = self.bytes_of(blob)
        return 200, {
            "type": "file", "encoding": "base64", "size": len(content), "name": path.rpartition("/")[2],
            "path": path, "content": base64.encodebytes(content).decode(), "sha": blob,
            "url": "https://api.example.org/", "git_url": None, "html_url": None, "download_url": None,
            "_links": {"git": None, "html": None, "self": "https://api.example.org/"},
        }, {}  # fmt: skip

    def _put(self, path: str, data: Any) -> Answer:
        ref = f"refs/heads/{data['branch']}"
        before = self.commit_of(ref)
        if before is None:
            raise Refusal(404, f"Branch {data['branch']} not found")
        if self.commit_of(f"{before}:{path}") is not None:
            raise Refusal(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
        content = base64.b64decode(data["content"], validate=True)
        who = f"{data['committer']['name']} <{data['committer']['email']}> {self.clock():.0f} +0000"
        stream = f"commit refs/double\ncommitter {who}\ndata {len(data['message'])}\n{data['message']}\n"
        stream += f"from {before}\nM 100644 inline {path}\ndata {len(content)}\n"
        self.git("fast-import", "--quiet", "--force", content=stream.encode() + content + b"\n")
        new = self.commit_of("refs/double") or ""
        if self.git("update-ref", ref, new, before) is None:
            raise Refusal(409, f"{path} does not match")
        made = described("PUT", f"/repos/{REPOSITORY}/contents/x", 201)
        return 201, {**made, "commit": {**made["commit"], "sha": new}}, {}

    def _list(self, query: dict[str, list[str]]) -> Answer:
        owner, _, branch = query["head"][0].partition(":")
        state = query.get("state", ["open"])[0]
        found = [
            self._pull("GET", 200, number)
            for number, pull in sorted(self.pulls.items(), reverse=True)
            if owner == OWNER and pull["branch"] == branch and state in ("all", pull["state"])
        ]
        return 200, found[: int(query.get("per_page", ["30"])[0])], {}

    def _open(self, data: Any) -> Answer:
        head, base = (self.commit_of(f"refs/heads/{data[key]}") for key in ("head", "base"))
        if head is None or base is None:
            wrong = {"resource": "PullRequest", "field": "head", "code": "invalid"}
            raise Refusal(422, "Validation Failed", errors=[wrong])
        why = ""
        if self.git("merge-base", "--is-ancestor", head, base) is not None:
            why = f"No commits between {data['base']} and {data['head']}"
        if any(p["branch"] == data["head"] and p["state"] == "open" for p in self.pulls.values()):
            why = f"A pull request already exists for {OWNER}:{data['head']}."
        if why:
            wrong = {"resource": "PullRequest", "code": "custom", "message": why}
            raise Refusal(422, "Validation Failed", errors=[wrong])
        number = max(self.pulls, default=0) + 1
        self.pulls[number] = {
            "branch": data["head"], "state": "open", "title": data["title"], "body": data["body"],
        }  # fmt: skip
        self.git("update-ref", f"refs/pull/{number}/head", head)
        return 201, self._pull("POST", 201, number), {}

    def _describe(self, number: int, data: Any) -> Answer:
        pull = self.pulls.get(number)
        if pull is None:
            raise Refusal(404, "Not Found")
        if len(data.get("body", "")) > 65_536:
            raise Refusal(422, "Validation Failed", errors=[{"resource": "PullRequest", "field": "body"}])
        pull.update(data)
        made = described("PATCH", f"/repos/{REPOSITORY}/pulls/{number}", 200)
        return 200, {**made, "number": number, "state": pull["state"], "title": pull["title"]}, {}

    def _pull(self, method: str, status: int, number: int) -> dict[str, Any]:
        made = described(method, f"/repos/{REPOSITORY}/pulls", status)
        whole: dict[str, Any] = made if method == "POST" else smallest_item()
        pull = self.pulls[number]
        return {**whole, "number": number, "state": pull["state"], "title": pull["title"], "body": pull["body"]}


def smallest_item() -> dict[str, Any]:
    """The smallest right entry of the list of pull requests."""
    from tests.relay.contract import operation, smallest

    found = operation("GET", f"/repos/{REPOSITORY}/pulls")
    assert found is not None
    made: dict[str, Any] = smallest(found[1]["responses"]["200"]["content"]["application/json"]["schema"]["items"])
    return made


class Line(httpx.AsyncBaseTransport):
    """The line to the host: counts and checks what goes over it, and breaks where it is told to.

    *faults*: the number of a request, from 1 -> what befalls it: "lost" (the host never saw it), "unanswered"
    (it did what was asked, and the answer was lost), "failed" (500, undone), "failed after" (502, done),
    "killed" (undone) and "killed after" (done): the relay's process ends.
    """

    def __init__(self, host: Host, faults: dict[int, str] | None = None) -> None:
        self.host, self.faults = host, faults or {}
        self.seen: list[str] = []
        self.wrong: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        method, body = request.method, await request.aread()
        path, query = unquote(request.url.path), request.url.query.decode()
        self.seen.append(f"{method} {path}")
        self.wrong += wrong_request(method, request.url.path, query, body)
        fault = self.faults.get(len(self.seen), "")
        done = fault in ("", "unanswered", "failed after", "killed after")
        status, data, headers = self.host(method, path, query, request.headers, body) if done else (500, {}, {})
        answer = json.dumps(data).encode()
        if done:
            self.wrong += wrong_answer(method, request.url.path, status, answer)
        if fault.startswith("killed"):
            raise Killed
        if fault in ("lost", "unanswered"):
            raise httpx.ReadTimeout("no answer", request=request)
        if fault:
            return httpx.Response(502, content=b"<html>Unicorn!</html>", headers={"content-type": "text/html"})
        kind = {"content-type": "application/json; charset=utf-8"}
        return httpx.Response(status, content=answer, headers={**kind, **headers})
