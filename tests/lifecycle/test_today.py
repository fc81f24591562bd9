"""``today`` guides through a round, day by day."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest

from tests.admission.test_admit import withdraw
from tests.desk import AFTER, Desk, flat


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def says(desk: Desk, day: str) -> str:
    code, out, err = desk.run("today", "--pretend-now", f"{day}T06:00:00Z")
    assert (code, err) == (0, "")
    return out


def test_from_the_first_day_to_the_introductions_it_names_the_next_command(desk: Desk) -> None:
    assert says(desk, "2027-01-04") == (
        "\nRound 2027-1, First round of 2027: not open yet\n"
        "  Next\n"
        "    - Publish the application page. (by Monday, 11 January 2027)\n"
        "        counterpart form 2027-1 --out build/site\n"
    )
    for number in range(7):
        desk.apply(number)
    assert says(desk, "2027-01-12").startswith(
        "\nRound 2027-1, First round of 2027: members may apply; 7 applications"
    )
    out = says(desk, "2027-02-10")
    assert (
        "everyone may apply; 7 applications so far\n  Now\n    - Applications close in 4 days: remind people"
        in out
    )
    assert (
        "  Awaited\n    - Applications are taken in. (until Sunday, 14 February 2027) From: applicants."
        in flat2(out)
    )
    out = says(desk, "2027-02-15")
    assert (
        "    - Admit: decide who takes part. (by Monday, 15 February 2027)\n        counterpart admit 2027-1"
        in out
    )
    assert "OVERDUE" in says(desk, "2027-02-16")
    assert desk.admit()[0] == 0
    out = says(desk, "2027-02-15")
    assert "counterpart mail 2027-1 --as NAME" in out
    assert "counterpart match 2027-1" in out
    assert desk.run("match", "2027-1")[0] == 0
    out = says(desk, "2027-02-20")
    assert (
        "    - Review the proposal, and approve it. (by Monday, 1 March 2027)\n        counterpart approve 2027-1"
        in out
    )
    assert desk.run("approve", "2027-1", "--as", "coordinator-1", "--pretend-now", AFTER)[0] == 0
    out = says(desk, "2027-03-01")
    assert (
        "    - Introduce: 7 mails to send. (by Monday, 1 March 2027)\n        counterpart introduce 2027-1" in out
    )
    withdraw(desk, 3)
    assert "1 admitted person has withdrawn: admit again, so that others get the place." in flat(
        says(desk, "2027-03-01")
    )
    assert desk.admit()[0] == 0
    assert "Match again: something has changed." in says(desk, "2027-03-01")
    assert desk.run("match", "2027-1")[0] == 0
    assert "The approval is void, as something has changed since" in says(desk, "2027-03-01")


def flat2(text: str) -> str:
    return text.replace("\n      ", " ")


def test_days_are_those_of_the_rounds_zone(desk: Desk) -> None:
    desk.apply(1)
    code, out, _ = desk.run("today", "--pretend-now", "2027-02-14T12:59:00Z")
    assert "everyone may apply" in out
    code, out, _ = desk.run("today", "--pretend-now", "2027-02-14T13:00:00Z")
    assert code == 0
    assert "between applications and introductions" in out


def test_a_round_that_cannot_be_read_stops_no_other(desk: Desk) -> None:
    folder = desk.root / "rounds/2027-2"
    folder.mkdir()
    (folder / "round.yaml").write_text("format: 1\n", encoding="utf-8")
    code, out, _ = desk.run("today")
    assert code == 0
    assert "Round 2027-2: settings that cannot be read\n  Now\n    - The round's settings cannot be read." in out
    assert "Round 2027-1" in out
    code, _, err = desk.run("today", "2029-1")
    assert code == 2
    assert "There is no round '2029-1'" in flat(err)


def test_the_calendar_can_be_read_by_calendar_programs_and_keeps_its_ids(desk: Desk) -> None:
    desk.apply(1)
    path = desk.folder / "rounds.ics"

    def events(now: str = "2027-02-01T06:00:00Z") -> dict[str, tuple[str, str]]:
        assert desk.run("today", "--calendar", path, "--pretend-now", now)[0] == 0
        read = icalendar.Calendar.from_ical(path.read_bytes())
        return {str(e["UID"]): (str(e.decoded("DTSTART")), str(e["SUMMARY"])) for e in read.walk("VEVENT")}

    before = events()
    content = path.read_bytes()
    assert before["2027-1-introductions-1@counterpart"] == ("2027-03-01", "2027-1: introductions")
    assert ("2027-02-14", "2027-1: Applications are taken in.") in before.values()
    assert content.count(b"\r\n") == content.count(b"\n")
    for event in icalendar.Calendar.from_ical(content).walk("VEVENT"):
        if not isinstance(event.decoded("DTSTART"), datetime):  # of a whole day, the end is the day after it
            assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(days=1)
    events()
    assert path.read_bytes() == content
    assert desk.run("round", "move", "2027-1", "introductions", "2027-03-08")[0] == 0
    after = events("2027-02-01T06:01:00Z")
    assert after.keys() == before.keys()
    assert after["2027-1-introductions-1@counterpart"][0] == "2027-03-08"
    old, new = (icalendar.Calendar.from_ical(each).walk("VEVENT") for each in (content, path.read_bytes()))
    for name in ("SEQUENCE", "DTSTAMP", "LAST-MODIFIED"):
        assert max(each.decoded(name) for each in old) < min(each.decoded(name) for each in new), name


def test_the_end_of_applications_is_a_moment_with_a_reminder(desk: Desk) -> None:
    desk.apply(1)
    path = desk.folder / "rounds.ics"
    assert desk.run("today", "--calendar", path, "--pretend-now", "2027-02-01T06:00:00Z")[0] == 0
    [close] = [
        each
        for each in icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")
        if each["UID"] == "2027-1-applications-close-1@counterpart"
    ]
    zone = ZoneInfo("Australia/Sydney")
    assert close.decoded("DTEND").astimezone(zone) == datetime(2027, 2, 15, tzinfo=zone), (
        "the last day is the 14th"
    )
    assert close.decoded("DTEND") - close.decoded("DTSTART") == timedelta(minutes=30)
    [alarm] = close.walk("VALARM")
    assert (alarm.decoded("TRIGGER"), str(alarm["ACTION"])) == (timedelta(days=-1), "DISPLAY")
