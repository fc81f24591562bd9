"""Rules: which pairs may exist. A rule is never traded against points.

Each rule looks at many pairs at once: the two index arrays broadcast together, to one pair, a list or a block.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from counterpart.pairing.criteria import languages
from counterpart.pairing.pool import Pool

Index = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule that is in force: its id, the reason in words when it bars a pair, and what it allows.

    ``listed`` rules bar a few listed pairs or people; the others compare facts that everybody has.
    """

    id: str
    because: str
    allows: Callable[[Index, Index], Mask]
    listed: bool = False


def rules(pool: Pool, without: Collection[str] = ()) -> tuple[Rule, ...]:
    """The rules in force for a pool, except those whose ids are in *without*."""
    wanted, rematch = pool.round.rules, pool.number > 1
    employers = any(pool.places[id].employer for id in pool.ids)
    table: tuple[tuple[object, Callable[[Pool], Rule]], ...] = (
        (True, _different_country),
        (wanted.shared_language, _shared_language),
        (wanted.time_difference is not None, _time_difference),
        (wanted.same_employer and employers, _same_employer),
        (wanted.same_employer and any(pool.places[id].perhaps for id in pool.ids), _employer_in_doubt),
        (wanted.past_partner or rematch, _past_partner),
        (pool.decisions.forbids, _forbidden),
        (pool.decisions.pins, _pinned),
        (rematch, _two_waiting),
    )
    in_force = (make(pool) for applies, make in table if applies)
    return tuple(rule for rule in in_force if rule.id not in without)


def _past_partner(pool: Pool) -> Rule:
    past = [(id, other) for id in pool.ids for other in pool.places[id].past]
    when = "in an earlier round" if pool.number == 1 else "before"
    return _listed(pool, "past-partner", f"They were partners {when}.", past)


def _employer_in_doubt(pool: Pool) -> Rule:
    pairs = [(id, other) for id in pool.ids for other in pool.places[id].perhaps]
    because = "They may have the same employer: 'counterpart admit --ask' asks about it."
    return _listed(pool, "employer-in-doubt", because, pairs)


def _forbidden(pool: Pool) -> Rule:
    pairs = [(decision.people[0], decision.people[1]) for decision in pool.decisions.forbids]
    return _listed(pool, "forbidden", "A coordinator forbade this pair.", pairs)


def _two_waiting(pool: Pool) -> Rule:
    """In a rematch those who take part come first, as if carried over; who does not has waited until now."""
    first = np.array([pool.places[id].carried_over for id in pool.ids], dtype=np.bool_)
    return Rule(
        id="two-waiting",
        because="Both are on the waiting list: a place is free only beside somebody who takes part.",
        allows=lambda a, b: first[a] | first[b],
    )


def _codes(values: list[str]) -> Index:
    return np.unique(np.array(values, dtype=object).astype(str), return_inverse=True)[1].astype(np.int64)


def _different_country(pool: Pool) -> Rule:
    country = _codes([p.profile.country for p in pool.people]).astype(np.int16)
    return Rule(
        id="different-country",
        because="They live in the same country, and partners are always in different countries.",
        allows=lambda a, b: country[a] != country[b],
    )


def _shared_language(pool: Pool) -> Rule:
    # One bit a language, in as many words as it takes; the commonest first, since it settles most pairs.
    table = languages(pool)
    table = table[:, np.argsort(-table.sum(axis=0), kind="stable")].astype(np.uint64)
    words = [
        (table[:, i : i + 64] << np.arange(table[:, i : i + 64].shape[1], dtype=np.uint64)).sum(
            axis=1, dtype=np.uint64
        )
        for i in range(0, max(1, table.shape[1]), 64)
    ]

    def allows(a: Index, b: Index) -> Mask:
        common = words[0][a] & words[0][b]
        for word in words[1:]:
            common = common | (word[a] & word[b])
        result: Mask = common != 0
        return result

    return Rule(id="shared-language", because="They have no language in common.", allows=allows)


def _time_difference(pool: Pool) -> Rule:
    hours = pool.round.rules.time_difference
    assert hours is not None
    offsets = sorted(set(pool.offsets))
    day = 24 * 60
    near = np.array([[min(abs(a - b) % day, -abs(a - b) % day) <= hours * 60 for b in offsets] for a in offsets])
    place = np.array([offsets.index(o) for o in pool.offsets], np.int64)
    return Rule(
        id="time-difference",
        because=f"Their clocks are more than {hours} hours apart, the most that this round allows.",
        allows=lambda a, b: near[place[a], place[b]],
    )


def _same_employer(pool: Pool) -> Rule:
    # A person without a stated employer is in a group alone.
    group = _codes([pool.places[id].employer or f"alone {id}" for id in pool.ids])
    return Rule(
        id="same-employer",
        because="They have the same employer.",
        allows=lambda a, b: group[a] != group[b],
    )


def _listed(pool: Pool, id: str, because: str, barred: list[tuple[str, str]]) -> Rule:
    place = {person: i for i, person in enumerate(pool.ids)}
    n = len(place)
    keys = {
        key
        for a, b in barred
        if a in place and b in place
        for key in (place[a] * n + place[b], place[b] * n + place[a])
    }
    tails = np.array(sorted(key // n for key in keys), np.int64)
    heads = np.array([key % n for key in sorted(keys)], np.int64)
    known = np.array(sorted(keys), np.int64)

    def allows(a: Index, b: Index) -> Mask:
        shape = np.broadcast_shapes(a.shape, b.shape)
        result = np.ones(shape, np.bool_)
        if len(known) == 0:
            return result
        if len(shape) == 2:  # a block: strike the few listed pairs out
            first, left = int(a.flat[0]), int(b.flat[0])
            low, high = np.searchsorted(tails, [first, first + shape[0]])
            rows, columns = tails[low:high] - first, heads[low:high] - left
            inside = (columns >= 0) & (columns < shape[1])
            result[rows[inside], columns[inside]] = False
            return result
        wanted = a * n + b
        spot = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        other: Mask = known[spot] != wanted
        return other

    return Rule(id=id, because=because, allows=allows, listed=True)


def _pinned(pool: Pool) -> Rule:
    """Two people who are pinned are allowed only each other, so that every best pairing holds the pin."""
    place = {person: i for i, person in enumerate(pool.ids)}
    pin = np.full(len(place), -1, np.int64)
    for decision in pool.decisions.pins:
        if all(id in place for id in decision.people):
            a, b = (place[id] for id in decision.people)
            pin[a], pin[b] = b, a

    def allows(a: Index, b: Index) -> Mask:
        result: Mask = ((pin[a] < 0) & (pin[b] < 0)) | (pin[a] == b)
        return result

    return Rule(
        id="pinned-elsewhere",
        because="A coordinator pinned one of them to somebody else.",
        allows=allows,
        listed=True,
    )
