"""Voices: the words of those who agreed to be quoted, for a coordinator's eyes until they are published."""

from __future__ import annotations

from dataclasses import dataclass

from counterpart.files.repository import Repository
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


def voices(repository: Repository, round_id: str, key: str | None) -> tuple[Voice, ...]:
    """The latest words of each person in each survey, where the same answer agrees to be quoted; by id.

    Whoever answers a survey again and does not agree any more is not quoted.
    """
    loaded = load_round(repository, round_id)
    latest = {
        (each.id, each.data["about"]): each.data
        for each in said(repository, loaded, key).answers
        if each.data["about"] in ("mid-survey", "end-survey")
    }
    found = []
    for (id, survey), data in sorted(latest.items()):
        texts = tuple(data[part] for part in ("impact", "words") if part in data)
        if texts and data.get("quote") in ("without-name", "with-name"):
            found.append((id, survey, texts, data["quote"] == "with-name"))
    keys = keyring.for_round(round_id, settings_of(loaded).sample, key)
    there = {person.id for person in (*loaded.applicants, *loaded.departed)}
    named = sorted({id for id, _, _, with_name in found if with_name and id in there})
    names = {
        each.id: str(each.identity["name"])
        for each in open_all(repository, round_id, named, keys, lambda: None)
        if each.identity is not None
    }
    return tuple(
        Voice(id=id, survey=survey, texts=texts, name=names.get(id) if with_name else None)
        for id, survey, texts, with_name in found
    )
