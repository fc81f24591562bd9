"""Proposals and certificates as plain data, and back: the form in which they stand in files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from counterpart.digest import digest, written
from counterpart.matching import Certificate
from counterpart.model import Inputs, Proposal
from counterpart.pairing.graph import PRIORITIES
from counterpart.pairing.inputs import pairs_of

_KEYS = frozenset({"format", "round", "inputs", "proposal", "priorities", "scale", "prices", "sets"})


def proposal_data(proposal: Proposal) -> dict[str, object]:
    """The contents of ``pairings.yaml``."""
    return {
        "format": 1,
        "round": proposal.round,
        "inputs": inputs_data(proposal.inputs),
        "pairs": [
            {"people": list(pair.people), "points": {id: dict(points) for id, points in pair.points.items()}}
            for pair in proposal.pairs
        ],
        "unpaired": [{"id": person.id, "because": person.because} for person in proposal.unpaired],
    }


def inputs_data(inputs: Inputs) -> dict[str, str]:
    """The digests that a proposal was made from."""
    return {
        "pool": inputs.pool,
        "round": inputs.round,
        "decisions": written(inputs.decisions),
        "previous": written(inputs.previous),
        "engine": inputs.engine,
    }


def certificate_data(proposal: Proposal, certificate: Certificate, ids: Sequence[str]) -> dict[str, object]:
    """The contents of ``certificate.json``: prices by person, and sets, each set after those inside it.

    A set names the people who are in none of the sets inside it, and those sets by their number in the list,
    so that sets inside sets do not name everybody again and again.
    """
    ordered = sorted(certificate.sets, key=lambda s: (len(s[0]), s[0]))
    smallest: dict[int, int] = {}  # vertex -> the largest set so far that holds it
    sets = []
    for number, (members, price) in enumerate(ordered):
        inside = sorted({smallest[v] for v in members if v in smallest})
        sets.append(
            {
                "people": [ids[v] for v in members if v not in smallest],
                "sets": inside,
                "price": list(price),
            }
        )
        smallest.update(dict.fromkeys(members, number))
    return {
        "format": 1,
        "round": proposal.round,
        "inputs": inputs_data(proposal.inputs),
        "proposal": digest(pairs_of(proposal)),
        "priorities": list(PRIORITIES),
        "scale": certificate.scale,
        "prices": {id: list(price) for id, price in zip(ids, certificate.prices, strict=True)},
        "sets": sets,
    }


def certificate_from(data: Any, ids: Sequence[str]) -> Certificate | str:
    """The certificate in *data*, for the people *ids*; or one sentence that says why it is none.

    Only the form is looked at: whether the prices prove anything is for ``verify`` to say.
    """
    if wrong := _wrong_form(data):
        return wrong
    prices, sets, scale = data.get("prices"), data.get("sets"), data.get("scale")
    if not isinstance(prices, dict) or not isinstance(sets, list) or type(scale) is not int:
        return "it must hold 'prices', 'sets' and 'scale'."
    if set(prices) != set(ids):
        return "its prices are not those of the people in the pool."
    if not all(_is_price(price) for price in prices.values()):
        return f"each price must be a list of {len(PRIORITIES)} integers."
    found = _sets(sets, {id: i for i, id in enumerate(ids)})
    if isinstance(found, str):
        return found
    return Certificate(scale=scale, prices=tuple(tuple(prices[id]) for id in ids), sets=found)


def _wrong_form(data: Any) -> str:
    """What is wrong with a certificate's form and keys; empty where nothing is."""
    if not isinstance(data, dict) or type(data.get("format")) is not int or data["format"] != 1:
        return "it is not a certificate of format 1."
    unknown = sorted(data.keys() - _KEYS)
    return f"it must not hold '{unknown[0]}'." if unknown else ""


_Sets = tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]


def _sets(items: Sequence[Any], place: Mapping[str, int]) -> _Sets | str:
    """The sets with their prices, by vertices; or what is wrong with one. *place*: the vertex of each person."""
    members: list[tuple[int, ...]] = []
    total = 0
    for item in items:
        if wrong := _wrong_set(item, place, len(members)):
            return wrong
        inside = [v for i in item["sets"] for v in members[i]]
        mine = tuple(sorted([place[id] for id in item["people"]] + inside))
        total += len(mine)
        if len(mine) > len(place) or total > 64 * 1024 * 1024:
            return "its sets hold more people than there are."
        members.append(mine)
    return tuple((mine, tuple(item["price"])) for mine, item in zip(members, items, strict=True))


def _wrong_set(item: Any, place: Mapping[str, int], before: int) -> str:
    """What is wrong with one set, of which so many stand *before* it; empty where nothing is."""
    if not isinstance(item, dict) or set(item) != {"people", "sets", "price"} or not _is_price(item["price"]):
        return "each set must hold 'people', 'sets' and a 'price'."
    people, inside = item["people"], item["sets"]
    if not isinstance(people, list) or not all(isinstance(id, str) and id in place for id in people):
        return "its sets may name only people in the pool."
    if not isinstance(inside, list) or not all(type(i) is int and 0 <= i < before for i in inside):
        return "a set may hold only sets that stand before it."
    return ""


def _is_price(value: Any) -> bool:
    return isinstance(value, list) and len(value) == len(PRIORITIES) and all(type(p) is int for p in value)
