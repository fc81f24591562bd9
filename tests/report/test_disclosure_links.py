"""What the audit takes a reader to know is what the independent attacker knows, link by link."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from counterpart.matching.bounds import Prober
from counterpart.report.disclosure import screen
from counterpart.report.disclosure_links import Reader, read, setting_of
from counterpart.report.tables import tables_of
from tests.attacker import Key
from tests.attacks import Attacked, attacked
from tests.finished import crowd, finished


def withheld_by_chance(
    seed: int, size: int, share: float, without: Sequence[str] = (), **changes: object
) -> tuple[Attacked, Reader]:
    """A round of which many figures more than need be are withheld, so that each must be found through others."""
    chance = random.Random(f"withheld {seed}")
    facts = replace(finished(seed, size, known=seed % 3 * 4), **changes)  # type: ignore[arg-type]
    tables = tables_of(facts)
    shown = screen(tables).shown
    gone = [
        table for table in sorted({table for table, _ in shown}) if chance.random() < 0.15 and table != "total"
    ]
    gone += without
    guards = [cell for cell in sorted(shown) if chance.random() < share]
    guards += [("countries", ())] if without else []
    screened = screen(tables, guards, gone)
    return attacked(facts, screened), read(setting_of(facts), screened)


def some_of_each_table(one: Attacked, reader: Reader, most: int, seed: int) -> list[Key]:
    """Withheld counts, so many of each table."""
    chance = random.Random(seed)
    cells = [cell for cell in sorted({*one.screened.low, *one.screened.guards}) if reader.cells.get(cell)]
    chance.shuffle(cells)
    tables: dict[str, list[Key]] = {}
    for cell in cells:
        tables.setdefault(cell[0], []).append(cell)
    return [cell for rows in tables.values() for cell in rows[:most]]


@pytest.mark.parametrize(
    ("seed", "size", "share", "pairings"),
    [(1, 80, 0.2, 1), (2, 150, 0.3, 3), (3, 300, 0.1, 2), (4, 450, 0.3, 2), (5, 900, 0.5, 3), (6, 1600, 0.4, 1)],
)
def test_the_audit_and_the_independent_attacker_narrow_every_count_to_the_same_values(
    seed: int, size: int, share: float, pairings: int
) -> None:
    one, reader = withheld_by_chance(seed, size, share, pairings=pairings)
    prober = Prober(reader.statements)
    for cell in some_of_each_table(one, reader, 2, seed):
        audit = prober.interval(reader.cells[cell], whole=True)
        assert (audit.low, audit.high) == one.attacker.bounds(cell), cell
        assert audit.low <= one.screened.counts[cell] <= audit.high, cell


@pytest.mark.parametrize("without", [["country"], ["country", "subregion"], ["region"]])
def test_they_do_so_too_where_a_table_is_left_out(without: list[str]) -> None:
    one, reader = withheld_by_chance(9, 260, 0.3, without)
    prober = Prober(reader.statements)
    for cell in some_of_each_table(one, reader, 1, 9):
        audit = prober.interval(reader.cells[cell], whole=True)
        assert (audit.low, audit.high) == one.attacker.bounds(cell), cell


@pytest.mark.parametrize(
    ("size", "least", "greatest"), [(99, 98, 99), (100, 100, 102), (399, 398, 399), (400, 400, 402)]
)
def test_the_tables_that_there_are_tell_on_which_side_of_a_step_the_round_stands(
    size: int, least: int, greatest: int
) -> None:
    facts = finished(21, size)
    screened = screen(tables_of(facts))
    reader = read(setting_of(facts), screened)
    audit = Prober(reader.statements).interval(reader.cells["total", ()])
    assert (audit.low, audit.high) == (least, greatest) == attacked(facts, screened).attacker.bounds(("total", ()))


@pytest.mark.parametrize(
    ("named", "gone", "least", "greatest"),
    [
        # One topic each: 118 people at least, of whom 62 and 42 at most named the other two.
        ([("topic-0",)] * 3 + [("topic-1",)] * 2 + [("topic-2",)], "topic-2", 14, 122),
        # Five of six topics each: 122 people at most, 610 topics, and 98 at least for each of the other five.
        ([tuple(f"topic-{n}" for n in range(6) if n != left) for left in range(6)], "topic-5", 10, 120),
    ],
)
def test_everybody_names_a_topic_and_nobody_more_than_five(
    named: list[tuple[str, ...]], gone: str, least: int, greatest: int
) -> None:
    facts = crowd({("AU", "public", "mid"): 120}, topics={id: id for topics in named for id in topics})
    people = {
        id: replace(one, interests=named[n % len(named)]) for n, (id, one) in enumerate(facts.people.items())
    }
    facts, cell = replace(facts, people=people), ("interest", (gone,))
    screened = screen(tables_of(facts), [cell])
    reader = read(setting_of(facts), screened)
    audit = Prober(reader.statements).interval(reader.cells[cell], whole=True)
    assert (audit.low, audit.high) == (least, greatest) == attacked(facts, screened).attacker.bounds(cell)


@pytest.mark.parametrize("threes", [False, True])
def test_partnerships_are_as_many_as_their_people_allow(threes: bool) -> None:
    facts = replace(finished(8, 160), threes=threes, partnerships=())
    ids = list(facts.people)
    pairs = [(ids[i], ids[i + 1]) for i in range(0, 100, 2)]
    facts = replace(facts, pairings=1, partnerships=(*pairs, tuple(ids[100:103])) if threes else tuple(pairs))
    cells = [("partnerships", ()), *(("distance", (near,)) for near in ("same-region", "other-region"))]
    screened = screen(tables_of(facts), cells)
    reader = read(setting_of(facts), screened)
    one, prober = attacked(facts, screened), Prober(reader.statements)
    for cell in cells:
        audit = prober.interval(reader.cells[cell], whole=True)
        assert (audit.low, audit.high) == one.attacker.bounds(cell), cell
        assert audit.low <= screened.counts[cell] <= audit.high <= 60
