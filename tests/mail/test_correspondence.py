"""Which mail is due to whom, once each."""

from __future__ import annotations

from counterpart.mail.due import Due, already_otherwise, on_admission, on_introduction
from counterpart.model import Inputs, Pair, Place, Proposal, Roll, Status, Unpaired

ROLL = Roll(
    round="2027-1",
    pool="sha256:1",
    people={
        "A": Place(status=Status.ADMITTED, place=1),
        "W": Place(status=Status.WAITING, reason="country-cap"),
        "D": Place(status=Status.DUPLICATE, reason="same-person"),
        "I": Place(status=Status.INELIGIBLE, reason="barred"),
        "X": Place(status=Status.WITHDRAWN, reason="withdrew"),
    },
)


def proposal(*pairs: str, alone: str = "") -> Proposal:
    return Proposal(
        round="2027-1",
        inputs=Inputs(pool="", round="", decisions=None, previous=None, engine="1.0"),
        pairs=tuple(Pair(people=tuple(pair), points={}) for pair in pairs),
        unpaired=tuple(Unpaired(id=id, because="odd-number") for id in alone),
    )


def test_before_there_is_a_roll_everybody_hears_that_the_application_arrived() -> None:
    assert [due.key for due in on_admission({"B", "A"}, None)] == ["received/A/1", "received/B/1"]


def test_with_a_roll_everybody_hears_what_became_of_it_and_who_withdrew_hears_nothing() -> None:
    assert [(due.key, due.because) for due in on_admission({"A", "W", "D", "I"}, ROLL)] == [
        ("accepted/A/1", None),
        ("not-admitted/D/1", "same-person"),
        ("not-admitted/I/1", "barred"),
        ("waiting/W/1", "country-cap"),
    ]


def test_partners_are_one_group_and_nobody_is_left_out() -> None:
    due = on_introduction(proposal("CD", "ABE", alone="F"), 2)
    assert [(each.key, each.group) for each in due] == [
        ("introduction/A/2", "A+B+E"),
        ("introduction/B/2", "A+B+E"),
        ("introduction/E/2", "A+B+E"),
        ("introduction/C/2", "C+D"),
        ("introduction/D/2", "C+D"),
        ("unpaired/F/2", "F"),
    ]
    assert isinstance(due[0], Due)


def test_in_a_rematch_nobody_hears_a_second_time_that_there_is_no_partner() -> None:
    """D had a partner until now; C and E have had none all along, and know it."""
    due = on_introduction(proposal("AB", alone="CDE"), 2, had_partner={"A", "D"})
    assert [each.key for each in due] == ["introduction/A/2", "introduction/B/2", "unpaired/D/2"]
    first = on_introduction(proposal("AB", alone="CDE"))
    assert [each.key for each in first][2:] == ["unpaired/C/1", "unpaired/D/1", "unpaired/E/1"]


def test_it_is_noticed_when_somebody_was_introduced_to_another_person() -> None:
    due = on_introduction(proposal("AC", "BD", alone="E"))
    written = {
        "introduction/A/1": "A+B",
        "introduction/D/1": "B+D",
        "introduction/E/1": "E+F",
        "introduction/G/2": "G+H",
        "unpaired/C/1": "C",
    }
    assert already_otherwise(due, 1, written) == ("A", "E")
    assert already_otherwise(due, 1, {each.key: each.group for each in due}) == ()
