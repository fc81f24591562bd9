"""Git, asked in plumbing: objects are read as data, nothing is checked out, nobody's settings count."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import secrets
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from counterpart.files.repository import Repository, shown
from counterpart.findings import ProgramError, UsageError

#: The oldest git that reads GIT_CONFIG_GLOBAL: with an older one, somebody's own settings would count.
OLDEST = (2, 32)

_NAME = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_HEAD = re.compile(rb"([0-9a-f]+) ([a-z]+) ([0-9]+)\n")
_FILES = (b"100644", b"100755")  # the modes of ordinary files
_SAFE = ("-c", "core.quotePath=false", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of a comparison of two trees, as Git gives it: nothing is guessed about renames."""

    status: str  # A added, M changed, D deleted, T of another kind
    old_mode: str  # "100644" and so on; "000000" where there is nothing
    mode: str
    blob: str
    path: bytes


class Git:
    """A repository, bare or not."""

    def __init__(self, folder: Path) -> None:
        """*folder* lies in a repository, or is one."""
        self.folder = folder

    def run(self, *arguments: str, content: bytes | None = None, index: Path | None = None) -> bytes:
        """What a command of Git says; a usage error when it fails, without Git's own words.

        *index*: a file to use in place of the repository's own index.
        """
        done = subprocess.run(
            [program(), *_SAFE, *arguments],
            cwd=self.folder,
            env=_environment() | ({"GIT_INDEX_FILE": str(index)} if index else {}),
            input=content or b"",
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise UsageError(f"git {arguments[0]} did not succeed in this repository.")
        return done.stdout

    def commit(self, revision: str) -> str:
        """The full name of the commit that *revision* names; a usage error when there is none."""
        try:
            said = self.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        except UsageError:
            raise UsageError("There is no such commit in this repository; fetch it first.") from None
        name = said.decode("ascii", "replace").strip()
        if not _NAME.fullmatch(name):
            raise UsageError("There is no such commit in this repository; fetch it first.")
        return name

    def talk(self, *arguments: str) -> bytes | None:
        """What a command says that talks to a remote; None when it does not succeed.

        Unlike all others it needs the person's own settings, as these say how to prove who one is.
        """
        inner = {
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_INDEX_FILE",
            "GIT_OBJECT_DIRECTORY",
            "GIT_COMMON_DIR",
            "GIT_PREFIX",
        }
        done = subprocess.run(
            [
                program(),
                *_SAFE,
                "-c",
                "push.gpgSign=false",
                "-c",
                "http.lowSpeedLimit=1",
                "-c",
                "http.lowSpeedTime=60",
                *arguments,
            ],
            cwd=self.folder,
            env={name: value for name, value in os.environ.items() if name not in inner},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        return None if done.returncode else done.stdout

    def tip(self, ref: str) -> str:
        """The full name of the commit that *ref* is at; empty when there is no such ref."""
        try:
            return self.run("rev-parse", "--verify", "--quiet", "--end-of-options", ref).decode("ascii").strip()
        except UsageError:
            return ""

    def has(self, commit: str) -> bool:
        """Whether *commit*, by its full name, is here."""
        try:
            self.run("cat-file", "-e", f"{commit}^{{commit}}")
        except UsageError:
            return False
        return True

    def is_ancestor(self, earlier: str, later: str) -> bool:
        """Whether the commit *later* is *earlier* or follows it."""
        return earlier == later or not self.run("rev-list", "--max-count=1", earlier, f"^{later}", "--").strip()

    def own_commit(self, tree: str, parents: tuple[str, ...], words: str) -> str:
        """A commit of *tree* in the program's name, and in nobody's; its full name."""
        who = (
            "-c",
            "user.name=Counterpart",
            "-c",
            "user.email=counterpart@localhost",
            "-c",
            "commit.gpgSign=false",
        )
        said = self.run(*who, "commit-tree", tree, *parents, "-m", words)
        return said.decode("ascii").strip()

    def commit_files(
        self,
        parent: str,
        files: Mapping[str, bytes],
        words: str,
        when: int,
        *,
        after: tuple[str, ...] = (),
        kept: tuple[Change, ...] = (),
    ) -> str:
        """A commit with the tree of *parent*, but *files* in their places, in the program's name; its full name.

        *when*: seconds since 1970. *after*: the commits that it follows, where that is not *parent* alone.
        *kept*: changes of other files that it makes too. No branch moves, and no work tree is touched.
        """
        ref = f"refs/counterpart/{secrets.token_hex(8)}"
        first, *others = after or (parent,)
        tree = self.run("rev-parse", f"{parent}^{{tree}}").decode("ascii").strip()
        stream = (
            f"commit {ref}\ncommitter Counterpart <counterpart@localhost> {when} +0000\n"
            f"data {len(words.encode())}\n{words}\nfrom {first}\n"
            + "".join(f"merge {other}\n" for other in others)
            + f'M 040000 {tree} ""\n'
        ).encode()
        for change in kept:
            place = b'"' + b"".join(b"\\%03o" % byte for byte in change.path) + b'"'
            if change.status == "D":
                stream += b"D " + place + b"\n"
            else:
                stream += f"M {change.mode} {change.blob} ".encode() + place + b"\n"
        for path, content in sorted(files.items()):
            stream += f"M 100644 inline {path}\ndata {len(content)}\n".encode() + content + b"\n"
        try:
            self.run("fast-import", "--quiet", content=stream)
            return self.commit(ref)
        finally:
            with contextlib.suppress(UsageError):
                self.run("update-ref", "-d", ref)

    def bring_along(self, ref: str, old: str, new: str) -> None:
        """Where the branch *ref* is checked out, bring files and index from the commit *old* to *new*.

        Call it before the branch moves: whoever is killed in between has the new files, and no old ones that
        undo them. Raises UsageError, and changes nothing, where changes that are not committed would be lost.
        """
        for folder in self._checked_out(ref):
            place = Git(folder)
            with contextlib.suppress(UsageError):  # it only says so where files differ
                place.run("update-index", "-q", "--refresh")
            try:
                place.run("read-tree", "-m", "-u", old, new)
            except UsageError:
                raise UsageError(
                    f"The branch '{ref.removeprefix('refs/heads/')}' is checked out in '{folder.as_posix()}', and "
                    "there are changes there that are not committed. Commit them, or put them back, and run the "
                    "command again."
                ) from None

    def _checked_out(self, ref: str) -> list[Path]:
        """The folders in which the branch *ref* is checked out; the repository may have several."""
        found, folder = [], None
        for line in self.run("worktree", "list", "--porcelain").decode("utf-8", "surrogateescape").splitlines():
            word, _, rest = line.partition(" ")
            if word == "worktree":
                folder = Path(rest)
            elif word == "branch" and rest == ref and folder is not None and folder.is_dir():
                found.append(folder)
        return found

    def versions(self, old: str, new: str, path: str) -> set[str]:
        """Every blob that the file *path* was from the commit *old* on up to *new*; "" where there was none."""
        with self.objects() as objects:
            found = {objects.id(f"{commit}:{path}") for commit in (old, new)}
        said = self.run(
            "log", "--full-history", "-m", "--format=", "--raw", "-z", "--no-renames", "--no-abbrev",
            f"{old}..{new}", "--", path,
        )  # fmt: skip
        for part in said.split(b"\0"):
            words = part.strip().decode("utf-8", "replace").split(" ")
            if words[0].startswith(":"):
                found |= {"" if not blob.strip("0") else blob for blob in words[2:4]}
        return found

    def tree_of(self, folder: Path, index: Path) -> str:
        """The name of a tree with every file of *folder*, which lies outside; *index*: a file for this alone."""
        options = ("-c", "core.autocrlf=false", "-c", "core.excludesFile=", f"--work-tree={folder.resolve()}")
        directory = self.run("rev-parse", "--absolute-git-dir").decode("utf-8").strip()
        inside = Git(folder)
        inside.run(f"--git-dir={directory}", *options, "add", "--all", "--force", ".", index=index.resolve())
        return self.run("write-tree", index=index.resolve()).decode("ascii").strip()

    def head(self) -> str:
        """The full name of the branch that is checked out; empty when none is."""
        try:
            return self.run("symbolic-ref", "--quiet", "HEAD").decode("utf-8").strip()
        except UsageError:
            return ""

    def base(self, one: str, two: str) -> str:
        """The newest commit that both have in their past; a usage error when there is none."""
        return self.run("merge-base", one, two).decode("ascii").split()[0]

    def changes(self, old: str, new: str) -> tuple[Change, ...]:
        """What differs between the trees of two commits."""
        said = self.run("diff-tree", "-r", "-z", "--no-renames", "--full-index", "--no-abbrev", old, new)
        parts = said.split(b"\0")[:-1]
        changes = []
        for head, path in zip(parts[::2], parts[1::2], strict=True):
            old_mode, mode, _, blob, status = head[1:].decode("ascii").split(" ")
            changes.append(Change(status=status, old_mode=old_mode, mode=mode, blob=blob, path=path))
        return tuple(changes)

    def story(self, head: str, folder: str) -> Iterator[Change]:
        """Everything that ever happened to the files of *folder* on the way to *head*, the oldest first.

        Followed is the line on which branches were merged: of a merge, what it brought to that line, so that
        nothing can be hidden in one.
        """
        said = self.run(
            "log", "--first-parent", "-m", "--reverse", "--format=", "--raw", "-z", "--no-renames", "--no-abbrev",
            head, "--", folder,
        )  # fmt: skip
        parts = [part for part in said.split(b"\0") if part]
        for line, path in zip(parts[::2], parts[1::2], strict=True):
            old_mode, mode, _, blob, status = line[1:].decode("ascii").split(" ")
            yield Change(status=status, old_mode=old_mode, mode=mode, blob=blob, path=path)

    def last_change(self, head: str, path: str) -> str:
        """The newest commit on the way to *head* that changed *path*; empty when none did."""
        return (
            self.run("log", "-1", "--first-parent", "-m", "--format=%H", head, "--", path).decode("ascii").strip()
        )

    def export(self, commit: str, folders: tuple[str, ...], target: Path) -> None:
        """Write the files of *folders*, as they were in *commit*, below *target*, byte for byte.

        Raises UsageError where something else than an ordinary file is in the way; nothing is written then.
        """
        files: dict[str, bytes] = {}
        with self.objects() as objects:
            for line in self.run("ls-tree", "-r", "-z", "--full-tree", commit, "--", *folders).split(b"\0")[:-1]:
                head, _, name = line.partition(b"\t")
                path, (mode, _, blob) = os.fsdecode(name), head.split(b" ")
                content = objects.read(blob.decode("ascii")) if mode in _FILES else None
                if content is None:
                    raise UsageError(f"'{shown(path)}' was a link or a folder of another repository.")
                files[path] = content
        Repository(target).write_all(files, lasting=False)

    @contextmanager
    def objects(self) -> Iterator[Objects]:
        """A reader of many objects, in one process of Git for each kind of question."""
        git = program()
        with ExitStack() as ending:

            def begin(kind: str) -> subprocess.Popen[bytes]:
                process = subprocess.Popen(
                    [git, *_SAFE, "cat-file", kind],
                    cwd=self.folder, env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                )  # fmt: skip
                return ending.enter_context(process)  # which closes its pipes and waits for its end

            yield Objects(begin)


class Objects:
    """Objects of a repository, read one after another."""

    def __init__(self, begin: Callable[[str], subprocess.Popen[bytes]]) -> None:
        """*begin* starts ``git cat-file`` with an option."""
        self._begin = functools.cache(begin)

    def size(self, name: str) -> int | None:
        """The size of an object in bytes, without reading it; None when there is none of this name."""
        return self._asked("--batch-check", name)[2]

    def id(self, name: str) -> str:
        """The full name of the object that *name*, such as ``commit:path``, is; empty when there is none."""
        return self._asked("--batch-check", name)[0]

    def read(self, name: str) -> bytes | None:
        """The contents of a blob, by its name or as ``commit:path``; None when there is none."""
        _, kind, size = self._asked("--batch", name)
        if size is None:
            return None
        answer = self._begin("--batch").stdout
        assert answer
        content = answer.read(size)
        answer.read(1)
        return content if kind == b"blob" else None

    def _asked(self, option: str, name: str) -> tuple[str, bytes, int | None]:
        """The full name, the kind and the size of an object; no size when there is none of this name."""
        assert "\n" not in name
        process = self._begin(option)
        assert process.stdin and process.stdout
        process.stdin.write(f"{name}\n".encode())
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:  # it ended: that is not the same as "there is no such object"
            raise UsageError("git cat-file did not succeed in this repository.")
        head = _HEAD.fullmatch(line)
        return (head[1].decode("ascii"), head[2], int(head[3])) if head else ("", b"", None)


def program() -> str:
    """Return how git is called; raise ProgramError when there is none, or one that is too old."""
    _look_at_git(os.environ.get("PATH", ""))
    return "git"


@functools.cache
def _look_at_git(_path: str) -> None:
    needed = f"Counterpart needs git {OLDEST[0]}.{OLDEST[1]} or newer"
    try:
        said = subprocess.run(
            ["git", "version"], stdin=subprocess.DEVNULL, capture_output=True, check=False
        ).stdout.decode("ascii", "replace")
    except OSError:
        raise ProgramError(f"{needed}, and there is no git on the PATH. Install it and try again.") from None
    version = re.match(r"git version ([0-9]+)\.([0-9]+)", said)
    if version is None:
        raise ProgramError(f"The git on the PATH does not say which version it is: {needed}.")
    if (int(version[1]), int(version[2])) < OLDEST:
        raise ProgramError(f"git {version[1]}.{version[2]} is too old: {needed}.")


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
