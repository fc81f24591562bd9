"""The one way to read a programme's YAML and JSON files: as a document, or as the findings that say why not.

What was read through one remembering ``Repository`` is read and checked once, until something is written by it.
"""

from __future__ import annotations

from counterpart.files import schema, yaml_read
from counterpart.files.paths import Entry
from counterpart.files.repository import Repository
from counterpart.files.yaml_read import Document
from counterpart.findings import Finding, UsageError


def parsed(repository: Repository, entry: Entry) -> Document | tuple[Finding, ...]:
    """The data of a file, whatever its shape; or why it cannot be read."""

    def read() -> Document | tuple[Finding, ...]:
        content = repository.read(entry)
        return (content,) if isinstance(content, Finding) else yaml_read.read(content, entry.path)

    return repository.once(("parsed", entry.path), read)


def document(repository: Repository, entry: Entry) -> Document | tuple[Finding, ...]:
    """The data of a file that has the shape of its kind; or everything that is wrong with it."""

    def checked() -> Document | tuple[Finding, ...]:
        read = parsed(repository, entry)
        return (schema.check(read, entry.kind) or read) if isinstance(read, Document) else read

    return repository.once(("document", entry), checked)


def maybe(repository: Repository, entry: Entry) -> Document | None:
    """The data of a file that is there and has the shape of its kind; None of any other."""
    read = document(repository, entry) if repository.exists(entry) else None
    return read if isinstance(read, Document) else None


def must(repository: Repository, entry: Entry) -> Document:
    """The data of a file that has the shape of its kind; a usage error where there is none."""
    read = document(repository, entry)
    if not isinstance(read, Document):
        raise UsageError(f"'{entry.path}' cannot be read; 'counterpart check' says why.")
    return read
