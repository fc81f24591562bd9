"""Admit: open the applications of a round, decide about each, and write the roll that freezes the pool."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, combinations, pairwise
from pathlib import Path

from counterpart.admission.admission import Admission, Candidate, Facts, admit, roll_data
from counterpart.admission.employers import Employed, Employers, employers
from counterpart.admission.joined import Joined
from counterpart.admission.members import Members, read_members
from counterpart.admission.memory import Memory, Recalled, marks, plain_address, plain_number, recall
from counterpart.admission.memory_file import read_memory
from counterpart.files.progress import Progress, counting
from counterpart.files.repository import Repository
from counterpart.files.yaml_write import dump
from counterpart.findings import Finding, Severity, UsageError
from counterpart.model import Applicant, Confirmed, Digest, Likeness, Roll, Round, RoundId
from counterpart.moments import moment_text
from counterpart.rounds.check_application import windows
from counterpart.rounds.identity import Identity
from counterpart.rounds.load import Loaded, load_round
from counterpart.rounds.open_sealed import Latest, open_all
from counterpart.sealing import keyring
from counterpart.world.address import takes, without_links
from counterpart.world.zones import zone

#: A question about two applications: its kind, "employers", "people" or "addresses", the two ids, and what the two
#: people wrote. Answers True (the same), False, or None (left open).
Ask = Callable[[str, tuple[str, str], tuple[str, str]], bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """A round's admission as it was decided and written; None where *findings* stand in the way of it."""

    findings: tuple[Finding, ...] = ()
    admission: Admission | None = None
    written: bool = False
    members_checked: bool = False
    remembered: bool = False  # there is a memory of earlier rounds
    open_employers: tuple[tuple[str, str], ...] = ()  # questions that nobody has answered
    open_people: tuple[tuple[str, str], ...] = ()
    open_addresses: tuple[tuple[str, str], ...] = ()  # two applications with one address


@dataclass(frozen=True, slots=True, kw_only=True)
class _Applications:
    """The applications of a round, what is sealed in them, and what coordinators confirmed about that.

    ``latest``: what is sealed, by id; it never leaves this module.
    """

    loaded: Loaded
    latest: Mapping[str, Latest]
    confirmed: Confirmed

    def identity(self, id: str) -> Identity | None:
        latest = self.latest.get(id)
        return latest.identity if latest else None

    def identities(self) -> Iterator[tuple[str, Identity]]:
        """What is sealed and can be relied on, by id."""
        for id, latest in sorted(self.latest.items()):
            if latest.identity is not None:
                yield id, latest.identity

    def __repr__(self) -> str:
        return f"_Applications({len(self.latest)})"


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
    report: Progress,
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
    applications = _opened(repository, loaded, keys, counting(report, "applications opened"))
    memory = read_memory(repository, round_id, keys)
    if ask is not None:
        applications = _asked(repository, applications, ask, by or "")
    employers = _employers(applications)
    recalled = _recalled(memory, applications)
    admission = admit(
        round_id,
        list(_candidates(applications, listed)),
        Facts(
            past=recalled.past,
            carried_over=recalled.carried_over,
            barred=recalled.barred,
            employers=employers.groups,
            doubts=employers.doubts,
        ),
        everyone=open.everyone,
        country_cap=settings.country_cap,
        draw=settings.draw,
        before=loaded.roll,
    )
    alike, addresses = tuple(_alike(applications)), tuple(_one_address(applications))
    roll = replace(admission.roll, questions=len(employers.questions) + len(alike) + len(addresses))
    return Admitted(
        admission=admission,
        written=_write_roll(repository, roll, dry_run),
        members_checked=listed is not None,
        remembered=memory is not None,
        open_employers=employers.questions,
        open_people=alike,
        open_addresses=addresses,
    )


def _opened(
    repository: Repository, loaded: Loaded, keys: Sequence[keyring.Key], step: Callable[[], None]
) -> _Applications:
    ids = [person.id for person in loaded.applicants]
    latest = open_all(repository, loaded.id, ids, keys, step)
    return _Applications(
        loaded=loaded,
        latest={application.id: _mailable(application) for application in latest},
        confirmed=loaded.confirmed or Confirmed(round=loaded.id),
    )


def _recalled(memory: Memory | None, applications: _Applications) -> Recalled:
    """What earlier rounds left about those who applied; nothing where there is no memory of them."""
    if memory is None:
        return Recalled(past={}, carried_over=frozenset(), barred=frozenset())
    people = applications.identities()
    return recall(memory, {id: marks(memory.key, person.email, person.member_number) for id, person in people})


def _write_roll(repository: Repository, roll: Roll, dry_run: bool) -> bool:
    """Write ``roll.yaml`` where it would be another than it is; whether it was written."""
    content = dump(roll_data(roll)).encode("utf-8")
    entry = repository.roll_file(roll.round)
    if dry_run or (repository.exists(entry) and repository.read(entry) == content):
        return False
    repository.write_all({entry.path: content})
    return True


def _mailable(opened: Latest) -> Latest:
    """What was opened, if it can stand in an e-mail's head; else as if its sealed part were wrong, which it is."""
    who = opened.identity
    if who is None or (takes(who.email) and without_links(who.name) == who.name):
        return opened
    return replace(opened, identity=None)


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


def _candidates(applications: _Applications, listed: Members | None) -> Iterator[Candidate]:
    loaded = applications.loaded
    removed = loaded.decisions.removed_ids
    persons, addresses = _persons(applications), _addresses(applications)
    for person in loaded.applicants:
        identity = applications.identity(person.id)
        out = "removed" if person.id in removed else None if identity else "sealed-part-wrong"
        yield Candidate(
            id=person.id,
            country=person.profile.country,
            received=person.received,
            changed=applications.latest[person.id].changed,
            digest=person.digest,
            person=persons.get(person.id, person.id),
            address=addresses.get(person.id, person.id),
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
        id=id,
        country="",
        received=never,
        changed=never,
        digest=Digest(""),
        person=id,
        member=False,
        out=out,
    )


def _member(person: Applicant, identity: Identity | None, listed: Members | None) -> bool | None:
    if person.profile.membership != "member":
        return False
    if listed is None or identity is None or listed.has(identity.email, identity.member_number):
        return True
    return None


def _persons(applications: _Applications) -> dict[str, str]:
    """For each application the id that stands for its person, as coordinators have said it."""
    joined = Joined(id for id, _ in applications.identities())
    for pair in _answers(applications.confirmed.people)[0]:
        joined.join(min(pair), max(pair))
    return joined.groups()


def _addresses(applications: _Applications) -> dict[str, str]:
    """For each application the id that stands for its person and for all who say the same address, unanswered."""
    joined = Joined(id for id, _ in applications.identities())
    same = _answers(applications.confirmed.people)[0]
    for pair in chain(same, map(frozenset, _one_address(applications))):
        joined.join(min(pair), max(pair))
    return joined.groups()


def _one_address(applications: _Applications) -> Iterator[tuple[str, str]]:
    """Every two applications that say the same address, of which nobody has said whether it is one person."""
    by_address: dict[str, list[str]] = defaultdict(list)
    for id, person in applications.identities():
        by_address[plain_address(person.email)].append(id)
    persons = _persons(applications)
    different = _answers(applications.confirmed.people)[1]
    for one, other in chain.from_iterable(combinations(sorted(ids), 2) for ids in by_address.values()):
        if persons[one] != persons[other] and frozenset((one, other)) not in different:
            yield one, other


def _alike(applications: _Applications) -> Iterator[tuple[str, str]]:
    """Applications that may be of one person and say different addresses: same name and country, or number."""
    country = {person.id: person.profile.country for person in applications.loaded.applicants}
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for id, person in applications.identities():
        groups[("name", _plain_name(person.name), country[id])].append(id)
        if number := plain_number(person.member_number or ""):
            groups[("number", number)].append(id)
    answered = {frozenset(line.people) for line in applications.confirmed.people}
    answered.update(map(frozenset, _one_address(applications)))  # that is a question of its own
    persons = _persons(applications)
    for one, other in chain.from_iterable(map(pairwise, groups.values())):
        pair = frozenset((one, other))
        if persons[one] != persons[other] and pair not in answered:
            answered.add(pair)  # the same name and the same number are one question
            yield one, other


def _employers(applications: _Applications) -> Employers:
    people = [
        Employed(id=person.id, country=person.profile.country, employer=identity.employer)
        for person in applications.loaded.applicants
        if (identity := applications.identity(person.id)) is not None and identity.employer
    ]
    same, different = _answers(applications.confirmed.employers)
    round = applications.loaded.round
    return employers(people, same, different, [sector.name for sector in round.sectors] if round else ())


def _answers(lines: Sequence[Likeness]) -> tuple[Collection[frozenset[str]], Collection[frozenset[str]]]:
    """The pairs that are the same, and those that are not, as coordinators said."""
    answers: dict[bool, set[frozenset[str]]] = {True: set(), False: set()}
    for line in lines:
        answers[line.same].add(frozenset(line.people))
    return answers[True], answers[False]


def _asked(repository: Repository, applications: _Applications, ask: Ask, by: str) -> _Applications:
    """Ask every open question, and write each answer down before the next."""
    asked: set[tuple[str, str]] = set()
    while question := next((each for each in _questions(applications) if each[1] not in asked), None):
        kind, pair = question
        asked.add(pair)
        field = "employer" if kind == "employers" else "name"
        one, other = (str(getattr(applications.identity(id), field)) for id in pair)
        same = ask(kind, pair, (one, other))
        if same is not None:
            confirmed = _with(applications.confirmed, kind, Likeness(people=pair, same=same, by=by))
            _write_confirmed(repository, confirmed)
            applications = replace(applications, confirmed=confirmed)
    return applications


def _questions(applications: _Applications) -> Iterator[tuple[str, tuple[str, str]]]:
    """The open questions by kind, one after the other: those about people come first."""
    for pair in _one_address(applications):
        yield "addresses", pair
    for pair in _alike(applications):
        yield "people", pair
    for pair in _employers(applications).questions:
        yield "employers", pair


def _with(confirmed: Confirmed, kind: str, line: Likeness) -> Confirmed:
    if kind != "employers":
        return replace(confirmed, people=(*confirmed.people, line))
    return replace(confirmed, employers=(*confirmed.employers, line))


def _write_confirmed(repository: Repository, confirmed: Confirmed) -> None:
    data: dict[str, object] = {"format": 1, "round": confirmed.round}
    for key in ("employers", "people"):
        if lines := getattr(confirmed, key):
            data[key] = [{"people": list(each.people), "same": each.same, "by": each.by} for each in lines]
    repository.write_all({repository.confirmed_file(confirmed.round).path: dump(data).encode("utf-8")})


def _plain_name(name: str) -> str:
    flat = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in flat if c.isalnum())
