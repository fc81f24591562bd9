"""Make the page on which people apply: static files from the round's settings, with no second list of anything."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import resources
from typing import TypedDict
from urllib.parse import urlsplit

from counterpart.files.progress import Progress, counting
from counterpart.files.repository import Repository
from counterpart.files.templates import page
from counterpart.findings import Finding, Severity, UsageError
from counterpart.model import Guide, Round, RoundId
from counterpart.moments import moment_text
from counterpart.programme.guides import load_guides, title_of
from counterpart.rounds.check_application import Windows, windows
from counterpart.rounds.load import load_round
from counterpart.sealing.demo_keys import DEMONSTRATION_RECIPIENTS
from counterpart.site import published
from counterpart.world import places
from counterpart.world.zones import zone

# An address without anything that has a meaning in a policy, in HTML or after the path.
# Brackets are looked at here, as each Python takes other things in them for the name of a host.
_ADDRESS = re.compile(
    r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+(:[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+)?\])(:[0-9]*)?(/[A-Za-z0-9._~/-]*)?"
)

FILES = ("apply.js", "answer.js", "worker.js", "apply.css")

#: The page's mark: a hue for each partner, and what they share. It is seen on light and on dark.
_ICON = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>"
    "<path fill='#2f7fb0' d='M1 3h7a13 13 0 0 1 0 26H1z'/><path fill='#c9632f' d='M31 3h-7a13 13 0 0 0 0 26h7z'/>"
    "<path fill='#6d4566' d='M16 5.75a13 13 0 0 1 0 20.5a13 13 0 0 1 0-20.5z'/></svg>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the round's settings do not say."""

    relay: str | None = None  # the relay's address; without it, people send the file themselves
    conduct: str | None = None  # where the code of conduct can be read
    pretend_now: datetime | None = None  # of a sample: the moment, in UTC, that the page takes for now


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The page's files by their paths; or what stands in the way of it."""

    findings: tuple[Finding, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)


def form(repository: Repository, round_id: RoundId, options: Options, *, report: Progress) -> Form:
    """The application page of a round; a usage error when the round is not there or an option is not right."""
    _check_address(options.relay, "--relay")
    _check_address(options.conduct, "--conduct")
    loaded = load_round(repository, round_id, counting(report))
    place = repository.round_file(round_id).path
    errors = (finding for finding in loaded.findings if finding.severity is Severity.ERROR)
    wrong = tuple(finding for finding in errors if finding.location.path == place)
    if wrong or loaded.round is None:
        return Form(findings=wrong or loaded.blocking)
    settings = loaded.round
    _check_sample(settings, options)
    open = windows(settings, zone(settings.zone))
    assert open is not None  # check_round asks for both days
    folder = f"apply/{round_id}"
    packaged = resources.files("counterpart").joinpath("intake", "page")
    files = {f"{folder}/{name}": packaged.joinpath(name).read_bytes() for name in FILES}
    # The pages themselves come last: when they are there, all that they need is.
    guides = load_guides(repository).guides
    pages = {"answer": _answer(settings, options, guides), "index": _index(settings, open, options)}
    return Form(files=files | {f"{folder}/{name}.html": text.encode("utf-8") for name, text in pages.items()})


def _check_sample(settings: Round, options: Options) -> None:
    """A usage error for what only a sample may have, and for a sample that people could take for a real round."""
    if not settings.sample:
        if options.pretend_now is not None:
            raise UsageError("--pretend-now is only for a round whose round.yaml says 'sample: true'.")
        return
    if _mixed(settings):
        raise UsageError(
            f"Round {settings.id} has demonstration keys beside your own, so everybody could open what people "
            "send. Take the demonstration keys and `sample: true` out of its settings, or begin it with "
            "'counterpart round new'."
        )
    if options.relay is not None and not _is_here(options.relay):
        raise UsageError(
            f"Round {settings.id} is a sample, sealed to keys that everybody has, so its page may send "
            "applications to a relay on this machine only. Begin a real round with 'counterpart round new', "
            "and make its keys."
        )


def compare(made: Form, site: str) -> tuple[str, ...]:
    """Where the page that *site* shows, a folder or an address, is not the one that was made; a sentence each."""
    if "://" in site:
        _check_address(site, "--compare")
    told: list[str] = []
    for path, content in made.files.items():
        shown = published.read(site, path)
        if isinstance(shown, str):
            told.append(f"{path} {shown}.")
        elif shown != content:
            pairs = enumerate(zip(shown, content, strict=False))
            first = next((at for at, (one, other) in pairs if one != other), min(len(shown), len(content)))
            told.append(f"{path} differs, from byte {first + 1:,} on.")
    return tuple(told)


def _mixed(settings: Round) -> bool:
    """Whether demonstration keys and others are the round's recipients together."""
    demonstration = {each in DEMONSTRATION_RECIPIENTS for each in settings.recipients}
    return demonstration == {True, False}


def _is_here(address: str) -> bool:
    """Whether *address* is one of this machine itself."""
    return urlsplit(address).hostname in ("localhost", "127.0.0.1")


def _check_address(address: str | None, option: str) -> None:
    if address is None:
        return
    try:
        parts = urlsplit(address)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_is_right = urlsplit(""), False
    local = _is_here(address) if port_is_right else False
    plain = _ADDRESS.fullmatch(address) is not None and parts.username is None
    if not (plain and port_is_right and (parts.scheme == "https" or (parts.scheme == "http" and local))):
        raise UsageError(
            f"{option} must be an address that begins with https:// and has no '?' or '#'; "
            "http:// is only for this machine, as in http://localhost:8000."
        )


def _index(settings: Round, open: Windows, options: Options) -> str:
    relay = options.relay.rstrip("/") if options.relay else None
    pretended = options.pretend_now
    return page(
        "intake/templates/apply.html.j2",
        round=settings,
        policy=_policy(relay),
        icon="data:image/svg+xml;base64," + base64.b64encode(_ICON.encode("ascii")).decode("ascii"),
        relay=relay,
        conduct=options.conduct,
        contact=_contact(settings.contact),
        pretended=f"{pretended:%Y-%m-%d %H:%M} UTC" if pretended else None,
        settings=_embedded(_settings(settings, open, options, relay)),
    )


def _answer(settings: Round, options: Options, known: Mapping[str, Guide]) -> str:
    """The page behind the personal links in mails. It holds nothing of anybody: the link does.

    A guide is called by its title where its page is there, and by the name of its file where it is not.
    """
    relay = options.relay.rstrip("/") if options.relay else None
    guides = [event.guide for event in settings.calendar if event.event == "topic" and event.guide]
    data = {
        "round": settings.id,
        "title": settings.title,
        "relay": relay,
        "recipients": list(settings.recipients),
        "pretend_now": moment_text(options.pretend_now) if options.pretend_now else None,
    }
    return page(
        "intake/templates/answer.html.j2",
        round=settings,
        policy=_policy(relay),
        icon="data:image/svg+xml;base64," + base64.b64encode(_ICON.encode("ascii")).decode("ascii"),
        contact=_contact(settings.contact),
        guides=[(guide, title_of(guide, known)) for guide in dict.fromkeys(guides)],
        settings=_embedded(data),
    )


def _policy(relay: str | None) -> str:
    """The content security policy: nothing from elsewhere, and nothing sent elsewhere but to the relay."""
    origin = ""
    if relay is not None:
        parts = urlsplit(relay)
        origin = f" {parts.scheme}://{parts.netloc}"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        f"connect-src 'self'{origin}; worker-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
    )


class _Contact(TypedDict):
    """How the page shows whom to ask: an e-mail address, or the address of a page."""

    mail: bool
    words: str
    href: str


def _contact(contact: str | None) -> _Contact | None:
    if contact is None:
        return None
    mail = "://" not in contact
    return {"mail": mail, "words": contact, "href": f"mailto:{contact}" if mail else contact}


def _settings(settings: Round, open: Windows, options: Options, relay: str | None) -> dict[str, object]:
    """What the page's script needs to know."""
    return {
        "round": settings.id,
        "title": settings.title,
        "zone": settings.zone,
        "opens": moment_text(open.opens),
        "everyone": moment_text(open.everyone),
        "closes": moment_text(open.closes),
        "closed": settings.closed,
        "sample": settings.sample,
        "pretend_now": moment_text(options.pretend_now) if options.pretend_now else None,
        "relay": relay,
        "contact": settings.contact,
        "code_of_conduct": settings.code_of_conduct,
        "recipients": list(settings.recipients),
        "topics": [{"id": each.id, "name": each.name} for each in settings.topics],
        "sectors": [{"id": each.id, "name": each.name} for each in settings.sectors],
        "career_stages": [{"id": each.id, "name": each.name} for each in settings.career_stages],
        "countries": places.countries(),
        "languages": places.languages(),
        "zones": places.zones(),
        "zone_links": places.zone_links(),
        "zones_of_no_place": places.zones_of_no_place(),
    }


def _embedded(data: Mapping[str, object]) -> str:
    """JSON that may stand inside a script element: no '<' that could end it."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
