"""How good a round can get while applications come in: the most pairs, what binds, and whom to recruit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from counterpart.matching import solve
from counterpart.pairing.graph import PoolGraph
from counterpart.pairing.pool import Pool
from counterpart.pairing.rules import rules


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleEffect:
    """What one rule costs: people who could be paired besides if it did not apply to anybody."""

    rule: str
    because: str
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What the applications so far allow."""

    people: int
    countries: int
    largest: tuple[str, int] | None  # a country and its people
    limit: int  # pairs that different countries allow at most: min(floor(n / 2), n - largest)
    pairs: int  # pairs that all rules together allow, exactly
    binding: tuple[RuleEffect, ...]  # rules without which more people could be paired
    unreachable: tuple[str, ...]  # people with whom nobody may be paired
    advice: tuple[str, ...] = ()


def outlook(pool: Pool, names: Mapping[str, str]) -> Outlook:
    """The outlook of a pool. *names*: of countries and languages by their codes.

    The limit by countries holds because each pair takes one person from outside the largest country.
    """
    people = len(pool.people)
    by_country = Counter(person.profile.country for person in pool.people)
    largest = min(by_country.items(), key=lambda c: (-c[1], c[0])) if by_country else None
    limit = min(people // 2, people - largest[1]) if largest else 0
    graph = PoolGraph(pool, columns=1)
    pairs = _most_pairs(graph) if people else 0
    binding = []
    for rule in rules(pool):
        more = (
            2 * (_most_pairs(PoolGraph(pool, columns=1, without=(rule.id,))) - pairs)
            if 2 * pairs + 1 < people
            else 0
        )
        if more > 0:
            binding.append(RuleEffect(rule=rule.id, because=rule.because, more=more))
    figures = Outlook(
        people=people,
        countries=len(by_country),
        largest=largest,
        limit=limit,
        pairs=pairs,
        binding=tuple(sorted(binding, key=lambda b: (-b.more, b.rule))),
        unreachable=_unreachable(graph),
    )
    return replace(figures, advice=_advice(figures, pool, names))


def _most_pairs(graph: PoolGraph) -> int:
    """The most pairs that the rules allow: most people, since no one is carried over twice."""
    return sum(mate >= 0 for mate in solve(graph).mates) // 2


def _unreachable(graph: PoolGraph) -> tuple[str, ...]:
    reached = np.zeros(graph.n, np.bool_)
    for chunk in graph.chunks(0, 1, both=True):
        assert chunk.allowed is not None
        reached[chunk.tails[:, 0]] = chunk.allowed.any(axis=1)
    return tuple(id for id, any_partner in zip(graph.pool.ids, reached, strict=True) if not any_partner)


def _advice(figures: Outlook, pool: Pool, names: Mapping[str, str]) -> tuple[str, ...]:
    """What would give more people a partner."""
    if figures.largest is None:
        return ("Nobody has applied yet. Announce the round.",)
    country, count = figures.largest
    advice = [*_too_many(pool, names.get(country, country), count)]
    if figures.unreachable:
        advice.append(_languages_to_recruit(figures.unreachable, pool, names))
    unpaired = figures.people - 2 * figures.pairs
    if unpaired == 1:
        advice.append("The number of people is odd: one more person would give everybody a partner.")
    if not advice and unpaired == 0:
        advice.append("Everybody can have a partner as things stand.")
    elif not advice:
        advice.append("Recruit people in countries and languages that are rare so far.")
    return tuple(advice)


def _languages_to_recruit(unreachable: tuple[str, ...], pool: Pool, names: Mapping[str, str]) -> str:
    """Whom to look for so that the *unreachable* may get a partner: people who speak what most of them speak."""
    profiles = {person.id: person.profile for person in pool.people}
    languages = Counter(language for id in unreachable for language in profiles[id].languages)
    spoken = ", ".join(names.get(language, language) for language, _ in languages.most_common(3))
    return (
        f"{len(unreachable):,} {'person has' if len(unreachable) == 1 else 'people have'} no possible "
        "partner so far. "
        f"Recruit people in other countries who speak {spoken}."
    )


def _too_many(pool: Pool, country: str, count: int) -> Iterator[str]:
    """What to do where a country has more people than all others together, or than its cap."""
    people = len(pool.people)
    if count > people - count:
        yield (
            f"{country} has {count:,} of {people:,} people. Each of them needs a partner from another country: "
            f"{2 * count - people:,} more people from other countries are needed."
        )
    elif 100 * count > pool.round.country_cap * people:
        yield (
            f"{country} has more than {pool.round.country_cap} % of the applicants, so the country cap will put "
            "the last of them on the waiting list. Recruit in other countries."
        )
