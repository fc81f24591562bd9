"""The round's link key: made once, sealed to the coordinators, and opened to write mails with personal links."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from counterpart.files.documents import must
from counterpart.files.repository import Repository
from counterpart.files.yaml_write import dump
from counterpart.findings import UsageError
from counterpart.model import Round, RoundId
from counterpart.rounds.load import load_round
from counterpart.sealing import keyring
from counterpart.sealing.links import LinkKey, token
from counterpart.sealing.receipt import new_receipt, public_of
from counterpart.sealing.seal import NotOpened, open_sealed, seal

#: Links are good until so many days after the round's end: the last survey and the statement come then.
AFTER_THE_END = 35


def make_links(repository: Repository, round_id: RoundId) -> bool:
    """Make the link key of a round, in ``links.yaml``; False where there is one, which stays.

    It needs no private key, as sealing needs none. The private half is in memory here, and nowhere else in clear.
    """
    settings = load_round(repository, round_id).round
    if settings is None or settings.closed:
        raise UsageError(f"Round {round_id} is closed, or its settings cannot be read: 'counterpart check'.")
    entry = repository.links_file(round_id)
    if repository.exists(entry):
        return False
    if not settings.recipients:
        raise UsageError(f"Round {round_id} has no recipients yet; make keys with 'counterpart keys new'.")
    key = new_receipt()
    sealed = seal(key.private.encode("ascii"), settings.recipients)
    data = {"format": 1, "round": round_id, "public": key.public, "sealed": sealed}
    repository.write_all({entry.path: dump(data).encode("utf-8")})
    return True


def open_links(repository: Repository, round_id: RoundId, keys: Sequence[keyring.Key]) -> LinkKey | None:
    """The round's link key; None where there is none. A usage error where it does not open or is not whole."""
    entry = repository.links_file(round_id)
    if not repository.exists(entry):
        return None
    document = must(repository, entry)
    public = document.data["public"]
    if "sealed" not in document.data:
        raise UsageError(f"The link key of round {round_id} is destroyed: the round is closed.")
    try:
        private = open_sealed(document.data["sealed"], [each.private for each in keys]).decode("ascii")
        whole = public_of(private) == public
    except NotOpened:
        raise UsageError(f"'{entry.path}' does not open with this key.") from None
    except ValueError:
        whole = False
    if not whole:
        raise UsageError(f"'{entry.path}' was changed: its two halves do not belong together.")
    return LinkKey(round=round_id, public=public, private=private)


def expiry(round: Round) -> datetime:
    """Until when a link of the round is good, in UTC."""
    day = round.day("end")
    last = day + timedelta(days=AFTER_THE_END) if day else round.calendar[-1].date + timedelta(days=180)
    return datetime.combine(last, time(), UTC)


def address(round: Round, key: LinkKey | None, id: str, about: str) -> str | None:
    """A person's link to answer about something, ``pulse`` or a survey; None without a link key or a site."""
    if key is None or round.site is None:
        return None
    return f"{round.site}/apply/{round.id}/answer.html#{about}.{token(key, id, expiry(round))}"
