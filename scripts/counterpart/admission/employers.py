"""Which people have the same employer, when everybody types its name as they like.

Names that differ in nothing but capitals, accents, signs and small words are the same. Names that are near,
such as an abbreviation and what it stands for, are a question to a coordinator; until it is answered these people
are kept apart two by two, because that costs a possible pair, while the other mistake breaks a rule. A doubt joins
nobody to a group. Words of the trade tell no employer: of "Oslo Public Library" and "Delhi Public Library" they
are what is alike. Partners are never from the same country, so only people of different countries are asked about.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from counterpart.admission.joined import Joined
from counterpart.admission.trade import NO_EMPLOYER, WORKPLACES

_ENGLISH = ("the", "of", "and", "for", "at", "in", "a", "an")
_ROMANCE = ("de", "la", "le", "les", "des", "du", "del", "da", "do", "et", "y", "e", "i")
_GERMAN = ("der", "die", "das", "von", "und")
_SMALL = frozenset((*_ENGLISH, *_ROMANCE, *_GERMAN))
_WORD = re.compile(r"\w+")
_FEWEST_LETTERS = 3  # of an abbreviation
#: A word in more names than this says nothing about one of them (library, university).
_COMMON = 5
#: Of one word that two names share, so many names at most are compared with each other.
_MOST = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Employed:
    """What one person wrote, and where the person lives."""

    id: str
    country: str
    employer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Employers:
    """The groups of people who have the same employer, and what a coordinator is asked about.

    ``questions``: two ids, sorted, one pair for each two names that are near; not those that were answered.
    ``doubts``: every two people, sorted, of different countries, who have the same employer if one answer is yes.
    """

    groups: tuple[tuple[str, ...], ...]
    questions: tuple[tuple[str, str], ...]
    doubts: tuple[tuple[str, str], ...] = ()


def employers(
    people: Iterable[Employed],
    same: Collection[frozenset[str]],
    different: Collection[frozenset[str]],
    trade: Collection[str] = (),
) -> Employers:
    """Groups, questions and doubts, given what coordinators confirmed of pairs of ids: *same* and *different*.

    What was confirmed of two people counts for everybody who wrote the same as they did. *trade*: names of the
    round's kinds of workplace, whose words tell no employer either.
    """
    common = WORKPLACES.union(*(words(name) for name in trade))
    answered = {id for pair in (*same, *different) for id in pair}
    who = _by_name(people, common, answered)
    name_of = {person.id: name for name, group in who.items() for person in group}
    one_employer, two_employers = (_names(pairs, name_of) for pairs in (same, different))
    near = [names for names in sorted(_near(who, common)) if frozenset(names) not in two_employers]
    joined = Joined(who)
    for names in one_employer - two_employers:
        joined.join(min(names), max(names))
    groups = _groups(who, joined)
    return Employers(
        groups=tuple(sorted(_ids(group) for group in groups.values() if len(group) > 1)),
        questions=tuple(sorted(_questions(near, who, one_employer))),
        doubts=tuple(sorted(_doubts(near, joined, groups))),
    )


def _groups(who: Mapping[str, list[Employed]], joined: Joined) -> dict[str, list[Employed]]:
    """The people of each employer, by one of its names."""
    groups: dict[str, list[Employed]] = defaultdict(list)
    for name, people in who.items():
        groups[joined.group(name)] += people
    return groups


def _ids(people: Iterable[Employed]) -> tuple[str, ...]:
    return tuple(sorted(person.id for person in people))


def _questions(
    near: Iterable[tuple[str, str]],
    who: Mapping[str, list[Employed]],
    answered: Collection[frozenset[str]],
) -> Iterator[tuple[str, str]]:
    """Two people to ask about for each two names that are *near*, of those that could be a pair."""
    for one, other in near:
        pair = _abroad(who[one], who[other])
        if pair is not None and frozenset((one, other)) not in answered:
            yield pair


def _doubts(
    near: Iterable[tuple[str, str]], joined: Joined, groups: Mapping[str, Sequence[Employed]]
) -> set[tuple[str, str]]:
    """Every two people of different countries whose groups would be one if what is *near* were the same."""
    between = {_pair(joined.group(one), joined.group(other)) for one, other in near}
    return {
        _pair(a.id, b.id)
        for one, other in between
        if one != other
        for a in groups[one]
        for b in groups[other]
        if a.country != b.country
    }


def _by_name(
    people: Iterable[Employed], common: Collection[str], answered: Collection[str]
) -> dict[str, list[Employed]]:
    """The people by what they wrote, as it is compared, those of one name by their ids.

    Left out is who wrote nothing that tells an employer, unless a coordinator has *answered* about the person.
    """
    who: dict[str, list[Employed]] = defaultdict(list)
    for person in sorted(people, key=lambda person: person.id):
        name = words(person.employer)
        plain = " ".join(name)
        tells = plain not in NO_EMPLOYER and not all(word in common for word in name)
        if plain and (tells or person.id in answered):
            who[plain].append(person)
    return who


def _names(pairs: Collection[frozenset[str]], name_of: Mapping[str, str]) -> set[frozenset[str]]:
    """What the two of each pair wrote, of those pairs in which both wrote something."""
    return {frozenset(name_of[id] for id in pair) for pair in pairs if pair <= name_of.keys()}


def words(name: str) -> list[str]:
    """The words by which a name is compared: without accents, capitals, signs and small words."""
    flat = unicodedata.normalize("NFKD", name.casefold())
    flat = "".join(c for c in flat if not unicodedata.combining(c)).replace("'", "").replace(".", "")
    found = _WORD.findall(flat)
    return [word for word in found if word not in _SMALL] or found


def _near(who: Mapping[str, list[Employed]], common: Collection[str]) -> set[tuple[str, str]]:
    """Pairs of names that may mean the same: one abbreviates the other, or they share their telling words."""
    by_word: dict[str, list[str]] = defaultdict(list)
    for name in who:
        for word in set(name.split()):
            by_word[word].append(name)
    pairs = {
        _pair(name, other)
        for name in who
        for initials in _initials(name)
        for other in by_word.get(initials, ())[:_MOST]
        if other != name
    }
    return pairs | _sharing(by_word, common)


def _sharing(by_word: Mapping[str, list[str]], common: Collection[str]) -> set[tuple[str, str]]:
    """Pairs of names that share words which tell an employer."""
    pairs: set[tuple[str, str]] = set()
    telling = {word for word, names in by_word.items() if len(names) <= _COMMON and word not in common}
    for word in telling:
        pairs.update(_pair(a, b) for a, b in combinations(by_word[word], 2) if _alike(a, b, telling))
    return pairs


def _initials(name: str) -> set[str]:
    """What people may call it: the first letters of its words, of all and of those at its beginning."""
    letters = [word[0] for word in name.split()]
    return {"".join(letters[:end]) for end in range(_FEWEST_LETTERS, len(letters) + 1)}


def _alike(one: str, other: str, telling: Collection[str]) -> bool:
    """Whether of the words that tell them from others at least half are shared."""
    a, b = ({word for word in name.split() if word in telling} for name in (one, other))
    return 2 * len(a & b) >= max(1, min(len(a), len(b)))


def _abroad(one: list[Employed], other: list[Employed]) -> tuple[str, str] | None:
    """The first two people, one of each, who live in different countries and so could be a pair."""
    return next((_pair(a.id, b.id) for a in one for b in other if a.country != b.country), None)


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)
