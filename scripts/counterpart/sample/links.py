"""What the roll of a synthetic round states about people: former partners, a shared employer, a past without."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from counterpart.rounds.build import Data
from counterpart.sample.chance import Chance

_PAST_PERCENT = 14  # of the returning people: have a former partner in this round
_CARRIED_OVER_PERCENT = 3
_EMPLOYED_TOGETHER_PERCENT = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """By id: ids of former partners, sorted; the employer's group where two or more share one; who waited."""

    past: Mapping[str, tuple[str, ...]]
    employer: Mapping[str, str]
    carried_over: frozenset[str]


NO_LINKS = Links(past={}, employer={}, carried_over=frozenset())


def links(applications: Sequence[Data], chance: Chance) -> Links:
    """Links among *applications* that could be true: former partners return, and come from two countries."""
    ids = [application["id"] for application in applications]
    profiles = {application["id"]: application["profile"] for application in applications}
    past = _past([id for id in ids if profiles[id]["returning"]], profiles, chance)
    return Links(
        past=past,
        employer=_employers(ids, chance),
        carried_over=frozenset(id for id in ids if id not in past and chance.percent(_CARRIED_OVER_PERCENT)),
    )


def _past(returning: list[str], profiles: Mapping[str, Data], chance: Chance) -> dict[str, tuple[str, ...]]:
    couples = len(returning) * _PAST_PERCENT // 200
    order = chance.shuffled(returning)
    past: dict[str, set[str]] = defaultdict(set)
    for i in range(couples):
        # Every fifth couple begins where the one before ended: somebody was here twice, with two partners.
        one, other = order[2 * i - (i % 5 == 4)], order[2 * i + 1]
        if profiles[one]["country"] != profiles[other]["country"]:
            past[one].add(other)
            past[other].add(one)
    return {id: tuple(sorted(partners)) for id, partners in past.items()}


def _employers(ids: list[str], chance: Chance) -> dict[str, str]:
    left = chance.shuffled(ids)[: len(ids) * _EMPLOYED_TOGETHER_PERCENT // 100]
    groups: dict[str, str] = {}
    number = 0
    while len(left) >= 2:
        size = chance.weighted(((2, 6), (3, 3), (4, 1)))
        together, left = left[:size], left[size:]
        number += 1
        groups.update(dict.fromkeys(together, f"g{number}"))
    return groups
