"""Where a round stands, in numbers: from names of files and the few headers, without opening an application."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from counterpart.files.documents import maybe
from counterpart.files.git import Git
from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.lifecycle.agenda import Standing
from counterpart.mail.due import OF_STATUS, on_ending
from counterpart.model import Basis, Digest, Place, Proposal, Round, Status
from counterpart.programme.load import discussions_of
from counterpart.rounds.headers import Headers, files_of_people, headers
from counterpart.rounds.mail_log import Line, State
from counterpart.rounds.mail_log_branch import MailLogBranch
from counterpart.rounds.partnerships import decisions_digest, left, named, partnerships
from counterpart.world.zones import zone

_TAKES_PART = (Status.ADMITTED, Status.WAITING)


def standing_of(repository: Repository, round: Round) -> Standing:
    """Where *round* stands, as this copy of the repository knows; nobody is asked."""
    head = headers(repository, round)
    mails = _mails(repository, round)
    statuses = _statuses(head)
    states = Counter(mail.state for mail in mails)
    ending = _ending(head, mails)
    people = head.roll.people if head.roll else {}
    return Standing(
        number=head.latest,
        introduced=bool(_introduced(mails)),
        free=ending.free,
        untold=ending.untold,
        partnered=ending.partnered,
        links=repository.exists(repository.links_file(round.id)),
        guides={mail.mail.number for mail in mails if mail.mail.kind == "digest"},
        discussions=_discussions(repository, round),
        report=repository.exists(repository.report_file(round.id)),
        keys_left=_keys_left(repository, round) if round.closed else (),
        unremoved=sum(1 for _ in files_of_people(repository, round.id)) if round.closed else 0,
        recipients=len(round.recipients),
        draw=bool(round.draw.strip()),
        applications=len(head.applied),
        withdrawn_on_roll=sum(_status(people, id) is Status.ADMITTED for id in head.withdrawn),
        admitted=statuses["accepted"] if head.roll else None,
        waiting=statuses["waiting"],
        questions=head.roll.questions if head.roll else 0,
        proposal=bool(head.proposals),
        outdated=_outdated(head),
        approved=_approved(head),
        due={**statuses, **_due(head)},
        sent=_sent(mails, head.latest),
        doubtful=states[State.UNKNOWN],
        returned=states[State.REFUSED] + states[State.BOUNCED],
    )


def _status(people: Mapping[str, Place], id: str) -> Status | None:
    place = people.get(id)
    return place.status if place else None


def _statuses(head: Headers) -> Counter[str]:
    """How many people the roll has for each of the e-mails that say where somebody stands."""
    places = head.roll.people.values() if head.roll else ()
    return Counter(OF_STATUS[place.status] for place in places if place.status in OF_STATUS)


def _due(head: Headers) -> dict[str, int]:
    """How many e-mails follow from the latest proposal. In a rematch, who had no partner before was told."""
    proposal = head.proposals.get(head.latest)
    if proposal is None:
        return {}
    had_partner = {id for n, each in head.proposals.items() if n < head.latest for id in each.partners}
    return {
        "introduction": len(proposal.partners),
        "unpaired": sum(head.latest == 1 or each.id in had_partner for each in proposal.unpaired),
    }


def _outdated(head: Headers) -> bool:
    """Whether the latest proposal was made from something that has changed since.

    Of the pool of a rematch only who is in it is looked at: more would need the applications.
    """
    proposal = head.proposals.get(head.latest)
    if proposal is None:
        return False
    now, made = _basis(head, proposal.inputs.pool), proposal.inputs
    others = head.latest > 1 and named(proposal) != _without(head, head.proposals, head.latest, _TAKES_PART)
    return others or (made.pool, made.round, made.decisions) != (now.pool, now.settings, now.decisions)


def _approved(head: Headers) -> bool | None:
    """Whether the latest proposal is approved as everything is now; None where nobody approved it."""
    if head.approval is None or not head.proposals:
        return None
    return not head.approval.changed(_basis(head, head.approval.basis.pool))


def _basis(head: Headers, pool_then: Digest | None) -> Basis:
    """What an approval must rest on now; the pool of a rematch is taken to be the one that it was then."""
    of_roll = head.roll.pool if head.roll else None
    return Basis(
        proposal=head.digest,
        pool=of_roll if head.latest == 1 else pool_then,
        settings=head.round.digest,
        decisions=decisions_digest(head.decisions, head.latest),
    )


def _mails(repository: Repository, round: Round) -> tuple[Line, ...]:
    try:
        return tuple(MailLogBranch(Git(repository.root), round.id).known().values())
    except UsageError:
        return ()


def _introduced(mails: Sequence[Line]) -> frozenset[int]:
    """The numbers of the pairings by which somebody was introduced."""
    return frozenset(mail.mail.number for mail in mails if mail.mail.kind == "introduction")


def _sent(mails: Sequence[Line], number: int) -> dict[str, int]:
    """How many mails of each kind went: of introductions those of the pairing *number*, of surveys each apart."""
    counts: Counter[str] = Counter()
    for mail in mails:
        kind, _, counted_by = mail.mail
        if mail.state is State.SENT and (kind not in ("introduction", "unpaired") or counted_by == number):
            counts[kind] += 1
            counts[f"{kind} {counted_by}"] += 1
    return dict(counts)


def _without(
    head: Headers, proposals: Mapping[int, Proposal], number: int, statuses: Collection[Status]
) -> set[str]:
    """Those of the roll, with one of these *statuses*, who have no partner when the pairing *number* is made."""
    if head.roll is None:
        return set()
    standing = partnerships(proposals, head.decisions, head.here, number)
    busy = {id for each in standing for id in each.people} | left(head.decisions, number)
    return {id for id in head.here - busy if _status(head.roll.people, id) in statuses}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ending:
    """After the introductions: people who may get a partner, who must be told of an end, who have a partner."""

    free: int = 0
    untold: int = 0
    partnered: int = 0


def _ending(head: Headers, mails: Sequence[Line]) -> _Ending:
    """The people whose partnerships end.

    Nobody counts as free if everyone without a partner was already in the last pairing and could not be paired.
    """
    introduced = _introduced(mails)
    if not introduced or not head.proposals:
        return _Ending()
    known = {number: each for number, each in head.proposals.items() if number in introduced}
    last = max(known, default=1)
    free = _without(head, known, last + 1, (Status.ADMITTED,))
    waiting = _without(head, known, last + 1, (Status.WAITING,))
    in_vain = {each.id for each in head.proposals[head.latest].unpaired}
    heard = {mail.key for mail in mails if mail.state is not State.LATER}
    due = on_ending(known, head.decisions, head.withdrawn, head.applied)
    together = partnerships(known, head.decisions, head.here, last + 1)
    return _Ending(
        free=0 if head.latest > last or free | waiting <= in_vain else len(free),
        untold=sum(each.key not in heard for each in due),
        partnered=sum(len(each.people) for each in together),
    )


def _discussions(repository: Repository, round: Round) -> tuple[tuple[str, date], ...]:
    try:
        found = discussions_of(repository, round)
    except UsageError:
        return ()  # 'check' says what is wrong with them; the rest of the round is still due
    return tuple((each.title, each.starts.astimezone(zone(round.zone)).date()) for each in found)


def _keys_left(repository: Repository, round: Round) -> tuple[str, ...]:
    register = maybe(repository, repository.keys_file(round.id))
    return tuple(line["by"] for line in (register.data["keys"] if register else ()) if "destroyed" not in line)
