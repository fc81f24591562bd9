"""Voices: the words of those who agreed to be quoted, for a coordinator's eyes until they are published."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from counterpart.files.repository import Repository
from counterpart.model import RoundId
from counterpart.rounds.answer import SURVEYS, Answer
from counterpart.rounds.contact_report import said, settings_of
from counterpart.rounds.load import Loaded, load_round
from counterpart.rounds.open_sealed import open_all
from counterpart.sealing import keyring


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What one person wrote in a survey and agreed to see quoted; ``name`` only where that was agreed to."""

    id: str
    survey: str
    texts: tuple[str, ...]
    name: str | None

    def __repr__(self) -> str:
        """Whose, and not a word of it."""
        return f"Voice({self.id}, {self.survey})"


def voices(repository: Repository, round_id: RoundId, key: str | None) -> tuple[Voice, ...]:
    """The latest words of each person in each survey, where the same answer agrees to be quoted; by id.

    Whoever answers a survey again and does not agree any more is not quoted.
    """
    loaded = load_round(repository, round_id)
    surveys = (answer for answer in said(repository, loaded, key).answers if answer.about in SURVEYS)
    latest = {(answer.id, answer.about): answer for answer in surveys}
    quotable = [answer for _, answer in sorted(latest.items()) if answer.texts and answer.may_be_quoted]
    names = _names(repository, loaded, {answer.id for answer in quotable if _is_named(answer)}, key)
    return tuple(
        Voice(
            id=answer.id,
            survey=answer.about,
            texts=answer.texts,
            name=names.get(answer.id) if _is_named(answer) else None,
        )
        for answer in quotable
    )


def _is_named(answer: Answer) -> bool:
    return answer.quote == "with-name"


def _names(repository: Repository, loaded: Loaded, ids: Set[str], key: str | None) -> dict[str, str]:
    """The names of those of *ids* who are there and whose sealed part opens, by id."""
    keys = keyring.for_round(loaded.id, settings_of(loaded).sample, key)
    there = {person.id for person in (*loaded.applicants, *loaded.departed)}
    people = open_all(repository, loaded.id, sorted(ids & there), keys, lambda: None)
    return {person.id: person.identity.name for person in people if person.identity is not None}
