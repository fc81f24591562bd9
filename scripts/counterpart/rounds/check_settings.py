"""The rules that a round's settings are held to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from counterpart.files.source import Source, World
from counterpart.findings import Finding, Severity, found
from counterpart.model import EVENTS, CareerStage, Round, Sector, Topic
from counterpart.rounds.calendar import unusual
from counterpart.rounds.check_application import check_zone

_NEEDED = ("everyone-applies", "applications-close", "matching", "introductions", "end")
_ORDER = tuple(event for event in EVENTS if event != "topic")
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def check_round(
    round: Round, source: Source, world: World, demonstration: Collection[str] = ()
) -> Iterator[Finding]:
    """Everything that is wrong with a round's settings. *demonstration*: keys whose private half is public."""
    yield from check_zone(round.zone, source, ("zone",), world)
    yield from _calendar(round, source)
    yield from _names(round.topics, "topics", source)
    yield from _names(round.sectors, "sectors", source)
    yield from _names(round.career_stages, "career_stages", source)
    yield from _stages(round.career_stages, source)
    if not round.draw.strip():
        yield found("draw-empty", source.locate("draw"), "`draw` must be a text, not only spaces.")
    for index, recipient in enumerate(round.recipients):
        if not checksum_holds(recipient):
            yield found(
                "recipient-mistyped",
                source.locate("recipients", index),
                f"Entry {index + 1} of `recipients` must be an age public key whose checksum holds.",
            )
        elif recipient in demonstration and not (round.sample and set(round.recipients) <= set(demonstration)):
            message = f"Entry {index + 1} of `recipients` must not be a demonstration key, which protects nothing."
            if round.sample:  # where handing over is practised; `form` refuses it, as people would send to it
                message = (
                    f"Entry {index + 1} of `recipients` is a demonstration key, which protects nothing, beside a "
                    "key of your own: is this round a real one? Then it must have neither these keys nor "
                    "`sample: true`."
                )
            severity = Severity.WARNING if round.sample else Severity.ERROR
            place = source.locate("recipients", index)
            yield found("recipient-demonstration", place, message, severity=severity)


def _calendar(round: Round, source: Source) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, event in enumerate(round.calendar):
        if event.event in seen and event.event != "topic":
            yield found(
                "calendar-event-repeated",
                source.locate("calendar", index, "event"),
                f"`calendar` must have '{event.event}' once.",
            )
        seen.add(event.event)
    for needed in _NEEDED:
        if needed not in seen:
            yield found(
                "calendar-event-missing",
                source.locate("calendar", key=True),
                f"`calendar` must have the event '{needed}'.",
            )
    yield from _order(round, source)
    for index, message in unusual(round):
        place = source.locate("calendar", index, "date")
        yield found("calendar-unusual", place, message, severity=Severity.WARNING)


def _order(round: Round, source: Source) -> Iterator[Finding]:
    numbered = list(enumerate(round.calendar))
    for (_, before), (index, event) in pairwise(numbered):
        if event.date < before.date:
            yield found(
                "calendar-order",
                source.locate("calendar", index, "date"),
                f"The calendar must run forward; {event.date} stands after {before.date}.",
            )
    single = [(index, event) for index, event in numbered if event.event != "topic"]
    for (_, before), (index, event) in pairwise(single):
        early = _ORDER.index(event.event) < _ORDER.index(before.event)
        if early and event.date >= before.date:
            yield found(
                "calendar-order",
                source.locate("calendar", index, "event"),
                f"'{event.event}' must come before '{before.event}'.",
            )


def _names(things: Sequence[Topic | Sector | CareerStage], key: str, source: Source) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, thing in enumerate(things):
        if thing.id in seen:
            yield found(
                "name-repeated",
                source.locate(key, index, "id"),
                f"Each id in `{key}` must stand once; '{thing.id}' stands further up already.",
            )
        seen.add(thing.id)


def _stages(stages: Sequence[CareerStage], source: Source) -> Iterator[Finding]:
    by_id = {stage.id: stage for stage in stages}
    for index, stage in enumerate(stages):
        has_distances = "distances" in source.data["career_stages"][index]
        if (stage.step is not None) == has_distances:
            yield found(
                "career-stage-place",
                source.locate("career_stages", index),
                f"The career stage '{stage.id}' must have either `step` or `distances`.",
            )
        elif has_distances:
            yield from _distances(stage, by_id, ("career_stages", index, "distances"), source)


def _distances(
    stage: CareerStage, by_id: dict[str, CareerStage], steps: tuple[str | int, ...], source: Source
) -> Iterator[Finding]:
    def wrong(message: str, *key: str) -> Finding:
        return found("career-stage-distances", source.locate(*steps, *key, key=True), message)

    for other in sorted(by_id.keys() - stage.distances.keys() - {stage.id}):
        yield wrong(f"`distances` of '{stage.id}' must state the distance to '{other}'.")
    for other, distance in stage.distances.items():
        if other == stage.id or other not in by_id:
            yield wrong(f"`distances` of '{stage.id}' must name other stages of the round, not '{other}'.", other)
        elif by_id[other].distances.get(stage.id, distance) != distance:
            yield wrong(f"The distance between '{stage.id}' and '{other}' must be the same from both.", other)


def checksum_holds(key: str) -> bool:
    """Whether a key of the right shape has the checksum that BIP 173 asks for: no letter was mistyped."""
    human, _, data = key.rpartition("1")
    values = [ord(char) >> 5 for char in human] + [0] + [ord(char) & 31 for char in human]
    values += [_BECH32.index(char) for char in data]
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            checksum ^= generator if top >> bit & 1 else 0
    return checksum == 1
