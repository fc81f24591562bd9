"""The vocabulary: what a programme's files say, as frozen values.

This module knows no file, no clock and no rule; every floor of the package may use it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import combinations
from typing import NewType

#: "sha256:…" over the canonical form of some data. Where there is nothing, there is None.
Digest = NewType("Digest", str)
#: Such as "2027-1".
RoundId = NewType("RoundId", str)


class Wish(StrEnum):
    """What a person asks of a partner in one matter."""

    SIMILAR = "similar"
    DIFFERENT = "different"
    ANY = "any"


class Status(StrEnum):
    """Where a person stands on the roll."""

    ADMITTED = "admitted"
    WAITING = "waiting"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    INELIGIBLE = "ineligible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What one application says in closed vocabularies: nothing in it names a person."""

    country: str  # ISO 3166-1 alpha-2
    time_zone: str  # IANA
    languages: tuple[str, ...]  # BCP 47
    sector: str  # id of a sector of the round
    career_stage: str  # id of a career stage of the round
    interests: tuple[str, ...]  # ids of topics of the round, most wanted first
    wishes: Mapping[str, Wish]  # keys: "sector", "career_stage"; a missing key means any
    membership: str  # "member" or "not-member", as claimed
    returning: bool
    code_of_conduct: str  # version accepted


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """One application in its latest form."""

    id: str  # Crockford base32, ten characters
    received: datetime  # UTC; of the first form, whatever was corrected since
    profile: Profile
    digest: Digest  # over the latest form's data that came in time; sealing it again does not change it
    changed: datetime | None = None  # UTC; when the latest form arrived


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic that applicants may name as an interest."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector:
    """A kind of workplace."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CareerStage:
    """A career stage: on the scale (``step``), or beside it with stated ``distances`` to the others."""

    id: str
    name: str
    step: int | None = None
    distances: Mapping[str, int] = field(default_factory=dict)  # other stage's id -> distance


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One dated line of a round's calendar; the date is read in the round's zone."""

    date: date
    event: str  # one of EVENTS
    guide: str | None = None  # of a "topic" event


#: The kinds of event, in the order in which a round passes through them.
#: ``topic`` comes again and again; the others come once.
EVENTS = (
    "members-apply",
    "everyone-applies",
    "applications-close",
    "matching",
    "introductions",
    "topic",
    "mid-survey",
    "end-survey",
    "end",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Something worth reading."""

    title: str
    author: str
    year: int
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """A discussion guide: what stands above its text, and the text, which is Markdown."""

    id: str
    title: str
    summary: str
    stage: str  # "first", "middle" or "last"
    questions: tuple[str, ...]
    activity: str
    returning: str  # for those who were in the programme before
    topics: tuple[str, ...] = ()
    reading: tuple[Work, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Which pairs may exist. Two different countries is always a rule and so has no switch here."""

    shared_language: bool = True
    past_partner: bool = True  # True: never again
    same_employer: bool = True  # True: never together
    time_difference: int | None = None  # hours, the largest allowed; None: any


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Points at stake in each criterion, seen from one person's side. Integers, 0 to 1000."""

    interests: int = 100  # for the first-named interest, if the partner has it too
    rarity: int = 50  # per cent more for the rarest topic of the pool, in proportion between
    sector: int = 60
    career_stage: int = 60
    hours: int = 40
    languages: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round's settings, as its coordinators wrote them."""

    id: RoundId
    title: str
    zone: str  # IANA; the calendar's dates are days in this zone
    calendar: tuple[Event, ...]
    topics: tuple[Topic, ...]
    sectors: tuple[Sector, ...]
    career_stages: tuple[CareerStage, ...]
    draw: str  # fixed before applications open; joins the pool's digest as the seed of the tie-break
    code_of_conduct: str  # the version to be accepted
    recipients: tuple[str, ...] = ()  # age public keys of the coordinators
    rules: Rules = Rules()
    weights: Weights = Weights()
    acceptable: int = 150  # points as one person sees them; below it a partner is not good enough
    country_cap: int = 20  # per cent
    threes: bool = False
    closed: bool = False
    sample: bool = False  # made up, so it may use the demonstration keys
    site: str | None = None  # the https address of the programme's site
    points: str | None = None  # the association's words on professional-development points, for statements
    contact: str | None = None  # an e-mail address or a page's https address, shown to applicants
    digest: Digest = Digest("")  # over the settings on which a pairing depends

    def day(self, event: str) -> date | None:
        """The date of the first *event* in the calendar, or None when it has none."""
        return next((e.date for e in self.calendar if e.event == event), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One person's line on the roll, with the facts that rules need and that are sealed elsewhere."""

    status: Status
    reason: str | None = None  # a code
    place: int | None = None  # order of arrival among the admitted
    digest: Digest | None = None  # of the application that was admitted
    employer: str | None = None  # an opaque group of this round: "g14"
    past: tuple[str, ...] = ()  # ids, in this round, of former partners
    perhaps: tuple[str, ...] = ()  # ids of those who may have the same employer: nobody has answered yet
    carried_over: bool = False  # got no partner in an earlier round


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """Who takes part: written by ``admit``."""

    round: RoundId
    pool: Digest
    people: Mapping[str, Place]
    applicants: int = 0  # the people whom the country cap counts; 0 where the roll does not say
    generation: int = 1  # one more each time that the admitted pool changed
    questions: int = 0  # about employers and people that look alike, which nobody has answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """A coordinator's word on two applications: whether they are *same* in what is sealed, or not."""

    people: tuple[str, ...]
    same: bool
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What coordinators confirmed about people whose words are sealed."""

    round: RoundId
    employers: tuple[Likeness, ...] = ()  # whether the two have the same employer
    people: tuple[Likeness, ...] = ()  # whether the two are the same person


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A coordinator's word on two people (a pin, a forbid) or on one (a removal, an exception)."""

    people: tuple[str, ...]
    by: str
    reason: str  # a code


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The end of one person's partnership, without blame: who leaves the round, or goes on with somebody else."""

    id: str
    leaves: bool  # False: the person stays, and gets a new partner like the other one
    by: str
    reason: str  # a code
    before: int  # the pairing before which it counts: 2 for the first rematch
    ban: bool = False  # may not take part in later rounds, while this is remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What coordinators decided about a round's pairs; where there is no file of them, nothing.

    ``digest`` covers all but ``ended``: what ended after an introduction does not touch what was decided before.
    """

    round: RoundId
    pins: tuple[Decision, ...] = ()
    forbids: tuple[Decision, ...] = ()
    removed: tuple[Decision, ...] = ()
    #: why a proposal that was changed by hand stands although it is not the best: one decision, no people
    overrule: Decision | None = None
    ended: tuple[Ended, ...] = ()
    digest: Digest | None = None

    @property
    def removed_ids(self) -> frozenset[str]:
        """Everybody whom a coordinator removed."""
        return frozenset(id for decision in self.removed for id in decision.people)

    @property
    def named_ids(self) -> frozenset[str]:
        """Everybody whom a decision names."""
        lines = (*self.pins, *self.forbids, *self.removed)
        return frozenset(id for decision in lines for id in decision.people) | {each.id for each in self.ended}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a proposal was made from, as digests."""

    pool: Digest
    round: Digest  # of its settings
    decisions: Digest | None
    previous: Digest | None
    engine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """All that an approval rests on, as digests: when one of them changes, it is void."""

    proposal: Digest | None
    pool: Digest | None
    settings: Digest | None
    decisions: Digest | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A coordinator's word that a proposal may be introduced, and what it was given for."""

    round: RoundId
    basis: Basis
    by: str

    def changed(self, now: Basis) -> tuple[str, ...]:
        """The parts of the basis that are not what they were; none while the approval is good."""
        return tuple(part for part in Basis.__slots__ if getattr(self.basis, part) != getattr(now, part))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two people, or three where the round allows it, with each one's points by criterion."""

    people: tuple[str, ...]  # sorted
    points: Mapping[str, Mapping[str, int]]  # id -> criterion -> points as this person sees them


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpaired:
    """One person without a partner, and the code of the reason."""

    id: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The contents of ``pairings.yaml``."""

    round: RoundId
    inputs: Inputs
    pairs: tuple[Pair, ...]
    unpaired: tuple[Unpaired, ...]

    @property
    def partners(self) -> dict[str, tuple[str, ...]]:
        """Everybody in a pair or a three, with the others in it."""
        return partners_in(pair.people for pair in self.pairs)


def partners_in(groups: Iterable[tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Everybody in one of the *groups* of partners, with the others in it."""
    return {id: tuple(other for other in people if other != id) for people in groups for id in people}


def two_by_two(people: Iterable[str]) -> list[tuple[str, str]]:
    """Every two of the people of a pair or a three, in the order given."""
    return list(combinations(people, 2))
