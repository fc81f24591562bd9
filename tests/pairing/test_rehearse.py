"""``rehearse``: what would change under other weights or rules, and nothing is written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from counterpart.model import Rules, Weights
from counterpart.pairing.graph import PoolGraph
from counterpart.pairing.pairs import totals
from counterpart.pairing.proposal import propose
from counterpart.pairing.rehearse import rehearse
from tests import runner
from tests.people import crowd
from tests.repositories import Files, write

SOME = crowd(5, 24)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return write(SOME, tmp_path / "programme")


def run(files: Files, settings: str) -> tuple[int, str, str]:
    path = files.root.parent / "other.yaml"
    path.write_text(settings, encoding="utf-8")
    return runner.run("rehearse", "2027-1", "--weights", path, root=files.root)


def test_the_same_settings_change_nothing(files: Files) -> None:
    fresh = "There is no proposal for these applications yet, so the best one stands for it.\n"
    same = "Nothing would change: the same pairs are the best under these settings too.\n"
    code, out, _ = run(files, "weights: {sector: 60}\n")
    assert (code, out.startswith(fresh + same)) == (0, True)
    assert runner.run("match", "2027-1", root=files.root)[0] == 0
    code, out, _ = run(files, "weights: {sector: 60}\n")
    assert (code, out.startswith(same)) == (0, True)


def test_other_weights_are_told_priority_by_priority(files: Files) -> None:
    before = files.everything()
    code, out, _ = run(files, "weights: {interests: 0, hours: 500}\n")
    assert code == 0
    assert files.everything() == before
    now = propose(SOME).proposal
    other = replace(SOME, round=replace(SOME.round, weights=replace(SOME.round.weights, interests=0, hours=500)))
    found = rehearse(SOME, other, now)
    assert found.come
    assert f"{len(found.come):,} would be new." in out
    assert (
        f"    points, all people together               {found.now[1].points:>12,}{found.then[1].points:>12,}\n"
        in out
    )
    assert found.then[1].points > found.now[1].points, "the other settings prefer their own best"
    assert found.then[0].points < found.now[0].points, "and today's settings theirs"


def test_a_rule_that_forbids_pairs_of_today_is_counted(files: Files) -> None:
    code, out, _ = run(files, "rules: {time-difference: 3}\n")
    assert code == 0
    other = replace(SOME, round=replace(SOME.round, rules=Rules(time_difference=3)))
    found = rehearse(SOME, other, propose(SOME).proposal)
    assert found.now[0].barred == found.then[1].barred == 0
    assert found.now[1].barred > 0
    assert f"    pairs that they do not allow              {found.now[1].barred:>12,}           0\n" in out
    assert set(found.left) == {u.id for u in propose(other).proposal.unpaired} - {
        u.id for u in propose(SOME).proposal.unpaired
    }


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (
            "draw: other\n",
            "must hold some of these keys of round.yaml, and no other: weights, rules, acceptable, threes.",
        ),
        ("weights: {luck: 3}\n", "'other.yaml': "),
        ("weights: {sector: -1}\n", "'other.yaml': `sector` must be at least 0, not -1."),
        ("acceptable: many\n", "'other.yaml': `acceptable` must be a whole number"),
        ("weights: [\n", "'other.yaml', line 2: "),
        ("- weights\n", "must hold some of these keys"),
    ],
)
def test_a_file_that_cannot_be_used_is_told(files: Files, settings: str, says: str) -> None:
    code, _, err = run(files, settings)
    assert code == 2
    assert says in " ".join(err.split())


@pytest.mark.parametrize("seed", range(12))
def test_it_agrees_with_matching_anew(seed: int) -> None:
    pool = crowd(seed, 9)
    weights = Weights(interests=10 * seed, sector=200 - 10 * seed, hours=7 * seed)
    other = replace(pool, round=replace(pool.round, weights=weights))
    now = propose(pool).proposal
    found = rehearse(pool, other, now)
    anew = propose(other).proposal
    graph = PoolGraph(other, columns=3)
    pairs = [(pair.people[0], pair.people[1]) for pair in anew.pairs]
    assert found.then[1].points == totals(graph, pairs)[2]
    assert found.then[1].people == 2 * len(pairs)
    assert found.stay + len(found.gone) == len(now.pairs)
