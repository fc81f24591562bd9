"""GitHub as a host, through an App that may write contents and pull requests of one repository.

The host limits what creates content to about 80 requests a minute and 500 an hour. Every application must be on
a branch of its own before its pull request matters, so pull requests get what the files leave over, and are
opened later when there is nothing left.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import gidgethub
import httpx
from gidgethub.abc import GitHubAPI
from gidgethub.apps import get_jwt

from counterpart.forge.host import Busy, Down, Pull
from counterpart.forge.rate_limit import Budget

GITHUB = "https://api.github.com"
WHO: Mapping[str, str] = {"name": "Counterpart relay", "email": "relay@counterpart.invalid"}
#: What the token may do, however much more the App was given.
PERMISSIONS: Mapping[str, str] = {"contents": "write", "pull_requests": "write", "metadata": "read"}

_REPOSITORY = re.compile(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+")
_TOKEN_LIFE = 3000.0  # seconds; the host says an hour
_FRESH = 3.0  # seconds for which what a branch pointed to is believed
_REMEMBERED = 128  # files' contents kept in memory; each is named by its digest, so none can be out of date
_LATER = 10_000  # pull requests that wait for budget
_PATIENCE = 10.0  # seconds for one answer of the host

_Done = TypeVar("_Done")


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The App, and the one repository that it is for; or a *token* that somebody else was given for it."""

    repository: str  # owner/name
    id: str = ""
    installation: str = ""
    private_key: str = field(default="", repr=False)  # PEM
    token: str = field(default="", repr=False)
    main: str = "main"
    host: str = GITHUB

    def __post_init__(self) -> None:
        """ValueError for a repository that is not written as owner/name."""
        if not _REPOSITORY.fullmatch(self.repository):
            raise ValueError("a repository is written as owner/name")

    @property
    def owner(self) -> str:
        """Whose the repository is."""
        return self.repository.partition("/")[0]


class _Api(GitHubAPI):
    """The host's addresses over httpx. (The library's own adapter takes another client where it finds one.)"""

    def __init__(self, client: httpx.AsyncClient, host: str) -> None:
        super().__init__("counterpart-relay", base_url=host)
        self._client = client

    async def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> tuple[int, Mapping[str, str], bytes]:
        answer = await self._client.request(method, url, headers=dict(headers), content=body, timeout=_PATIENCE)
        return answer.status_code, answer.headers, answer.content

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class GitHubForge:
    """One repository at GitHub. Every method may be asked again after it was cut off, and then completes."""

    def __init__(
        self,
        app: App,
        client: httpx.AsyncClient,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """*clock*: seconds since 1970; *sleep*: how to wait for budget."""
        self.app = app
        self.budget = Budget(clock)
        self._api = _Api(client, app.host)
        self._clock, self._sleep = clock, sleep
        self._token, self._renewed = "", float("-inf")
        self._renewing = asyncio.Lock()
        self._main, self._main_at = "", float("-inf")
        self._trees: OrderedDict[str, Mapping[str, str]] = OrderedDict()  # commit -> path -> blob
        self._blobs: OrderedDict[str, bytes] = OrderedDict()
        self._branches: dict[str, tuple[float, Mapping[str, str]]] = {}  # branch's stem -> when, branch -> commit
        self._later: OrderedDict[str, tuple[str, str]] = OrderedDict()  # branch -> title, body
        self._opening: asyncio.Task[None] | None = None

    async def read(self, path: str, branch: str | None = None) -> bytes | None:
        """A file on *branch* (None: the main branch); None when there is none."""
        return await _persistent(lambda: self._read(path, branch), 12)

    async def put(self, branch: str, path: str, content: bytes, message: str) -> bytes:
        """Make *branch* with one added file, unless there is one; what its file holds afterwards."""
        return await _persistent(lambda: self._put(branch, path, content, message), 15)

    async def open(self, branch: str, title: str, body: str) -> Pull:
        """Open a pull request for *branch*, unless there is one. When it is Busy or Down, it is opened later."""
        try:
            return await _persistent(lambda: self._open(branch, title, body), 8)
        except (Busy, Down):
            self._open_later(branch, title, body)
            raise

    async def describe(self, branch: str, title: str, body: str) -> Pull:
        """The open pull request of *branch*, with this title and body: opened, or brought up to date."""
        return await _persistent(lambda: self._described(branch, title, body), 30)

    @property
    def waiting(self) -> int:
        """How many pull requests wait for budget."""
        return len(self._later)

    # Writing

    async def _put(self, branch: str, path: str, content: bytes, message: str) -> bytes:
        self.budget.check(2)
        self.budget.spend(2)
        new = {"ref": f"refs/heads/{branch}", "sha": await self._main_commit()}
        try:
            await self._write("POST", "/git/refs", new)
        except gidgethub.BadRequest as wrong:
            there = await self._there(branch, path, wrong)
            if there is not None:
                return there
        text = base64.b64encode(content).decode("ascii")
        file = {"message": message, "content": text, "branch": branch, "committer": WHO, "author": WHO}
        try:
            await self._write("PUT", f"/contents/{path}", file)
        except gidgethub.BadRequest as wrong:
            there = await self._there(branch, path, wrong)
            if there is None:
                raise Down from None
            return there
        finally:
            self._forget(branch)
        return content

    async def _there(self, branch: str, path: str, refused: gidgethub.BadRequest) -> bytes | None:
        """The file on *branch* after something of it was *refused* because it exists; Down if that was not it."""
        if refused.status_code not in (409, 422):
            raise refused
        self._forget(branch)
        commit = (await self._like(branch)).get(branch)
        if commit is None:
            raise Down
        return await self._added(commit, path)

    async def _open(self, branch: str, title: str, body: str) -> Pull:
        found = await self._pull_of(branch)
        if found is not None:
            return found
        self.budget.check(1, left_over=True)
        self.budget.spend(1)
        new = {"title": title, "head": branch, "base": self.app.main, "body": body}
        try:
            made = await self._write("POST", "/pulls", new)
        except gidgethub.BadRequest as wrong:
            if wrong.status_code != 422:
                raise
            # Somebody opened it just now; or the branch was taken in, and there is nothing to open.
            return await self._pull_of(branch) or Pull(number=None)
        with _usable():
            return Pull(number=int(made["number"]))

    async def _described(self, branch: str, title: str, body: str) -> Pull:
        found = await self._pull_of(branch, "open")
        self.budget.spend(1)
        text = {"title": title, "body": body}
        try:
            if found is not None:
                await self._write("PATCH", f"/pulls/{found.number}", text)
                return found
            made = await self._write("POST", "/pulls", {**text, "head": branch, "base": self.app.main})
        except gidgethub.BadRequest:
            raise Down from None
        with _usable():
            return Pull(number=int(made["number"]))

    async def _pull_of(self, branch: str, state: str = "all") -> Pull | None:
        """The pull request of *branch*, open or not: one that a person closed is not opened again."""
        head = f"{self.app.owner}:{branch}"
        listed = await self._ask("/pulls{?head,state,per_page}", {"head": head, "state": state, "per_page": "1"})
        with _usable():
            return Pull(number=int(listed[0]["number"])) if listed else None

    def _open_later(self, branch: str, title: str, body: str) -> None:
        if len(self._later) < _LATER:
            self._later[branch] = (title, body)
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self._open_when_possible())

    async def _open_when_possible(self) -> None:
        while self._later:
            branch, (title, body) = self._later.popitem(last=False)
            await self._sleep(self.budget.wait(1, left_over=True))
            try:
                await self._open(branch, title, body)
            except (Busy, Down, gidgethub.GitHubException) as wrong:
                # The file is on its branch, and taking it in needs no pull request: this can wait.
                self._later.setdefault(branch, (title, body))
                await self._sleep(wrong.seconds if isinstance(wrong, Busy) else 60)

    # Reading

    async def _read(self, path: str, branch: str | None) -> bytes | None:
        if branch is None:
            return await self._file(await self._main_commit(), path)
        commit = (await self._like(branch)).get(branch)
        return None if commit is None else await self._added(commit, path)

    async def _main_commit(self) -> str:
        if self._clock() - self._main_at > _FRESH:
            try:
                said = await self._ask("/git/ref/heads/{branch}", {"branch": self.app.main})
            except gidgethub.BadRequest:
                # The host says 'not found' of a private repository that the App may not see any more.
                raise Down from None
            with _usable():
                self._main, self._main_at = str(said["object"]["sha"]), self._clock()
        return self._main

    async def _like(self, branch: str) -> Mapping[str, str]:
        """The branches of one application, in one request: branch -> commit."""
        stem = branch.partition(".")[0]
        at, known = self._branches.get(stem, (float("-inf"), {}))
        if self._clock() - at > _FRESH:
            listed = await self._ask("/git/matching-refs/heads/{+stem}", {"stem": stem})
            with _usable():
                known = {each["ref"].removeprefix("refs/heads/"): each["object"]["sha"] for each in listed}
            if len(self._branches) > _REMEMBERED:
                self._branches.clear()
            self._branches[stem] = (self._clock(), known)
        return known

    def _forget(self, branch: str) -> None:
        self._branches.pop(branch.partition(".")[0], None)

    async def _added(self, commit: str, path: str) -> bytes | None:
        """The file that a branch of ours adds: small, and asked for by itself."""
        try:
            said = await self._ask("/contents/{+path}{?ref}", {"path": path, "ref": commit})
        except gidgethub.BadRequest as wrong:
            if wrong.status_code == 404:
                return None
            raise Down from None
        return _decoded(said)

    async def _file(self, commit: str, path: str) -> bytes | None:
        """A file of the main branch; most questions about it are answered from memory."""
        blob = (await self._tree(commit)).get(path)
        if blob is None:
            return None
        if blob not in self._blobs:
            said = await self._ask("/git/blobs/{blob}", {"blob": blob})
            self._blobs[blob] = _decoded(said)
            if len(self._blobs) > _REMEMBERED:
                self._blobs.popitem(last=False)
        self._blobs.move_to_end(blob)
        return self._blobs[blob]

    async def _tree(self, commit: str) -> Mapping[str, str]:
        if commit not in self._trees:
            said = await self._ask("/git/trees/{commit}?recursive=1", {"commit": commit})
            with _usable():
                if said["truncated"]:
                    raise Down  # more than 100,000 files: not a programme's repository
                files = {each["path"]: each["sha"] for each in said["tree"] if each["type"] == "blob"}
            self._trees[commit] = files
            if len(self._trees) > 4:
                self._trees.popitem(last=False)
        self._trees.move_to_end(commit)
        return self._trees[commit]

    # Asking

    async def _ask(self, address: str, names: Mapping[str, str]) -> Any:
        url = self._url(address)
        return await self._understood(lambda token: self._api.getitem(url, names, oauth_token=token))

    async def _write(self, method: str, address: str, data: Mapping[str, object]) -> Any:
        do: Callable[..., Awaitable[Any]] = getattr(self._api, method.lower())  # as the library names them
        url = self._url(address)
        return await self._understood(lambda token: do(url, data=data, oauth_token=token))

    def _url(self, address: str) -> str:
        return f"/repos/{self.app.repository}{address}"

    async def _understood(self, request: Callable[[str], Awaitable[Any]]) -> Any:
        """What the host answers. Refusals that a caller may understand go on as the library's BadRequest."""
        try:
            try:
                return await request(await self._current_token())
            except gidgethub.BadRequest as wrong:
                if wrong.status_code != 401:
                    raise
                self._renewed = float("-inf")  # it was taken back; a new one is good, or nothing is
                return await request(await self._current_token())
        except gidgethub.BadRequest as wrong:
            wait = _wait(wrong, self._clock())
            if wait is not None:
                self.budget.close(wait)
                raise Busy(wait) from None
            if wrong.status_code in (401, 403):
                raise Down from None
            raise
        except (gidgethub.GitHubException, httpx.HTTPError, ValueError, KeyError):
            raise Down from None

    async def _current_token(self) -> str:
        if self.app.token:
            return self.app.token
        async with self._renewing:
            if self._clock() - self._renewed > _TOKEN_LIFE:
                jwt = get_jwt(app_id=self.app.id, private_key=self.app.private_key, expiration=540)
                wanted = {"repositories": [self.app.repository.partition("/")[2]], "permissions": PERMISSIONS}
                self.budget.spend(1)
                address = f"/app/installations/{self.app.installation}/access_tokens"
                said = await self._api.post(address, data=wanted, jwt=jwt)
                self._token, self._renewed = said["token"], self._clock()
            return self._token


async def _persistent(do: Callable[[], Awaitable[_Done]], seconds: float) -> _Done:
    """What *do* gives; tried once more when the host seems down, since a lost answer looks the same."""
    try:
        async with asyncio.timeout(seconds):
            try:
                return await do()
            except Down:
                return await do()
    except TimeoutError:
        raise Down from None
    except gidgethub.GitHubException:
        raise Down from None


@contextlib.contextmanager
def _usable() -> Iterator[None]:
    """Around what takes an answer apart: one that is not as the host describes it counts as none."""
    try:
        yield
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        raise Down from None


def _wait(refused: gidgethub.BadRequest, now: float) -> int | None:
    """The seconds to wait when this is a limit of the host; None when it is another refusal."""
    headers = refused.headers
    with contextlib.suppress(KeyError, ValueError):
        return max(1, int(headers["retry-after"]))
    if headers.get("x-ratelimit-remaining") == "0":
        with contextlib.suppress(KeyError, ValueError):
            return max(1, int(float(headers["x-ratelimit-reset"]) - now) + 1)
    # The host asks for a minute at least where it says no more.
    limited = refused.status_code == 429 or (refused.status_code == 403 and "rate limit" in str(refused).lower())
    return 60 if limited else None


def _decoded(said: Any) -> bytes:
    with _usable():
        return base64.b64decode(said["content"])
