"""Voices: the words of those who agreed to be quoted, for a coordinator's eyes until they are published."""

from __future__ import annotations

from dataclasses import dataclass

from counterpart.files.repository import Repository
from counterpart.model import RoundId
from counterpart.rounds.answer import SURVEYS
from counterpart.rounds.contact_report import said, settings_of
from counterpart.rounds.load import load_round
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
    given = said(repository, loaded, key).answers
    latest = {(each.id, each.about): each for each in given if each.about in SURVEYS}
    quotable = [each for _, each in sorted(latest.items()) if each.texts and each.may_be_quoted]
    keys = keyring.for_round(round_id, settings_of(loaded).sample, key)
    there = {person.id for person in (*loaded.applicants, *loaded.departed)}
    named = sorted({each.id for each in quotable if each.quote == "with-name" and each.id in there})
    names = {
        each.id: each.identity.name
        for each in open_all(repository, round_id, named, keys, lambda: None)
        if each.identity is not None
    }
    return tuple(
        Voice(
            id=each.id,
            survey=each.about,
            texts=each.texts,
            name=names.get(each.id) if each.quote == "with-name" else None,
        )
        for each in quotable
    )
