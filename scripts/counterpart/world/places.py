"""Names of countries, languages and time zones as people look for them: in English and in their own words."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import resources

from babel import Locale
from babel.dates import get_timezone_location
from babel.languages import get_official_languages
from babel.localedata import exists

from counterpart.world.names import names
from counterpart.world.vocabulary import world

_OWN = 4  # so many official languages of a country give their names for it


@cache
def countries() -> tuple[tuple[str, str, str], ...]:
    """Every country: its code, its name in English, and its names in its own languages (or "")."""
    return _sorted((code, names().get(code, code), _own_country(code)) for code in world().countries)


@cache
def languages() -> tuple[tuple[str, str, str], ...]:
    """Every language: its code, its name in English, and its name in itself (or "")."""
    return _sorted((code, names().get(code, code), _own_language(code)) for code in world().languages)


@cache
def zones() -> tuple[tuple[str, str, str], ...]:
    """Every time zone of a country: its IANA name, its city in English, and the country's code."""
    return tuple(sorted(((name, _city(name), code) for code, name in _table()), key=lambda zone: zone[1:]))


@cache
def zone_links() -> dict[str, str]:
    """Other names of these zones, such as Asia/Calcutta -> Asia/Kolkata: some browsers still use them."""
    listed = {name for name, _, _ in zones()}
    text = resources.files("tzdata.zoneinfo").joinpath("tzdata.zi").read_text(encoding="utf-8")
    links = dict(line.split()[2:0:-1] for line in text.splitlines() if line.startswith("L "))
    # A zone of the list may itself be a link (Europe/Oslo), and the other way round.
    same: dict[str, str] = {}
    for name in sorted(listed, reverse=True):
        while name in links:
            target = links[name]
            same.setdefault(target, name)
            name = target
    found: dict[str, str] = {}
    for old in links:
        name = old
        while name not in listed and name in links:
            name = links[name]
        name = name if name in listed else same.get(name, name)
        if old not in listed and name in listed:
            found[old] = name
    return dict(sorted(found.items()))


@cache
def zones_of_no_place() -> tuple[str, ...]:
    """The names that no list offers and ``check`` takes nevertheless, such as UTC and Etc/GMT+3."""
    return tuple(sorted(world().time_zones - {name for name, _, _ in zones()} - zone_links().keys()))


def _table() -> list[tuple[str, str]]:
    text = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    return [(line[0], line[2]) for line in lines]


def _city(zone: str) -> str:
    location = get_timezone_location(zone, locale="en", return_city=True)
    return str(location).rpartition("/")[2].replace("_", " ")


def _own_country(code: str) -> str:
    english = names().get(code, code)
    own: list[str] = []
    for language in get_official_languages(code, de_facto=True)[:_OWN]:
        base = language.partition("_")[0]
        name = Locale.parse(base).territories.get(code) if exists(base) else None
        if name and name != english and name not in own:
            own.append(name)
    return " · ".join(own)


def _own_language(code: str) -> str:
    own = Locale.parse(code).languages.get(code) if exists(code) else None
    return own if own and own != names().get(code) else ""


def _sorted(rows: Iterable[tuple[str, str, str]]) -> tuple[tuple[str, str, str], ...]:
    return tuple(sorted(rows, key=lambda row: (row[1], row[0])))
