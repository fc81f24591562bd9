"""The words of a report: what its tables, their columns and their rows are called."""

from __future__ import annotations

from collections.abc import Mapping

from counterpart.report.disclosure import OTHERS
from counterpart.report.report import Figure, Published
from counterpart.world.regions import PLACE_NAMES

#: Table -> its title and the titles of its columns.
TITLES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "total": ("People", ()),
    "region": ("Regions", ("Region",)),
    "sector": ("Sectors", ("Sector",)),
    "subregion": ("Subregions", ("Subregion",)),
    "country": ("Countries", ("Country",)),
    "countries": ("Countries reached", ()),
    "career-stage": ("Career stages", ("Career stage",)),
    "interest": ("Interests", ("Topic",)),
    "outcome": ("What became of it", ("Outcome",)),
    "pairing": ("Paired and paired again", ("Pairing",)),
    "partnerships": ("Partnerships", ()),
    "distance": ("How far partners are apart", ("Distance",)),
    "wishes": ("Wishes met", ("Wishes",)),
    "satisfaction": ("Satisfaction", ("Satisfaction",)),
    "returning": ("New and returning", ("Earlier rounds",)),
    "region-sector": ("Sectors by region", ("Region", "Sector")),
    "region-career-stage": ("Career stages by region", ("Region", "Career stage")),
    "region-outcome": ("What became of it by region", ("Region", "Outcome")),
    "sector-career-stage": ("Career stages by sector", ("Sector", "Career stage")),
    "region-returning": ("New and returning by region", ("Region", "Earlier rounds")),
}

#: Rows whose words do not come from the round's own lists.
ROWS: Mapping[str, Mapping[str, str]] = {
    "outcome": {
        "completed": "Completed the partnership",
        "not-completed": "Had a partner, ended early or did not say",
        "paired": "Had a partner",
        "unpaired": "Unpaired",
    },
    "pairing": {
        "paired-once": "Had one partner",
        "paired-again": "Had another partner later",
        "unpaired": "Unpaired",
    },
    "distance": {"same-region": "Partners in the same region", "other-region": "Partners in two regions"},
    "wishes": {
        "none": "No wish met",
        "some": "Some wishes met",
        "all": "All wishes met",
        "no-wish": "Asked for nothing special",
    },
    "satisfaction": {
        "low": "Not satisfied",
        "middle": "Satisfied",
        "high": "Very satisfied",
        "no-answer": "No answer",
    },
    "returning": {"new": "For the first time", "returning": "Took part before"},
}


def place_name(key: tuple[str, ...], countries: Mapping[str, str]) -> str:
    """The name of a row of the table of countries: a country, or the other countries of a place."""
    if key[0] == OTHERS:
        return f"Other countries of {PLACE_NAMES[key[1]]}"
    return countries.get(key[0], key[0])


#: Places that have an article within a sentence.
_WITH_ARTICLE = frozenset({"americas", "caribbean"})


def place_in_sentence(id: str, name: str) -> str:
    """A region or subregion as it stands within a sentence: ``the Americas``."""
    return f"the {name}" if id in _WITH_ARTICLE else name


def row_name(table: str, figure: Figure) -> str:
    """What a row of a table of one question is called on the page and in its file."""
    if table == "country" and figure.key[0] == OTHERS and figure.key[1] in PLACE_NAMES:
        return f"Other countries of {place_in_sentence(figure.key[1], PLACE_NAMES[figure.key[1]])}"
    return ", ".join(figure.names)


def in_order(table: Published) -> list[Figure]:
    """The rows as they are shown: as in the report, but what sums up other countries stands last, by name."""
    if table.id != "country":
        return list(table.figures)
    return sorted(table.figures, key=lambda figure: (figure.key[0] == OTHERS, row_name(table.id, figure)))
