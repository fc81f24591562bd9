"""The rules that hold for what the site shows: consent, regions, topics, and the moments of discussions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from counterpart.files.source import Source, World
from counterpart.findings import Finding, found
from counterpart.model import Round


def check_programme(source: Source) -> Iterator[Finding]:
    """What is wrong with what names the programme."""
    yield from _once(source.data.get("topics", ()), "topics", source)


def check_ambassadors(source: Source, world: World) -> Iterator[Finding]:
    """What is wrong with the ambassadors: nobody without consent, every country known and in one region."""
    data = source.data
    yield from _once(data["regions"], "regions", source)
    placed: set[str] = set()
    for index, region in enumerate(data["regions"]):
        for number, code in enumerate(region["countries"]):
            steps: tuple[str | int, ...] = ("regions", index, "countries", number)
            yield from _country(code, source, steps, world)
            if code in placed:
                message = f"Each country must stand in one region; '{code}' stands further up already."
                yield found("name-repeated", source.locate(*steps), message, "Keep one of the two.")
            placed.add(code)
    for index, person in enumerate(data.get("ambassadors", ())):
        yield from _consent(person, "ambassadors", index, source)
        steps = ("ambassadors", index, "country")
        yield from _country(person["country"], source, steps, world)
        yield from _placed(person["country"], placed, source, steps)
        for number, code in enumerate(person.get("languages", ())):
            if code.partition("-")[0] not in world.languages:
                yield found(
                    "language-unknown",
                    source.locate("ambassadors", index, "languages", number),
                    f"Entry {number + 1} of `languages` must be a language's code of BCP 47 such as 'en' or "
                    f"'pt-BR', not '{code}'.",
                )
    for index, code in enumerate(data.get("vacancies", ())):
        yield from _country(code, source, ("vacancies", index), world)
        yield from _placed(code, placed, source, ("vacancies", index))


def check_voices(source: Source) -> Iterator[Finding]:
    """Nobody is quoted without consent."""
    for index, voice in enumerate(source.data["voices"]):
        yield from _consent(voice, "voices", index, source)


def check_discussions(
    source: Source, round: Round | None, zone: tzinfo | None, guides: Collection[str]
) -> Iterator[Finding]:
    """What is wrong with a round's group discussions; without *guides*, no guide is unknown."""
    data = source.data
    yield from _once(data["discussions"], "discussions", source)
    for index, each in enumerate(data["discussions"]):
        if guides and "guide" in each and each["guide"] not in guides:
            yield found(
                "guide-unknown",
                source.locate("discussions", index, "guide"),
                f"`guide` must be the name of a guide in site/guides, not '{each['guide']}'.",
            )
        if round is None or zone is None:
            continue
        first, last = round.calendar[0].date, round.calendar[-1].date
        starts = datetime.fromisoformat(each["starts"])
        if not first <= starts.astimezone(zone).date() <= last + timedelta(days=14):
            yield found(
                "discussion-outside-round",
                source.locate("discussions", index, "starts"),
                f"`starts` must lie in the round, from {first} to two weeks after {last}, "
                f"not at {each['starts']}.",
            )


def _once(things: Sequence[Any], key: str, source: Source) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, thing in enumerate(things):
        if thing["id"] in seen:
            yield found(
                "name-repeated",
                source.locate(key, index, "id"),
                f"Each id in `{key}` must stand once; '{thing['id']}' stands further up already.",
            )
        seen.add(thing["id"])


def _consent(entry: Any, key: str, index: int, source: Source) -> Iterator[Finding]:
    if entry.get("consent") is not True:
        steps = (key, index, "consent") if "consent" in entry else (key, index)
        message = f"Entry {index + 1} of `{key}` must have `consent: true`, or it may not stand on the site."
        yield found("consent-missing", source.locate(*steps), message)


def _country(code: str, source: Source, steps: tuple[str | int, ...], world: World) -> Iterator[Finding]:
    if code not in world.countries:
        message = f"A country must be given by its code of ISO 3166-1 such as 'PT', not '{code}'."
        yield found("country-unknown", source.locate(*steps), message)


def _placed(code: str, placed: Collection[str], source: Source, steps: tuple[str | int, ...]) -> Iterator[Finding]:
    if code not in placed:
        message = f"The country '{code}' must be in one of the regions."
        yield found("region-missing", source.locate(*steps), message)
