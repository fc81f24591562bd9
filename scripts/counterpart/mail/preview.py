"""Preview: the mails of a round as they would arrive, in a folder of its own that is nobody's repository."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from counterpart.admission.admission import REASONS
from counterpart.files.private import private_folder, put_private
from counterpart.files.repository import Repository
from counterpart.files.templates import page
from counterpart.findings import Finding, Location, UsageError, found
from counterpart.mail.compose import Writer, own_templates, template_path
from counterpart.mail.due import Due, on_admission, on_introduction
from counterpart.mail.kinds import MailKind
from counterpart.mail.letter import Letter
from counterpart.mail.outgoing import TRIAL, compose, why_not
from counterpart.mail.template import TemplateFault
from counterpart.model import Applicant, Digest, Guide, Profile, Round, RoundId, Wish
from counterpart.pairing.inputs import BECAUSE
from counterpart.programme.guides import load_guides, title_of
from counterpart.programme.public import Discussion
from counterpart.rounds.identity import Identity
from counterpart.rounds.load import Loaded, load_round
from counterpart.rounds.open_sealed import open_all
from counterpart.sealing import keyring
from counterpart.sealing.links import LinkKey
from counterpart.sealing.receipt import new_receipt

#: The link key of previews, which opens nothing anywhere.
_TRIAL = new_receipt(bytes(32))

_GUIDE = Guide(
    id="a-guide",
    title="Getting to know you",
    summary="What an ordinary day looks like, here and there.",
    stage="middle",
    questions=("What do you see when you look up from your desk?", "Who asked you something today?"),
    activity="Show each other a picture of your workplace.",
    returning="What is different this time?",
)
_DISCUSSION = Discussion(
    round="2027-1",
    id="a-discussion",
    title="What maps leave out",
    starts=datetime(2027, 4, 21, 15, 30, tzinfo=UTC),
    minutes=60,
    host="a coordinator",
    join="Open the link, and allow the microphone if you want to speak.",
    link="https://meet.example.org/maps",
    guide="a-guide",
)
#: Two partners, a third for a three, and one who has no partner.
_ME, _YOU, _THIRD, _ALONE = "0000000000", "1111111111", "2222222222", "3333333333"


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    """The pages, by the names of their files, of which ``index.html`` lists the others."""

    pages: Mapping[str, str]
    mails: int
    real: bool  # whether real people's words are in them
    unwritten: Mapping[str, str] = field(default_factory=dict)  # mails that cannot be composed, with the reason

    def __repr__(self) -> str:
        """How many, and nobody's words."""
        return f"Previewed({self.mails})"


def preview(
    repository: Repository, round_id: RoundId, kind: str | None, id: str | None, key: str | None
) -> Previewed:
    """Mails of *kind* (None: of each), to the person *id* (None: to the first of each kind), as pages.

    With a *key* they are those of real people; without, of two people who do not exist. Nothing is written.
    """
    if kind is not None and kind not in set(MailKind):
        raise UsageError(f"There is no kind of mail '{kind}'. The kinds: {', '.join(MailKind)}.")
    loaded = load_round(repository, round_id)
    if loaded.round is None:
        raise UsageError(f"The settings of round {round_id} cannot be read; 'counterpart check' says why.")
    templates = own_templates(repository, round_id)
    if key is None and id is None:
        guides = load_guides(repository).guides
        writer, due = _made_up(loaded.round, templates, guides), _every_case(loaded.round, kind)
    else:
        due = tuple(_due(loaded, kind, id))
        if not due:
            raise UsageError("No such mail is due in this round, so there is nothing to show.")
        writer = _real(repository, loaded, due, key, templates)
    letters, unwritten = _composed(writer, due)
    pages: dict[str, str] = {}
    for each, letter in letters:
        name = _file(each)
        pages[f"{name}.html"] = letter.html
        for attachment in letter.attachments:
            pages[f"{name}-{attachment.name}"] = attachment.content.decode("utf-8")
    listed = [_listed(each, letter, writer) for each, letter in letters]
    real = key is not None or id is not None
    pages["index.html"] = page("mail/pages/preview.html.j2", round=loaded.round, mails=listed, real=real)
    return Previewed(pages=pages, mails=len(letters), real=real, unwritten=unwritten)


def _composed(writer: Writer, due: Iterable[Due]) -> tuple[list[tuple[Due, Letter]], dict[str, str]]:
    """The letters that can be sent, and why the others cannot."""
    letters: list[tuple[Due, Letter]] = []
    unwritten: dict[str, str] = {}
    for each in due:
        try:
            compose(writer, each, TRIAL, datetime.now(UTC))
            letters.append((each, writer.letter(each)))
        except UsageError:
            raise  # the round's own template, which a coordinator corrects
        except Exception as error:
            unwritten[each.key] = why_not(error)
    return letters, unwritten


def keep(previewed: Previewed, folder: Path) -> Path:
    """Write the pages into *folder*, outside every Git repository and for its owner alone; the list's path."""
    place = private_folder(folder)
    for name, text in previewed.pages.items():
        put_private(place / name, text)
    return place / "index.html"


def _listed(due: Due, letter: Letter, writer: Writer) -> dict[str, object]:
    name, address = writer.to(due.id)
    return {
        "kind": due.kind,
        "name": name,
        "to": f"{name} <{address}>",
        "subject": letter.subject,
        "text": letter.text,
        "file": f"{_file(due)}.html",
        "attachments": [(each.name, f"{_file(due)}-{each.name}") for each in letter.attachments],
    }


def _file(due: Due) -> str:
    """The name of a mail's page, without its end."""
    return due.key.replace("/", "-")


def _due(loaded: Loaded, kind: str | None, id: str | None) -> Iterator[Due]:
    """What is due, of the kind, to the person; to one person of each kind where nobody is named."""
    everything = on_admission((person.id for person in loaded.applicants), loaded.roll)
    if loaded.proposal is not None:
        everything += on_introduction(loaded.proposal)
    seen: set[str] = set()
    known = {person.id for person in loaded.applicants}
    for each in everything:
        wanted = each.id == id if id is not None else each.kind not in seen
        if wanted and each.id in known and kind in (None, each.kind):
            seen.add(each.kind)
            yield each


def _real(
    repository: Repository, loaded: Loaded, due: tuple[Due, ...], key: str | None, templates: Mapping[str, str]
) -> Writer:
    assert loaded.round is not None
    partners = loaded.proposal.partners if loaded.proposal else {}
    ids = {each.id for each in due} | {other for each in due for other in partners.get(each.id, ())}
    keys = keyring.for_round(loaded.id, loaded.round.sample, key)
    opened = {each.id: each.identity for each in open_all(repository, loaded.id, sorted(ids), keys, lambda: None)}
    if any(identity is None for identity in opened.values()):
        raise UsageError(
            "A sealed part does not open, or is not the one that was sent: look at 'counterpart open'."
        )
    return Writer(
        round=loaded.round,
        people={person.id: person for person in loaded.applicants},
        identities={id: identity for id, identity in opened.items() if identity is not None},
        partners=partners,
        templates=templates,
    )


def broken_templates(repository: Repository, round: Round) -> Iterator[Finding]:
    """What is wrong with the round's own templates: each is tried with people who do not exist."""
    try:
        templates = own_templates(repository, round.id)
    except UsageError as error:
        yield found("template-broken", Location(path=f"rounds/{round.id}/mails"), str(error))
        return
    faulty: set[str] = set()
    for writer, due in _trials(round, templates):
        if due.kind in templates and due.kind not in faulty:
            try:
                writer.pressed(due)
            except TemplateFault as fault:
                faulty.add(due.kind)
                place = Location(path=template_path(round.id, due.kind), line=fault.line)
                yield found("template-broken", place, fault.message)


def _trials(round: Round, templates: Mapping[str, str]) -> Iterator[tuple[Writer, Due]]:
    """Mails to made-up people such that whatever may be missing is there once and missing once."""
    there = replace(round, contact="mentoring@example.org", site="https://example.org")
    missing = replace(round, contact=None, site=None)
    for settings, bare in ((round, False), (there, False), (missing, True)):
        writer = _made_up(settings, templates, bare=bare)
        yield from ((writer, due) for due in (*_each_kind(None), *_each_reason(), _to_three, *_later()))


def _each_kind(kind: str | None) -> tuple[Due, ...]:
    because = {"not-admitted": "same-person", "unpaired": "odd-number", "waiting": "country-cap"}
    return tuple(
        Due(kind=each, id=_ME, group=_ME, because=because.get(each)) for each in MailKind if kind in (None, each)
    )


def _every_case(round: Round, kind: str | None) -> tuple[Due, ...]:
    """What is shown: each kind, and the cases of a kind that read otherwise; a three where the round has them."""
    cases = (*_each_kind(None), *((_to_three,) if round.threes else ()), *_later())
    order = list(MailKind)
    return tuple(
        sorted((each for each in cases if kind in (None, each.kind)), key=lambda each: order.index(each.kind))
    )


def _later() -> Iterator[Due]:
    """The cases that come later in a round: new partners, none again, the end, and who has no partner."""
    yield Due(kind=MailKind.INTRODUCTION, id=_YOU, group=_YOU, number=2)
    yield Due(kind=MailKind.UNPAIRED, id=_YOU, group=_YOU, number=2, because="too-few-partners")
    yield Due(kind=MailKind.SURVEY, id=_ME, group=_ME, number=2)
    yield Due(kind=MailKind.DIGEST, id=_ALONE, group=_ALONE)
    yield Due(kind=MailKind.GOODBYE, id=_ALONE, group=_ALONE)


def _guides(round: Round) -> Iterator[str]:
    return (event.guide for event in round.calendar if event.guide)


def _each_reason() -> Iterator[Due]:
    for kind, reasons in ((MailKind.NOT_ADMITTED, REASONS), (MailKind.UNPAIRED, BECAUSE)):
        yield from (Due(kind=kind, id=_ME, group=_ME, because=each) for each in reasons)


_to_three = Due(kind=MailKind.INTRODUCTION, id=_THIRD, group=_THIRD)


def _made_up(
    round: Round, templates: Mapping[str, str], known: Mapping[str, Guide] | None = None, *, bare: bool = False
) -> Writer:
    """People who do not exist, with the round's own words; *bare*: who show what they must and no more.

    *known*: the guides whose pages are there; of the others there is something to show.
    """

    def person(id: str, country: str, time_zone: str, number: int) -> Applicant:
        profile = Profile(
            country=country,
            time_zone=time_zone,
            languages=("en",),
            sector=round.sectors[number % len(round.sectors)].id,
            career_stage=round.career_stages[number % len(round.career_stages)].id,
            interests=tuple(topic.id for topic in round.topics[:3]),
            wishes={"sector": Wish.DIFFERENT},
            membership="not-member",
            returning=False,
            code_of_conduct=round.code_of_conduct,
        )
        return Applicant(id=id, received=datetime(2027, 1, 1, tzinfo=UTC), profile=profile, digest=Digest(""))

    def identity(name: str, address: str) -> Identity:
        if bare:
            return Identity(name=name, email=address, partner_may_see=("name", "email"))
        return Identity(
            name=name,
            email=address,
            employer="City Library of Quillhaven",
            about_me="I look after a small map collection.\nBesides work I like long walks.",
            partner_may_see=("name", "email", "employer", "about_me"),
        )

    return Writer(
        round=round,
        people={
            _ME: person(_ME, "AU", "Australia/Sydney", 0),
            _YOU: person(_YOU, "VN", "Asia/Ho_Chi_Minh", 1),
            _THIRD: person(_THIRD, "CA", "America/Toronto", 2),
            _ALONE: person(_ALONE, "GB", "Europe/London", 3),
        },
        identities={
            _ME: identity("Oriel Bookend", "oriel@example.org"),
            _YOU: identity("Thảo Trang Giấy", "thao@example.org"),
            _THIRD: identity("Marge Inalia", "marge@example.org"),
            _ALONE: identity("Quire Foliot", "quire@example.org"),
        },
        partners={_ME: (_YOU,), _YOU: (_ME,), _THIRD: (_ME, _YOU)},
        before={_YOU},
        today=_into(round),
        templates=templates,
        discussions={1: replace(_DISCUSSION, guide=None, link=None) if bare else _DISCUSSION},
        guides={} if bare else {guide: _guide(guide, known or {}) for guide in _guides(round)},
        links=None if bare else LinkKey(round=round.id, public=_TRIAL.public, private=_TRIAL.private),
    )


def _guide(id: str, known: Mapping[str, Guide]) -> Guide:
    return known.get(id) or replace(_GUIDE, id=id, title=title_of(id, known))


def _into(round: Round) -> date:
    """A day within the round, on which new partners are introduced."""
    return (round.day("introductions") or round.calendar[0].date) + timedelta(days=16)
