"""The rules that one application is held to, given its round and the world."""

from __future__ import annotations

import base64
import binascii
import difflib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from counterpart.files.source import Source, World
from counterpart.findings import Finding, Severity, found
from counterpart.model import Applicant, Profile, Round
from counterpart.moments import moment_text

_BEGIN, _END = "-----BEGIN AGE ENCRYPTED FILE-----", "-----END AGE ENCRYPTED FILE-----"
_AGE = b"age-encryption.org/v1\n"
_LINE = 64  # characters in each line of an armored block but the last
_BODY = re.compile(r"[A-Za-z0-9+/]+={0,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """When one can apply, as moments in UTC: from *opens*, everyone from *everyone*, until before *closes*."""

    opens: datetime
    everyone: datetime
    closes: datetime


def windows(round: Round, zone: tzinfo) -> Windows | None:
    """The windows that the round's calendar names, or None when it does not name them."""
    everyone, last = round.day("everyone-applies"), round.day("applications-close")
    if everyone is None or last is None:
        return None

    def midnight(day: datetime) -> datetime:
        return day.replace(tzinfo=zone).astimezone(UTC)

    first = round.day("members-apply") or everyone
    return Windows(
        opens=midnight(datetime.combine(first, time())),
        everyone=midnight(datetime.combine(everyone, time())),
        closes=midnight(datetime.combine(last, time()) + timedelta(days=1)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a round expects of its applications, in the form in which it is looked up."""

    topics: frozenset[str]
    sectors: frozenset[str]
    career_stages: frozenset[str]
    code_of_conduct: str
    windows: Windows | None


def expected(round: Round, world: World) -> Expected:
    """The expectations of *round*; without windows where its calendar or zone does not give them."""
    known = round.zone in world.time_zones
    return Expected(
        topics=frozenset(topic.id for topic in round.topics),
        sectors=frozenset(sector.id for sector in round.sectors),
        career_stages=frozenset(stage.id for stage in round.career_stages),
        code_of_conduct=round.code_of_conduct,
        windows=windows(round, world.zone(round.zone)) if known else None,
    )


def check_application(
    person: Applicant, source: Source, wanted: Expected | None, world: World
) -> Iterator[Finding]:
    """Everything that is wrong with one application; without *wanted*, only what needs no round."""
    profile = person.profile
    yield from _where(profile, source, world)
    yield from _languages(profile, source, world)
    yield from _sealed(source)
    if wanted is None:
        return
    yield from _choices(profile, source, wanted)
    yield from _window(person, source, wanted.windows)


def _where(profile: Profile, source: Source, world: World) -> Iterator[Finding]:
    if profile.country not in world.countries:
        yield found(
            "country-unknown",
            source.locate("profile", "country"),
            f"`country` must be a country's code of ISO 3166-1 such as 'PT', not '{profile.country}'.",
        )
    yield from check_zone(profile.time_zone, source, ("profile", "time_zone"), world, profile.country)
    users = world.zone_countries.get(profile.time_zone)
    if users is not None and profile.country in world.countries and profile.country not in users:
        yield found(
            "time-zone-elsewhere",
            source.locate("profile", "time_zone"),
            f"`time_zone` is expected to be one of the country '{profile.country}', not '{profile.time_zone}'.",
            severity=Severity.WARNING,
        )


def check_zone(
    name: str, source: Source, steps: tuple[str, ...], world: World, country: str | None = None
) -> Iterator[Finding]:
    """Whether *name*, found at *steps*, is a time zone; the help names those of the country, if it has some."""
    if name in world.time_zones:
        return
    here = sorted(zone for zone, users in world.zone_countries.items() if country in users and "/" in zone)
    help = f"In this country, use one of: {', '.join(here[:4])}{', …' if len(here) > 4 else ''}." if here else None
    yield found(
        "time-zone-unknown",
        source.locate(*steps),
        f"`{steps[-1]}` must be an IANA name such as 'Europe/Madrid', not '{name}'.",
        help,
    )


def _languages(profile: Profile, source: Source, world: World) -> Iterator[Finding]:
    for index, language in enumerate(profile.languages):
        if language.partition("-")[0] not in world.languages:
            yield found(
                "language-unknown",
                source.locate("profile", "languages", index),
                f"Entry {index + 1} of `languages` must be a language's code of BCP 47 such as 'en' or 'pt-BR', "
                f"not '{language}'.",
            )


def _choices(profile: Profile, source: Source, wanted: Expected) -> Iterator[Finding]:
    for index, topic in enumerate(profile.interests):
        if topic not in wanted.topics:
            yield found(
                "topic-unknown",
                source.locate("profile", "interests", index),
                f"Entry {index + 1} of `interests` must be a topic of the round, not '{topic}'.",
                _near(topic, wanted.topics),
            )
    if profile.sector not in wanted.sectors:
        yield found(
            "sector-unknown",
            source.locate("profile", "sector"),
            f"`sector` must be a sector of the round, not '{profile.sector}'.",
            _near(profile.sector, wanted.sectors),
        )
    if profile.career_stage not in wanted.career_stages:
        yield found(
            "career-stage-unknown",
            source.locate("profile", "career_stage"),
            f"`career_stage` must be a career stage of the round, not '{profile.career_stage}'.",
            _near(profile.career_stage, wanted.career_stages),
        )
    if profile.code_of_conduct != wanted.code_of_conduct:
        yield found(
            "code-of-conduct-version",
            source.locate("profile", "code_of_conduct"),
            f"`code_of_conduct` must be the round's version '{wanted.code_of_conduct}', "
            f"not '{profile.code_of_conduct}'.",
        )


def _near(word: str, known: Collection[str]) -> str | None:
    near = difflib.get_close_matches(word, sorted(known), n=1)
    return f"Did you mean '{near[0]}'?" if near else None


def _window(person: Applicant, source: Source, open: Windows | None) -> Iterator[Finding]:
    if open is None:
        return
    place = source.locate
    if not open.opens <= person.received < open.closes:
        yield found(
            "received-outside-window",
            place("received"),
            f"`received` must lie between {moment_text(open.opens)} and {moment_text(open.closes)}, "
            f"when the round takes applications, not at {moment_text(person.received)}.",
        )
    elif person.received < open.everyone and person.profile.membership != "member":
        yield found(
            "received-before-everyone",
            place("received"),
            f"Before {moment_text(open.everyone)} only members may apply, and `membership` says 'not-member'.",
        )


def _sealed(source: Source) -> Iterator[Finding]:
    problem = armor_problem(source.data["sealed"])
    if problem is not None:
        yield found("sealed-armor", source.locate("sealed"), f"`sealed` must {problem}.")


def armor_problem(block: str) -> str | None:
    """What an age armored block must do and *block* does not, or None; nothing is decrypted."""
    lines = block.rstrip("\n").split("\n")
    if lines[0] != _BEGIN:
        return f"begin with the line '{_BEGIN}'"
    if lines[-1] != _END:
        return f"end with the line '{_END}'"
    body = lines[1:-1]
    if not body or any(len(line) != _LINE for line in body[:-1]) or not 0 < len(body[-1]) <= _LINE:
        return f"have lines of {_LINE} characters, of which only the last may be shorter"
    text = "".join(body)
    try:
        content = base64.b64decode(text, validate=True) if _BODY.fullmatch(text) else b""
    except binascii.Error:
        content = b""
    return None if content.startswith(_AGE) else "hold an age file in base64 between its first and last line"
