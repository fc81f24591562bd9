"""What earlier rounds left for a later one: who was with whom, who got no partner, who may not come back.

People stand in it as keyed hashes of their address and member number and as nothing else, so that it can be
asked about somebody who applies again and cannot be read as a list of people. What it says is forgotten after
``ROUNDS`` rounds.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

#: For as many later rounds an entry counts.
ROUNDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one round left: pairs of people by their place in ``Memory.people``, and single people."""

    round: str
    pairs: tuple[tuple[int, int], ...] = ()
    without: tuple[int, ...] = ()  # took part or waited, and had no partner
    barred: tuple[int, ...] = ()  # may not take part while this is remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The memory with which a round begins. ``people``: the marks by which somebody is known again."""

    key: bytes
    people: tuple[frozenset[str], ...] = ()
    entries: tuple[Entry, ...] = ()  # by round, the oldest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What one round leaves of its people, by their ids in that round."""

    round: str
    marks: Mapping[str, frozenset[str]]
    pairs: Collection[tuple[str, str]]
    without: Collection[str]
    barred: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """What the memory says of the people of a round, by their ids in this round."""

    past: Mapping[str, tuple[str, ...]]  # former partners who are here too, sorted
    carried_over: frozenset[str]  # had no partner, and none since
    barred: frozenset[str]


def marks(key: bytes, email: str, member_number: str | None) -> frozenset[str]:
    """The keyed hashes by which a person is known again: of the address, and of the member number if any."""
    texts = [f"email {plain_address(email)}"]
    if member_number and (number := plain_number(member_number)):
        texts.append(f"member {number}")
    return frozenset(hmac.new(key, text.encode("utf-8"), hashlib.sha256).hexdigest()[:32] for text in texts)


def plain_address(email: str) -> str:
    """An address as it is compared: small letters, without what stands behind a plus sign, and without quotes."""
    local, _, domain = unicodedata.normalize("NFKC", email).strip().casefold().rpartition("@")
    return f"{local.replace(chr(34), '').partition('+')[0]}@{domain}"


def plain_number(number: str) -> str:
    """A member number as it is compared: its letters and digits."""
    return "".join(c for c in unicodedata.normalize("NFKC", number).casefold() if c.isalnum())


def recall(memory: Memory, present: Mapping[str, frozenset[str]]) -> Recalled:
    """What *memory* says of the people who are *present*: their ids with their marks."""
    known = _places(memory, present)
    here: dict[int, list[str]] = {}
    for id, places in known.items():
        for place in places:
            here.setdefault(place, []).append(id)
    past: dict[str, set[str]] = {}
    barred: set[str] = set()
    last: dict[str, bool] = {}  # whether the person had a partner when last seen
    for entry in memory.entries:
        together = {place for pair in entry.pairs for place in pair}
        for one, other in entry.pairs:
            for a in here.get(one, ()):
                for b in here.get(other, ()):
                    if a != b:
                        past.setdefault(a, set()).add(b)
                        past.setdefault(b, set()).add(a)
        last |= {id: False for place in entry.without for id in here.get(place, ())}
        last |= {id: True for place in together for id in here.get(place, ())}
        barred.update(id for place in entry.barred for id in here.get(place, ()))
    return Recalled(
        past={id: tuple(sorted(others)) for id, others in past.items()},
        carried_over=frozenset(id for id, paired in last.items() if not paired),
        barred=frozenset(barred),
    )


def remember(memory: Memory, left: Left) -> Memory:
    """*memory* with what a round *left*; what is older than ``ROUNDS`` rounds is gone.

    Somebody whose address changed and whose number did not is known by both from now on. The same round
    remembered again takes the place of what it left before.
    """
    people = [set(each) for each in memory.people]
    place = {mark: i for i, each in enumerate(people) for mark in each}
    where: dict[str, int] = {}
    for id, mine in sorted(left.marks.items()):
        found = min((place[mark] for mark in mine if mark in place), default=len(people))
        if found == len(people):
            people.append(set())
        people[found] |= mine
        place |= dict.fromkeys(mine, found)
        where[id] = found
    entry = Entry(
        round=left.round,
        pairs=tuple(sorted({_sorted(where[a], where[b]) for a, b in left.pairs if a in where and b in where})),
        without=tuple(sorted({where[id] for id in left.without if id in where})),
        barred=tuple(sorted({where[id] for id in left.barred if id in where})),
    )
    kept = [each for each in memory.entries if each.round != left.round]
    entries = sorted([*kept, entry], key=lambda each: each.round)[-ROUNDS:]
    return _compact(replace(memory, people=tuple(map(frozenset, people)), entries=tuple(entries)))


def forget(memory: Memory, mine: frozenset[str]) -> tuple[Memory, int]:
    """*memory* without a person, by the person's marks, and how many statements about the person it held.

    Whoever was the person's partner keeps an entry that tells of nobody.
    """
    gone = {i for i, each in enumerate(memory.people) if each & mine}
    count = sum(
        sum(bool({*pair} & gone) for pair in each.pairs) + len({*each.without} & gone) + len({*each.barred} & gone)
        for each in memory.entries
    )
    entries = tuple(
        Entry(
            round=each.round,
            pairs=tuple(pair for pair in each.pairs if not {*pair} & gone),
            without=tuple(i for i in each.without if i not in gone),
            barred=tuple(i for i in each.barred if i not in gone),
        )
        for each in memory.entries
    )
    return _compact(replace(memory, entries=entries)), count


def renew(memory: Memory, key: bytes, present: Iterable[tuple[frozenset[str], frozenset[str]]]) -> Memory:
    """*memory* under another *key*, for people of whom both the old and the new marks can be made.

    What it says of anybody else is lost, because a hash cannot be turned back: that is what a new key is for.
    """
    fresh: dict[int, set[str]] = {}
    place = {mark: i for i, each in enumerate(memory.people) for mark in each}
    for old, new in present:
        for i in {place[mark] for mark in old if mark in place}:
            fresh.setdefault(i, set()).update(new)
    entries = tuple(
        Entry(
            round=each.round,
            pairs=tuple(pair for pair in each.pairs if pair[0] in fresh and pair[1] in fresh),
            without=tuple(i for i in each.without if i in fresh),
            barred=tuple(i for i in each.barred if i in fresh),
        )
        for each in memory.entries
    )
    people = tuple(frozenset(fresh.get(i, ())) for i in range(len(memory.people)))
    return _compact(Memory(key=key, people=people, entries=entries))


def statements(memory: Memory) -> dict[str, int]:
    """How much it holds: rounds, people, pairs, people without a partner, people who may not come back."""
    return {
        "rounds": len(memory.entries),
        "people": len(memory.people),
        "pairs": sum(len(each.pairs) for each in memory.entries),
        "without": sum(len(each.without) for each in memory.entries),
        "barred": sum(len(each.barred) for each in memory.entries),
    }


def memory_data(memory: Memory) -> dict[str, Any]:
    """The memory as plain data, as it stands inside the seal."""
    return {
        "format": 1,
        "key": memory.key.hex(),
        "people": [sorted(each) for each in memory.people],
        "entries": [
            {
                "round": each.round,
                "pairs": [list(pair) for pair in each.pairs],
                "without": list(each.without),
                "barred": list(each.barred),
            }
            for each in memory.entries
        ],
    }


def memory_from(data: Mapping[str, Any]) -> Memory:
    """The memory from plain data; KeyError, TypeError or ValueError where it is none."""
    people = tuple(frozenset(map(str, each)) for each in data["people"])

    def place(value: Any) -> int:
        if type(value) is not int or not 0 <= value < len(people):
            raise ValueError("not a person's place")
        return value

    def pairs(lines: Sequence[Any]) -> tuple[tuple[int, int], ...]:
        return tuple((place(one), place(other)) for one, other in lines)

    if data["format"] != 1:
        raise ValueError("another format")
    return Memory(
        key=bytes.fromhex(data["key"]),
        people=people,
        entries=tuple(
            Entry(
                round=str(each["round"]),
                pairs=pairs(each["pairs"]),
                without=tuple(map(place, each["without"])),
                barred=tuple(map(place, each["barred"])),
            )
            for each in data["entries"]
        ),
    )


def _places(memory: Memory, present: Mapping[str, frozenset[str]]) -> dict[str, set[int]]:
    place: dict[str, set[int]] = {}
    for i, each in enumerate(memory.people):
        for mark in each:
            place.setdefault(mark, set()).add(i)
    return {id: set().union(*(place.get(mark, set()) for mark in mine)) for id, mine in present.items()}


def _compact(memory: Memory) -> Memory:
    """Without people of whom nothing is said."""
    used = sorted(
        {
            i
            for each in memory.entries
            for i in (*(p for pair in each.pairs for p in pair), *each.without, *each.barred)
        }
    )
    new = {old: i for i, old in enumerate(used)}
    return replace(
        memory,
        people=tuple(memory.people[i] for i in used),
        entries=tuple(
            Entry(
                round=each.round,
                pairs=tuple((new[a], new[b]) for a, b in each.pairs),
                without=tuple(new[i] for i in each.without),
                barred=tuple(new[i] for i in each.barred),
            )
            for each in memory.entries
        ),
    )


def _sorted(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one <= other else (other, one)
