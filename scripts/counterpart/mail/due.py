"""Which mail is due to whom: a function of the round's files, so that it can be asked again after any stop.

What was sent already is the ledger's business; here stands what should have been sent by now, once each.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from counterpart.mail.kinds import MailKind
from counterpart.model import Decisions, Proposal, Roll, Status
from counterpart.rounds.mail_log import MailKey
from counterpart.rounds.partnerships import left, partnerships

#: Where somebody stands on the roll -> the e-mail that says so.
OF_STATUS = {
    Status.ADMITTED: MailKind.ACCEPTED,
    Status.WAITING: MailKind.WAITING,
    Status.DUPLICATE: MailKind.NOT_ADMITTED,
    Status.INELIGIBLE: MailKind.NOT_ADMITTED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One mail to one person. Mails of one *group* are sent one right after the other, or none of them."""

    kind: MailKind
    id: str
    number: int = 1  # of the proposal that it follows from
    group: str
    because: str | None = None  # the code of the reason, where the mail gives one

    @property
    def key(self) -> str:
        """What the mail is known by, in the ledger and in its Message-ID: ``introduction/7GQ2MK4XHN/1``."""
        return f"{self.kind}/{self.id}/{self.number}"


def on_admission(applied: Iterable[str], roll: Roll | None) -> tuple[Due, ...]:
    """What is due to those who *applied* and have not withdrawn: before there is a roll, that it arrived."""
    if roll is None:
        return tuple(Due(kind=MailKind.RECEIVED, id=id, group=id) for id in sorted(applied))
    return tuple(
        Due(kind=kind, id=id, group=id, because=place.reason)
        for id, place in sorted(roll.people.items())
        if (kind := OF_STATUS.get(place.status)) is not None
    )


def on_introduction(
    proposal: Proposal, number: int = 1, had_partner: Collection[str] | None = None
) -> tuple[Due, ...]:
    """What is due when a proposal is approved: partners next to each other, then those without a partner.

    In a rematch only those who *had_partner* hear that there is none now: the others have heard it before.
    """
    introductions = tuple(
        Due(kind=MailKind.INTRODUCTION, id=id, number=number, group="+".join(pair.people))
        for pair in sorted(proposal.pairs, key=lambda pair: pair.people)
        for id in pair.people
    )
    alone = tuple(
        Due(kind=MailKind.UNPAIRED, id=each.id, number=number, group=each.id, because=each.because)
        for each in sorted(proposal.unpaired, key=lambda each: each.id)
        if had_partner is None or each.id in had_partner
    )
    return introductions + alone


def on_ending(
    proposals: Mapping[int, Proposal],
    decisions: Decisions,
    withdrawn: Collection[str],
    here: Collection[str],
) -> tuple[Due, ...]:
    """What is due when partnerships end: a word of thanks to who leaves, and to each partner that we look again.

    The number is that of the pairing that brought the two together, so that everybody hears it once. Who is
    removed for conduct hears it from a coordinator, in that one's own words.
    """
    latest = max(proposals, default=0)
    numbers = {id: number for number, proposal in sorted(proposals.items()) for id in proposal.partners}
    told_otherwise = {each.id for each in decisions.ended if each.reason == "conduct"} | decisions.removed_ids
    gone = left(decisions, latest + 1) | set(withdrawn)
    standing = partnerships(proposals, decisions, set(here) - gone, latest + 1)
    together = {id for each in standing for id in each.people}
    alone = numbers.keys() & {*here} - together
    ended = {id: MailKind.FAREWELL if id in gone else MailKind.PARTED for id in alone}
    return tuple(
        Due(kind=kind, id=id, number=numbers[id], group=id)
        for id, kind in sorted(ended.items())
        if kind is MailKind.PARTED or id not in told_otherwise
    )


def already_otherwise(due: Iterable[Due], number: int, groups: Mapping[str, str]) -> tuple[str, ...]:
    """The ids of those who were introduced to others than *due* says; *groups*: the ledger's, by key.

    They know each other by now: for them another pairing is not an introduction, but the end of a partnership.
    """
    now = {each.key: each.group for each in due}
    written = ((MailKey.of(key), key, group) for key, group in groups.items())
    return tuple(
        sorted(
            mail.person
            for mail, key, group in written
            if mail.kind == "introduction" and mail.number == number and now.get(key) != group
        )
    )
