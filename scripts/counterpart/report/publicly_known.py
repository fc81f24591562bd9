"""Participants whom the public knows as such: found by the site's names and quotes, or named by a coordinator.

Whoever publishes about a round must count on a reader who knows these people took part. When in doubt somebody is
counted as known: then a little more is withheld, and nobody is harmed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from counterpart.files.progress import Progress, counting
from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.model import Round
from counterpart.programme.load import load_site
from counterpart.report.facts import known_as, known_from
from counterpart.report.report import Facts, Known
from counterpart.rounds.answer import SURVEYS, Answer, latest
from counterpart.rounds.open_sealed import Latest, open_all
from counterpart.sealing import keyring

#: A shorter piece of a quote could be anybody's.
_FEWEST_WORDS = 4
_LEFT_OUT = re.compile(r"\[?(?:\.\.\.|…)\]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class PubliclyKnown:
    """Who is counted as known; counts of people, and nobody's name or words.

    ``on_site``: named or quoted there. ``named``: by a coordinator. ``willing``: agreed to be quoted, and are
    neither.
    """

    known: tuple[Known, ...]
    on_site: int = 0
    named: int = 0
    willing: int = 0


@dataclass(slots=True)
class _Site:
    """What the site shows of people, as it is compared."""

    ambassadors: list[frozenset[str]] = field(default_factory=list)
    bylines: list[frozenset[str]] = field(default_factory=list)
    quotes: list[str] = field(default_factory=list)

    @property
    def names_people(self) -> bool:
        """Whether it names anybody at all."""
        return bool(self.ambassadors or self.bylines)


def publicly_known(
    repository: Repository,
    settings: Round,
    facts: Facts,
    said: Iterable[Answer],
    named: Sequence[str],
    key: str | None,
    report: Progress,
) -> PubliclyKnown:
    """Who of the people of *facts* is publicly known. *said*: what they answered in the round's surveys.

    *named*: ids, or kinds of people such as ``AU/public/early``. Needs the round's key where the site names
    anybody. A sealed part that does not open counts as that of somebody who is known.
    """
    site = _site(repository)
    surveys = [answer for answer in said if answer.about in SURVEYS]
    found = {answer.id for answer in surveys if answer.id in facts.people and _quoted(answer, site.quotes)}
    if site.names_people:
        keys = keyring.for_round(settings.id, settings.sample, key)
        step = counting(report, "sealed parts compared with the site")
        found |= _on_site(open_all(repository, settings.id, sorted(facts.people), keys, step), site)
    more = tuple(_named(text, facts) for text in named if text not in found)
    willing = {id for id, answer in latest(surveys, *SURVEYS).items() if answer.may_be_quoted}
    return PubliclyKnown(
        known=(*(known_as(facts.people[id]) for id in sorted(found)), *more),
        on_site=len(found),
        named=len(more),
        willing=len((willing & facts.people.keys()) - found - set(named)),
    )


def _on_site(people: Iterable[Latest], site: _Site) -> set[str]:
    """The ids of those whom the site names, or whose sealed part does not open."""
    return {person.id for person in people if person.identity is None or _is_named(person.identity.name, site)}


def _named(text: str, facts: Facts) -> Known:
    one = known_from(text, facts)
    if not isinstance(one, Known):
        raise UsageError(f"--public names a participant whom the public knows. {one}")
    return one


def _site(repository: Repository) -> _Site:
    """What may be on the site now, or was there until its day: a reader does not forget."""
    data, site = load_site(repository), _Site()
    for each in data.ambassadors.get("ambassadors", ()):
        site.ambassadors.append(_words(each["name"]))
    for each in data.voices.get("voices", ()):
        site.bylines.append(_words(each["by"]))
        pieces = (_plain(piece) for piece in _LEFT_OUT.split(each["words"]))
        site.quotes += [piece for piece in pieces if len(piece.split()) >= _FEWEST_WORDS]
    return site


def _is_named(name: str, site: _Site) -> bool:
    """Whether the site names somebody of this *name*, with more names or fewer, in whatever order."""
    mine = _words(name)
    ambassador = any(mine == each or (len(mine & each) > 1 and (mine <= each or each <= mine))
                     for each in site.ambassadors)  # fmt: skip
    return ambassador or (len(mine) > 1 and any(mine <= each for each in site.bylines))


def _quoted(answer: Answer, quotes: Sequence[str]) -> bool:
    texts = [f" {_plain(text)} " for text in answer.texts]
    return any(f" {quote} " in text for quote in quotes for text in texts)


def _plain(text: str) -> str:
    """Words as they are compared: in small letters, with nothing but single spaces between them."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


def _words(text: str) -> frozenset[str]:
    return frozenset(_plain(text).split())
