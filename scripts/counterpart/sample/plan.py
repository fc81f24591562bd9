"""A synthetic round: people who do not exist, like those who would apply; the same arguments, the same people.

Nothing is sealed here: sealing draws on real chance, so the sealed parts, and with them the digests of the
applications and of the pool, differ from one run to the next. Everything else is the same to the byte.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise

from counterpart.digest import pool_digest
from counterpart.findings import UsageError
from counterpart.model import Place, Status
from counterpart.moments import moment_text
from counterpart.rounds.build import Data
from counterpart.sample.chance import Chance
from counterpart.sample.countries import COUNTRIES, Country
from counterpart.sample.homes import homes
from counterpart.sample.identity import identity
from counterpart.sample.links import NO_LINKS, Links, links
from counterpart.sample.profile import LONELY, profile
from counterpart.sample.settings import ROUND_ID, opening, settings
from counterpart.sealing.signed import application_digest

#: What a synthetic round can be like, with what is special about it.
SHAPES: Mapping[str, str] = {
    "plain": "as real rounds were",
    "one-country": "60 per cent of the people from one country",
    "odd": "an odd number of people",
    "lonely-language": "some people whose only language nobody else speaks",
    "identical": "everybody the same, but for two countries in turn",
    "incompatible": "nobody may be paired with anybody: all from one country",
}
_MOST_PEOPLE = 100_000
_ID = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base32
#: People -> countries in the rounds of the model programme; without --countries, a line between these points.
_REAL = ((0, 0), (92, 18), (392, 40), (764, 76), (1162, 95), (5500, 130))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a synthetic round is made from; two equal plans make the same round."""

    round: str
    people: int
    countries: int
    seed: int
    shape: str

    def chance(self, *words: str | int) -> Chance:
        """A stream of chance of this plan's own, for the purpose that *words* name."""
        return Chance(self.round, self.shape, self.seed, *words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A synthetic round as plain data: the files, but for what sealing adds.

    ``applications`` are in the order of arrival and lack only ``sealed``; ``identities`` are, in the same
    order, what is to be sealed.
    """

    settings: Data
    applications: tuple[Data, ...]
    identities: tuple[Data, ...]
    links: Links


def plan(round: str, *, people: int, countries: int | None, seed: int, shape: str = "plain") -> Plan:
    """A plan that can be carried out, or a usage error that says what to change.

    Without *countries* there are as many as in a real round of this size, or as the shape needs.
    """
    if not ROUND_ID.fullmatch(round):
        raise UsageError("A sample round is named by its year and half, such as '2027-1' or '2027-2'.")
    if shape not in SHAPES:
        raise UsageError(f"There is no such shape; the shapes are {', '.join(SHAPES)}.")
    if not 0 <= people <= _MOST_PEOPLE:
        raise UsageError(f"--people must be from 0 to {_MOST_PEOPLE:,}, not {people:,}.")
    if shape == "odd" and people % 2 == 0:
        people += 1
    needed = {"incompatible": 1, "identical": 2}.get(shape)
    if countries is None:
        countries = min(people, needed or max(2 * (shape == "one-country"), _usual_countries(people)))
        if shape == "one-country":
            countries = min(countries, _most_beside_one(people))
    elif needed is not None and countries != needed:
        raise UsageError(f"The shape '{shape}' has its own number of countries; leave out --countries.")
    _refuse_countries(people, countries, shape)
    return Plan(round=round, people=people, countries=countries, seed=seed, shape=shape)


def _usual_countries(people: int) -> int:
    for (fewer, low), (more, high) in pairwise(_REAL):
        if people <= more:
            return max(1, low + (people - fewer) * (high - low) // (more - fewer))
    return _REAL[-1][1]


def _most_beside_one(people: int) -> int:
    """How many countries there can be when 60 per cent of *people* come from one."""
    return people - -(-people * 60 // 100) + 1 if people else 0


def _refuse_countries(people: int, countries: int, shape: str) -> None:
    most = min(people, len(COUNTRIES), _most_beside_one(people) if shape == "one-country" else people)
    if countries < 0 or (countries == 0 and people > 0):
        raise UsageError(f"--countries must be 1 or more, not {countries:,}.")
    if countries > len(COUNTRIES):
        raise UsageError(f"The sample knows {len(COUNTRIES)} countries; --countries asks for {countries:,}.")
    if countries > most:
        raise UsageError(
            f"{people:,} people can come from {most} countries at most"
            f"{' in this shape' if shape == 'one-country' else ''}; --countries asks for {countries:,}."
        )


def sample(plan: Plan, *, zone: tzinfo, recipients: tuple[str, ...], receipt: Callable[[bytes], str]) -> Sample:
    """The round that *plan* describes, in the round's time *zone*, sealed (later) to *recipients*.

    *receipt* gives the public half of the receipt that is made of 32 random bytes.
    """
    data = settings(
        plan.round,
        draw=f"sample {plan.seed} {plan.chance('draw').text(_ID, 16)}",
        recipients=recipients,
        country_cap=None,
    )
    applications = _applications(plan, data, zone, receipt)
    cap = _cap(applications)
    if cap is not None:
        data = {**data, "country_cap": cap}
    linked = NO_LINKS if plan.shape == "identical" else links(applications, plan.chance("links"))
    return Sample(
        settings=data,
        applications=tuple(applications),
        identities=tuple(
            identity(each, linked.employer.get(each["id"]), plan.chance("identity", each["id"]))
            for each in applications
        ),
        links=linked,
    )


def roll_data(sample: Sample, applications: Sequence[Data]) -> dict[str, object]:
    """The data of ``roll.yaml``: everybody is admitted in the order of *applications*, which are complete."""
    digests = {each["id"]: application_digest(each) for each in applications}
    places = {
        id: Place(
            status=Status.ADMITTED,
            place=number,
            digest=digests[id],
            employer=sample.links.employer.get(id),
            past=sample.links.past.get(id, ()),
            carried_over=id in sample.links.carried_over,
        )
        for number, id in enumerate(digests, start=1)
    }
    return {
        "format": 1,
        "round": sample.settings["round"],
        "pool": pool_digest(places),
        "people": {id: _line(places[id]) for id in sorted(places)},
    }


def _line(place: Place) -> dict[str, object]:
    line: dict[str, object] = {"status": str(place.status), "place": place.place, "digest": place.digest}
    if place.employer is not None:
        line["employer"] = place.employer
    if place.past:
        line["past"] = list(place.past)
    if place.carried_over:
        line["carried_over"] = True
    return line


def _applications(plan: Plan, round_data: Data, zone: tzinfo, receipt: Callable[[bytes], str]) -> list[Data]:
    """The applications without their sealed parts, sorted by arrival."""
    profiles = _profiles(plan, round_data["code_of_conduct"])
    ids = _ids(plan)
    applications = []
    for number, (id, what) in enumerate(zip(ids, profiles, strict=True)):
        chance = plan.chance("arrival", number)
        received = _received(what["membership"] == "member", plan.round, zone, chance)
        applications.append(
            {
                "format": 1,
                "round": plan.round,
                "id": id,
                "received": moment_text(received),
                "receipt": receipt(chance.bytes(32)),
                "profile": what,
            }
        )
    return sorted(applications, key=lambda each: (str(each["received"]), str(each["id"])))


def _ids(plan: Plan) -> list[str]:
    chance = plan.chance("ids")
    ids: dict[str, None] = {}
    while len(ids) < plan.people:
        ids[chance.text(_ID, 10)] = None
    return list(ids)


def _profiles(plan: Plan, code_of_conduct: str) -> list[Data]:
    if plan.shape == "identical":
        return _twins(plan, code_of_conduct)
    first = 60 if plan.shape == "one-country" and plan.people else None
    where = homes(plan.people, plan.countries, first, plan.chance("homes"))
    profiles = [
        profile(home, code_of_conduct, plan.chance("profile", number)) for number, home in enumerate(where)
    ]
    if plan.shape == "lonely-language":
        some = plan.chance("lonely").shuffled(range(plan.people))
        for number, language in zip(some[: max(1, plan.people // 40)], LONELY, strict=False):
            profiles[number] = {**profiles[number], "languages": [language]}
    return profiles


def _twins(plan: Plan, code_of_conduct: str) -> list[Data]:
    """The same profile again and again, in two countries with the same clock and the same language."""
    homes = [
        Country(code=code, weight=1, languages=(("en", 1),), time_zones=((time_zone, 1),))
        for code, time_zone in (("IE", "Europe/Dublin"), ("GB", "Europe/London"))
    ]
    alike = profile(homes[0], code_of_conduct, plan.chance("profile"))
    alike = {**alike, "languages": ["en"], "membership": "not-member", "returning": False}
    return [
        {**alike, "country": home.code, "time_zone": home.time_zones[0][0]}
        for home in (homes[number % 2] for number in range(plan.people))
    ]


def _received(member: bool, round: str, zone: tzinfo, chance: Chance) -> datetime:
    """A moment in the windows of the calendar: most members in theirs, many people on the last three days."""
    first = opening(round)
    everyone, end = first + timedelta(days=14), first + timedelta(days=35)
    early = member and chance.percent(70)
    begins, ends = (_midnight(day, zone) for day in ((first, everyone) if early else (everyone, end)))
    length = int((ends - begins).total_seconds())
    rush = 3 * 24 * 3600
    kind, at = chance.below(100), chance.below(length)
    if kind < 25:  # the first days
        at = at * at // length
    elif kind < 60:  # the last ones, and of these the last hours
        left = at % rush
        at = length - 1 - left * left // rush
    return begins + timedelta(seconds=at)


def _midnight(day: date, zone: tzinfo) -> datetime:
    """The moment at which *day* begins."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _cap(applications: Sequence[Data]) -> int | None:
    """The country cap to write: None where the usual one would have admitted everybody, else no cap at all."""
    sizes: dict[str, int] = {}
    for each in applications:
        country = each["profile"]["country"]
        sizes[country] = sizes.get(country, 0) + 1
    places = max(1, len(applications) * 20 // 100)
    return 100 if max(sizes.values(), default=0) > places else None
