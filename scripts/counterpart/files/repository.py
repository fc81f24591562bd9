"""Reads and writes a programme's files, by the names that ``paths`` gives them.

It reads and writes bytes and never looks into them; it follows no link and writes nothing outside the root.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from counterpart.files.paths import (
    APPLICANTS,
    APPROVAL,
    GUIDES,
    IGNORED,
    KIB,
    LIMITS,
    MIB,
    NEWS,
    OF_A_ROUND,
    PAGE_NAME,
    PROPOSAL,
    ROUNDS,
    SITE,
    Entry,
    Names,
)
from counterpart.findings import Finding, Location, UsageError, found
from counterpart.model import RoundId

T = TypeVar("T")


def no_round(round_id: str) -> UsageError:
    """What to raise where a round is asked for that is not there."""
    return UsageError(f"There is no round '{round_id}' in this programme.")


class Repository(Names):
    """A programme's folder."""

    def __init__(self, root: Path, *, remember: bool = False) -> None:
        """*root* need not hold anything yet. With *remember*, ``once`` keeps what it gave: for one command."""
        self.root = Path(os.path.abspath(root))
        self._kept: dict[Hashable, Any] | None = {} if remember else None

    @classmethod
    def at(cls, root: Path, *, remember: bool = False) -> Repository:
        """The programme whose root is *root*; a usage error when there is none."""
        if not (root / ROUNDS).is_dir():
            raise UsageError(f"There is no programme in this folder: it has no folder '{ROUNDS}'.")
        return cls(root, remember=remember)

    @classmethod
    def around(cls, folder: Path, *, remember: bool = False) -> Repository:
        """The programme that *folder* lies in: the nearest folder upwards that holds rounds."""
        folder = Path(os.path.abspath(folder))
        for each in (folder, *folder.parents):
            if (each / ROUNDS).is_dir():
                return cls(each, remember=remember)
        raise UsageError(
            f"There is no programme here: neither this folder nor one above it has a folder '{ROUNDS}'. "
            "Go to the programme's folder, or name it with --root."
        )

    # What was read before

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What *make* gives; a remembering repository makes it once for each *key*, until something is written."""
        if self._kept is None:
            return make()
        if key not in self._kept:
            made = make()
            self._kept[key] = made
        kept: T = self._kept[key]
        return kept

    def afresh(self) -> Repository:
        """The same programme, read anew from the disk: once, and remembered from then on."""
        return Repository(self.root, remember=True)

    def forget(self) -> None:
        """Remember nothing of what was read so far, because it may have changed."""
        if self._kept is not None:
            self._kept.clear()

    # Lists

    def known_round(self, text: str) -> RoundId:
        """The id of a round that is there; a usage error where *text* is none."""
        if self.round_id(text) not in self.rounds()[0]:
            raise no_round(text)
        return RoundId(text)

    def rounds(self) -> tuple[tuple[RoundId, ...], tuple[Finding, ...]]:
        """The ids of all rounds that have a folder, under ``rounds/`` or ``applicants/``, sorted."""
        ids: set[RoundId] = set()
        findings: list[Finding] = []
        for top in (ROUNDS, APPLICANTS):
            for item in self._items(top, findings):
                path = f"{top}/{shown(item.name)}"
                is_link = _is_link(item)
                if self.is_round_id(item.name) and (is_link or item.is_dir(follow_symlinks=False)):
                    ids.add(RoundId(item.name))  # of a link, the lists below say that it is one
                elif is_link:
                    findings.append(_link(path))
                elif item.is_dir(follow_symlinks=False):
                    message = "A folder here must be named as a round, such as '2027-1'."
                    findings.append(_misnamed(path, message))
                elif top == APPLICANTS and item.name not in IGNORED:
                    findings.append(_misnamed(path, "A file here must lie in the folder of its round."))
        return tuple(sorted(ids)), tuple(findings)

    def applications(self, round_id: RoundId) -> tuple[tuple[Entry, ...], tuple[Finding, ...]]:
        """The files of the round's applications, sorted by name, and what else lies there and should not."""
        folder = f"{APPLICANTS}/{round_id}"
        entries: list[Entry] = []
        findings: list[Finding] = []
        for item in self._items(folder, findings):
            path = f"{folder}/{shown(item.name)}"
            if item.name in IGNORED or _is_left_over(item.name):
                continue
            entry = self.form(path)
            if entry is not None:
                entries.append(entry)
            else:
                message = "An application's file must be named by its id, such as '7GQ2MK4XHN.yaml'."
                findings.append(_misnamed(path, message))
        return tuple(sorted(entries, key=lambda entry: entry.path)), tuple(findings)

    def round_files(self, round_id: RoundId) -> tuple[tuple[Entry, ...], tuple[Finding, ...]]:
        """The YAML files of the round's folder, and its report; a YAML file of an unknown name is a finding."""
        folder = f"{ROUNDS}/{round_id}"
        kinds = {f"{kind}.yaml": kind for kind in OF_A_ROUND}
        entries: list[Entry] = []
        findings: list[Finding] = []
        for item in self._items(folder, findings):
            path = f"{folder}/{shown(item.name)}"
            if item.name in kinds:
                entries.append(Entry(path=path, kind=kinds[item.name]))
            elif PROPOSAL.fullmatch(item.name):
                entries.append(Entry(path=path, kind="pairings"))
            elif APPROVAL.fullmatch(item.name):
                entries.append(Entry(path=path, kind="approval"))
            elif item.name == "report.json":
                entries.append(self.report_file(round_id))
            elif item.name.casefold().endswith((".yaml", ".yml")):
                names = f"{', '.join(OF_A_ROUND)} or pairings"
                message = f"A YAML file here must be named {names}, and end in '.yaml'."
                findings.append(_misnamed(path, message))
        return tuple(sorted(entries, key=lambda entry: entry.path)), tuple(findings)

    def responses(self, round_id: RoundId) -> tuple[tuple[Entry, ...], tuple[Finding, ...]]:
        """The files of the round's responses, sorted by name, and what else lies there and should not."""
        folder = f"{ROUNDS}/{round_id}/responses"
        entries: list[Entry] = []
        findings: list[Finding] = []
        for item in self._items(folder, findings):
            path = f"{folder}/{shown(item.name)}"
            if item.name in IGNORED or _is_left_over(item.name):
                continue
            entry = self.response(path)
            if entry is not None:
                entries.append(entry)
            else:
                message = (
                    "A response's file must be named by an id and a mark, such as '7GQ2MK4XHN-0a1b2c3d4e5f.yaml'."
                )
                findings.append(_misnamed(path, message))
        return tuple(entries), tuple(findings)

    def _items(self, folder: str, findings: list[Finding]) -> Iterator[os.DirEntry[str]]:
        path = self.root / folder
        if not os.path.lexists(path):
            return
        if path.is_symlink():
            findings.append(_link(folder))
        elif not path.is_dir():
            findings.append(found("file-kind", Location(path=folder), "This must be a folder."))
        else:
            try:
                with os.scandir(path) as items:
                    yield from sorted(items, key=lambda item: item.name)
            except OSError:
                findings.append(_unreadable(folder))

    # Reading

    def exists(self, entry: Entry) -> bool:
        """Whether anything of this name is there, be it a file or not."""
        return os.path.lexists(self.root / entry.path)

    def read(self, entry: Entry) -> bytes | Finding:
        """The bytes of a file; or why it is not one that may be read. Too large a file is not opened."""
        path = self.root / entry.path
        place = Location(path=entry.path)
        try:
            status = os.lstat(path)
            if _leads_away(status):
                return _link(entry.path)
            if not stat.S_ISREG(status.st_mode):
                return found("file-kind", place, "This must be a file.")
            limit = LIMITS[entry.kind]
            if status.st_size > limit:
                return found("file-too-large", place, f"The file must be at most {_size(limit)} large.")
            with open(path, "rb") as file:
                return file.read(limit + 1)
        except FileNotFoundError:
            return found("file-missing", place, "There must be a file of this name.")
        except OSError:
            return _unreadable(entry.path)

    def templates(self, round_id: RoundId) -> dict[str, bytes]:
        """The round's own templates of mails, by the names of their files; none of them is followed as a link."""
        folder = self.root / ROUNDS / round_id / "mails"
        found: dict[str, bytes] = {}
        if folder.is_dir() and not folder.is_symlink():
            for path in sorted(folder.iterdir()):
                if path.name not in IGNORED and path.is_file() and not path.is_symlink():
                    found[path.name] = path.read_bytes()[: LIMITS["template"]]
        return found

    def guides(self) -> tuple[tuple[Entry, ...], tuple[Finding, ...]]:
        """The discussion guides, sorted by name; empty where the programme has none."""
        return self._pages_in(GUIDES, "A guide", self.guide_file)

    def news(self) -> tuple[tuple[Entry, ...], tuple[Finding, ...]]:
        """The pieces of news, sorted by name; empty where the programme has none."""
        return self._pages_in(NEWS, "A piece of news", self.news_file)

    def _pages_in(
        self, folder: str, what: str, entry: Callable[[str], Entry]
    ) -> tuple[tuple[Entry, ...], tuple[Finding, ...]]:
        findings: list[Finding] = []
        names = [item.name for item in self._items(folder, findings) if item.name not in IGNORED | {"index.md"}]
        entries = []
        for name in names:
            if PAGE_NAME.fullmatch(name):
                entries.append(entry(name.removesuffix(".md")))
            elif name.endswith(".md"):
                message = f"{what} must be in a file named in small letters, digits and hyphens, ending in '.md'."
                findings.append(_misnamed(f"{folder}/{shown(name)}", message))
        return tuple(entries), tuple(findings)

    def site_pages(self) -> tuple[Entry, ...]:
        """Every page that people wrote for the site, sorted by path; no link is followed."""
        paths: list[str] = []
        for folder, _, names in os.walk(self.root / SITE):
            inside = Path(folder).relative_to(self.root).as_posix()
            paths += (f"{inside}/{name}" for name in names if name.endswith(".md"))
        return tuple(Entry(path=path, kind="page") for path in sorted(paths))

    # Writing

    def write_all(
        self, files: Mapping[str, bytes], *, lasting: bool = True, after_file: Callable[[], None] | None = None
    ) -> None:
        """Replace or create *files*, named by their paths from the root, each one whole.

        Every file is first written beside its place and brought to the disk; only then are they moved into
        place, one after another in the order of *files*. Whoever kills the process leaves each file old or
        new, never half. Between two moves the first file is new and the second old: so of files that belong
        together, name the one first whose digests tell (a certificate before its proposal), and the mixed
        state is noticed by whoever reads them.

        Without *lasting*, nothing is waited for: for files that can be made again when the power fails.
        *after_file* is called after each file that was written beside its place.
        """
        self.forget()
        prepared: list[tuple[Path, Path]] = []
        name = ""
        try:
            for name, content in files.items():
                target = self._target(name)
                aside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
                prepared.append((aside, target))
                _write_down(aside, content, lasting)
                if after_file:
                    after_file()
            for name, (aside, _) in zip(files, prepared, strict=True):
                os.replace(aside, self.root / name)
        except OSError as error:
            raise UsageError(f"'{name}' cannot be written; look at the folder's rights and the disk.") from error
        finally:
            for aside, _ in prepared:
                with contextlib.suppress(OSError):
                    aside.unlink(missing_ok=True)

    def put_back(self, files: Mapping[str, bytes | Finding | None]) -> None:
        """Make *files* what they were when they were read; None: there was none. What could not be read stays."""
        self.forget()
        for path, content in files.items():
            if isinstance(content, bytes):
                self.write_all({path: content}, lasting=False)
            elif content is None:
                self._target(path).unlink(missing_ok=True)

    def remove_all(self, entries: Iterable[Entry]) -> None:
        """Delete files, in the order given; one that is not there any more is no error."""
        self.forget()
        for entry in entries:
            target = self._target(entry.path)
            try:
                target.unlink(missing_ok=True)
            except OSError as error:
                raise UsageError(f"'{entry.path}' cannot be deleted; look at the folder's rights.") from error

    def _target(self, name: str) -> Path:
        target = self.root / name
        inside = Path(os.path.abspath(target)).is_relative_to(self.root)
        if not inside or not _stays_inside(target.parent, self.root):
            raise UsageError("A file outside the programme's folder is not written.")
        if target.is_symlink() or target.is_dir():
            raise UsageError(f"'{name}' is a link or a folder, and is not replaced.")
        target.parent.mkdir(parents=True, exist_ok=True)
        return target


def shown(name: str) -> str:
    """A file's name as it may be printed: what is no text, or would break a line, is escaped."""
    if name.isprintable():
        return name
    text = name.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def _is_link(item: os.DirEntry[str]) -> bool:
    return item.is_symlink() or _leads_away(item.stat(follow_symlinks=False))


def _leads_away(status: os.stat_result) -> bool:
    """Whether this is a link or, on Windows, a junction."""
    return stat.S_ISLNK(status.st_mode) or bool(
        getattr(status, "st_reparse_tag", 0) == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)
    )


def _is_left_over(name: str) -> bool:
    return name.startswith(".") and name.endswith(".tmp")


def _stays_inside(folder: Path, root: Path) -> bool:
    return Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(root))


def _write_down(path: Path, content: bytes, lasting: bool) -> None:
    """Write a new file and, if it is to be *lasting*, wait until it is on the disk."""
    path.unlink(missing_ok=True)  # left over by a killed process of the same number
    with open(path, "xb") as file:
        file.write(content)
        if lasting:
            file.flush()
            os.fsync(file.fileno())


def _misnamed(path: str, message: str) -> Finding:
    return found("file-name", Location(path=path), message)


def _link(path: str) -> Finding:
    return found("file-link", Location(path=path), "This must be a file or folder of its own, not a link.")


def _unreadable(path: str) -> Finding:
    return found("file-unreadable", Location(path=path), "This must be readable, and is not.")


def _size(limit: int) -> str:
    return f"{limit // MIB} MiB" if limit >= MIB else f"{limit // KIB} KiB"
