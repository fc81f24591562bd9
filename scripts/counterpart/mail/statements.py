"""Statements of participation: a page for each person, signed, and the page on which anybody can check one."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources

from counterpart.files.documents import maybe
from counterpart.files.git import Git
from counterpart.files.repository import Repository
from counterpart.files.templates import page
from counterpart.findings import UsageError
from counterpart.mail.link_key import open_links
from counterpart.mail.statement import Statement, statement_bytes, statement_data
from counterpart.model import Guide, Round, RoundId
from counterpart.programme.guides import load_guides
from counterpart.programme.load import load_programme
from counterpart.programme.public import Programme
from counterpart.rounds.answer import About, Answer, latest
from counterpart.rounds.contact_report import introduced, said, settings_of, standing
from counterpart.rounds.load import Loaded, load_round
from counterpart.rounds.mail_log_branch import MailLogBranch
from counterpart.rounds.open_sealed import open_all
from counterpart.sealing import keyring
from counterpart.sealing.links import LinkKey
from counterpart.sealing.receipt import sign, verify
from counterpart.sealing.signed import canonical
from counterpart.world.zones import zone

#: The folder of the checking page on the site.
FOLDER = "statements"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """One person's statement, ready to be sent or printed. It shows none of itself."""

    id: str
    html: str
    payload: str  # the statement with its signature, as the checking page reads it

    def __repr__(self) -> str:
        """Whose, by id."""
        return f"Issued({self.id})"


def statements(
    repository: Repository, round_id: RoundId, key: str | None, now: datetime, ids: Sequence[str] = ()
) -> tuple[Issued, ...]:
    """The statements of *ids*, or of everybody who has a partner at the end of the round.

    A usage error before the round's last day, and without a link key: nothing could be signed.
    """
    loaded = load_round(repository, round_id)
    settings = settings_of(loaded)
    end = settings.day("end")
    today = now.astimezone(zone(settings.zone)).date()
    if end is None or today < end:
        raise UsageError(
            f"Statements are written from the round's last day on, {end or 'which the calendar lacks'}."
        )
    keys = keyring.for_round(round_id, settings.sample, key)
    links = open_links(repository, round_id, keys)
    if links is None:
        raise UsageError(
            f"Round {round_id} has no link key, so nothing can be signed: 'counterpart links {round_id}'."
        )
    began = first_days(repository, loaded)
    wanted = [id for id in (ids or sorted(began)) if id in began]
    if without := sorted(set(ids) - set(wanted)):
        raise UsageError(
            f"No statement can be written for {', '.join(without)}: no partner at the end of the round."
        )
    answers = records(said(repository, loaded, key).answers)
    guides = load_guides(repository).guides
    programme = load_programme(repository)
    opened = open_all(repository, round_id, wanted, keys, lambda: None)
    return tuple(
        issue(
            settings,
            links,
            each.id,
            each.identity.name,
            began[each.id],
            end,
            today,
            answers,
            guides,
            programme,
        )
        for each in opened
        if each.identity is not None
    )


def first_days(repository: Repository, loaded: Loaded) -> dict[str, date]:
    """Everybody who has a partner now, with the day of the person's first introduction in the round's zone."""
    assert loaded.round is not None
    ledger = MailLogBranch(Git(repository.root), loaded.id).known()
    here = {id for each in standing(loaded, ledger) for id in each.people}
    first: dict[str, date] = {}
    for (id, _), moment in introduced(ledger).items():
        day = moment.astimezone(zone(loaded.round.zone)).date()
        if id in here:
            first[id] = min(day, first.get(id, day))
    return first


def records(given: Sequence[Answer]) -> Mapping[str, Answer]:
    """What each person recorded for the statement: the latest counts."""
    return latest(given, About.STATEMENT)


def issue(
    settings: Round,
    links: LinkKey,
    id: str,
    name: str,
    began: date,
    ended: date,
    issued: date,
    answers: Mapping[str, Answer],
    guides: Mapping[str, Guide],
    programme: Programme | None = None,
) -> Issued:
    """One signed statement, as a page that prints well. Who issues it stands there where *programme* is known."""
    mine = answers.get(id)
    told = [guides[each].title if each in guides else each for each in (mine.guides if mine else ())]
    statement = Statement(
        round=settings.id,
        title=settings.title,
        name=name,
        began=began,
        ended=ended,
        issued=issued,
        hours=mine.hours if mine else None,
        guides=told,
        reflection=mine.reflection if mine else None,
        points=settings.points,
        programme=programme.name if programme else None,
        association=programme.association if programme else None,
        contact=programme.contact if programme else None,
    )
    data = statement_data(statement)
    signed = {"statement": data, "signature": sign(links.private, statement_bytes(data))}
    payload = base64.urlsafe_b64encode(canonical(signed)).decode("ascii").rstrip("=")
    check = checked_at(settings.site or (programme.site if programme else None))
    html = page(
        "mail/pages/statement.html.j2",
        s=statement,
        check=check,
        link=f"{check}#{payload}" if check else None,
        payload=payload,
        key=links.public,
    )
    return Issued(id=id, html=html, payload=payload)


def checked_at(site: str | None) -> str | None:
    """The address of the page on which statements are checked, where the programme's *site* is known."""
    return f"{site}/{FOLDER}/" if site else None


def is_genuine(payload: str, public: str) -> bool:
    """Whether a statement, as the checking page reads it, was signed with the private half of *public*."""
    try:
        signed = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return verify(public, signed["signature"], statement_bytes(signed["statement"]))
    except (ValueError, KeyError, TypeError):
        return False


def checking_page(repository: Repository) -> dict[str, bytes]:
    """The site's page on which anybody can check a statement, with the public keys of all rounds."""
    keys: dict[str, str] = {}
    for round_id in repository.rounds()[0]:
        document = maybe(repository, repository.links_file(round_id))
        if document is not None:
            keys[round_id] = document.data["public"]
    packaged = resources.files("counterpart").joinpath("intake", "page")
    embedded = json.dumps(keys, separators=(",", ":"))
    return {
        f"{FOLDER}/apply.css": packaged.joinpath("apply.css").read_bytes(),
        f"{FOLDER}/statement.js": packaged.joinpath("statement.js").read_bytes(),
        f"{FOLDER}/index.html": page("mail/pages/check-statement.html.j2", keys=embedded).encode("utf-8"),
    }
