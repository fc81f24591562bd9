"""The independent attacker set upon finished rounds, with the truth beside it: what did it find out?"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from counterpart.report.disclosure import Screened
from counterpart.report.report import Facts, Report
from counterpart.report.report_file import report_data, report_of
from counterpart.report.tables import outcomes, tables_of
from counterpart.world.regions import REGION_OF, SUBREGION_OF
from tests.attacker import Attacker, Key

#: How a reader would say that a count was found out.
EXACTLY, NARROWED = "found exactly", "narrowed too far"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attacked:
    """A round and what is shown of it, as the attacker reads it and as it is."""

    facts: Facts
    screened: Screened
    attacker: Attacker

    @property
    def low(self) -> dict[Key, int]:
        """The counts below ten, with how many of each are publicly known."""
        return true_low(self.facts, self.screened)


def report(facts: Facts, screened: Screened) -> Report:
    """The report of what is shown."""
    return report_of(facts, screened, title="A round", countries={}, proven=True)


def attacked(facts: Facts, screened: Screened, before: Sequence[Attacked] = (), same: str = "country") -> Attacked:
    """The attacker at work on a round, with those *before* it in hand; see ``Attacker``."""
    low = true_low(facts, screened)
    made = Attacker(
        report_data(report(facts, screened)),
        lists={"sectors": facts.sectors, "stages": facts.career_stages, "topics": facts.topics},
        low=low,
        outcomes=outcomes(facts),
        pairings=facts.pairings,
        threes=facts.threes,
        held=screened.counts.keys() - screened.shown.keys() - low.keys(),
        before=[each.attacker for each in before],
        same=same,
    )
    return Attacked(facts=facts, screened=screened, attacker=made)


def true_low(facts: Facts, screened: Screened) -> dict[Key, int]:
    """The counts of which fewer than ten people are not publicly known, counted again, and how many are known."""
    known = tables_of(facts).known
    return {
        cell: sum(known.get(c, 0) for c in _parts(cell, screened))
        for cell, count in screened.counts.items()
        if count - sum(known.get(c, 0) for c in _parts(cell, screened)) < 10 and cell not in screened.shown
    }


def _parts(cell: Key, screened: Screened) -> list[Key]:
    if cell[0] != "country" or cell[1][0] != "others":
        return [cell]
    place = cell[1][1]
    # A region's row sums up the countries of those subregions that have no row of their own.
    summed = {key[1] for table, key in screened.shown if table == "country" and key[0] == "others"}
    return [
        ("country", (country,))
        for country, subregion in SUBREGION_OF.items()
        if ("country", (country,)) not in screened.shown
        and (subregion == place or (REGION_OF[subregion] == place and subregion not in summed))
    ]


def targets_in(one: Attacked, most: int, seed: int) -> list[Key]:
    """So many of the counts below ten, chosen by chance; of countries that are alike, one for each subregion."""
    seen: set[str] = set()
    targets = []
    low = one.low
    for cell in sorted(low):
        if cell[0] == "country" and cell[1][0] in SUBREGION_OF and not low[cell]:
            subregion = SUBREGION_OF[cell[1][0]]
            if subregion in seen:
                continue
            seen.add(subregion)
        targets.append(cell)
    random.Random(seed).shuffle(targets)
    return targets[:most]


def found_out(one: Attacked, targets: Iterable[Key]) -> dict[Key, str]:
    """Those of the *targets* that the attacker finds out."""
    leaks = {}
    for cell in targets:
        least, greatest = one.attacker.bounds(cell)
        true = one.screened.counts[cell]
        assert least <= true <= greatest, f"the attacker's own statements are wrong about {cell[0]}"
        if least == greatest:
            leaks[cell] = EXACTLY
        elif greatest - least < 4:
            leaks[cell] = NARROWED
    return leaks


def record(figures: Mapping[str, int]) -> None:
    """Add a long test's figures to the file that the environment names, if it is set."""
    if where := os.environ.get("COUNTERPART_LONG_RESULT"):
        with Path(where).open("a", encoding="utf-8", newline="\n") as file:
            for figure, value in figures.items():
                file.write(json.dumps({"figure": figure, "value": value}) + "\n")
