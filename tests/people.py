"""Small rounds in memory: say what matters in a test, the rest has a default."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from counterpart.model import (
    Applicant,
    CareerStage,
    Decision,
    Decisions,
    Event,
    Place,
    Profile,
    Roll,
    Round,
    Sector,
    Status,
    Topic,
    Wish,
)
from counterpart.pairing.pool import Pool, assemble
from counterpart.world.zones import offset

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
COUNTRIES = ("AU", "PL", "NG", "BR", "JP", "CA", "IN", "ES")
ZONES = {
    "AU": "Australia/Sydney", "PL": "Europe/Warsaw", "NG": "Africa/Lagos", "BR": "America/Sao_Paulo",
    "JP": "Asia/Tokyo", "CA": "America/Toronto", "IN": "Asia/Kolkata", "ES": "Europe/Madrid",
}  # fmt: skip


def settings(**changes: Any) -> Round:
    """A round with three topics, three sectors and five career stages, one of them beside the scale."""
    base = Round(
        id="2027-1",
        title="First round of 2027",
        zone="Australia/Sydney",
        calendar=(
            Event(date=date(2027, 1, 11), event="everyone-applies"),
            Event(date=date(2027, 2, 14), event="applications-close"),
            Event(date=date(2027, 2, 15), event="matching"),
            Event(date=date(2027, 3, 1), event="introductions"),
            Event(date=date(2027, 6, 28), event="end"),
        ),
        topics=tuple(Topic(id=t, name=t.capitalize()) for t in ("access", "books", "care", "data", "ethics")),
        sectors=tuple(Sector(id=s, name=s.capitalize()) for s in ("academic", "public", "school")),
        career_stages=(
            CareerStage(id="student", name="Student", step=0),
            CareerStage(id="early", name="Early", step=1),
            CareerStage(id="mid", name="Mid", step=2),
            CareerStage(id="senior", name="Senior", step=3),
            CareerStage(
                id="changing", name="Changing", distances={"student": 1, "early": 1, "mid": 2, "senior": 3}
            ),
        ),
        draw="fixed before applications opened",
        code_of_conduct="2027-01",
        digest="sha256:" + "0" * 64,
    )
    return replace(base, **changes)


def person(id: str, **changes: Any) -> Applicant:
    """Somebody who speaks English and does not mind anything. *id* may be short; it is filled up with zeros."""
    whole = id.rjust(10, "0")
    country = changes.pop("country", "AU")
    base = Profile(
        country=country,
        time_zone=ZONES[country],
        languages=("en",),
        sector="academic",
        career_stage="early",
        interests=("access",),
        wishes={},
        membership="member",
        returning=False,
        code_of_conduct="2027-01",
    )
    profile = replace(base, **changes)
    return Applicant(
        id=whole,
        received=datetime(2027, 1, 14, 6, 12, 9, tzinfo=UTC),
        profile=profile,
        digest="sha256:" + whole.rjust(64, "0").lower(),
    )


def pool(*people: Applicant, places: dict[str, dict[str, Any]] | None = None, **changes: Any) -> Pool:
    """A pool of these people, all admitted; *places* adds facts of the roll, *changes* are the round's."""
    decisions = changes.pop("decisions", Decisions(round="2027-1"))
    facts = {id.rjust(10, "0"): more for id, more in (places or {}).items()}
    roll = Roll(
        round="2027-1",
        pool="",
        people={
            p.id: Place(**{"status": Status.ADMITTED, "digest": p.digest, **facts.get(p.id, {})}) for p in people
        },
    )
    return assemble(settings(**changes), people, roll, decisions, offset)


def decide(**lists: list[tuple[str, ...]]) -> Decisions:
    """Decisions: ``decide(pins=[("A", "B")])``."""
    return Decisions(
        round="2027-1",
        digest="sha256:" + "1" * 64,
        **{  # type: ignore[arg-type]
            kind: tuple(
                Decision(people=tuple(id.rjust(10, "0") for id in ids), by="coordinator-1", reason="test")
                for ids in decisions
            )
            for kind, decisions in lists.items()
        },
    )


def crowd(seed: int, size: int, **changes: Any) -> Pool:
    """A random pool with every fact that a rule or a criterion looks at, in plenty."""
    chance = random.Random(seed)
    ids = ["".join(chance.choices(ALPHABET, k=10)) for _ in range(size)]
    people = []
    for id in ids:
        topics = ["access", "books", "care", "data", "ethics"]
        chance.shuffle(topics)
        wishes = {m: chance.choice(list(Wish)) for m in ("sector", "career_stage") if chance.random() < 0.8}
        people.append(
            person(
                id,
                country=chance.choice(COUNTRIES),
                languages=tuple(sorted({chance.choice(["en", "en", "es", "ja", "pl"]) for _ in range(2)})),
                sector=chance.choice(["academic", "public", "school"]),
                career_stage=chance.choice(["student", "early", "mid", "senior", "changing"]),
                interests=tuple(topics[: chance.randint(1, 5)]),
                wishes=wishes,
            )
        )
    places: dict[str, dict[str, Any]] = {
        id: {
            "employer": f"g{chance.randint(1, 4)}" if chance.random() < 0.4 else None,
            "past": tuple(chance.sample([x for x in ids if x != id], min(size - 1, chance.randint(0, 2)))),
            "carried_over": chance.random() < 0.15,
        }
        for id in ids
    }
    return pool(*people, places=places, **changes)
