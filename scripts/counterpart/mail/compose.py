"""Letters from a round's data: who reads what, in words that each person can use at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from counterpart.files import ical
from counterpart.files.paths import LIMITS
from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.mail import template
from counterpart.mail.due import Due
from counterpart.mail.due_in_season import SURVEYS
from counterpart.mail.kinds import MailKind
from counterpart.mail.letter import Attachment, Letter
from counterpart.mail.link_key import address
from counterpart.mail.statements import checked_at
from counterpart.model import Applicant, Event, Guide, Profile, Round, RoundId, Wish
from counterpart.programme.guide_page import digest_parts
from counterpart.programme.guides import title_of
from counterpart.programme.public import Discussion
from counterpart.rounds.calendar import long_date
from counterpart.rounds.identity import Identity
from counterpart.sealing.links import LinkKey
from counterpart.world.hours import Clocks, Stretch, clock, clocks, span
from counterpart.world.names import names
from counterpart.world.zones import changes, offset, zone

#: Why somebody has no partner, said to the person; by the code in pairings.yaml.
_UNPAIRED: Mapping[str, str] = {
    "odd-number": "The number of people is odd, so one person stays without a partner. This time it is you.",
    "too-few-partners": "The people who could be your partner were needed by others who had fewer choices.",
}
_UNPAIRED_BY_RULE = (
    "There is nobody in this round who could be your partner under its rules: in another country, with a language "
    "in common, and not somebody whom you know already from an earlier round or from your work."
)

_NOON = 12 * 60
#: Stands for an id in a calendar that is made once and is then everybody's; as long as an id, and none.
_ANYBODY = b"UUUUUUUUUU"


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Everything that letters of one round are made from; sealed words are in it, so it shows none of itself."""

    round: Round
    people: Mapping[str, Applicant]
    identities: Mapping[str, Identity]
    partners: Mapping[str, Sequence[str]] = field(default_factory=dict)
    before: Collection[str] = ()  # those who had another partner in this round
    now: datetime | None = None  # the later of two calendar files is believed; None: that of the round's first day
    today: date | None = None  # in the round's zone: from it on count the dates of a pairing made later
    templates: Mapping[str, str] = field(default_factory=dict)  # the round's own, by kind
    links: LinkKey | None = None
    guides: Mapping[str, Guide] = field(default_factory=dict)
    discussions: Mapping[int, Discussion] = field(default_factory=dict)  # by the numbers of their mails
    recorded: Collection[str] = ()  # who wrote something for the statement
    statement: Callable[[str], Attachment] | None = None  # makes a person's statement
    _letters: dict[str, Letter] = field(default_factory=dict, init=False, repr=False)  # by their keys
    _calendars: dict[date | None, tuple[bytes, int]] = field(default_factory=dict, init=False, repr=False)

    def __repr__(self) -> str:
        """The round alone."""
        return f"Writer({self.round.id})"

    def letter(self, due: Due) -> Letter:
        """The letter that is *due*; a usage error where the round's own template cannot be used."""
        try:
            if due.key not in self._letters:  # every letter is written before the first is sent, and then again
                self._letters[due.key] = self.pressed(due)
            return self._letters[due.key]
        except template.TemplateFault as fault:
            if due.kind not in self.templates:
                raise  # nobody who coordinates can correct it
            raise UsageError(
                f"'{template_path(self.round.id, due.kind)}', line {fault.line}: {fault.message} Correct it, and "
                f"look at it with 'counterpart preview {self.round.id} {due.kind}'."
            ) from None

    def pressed(self, due: Due) -> Letter:
        """The letter that is *due*; ``TemplateFault`` where the template cannot be used."""
        source = self.templates.get(due.kind) or template.packaged(due.kind)
        attachments = (self._dates(due),) if due.kind == "introduction" else ()
        if due.kind == "statement" and self.statement is not None:
            attachments = (self.statement(due.id),)
        values = self.values(due)
        letter = template.press(due.key, source, values, self.round.title, attachments)
        stop = values.get("stop_link")
        return replace(letter, stop=stop if isinstance(stop, str) else None)

    def values(self, due: Due) -> dict[str, object]:
        """What the template of the letter that is *due* may use, as ``site/coordinators/mails.md`` lists it."""
        return self._common(due.id) | self._own(due)

    def to(self, id: str) -> tuple[str, str]:
        """The name and the address of a person."""
        identity = self.identities[id]
        return identity.name, identity.email

    def _common(self, id: str) -> dict[str, object]:
        contact = self.round.contact
        return {
            "me": {"id": id, "name": self.identities[id].name, "country": self._country(id)},
            "round": {
                "title": self.round.title,
                "closes": self._day("applications-close"),
                "introductions": self._day("introductions"),
                "ends": self._day("end"),
            },
            "answer_link": address(self.round, self.links, id, "pulse"),
            "contact": contact,
            "contact_link": contact if contact is None or contact.startswith("https://") else f"mailto:{contact}",
        }

    def _own(self, due: Due) -> dict[str, object]:
        if due.kind == "introduction":
            return {
                "partners": [self._partner(due.id, other) for other in self.partners[due.id]],
                "again": due.id in self.before,
                "later": due.number > 1,
                **self._hours(due),
                **self._first_guides(due),
            }
        if due.kind == "unpaired":
            because = _UNPAIRED.get(due.because or "", _UNPAIRED_BY_RULE)
            return {"because": because, "again": due.id in self.before}
        if due.kind in ("farewell", "parted"):
            return {}
        if due.kind == "statement":
            return {"recorded": due.id in self.recorded, "check_link": checked_at(self.round.site)}
        if due.kind == "discussion":
            return self._discussion(due)
        if due.kind in ("digest", "reminder", "survey", "goodbye"):
            return self._on_the_way(due)
        return {"because": due.because}

    def _first_guides(self, due: Due) -> dict[str, object]:
        """The guide for a first talk, and for a pairing made later also the one that the others read then."""
        topics = self._topics()
        since = self._since(due)
        now = None
        if since is not None:
            until_then = (each for each in topics[1:] if since < each.date + timedelta(days=14))
            now = min(until_then, key=lambda each: each.date, default=None)
        return self._guide("guide", topics[0] if topics else None) | self._guide("guide_now", now)

    def _guide(self, name: str, event: Event | None) -> dict[str, object]:
        """A guide of the calendar: its title, day and page, each missing where it is not known."""
        id = event.guide if event else None
        return {
            name: title_of(id, self.guides) if id else None,
            f"{name}_day": long_date(event.date) if event else None,
            f"{name}_link": self._guide_link(id),
        }

    def _guide_link(self, id: str | None) -> str | None:
        return f"{self.round.site}/guides/{id}/" if self.round.site and id else None

    def _topics(self) -> list[Event]:
        return [event for event in self.round.calendar if event.event == "topic" and event.guide]

    def _since(self, due: Due) -> date | None:
        """From which day on the dates of an introduction count; None: from the round's first."""
        return self.today if due.number > 1 else None

    def _on_the_way(self, due: Due) -> dict[str, object]:
        link = partial(address, self.round, self.links, due.id)
        if due.kind == "reminder":
            return {"partners": [self._partner(due.id, other) for other in self.partners[due.id]]}
        if due.kind == "survey":
            last = due.number == SURVEYS["end-survey"]
            return {"last": last, "survey_link": link("end-survey" if last else "mid-survey")}
        if due.kind == "goodbye":
            partnered = bool(self.partners.get(due.id))
            return {
                "partnered": partnered,
                "statement_link": link("statement") if partnered else None,
                "site": self.round.site,
            }
        topics = self._topics()
        name = topics[due.number - 1].guide if due.number <= len(topics) else None
        guide = self.guides.get(name or "")
        summary, questions = digest_parts(guide) if guide else ("", ())
        return {
            "partnered": bool(self.partners.get(due.id)),
            "guide": title_of(name or "a-discussion-guide", self.guides),
            "summary": summary,
            "questions": list(questions),
            "guide_link": self._guide_link(name),
            "stop_link": link("mails"),
        }

    def _discussion(self, due: Due) -> dict[str, object]:
        """One group discussion, at the reader's own time of day."""
        each = self.discussions[due.number]
        mine = each.starts.astimezone(zone(self.people[due.id].profile.time_zone))
        same = mine.date() == each.starts.date()
        site, guide = self.round.site, self.guides.get(each.guide or "")
        return {
            "discussion": {
                "title": each.title,
                "day": long_date(mine.date()),
                "time": f"{mine:%H:%M}",
                "utc": f"{each.starts:%H:%M}{'' if same else f' on {each.starts:%A}'}",
                "minutes": each.minutes,
                "host": each.host,
                "join": each.join,
                "link": each.link,
            },
            "discussion_link": f"{site}/rounds/{self.round.id}/{each.id}/" if site else None,
            "guide": guide.title if guide else None,
            "guide_link": self._guide_link(each.guide),
            "stop_link": address(self.round, self.links, due.id, "mails"),
        }

    def _partner(self, me: str, you: str) -> dict[str, object]:
        identity, profile = self.identities[you], self.people[you].profile
        return {
            "name": identity.name,
            "email": identity.email,
            "country": self._country(you),
            "sector": next(s.name for s in self.round.sectors if s.id == profile.sector),
            "career_stage": next(s.name for s in self.round.career_stages if s.id == profile.career_stage),
            "languages": _and([names().get(each, each) for each in profile.languages]),
            "employer": identity.shown("employer"),
            "about_me": identity.shown("about_me"),
            "shared": self._shared(self.people[me].profile, profile),
        }

    def _shared(self, mine: Profile, yours: Profile) -> list[str]:
        """What two people have in common, and what came of what the reader asked for."""
        topics = {topic.id: topic.name for topic in self.round.topics}
        both = [topics[each] for each in mine.interests if each in yours.interests]
        said = [f"You both want to talk about: {_and(both)}."] if both else []
        if not both:
            theirs = _and([topics[each] for each in yours.interests])
            said.append(f"You named other topics, and can show each other something new: {theirs}.")
        sectors = {each.id: each.name for each in self.round.sectors}
        stages = {each.id: each.name for each in self.round.career_stages}
        wish = mine.wishes.get
        said.append(_compared("kind of workplace", sectors, mine.sector, yours.sector, wish("sector")))
        said.append(_compared("career stage", stages, mine.career_stage, yours.career_stage, wish("career_stage")))
        common = [names().get(each, each) for each in mine.languages if each in yours.languages]
        if common:
            said.append(f"You can talk in {_and(common)}.")
        return said

    def _hours(self, due: Due) -> dict[str, object]:
        """What the clocks of the reader and the partners say, and when it is day for all of them."""
        periods = self._clocks(due)
        names = [self.identities[id].name for id in self.partners[due.id]]
        return {
            "clocks": [
                {"name": name, "time": clock(periods[0].other(_NOON, n))} for n, name in enumerate(names, start=1)
            ],
            "hours": [
                {
                    "since": long_date(period.since) if period is not periods[0] else None,
                    "never": not period.together(),
                    "spans": [_span(period, mine, names) for mine in period.together() or (period.least_bad(),)],
                }
                for period in periods
            ],
        }

    def _clocks(self, due: Due) -> tuple[Clocks, ...]:
        """How the clocks of the reader and the partners stand to each other until the round ends.

        The clocks of some are changed while a round lasts, and on other days than those of others.
        """
        zones = [self.people[id].profile.time_zone for id in (due.id, *self.partners[due.id])]
        first = self._since(due) or self.round.day("introductions") or self.round.calendar[0].date
        last = max(first, self.round.day("end") or first)
        changed = {day for zone in zones for day in changes(zone, first, last)}
        return clocks(lambda day: [offset(zone, day) for zone in zones], first, last, changed)

    def _dates(self, due: Due) -> Attachment:
        """The partnership's dates as a calendar file: no name is in it, as calendars are often shared.

        What was before a pairing made later is not in it.
        """
        since = self._since(due)
        if since not in self._calendars:
            self._calendars[since] = self._calendar(since)
        content, often = self._calendars[since]
        if content.count(_ANYBODY) != often:  # a line was broken inside it
            content = self._calendar(since, due.id.encode("ascii"))[0]
        content = content.replace(_ANYBODY, due.id.encode("ascii"))
        return Attachment(name="partnership.ics", type="text/calendar", content=content)

    def _calendar(self, since: date | None, id: bytes = _ANYBODY) -> tuple[bytes, int]:
        """The calendar file of the person *id*, and how many of its days are marked with the id."""
        titles = {
            "introductions": "Peer mentoring: write to your partner",
            "mid-survey": "Peer mentoring: a few questions, halfway",
            "end-survey": "Peer mentoring: a few questions, at the end",
            "end": "Peer mentoring: the round ends",
        }
        days = []
        for event in self.round.calendar:
            if since is not None and event.date < since:
                continue
            guide = title_of(event.guide, self.guides) if event.guide else "a discussion guide"
            title = f"Peer mentoring: {guide}" if event.event == "topic" else titles.get(event.event)
            if title is not None:
                url = self._guide_link(event.guide)
                what = f"{event.event}-{event.guide}" if event.guide else event.event
                uid = f"{self.round.id}-{what}-{id.decode('ascii')}@counterpart"
                days.append(ical.Day(uid=uid, date=event.date, title=title, url=url))
        first = datetime.combine(self.round.calendar[0].date, time(), UTC)
        return ical.calendar(days, name=None, stamp=self.now or first), len(days)

    def _country(self, id: str) -> str:
        return names()[self.people[id].profile.country]

    def _day(self, event: str) -> str:
        day = self.round.day(event)
        return long_date(day) if day else "a day that will be told"


def _compared(what: str, names: Mapping[str, str], mine: str, yours: str, wish: Wish | None) -> str:
    """A sentence on the same or another *what*, and whether that is what the reader asked for."""
    if mine == yours:
        return f"The same {what}: {names[mine]}{', as you asked' if wish is Wish.SIMILAR else ''}."
    asked = ", as you asked" if wish is Wish.DIFFERENT else ""
    return f"A different {what}: {names[mine]} (you), {names[yours]} (your partner){asked}."


def _span(clocks: Clocks, mine: Stretch, names: Sequence[str]) -> dict[str, object]:
    """A stretch of the reader's day, and what it is for each of the partners."""
    theirs = (Stretch(start=clocks.other(mine.start, n), length=mine.length) for n in range(1, len(names) + 1))
    return {
        "mine": span(mine),
        "theirs": [{"name": name, "time": span(each)} for name, each in zip(names, theirs, strict=True)],
    }


def own_templates(repository: Repository, round_id: RoundId) -> dict[str, str]:
    """The round's own templates, by kind; a usage error for a file that is none."""
    found: dict[str, str] = {}
    for name, content in repository.templates(round_id).items():
        kind = name.removesuffix(".md.j2")
        path = template_path(round_id, kind)
        if kind not in set(MailKind) or kind == name:
            raise UsageError(
                f"'{path.rpartition('/')[0]}/{name}' must be named as a kind of mail: {', '.join(MailKind)}."
            )
        if len(content) >= LIMITS["template"]:
            raise UsageError(f"'{path}' must be smaller: a mail's template has at most a few pages.")
        try:
            found[kind] = content.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            raise UsageError(f"'{path}' must be UTF-8; save it as such.") from None
    return found


def template_path(round_id: RoundId, kind: str) -> str:
    """Where a round's own template of a kind lies."""
    return f"rounds/{round_id}/mails/{kind}.md.j2"


def _and(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]
