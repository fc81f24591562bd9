"""The calendar of a round: shifted, moved, and looked at for what depends on what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from counterpart.model import Event, Round

#: What a round usually keeps to, in days (the International Librarians Network, 2013 to 2016): at least, at most.
MATCHING = (3, 28)  # from matching to introductions
FORTNIGHT = (10, 21)  # from one topic to the next
LAST_TOPIC = (7, 28)  # from the last topic to the end
SHORTEST = 56  # from introductions to the end


def long_date(day: date) -> str:
    """``Monday, 1 March 2027``."""
    return f"{day:%A}, {day.day} {day:%B %Y}"


def shifted(calendar: Sequence[Event], days: int) -> tuple[Event, ...]:
    """The calendar, all of it so many days later."""
    return tuple(
        Event(date=event.date + timedelta(days=days), event=event.event, guide=event.guide) for event in calendar
    )


def moved(calendar: Sequence[Event], event: str, to: date, *, only: bool) -> tuple[Event, ...]:
    """The calendar with the first *event* on the day *to*, and what comes after it moved by as many days.

    With *only*, nothing else moves. KeyError where the calendar has no such event.
    """
    place = next((i for i, each in enumerate(calendar) if each.event == event), None)
    if place is None:
        raise KeyError(event)
    days = to - calendar[place].date
    return tuple(
        Event(date=each.date + days, event=each.event, guide=each.guide)
        if i == place or (i > place and not only)
        else each
        for i, each in enumerate(calendar)
    )


def unusual(round: Round) -> Iterator[tuple[int, str]]:
    """What depends on something else in the calendar and does not fit it: the line's number, and a sentence."""
    lines = list(enumerate(round.calendar))
    first = {event.event: (i, event.date) for i, event in reversed(lines)}
    yield from _unusual_span(first)
    yield from _unusual_topics(first, [(i, event.date) for i, event in lines if event.event == "topic"])


#: Kind of event -> the number of its first line in the calendar, and its day.
_First = Mapping[str, tuple[int, date]]


def _unusual_span(first: _First) -> Iterator[tuple[int, str]]:
    """How long the review and the partnerships last, and whether surveys lie within them."""
    if "introductions" not in first:
        return
    place, start = first["introductions"]
    if "matching" in first:
        days = (start - first["matching"][1]).days
        if not MATCHING[0] <= days <= MATCHING[1]:
            said = f"From matching to introductions there are {_days(days)}; 10 to 14 are usual, for the review."
            yield place, said
    if "end" not in first:
        return
    place, end = first["end"]
    if (end - start).days < SHORTEST:
        yield place, f"The partnerships last {_days((end - start).days)}; under eight weeks people hardly meet."
    for name in ("mid-survey", "end-survey"):
        if name in first and not start < first[name][1] <= end + timedelta(days=14):
            yield first[name][0], f"'{name}' must lie within the partnerships, or soon after their end."


def _unusual_topics(first: _First, topics: Sequence[tuple[int, date]]) -> Iterator[tuple[int, str]]:
    """Whether the topics come with the introductions, every fortnight, and until a fortnight before the end."""
    if topics and "introductions" in first and abs((topics[0][1] - first["introductions"][1]).days) > 7:
        said = "The first topic is for getting to know each other, so it comes with the introductions."
        yield topics[0][0], said
    for (_, before), (place, day) in pairwise(topics):
        if not FORTNIGHT[0] <= (day - before).days <= FORTNIGHT[1]:
            yield place, f"From the topic before to this one there are {_days((day - before).days)}; 14 are usual."
    if len(topics) > 1 and "end" in first:
        place, day = topics[-1]
        days = (first["end"][1] - day).days
        if not LAST_TOPIC[0] <= days <= LAST_TOPIC[1]:
            yield place, f"From the last topic to the end there are {_days(days)}; 14 are usual."


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"
