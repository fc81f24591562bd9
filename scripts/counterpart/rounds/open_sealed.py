"""Open one application's sealed part, and make sure that it belongs to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from counterpart.digest import digest
from counterpart.files import schema
from counterpart.files.json_read import plain, shows_itself
from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.model import RoundId
from counterpart.rounds.answer import Answer
from counterpart.rounds.build import Data
from counterpart.rounds.headers import is_sample
from counterpart.rounds.identity import Identity, identity
from counterpart.rounds.responses import answers
from counterpart.rounds.submission import forms
from counterpart.sealing import keyring
from counterpart.sealing.seal import NotOpened, open_sealed
from counterpart.world.address import was_taken, without_links


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What stands in the sealed part of the latest form of an application."""

    round: str
    form: int  # 1 is the application itself, 2 its first correction
    withdrawn: bool
    words: Data  # as they were sealed
    said: tuple[Answer, ...] = ()  # within the round, by the person or written down for the person

    def __repr__(self) -> str:
        """Of which round, and nothing that was sealed."""
        return f"Opened({self.round})"


def open_application(repository: Repository, id: str, key: str | None) -> Opened:
    """Open the application *id* with the keys for its round; a usage error that says why it cannot be."""
    if not repository.is_id(id):
        raise UsageError("An application is named by its id, such as '7GQ2MK4XHN'.")
    for round_id in repository.rounds()[0]:
        there = forms(repository, round_id, id)
        if there.keys() - {0}:
            keys = keyring.for_round(round_id, is_sample(repository, round_id), key)
            latest = max(there)
            private = [each.private for each in keys]
            words = sealed_words(there[latest].data, private)
            said = tuple(_said(repository, round_id, id, private))
            return Opened(round=round_id, form=latest, withdrawn=0 in there, words=words, said=said)
    raise UsageError(f"There is no application '{id}' that can be read; 'counterpart check' may say why.")


def _said(repository: Repository, round_id: RoundId, id: str, private: Sequence[str]) -> Sequence[Answer]:
    try:
        return answers(repository, round_id, private, id)[0]
    except NotOpened:
        return ()  # sealed before this key was there, and not again since


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """The latest form of one application, with what is sealed in it; None where that cannot be relied on."""

    id: str
    changed: datetime  # UTC
    identity: Identity | None


def open_all(
    repository: Repository,
    round_id: RoundId,
    ids: Iterable[str],
    keys: Sequence[keyring.Key],
    step: Callable[[], None],
) -> Iterator[Latest]:
    """The latest forms of the applications *ids*, opened one after another; *step* is called after each.

    A usage error when not one of them opens: then it is the key that is wrong.
    """
    private = [each.private for each in keys]
    who: Identity | None
    refusal, opened = None, 0
    for id in ids:
        there = forms(repository, round_id, id)
        data = there[max(there)].data
        try:
            who = identity(sealed_words(data, private))
            opened += 1
        except UsageError as error:
            who, refusal = None, error
        moment = datetime.fromisoformat(data.get("corrected") or data["received"])
        yield Latest(id=id, changed=moment, identity=who)
        step()
    if refusal is not None and not opened:
        raise refusal


def sealed_words(application: Data, keys: Sequence[str]) -> dict[str, Any]:
    """What is sealed in *application*, if it was sealed for it: with its id, its round and its profile."""
    id = application["id"]
    try:
        content = open_sealed(application["sealed"], keys)
    except NotOpened:
        raise UsageError(
            f"The sealed part of '{id}' does not open with this key: it is another coordinator's, or was changed."
        ) from None
    refused = UsageError(f"The sealed part of '{id}' is not what the application form makes; do not rely on it.")
    try:
        words = plain(content)
    except ValueError:
        raise refused from None
    if not isinstance(words, dict) or not shows_itself(words) or not _was_right(words):
        raise refused
    true = {"round": application["round"], "id": id, "profile": digest(application["profile"])}
    if any(words[key] != value for key, value in true.items()):
        raise UsageError(
            f"The sealed part of '{id}' was sealed for another application or profile; do not rely on it."
        )
    return dict(words)


def _was_right(words: Data) -> bool:
    """Whether what was sealed is, or was once, what the form makes: not all was always held to today's rules.

    Who was let in with an address that nobody can write to, or with a link for a name, stops nobody else, and
    ``admit`` lets in no more of them.
    """
    if schema.fits(words, "identity"):
        return True
    if not isinstance(address := words.get("email"), str) or not was_taken(address):
        return False
    links = {key: without_links(words[key]) for key in ("name", "employer") if isinstance(words.get(key), str)}
    return schema.fits({**words, **links, "email": "reader@example.org"}, "identity")
