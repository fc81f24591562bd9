"""An attacker who shares no code with the publisher: integer programs over a whole round, solved by SCIP.

It reads a report as plain data and knows how rounds work. It is told which withheld counts are below ten, and who
is publicly known: more than any reader has. The list of the world's regions is public, so it is the publisher's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from pyscipopt import Model, quicksum

from counterpart.world.regions import REGION_OF, SUBREGION_OF

Key = tuple[str, tuple[str, ...]]
_REGIONS = sorted(set(REGION_OF.values()))
_LADDER = (0, 100, 400, 1500, 10**6)


class Attacker:
    """One attack on one report, those *before* it in hand. ``bounds`` gives what remains possible for any count.

    All of them are one integer program: what a later report says can be used against an earlier one.
    """

    def __init__(
        self,
        report: Mapping[str, Any],
        *,
        lists: Mapping[str, Iterable[str]],
        low: Mapping[Key, int],
        outcomes: Iterable[str],
        pairings: int,
        threes: bool,
        held: Collection[Key] = (),
        before: Sequence[Attacker] = (),
        same: str = "country",
    ) -> None:
        """*lists*: ids of sectors, stages, topics. *low*: counts below ten, and how many of each are known.

        *held*: counts that are withheld for the sake of others, ten at least.
        *before*: the attacks on all earlier reports, the first one first. *same*: whoever returns has still the
        same "country", or at least "region", or is only from the same "world".
        """
        self.model = before[0].model if before else Model()
        self.model.hideOutput()
        self.sums: dict[Key, Any] = {}
        self.report = {
            (table["id"], tuple(row["key"])): row["count"] for table in report["tables"] for row in table["rows"]
        }
        self._everybody(lists, low)
        self._partners(list(outcomes), pairings, threes)
        self._figures(low, held)
        self._came_before(before, same)

    def _whole(self, high: int | None = None) -> Any:
        return self.model.addVar(vtype="I", lb=0, ub=high)

    def _everybody(self, lists: Mapping[str, Iterable[str]], low: Mapping[Key, int]) -> None:
        most = {c: low["country", (c,)] + 9 if ("country", (c,)) in low else 100_000 for c in SUBREGION_OF}
        from_country = {country: self._whole(high) for country, high in most.items()}
        place: dict[str, list[Any]] = {}
        for country, number in from_country.items():
            self.sums["country", (country,)] = number
            place.setdefault(SUBREGION_OF[country], []).append(number)
        for subregion, numbers in place.items():
            self.sums["subregion", (subregion,)] = quicksum(numbers)
        self.region = {
            region: quicksum(n for c, n in from_country.items() if REGION_OF[SUBREGION_OF[c]] == region)
            for region in _REGIONS
        }
        self.sums |= {("region", (region,)): total for region, total in self.region.items()}
        self.total = quicksum(from_country.values())
        self.sums["total", ()] = self.total
        step = self._step()
        self.model.addCons(self.total >= step)
        self.model.addCons(self.total <= min(each for each in _LADDER if each > step) - 1)
        self._reached(from_country, most)
        self._work(lists)
        named = [self._whole() for _ in lists["topics"]]
        for topic, number in zip(lists["topics"], named, strict=True):
            self.model.addCons(number <= self.total)
            self.sums["interest", (topic,)] = number
        self.model.addCons(quicksum(named) >= self.total)
        self.model.addCons(quicksum(named) <= 5 * self.total)

    def _step(self) -> int:
        """On which step of the ladder the round stands: its tables tell."""
        there = {table for table, _ in self.report}
        marks = {100: {"interest", "subregion"}, 400: {"returning", "region-sector"}}
        marks[1500] = {"region-returning", "sector-career-stage"}
        return max((step for step, tables in marks.items() if tables & there), default=0)

    def _reached(self, from_country: Mapping[str, Any], most: Mapping[str, int]) -> None:
        if ("countries", ()) not in self.report:
            return
        there = []
        for country, number in from_country.items():
            one = self.model.addVar(vtype="B")
            self.model.addCons(number >= one)
            self.model.addCons(number <= most[country] * one)
            there.append(one)
        self.sums["countries", ()] = quicksum(there)

    def _work(self, lists: Mapping[str, Iterable[str]]) -> None:
        sectors, stages, times = list(lists["sectors"]), list(lists["stages"]), ["new", "returning"]
        if ("sector-career-stage", (sectors[0], stages[0])) in self.report:
            cube = {(r, s, t): self._whole() for r in _REGIONS for s in sectors for t in stages}
            self._seen(cube, {"region-sector": (0, 1), "region-career-stage": (0, 2), "sector": (1,)})
            self._seen(cube, {"sector-career-stage": (1, 2), "career-stage": (2,)})
        else:  # what is said of sectors and of stages meets in the regions alone
            self._seen(
                {(r, s): self._whole() for r in _REGIONS for s in sectors},
                {"region-sector": (0, 1), "sector": (1,)},
            )
            grid = {(r, t): self._whole() for r in _REGIONS for t in stages}
            self._seen(grid, {"region-career-stage": (0, 1), "career-stage": (1,)})
        again = {(r, t): self._whole() for r in _REGIONS for t in times}
        for r in _REGIONS:
            self.model.addCons(again[r, "new"] + again[r, "returning"] == self.region[r])
        self.sums |= {("region-returning", key): number for key, number in again.items()}
        self.sums |= {("returning", (t,)): quicksum(again[r, t] for r in _REGIONS) for t in times}

    def _seen(self, cube: Mapping[tuple[str, ...], Any], tables: Mapping[str, tuple[int, ...]]) -> None:
        for r in _REGIONS:
            self.model.addCons(quicksum(n for key, n in cube.items() if key[0] == r) == self.region[r])
        for table, places in tables.items():
            for key in {tuple(each[p] for p in places) for each in cube}:
                mine = quicksum(n for each, n in cube.items() if tuple(each[p] for p in places) == key)
                self.sums[table, key] = mine

    def _partners(self, outcomes: list[str], pairings: int, threes: bool) -> None:
        became = {(r, o): self._whole() for r in _REGIONS for o in outcomes}
        once, again = ({r: self._whole() for r in _REGIONS} for _ in range(2))
        joined = {r: self._whole() for r in _REGIONS}  # how many places in partnerships people of a region had
        for r in _REGIONS:
            self.model.addCons(quicksum(became[r, o] for o in outcomes) == self.region[r])
            self.model.addCons(once[r] + again[r] + became[r, "unpaired"] == self.region[r])
            self.model.addCons(joined[r] >= once[r] + 2 * again[r])
            self.model.addCons(joined[r] <= once[r] + max(2, pairings) * again[r])
            if pairings == 1:
                self.model.addCons(again[r] == 0)
        self.sums |= {("region-outcome", key): number for key, number in became.items()}
        self.sums |= {("outcome", (o,)): quicksum(became[r, o] for r in _REGIONS) for o in outcomes}
        self.sums["pairing", ("paired-once",)] = quicksum(once.values())
        self.sums["pairing", ("paired-again",)] = quicksum(again.values())
        self.sums["pairing", ("unpaired",)] = self.sums["outcome", ("unpaired",)]
        paired = quicksum(once.values()) + quicksum(again.values())
        rows = {
            "wishes": ("none", "some", "all", "no-wish"),
            "satisfaction": ("low", "middle", "high", "no-answer"),
        }
        for table, names in rows.items():
            said = [self._whole() for _ in names]
            self.model.addCons(quicksum(said) == paired)
            self.sums |= {(table, (name,)): number for name, number in zip(names, said, strict=True)}
        both = {(r, s): self._whole() for r in _REGIONS for s in _REGIONS if r <= s}
        thirds = {r: self._whole(None if threes else 0) for r in _REGIONS}
        near3, far3 = self._whole(None if threes else 0), self._whole(None if threes else 0)
        self.model.addCons(quicksum(thirds.values()) == 3 * near3 + 3 * far3)
        for r in _REGIONS:
            places = quicksum(n * ((a == r) + (b == r)) for (a, b), n in both.items())
            self.model.addCons(places + thirds[r] == joined[r])
        near = quicksum(n for (a, b), n in both.items() if a == b) + near3
        far = quicksum(n for (a, b), n in both.items() if a != b) + far3
        self.sums["distance", ("same-region",)], self.sums["distance", ("other-region",)] = near, far
        self.sums["partnerships", ()] = near + far

    def _figures(self, low: Mapping[Key, int], held: Collection[Key]) -> None:
        shown = {key for key, count in self.report.items() if count != "withheld"}
        for place in sorted({*SUBREGION_OF.values(), *_REGIONS}):
            self.sums["country", ("others", place)] = self._others(place, shown)
        for key, number in self.sums.items():
            if key in shown:
                count = self.report[key]
                self.model.addCons(number >= max(10, count - 2))
                self.model.addCons(number <= count + 2)
            elif key in low:
                self.model.addCons(number >= low[key])
                self.model.addCons(number <= low[key] + 9)
            elif key in held:
                self.model.addCons(number >= 10)

    def _others(self, place: str, shown: set[Key]) -> Any:
        """Who comes from a place's countries without a row, and from no place that has a row of its own."""
        summed = {key[1] for table, key in shown if table == "country" and key[0] == "others"}
        left = [
            self.sums["country", (country,)]
            for country, subregion in SUBREGION_OF.items()
            if ("country", (country,)) not in shown
            and (subregion == place or (REGION_OF[subregion] == place and subregion not in summed))
        ]
        return quicksum(left)

    def _came_before(self, before: Sequence[Attacker], same: str) -> None:
        """Who returns was there before, and whoever is new had not been: so many different people there were."""
        here = {country: self.sums["country", (country,)] for country in SUBREGION_OF}
        self.different = here
        if not before:
            return
        back = {country: self._whole() for country in SUBREGION_OF}
        for country, number in back.items():
            self.model.addCons(number <= here[country])
        for region in _REGIONS:
            mine = quicksum(n for c, n in back.items() if REGION_OF[SUBREGION_OF[c]] == region)
            self.model.addCons(mine == self.sums["region-returning", (region, "returning")])
        ever = before[-1].different
        places: dict[str, list[str]] = {}
        for country, subregion in SUBREGION_OF.items():
            place = {"country": country, "region": REGION_OF[subregion], "world": ""}[same]
            places.setdefault(place, []).append(country)
        for countries in places.values():
            self.model.addCons(quicksum(back[c] for c in countries) <= quicksum(ever[c] for c in countries))
        self.different = {c: ever[c] + number - back[c] for c, number in here.items()}

    def bounds(self, key: Key) -> tuple[int, int]:
        """The least and the greatest whole number that the count can be."""
        found = []
        for sense in ("minimize", "maximize"):
            self.model.freeTransform()
            self.model.setObjective(self.sums[key], sense)
            self.model.optimize()
            assert self.model.getStatus() == "optimal", self.model.getStatus()
            found.append(round(self.model.getObjVal()))
        return found[0], found[1]
