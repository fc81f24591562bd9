"""``round new`` and ``round move``: dates go together, comments stay, and what must be new is asked for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.desk import Desk, flat

from counterpart.core.calendar import moved, shifted, unusual
from counterpart.edges.load import load_round
from counterpart.edges.repository import Repository


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    made = Desk(tmp_path, capsys)
    path = made.root / "rounds/2027-1/round.yaml"
    text = path.read_text(encoding="utf-8").replace(
        "calendar:", "# A note about dates.\ncalendar:  # days in Sydney"
    )
    path.write_text(text, encoding="utf-8")
    return made


def text(desk: Desk, round: str) -> str:
    return (desk.root / f"rounds/{round}/round.yaml").read_text(encoding="utf-8")


def test_a_new_round_has_the_old_ones_words_and_other_dates(desk: Desk) -> None:
    code, out, _ = desk.run("round", "new", "2027-2", "--from", "2027-1")
    assert code == 0
    old = text(desk, "2027-1")
    expected = old.replace("round: 2027-1", 'round: "2027-2"').replace("title: First", 'title: "Second')
    expected = expected.replace("of 2027\n", 'of 2027"\n')
    for before, after in (
        ("2027-01-11", "2027-07-12"), ("2027-01-25", "2027-07-26"), ("2027-02-14", "2027-08-15"),
        ("2027-02-15", "2027-08-16"), ("2027-03-01", "2027-08-30"), ("2027-04-26", "2027-10-25"),
        ("2027-06-28", "2027-12-27"),
    ):  # fmt: skip
        expected = expected.replace(before, after)
    expected = expected.replace("draw: the first ten words of the newspaper of 4 January 2027", 'draw: " "')
    assert text(desk, "2027-2") == expected
    assert out.startswith(
        "Made round 2027-2: Second round of 2027.\n  members-apply       Mon 2027-07-12  (was 2027-01-11)\n"
    )
    assert "error[draw-empty]" in out
    assert text(desk, "2027-1") == old


def test_a_round_that_is_not_made_up_begins_without_keys_and_open(desk: Desk) -> None:
    path = desk.root / "rounds/2027-1/round.yaml"
    path.write_text(text(desk, "2027-1").replace("sample: true\n", "closed: true\n"), encoding="utf-8")
    code, out, _ = desk.run("round", "new", "2028-1", "--from", "2027-1", "--starts", "2028-01-10")
    assert code == 0
    made = text(desk, "2028-1")
    assert "closed" not in made
    assert "recipients: []\n" in made
    assert "age1" not in made
    assert "  introductions       Mon 2028-02-28  (was 2027-03-01)\n" in out
    assert "2. Each coordinator makes a key: counterpart keys new 2028-1 --as coordinator-1" in flat(out)


def test_it_overwrites_nothing_and_says_what_is_wrong(desk: Desk) -> None:
    before = text(desk, "2027-1")
    for arguments, words in (
        (("2027-1", "--from", "2027-1"), "Round 2027-1 is there already, and stays as it is."),
        (("2027-2", "--from", "2026-1"), "The settings of round '2026-1' cannot be read"),
        (("next", "--from", "2027-1"), "A round is named by its year and number"),
        (("2027-2", "--from", "2027-1", "--starts", "2027-01-11"), "must begin after 2027-01-11"),
        (("2027-2", "--from", "2027-1", "--starts", "soon"), "'soon' must be a day such as 2027-07-12."),
    ):
        code, _, err = desk.run("round", "new", *arguments)
        assert (code, words in flat(err)) == (2, True), err
    assert text(desk, "2027-1") == before
    assert desk.run("round", "new", "2027-2", "--from", "2027-1", "--dry-run")[0] == 0
    assert not (desk.root / "rounds/2027-2").exists()


def test_templates_of_mails_come_along(desk: Desk) -> None:
    folder = desk.root / "rounds/2027-1/mails"
    folder.mkdir()
    (folder / "accepted.md.j2").write_text("Subject: Yes\n\nYes.\n", encoding="utf-8")
    assert "1 template of mails came along." in desk.run("round", "new", "2027-2", "--from", "2027-1")[1]
    assert (desk.root / "rounds/2027-2/mails/accepted.md.j2").read_bytes() == (
        folder / "accepted.md.j2"
    ).read_bytes()


def test_moving_a_date_moves_what_comes_after_it(desk: Desk) -> None:
    code, out, _ = desk.run("round", "move", "2027-1", "introductions", "2027-03-08")
    assert code == 0
    assert out.splitlines()[5:9] == [
        "  introductions       Mon 2027-03-08  (was 2027-03-01)",
        "  topic               Mon 2027-03-08  (was 2027-03-01)  getting-to-know-you",
        "  mid-survey          Mon 2027-05-03  (was 2027-04-26)",
        "  end                 Mon 2027-07-05  (was 2027-06-28)",
    ]
    assert "# A note about dates.\ncalendar:  # days in Sydney\n" in text(desk, "2027-1")
    assert '{date: "2027-02-15", event: matching}' in text(desk, "2027-1")
    code, out, _ = desk.run("round", "move", "2027-1", "end", "2027-04-30", "--only")
    assert code == 0
    assert "warning[calendar-unusual]: The partnerships last 53 days" in out
    code, out, _ = desk.run("round", "move", "2027-1", "matching", "2027-02-01", "--only")
    assert "error[calendar-order]" in out
    code, _, err = desk.run("round", "move", "2027-1", "party", "2027-02-01")
    assert code == 2
    assert "The calendar has no event 'party'. It has: members-apply, everyone-applies," in flat(err)


def test_shifting_back_and_forth_changes_nothing_and_only_moves_one(desk: Desk) -> None:
    round = load_round(Repository(desk.root), "2027-1").round
    assert round is not None
    assert shifted(shifted(round.calendar, 182), -182) == round.calendar
    alone = moved(round.calendar, "end", date(2027, 7, 1), only=True)
    assert [a for a, b in zip(alone, round.calendar, strict=True) if a != b] == [alone[-1]]
    assert list(unusual(round)) == []
