"""The world's countries, languages and time zones, from locked data: the same on every machine."""

from __future__ import annotations

from functools import cache
from importlib import resources

from counterpart.files.source import World
from counterpart.world import zones

# ISO leaves XK to its users, and nearly everybody uses it for Kosovo, which has no other code:
# without it, librarians there could not apply.
_KOSOVO = "XK"

# Codes that say that no one language is meant.
_NO_LANGUAGE = frozenset({"mis", "mul", "und", "zxx"})


@cache
def world() -> World:
    """The countries and time zones of the ``tzdata`` package and the languages of CLDR."""
    from babel import Locale  # loaded when somebody asks, as many commands never do

    countries = frozenset(line.split("\t")[0] for line in _table("iso3166.tab")) | {_KOSOVO}
    return World(
        countries=countries,
        languages=frozenset(code for code in map(str, Locale("en").languages) if len(code) <= 3) - _NO_LANGUAGE,
        time_zones=zones.names(),
        zone_countries=_zone_countries(),
        zone=zones.zone,
    )


def _table(name: str) -> list[str]:
    text = resources.files("tzdata.zoneinfo").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


def _zone_countries() -> dict[str, frozenset[str]]:
    """Zone -> countries with its clock. Names of the same clock ('Asia/Calcutta', 'Asia/Kolkata') share them."""
    links = dict(line.split()[2:0:-1] for line in _table("tzdata.zi") if line.startswith("L "))

    def clock(name: str) -> str:
        while name in links:
            name = links[name]
        return name

    countries: dict[str, set[str]] = {clock("Europe/Belgrade"): {_KOSOVO}}
    for table in ("zone1970.tab", "zone.tab"):
        for line in _table(table):
            codes, _, name = line.split("\t")[:3]
            countries.setdefault(clock(name), set()).update(codes.split(","))
    return {name: frozenset(countries[clock(name)]) for name in zones.names() if clock(name) in countries}
