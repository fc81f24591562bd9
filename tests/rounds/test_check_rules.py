"""The rules behind ``check`` that an example in the reference does not exhaust."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest

from counterpart.files.repository import Repository
from counterpart.findings import RULES
from counterpart.model import Round
from counterpart.rounds.check_application import armor_problem, windows
from counterpart.rounds.check_people import check_ids
from counterpart.rounds.check_settings import checksum_holds
from counterpart.rounds.load import load_round
from counterpart.world import zones
from counterpart.world.vocabulary import world
from tests.miniature import SOURCE, lay_out

BEGIN, END = "-----BEGIN AGE ENCRYPTED FILE-----\n", "-----END AGE ENCRYPTED FILE-----\n"
HEADER = b"age-encryption.org/v1\n"


def armor(content: bytes, width: int = 64) -> str:
    text = base64.b64encode(content).decode()
    return BEGIN + "".join(text[i : i + width] + "\n" for i in range(0, len(text), width)) + END


@pytest.mark.parametrize("length", [22, 47, 48, 49, 95, 96, 97, 1000])
def test_an_armored_block_of_any_length_passes(length: int) -> None:
    assert armor_problem(armor(HEADER.ljust(length, b"\xff"))) is None


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        ("", "begin with the line"),
        (armor(HEADER)[1:], "begin with the line"),
        ("x\n" + armor(HEADER), "begin with the line"),
        (armor(HEADER) + "x\n", "end with the line"),
        (armor(HEADER).replace("-----END", "----- END"), "end with the line"),
        (BEGIN + END, "have lines of 64 characters"),
        (BEGIN + "\n" + END, "have lines of 64 characters"),
        (armor(HEADER * 9, width=60), "have lines of 64 characters"),
        (armor(HEADER * 9, width=128), "have lines of 64 characters"),
        (armor(b"something else"), "hold an age file"),
        (armor(HEADER).replace("YWdl", "*Wdl"), "hold an age file"),
        (armor(HEADER + b"1").replace("=", ""), "hold an age file"),
        (armor(HEADER + b"1").replace("=", "=A"), "hold an age file"),
    ],
)
def test_what_is_no_armored_block_is_told_why(block: str, problem: str) -> None:
    told = armor_problem(block)
    assert told is not None
    assert told.startswith(problem)


def settings(tmp_path: Path, change: str = "") -> Round:
    loaded = load_round(Repository(lay_out(tmp_path / "p", change)), "2027-1")
    assert loaded.round is not None
    return loaded.round


def test_windows_are_whole_days_in_the_zone_of_the_round(tmp_path: Path) -> None:
    open = windows(settings(tmp_path), zones.zone("Australia/Sydney"))
    assert open is not None
    assert open.opens == datetime(2027, 1, 10, 13, tzinfo=UTC)
    assert open.everyone == datetime(2027, 1, 24, 13, tzinfo=UTC)
    assert open.closes == datetime(2027, 2, 14, 13, tzinfo=UTC)


def test_windows_follow_a_change_of_the_clocks(tmp_path: Path) -> None:
    # In Lisbon, summer time began on 28 March 2027: the last day has an hour less.
    change = (
        "# rounds/2027-1/round.yaml, in part\nzone: Europe/Lisbon\ncalendar:\n"
        '  - {date: "2027-03-20", event: everyone-applies}\n  - {date: "2027-03-28", event: applications-close}\n'
    )
    open = windows(settings(tmp_path, change), zones.zone("Europe/Lisbon"))
    assert open is not None
    assert open.opens == open.everyone == datetime(2027, 3, 20, tzinfo=UTC)
    assert open.closes == datetime(2027, 3, 28, 23, tzinfo=UTC)


def rules_of(tmp_path: Path, change: str) -> list[str]:
    return [finding.rule for finding in load_round(Repository(lay_out(tmp_path / "p", change)), "2027-1").findings]


@pytest.mark.parametrize(
    ("received", "membership", "expected"),
    [
        ("2027-01-10T12:59:59Z", "member", ["received-outside-window"]),
        ("2027-01-10T13:00:00Z", "member", []),
        ("2027-01-24T12:59:59Z", "not-member", ["received-before-everyone"]),
        ("2027-01-24T13:00:00Z", "not-member", []),
        ("2027-02-14T12:59:59Z", "not-member", []),
        ("2027-02-14T13:00:00Z", "member", ["received-outside-window"]),
    ],
)
def test_the_windows_hold_to_the_second(
    received: str, membership: str, expected: list[str], tmp_path: Path
) -> None:
    change = (
        f'# applicants/2027-1/M4XH2Q9KTA.yaml, in part\nreceived: "{received}"\n'
        f"profile:\n  membership: {membership}\n"
    )
    assert rules_of(tmp_path, change) == expected


def test_a_round_without_a_window_for_members_opens_for_everyone(tmp_path: Path) -> None:
    calendar = (SOURCE / "rounds/2027-1/round.yaml").read_text(encoding="utf-8").splitlines()
    kept = [line for line in calendar if line.startswith("  - {date:") and "members-apply" not in line]
    change = "# rounds/2027-1/round.yaml, in part\ncalendar:\n" + "\n".join(kept) + "\n"
    assert rules_of(tmp_path, change) == ["received-outside-window"]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (("applications-close", "matching", "introductions"), []),
        (("matching", "applications-close", "introductions"), ["calendar-order"]),
        (("applications-close", "introductions", "matching"), ["calendar-order"]),
        (("topic", "applications-close", "topic", "matching", "introductions", "topic"), []),
    ],
)
def test_events_of_one_day_stand_in_the_order_of_a_round(
    events: tuple[str, ...], expected: list[str], tmp_path: Path
) -> None:
    days = [
        ("2027-01-11", "everyone-applies"),
        *(("2027-02-14", event) for event in events),
        ("2027-06-28", "end"),
    ]
    lines = "".join(f'  - {{date: "{day}", event: {event}}}\n' for day, event in days)
    found = rules_of(tmp_path, f"# rounds/2027-1/round.yaml, in part\ncalendar:\n{lines}")
    assert [rule for rule in found if rule != "calendar-unusual"] == expected


def test_a_key_with_any_one_letter_changed_is_noticed() -> None:
    text = (SOURCE / "rounds/2027-1/round.yaml").read_text(encoding="utf-8")
    keys = [line.removeprefix("  - ") for line in text.splitlines() if line.startswith("  - age1")]
    assert len(keys) == 2
    letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    for key in keys:
        assert checksum_holds(key)
        for at in range(4, len(key)):
            other = letters[(letters.index(key[at]) + 1) % 32]
            assert not checksum_holds(key[:at] + other + key[at + 1 :])


def test_capital_and_small_letters_make_no_new_id() -> None:
    applications = [
        ("W5X6Y7Z8A9", "applicants/2027-1/W5X6Y7Z8A9.yaml"),
        ("w5x6y7z8a9", "applicants/2027-2/w5x6y7z8a9.yaml"),
        ("V5X6Y7Z8A9", "applicants/2027-2/V5X6Y7Z8A9.yaml"),
    ]
    found = list(check_ids(reversed(applications)))
    assert [(f.rule, f.location.path, f.message) for f in found] == [
        (
            "id-repeated",
            "applicants/2027-2/w5x6y7z8a9.yaml",
            "An id must be that of one application; 'applicants/2027-1/W5X6Y7Z8A9.yaml' has this one already.",
        )
    ]


@pytest.mark.parametrize(
    ("zone", "countries"),
    [
        ("Asia/Kolkata", {"IN"}),
        ("Asia/Calcutta", {"IN"}),
        ("Europe/Amsterdam", {"BE", "LU", "NL"}),
        ("Europe/Kyiv", {"UA"}),
        ("Europe/Kiev", {"UA"}),
    ],
)
def test_old_and_new_names_of_a_clock_belong_to_the_same_countries(zone: str, countries: set[str]) -> None:
    assert world().zone_countries[zone] == countries


def test_every_country_has_a_time_zone_and_no_region_is_a_country() -> None:
    used = set().union(*world().zone_countries.values())
    assert world().countries - used == {"BV", "HM"}  # nobody lives there
    assert not {"EU", "UN", "ZZ", "UK", "XX"} & world().countries
    assert {"en", "vi", "pt", "sw", "zh", "fil"} < world().languages
    assert not {"jp", "und", "mul"} & world().languages


def test_every_remedy_is_a_sentence() -> None:
    assert all(help.endswith(".") and "!" not in help.replace("'!'", "") for help in RULES.values())
