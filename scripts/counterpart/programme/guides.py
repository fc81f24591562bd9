"""Discussion guides: Markdown pages with a head in YAML, from which the site's pages and the mails are made."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from counterpart.files import front_matter
from counterpart.files.documents import parsed
from counterpart.files.paths import Entry
from counterpart.files.repository import Repository
from counterpart.files.yaml_read import Document
from counterpart.findings import Finding, found
from counterpart.model import Guide, Round, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Guides:
    """The guides that can be used, by their ids, and what is wrong with the others."""

    guides: dict[str, Guide]
    findings: tuple[Finding, ...]
    there: frozenset[str]  # the ids of all files, right or not


def load_guides(repository: Repository, topics: Collection[str] | None = None) -> Guides:
    """Every guide of the programme; where *topics* are given, a guide may touch no other."""
    entries, stray = repository.guides()
    findings = list(stray)
    guides: dict[str, Guide] = {}
    for entry in entries:
        read = read_guide(repository, entry, topics)
        if isinstance(read, Guide):
            guides[read.id] = read
        else:
            findings += read
    there = frozenset(entry.stem for entry in entries)
    return Guides(guides=guides, findings=tuple(sorted(findings)), there=there)


def title_of(id: str, guides: Mapping[str, Guide]) -> str:
    """What a guide is called: its title where it is among *guides*, else the words that its file is named with."""
    return guides[id].title if id in guides else f"{id[:1].upper()}{id[1:]}".replace("-", " ")


def read_guide(
    repository: Repository, entry: Entry, topics: Collection[str] | None = None
) -> Guide | tuple[Finding, ...]:
    """One guide, or what is wrong with it."""
    content = repository.read(entry)
    return (content,) if isinstance(content, Finding) else parse_guide(content, entry, topics)


def parse_guide(
    content: bytes, entry: Entry, topics: Collection[str] | None = None
) -> Guide | tuple[Finding, ...]:
    """The guide in *content*; lines in findings are those of the file."""
    read = front_matter.split(content, entry)
    if not isinstance(read, front_matter.Headed):
        return read
    data = read.head.data
    if topics is not None and (wrong := tuple(_topics(read.head, topics))):
        return wrong
    return Guide(
        id=entry.stem,
        title=data["title"],
        summary=data["summary"],
        stage=data["stage"],
        questions=tuple(data["questions"]),
        activity=data["activity"],
        returning=data["returning"],
        topics=tuple(data.get("topics", ())),
        reading=tuple(Work(**work) for work in data.get("reading", ())),
        text=read.text,
    )


def _topics(head: Document, topics: Collection[str]) -> Iterator[Finding]:
    for index, topic in enumerate(head.data.get("topics", ())):
        if topic not in topics:
            message = f"Entry {index + 1} of `topics` must be a topic of site/programme.yaml, not '{topic}'."
            help = "Use the id of one of the programme's topics, or add the topic there."
            yield found("topic-unknown", head.locate("topics", index), message, help)


def named_guides(repository: Repository, round: Round, guides: Guides) -> Iterator[Finding]:
    """The guides that a round's calendar names: each once, and of those that are there.

    Where there are none at all, nothing is unknown: a round's repository need not hold the site.
    """
    entry = repository.round_file(round.id)
    source = parsed(repository, entry)
    if not isinstance(source, Document):
        return
    seen: set[str] = set()
    for index, event in enumerate(round.calendar):
        if event.guide is None:
            continue
        place = source.locate("calendar", index, "guide")
        if guides.there and event.guide not in guides.there:
            message = f"`guide` must be the name of a guide in site/guides, not '{event.guide}'."
            yield found("guide-unknown", place, message)
        if event.guide in seen:
            yield found(
                "guide-repeated", place, f"A round reads each guide once; '{event.guide}' stands further up."
            )
        seen.add(event.guide)
