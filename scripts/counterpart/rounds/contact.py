"""The pulse of a round: who is in contact, who is silent, who asks for somebody else, who is away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from counterpart.rounds.partnerships import Partnership

#: After so many days without a word that they have talked, a partnership is looked at, and looked at again.
FIRST, SECOND = 7, 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One answer about how it goes: ``said`` is a code, ``until`` the last day of an absence."""

    id: str
    received: datetime  # UTC
    said: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """A partnership of which nobody said that they have talked; ``said``: the latest word of each, if any."""

    people: tuple[str, ...]
    number: int
    days: int  # since the introduction
    said: Mapping[str, str]
    heard: frozenset[str] = frozenset()  # who has said anything since, also only to be away


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """How a round goes, by ids. ``silent`` has those who are not left in peace, the longest first."""

    partnerships: int
    in_contact: int
    silent: tuple[Silent, ...]
    asked: tuple[str, ...]  # for a new partner
    leaving: tuple[str, ...]
    away: Mapping[str, date]
    fresh: int  # partnerships that began less than a week ago, without a word yet

    def after(self, days: int) -> tuple[Silent, ...]:
        """Those silent for so many days or more."""
        return tuple(each for each in self.silent if each.days >= days)


def pulse(
    partnerships: Sequence[Partnership],
    introduced: Mapping[tuple[str, int], datetime],
    words: Iterable[Word],
    now: datetime,
    today: date,
) -> Pulse:
    """The pulse at the moment *now*, which is on the day *today* in the round's zone.

    *introduced*: when the mail about a pairing, by its number, went to a person. A word counts for the
    partnership in which the person is now: what was said before its introduction is about an earlier one.
    """
    by_person: dict[str, list[Word]] = {}
    for word in sorted(words, key=lambda word: (word.received, word.said)):
        by_person.setdefault(word.id, []).append(word)
    away = {id: day for id, mine in by_person.items() if (day := _away(mine)) is not None and day >= today}
    silent, asked, leaving = [], set[str](), set[str]()
    in_contact = fresh = 0
    for each in partnerships:
        began = max(
            (introduced[id, each.number] for id in each.people if (id, each.number) in introduced), default=None
        )
        if began is None:
            continue  # not introduced yet, or nobody knows when
        mine = {id: [w for w in by_person.get(id, ()) if w.received >= began] for id in each.people}
        asked |= {id for id in each.people if _last(mine[id]) == "new-partner"}
        leaving |= {id for id in each.people if _last(mine[id]) == "leaving"}
        said = {id: last for id in each.people if (last := _last(mine[id]))}
        if "talked" in said.values() and "nothing-yet" not in _newer(mine):
            in_contact += 1
        elif any(id in away for id in each.people) or (asked | leaving) & set(each.people):
            continue
        elif (days := (now - began) // timedelta(days=1)) < FIRST:
            fresh += 1
        else:
            heard = frozenset(id for id, words in mine.items() if words)
            silent.append(Silent(people=each.people, number=each.number, days=days, said=said, heard=heard))
    taking_part = {id for each in partnerships for id in each.people}
    return Pulse(
        partnerships=len(partnerships),
        in_contact=in_contact,
        silent=tuple(sorted(silent, key=lambda each: (-each.days, each.people))),
        asked=tuple(sorted(asked)),
        leaving=tuple(sorted(leaving)),
        away={id: day for id, day in sorted(away.items()) if id in taking_part},
        fresh=fresh,
    )


def _away(words: Sequence[Word]) -> date | None:
    last = next((word for word in reversed(words) if word.said in ("away", "back")), None)
    return last.until if last is not None and last.said == "away" else None


def _last(words: Sequence[Word]) -> str | None:
    """The latest word about the partnership itself."""
    return next((word.said for word in reversed(words) if word.said not in ("away", "back")), None)


def _newer(mine: Mapping[str, Sequence[Word]]) -> set[str]:
    """What was said after anybody last said that they have talked."""
    every = sorted((word for words in mine.values() for word in words), key=lambda word: word.received)
    last = max((i for i, word in enumerate(every) if word.said == "talked"), default=-1)
    return {word.said for word in every[last + 1 :]}
