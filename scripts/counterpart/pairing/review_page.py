"""Review: a proposal as one page to look through and to decide on, from which the decisions are taken."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from markupsafe import Markup

from counterpart.files.documents import maybe
from counterpart.files.private import private_folder, put_private
from counterpart.files.progress import Progress
from counterpart.files.repository import Repository
from counterpart.files.templates import page
from counterpart.findings import Finding, UsageError
from counterpart.matching import Certificate
from counterpart.model import Profile, RoundId
from counterpart.pairing.certificate_file import certificate_from
from counterpart.pairing.decide import Note, notes
from counterpart.pairing.explain import NAMES
from counterpart.pairing.pool import Pool
from counterpart.pairing.reasons import REASONS
from counterpart.pairing.review import PRICED, Alternative, Card, priced, questions, review
from counterpart.pairing.summary import summarise
from counterpart.pairing.verify_round import Checked, verify
from counterpart.pairing.what_if import said, said_least
from counterpart.rounds.build import Data
from counterpart.rounds.identity import Identity
from counterpart.rounds.open_sealed import open_all
from counterpart.sealing import keyring
from counterpart.world.names import names

#: What may be sealed about a person and is worth reading before a decision, in this order.
WORDS = ("employer", "about_me")
WISHES = (("sector", "sector"), ("career_stage", "career stage"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """The result: findings that stand in the way, or the page."""

    findings: tuple[Finding, ...] = ()
    page: str = ""
    pairs: int = 0
    named: int = 0  # whose names are in the page

    def __repr__(self) -> str:
        """How many, and nobody's words."""
        return f"Reviewed({self.pairs} pairs, {self.named} named)"


def review_round(
    repository: Repository, round_id: RoundId, *, key: str | None = None, count: int = PRICED, report: Progress
) -> Reviewed:
    """The review page of the proposal that is there, once it verifies; with a *key*, names and words are in it.

    *count*: of the weakest pairs, how many are priced exactly. Each price solves the round again.
    """
    verified = verify(repository, round_id, report=report)
    if verified.findings or verified.checked is None:
        return Reviewed(findings=verified.findings)
    checked = verified.checked
    pool = checked.pool
    named, words = _named(repository, pool, key, report) if key is not None else ({}, ())
    cards = review(pool, checked.proposal, _proving(checked), names())
    asked, done = questions(cards, count), 0

    def step() -> None:
        nonlocal done
        done += 1
        report(f"the round is solved again for exact prices: {done} of {asked}")

    cards = priced(pool, checked.proposal, cards, step, count)
    report("writing the page")
    text = _page(repository, checked, cards, named, words)
    return Reviewed(page=text, pairs=len(checked.proposal.pairs), named=len(named))


def keep_review(done: Reviewed, round_id: RoundId, root: Path, out: Path | None) -> Path:
    """Write the page: into ``build`` of the programme, or where *out* says. With names, only outside Git."""
    if done.named:
        target = out or keyring.folder().parent / "review" / f"review-{round_id}-WITH-NAMES.html"
        place = private_folder(target.parent) / target.name
    else:
        place = out or root / "build" / f"review-{round_id}.html"
    try:
        if not done.named:
            place.parent.mkdir(parents=True, exist_ok=True)
        aside = place.with_name(f".{place.name}.tmp")
        put_private(aside, done.page)
        aside.replace(place)
    except OSError:
        raise UsageError(f"'{place}' cannot be written; look at the folder's rights.") from None
    return place


def _proving(checked: Checked) -> Certificate | None:
    """The certificate, where it proves the proposal to be the best: only then can prices be read off it."""
    read = certificate_from(checked.certificate, checked.pool.ids)
    return read if isinstance(read, Certificate) and checked.verdict.optimal else None


def _named(
    repository: Repository, pool: Pool, key: str, report: Progress
) -> tuple[Mapping[str, Identity], tuple[Note, ...]]:
    """Who everybody is, and the notes on decisions."""
    keys = keyring.for_round(pool.round.id, pool.round.sample, key)
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if done % 100 == 0:
            report(f"{done:,} of {len(pool.ids):,} sealed parts opened")

    opened = open_all(repository, pool.round.id, pool.ids, keys, step)
    found = {each.id: each.identity for each in opened if each.identity is not None}
    return found, notes(repository, pool.round.id, keys)


def _page(
    repository: Repository,
    checked: Checked,
    cards: Iterable[Card],
    named: Mapping[str, Identity],
    words: tuple[Note, ...],
) -> str:
    pool = checked.pool
    places = {id: place for place, id in enumerate(pool.ids)}
    shown = [_shown(card, pool, places, named) for card in cards]
    pairs = [card for card in shown if len(card["people"]) > 1]
    script, style = _packaged("review.js"), _packaged("review.css")
    return page(
        "pairing/templates/review.html.j2",
        s=summarise(pool, checked.proposal, checked.verdict, None, names()),
        round=pool.round,
        alone=[card for card in shown if len(card["people"]) == 1],
        pairs=pairs,
        criteria=NAMES,
        choices=_choices(pool),
        most=_most_points(pairs),
        named=bool(named),
        notes=words,
        notices=[id for id in pool.ids if named and id not in named],
        style=Markup(style),
        script=Markup(script),
        hash=base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii"),
        data=_data(repository, checked),
    )


def _most_points(pairs: Iterable[Data]) -> int:
    """The most points that a partner is worth to anybody, as the length of the longest bar; never 0."""
    return max((view["side"].total for card in pairs for view in card["views"]), default=0) or 1


def _data(repository: Repository, checked: Checked) -> Markup:
    """What the page's script needs, as an element of JSON."""
    round_id = checked.pool.round.id
    data = {
        "round": round_id,
        "decisions": _decisions(repository, round_id),
        "reasons": REASONS,
        "proposal": checked.proposal.inputs.pool,
    }
    # '<' is all that could end the element early.
    return Markup(json.dumps(data, ensure_ascii=True).replace("<", "\\u003c"))


def _packaged(name: str) -> str:
    """A part of the page, just as it will stand there: without empty lines, or its digest would be another."""
    text = resources.files("counterpart").joinpath("pairing", "templates", name).read_text(encoding="utf-8")
    return "\n".join(line for line in text.splitlines() if line.strip())


def _decisions(repository: Repository, round_id: RoundId) -> dict[str, Any]:
    """What stands in the decisions already, as it is written there."""
    document = maybe(repository, repository.decisions_file(round_id))
    return dict(document.data) if document else {"format": 1, "round": round_id}


def _shown(card: Card, pool: Pool, places: Mapping[str, int], named: Mapping[str, Identity]) -> dict[str, Any]:
    """One card as the template needs it: words for codes, and what to filter by."""
    people = [_person(pool, places[id], named.get(id)) for id in card.people]
    return {
        "people": people,
        "shared": _shared(people),
        "views": [{"of": side.id, "to": to, "side": side} for to, side in card.views],
        "least": card.least,
        "points": sum(side.total for _, side in card.views),
        "unmet": sorted({matter for unmet in card.unmet.values() for matter in unmet}),
        "pinned": card.pinned,
        "because": card.because,
        **_without(card),
        "others": [(id, [_other(each, pool, places) for each in others]) for id, others in card.others.items()],
        **_filters([pool.people[places[id]].profile for id in card.people]),
    }


def _without(card: Card) -> dict[str, Any]:
    """What it would cost not to have the pair of a card, and how many other pairs that would undo."""
    if card.without is None:
        return {"without": (), "undone": 0}
    return {"without": said(card.without), "undone": max(0, len(card.without.lost) - 1)}


def _filters(profiles: Sequence[Profile]) -> dict[str, list[str]]:
    """The codes of the people of a card that the page filters by."""
    return {
        "countries": sorted({profile.country for profile in profiles}),
        "sectors": sorted({profile.sector for profile in profiles}),
        "languages": sorted({code for profile in profiles for code in profile.languages}),
    }


def _shared(people: Sequence[Data]) -> dict[str, set[str]]:
    """What all of the people of a card have in common, by kind; one alone shares nothing."""
    kinds = ("languages", "interests", "sector", "stage", "country")
    if len(people) < 2:
        return {kind: set() for kind in kinds}
    return {kind: set.intersection(*(set(person[kind]) for person in people)) for kind in kinds}


def _person(pool: Pool, place: int, identity: Identity | None) -> dict[str, Any]:
    person, called = pool.people[place], names()
    profile = person.profile
    sectors = {each.id: each.name for each in pool.round.sectors}
    stages = {each.id: each.name for each in pool.round.career_stages}
    topics = {each.id: each.name for each in pool.round.topics}
    return {
        "id": person.id,
        "code": profile.country,
        "country": [called.get(profile.country, profile.country)],
        "zone": f"{profile.time_zone.replace('_', ' ')} ({_ahead(pool.offsets[place])})",
        "languages": [called.get(code, code) for code in profile.languages],
        "sector": [sectors[profile.sector]],
        "stage": [stages[profile.career_stage]],
        "interests": [topics[each] for each in profile.interests],
        "wishes": [f"{words}: {profile.wishes[key].value}" for key, words in WISHES if key in profile.wishes],
        "returning": profile.returning,
        "carried_over": pool.places[person.id].carried_over,
        "name": identity.name if identity else "",
        "words": [
            (key.replace("_", " "), words) for key in WORDS if identity and (words := getattr(identity, key))
        ],
    }


def _ahead(minutes: int) -> str:
    """Minutes ahead of UTC as people write them: UTC+5:30."""
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")


def _other(each: Alternative, pool: Pool, places: Mapping[str, int]) -> dict[str, Any]:
    profile, called = pool.people[places[each.id]].profile, names()
    sectors = {sector.id: sector.name for sector in pool.round.sectors}
    if each.exact is not None:
        price, moved = " ".join(said(each.exact)), len(each.exact.lost)
    else:
        price, moved = (said_least(each.least) if each.least is not None else "not known"), 0
    return {
        "id": each.id,
        "where": f"{called.get(profile.country, profile.country)}, {sectors[profile.sector]}",
        "mine": each.mine,
        "theirs": each.theirs,
        "exact": each.exact is not None,
        "price": price,
        "moved": moved,
    }


def _choices(pool: Pool) -> dict[str, list[tuple[str, str, int]]]:
    """What the page filters by: code, name, how many people."""
    called = names()
    profiles = [person.profile for person in pool.people]
    sectors = {each.id: each.name for each in pool.round.sectors}

    def listed(found: Counter[str], words: Mapping[str, str]) -> list[tuple[str, str, int]]:
        return sorted(((code, words.get(code, code), count) for code, count in found.items()), key=lambda c: c[1])

    return {
        "country": listed(Counter(p.country for p in profiles), called),
        "sector": listed(Counter(p.sector for p in profiles), sectors),
        "language": listed(Counter(code for p in profiles for code in p.languages), called),
    }
