"""What earlier rounds left for a later one: who was with whom, who got no partner, who may not come back.

People stand in it as keyed hashes of their address and member number and as nothing else, so that it can be
asked about somebody who applies again and cannot be read as a list of people. What it says is forgotten after
``ROUNDS`` rounds.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, product

from counterpart.rounds.build import Data

#: For as many later rounds an entry counts.
ROUNDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one round left: pairs of people by their place in ``Memory.people``, and single people."""

    round: str
    pairs: tuple[tuple[int, int], ...] = ()
    without: tuple[int, ...] = ()  # took part or waited, and had no partner
    barred: tuple[int, ...] = ()  # may not take part while this is remembered

    @property
    def people(self) -> set[int]:
        """Everybody of whom it says something."""
        return {*chain(*self.pairs), *self.without, *self.barred}

    def of(self, places: Mapping[int, int]) -> Entry:
        """What it says of those people alone who are in *places*, with each person's new place there."""
        return Entry(
            round=self.round,
            pairs=tuple(
                (places[one], places[other]) for one, other in self.pairs if one in places and other in places
            ),
            without=tuple(places[person] for person in self.without if person in places),
            barred=tuple(places[person] for person in self.barred if person in places),
        )


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
    here = _here(memory, present)
    paired: dict[str, bool] = {}  # whether the person had a partner when last seen
    barred: set[str] = set()
    for entry in memory.entries:
        paired |= dict.fromkeys(_ids(here, entry.without), False)
        paired |= dict.fromkeys(_ids(here, chain(*entry.pairs)), True)
        barred.update(_ids(here, entry.barred))
    return Recalled(
        past=_past(memory, here),
        carried_over=frozenset(id for id, had_partner in paired.items() if not had_partner),
        barred=frozenset(barred),
    )


def _here(memory: Memory, present: Mapping[str, frozenset[str]]) -> dict[int, list[str]]:
    """Place in the memory -> the ids of those present who are the person there."""
    places: dict[str, set[int]] = defaultdict(set)
    for place, person in enumerate(memory.people):
        for mark in person:
            places[mark].add(place)
    here: dict[int, list[str]] = defaultdict(list)
    for id, mine in present.items():
        for place in set().union(*(places.get(mark, ()) for mark in mine)):
            here[place].append(id)
    return here


def _ids(here: Mapping[int, list[str]], places: Iterable[int]) -> Iterator[str]:
    return (id for place in places for id in here.get(place, ()))


def _past(memory: Memory, here: Mapping[int, list[str]]) -> dict[str, tuple[str, ...]]:
    """Former partners of those who are here, by id."""
    past: dict[str, set[str]] = defaultdict(set)
    for pair in chain(*(entry.pairs for entry in memory.entries)):
        for one, other in product(*(here.get(place, ()) for place in pair)):
            if one != other:
                past[one].add(other)
                past[other].add(one)
    return {id: tuple(sorted(partners)) for id, partners in past.items()}


def remember(memory: Memory, left: Left) -> Memory:
    """*memory* with what a round *left*; what is older than ``ROUNDS`` rounds is gone.

    Somebody whose address changed and whose number did not is known by both from now on. The same round
    remembered again takes the place of what it left before.
    """
    people = [set(person) for person in memory.people]
    places = _places(memory)
    where: dict[str, int] = {}
    for id, mine in sorted(left.marks.items()):
        known = [places[mark] for mark in mine if mark in places]
        where[id] = min(known, default=len(people))
        if not known:
            people.append(set())
        people[where[id]] |= mine
        places |= dict.fromkeys(mine, where[id])
    kept = [entry for entry in memory.entries if entry.round != left.round]
    entries = sorted([*kept, _entry(left, where)], key=lambda entry: entry.round)[-ROUNDS:]
    return _compact(replace(memory, people=tuple(map(frozenset, people)), entries=tuple(entries)))


def _entry(left: Left, where: Mapping[str, int]) -> Entry:
    """What a round left, with each person's place, of those who have one."""
    pairs = {_sorted(where[one], where[other]) for one, other in left.pairs if one in where and other in where}
    return Entry(
        round=left.round,
        pairs=tuple(sorted(pairs)),
        without=tuple(sorted({where[id] for id in left.without if id in where})),
        barred=tuple(sorted({where[id] for id in left.barred if id in where})),
    )


def forget(memory: Memory, mine: frozenset[str]) -> tuple[Memory, int]:
    """*memory* without a person, by the person's marks, and how many statements about the person it held.

    Whoever was the person's partner keeps an entry that tells of nobody.
    """
    gone = {place for place, person in enumerate(memory.people) if person & mine}
    count = sum(
        sum(not gone.isdisjoint(pair) for pair in entry.pairs)
        + len(gone.intersection(entry.without))
        + len(gone.intersection(entry.barred))
        for entry in memory.entries
    )
    kept = {place: place for place in range(len(memory.people)) if place not in gone}
    entries = tuple(entry.of(kept) for entry in memory.entries)
    return _compact(replace(memory, entries=entries)), count


def renew(memory: Memory, key: bytes, present: Iterable[tuple[frozenset[str], frozenset[str]]]) -> Memory:
    """*memory* under another *key*, for people of whom both the old and the new marks can be made.

    What it says of anybody else is lost, because a hash cannot be turned back: that is what a new key is for.
    """
    fresh: dict[int, set[str]] = defaultdict(set)
    places = _places(memory)
    for old, new in present:
        for place in {places[mark] for mark in old if mark in places}:
            fresh[place].update(new)
    kept = {place: place for place in fresh}
    people = tuple(frozenset(fresh.get(place, ())) for place in range(len(memory.people)))
    return _compact(Memory(key=key, people=people, entries=tuple(entry.of(kept) for entry in memory.entries)))


def _places(memory: Memory) -> dict[str, int]:
    """Mark -> the place of the person who is known by it."""
    return {mark: place for place, person in enumerate(memory.people) for mark in person}


def statements(memory: Memory) -> dict[str, int]:
    """How much it holds: rounds, people, pairs, people without a partner, people who may not come back."""
    return {
        "rounds": len(memory.entries),
        "people": len(memory.people),
        "pairs": sum(len(each.pairs) for each in memory.entries),
        "without": sum(len(each.without) for each in memory.entries),
        "barred": sum(len(each.barred) for each in memory.entries),
    }


def memory_data(memory: Memory) -> dict[str, object]:
    """The memory as plain data, as it stands inside the seal."""
    return {
        "format": 1,
        "key": memory.key.hex(),
        "people": [sorted(person) for person in memory.people],
        "entries": [
            {
                "round": entry.round,
                "pairs": [list(pair) for pair in entry.pairs],
                "without": list(entry.without),
                "barred": list(entry.barred),
            }
            for entry in memory.entries
        ],
    }


def memory_from(data: Data) -> Memory:
    """The memory from plain data; KeyError, TypeError or ValueError where it is none."""
    people = tuple(frozenset(map(str, each)) for each in data["people"])

    def place(value: object) -> int:
        if type(value) is not int or not 0 <= value < len(people):
            raise ValueError("not a person's place")
        return value

    def pairs(lines: Sequence[tuple[object, object]]) -> tuple[tuple[int, int], ...]:
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


def _compact(memory: Memory) -> Memory:
    """Without people of whom nothing is said."""
    used = sorted(set().union(*(entry.people for entry in memory.entries)))
    new = {place: number for number, place in enumerate(used)}
    return replace(
        memory,
        people=tuple(memory.people[place] for place in used),
        entries=tuple(entry.of(new) for entry in memory.entries),
    )


def _sorted(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one <= other else (other, one)
