"""The ledger's place: a branch of its own in the repository, on which no two senders can write at once.

It needs no work tree, so it never meets what a coordinator is editing, and it travels with the repository.
"""

from __future__ import annotations

from counterpart.core.ledger import Ledger, ledger_from, text_of
from counterpart.edges.git import Git
from counterpart.finding import UsageError

_FILE = "ledger.jsonl"
_REMOTE = "origin"
_NOTHING = "0" * 40


class LedgerBranch:
    """The branch ``ledger/<round>``: that of the remote ``origin`` where there is one, else this copy's own."""

    def __init__(self, git: Git, round_id: str) -> None:
        """*git*: the programme's repository."""
        self._git = git
        self._ref = f"refs/heads/ledger/{round_id}"
        self._seen = f"refs/remotes/{_REMOTE}/ledger/{round_id}"
        self.shared = _REMOTE in git.run("remote").decode("utf-8").split()
        self._head = ""

    def read(self) -> Ledger:
        """The ledger as everybody sees it now; a usage error where the remote cannot be reached."""
        self._head = self._latest()
        return self._read() if self._head else {}

    def _read(self) -> Ledger:
        try:
            return ledger_from(self._git.run("show", f"{self._head}:{_FILE}").decode("ascii"))
        except (ValueError, KeyError):
            raise UsageError(
                f"The branch '{self._ref.removeprefix('refs/heads/')}' does not hold a ledger of mails. "
                "Nothing is sent without it: look at what was done to the branch."
            ) from None

    def known(self) -> Ledger:
        """The ledger as this copy knows it, without asking anybody; what is new elsewhere is not in it."""
        self._head = self._git.tip(self._seen) or self._git.tip(self._ref)
        return self._read() if self._head else {}

    def write(self, ledger: Ledger, words: str) -> bool:
        """Write the ledger for everybody to see; False where somebody else wrote since it was read.

        *words* say in the branch's history what happened. Killed at any point, it was written or was not.
        """
        blob = self._git.run("hash-object", "-w", "--stdin", content=text_of(ledger).encode("ascii")).strip()
        tree = self._git.run("mktree", content=b"100644 blob " + blob + b"\t" + _FILE.encode() + b"\n").strip()
        parents = ("-p", self._head) if self._head else ()
        commit = self._git.own_commit(tree.decode("ascii"), parents, words)
        if self.shared:
            if not self._pushed(commit):
                return False
            self._git.run("update-ref", self._seen, commit)
            self._git.run("update-ref", self._ref, commit)
        else:
            try:
                self._git.run("update-ref", self._ref, commit, self._head or _NOTHING)
            except UsageError:
                return False
        self._head = commit
        return True

    def _latest(self) -> str:
        if not self.shared:
            return self._git.tip(self._ref)
        listed = self._asked("ls-remote", _REMOTE, self._ref).split()
        if not listed:
            return ""
        self._asked("fetch", "--no-tags", "--no-write-fetch-head", _REMOTE, f"+{self._ref}:{self._seen}")
        return self._git.tip(self._seen)

    def _pushed(self, commit: str) -> bool:
        """Push, on condition that the branch is where it was read; what came of it is asked, not believed."""
        lease = f"--force-with-lease={self._ref}:{self._head}"
        if self._git.talk("push", "--quiet", lease, _REMOTE, f"{commit}:{self._ref}") is not None:
            return True
        now = self._asked("ls-remote", _REMOTE, self._ref).split()
        if now and now[0] == commit:
            return True  # it arrived, and only the answer was lost
        if (now[0] if now else "") != self._head:
            return False
        raise UsageError(
            f"The ledger of mails cannot be pushed to '{_REMOTE}'. Nothing is sent that was not claimed there: "
            "look at the network and at your right to push, and try again."
        )

    def _asked(self, *arguments: str) -> str:
        said = self._git.talk(*arguments)
        if said is None:
            raise UsageError(
                f"The remote '{_REMOTE}' does not answer, so nobody can know what others have sent. "
                "Nothing was sent: look at the network, and try again."
            )
        return said.decode("utf-8")
