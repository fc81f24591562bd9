"""What two versions of a report would tell of the person erased between them: why a report is never rebuilt.

That 'report' writes once and that 'guard' refuses a second version is tested with those commands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from counterpart.report.disclosure import screen
from counterpart.report.report import Facts, Participant
from counterpart.report.tables import tables_of
from counterpart.world.regions import REGION_OF, SUBREGION_OF
from tests.attacker import Key
from tests.attacks import attacked
from tests.finished import crowd, disclosed, finished

#: Tables in which one person fewer changes only rows of that person: a partner's are never among them.
OWN = {"region", "sector", "subregion", "career-stage", "interest", "region-sector", "region-career-stage"}


def without(facts: Facts, id: str) -> Facts:
    """The round after an erasure: no count has the person, and no partnership."""
    people = {other: one for other, one in facts.people.items() if other != id}
    return replace(facts, people=people, partnerships=tuple(g for g in facts.partnerships if id not in g))


def told(before: Mapping[Key, int], after: Mapping[Key, int]) -> set[Key]:
    """The rows, of those shown in both versions, that became less: somebody of them was erased."""
    return {
        cell for cell, count in before.items() if cell[0] in OWN | {"country"} and after.get(cell, count) < count
    }


def true_of(one: Participant) -> set[Key]:
    """The rows in which a person is."""
    subregion = SUBREGION_OF[one.country]
    region = REGION_OF[subregion]
    return {
        ("region", (region,)),
        ("subregion", (subregion,)),
        ("sector", (one.sector,)),
        ("career-stage", (one.career_stage,)),
        ("region-sector", (region, one.sector)),
        ("region-career-stage", (region, one.career_stage)),
        *(("country", row) for row in ((one.country,), ("others", subregion), ("others", region))),
        *(("interest", (topic,)) for topic in one.interests),
    }


def test_a_rebuild_would_point_at_the_person_who_was_erased() -> None:
    facts = finished(33, 450)
    before = screen(tables_of(facts)).shown
    pointed = both = 0
    for id in sorted(facts.people)[:20]:
        rows = told(before, screen(tables_of(without(facts, id))).shown)
        assert rows <= true_of(facts.people[id])  # what a reader concludes is right each time
        pointed += bool(rows)
        tables = {table for table, _ in rows}
        both += bool(tables & {"country", "subregion"}) and bool(tables & {"sector", "career-stage"})
    # For most there is a row that says something of them, for many both where they are and what they do.
    assert pointed >= 15 and both >= 5


def test_a_rebuild_with_all_its_repairs_would_point_at_the_person_too() -> None:
    facts = finished(33, 130)
    before = disclosed(facts)
    assert before.safe
    found = []
    for id in sorted(facts.people)[:2]:
        after = disclosed(without(facts, id))
        assert after.safe
        rows = {cell for cell in told(before.screened.shown, after.screened.shown) if cell[0] in OWN}
        assert rows <= true_of(facts.people[id])
        found.append(bool(rows))
    assert any(found)


def test_a_rebuild_would_tell_exactly_how_many_are_left_in_a_row() -> None:
    facts = crowd({("AU", "public", "mid"): 45, ("PL", "law", "mid"): 10, ("NG", "art", "mid"): 22})
    law: Key = ("sector", ("law",))
    one = next(id for id, person in facts.people.items() if person.sector == "law")
    before, after = disclosed(facts), disclosed(without(facts, one))
    assert before.safe and after.safe
    # Each version alone leaves open how many there are, and the two together do not: ten, and now nine.
    assert before.screened.shown[law] == 10 and law in after.screened.low
    first, second = attacked(facts, before.screened), attacked(without(facts, one), after.screened)
    least, greatest = second.attacker.bounds(law)
    assert greatest - least >= 4
    assert max(first.attacker.bounds(law)[0] - 1, least) == greatest == 9
