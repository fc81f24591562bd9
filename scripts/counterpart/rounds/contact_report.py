"""The pulse: how partnerships go, from what people answered; and a coordinator's own line for a person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from counterpart.files.git import Git
from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.model import Decisions, Proposal, Round, RoundId
from counterpart.moments import moment_of
from counterpart.rounds.answer import About, Answer, is_answer
from counterpart.rounds.build import Data
from counterpart.rounds.contact import Pulse, Word, contact_at
from counterpart.rounds.headers import open_headers
from counterpart.rounds.load import Loaded, load_round
from counterpart.rounds.mail_log import Ledger, State, begun
from counterpart.rounds.mail_log_branch import MailLogBranch
from counterpart.rounds.partnerships import Partnership, partnerships
from counterpart.rounds.responses import answers, written_down
from counterpart.sealing import keyring
from counterpart.sealing.seal import NotOpened
from counterpart.world.zones import zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The pulse, who answers for how many, and the files that do not open."""

    pulse: Pulse
    answers: int
    stopped: int  # people who want no guides and reminders by mail
    shut: tuple[str, ...]


def take_pulse(repository: Repository, round_id: RoundId, key: str | None, now: datetime) -> Taken:
    """The pulse of a round at the moment *now*, as this copy of the repository knows; nobody is asked."""
    seen = open_headers(repository, round_id)
    given = opened(repository, seen.round, key)
    ledger = MailLogBranch(Git(repository.root), round_id).known()
    today = now.astimezone(zone(seen.round.zone)).date()
    together = _standing(seen.proposals, seen.decisions, seen.here, ledger)
    return Taken(
        pulse=contact_at(together, introduced(ledger), words(given.answers), now, today),
        answers=len(given.answers),
        stopped=len(stopped(given.answers)),
        shut=given.shut,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was answered in a round so far, by arrival, and the files that do not open."""

    answers: tuple[Answer, ...]
    shut: tuple[str, ...]


def said(repository: Repository, loaded: Loaded, key: str | None) -> Given:
    """Every answer of a round, opened; a usage error where not one opens."""
    return opened(repository, settings_of(loaded), key)


def opened(repository: Repository, settings: Round, key: str | None) -> Given:
    """The same, of a round of which only the settings are known; without answers no key is needed."""
    if not repository.responses(settings.id)[0]:
        return Given(answers=(), shut=())
    keys = keyring.for_round(settings.id, settings.sample, key)
    try:
        good, shut = answers(repository, settings.id, [each.private for each in keys])
    except NotOpened:
        raise UsageError(
            "No answer of this round opens with this key: it is another round's or coordinator's."
        ) from None
    return Given(answers=tuple(good), shut=tuple(shut))


def settings_of(loaded: Loaded) -> Round:
    """The settings of a round that is under way; a usage error where there are none."""
    if loaded.round is None or loaded.round.closed:
        raise UsageError(f"Round {loaded.id} is closed, or its settings cannot be read: 'counterpart check'.")
    return loaded.round


def standing(loaded: Loaded, ledger: Ledger) -> tuple[Partnership, ...]:
    """The partnerships that stand now; of a pairing by which nobody was introduced yet, none."""
    return _standing(loaded.proposals, loaded.decisions, {person.id for person in loaded.applicants}, ledger)


def _standing(
    proposals: Mapping[int, Proposal], decisions: Decisions, here: Collection[str], ledger: Ledger
) -> tuple[Partnership, ...]:
    done = begun_pairings(proposals, ledger)
    return partnerships(done, decisions, here, max(done, default=0) + 1)


def begun_pairings(proposals: Mapping[int, Proposal], ledger: Ledger) -> dict[int, Proposal]:
    """The pairings of which introductions have begun, by their numbers."""
    return {number: proposal for number, proposal in proposals.items() if begun(ledger, number)}


def introduced(ledger: Ledger) -> dict[tuple[str, int], datetime]:
    """When the mail about a pairing went to a person."""
    found = {}
    for line in ledger.values():
        mail = line.mail
        if mail.kind == "introduction" and line.state in (State.SENT, State.BOUNCED, State.REFUSED):
            found[mail.person, mail.number] = moment_of(line.at)
    return found


def words(given: Iterable[Answer]) -> list[Word]:
    """What was said about how it goes, of all answers."""
    return [
        Word(id=each.id, received=each.received, said=each.said, until=each.until)
        for each in given
        if each.about is About.CONTACT and each.said is not None
    ]


def stopped(given: Sequence[Answer]) -> frozenset[str]:
    """Who wants no guides and reminders by mail: the latest word of each counts."""
    latest = {each.id: each.mails for each in given if each.mails is not None}
    return frozenset(id for id, wish in latest.items() if wish == "stopped")


def note(repository: Repository, round_id: RoundId, id: str, data: Data, *, by: str, now: datetime) -> str:
    """Write down, sealed, what a person said to a coordinator; the path of the file.

    Needs no private key: it is sealed to the round's recipients, like an answer that was sent.
    """
    loaded = load_round(repository, round_id)
    settings = settings_of(loaded)
    if loaded.roll is None or id not in loaded.roll.people:
        raise UsageError(f"'{id}' is not on the roll of round {round_id}.")
    answer = {"format": 1, "round": round_id, "id": id, **data}
    if not is_answer(answer):
        raise UsageError("This cannot be written down: a note has at most 400 characters, a day is 2027-04-12.")
    entry, content = written_down(round_id, by, now, answer, settings.recipients)
    repository.write_all({entry.path: content})
    return str(entry.path)
