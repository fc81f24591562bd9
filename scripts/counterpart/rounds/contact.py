"""The pulse of a round: who is in contact, who is silent, who asks for somebody else, who is away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    """How a round goes, by ids. ``silent``: the partnerships to follow up on, the longest silent first."""

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


def contact_at(
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
    by_person = _by_person(words)
    away = _away(by_person, today)
    heard = list(_heard(partnerships, introduced, by_person))
    asked, leaving = _who_said(heard, "new-partner"), _who_said(heard, "leaving")
    excused = {*away, *asked, *leaving}
    quiet = [each.silence(now) for each in heard if not each.in_contact and not excused & {*each.people}]
    silent = [each for each in quiet if each.days >= FIRST]
    taking_part = {id for each in partnerships for id in each.people}
    return Pulse(
        partnerships=len(partnerships),
        in_contact=sum(each.in_contact for each in heard),
        silent=tuple(sorted(silent, key=lambda each: (-each.days, each.people))),
        asked=asked,
        leaving=leaving,
        away={id: day for id, day in away.items() if id in taking_part},
        fresh=len(quiet) - len(silent),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """What was heard of one partnership since its introduction: of each, all words, and the last about it."""

    people: tuple[str, ...]
    number: int
    began: datetime
    words: Mapping[str, Sequence[Word]]
    last: Mapping[str, str]

    @property
    def in_contact(self) -> bool:
        """Whether somebody said that they have talked, and nobody since that nothing was heard."""
        return "talked" in self.last.values() and "nothing-yet" not in _newer(self.words)

    def silence(self, now: datetime) -> Silent:
        return Silent(
            people=self.people,
            number=self.number,
            days=(now - self.began) // timedelta(days=1),
            said=self.last,
            heard=frozenset(id for id, words in self.words.items() if words),
        )


def _heard(
    partnerships: Iterable[Partnership],
    introduced: Mapping[tuple[str, int], datetime],
    by_person: Mapping[str, Sequence[Word]],
) -> Iterator[_Heard]:
    """What was heard of each of those who are introduced, as far as somebody knows when."""
    for each in partnerships:
        moments = [introduced[id, each.number] for id in each.people if (id, each.number) in introduced]
        if not moments:
            continue
        began = max(moments)
        words = {id: [word for word in by_person.get(id, ()) if word.received >= began] for id in each.people}
        last = {id: word for id in each.people if (word := _last(words[id]))}
        yield _Heard(people=each.people, number=each.number, began=began, words=words, last=last)


def _who_said(heard: Iterable[_Heard], what: str) -> tuple[str, ...]:
    """Those whose last word about their partnership this is."""
    return tuple(sorted(id for each in heard for id, last in each.last.items() if last == what))


def _by_person(words: Iterable[Word]) -> dict[str, list[Word]]:
    """Everybody's words, by arrival."""
    by_person: dict[str, list[Word]] = {}
    for word in sorted(words, key=lambda word: (word.received, word.said)):
        by_person.setdefault(word.id, []).append(word)
    return by_person


def _away(by_person: Mapping[str, Sequence[Word]], today: date) -> dict[str, date]:
    """Those who are away *today*, and the last day of it."""
    until = {id: _away_until(words) for id, words in sorted(by_person.items())}
    return {id: day for id, day in until.items() if day is not None and day >= today}


def _away_until(words: Sequence[Word]) -> date | None:
    """The last day of the absence that somebody told last, unless they are back."""
    last = next((word for word in reversed(words) if word.said in ("away", "back")), None)
    return last.until if last is not None and last.said == "away" else None


def _last(words: Sequence[Word]) -> str | None:
    """The latest word about the partnership itself."""
    return next((word.said for word in reversed(words) if word.said not in ("away", "back")), None)


def _newer(by_person: Mapping[str, Sequence[Word]]) -> set[str]:
    """What was said after anybody last said that they have talked."""
    by_arrival = sorted((word for words in by_person.values() for word in words), key=lambda word: word.received)
    last = max((i for i, word in enumerate(by_arrival) if word.said == "talked"), default=-1)
    return {word.said for word in by_arrival[last + 1 :]}
