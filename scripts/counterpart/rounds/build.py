"""Plain data of the right shape in, the model's values out; the shape was checked against a schema before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from counterpart import digest as digests
from counterpart.digest import digest, settings_digest
from counterpart.model import (
    Applicant,
    Approval,
    Basis,
    CareerStage,
    Confirmed,
    Decision,
    Decisions,
    Ended,
    Event,
    Inputs,
    Likeness,
    Pair,
    Place,
    Profile,
    Proposal,
    Roll,
    Round,
    RoundId,
    Rules,
    Sector,
    Status,
    Topic,
    Unpaired,
    Weights,
    Wish,
)
from counterpart.sealing.signed import application_digest

Data = Mapping[str, Any]


def applicant(data: Data) -> Applicant:
    """The value of an application or correction, without its sealed part; the digest covers that too."""
    profile = data["profile"]
    return Applicant(
        id=data["id"],
        received=datetime.fromisoformat(data["received"]),
        changed=datetime.fromisoformat(data.get("corrected") or data["received"]),
        profile=Profile(
            country=profile["country"],
            time_zone=profile["time_zone"],
            languages=tuple(profile["languages"]),
            sector=profile["sector"],
            career_stage=profile["career_stage"],
            interests=tuple(profile["interests"]),
            wishes={matter: Wish(wish) for matter, wish in profile["wishes"].items()},
            membership=profile["membership"],
            returning=profile["returning"],
            code_of_conduct=profile["code_of_conduct"],
        ),
        digest=application_digest(data),
    )


def round_(data: Data) -> Round:
    """A round's value; what the file does not say is as the model's defaults have it."""
    names = ("acceptable", "country_cap", "closed", "sample", "contact", "site", "points")
    optional = {key: data[key] for key in names if key in data}
    return Round(
        id=data["round"],
        title=data["title"],
        zone=data["zone"],
        calendar=tuple(
            Event(date=date.fromisoformat(line["date"]), event=line["event"], guide=line.get("guide"))
            for line in data["calendar"]
        ),
        topics=tuple(Topic(**topic) for topic in data["topics"]),
        sectors=tuple(Sector(**sector) for sector in data["sectors"]),
        career_stages=tuple(CareerStage(**stage) for stage in data["career_stages"]),
        draw=data["draw"],
        code_of_conduct=data["code_of_conduct"],
        recipients=tuple(data["recipients"]),
        rules=_rules(data.get("rules", {})),
        weights=Weights(**data.get("weights", {})),
        threes=data.get("threes") == "allowed",
        digest=settings_digest(data),
        **optional,
    )


def _rules(data: Data) -> Rules:
    named = {key.replace("-", "_"): value for key, value in data.items()}
    if named.get("time_difference") == "any":
        named["time_difference"] = None
    return Rules(**named)


def roll(data: Data) -> Roll:
    """The roll's value."""
    return Roll(
        round=data["round"],
        pool=data["pool"],
        people={id: _place(place) for id, place in data["people"].items()},
        applicants=data.get("applicants", 0),
        generation=data.get("generation", 1),
        questions=data.get("questions", 0),
    )


def confirmed(data: Data) -> Confirmed:
    """What coordinators confirmed."""
    both = {
        key: tuple(
            Likeness(people=tuple(line["people"]), same=line["same"], by=line["by"]) for line in data.get(key, ())
        )
        for key in ("employers", "people")
    }
    return Confirmed(round=data["round"], **both)


def approval(data: Data) -> Approval:
    """The approval's value."""
    basis = {part: digests.read(data[part]) for part in Basis.__slots__}
    return Approval(round=data["round"], basis=Basis(**basis), by=data["by"])


def _place(data: Data) -> Place:
    return Place(
        status=Status(data["status"]),
        reason=data.get("reason"),
        place=data.get("place"),
        digest=data.get("digest"),
        employer=data.get("employer"),
        past=tuple(data.get("past", ())),
        perhaps=tuple(data.get("perhaps", ())),
        carried_over=data.get("carried_over", False),
    )


def decisions(data: Data | None, round_id: RoundId) -> Decisions:
    """The decisions' value; where there is no file of them, that of a round in which nothing was decided."""
    if data is None:
        return Decisions(round=round_id)
    overrule = data.get("overrule")
    first = {key: value for key, value in data.items() if key != "ended"}
    return Decisions(
        round=data["round"],
        pins=tuple(_decision(line, line["people"]) for line in data.get("pins", ())),
        forbids=tuple(_decision(line, line["people"]) for line in data.get("forbids", ())),
        removed=tuple(_decision(line, [line["id"]]) for line in data.get("removed", ())),
        overrule=_decision(overrule, []) if overrule else None,
        ended=tuple(Ended(**line) for line in data.get("ended", ())),
        digest=None if "ended" in data and first.keys() == {"format", "round"} else digest(_without_notes(first)),
    )


def _without_notes(data: Data) -> Data:
    """What is decided, without the sealed words: they change nothing about a pair."""
    return {
        key: [{k: v for k, v in line.items() if k != "note"} for line in value]
        if isinstance(value, list)
        else value
        for key, value in data.items()
    }


def _decision(data: Data, people: list[str]) -> Decision:
    return Decision(people=tuple(people), by=data["by"], reason=data["reason"])


def proposal(data: Data) -> Proposal:
    """The proposal's value: each pair's people sorted, the pairs as they stand in the file."""
    return Proposal(
        round=data["round"],
        inputs=_inputs(data["inputs"]),
        pairs=tuple(Pair(people=tuple(sorted(line["people"])), points=line["points"]) for line in data["pairs"]),
        unpaired=tuple(Unpaired(**line) for line in data["unpaired"]),
    )


def _inputs(data: Data) -> Inputs:
    maybe_none = {key: digests.read(data[key]) for key in ("decisions", "previous")}
    return Inputs(**{**data, **maybe_none})
