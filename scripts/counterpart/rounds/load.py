"""From a round's files to the model, with everything that is wrong with them: each file is read once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from counterpart.digest import digest, pool_digest
from counterpart.files.documents import document, parsed
from counterpart.files.paths import APPROVAL, FORMS, PROPOSAL, Entry
from counterpart.files.repository import Repository, no_round
from counterpart.files.yaml_read import Document
from counterpart.findings import Finding, Location, Severity, found
from counterpart.model import (
    Applicant,
    Approval,
    Basis,
    Confirmed,
    Decisions,
    Digest,
    Proposal,
    Roll,
    Round,
    RoundId,
    Status,
)
from counterpart.rounds import build
from counterpart.rounds.check_application import check_application, expected
from counterpart.rounds.check_forms import check_correction, check_withdrawal, is_late
from counterpart.rounds.check_people import (
    check_approval,
    check_confirmed,
    check_decisions,
    check_proposal,
    check_roll,
)
from counterpart.rounds.check_settings import check_round
from counterpart.rounds.partnerships import decisions_digest, facts_of, left, named
from counterpart.rounds.submission import form_entry
from counterpart.sealing.demo_keys import DEMONSTRATION_RECIPIENTS
from counterpart.sealing.receipt import verify
from counterpart.world.vocabulary import world


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a round's files say, and what is wrong with them. A file that cannot be used is None here."""

    id: RoundId
    round: Round | None
    applicants: tuple[Applicant, ...]  # those that pass, sorted by id
    refused: tuple[str, ...]  # the ids of the applications that do not pass, sorted
    withdrawn: tuple[str, ...]  # the ids of those who have withdrawn, sorted; they are in neither of the two
    departed: tuple[Applicant, ...]  # the applications of these
    roll: Roll | None
    decisions: Decisions
    proposal: Proposal | None  # of pairings.yaml
    proposals: Mapping[int, Proposal]  # that, and those of later pairings within the round, by their numbers
    confirmed: Confirmed | None
    approvals: Mapping[int, Approval]  # by the number of the pairing that was approved
    basis: Basis | None  # what an approval of the latest pairing must rest on; None without settings
    findings: tuple[Finding, ...]  # sorted
    files: int  # how many were looked at

    @property
    def approval(self) -> Approval | None:
        """The approval of the first pairing."""
        return self.approvals.get(1)

    @property
    def latest(self) -> int:
        """The number of the latest pairing; 1 where there is none yet."""
        return max(self.proposals, default=1)

    @property
    def approved(self) -> bool:
        """Whether the latest pairing is approved, as everything is now."""
        approval = self.approvals.get(self.latest)
        return approval is not None and self.basis is not None and not approval.changed(self.basis)

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The errors that block matching.

        These are the errors in the round's own files, but for a proposal, its approval and the report, and in the
        applications of people whom the roll admits. Without a roll, an application that does not pass is not
        admitted.
        """
        people = self.roll.people if self.roll else {}
        admitted = {id for id in self.refused if id in people and people[id].status is Status.ADMITTED}
        own = Repository.round_file(self.id).path.rpartition("/")[0]
        folder = Repository.application_file(self.id, "").path.rpartition("/")[0]
        return tuple(
            finding
            for finding in self.findings
            if finding.severity is Severity.ERROR
            and (
                (finding.location.path.startswith(own) and not is_later(finding.location.path))
                or (
                    (entry := Repository.form(finding.location.path)) is not None
                    and finding.location.path.startswith(f"{folder}/")
                    and entry.stem in admitted
                )
            )
        )


@dataclass(slots=True)
class _Files:
    """The documents of one round that have the shape of their kind, and the findings on the way."""

    documents: dict[str, Document] = field(default_factory=dict)  # by path
    entries: list[Entry] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def of(self, entry: Entry) -> Document | None:
        return self.documents.get(entry.path)


def load_round(repository: Repository, round_id: RoundId, after_file: Callable[[], None] | None = None) -> Loaded:
    """Everything about one round; a usage error when *round_id* is not the id of a round that is there.

    *after_file* is called after each file, for a caller that shows progress.
    """
    id = repository.round_id(round_id)
    return repository.once(("round", id), lambda: _loaded(repository, id, after_file))


def _loaded(repository: Repository, round_id: RoundId, after_file: Callable[[], None] | None) -> Loaded:
    files = _read_all(repository, round_id, after_file)
    if not files.entries and not files.findings:
        raise no_round(round_id)
    settings = _settings(repository, files, round_id)
    applicants = _applicants(files, settings)
    files.findings += _forms(files, settings)
    said = _said(files, round_id, settings, applicants)
    basis = _basis(files, said)
    # Of a round that is closed, the applications are deleted, as they must be; nobody is left to compare with.
    if settings is None or not settings.closed or said.ids:
        files.findings += _across(files, said, basis)
    refused = _refused(files)
    withdrawn = said.withdrawn - refused
    people = [person for _, person in sorted(applicants.items())]
    return Loaded(
        id=round_id,
        round=settings,
        applicants=tuple(person for person in people if person.id not in refused | withdrawn),
        refused=tuple(sorted(refused)),
        withdrawn=tuple(sorted(withdrawn)),
        departed=tuple(person for person in people if person.id in withdrawn),
        roll=said.roll,
        decisions=said.decisions,
        proposal=said.proposals.get(1),
        proposals=said.proposals,
        confirmed=said.confirmed,
        approvals=said.approvals,
        basis=basis,
        findings=tuple(sorted(files.findings)),
        files=len(files.entries),
    )


def _refused(files: _Files) -> set[str]:
    """The ids of the applications of which a form does not pass."""
    wrong = {finding.location.path for finding in files.findings if finding.severity is Severity.ERROR}
    return {entry.stem for entry in files.entries if entry.kind in FORMS and entry.path in wrong}


def _read_all(repository: Repository, round_id: RoundId, after_file: Callable[[], None] | None) -> _Files:
    files = _Files()
    for listing in (repository.round_files, repository.applications):
        entries, findings = listing(round_id)
        files.entries += entries
        files.findings += findings
    for entry in files.entries:
        read = document(repository, entry)
        whole = read if isinstance(read, Document) else parsed(repository, entry)
        differs = tuple(_identity(whole, entry, round_id)) if isinstance(whole, Document) else ()
        files.findings += differs
        if not isinstance(read, Document):
            if entry.kind == "round" and isinstance(whole, Document) and not differs:
                read = unfinished(whole, read)
            files.findings += read
        elif not differs:
            files.documents[entry.path] = read
        if after_file is not None:
            after_file()
    return files


def unfinished(settings: Document, wrong: Sequence[Finding]) -> tuple[Finding, ...]:
    """What is *wrong* with a round's settings by their schema; and where only keys are missing, what else is."""
    place = settings.locate("recipients")
    if not wrong or any(each.rule != "list-too-short" or each.location != place for each in wrong):
        return tuple(wrong)
    help = (
        "Each coordinator makes a key, on a machine of their own: counterpart keys new "
        f"{settings.data['round']} --as coordinator-1"
    )
    others = check_round(build.round_(settings.data), settings, world(), DEMONSTRATION_RECIPIENTS)
    return (*(replace(each, help=help) for each in wrong), *others)


def _identity(document: Document, entry: Entry, round_id: RoundId) -> Iterator[Finding]:
    """The file says of itself what its place says of it."""
    data = document.data
    if not isinstance(data, dict):
        return
    said = data.get("round")
    if isinstance(said, str) and Repository.is_round_id(said) and said != round_id:
        message = f"`round` must be '{round_id}', as the folder is named, not '{said}'."
        yield found("round-differs", document.locate("round"), message)
    id = data.get("id")
    # An id that is no id at all is the schema's finding already.
    if entry.kind in FORMS and isinstance(id, str) and Repository.is_id(id) and id != entry.stem:
        message = f"`id` must be '{entry.stem}', as the file is named."
        yield found("id-differs", document.locate("id"), message)


def _settings(repository: Repository, files: _Files, round_id: RoundId) -> Round | None:
    entry = repository.round_file(round_id)
    document = files.of(entry)
    if document is not None:
        settings = build.round_(document.data)
        files.findings += check_round(settings, document, world(), DEMONSTRATION_RECIPIENTS)
        return settings
    folder = entry.path.rpartition("/")[0]
    if entry not in files.entries:
        if any(each.kind not in FORMS for each in files.entries):
            message = "There must be a file of this name."
            files.findings.append(found("file-missing", Location(path=entry.path), message))
        elif files.entries and not any(each.location.path == folder for each in files.findings):
            message = f"There must be a round '{round_id}' for the applications in this folder."
            place = Location(path=files.entries[0].path.rpartition("/")[0])
            files.findings.append(found("round-missing", place, message))
    return None


def _applicants(files: _Files, settings: Round | None) -> dict[str, Applicant]:
    """Everybody who applied, each with the latest form of the application that can be read."""
    wanted = expected(settings, world()) if settings else None
    applicants: dict[str, Applicant] = {}
    for entry in sorted(files.entries, key=lambda entry: entry.number):
        document = files.of(entry)
        if entry.kind in ("application", "correction") and document is not None:
            person = build.applicant(document.data)
            files.findings += check_application(person, document, wanted, world())
            earlier, open = applicants.get(entry.stem), wanted.windows if wanted else None
            if entry.kind == "correction" and earlier and open and is_late(document.data, open):
                # Pool, approval and proof rest on what came in time.
                person = replace(person, digest=earlier.digest)
            applicants[entry.stem] = person
    return applicants


def _forms(files: _Files, settings: Round | None) -> Iterator[Finding]:
    """What is wrong with corrections and withdrawals, as such."""
    wanted = expected(settings, world()) if settings else None
    firsts = {e.stem: files.of(e) for e in files.entries if e.kind == "application"}
    forms: dict[str, set[int]] = {id: {1} for id in firsts}
    for entry in files.entries:
        if entry.kind == "correction":
            forms.setdefault(entry.stem, set()).add(entry.number)
    for entry in files.entries:
        document, first = files.of(entry), firsts.get(entry.stem)
        if document is None:
            continue
        there = forms.get(entry.stem, set())
        if entry.kind == "correction":
            open = wanted.windows if wanted else None
            before = files.of(form_entry(document.data["round"], entry.stem, entry.number - 1))
            yield from check_correction(document, entry.number, first, before, there, open, verify)
        elif entry.kind == "withdrawal":
            yield from check_withdrawal(document, first, there, verify)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What the files of a round say about its people, before they are held against each other."""

    id: RoundId
    settings: Round | None
    applicants: Mapping[str, Applicant]
    ids: frozenset[str]  # of all who applied
    withdrawn: frozenset[str]
    roll: Roll | None
    decisions: Decisions
    proposals: Mapping[int, Proposal]  # by their numbers, sorted
    confirmed: Confirmed | None
    approvals: Mapping[int, Approval]

    @property
    def latest(self) -> int:
        return max(self.proposals, default=1)


def _said(files: _Files, round_id: RoundId, settings: Round | None, applicants: Mapping[str, Applicant]) -> _Said:
    stems = {kind: frozenset(entry.stem for entry in files.entries if entry.kind == kind) for kind in FORMS}
    roll = files.of(Repository.roll_file(round_id))
    decisions = files.of(Repository.decisions_file(round_id))
    confirmed = files.of(Repository.confirmed_file(round_id))
    return _Said(
        id=round_id,
        settings=settings,
        applicants=applicants,
        ids=stems["application"],
        withdrawn=stems["withdrawal"] & stems["application"],
        roll=build.roll(roll.data) if roll else None,
        decisions=build.decisions(decisions.data if decisions else None, round_id),
        proposals={number: build.proposal(each.data) for number, each in _numbered(files, "pairings")},
        confirmed=build.confirmed(confirmed.data) if confirmed else None,
        approvals={number: build.approval(each.data) for number, each in _numbered(files, "approval")},
    )


def _numbered(files: _Files, kind: str) -> list[tuple[int, Document]]:
    """The documents of a *kind* of which each pairing has its own, by the pairings' numbers."""
    return sorted(
        (
            (Repository.number_of(entry), document)
            for entry in files.entries
            if entry.kind == kind and (document := files.of(entry)) is not None
        ),
        key=lambda numbered: numbered[0],
    )


def _across(files: _Files, said: _Said, basis: Basis | None) -> Iterator[Finding]:
    """What is wrong between the files: who is named in one and missing in another, and what is void."""
    on_roll = said.roll.people.keys() if said.roll else set()
    known = said.ids | on_roll
    if not said.ids and (on_roll or said.proposals):
        place = Location(path=Repository.round_file(said.id).path)
        message = "A round with a roll or a proposal must have applications, or be closed."
        yield found("round-without-applications", place, message)
        return
    if said.roll:
        # Who left after the introductions, or before a later pairing that is there, is accounted for.
        settled = said.withdrawn if said.latest > 1 else left(said.decisions, said.latest + 1)
        source = files.documents[Repository.roll_file(said.id).path]
        yield from check_roll(said.roll, source, said.ids, said.applicants, said.withdrawn - settled)
    if decided := files.of(Repository.decisions_file(said.id)):
        yield from check_decisions(said.decisions, decided, known)
    if said.confirmed:
        source = files.documents[Repository.confirmed_file(said.id).path]
        yield from check_confirmed(said.confirmed, source, known)
    for number, proposal in said.proposals.items():
        source = files.documents[Repository.pairings_file(said.id, number).path]
        yield from check_proposal(proposal, source, known)
    approval = said.approvals.get(said.latest)  # what came before was introduced, and is history
    if approval and basis:
        source = files.documents[Repository.approval_file(said.id, said.latest).path]
        yield from check_approval(approval, source, basis)


def _basis(files: _Files, said: _Said) -> Basis | None:
    """What an approval of the latest pairing must rest on now."""
    if said.settings is None:
        return None
    pairings = files.of(Repository.pairings_file(said.id, said.latest))
    return Basis(
        proposal=digest(pairings.data) if pairings else None,
        pool=_pool(said.settings, said),
        settings=said.settings.digest,
        decisions=decisions_digest(said.decisions, said.latest),
    )


def _pool(settings: Round, said: _Said) -> Digest | None:
    """The digest of the pool of the latest pairing, as it is now."""
    if said.roll is None:
        return None
    if said.latest == 1:
        return said.roll.pool
    ids = named(said.proposals[said.latest])
    people = [person for id, person in said.applicants.items() if id in ids and id in said.roll.people]
    return pool_digest(facts_of(settings, people, said.roll, said.proposals, said.latest))


def is_later(path: str) -> bool:
    """Whether *path* is that of a proposal, an approval or a report: what comes later never blocks matching."""
    name = path.rpartition("/")[2]
    return bool(PROPOSAL.fullmatch(name) or APPROVAL.fullmatch(name)) or Repository.report_of(path) is not None
