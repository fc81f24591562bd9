"""The ledger's place: a branch of its own in the repository, on which no two senders can write at once.

It needs no work tree, so it never meets what a coordinator is editing, and it travels with the repository.
It only ever grows: a branch that lost what this copy or this machine saw on it is refused.
"""

from __future__ import annotations

import contextlib

from counterpart.files.git import Git
from counterpart.findings import UsageError
from counterpart.model import RoundId
from counterpart.rounds.mail_log import Ledger, forgets, joined, ledger_from, text_of
from counterpart.rounds.send_journal import note_log, notes

_FILE = "ledger.jsonl"
_REMOTE = "origin"
_NOTHING = "0" * 40
_RACES = 5


#: Why nothing is sent without the log.
_TWICE = "people would get the same e-mails again, so nothing is sent."


class MailLogBranch:
    """The branch ``ledger/<round>``: that of the remote ``origin`` where there is one, else this copy's own."""

    def __init__(self, git: Git, round_id: RoundId) -> None:
        """*git*: the programme's repository."""
        self._git = git
        self._round = round_id
        self._ref = f"refs/heads/ledger/{round_id}"
        self._seen = f"refs/remotes/{_REMOTE}/ledger/{round_id}"
        self.shared = _REMOTE in git.run("remote").decode("utf-8").split()
        self._head = ""

    def read(self) -> Ledger:
        """The ledger as everybody sees it now.

        Raises UsageError where the remote cannot be reached, or where the ledger lost what this copy knows of it:
        then it says what to type.
        """
        known = self._kept()  # before anybody is asked: asking may move the remote's ref here
        own = self._git.tip(self._ref)
        self._head = latest = self._latest()
        ledger = self._lines(latest) if latest else {}
        if problem := self._problem(latest, known, ledger):
            raise UsageError(problem)
        if latest:
            self._keep(latest, own)
        return ledger

    def known(self) -> Ledger:
        """The ledger as this copy knows it, without asking anybody; what is new elsewhere is not in it."""
        known = self._newest([self._git.tip(self._ref), self._git.tip(self._seen)])
        self._head = known[0] if known else ""
        return self._lines(self._head) if self._head else {}

    def write(self, ledger: Ledger, words: str) -> bool:
        """Write the ledger for everybody to see; False where somebody else wrote since it was read.

        *words* say in the branch's history what happened. Killed at any point, it was written or was not.
        """
        own = self._git.tip(self._ref)
        commit = self._commit(ledger, (self._head,) if self._head else (), words)
        if self.shared:
            if not self._pushed(commit):
                return False
        else:
            try:
                self._git.run("update-ref", self._ref, commit, self._head or _NOTHING)
            except UsageError:
                return False
        self._keep(commit, own)
        self._head = commit
        return True

    def restore(self) -> bool:
        """Put back all that this copy knows of the ledger, joined with what is there; False where it is whole.

        Nothing is replaced: what comes out follows both.
        """
        for _ in range(_RACES):
            known = self._kept()
            own = self._git.tip(self._ref)
            self._head = latest = self._latest()
            if not self._problem(latest, known, self._lines(latest) if latest else {}):
                return False
            heads = self._newest([latest, *known])
            lines = joined(self._lines(head) for head in dict.fromkeys((latest, *known)) if head)
            if len(heads) == 1 and not forgets(self._lines(heads[0]), lines):
                commit = heads[0]
            else:
                commit = self._commit(lines, tuple(heads), "The log of e-mails was put together again")
            if not self.shared:
                self._git.run("update-ref", self._ref, commit)
            elif not self._pushed(commit):
                continue
            self._keep(commit, own)
            return True
        raise UsageError(
            "Others write to the log of e-mails all the time; wait until they are done, and try again."
        )

    def _lines(self, commit: str) -> Ledger:
        try:
            return ledger_from(self._git.run("show", f"{commit}:{_FILE}").decode("ascii"))
        except (ValueError, KeyError, UsageError):
            raise UsageError(
                f"The branch '{self._ref.removeprefix('refs/heads/')}' does not hold a ledger of mails. "
                "Nothing is sent without it: look at what was done to the branch."
            ) from None

    def _commit(self, ledger: Ledger, parents: tuple[str, ...], words: str) -> str:
        blob = self._git.run("hash-object", "-w", "--stdin", content=text_of(ledger).encode("ascii")).strip()
        tree = self._git.run("mktree", content=b"100644 blob " + blob + b"\t" + _FILE.encode() + b"\n").strip()
        named = tuple(part for parent in parents for part in ("-p", parent))
        return self._git.own_commit(tree.decode("ascii"), named, words)

    def _kept(self) -> list[str]:
        """The newest commits of the ledger that this copy and this machine know and that are here.

        What only the remote's ref here tells is kept in the branch, which no fetch moves back.
        """
        own, seen = self._git.tip(self._ref), self._git.tip(self._seen) if self.shared else ""
        if seen and (not own or (own != seen and self._git.is_ancestor(own, seen))):
            self._move(seen, own)
            own = seen
        return self._newest([own, seen, notes(self._git.folder, self._round).log])

    def _newest(self, commits: list[str]) -> list[str]:
        """Those of *commits* that are here and that none of the others follows."""
        here = [each for each in dict.fromkeys(commits) if each and self._git.has(each)]
        return [
            each
            for each in here
            if not any(other != each and self._git.is_ancestor(each, other) for other in here)
        ]

    def _keep(self, commit: str, own: str) -> None:
        """Let this copy's branch, which was at *own*, and this machine's note be at *commit*."""
        if commit != own:
            self._move(commit, own)
        if notes(self._git.folder, self._round).log != commit:
            note_log(self._git.folder, self._round, commit)

    def _move(self, commit: str, own: str) -> None:
        # Where another process moved the branch in the meantime, its word stands.
        with contextlib.suppress(UsageError):
            self._git.run("update-ref", self._ref, commit, own or _NOTHING)

    def _problem(self, latest: str, known: list[str], ledger: Ledger) -> str:
        """Why the ledger at *latest* cannot be believed, and what to type; empty where it can.

        *known*: the newest commits that were seen of it.
        """
        noted = notes(self._git.folder, self._round)
        lost = [commit for commit in known if not self._follows(latest, commit)]
        if not latest and not lost:
            return self._gone(noted.file) if noted.any_mail else ""
        if len(lost) == 1 and self._follows(lost[0], latest):
            return self._rewound(latest, lost[0])
        earlier = [commit for commit in known if commit != latest]
        return self._replaced() if lost or self._changed(ledger, earlier, noted.log) else ""

    def _follows(self, later: str, earlier: str) -> bool:
        """Whether the commit *later* is *earlier* or came after it; what is not there comes before everything."""
        return earlier in ("", later) or (bool(later) and self._git.is_ancestor(earlier, later))

    def _changed(self, ledger: Ledger, earlier: list[str], noted: str) -> bool:
        """Whether the *ledger* lacks a line of an *earlier* one, or this copy the commit that was *noted*."""
        if noted and not self._git.has(noted):
            return True
        return any(forgets(ledger, self._lines(commit)) for commit in earlier)

    def _rewound(self, latest: str, lost: str) -> str:
        if not latest:
            where = (
                f"is not at '{_REMOTE}', but this copy has it." if self.shared else "is not in this copy any more."
            )
            return f"{self._name} {where} Without it, {_TWICE} {self._put_back(lost)}"
        where = f"at '{_REMOTE}' than in this copy" if self.shared else "in this copy than it was"
        return (
            f"{self._name} is older {where}: somebody moved it back. Without what is missing, {_TWICE} "
            f"{self._put_back(lost)}"
        )

    @property
    def _name(self) -> str:
        return f"The log of e-mails of round {self._round}, which is the branch {self._branch},"

    @property
    def _branch(self) -> str:
        return self._ref.removeprefix("refs/heads/")

    @property
    def _restore(self) -> str:
        return f"\n  counterpart ledger {self._round} --restore"

    def _gone(self, noted_in: object) -> str:
        return (
            f"{self._name} is gone, but this machine knows that e-mails were sent: it noted so in '{noted_in}'. "
            f"Without the log, {_TWICE} If anybody else has the log, ask them to put it back: 'git push "
            f"{_REMOTE} {self._branch}'. If nobody has, begin a new one with this "
            f"command, in which the e-mails that left from here count as sent, and try again:{self._restore}"
        )

    def _replaced(self) -> str:
        where = f"at '{_REMOTE}' than the one that this copy knows" if self.shared else "in this copy than it was"
        return (
            f"{self._name} is another {where}: somebody replaced it or changed it by hand. Without what is "
            f"missing, {_TWICE} Join the two with this command, and try again:{self._restore}"
        )

    def _put_back(self, commit: str) -> str:
        if not self.shared:
            return f"Put the log back with this command, and try again:\n  git update-ref {self._ref} {commit}"
        return (
            "If somebody else sent after you, ask them to do this on their machine. Otherwise put the log back "
            f"with this command, and try again:\n  git push {_REMOTE} {commit}:{self._ref}"
        )

    def _latest(self) -> str:
        """The commit at which the ledger is now, which is fetched; empty where there is no ledger."""
        if not self.shared:
            return self._git.tip(self._ref)
        for _ in range(_RACES):
            listed = self._asked("ls-remote", _REMOTE, self._ref).split()
            if not listed:
                return ""
            if self._git.has(listed[0]):
                return listed[0]
            # Into no ref of this copy: what is fetched is looked at before it is believed.
            self._asked("fetch", "--no-tags", "--no-write-fetch-head", "--refmap=", _REMOTE, self._ref)
            if self._git.has(listed[0]):
                return listed[0]
        raise UsageError(
            "Others write to the log of e-mails all the time; wait until they are done, and try again."
        )

    def _pushed(self, commit: str) -> bool:
        """Push, which the remote takes only as long as *commit* follows what it has; what came of it is asked."""
        before = self._head
        if self._git.talk("push", "--quiet", _REMOTE, f"{commit}:{self._ref}") is not None:
            return True
        now = self._asked("ls-remote", _REMOTE, self._ref).split()
        if now and now[0] == commit:
            return True  # it arrived, and only the answer was lost
        if (now[0] if now else "") != before:
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
