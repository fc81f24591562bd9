"""How many people of a synthetic round live in which country: few large ones, a long tail."""

from __future__ import annotations

from itertools import chain, repeat

from counterpart.sample.chance import Chance
from counterpart.sample.countries import COUNTRIES, Country

_LARGEST_PERCENT = 13  # as published of the model programme


def homes(people: int, countries: int, first_percent: int | None, chance: Chance) -> list[Country]:
    """A country for each of *people*, of exactly *countries* different ones.

    The largest holds about 13 % of the people where that many countries allow it, or *first_percent* of them,
    rounded up.
    """
    chosen = chance.some(((country, country.weight**2) for country in COUNTRIES), countries)
    if first_percent is None:
        sizes = _sizes(people, countries, chance)
    else:
        first = -(-people * first_percent // 100)
        sizes = [first, *_sizes(people - first, countries - 1, chance)]
    return chance.shuffled(chain.from_iterable(map(repeat, chosen, sizes)))


def _sizes(people: int, countries: int, chance: Chance) -> list[int]:
    """Sizes that sum to *people*, each at least 1, falling about with the square of the rank."""
    uneven = [chance.between(80, 120) for _ in range(countries)]

    def sizes(flatness: int) -> list[int]:
        shares = [10**15 * times // (10 * rank + flatness) ** 2 for rank, times in enumerate(uneven)]
        return [1 + more for more in _apportion(people - countries, shares)]

    steep, flat = 1, 10**6
    while countries and steep < flat:  # the steepest whose largest is within the share; the flattest if none is
        middle = (steep + flat) // 2
        if max(sizes(middle)) * 100 <= _LARGEST_PERCENT * people:
            flat = middle
        else:
            steep = middle + 1
    return sizes(flat)


def _apportion(seats: int, shares: list[int]) -> list[int]:
    """*seats* divided in proportion to *shares*; the largest remainders are rounded up."""
    total = sum(shares)
    whole = [seats * share // total for share in shares]
    by_rest = sorted(range(len(shares)), key=lambda i: (-(seats * shares[i] % total), i))
    for i in by_rest[: seats - sum(whole)]:
        whole[i] += 1
    return whole
