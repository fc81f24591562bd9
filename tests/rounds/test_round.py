"""``round new`` and ``round move``: dates go together, comments stay, and what must be new is asked for."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from counterpart.files.repository import Repository
from counterpart.rounds.calendar import moved, shifted, unusual
from counterpart.rounds.first_settings import next_title
from counterpart.rounds.load import load_round
from counterpart.sealing.demo_keys import DEMONSTRATION_RECIPIENTS
from tests.desk import Desk, flat


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
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
    expected = re.sub(r"recipients:\n(  - .*\n)+", "recipients: []\n", expected).replace("sample: true\n", "")
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
    assert "2. Each coordinator makes a key, on a machine of their own. There must be two at least:" in flat(out)
    assert "       counterpart keys new 2028-1 --as coordinator-1\n" in out


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


MISSING = """\
rounds/{round}/round.yaml:{draw}: error[draw-empty]: `draw` must be a text, not only spaces.
  help: Write any text that nobody can foresee, and leave it as it is from then on.
rounds/{round}/round.yaml:{keys}: error[list-too-short]: `recipients` must have at least 2 entries.
  help: Each coordinator makes a key, on a machine of their own: counterpart keys new {round} --as coordinator-1
"""


def places(lines: list[str]) -> dict[str, str]:
    """Where a new round's settings lack something."""
    draw, keys = lines.index('draw: " "') + 1, lines.index("recipients: []") + 1
    return {"draw": f"{draw}:7", "keys": f"{keys}:13"}


def test_a_round_made_from_a_sample_is_real_and_asks_for_keys(
    desk: Desk,
) -> None:
    assert desk.run("sample", "2028-2", "--people", "0")[0] == 0
    code, out, _ = desk.run("round", "new", "2029-1", "--from", "2028-2")
    assert code == 0
    assert out.startswith("Made round 2029-1: First round of 2029.\n")
    assert (
        "Round 2028-2 is a sample. Its demonstration keys, its mark as a sample and its share for one country "
        "stayed behind: this round is a real one, and needs keys of your own."
    ) in flat(out)
    made = text(desk, "2029-1")
    for word in (
        "sample",
        "age1",
        "country_cap: 100",
        "made up",
        "made-up",
        "fictional",
        "nobody is asked to wait",
    ):
        assert word not in made, word
    assert "recipients: []\n" in made
    code, out, _ = desk.run("check", desk.root / "rounds/2029-1")
    assert code == 1
    lines = made.splitlines()
    numbers = places(lines)
    assert out.startswith(MISSING.format(round="2029-1", **numbers))


def test_demonstration_keys_beside_ones_own_are_noticed_and_no_form_is_made(desk: Desk) -> None:
    """As when somebody makes a key for a round that still carries the keys of a sample."""
    path = desk.root / "rounds/2027-1/round.yaml"
    own = "age14c5l8e24vuykyjcava990456wl8mvt8c8l0at7sxqzghe3zgcvvsttpfsd"
    mixed = text(desk, "2027-1").replace(DEMONSTRATION_RECIPIENTS[1], own)
    path.write_text(mixed, encoding="utf-8")
    code, out, _ = desk.run("check", path)
    assert code == 0
    assert (
        "warning[recipient-demonstration]: Entry 1 of `recipients` is a demonstration key, which protects "
        "nothing, beside a key of your own: is this round a real one? Then it must have neither these keys nor "
        "`sample: true`."
    ) in out
    code, _, err = desk.run("form", "2027-1", "--out", desk.folder / "site")
    assert (code, flat(err)) == (
        2,
        "counterpart: Round 2027-1 has demonstration keys beside your own, so everybody could open what people "
        "send. Take the demonstration keys and `sample: true` out of its settings, or begin it with "
        "'counterpart round new'. ",
    )
    path.write_text(mixed.replace("sample: true\n", ""), encoding="utf-8")
    code, out, _ = desk.run("check", path)
    assert code == 1
    assert (
        "error[recipient-demonstration]: Entry 1 of `recipients` must not be a demonstration key, which protects "
        "nothing."
    ) in out
    assert desk.run("form", "2027-1", "--out", desk.folder / "site")[0] == 1
    assert not (desk.folder / "site").exists()


def test_the_first_round_is_begun_without_an_old_one(desk: Desk) -> None:
    code, out, _ = desk.run("round", "new", "2028-1")
    assert code == 0
    made = text(desk, "2028-1")
    lines = made.splitlines()
    numbers = places(lines)
    assert out == (
        "Made round 2028-1: First round of 2028.\n"
        "  members-apply       Mon 2028-01-10\n"
        "  everyone-applies    Mon 2028-01-24\n"
        "  applications-close  Sun 2028-02-13\n"
        "  matching            Mon 2028-02-14\n"
        "  introductions       Mon 2028-02-28\n"
        "  mid-survey          Mon 2028-04-17\n"
        "  end-survey          Mon 2028-06-12\n"
        "  end                 Mon 2028-06-19\n"
        "\n"
        "What 'counterpart check' says of it\n" + MISSING.format(round="2028-1", **numbers) + "\n"
        "Next\n"
        "  1. Read through rounds/2028-1/round.yaml, and change what does not suit you. Write a\n"
        "     draw that nobody can foresee.\n"
        "  2. Each coordinator makes a key, on a machine of their own. There must be two at\n"
        "     least:\n"
        "       counterpart keys new 2028-1 --as coordinator-1\n"
        "  3. See whether all is well:\n"
        "       counterpart check\n"
    )
    keys = [line for line in lines if re.match(r"(# )?[a-z_]+: ?", line) and not line.startswith("  ")]
    for key in keys:
        above = lines[lines.index(key) - 1]
        assert above.startswith("# "), key
    for word in ("library", "librar", "sample", "age1"):
        assert word not in made.casefold()
    code, out, _ = desk.run("check", desk.root / "rounds/2028-1")
    assert (code, out.partition("Checked")[0]) == (1, MISSING.format(round="2028-1", **numbers))
    assert desk.run("round", "new", "2028-1")[0] == 2
    assert desk.run("round", "new", "2028-2", "--starts", "2028-09-04", "--dry-run")[1].startswith(
        "Would make round 2028-2: Second round of 2028.\n  members-apply       Mon 2028-09-04\n"
    )
    assert not (desk.root / "rounds/2028-2").exists()


@pytest.mark.parametrize(
    ("title", "old", "new", "days", "expected"),
    [
        ("First round of 2027", "2027-1", "2027-2", 182, ("Second round of 2027", False)),
        ("First round of 2027", "2027-1", "2028-1", 364, ("First round of 2028", False)),
        ("Spring round 2027", "2027-1", "2027-2", 182, ("Second round of 2027", True)),
        ("First round of 2027 (spring)", "2027-1", "2027-2", 182, ("Second round of 2027", True)),
        ("Spring round 2027", "2027-1", "2028-1", 364, ("Spring round 2028", False)),
        ("Peer mentoring 2027", "2027-1", "2027-2", 182, ("Second round of 2027", True)),
        ("Peer mentoring", "2027-1", "2028-1", 364, ("First round of 2028", True)),
        ("Round 2027-1", "2027-1", "2027-2", 182, ("Round 2027-2", False)),
        ("Second round of 2026 (sample)", "2026-2", "2027-1", 182, ("First round of 2027", False)),
    ],
)
def test_a_title_is_taken_along_only_where_it_is_true_of_the_new_round(
    title: str, old: str, new: str, days: int, expected: tuple[str, bool]
) -> None:
    assert next_title(title, old, new, days) == expected
