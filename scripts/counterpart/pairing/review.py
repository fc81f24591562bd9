"""A proposal to look through, pair by pair: points, words, wishes that are not met, and what others would cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

from counterpart.matching import Certificate, nearest
from counterpart.model import Proposal, two_by_two
from counterpart.pairing.explain import Side, sides, wish_met
from counterpart.pairing.graph import PRIORITIES, PoolGraph
from counterpart.pairing.inputs import BECAUSE
from counterpart.pairing.pool import Pool
from counterpart.pairing.what_if import Change, if_forbidden, if_pinned

#: Other partners that are shown for each person.
ALTERNATIVES = 5
#: Of the weakest pairs, how many are priced exactly, and for how many other partners of each person.
PRICED, PRICED_EACH = 10, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another partner for a person: how both would see it, and what it costs.

    ``least``: the price by priority, at least; None where nothing is known. ``exact``: what would change.
    """

    id: str
    mine: int
    theirs: int
    least: tuple[int, ...] | None
    exact: Change | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One pair, three or unpaired person. ``views``: how each sees each partner, in the people's order."""

    people: tuple[str, ...]
    views: tuple[tuple[str, Side], ...]  # partner's id, how it is seen
    unmet: Mapping[str, tuple[str, ...]]  # id -> matters in which the person's wish is not met
    others: Mapping[str, tuple[Alternative, ...]]
    pinned: bool = False
    without: Change | None = None  # what changes if they may not be partners
    because: str = ""  # why the person is unpaired, in words

    @property
    def least(self) -> int:
        """The points of the least satisfied."""
        return min((side.total for _, side in self.views), default=0)


def review(
    pool: Pool, proposal: Proposal, certificate: Certificate | None, names: Mapping[str, str]
) -> tuple[Card, ...]:
    """The cards of *proposal*: the unpaired first, then the pairs, weakest first.

    *certificate*: one that proves the proposal to be the best; None where it is not, and then no price is known.
    *names*: of languages by their codes.
    """
    graph = PoolGraph(pool, columns=len(PRIORITIES))
    profiles = {person.id: person.profile for person in pool.people}
    near = _near(graph, certificate) if certificate else {}
    pinned = {frozenset(pin.people) for pin in pool.decisions.pins}

    def card(people: tuple[str, ...], because: str = "") -> Card:
        seen = {}
        for one, two in two_by_two(people):
            here, there = sides(graph, one, two, names)
            seen[one, two], seen[two, one] = here, there
        return Card(
            people=people,
            views=tuple((partner, seen[me, partner]) for me, partner in permutations(people, 2)),
            unmet={
                me: tuple(
                    matter
                    for matter in ("sector", "career_stage")
                    if wish_met(profiles[me], [profiles[you] for you in people if you != me], matter) is False
                    and len(people) > 1
                )
                for me in people
            },
            others={me: _others(graph, me, people, near.get(me, ())) for me in people},
            pinned=any(frozenset(two) in pinned for two in two_by_two(people)),
            because=because,
        )

    alone = [card((person.id,), BECAUSE.get(person.because, person.because)) for person in proposal.unpaired]
    pairs = [card(pair.people) for pair in proposal.pairs]
    return (*alone, *sorted(pairs, key=lambda c: (c.least, c.people)))


def priced(
    pool: Pool, proposal: Proposal, cards: Sequence[Card], step: Callable[[], None], count: int = PRICED
) -> tuple[Card, ...]:
    """The cards, the first *count* pairs with exact prices; *step* is called before each of ``questions``."""
    weakest = {card.people for card in _weakest(cards, count)}
    return tuple(_priced(pool, proposal, card, step) if card.people in weakest else card for card in cards)


def questions(cards: Sequence[Card], count: int = PRICED) -> int:
    """How many times the round is solved again by ``priced``."""
    return sum(_asked(card) for card in _weakest(cards, count))


def _weakest(cards: Sequence[Card], count: int) -> list[Card]:
    return [card for card in cards if len(card.people) == 2 and not card.pinned][:count]


def _asked(card: Card) -> int:
    return 1 + sum(len(others[:PRICED_EACH]) for others in card.others.values())


def _priced(pool: Pool, proposal: Proposal, card: Card, step: Callable[[], None]) -> Card:
    def exact(me: str, other: Alternative) -> Alternative:
        step()
        return replace(other, exact=if_pinned(pool, proposal, me, other.id))

    others = {
        me: (*(exact(me, each) for each in listed[:PRICED_EACH]), *listed[PRICED_EACH:])
        for me, listed in card.others.items()
    }
    step()
    return replace(card, others=others, without=if_forbidden(pool, proposal, *card.people))


def _near(graph: PoolGraph, certificate: Certificate) -> dict[str, tuple[tuple[str, tuple[int, ...]], ...]]:
    ids = graph.pool.ids
    return {
        ids[vertex]: tuple((ids[other], least) for other, least in found)
        for vertex, found in nearest(graph, certificate, ALTERNATIVES + 2)
    }


def _others(
    graph: PoolGraph, me: str, people: Sequence[str], near: Sequence[tuple[str, tuple[int, ...]]]
) -> tuple[Alternative, ...]:
    found: list[Alternative] = []
    for other, least in near:
        if other not in people and len(found) < ALTERNATIVES:
            seen, back = graph.points_of(me, other)
            found.append(Alternative(id=other, mine=seen, theirs=back, least=least))
    return tuple(found)
