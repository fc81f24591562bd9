"""Finished rounds for tests: facts by chance, quick to make, and small ones written down as counts."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

from counterpart.report.disclosure_audit import Disclosed, disclose
from counterpart.report.disclosure_links import setting_of
from counterpart.report.report import WISHES, Answer, Facts, Known, Participant, Report
from counterpart.report.report_file import report_of
from counterpart.report.tables import tables_of
from counterpart.world.regions import COUNTRIES

SECTORS = {
    id: id.title() for id in ("academic", "public", "school", "special", "health", "law", "national", "art")
}
STAGES = {id: id.title() for id in ("student", "early", "mid", "senior", "changing")}
TOPICS = {f"topic-{n}": f"Topic {chr(65 + n)}" for n in range(12)}


def person(country: str = "AU", sector: str = "public", stage: str = "mid", **more: object) -> Participant:
    facts = {"interests": ("topic-0",), "returning": False, **more}
    return Participant(country=country, sector=sector, career_stage=stage, **facts)  # type: ignore[arg-type]


def crowd(counts: Mapping[tuple[str, ...], int], answers: bool = True, **changes: object) -> Facts:
    """So many people of each kind (country, sector, stage), paired as they stand, all of them content."""
    people = {
        f"P{n:09d}": person(*kind)
        for n, kind in enumerate(kind for kind, count in counts.items() for _ in range(count))
    }
    ids = list(people)
    facts = Facts(
        round="2027-1",
        people=people,
        partnerships=tuple((ids[i], ids[-1 - i]) for i in range(len(ids) // 2)),
        sectors=SECTORS,
        career_stages=STAGES,
        topics=TOPICS,
        answers={id: Answer(completed=n % 3 > 0, satisfaction="high") for n, id in enumerate(ids)}
        if answers
        else None,
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


def _skewed(chance: random.Random, values: Sequence[str], steep: float) -> str:
    return chance.choices(values, [1 / (place + 1) ** steep for place in range(len(values))])[0]


def finished(seed: int, size: int, *, known: int = 0, round: str = "2027-1") -> Facts:
    """A random round in which everything that a report counts occurs, skewed as in life."""
    chance = random.Random(f"finished {seed} {size}")
    countries = chance.sample(COUNTRIES, min(len(COUNTRIES), 20 + size // 15))
    sectors, stages = chance.sample(list(SECTORS), len(SECTORS)), chance.sample(list(STAGES), len(STAGES))
    steep = chance.choice([0.7, 1.0, 1.3])
    topics = list(TOPICS)
    people = {}
    for n in range(size):
        people[f"P{n:09d}"] = Participant(
            country=_skewed(chance, countries, steep),
            sector=_skewed(chance, sectors, 1),
            career_stage=_skewed(chance, stages, 0.8),
            interests=tuple(dict.fromkeys(_skewed(chance, topics, 0.8) for _ in range(chance.randint(1, 5)))),
            returning=chance.random() < 0.25,
            wishes=chance.choice(WISHES),
        )
    pairings = chance.choice([1, 2, 2, 3])
    facts = replace(_supported(chance, people, pairings, threes=seed % 4 == 0), round=round)
    return replace(facts, known=_known(chance, people, known))


def _known(chance: random.Random, people: Mapping[str, Participant], known: int) -> tuple[Known, ...]:
    return tuple(
        Known(
            country=one.country,
            sector=chance.choice([None, one.sector]),
            career_stage=chance.choice([None, one.career_stage]),
        )
        for one in chance.sample(list(people.values()), known)
    )


def following(
    before: Sequence[Facts], seed: int, size: int, *, share: float, moved: float = 0.0, known: int = 0
) -> Facts:
    """A random round in which a *share* are people of the rounds *before*, as far as there are so many of them.

    They keep their ids. Some have another sector, stage or other interests by now, and so many (*moved*) another
    country. Nobody else returns: every round that there was is among those before.
    """
    chance = random.Random(f"following {seed} {size}")
    there = {id: one for facts in before for id, one in facts.people.items()}  # as they were the last time
    fresh = finished(seed, size, round=f"2027-{len(before) + 1}")
    back = chance.sample(sorted(there), min(len(there), round(share * size)))
    ids = back + [f"P{len(there) + n:09d}" for n in range(size - len(back))]
    chance.shuffle(ids)
    name = dict(zip(fresh.people, ids, strict=True))
    people = {
        name[id]: _again(chance, one, there[name[id]], moved)
        if name[id] in there
        else replace(one, returning=False)
        for id, one in fresh.people.items()
    }
    return replace(
        fresh,
        people=people,
        partnerships=tuple(tuple(sorted(name[id] for id in group)) for group in fresh.partnerships),
        answers=None if fresh.answers is None else {name[id]: said for id, said in fresh.answers.items()},
        known=_known(chance, people, known),
    )


def _again(chance: random.Random, now: Participant, once: Participant, moved: float) -> Participant:
    """Somebody who returns: a person as before in most things."""
    return replace(
        now,
        country=now.country if chance.random() < moved else once.country,
        sector=now.sector if chance.random() < 0.1 else once.sector,
        career_stage=now.career_stage if chance.random() < 0.2 else once.career_stage,
        returning=True,
    )


def _supported(chance: random.Random, people: Mapping[str, Participant], pairings: int, threes: bool) -> Facts:
    groups: list[tuple[str, ...]] = []
    share = chance.choice([0.9, 0.97, 1.0])
    for number in range(pairings):
        ids = [id for id in people if chance.random() < (share if number == 0 else 0.08)]
        chance.shuffle(ids)
        if threes and len(ids) % 2:
            groups.append(tuple(sorted(ids[:3])))
            ids = ids[3:]
        groups += [tuple(sorted(ids[i : i + 2])) for i in range(0, len(ids) - 1, 2)]
    answered = chance.random() < 0.8
    values = [None, "low", "middle", "middle", "high", "high", "high"]
    return Facts(
        round="2027-1",
        people=people,
        partnerships=tuple(dict.fromkeys(groups)),
        sectors=SECTORS,
        career_stages=STAGES,
        topics=TOPICS,
        pairings=pairings,
        threes=threes,
        answers={id: Answer(completed=chance.random() < 0.8, satisfaction=chance.choice(values)) for id in people}
        if answered
        else None,
    )


def disclosed(facts: Facts, earlier: Sequence[Report] = (), **more: object) -> Disclosed:
    """What the publisher makes of a round."""
    return disclose(setting_of(facts), tables_of(facts), earlier, **more)  # type: ignore[arg-type]


def published(facts: Facts, earlier: Sequence[Report] = (), **more: object) -> Report:
    """The report of a round that may be published."""
    found = disclosed(facts, earlier, **more)
    assert found.safe, found.refused
    return report_of(facts, found.screened, title="A round", countries={}, proven=True)
