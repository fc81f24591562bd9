"""Six rounds by the commands, one after another: nobody meets a partner of the last four rounds, and no longer."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

from counterpart.admission.memory import ROUNDS
from tests.desk import Desk, again_a_sample, flat, id_of

NAMES = ("2027-1", "2027-2", "2028-1", "2028-2", "2029-1", "2029-2")
PEOPLE = range(8)


def begin(desk: Desk, round: str, before: str | None) -> None:
    """The round's settings, and the memory of the one before."""
    if before is None:
        return
    assert desk.run("round", "new", round, "--from", before)[0] == 0
    again_a_sample(desk.root, round)
    assert desk.run("memory", "pass", before, round, "--key", "demo")[0] == 0


def play(desk: Desk, place: int) -> tuple[dict[int, set[int]], dict[int, int]]:
    """Everybody applies anew, is admitted and matched; who may not be whose partner, and who is."""
    round = NAMES[place]
    path = desk.root / f"rounds/{round}/round.yaml"
    days = re.findall(r"date: \"?(\d{4}-\d{2}-\d{2})\"?, event: (\S+?)[,}]", path.read_text(encoding="utf-8"))
    closes = datetime.fromisoformat({event: day for day, event in days}["applications-close"])
    number = {}
    for person in PEOPLE:
        id = desk.apply(
            person + 100 * place,
            country=("AU", "PL", "NG", "BR", "JP", "CA", "IN", "ES")[person],
            round=round,
            received=f"{closes - timedelta(days=2):%Y-%m-%d}T00:00:00Z",
            email=f"canary-{person}@example.org",
        )
        number[id] = person
    now = f"{closes + timedelta(days=2):%Y-%m-%d}T00:00:00Z"
    code, out, err = desk.run("admit", round, "--key", "demo", "--pretend-now", now)
    assert code == 0, out + err
    assert desk.run("match", round)[0] == 0
    people = desk.data("roll.yaml", round)["people"]
    past = {number[id]: {number[other] for other in place.get("past", ())} for id, place in people.items()}
    partner = {}
    for pair in desk.data("pairings.yaml", round)["pairs"]:
        one, other = (number[id] for id in pair["people"])
        partner |= {one: other, other: one}
    return past, partner


def test_partners_of_four_rounds_are_remembered_and_those_before_forgotten(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path)
    partners: list[dict[int, int]] = []
    for place, round in enumerate(NAMES):
        begin(desk, round, NAMES[place - 1] if place else None)
        past, partner = play(desk, place)
        assert len(partner) == len(PEOPLE), round
        for person in PEOPLE:
            assert past[person] == {each[person] for each in partners[-ROUNDS:]}, (round, person)
            assert partner[person] not in past[person]
        partners.append(partner)
    assert len(partners) == ROUNDS + 2, "the first round was forgotten before the last one"
    code, out, _ = desk.run("memory", "pass", "2029-1", "2029-2", "--key", "demo")
    assert code == 0 and "of 4 rounds" in flat(out)
    assert id_of(0) not in (desk.root / "rounds/2029-2/memory.yaml").read_text(encoding="utf-8")
    desk.nobody_named()
