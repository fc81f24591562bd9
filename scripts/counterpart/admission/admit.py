"""Admit: open the applications of a round, decide about each, and write the roll that freezes the pool."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from counterpart.admission.admission import Admission, Candidate, Facts, admit, roll_data
from counterpart.admission.employers import Employed, Employers, employers
from counterpart.admission.members import Members, read_members
from counterpart.admission.memory import marks, plain_address, plain_number, recall
from counterpart.admission.memory_file import read_memory
from counterpart.files.progress import Report, counting
from counterpart.files.repository import Repository
from counterpart.files.yaml_write import dump
from counterpart.findings import Finding, Severity, UsageError
from counterpart.model import Applicant, Confirmed, Digest, Likeness, Round, RoundId
from counterpart.moments import moment_text
from counterpart.rounds.check_application import windows
from counterpart.rounds.identity import Identity
from counterpart.rounds.load import Loaded, load_round
from counterpart.rounds.open_sealed import Latest, open_all
from counterpart.sealing import keyring
from counterpart.world.address import takes
from counterpart.world.zones import zone

#: A question about two applications: its kind, "employers" or "people", the two ids, and what the two people
#: wrote. Answers True (the same), False, or None (left open).
Ask = Callable[[str, tuple[str, str], tuple[str, str]], bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """What came of it. ``admission`` is None where *findings* stand in the way."""

    findings: tuple[Finding, ...] = ()
    admission: Admission | None = None
    written: bool = False
    members_checked: bool = False
    remembered: bool = False  # there is a memory of earlier rounds
    open_employers: tuple[tuple[str, str], ...] = ()  # questions that nobody has answered
    open_people: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """What is sealed, by id; it never leaves this module."""

    latest: Mapping[str, Latest]

    def identity(self, id: str) -> Identity | None:
        each = self.latest.get(id)
        return each.identity if each else None

    def __repr__(self) -> str:
        return f"_Opened({len(self.latest)})"


def admit_round(
    repository: Repository,
    round_id: RoundId,
    *,
    key: str | None,
    members: Path | None,
    now: datetime,
    by: str | None = None,
    ask: Ask | None = None,
    dry_run: bool = False,
    report: Report,
) -> Admitted:
    """Write ``roll.yaml`` of a round, or with *dry_run* only say what it would be.

    With *ask*, open questions are asked first, and each answer is written to ``confirmed.yaml`` at once, in the
    name of the coordinator *by*. The same files give the same bytes; without a change nothing is written.
    """
    loaded = load_round(repository, round_id, counting(report))
    settings = _settings(loaded)
    findings = _in_the_way(repository, loaded)
    if findings:
        return Admitted(findings=findings)
    open = windows(settings, zone(settings.zone))
    assert open is not None  # check has seen the calendar
    if now < open.closes and not dry_run:
        raise UsageError(
            f"Round {round_id} takes applications until {moment_text(open.closes)}, and nobody is admitted "
            "before. To see what would become of those who are there, add --dry-run."
        )
    keys = keyring.for_round(round_id, settings.sample, key)
    listed = read_members(members, repository.root) if members else None
    ids = [person.id for person in loaded.applicants]
    step = counting(report, "applications opened")
    opened = _Opened(
        latest={each.id: _reachable(each) for each in open_all(repository, round_id, ids, keys, step)}
    )
    memory = read_memory(repository, round_id, keys)
    confirmed = loaded.confirmed or Confirmed(round=round_id)
    if ask is not None:
        confirmed = _asked(repository, loaded, opened, confirmed, ask, by or "")
    persons = _persons(opened, confirmed)
    grouped = _employers(loaded, opened, confirmed)
    present = {
        id: marks(memory.key, each.identity.email, each.identity.member_number)
        for id, each in opened.latest.items()
        if memory is not None and each.identity is not None
    }
    known = recall(memory, present) if memory is not None else None
    admission = admit(
        round_id,
        list(_candidates(loaded, opened, persons, listed)),
        Facts(
            past=known.past if known else {},
            carried_over=known.carried_over if known else frozenset(),
            barred=known.barred if known else frozenset(),
            employers=grouped.groups,
        ),
        everyone=open.everyone,
        country_cap=settings.country_cap,
        draw=settings.draw,
        before=loaded.roll,
    )
    alike = tuple(_alike(loaded, opened, confirmed))
    roll = replace(admission.roll, questions=len(grouped.questions) + len(alike))
    content = dump(roll_data(roll)).encode("utf-8")
    entry = repository.roll_file(round_id)
    changed = not repository.exists(entry) or repository.read(entry) != content
    if changed and not dry_run:
        repository.write_all({entry.path: content})
    return Admitted(
        admission=admission,
        written=changed and not dry_run,
        members_checked=listed is not None,
        remembered=memory is not None,
        open_employers=grouped.questions,
        open_people=alike,
    )


def _reachable(opened: Latest) -> Latest:
    """What was opened, if mail can be sent to the address; else as if its sealed part were wrong, which it is."""
    identity = opened.identity
    return opened if identity is None or takes(identity.email) else replace(opened, identity=None)


def _settings(loaded: Loaded) -> Round:
    if loaded.round is None:
        raise UsageError(f"The settings of round {loaded.id} cannot be read; 'counterpart check' says why.")
    if loaded.round.closed:
        raise UsageError(f"Round {loaded.id} is closed: its applications are gone.")
    if not loaded.applicants and not loaded.refused:
        raise UsageError(
            f"Round {loaded.id} has no applications yet. They belong in the folder 'applicants/{loaded.id}'."
        )
    return loaded.round


def _in_the_way(repository: Repository, loaded: Loaded) -> tuple[Finding, ...]:
    """Errors in what admission reads: settings, decisions, answers; a roll only where it cannot be read at all.

    What is wrong between the roll and the applications is what admission mends.
    """
    read = {
        repository.round_file(loaded.id).path,
        repository.decisions_file(loaded.id).path,
        repository.confirmed_file(loaded.id).path,
        repository.memory_file(loaded.id).path,
    }
    if loaded.roll is None:
        read.add(repository.roll_file(loaded.id).path)
    errors = (finding for finding in loaded.findings if finding.severity is Severity.ERROR)
    return tuple(finding for finding in errors if finding.location.path in read)


def _candidates(
    loaded: Loaded, opened: _Opened, persons: Mapping[str, str], listed: Members | None
) -> Iterator[Candidate]:
    removed = loaded.decisions.removed_ids
    for person in loaded.applicants:
        identity = opened.identity(person.id)
        out = "removed" if person.id in removed else None if identity else "sealed-part-wrong"
        yield Candidate(
            id=person.id,
            country=person.profile.country,
            received=person.received,
            changed=opened.latest[person.id].changed,
            digest=person.digest,
            person=persons.get(person.id, person.id),
            member=_member(person, identity, listed),
            out=out,
        )
    before = loaded.roll.people if loaded.roll else {}
    for id in (*loaded.withdrawn, *loaded.refused):
        yield _absent(id, "withdrew" if id in loaded.withdrawn else "does-not-pass")
    there = {*(person.id for person in loaded.applicants), *loaded.withdrawn, *loaded.refused}
    for id in sorted(before.keys() - there):
        yield _absent(id, "erased")


def _absent(id: str, out: str) -> Candidate:
    never = datetime.fromisoformat("0001-01-01T00:00:00Z")
    return Candidate(
        id=id, country="", received=never, changed=never, digest=Digest(""), person=id, member=False, out=out
    )


def _member(person: Applicant, identity: Identity | None, listed: Members | None) -> bool | None:
    if person.profile.membership != "member":
        return False
    if listed is None or identity is None or listed.has(identity.email, identity.member_number):
        return True
    return None


def _persons(opened: _Opened, confirmed: Confirmed) -> dict[str, str]:
    """For each application the id that stands for its person: who has the same address is the same person.

    A coordinator's word goes before: two people may share an address, and one may have two.
    """
    by_address: dict[str, list[str]] = defaultdict(list)
    for id, each in sorted(opened.latest.items()):
        if each.identity is not None:
            by_address[plain_address(each.identity.email)].append(id)
    apart = {frozenset(line.people) for line in confirmed.people if not line.same}
    joined = [line.people for line in confirmed.people if line.same]
    joined += [
        (one, other)
        for ids in by_address.values()
        for n, one in enumerate(ids)
        for other in ids[n + 1 :]
        if frozenset((one, other)) not in apart
    ]
    parent = {id: id for ids in by_address.values() for id in ids}

    def root(id: str) -> str:
        while parent[id] != id:
            id = parent[id]
        return id

    for one, other in joined:
        if one in parent and other in parent:
            a, b = sorted((root(one), root(other)))
            parent[b] = a
    return {id: root(id) for id in parent}


def _alike(loaded: Loaded, opened: _Opened, confirmed: Confirmed) -> Iterator[tuple[str, str]]:
    """Applications that may be of one person and say different addresses: same name and country, or number."""
    country = {person.id: person.profile.country for person in loaded.applicants}
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for id, each in sorted(opened.latest.items()):
        if each.identity is not None:
            groups[("name", _plain_name(each.identity.name), country[id])].append(id)
            if number := plain_number(each.identity.member_number or ""):
                groups[("number", number)].append(id)
    answered = {frozenset(line.people) for line in confirmed.people}
    persons = _persons(opened, confirmed)
    seen: set[frozenset[str]] = set()
    for ids in groups.values():
        for one, other in pairwise(ids):
            pair = frozenset((one, other))
            if persons[one] != persons[other] and pair not in answered | seen:
                seen.add(pair)
                yield one, other


def _employers(loaded: Loaded, opened: _Opened, confirmed: Confirmed) -> Employers:
    people = [
        Employed(id=person.id, country=person.profile.country, employer=identity.employer)
        for person in loaded.applicants
        if (identity := opened.identity(person.id)) is not None and identity.employer
    ]
    same, different = _answers(confirmed.employers)
    return employers(people, same, different)


def _answers(lines: Sequence[Likeness]) -> tuple[Collection[frozenset[str]], Collection[frozenset[str]]]:
    said: dict[bool, set[frozenset[str]]] = {True: set(), False: set()}
    for line in lines:
        said[line.same].add(frozenset(line.people))
    return said[True], said[False]


def _asked(
    repository: Repository, loaded: Loaded, opened: _Opened, confirmed: Confirmed, ask: Ask, by: str
) -> Confirmed:
    """Ask every open question, and write each answer down before the next."""
    asked: set[tuple[str, str]] = set()
    while True:
        people = [pair for pair in _alike(loaded, opened, confirmed) if pair not in asked]
        others = [pair for pair in _employers(loaded, opened, confirmed).questions if pair not in asked]
        questions = [("people", pair) for pair in people] + [("employers", pair) for pair in others]
        if not questions:
            return confirmed
        kind, pair = questions[0]
        asked.add(pair)
        field = "name" if kind == "people" else "employer"
        one, other = (str(getattr(opened.identity(id), field)) for id in pair)
        same = ask(kind, pair, (one, other))
        if same is None:
            continue
        line = Likeness(people=pair, same=same, by=by)
        confirmed = (
            Confirmed(round=loaded.id, employers=confirmed.employers, people=(*confirmed.people, line))
            if kind == "people"
            else Confirmed(round=loaded.id, employers=(*confirmed.employers, line), people=confirmed.people)
        )
        _write_confirmed(repository, confirmed)


def _write_confirmed(repository: Repository, confirmed: Confirmed) -> None:
    data: dict[str, Any] = {"format": 1, "round": confirmed.round}
    for key in ("employers", "people"):
        if lines := getattr(confirmed, key):
            data[key] = [{"people": list(each.people), "same": each.same, "by": each.by} for each in lines]
    repository.write_all({repository.confirmed_file(confirmed.round).path: dump(data).encode("utf-8")})


def _plain_name(name: str) -> str:
    flat = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in flat if c.isalnum())
