"""Write the e-mails of a round that need no preflight check, and deliver each once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from counterpart.files.git import Git
from counterpart.files.progress import Progress, counting
from counterpart.files.repository import Repository
from counterpart.findings import Finding, Severity
from counterpart.mail.compose import Writer, own_templates
from counterpart.mail.deliver import Delivered, Outgoing, deliver
from counterpart.mail.due import Due, on_admission, on_ending
from counterpart.mail.kinds import MailKind
from counterpart.mail.letter import Attachment
from counterpart.mail.link_key import open_links
from counterpart.mail.outgoing import TRIAL, compose
from counterpart.mail.outgoing import write as write_letter
from counterpart.mail.season import season
from counterpart.mail.smtp import Post, Settings
from counterpart.mail.statements import Issued, statements
from counterpart.model import Applicant, RoundId
from counterpart.programme.guides import load_guides
from counterpart.programme.public import Discussion
from counterpart.rounds.contact_report import begun_pairings, settings_of
from counterpart.rounds.identity import Identity
from counterpart.rounds.load import Loaded, load_round
from counterpart.rounds.mail_log import Ledger, State
from counterpart.rounds.mail_log_branch import MailLogBranch
from counterpart.rounds.open_sealed import open_all
from counterpart.rounds.partnerships import left
from counterpart.sealing import keyring


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sends, with what, and by which clock."""

    by: str
    post: Post | None  # None: only say what would be sent
    settings: Settings | None
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    handed_over: bool = False  # a coordinator with an older key has looked at the seals


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The result: what stands in the way, or what was delivered, and how much of each kind is due."""

    findings: tuple[Finding, ...] = ()
    refusals: tuple[str, ...] = ()
    proof: str = ""
    due: Mapping[MailKind, int] | None = None  # all mails up to now, by kind
    new: Mapping[MailKind, int] | None = None  # of these, what had not gone before
    delivered: Delivered | None = None
    partner_left: tuple[str, ...] = ()  # people whose partner went before they were introduced
    unopened: tuple[str, ...] = ()  # people whose sealed part does not open, so that nobody can write to them


@dataclass(frozen=True, slots=True, kw_only=True)
class _Now:
    """What is due now, and what the e-mails need to know of it."""

    due: tuple[Due, ...]
    partners: Mapping[str, Sequence[str]] = field(default_factory=dict)
    recorded: frozenset[str] = frozenset()
    discussions: Mapping[int, Discussion] = field(default_factory=dict)


def write(repository: Repository, round_id: RoundId, key: str | None, sender: Sender, report: Progress) -> Written:
    """Write what needs no gate: that an application arrived, or, once there is a roll, what became of it."""
    loaded = load_round(repository, round_id, counting(report))
    ledger = MailLogBranch(Git(repository.root), round_id).read()
    introduced = begun_pairings(loaded.proposals, ledger)
    findings = _in_the_way(repository, loaded, bool(introduced))
    if findings:
        return Written(findings=findings)
    settings = settings_of(loaded)
    people, identities = _opened(repository, loaded, key, report, withdrawn=bool(introduced))
    now = _under_way(repository, loaded, ledger, key, sender) if introduced else _before(loaded)
    due = tuple(each for each in now.due if each.id in identities)
    writer = Writer(
        round=settings,
        people=people,
        identities=identities,
        partners=now.partners,
        recorded=now.recorded,
        discussions=now.discussions,
        statement=_statement(repository, round_id, key, sender.now()),
        templates=own_templates(repository, round_id),
        links=open_links(repository, round_id, keyring.for_round(round_id, settings.sample, key)),
        guides=load_guides(repository).guides,
    )
    return Written(
        due=counted(due),
        new=counted(unsent(due, ledger)),
        delivered=delivered(repository, writer, due, sender, report),
        unopened=tuple(each.id for each in now.due if each.id not in identities),
    )


def _before(loaded: Loaded) -> _Now:
    """What is due before anybody is introduced, to those who have not left."""
    gone = set(loaded.withdrawn) | left(loaded.decisions, loaded.latest + 1)
    due = on_admission({person.id for person in loaded.applicants}, loaded.roll)
    return _Now(due=tuple(each for each in due if each.id not in gone))


def _under_way(repository: Repository, loaded: Loaded, ledger: Ledger, key: str | None, sender: Sender) -> _Now:
    """What is due once people were introduced; without a link key nothing can be signed, so no statement is."""
    now = season(repository, loaded, ledger, key, sender.now())
    introduced = begun_pairings(loaded.proposals, ledger)
    people = {person.id for person in (*loaded.applicants, *loaded.departed)}
    due = on_ending(introduced, loaded.decisions, loaded.withdrawn, people) + now.due
    signs = repository.exists(repository.links_file(loaded.id))
    return _Now(
        due=tuple(each for each in due if signs or each.kind is not MailKind.STATEMENT),
        partners=now.partners,
        recorded=now.recorded,
        discussions=now.discussions,
    )


def _statement(
    repository: Repository, round_id: RoundId, key: str | None, now: datetime
) -> Callable[[str], Attachment]:
    """What makes a person's statement; all are issued when the first is asked for."""
    issued: dict[str, Issued] = {}

    def attachment(id: str) -> Attachment:
        if not issued:
            issued.update({each.id: each for each in statements(repository, round_id, key, now)})
        return Attachment(name="statement.html", type="text/html", content=issued[id].html.encode("utf-8"))

    return attachment


def _opened(
    repository: Repository, loaded: Loaded, key: str | None, report: Progress, withdrawn: bool = False
) -> tuple[dict[str, Applicant], dict[str, Identity]]:
    """The people and their sealed words; of those who have *withdrawn* too, where they get a last mail."""
    assert loaded.round is not None
    keys = keyring.for_round(loaded.id, loaded.round.sample, key)
    people = {person.id: person for person in (*loaded.applicants, *(loaded.departed if withdrawn else ()))}
    step = counting(report, "applications opened")
    opened = open_all(repository, loaded.id, people, keys, step)
    return people, {each.id: each.identity for each in opened if each.identity is not None}


def _in_the_way(repository: Repository, loaded: Loaded, introduced: bool) -> tuple[Finding, ...]:
    """Errors in the round's settings, and in a roll that is there; once people are introduced, some may leave."""
    paths = {repository.round_file(loaded.id).path, repository.roll_file(loaded.id).path}
    errors = (f for f in loaded.findings if f.location.path in paths and f.severity is Severity.ERROR)
    return tuple(f for f in errors if not introduced or f.rule != "person-withdrawn")


def unsent(due: Iterable[Due], ledger: Ledger) -> Iterator[Due]:
    """Of what is *due*, what has not gone yet."""
    return (each for each in due if each.key not in ledger or ledger[each.key].state is not State.SENT)


def counted(due: Iterable[Due]) -> dict[MailKind, int]:
    """How many e-mails of each kind are *due*."""
    counts: dict[MailKind, int] = {}
    for each in due:
        counts[each.kind] = counts.get(each.kind, 0) + 1
    return counts


def delivered(
    repository: Repository, writer: Writer, due: tuple[Due, ...], sender: Sender, report: Progress
) -> Delivered:
    """Deliver what is *due*, as *writer* writes it; with no server only say what that would be."""

    def outgoing(each: Due) -> Outgoing:
        return Outgoing(
            key=each.key,
            group=each.group,
            write=lambda: write_letter(writer, each),
            compose=lambda: compose(writer, each, sender.settings or TRIAL, sender.now()),
        )

    return deliver(
        repository,
        writer.round.id,
        [outgoing(each) for each in due],
        sender.post,
        by=sender.by,
        now=sender.now,
        sleep=sender.sleep,
        report=report,
        corrected={id: person.changed for id, person in writer.people.items() if person.changed is not None},
    )
