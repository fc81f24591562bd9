"""Small rounds as files: a pool written down as applicants, coordinators and ``admit`` would."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counterpart.digest import pool_digest
from counterpart.files.yaml_read import Document, read
from counterpart.files.yaml_write import dump
from counterpart.model import CareerStage, Decision, Place, Rules, Weights
from counterpart.pairing.pool import Pool
from counterpart.sealing.signed import application_digest

_MODEL = Path(__file__).parent / "cases" / "miniature"
_RECIPIENTS = [
    "age14c5l8e24vuykyjcava990456wl8mvt8c8l0at7sxqzghe3zgcvvsttpfsd",
    "age1a09pqhcf2mywswgmg4r5kxvaktk95sts6xsww77r059a698lsyvsrmp95k",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """A programme's folder with one round in it."""

    root: Path
    round: str = "2027-1"

    def path(self, name: str) -> Path:
        """A file of the round: ``pairings.yaml``, ``certificate.json``, ``decisions.yaml`` …"""
        return self.root / "rounds" / self.round / name

    def application(self, id: str) -> Path:
        """The file of one application."""
        return self.root / "applicants" / self.round / f"{id}.yaml"

    def everything(self) -> dict[str, bytes]:
        """All files by their names from the root."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file()
        }


def write(pool: Pool, root: Path, *, roll: bool = True) -> Files:
    """Write *pool* as a programme's folder: round, applications, the roll if wanted, decisions if any."""
    files = Files(root=root)
    files.path("").mkdir(parents=True)
    (root / "applicants" / files.round).mkdir(parents=True)
    sealed, receipt = _sealed()
    places = {}
    for person in pool.people:
        profile = person.profile
        data = {
            "format": 1,
            "round": files.round,
            "id": person.id,
            "received": person.received.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "receipt": receipt,
            "profile": {
                "country": profile.country,
                "time_zone": profile.time_zone,
                "languages": list(profile.languages),
                "sector": profile.sector,
                "career_stage": profile.career_stage,
                "interests": list(profile.interests),
                "wishes": {matter: wish.value for matter, wish in profile.wishes.items()},
                "membership": profile.membership,
                "returning": profile.returning,
                "code_of_conduct": profile.code_of_conduct,
            },
            "sealed": sealed,
        }
        files.application(person.id).write_text(dump(data), encoding="utf-8", newline="\n")
        places[person.id] = (pool.places[person.id], application_digest(data))
    _put(files.path("round.yaml"), _settings(pool))
    if roll:
        _put(files.path("roll.yaml"), _roll(files.round, places))
    decide(files, pool)
    return files


def decide(files: Files, pool: Pool) -> None:
    """Write the pool's decisions, if there are any."""
    decisions = pool.decisions
    data: dict[str, Any] = {"format": 1, "round": files.round}
    for kind in ("pins", "forbids"):
        if listed := getattr(decisions, kind):
            data[kind] = [{"people": list(d.people), "by": d.by, "reason": d.reason} for d in listed]
    if decisions.removed:
        data["removed"] = [{"id": d.people[0], "by": d.by, "reason": d.reason} for d in decisions.removed]
    if decisions.overrule:
        data["overrule"] = _overrule(decisions.overrule)
    if len(data) > 2:
        _put(files.path("decisions.yaml"), data)


def _overrule(decision: Decision) -> dict[str, str]:
    return {"by": decision.by, "reason": decision.reason}


def _put(path: Path, data: dict[str, Any]) -> None:
    path.write_text(dump(data), encoding="utf-8", newline="\n")


def _sealed() -> tuple[str, str]:
    """A sealed part and a receipt from the model files; what is sealed does not matter here."""
    path = sorted((_MODEL / "applicants" / "2027-1").glob("*.yaml"))[0]
    document = read(path.read_bytes(), path.name)
    assert isinstance(document, Document)
    return document.data["sealed"], document.data["receipt"]


def _stage(stage: CareerStage) -> dict[str, Any]:
    place = {"distances": dict(stage.distances)} if stage.step is None else {"step": stage.step}
    return {"id": stage.id, "name": stage.name, **place}


def _settings(pool: Pool) -> dict[str, Any]:
    s = pool.round
    data: dict[str, Any] = {
        "format": 1,
        "round": s.id,
        "title": s.title,
        "zone": s.zone,
        "calendar": [{"date": e.date.isoformat(), "event": e.event} for e in s.calendar],
        "topics": [{"id": t.id, "name": t.name} for t in s.topics],
        "sectors": [{"id": x.id, "name": x.name} for x in s.sectors],
        "career_stages": [_stage(x) for x in s.career_stages],
        "draw": s.draw,
        "code_of_conduct": s.code_of_conduct,
        "recipients": _RECIPIENTS,
        "acceptable": s.acceptable,
        "threes": "allowed" if s.threes else "not-allowed",
    }
    if s.rules != Rules():
        data["rules"] = {
            "shared-language": s.rules.shared_language,
            "past-partner": s.rules.past_partner,
            "same-employer": s.rules.same_employer,
            "time-difference": "any" if s.rules.time_difference is None else s.rules.time_difference,
        }
    if s.weights != Weights():
        names = ("interests", "rarity", "sector", "career_stage", "hours", "languages")
        data["weights"] = {name: getattr(s.weights, name) for name in names}
    return data


def _roll(round: str, places: dict[str, tuple[Place, str]]) -> dict[str, Any]:
    people: dict[str, dict[str, Any]] = {}
    frozen: dict[str, Place] = {}
    for number, (id, (place, application)) in enumerate(sorted(places.items()), 1):
        line: dict[str, Any] = {"status": place.status.value, "place": number, "digest": application}
        if place.employer:
            line["employer"] = place.employer
        if place.past:
            line["past"] = sorted(place.past)
        if place.carried_over:
            line["carried_over"] = True
        people[id] = line
        frozen[id] = Place(
            status=place.status,
            digest=application,
            employer=place.employer,
            past=place.past,
            carried_over=place.carried_over,
        )
    return {"format": 1, "round": round, "pool": pool_digest(frozen), "people": people}
