"""Reads what the site may show, and opens nothing else: no application, no roll, no proposal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from counterpart.files import front_matter, schema
from counterpart.files.documents import document, parsed
from counterpart.files.paths import Entry
from counterpart.files.repository import Repository
from counterpart.files.yaml_read import Document
from counterpart.findings import Finding, Severity, UsageError, found
from counterpart.model import Round, RoundId, Topic
from counterpart.programme.check import check_ambassadors, check_discussions, check_programme, check_voices
from counterpart.programme.guides import Guides, load_guides
from counterpart.programme.public import (
    Ambassador,
    Archive,
    Discussion,
    News,
    Programme,
    Region,
    Voice,
)
from counterpart.rounds import build
from counterpart.rounds.build import Data
from counterpart.rounds.check_settings import check_round
from counterpart.sealing.demo_keys import DEMONSTRATION_RECIPIENTS
from counterpart.world import zones
from counterpart.world.vocabulary import world

#: The kinds of file under the sources that pages are made from, and that are no pages themselves.
DATA = ("programme", "ambassadors", "voices")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteData:
    """What the files under ``site/`` say, apart from rounds. What cannot be used is missing here."""

    guides: Guides
    programme: Data | None = None  # the data of site/programme.yaml
    ambassadors: Data = field(default_factory=dict)
    voices: Data = field(default_factory=dict)
    news: tuple[News, ...] = ()
    findings: tuple[Finding, ...] = ()  # sorted; with those of the guides
    files: int = 0  # how many were looked at


def load_site(repository: Repository) -> SiteData:
    """Everything under ``site/`` that the site's pages are made from."""
    findings: list[Finding] = []
    documents = {kind: _document(repository, repository.site_file(kind), findings) for kind in DATA}
    if programme := documents["programme"]:
        findings += check_programme(programme)
    if ambassadors := documents["ambassadors"]:
        findings += check_ambassadors(ambassadors, world())
    if voices := documents["voices"]:
        findings += check_voices(voices)
    topics = {each["id"] for each in programme.data.get("topics", ())} if programme else None
    guides = load_guides(repository, topics)
    news = _news(repository, findings)
    return SiteData(
        guides=guides,
        programme=programme.data if programme else None,
        ambassadors=ambassadors.data if ambassadors else {},
        voices=voices.data if voices else {},
        news=tuple(news),
        findings=tuple(sorted((*findings, *guides.findings))),
        files=sum(1 for each in documents.values() if each) + len(guides.there) + len(news),
    )


def load_programme(repository: Repository) -> Programme | None:
    """What names the programme; None where no file says it, or the file is not as it must be."""
    document = _document(repository, repository.site_file("programme"), [])
    return programme_from(document.data) if document else None


def discussions_findings(repository: Repository, round: Round, guides: Guides) -> tuple[Finding, ...]:
    """What is wrong with a round's group discussions, beyond what ``load_round`` finds in every file."""
    document = _document(repository, repository.discussions_file(round.id), [])
    return tuple(check_discussions(document, round, _zone(round), guides.there)) if document else ()


def discussions_of(repository: Repository, round: Round) -> tuple[Discussion, ...]:
    """A round's group discussions, from the earliest on; a usage error where they cannot be read."""
    findings: list[Finding] = []
    found = read_discussions(repository, round, load_guides(repository), findings)
    if any(finding.severity is Severity.ERROR for finding in findings):
        path = repository.discussions_file(round.id).path
        raise UsageError(f"'{path}' is not as it must be; 'counterpart check' says why.")
    return tuple(sorted(found, key=lambda each: (each.starts, each.id)))


def _document(repository: Repository, entry: Entry, findings: list[Finding]) -> Document | None:
    """The file's data where it is there and has the shape of its kind; what is wrong goes into *findings*."""
    if not repository.exists(entry):
        return None
    read = document(repository, entry)
    if isinstance(read, Document):
        return read
    findings += read
    return None


def announced(repository: Repository, round_id: RoundId, findings: list[Finding]) -> Round | None:
    """A round's settings; a new round may still lack its recipients, and is announced all the same."""
    entry = repository.round_file(round_id)
    if not repository.exists(entry):
        return None
    read = parsed(repository, entry)
    if not isinstance(read, Document):
        findings += read
        return None
    recipients = read.locate("recipients")
    wrong = [
        each
        for each in schema.check(read, "round")
        if not (each.rule == "list-too-short" and each.location == recipients)
    ]
    findings += wrong
    if wrong:
        return None
    findings += _differs(read, round_id)
    settings = build.round_(read.data)
    findings += check_round(settings, read, world(), DEMONSTRATION_RECIPIENTS)
    return settings


def read_discussions(
    repository: Repository, round: Round, guides: Guides, findings: list[Finding]
) -> tuple[Discussion, ...]:
    """A round's group discussions, as they stand in the file; what is wrong with them goes into *findings*."""
    document = _document(repository, repository.discussions_file(round.id), findings)
    if document is None:
        return ()
    findings += _differs(document, round.id)
    findings += check_discussions(document, round, _zone(round), guides.there)
    return tuple(
        Discussion(
            round=round.id,
            id=each["id"],
            title=each["title"],
            starts=datetime.fromisoformat(each["starts"]),
            minutes=each["minutes"],
            host=each["host"],
            join=each["join"],
            link=each.get("link"),
            guide=each.get("guide"),
            archive=Archive(**each["archive"]) if "archive" in each else None,
        )
        for each in document.data["discussions"]
    )


def _zone(round: Round) -> tzinfo | None:
    return zones.zone(round.zone) if round.zone in zones.names() else None


def _differs(document: Document, round_id: RoundId) -> Iterator[Finding]:
    if document.data["round"] != round_id:
        message = f"`round` must be '{round_id}', as the folder is named, not '{document.data['round']}'."
        yield found("round-differs", document.locate("round"), message)


def programme_from(data: Data) -> Programme:
    """The programme's value."""
    return Programme(
        name=data["name"],
        summary=data["summary"],
        site=data["site"],
        association=data["association"]["name"],
        members=data["association"]["members"],
        contact=data["contact"],
        topics=tuple(Topic(**topic) for topic in data.get("topics", ())),
    )


def ambassadors_from(data: Data) -> list[Ambassador]:
    """Those who agreed; ``check`` has found the others already, and they are left out here all the same."""
    return [
        Ambassador(
            name=each["name"],
            country=each["country"],
            until=date.fromisoformat(each["until"]),
            languages=tuple(each.get("languages", ())),
            words=each.get("words", ""),
            contact=each.get("contact"),
        )
        for each in data.get("ambassadors", ())
        if each.get("consent") is True
    ]


def regions_from(data: Data) -> tuple[Region, ...]:
    """The parts of the world, as the association divides it."""
    return tuple(
        Region(id=region["id"], name=region["name"], countries=tuple(region["countries"]))
        for region in data.get("regions", ())
    )


def voices_from(data: Data) -> list[Voice]:
    """The voices of those who agreed."""
    return [
        Voice(words=each["words"], by=each["by"], until=date.fromisoformat(each["until"]))
        for each in data.get("voices", ())
        if each.get("consent") is True
    ]


def _news(repository: Repository, findings: list[Finding]) -> list[News]:
    """All news, the latest first."""
    entries, stray = repository.news()
    findings += stray
    news: list[News] = []
    for entry in entries:
        content = repository.read(entry)
        read = (content,) if isinstance(content, Finding) else front_matter.split(content, entry)
        if isinstance(read, front_matter.Headed):
            data = read.head.data
            day = date.fromisoformat(data["date"])
            news.append(
                News(id=entry.stem, title=data["title"], date=day, summary=data["summary"], text=read.text)
            )
        else:
            findings += read
    return sorted(news, key=lambda each: (each.date, each.id), reverse=True)
