"""The rules about people that go across files: roll, decisions and proposal against the applications."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from counterpart.digest import pool_digest
from counterpart.files.source import Source
from counterpart.findings import Finding, Location, found
from counterpart.model import (
    Applicant,
    Approval,
    Basis,
    Confirmed,
    Decision,
    Decisions,
    Place,
    Proposal,
    Roll,
    Status,
)

# Of everybody else on the roll the application may have been erased.
_NEEDS_APPLICATION = frozenset({Status.ADMITTED, Status.WAITING})


def check_ids(applications: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """All applications of the programme, as (id, path of the file): no id may stand for two people.

    Capital and small letters count as the same, because some file systems cannot tell them apart.
    """
    first: dict[str, str] = {}
    for id, path in sorted(applications, key=lambda application: application[1]):
        other = first.setdefault(id.casefold(), path)
        if other != path:
            message = f"An id must be that of one application; '{other}' has this one already."
            yield found("id-repeated", Location(path=path), message)


def check_roll(
    roll: Roll,
    source: Source,
    ids: Collection[str],
    applicants: Mapping[str, Applicant],
    gone: Collection[str] = (),
) -> Iterator[Finding]:
    """The roll against *ids*, of all applications there are, and *applicants*, of those that can be read.

    *gone*: the ids of those who have withdrawn and are not removed by a decision.
    """
    if roll.pool != pool_digest(roll.people):
        message = "`pool` must be the digest of the people who are admitted here, and is not."
        yield found("pool-differs", source.locate("pool"), message)
    for id, place in roll.people.items():
        if id not in ids and place.status in _NEEDS_APPLICATION:
            yield _unknown(source, ("people", id), id, key=True)
        for key, others in (("past", place.past), ("perhaps", place.perhaps)):
            for index, other in enumerate(others):
                if other not in roll.people:
                    yield found(
                        "person-unknown",
                        source.locate("people", id, key, index),
                        f"The people named here must be on the roll; '{other}' is not.",
                    )
        if place.status is Status.ADMITTED:
            yield from _admitted(id, place, source, applicants.get(id), id in gone)
        elif place.reason is None:
            yield found(
                "roll-reason-missing",
                source.locate("people", id, key=True),
                f"Everybody who is not admitted must have a `reason`; '{id}' has none.",
            )
    for id in sorted(set(ids) - roll.people.keys()):
        yield found(
            "application-not-on-roll",
            source.locate("people", key=True),
            f"The roll must say what became of every application; it does not name '{id}'.",
        )


def _admitted(
    id: str, place: Place, source: Source, person: Applicant | None, withdrawn: bool
) -> Iterator[Finding]:
    if withdrawn:
        message = f"'{id}' is admitted, and has withdrawn."
        yield found("person-withdrawn", source.locate("people", id, key=True), message)
    if person is not None and place.digest not in {None, person.digest}:
        yield found(
            "application-changed",
            source.locate("people", id, "digest"),
            f"The application '{id}' must be the one that was admitted; it was changed since.",
        )


def check_decisions(decisions: Decisions, source: Source, known: Collection[str]) -> Iterator[Finding]:
    """The decisions against the ids of all people who are *known*, and against each other."""
    removed = decisions.removed_ids
    for index, decision in enumerate(decisions.removed):
        if decision.people[0] not in known:
            yield _unknown(source, ("removed", index, "id"), decision.people[0])
    for key, all_of_kind in (("pins", decisions.pins), ("forbids", decisions.forbids)):
        for index, decision in enumerate(all_of_kind):
            yield from _two_people(decision, (key, index, "people"), source, known)
    seen: set[tuple[str, int]] = set()
    for index, each in enumerate(decisions.ended):
        if each.id not in known:
            yield _unknown(source, ("ended", index, "id"), each.id)
        if (each.id, each.before) in seen:
            message = f"A partnership must end once before each pairing; that of '{each.id}' ends twice."
            yield found("ended-twice", source.locate("ended", index), message)
        elif each.ban and not each.leaves:
            message = f"Who may not come back must leave now; '{each.id}' stays."
            yield found("ended-stays", source.locate("ended", index, "ban"), message)
        seen.add((each.id, each.before))
    forbidden = {frozenset(decision.people) for decision in decisions.forbids}
    yield from _pins(decisions.pins, source, forbidden, removed)


def _two_people(
    decision: Decision, steps: tuple[str | int, ...], source: Source, known: Collection[str]
) -> Iterator[Finding]:
    if decision.people[0] == decision.people[1]:
        yield found(
            "one-person-pair",
            source.locate(*steps, 1),
            f"`people` must be two people, not '{decision.people[0]}' twice.",
        )
    for index, id in enumerate(decision.people):
        if id not in known:
            yield _unknown(source, (*steps, index), id)


def _pins(
    pins: Iterable[Decision], source: Source, forbidden: set[frozenset[str]], removed: frozenset[str]
) -> Iterator[Finding]:
    partner: dict[str, str] = {}
    for index, pin in enumerate(pins):
        steps = ("pins", index, "people")
        if frozenset(pin.people) in forbidden:
            yield _contradiction(source, steps, "The two people of a pin must not be forbidden to be a pair.")
        for place, (id, other) in enumerate((pin.people, pin.people[::-1])):
            if id in removed:
                yield _contradiction(source, (*steps, place), f"A pin must not name '{id}', who is removed.")
            if partner.setdefault(id, other) != other:
                yield _contradiction(
                    source,
                    (*steps, place),
                    f"'{id}' must be pinned to one person; further up, it is to '{partner[id]}'.",
                )


def check_confirmed(confirmed: Confirmed, source: Source, known: Collection[str]) -> Iterator[Finding]:
    """What coordinators confirmed against the ids of all people who are *known*, and against itself."""
    for key, lines in (("employers", confirmed.employers), ("people", confirmed.people)):
        said: dict[frozenset[str], bool] = {}
        for index, line in enumerate(lines):
            for place, id in enumerate(line.people):
                if id not in known:
                    yield _unknown(source, (key, index, "people", place), id)
            if said.setdefault(frozenset(line.people), line.same) != line.same:
                message = f"There must be one answer about {' and '.join(line.people)}; here are two."
                yield found("confirmed-twice", source.locate(key, index), message)


def check_approval(approval: Approval, source: Source, now: Basis) -> Iterator[Finding]:
    """The approval against what there is *now*."""
    words = {
        "proposal": "the proposal",
        "pool": "the admitted pool",
        "settings": "the round's settings",
        "decisions": "the coordinators' decisions",
    }
    changed = [words[part] for part in approval.changed(now)]
    if changed:
        message = f"The approval must be of what there is now; changed since: {', '.join(changed)}."
        yield found("approval-void", source.locate("approved"), message)


def check_proposal(proposal: Proposal, source: Source, known: Collection[str]) -> Iterator[Finding]:
    """The proposal's people against the ids of all people who are *known*."""
    for index, pair in enumerate(proposal.pairs):
        for place, id in enumerate(source.data["pairs"][index]["people"]):
            if id not in known:
                yield _unknown(source, ("pairs", index, "people", place), id)
        for id in pair.points:
            if id not in pair.people:
                yield found(
                    "person-unknown",
                    source.locate("pairs", index, "points", id, key=True),
                    f"`points` must be those of the pair's people; '{id}' is not one of them.",
                )
    for index, person in enumerate(proposal.unpaired):
        if person.id not in known:
            yield _unknown(source, ("unpaired", index, "id"), person.id)


def _unknown(source: Source, steps: tuple[str | int, ...], id: str, key: bool = False) -> Finding:
    message = f"There must be an application of everybody named here; there is none of '{id}'."
    return found("person-unknown", source.locate(*steps, key=key), message)


def _contradiction(source: Source, steps: tuple[str | int, ...], message: str) -> Finding:
    return found("pin-contradicts", source.locate(*steps), message)
