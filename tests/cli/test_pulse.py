"""What ``pulse`` shows: each partnership in one place, and the next command."""

from __future__ import annotations

from datetime import date

import pytest

from counterpart.cli.pulse import _show
from counterpart.model import RoundId
from counterpart.rounds.contact import Pulse, Silent
from counterpart.rounds.contact_report import Taken


def silent(people: tuple[str, ...], days: int, **said: str) -> Silent:
    return Silent(people=people, number=1, days=days, said=said, heard=frozenset(said))


def test_a_partnership_is_listed_by_how_long_it_is_silent_and_only_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    pulse = Pulse(
        partnerships=9,
        in_contact=4,
        silent=(silent(("A", "B"), 15, A="nothing-yet"), silent(("C", "D"), 14), silent(("E", "F"), 13)),
        asked=("G",),
        leaving=(),
        away={"H": date(2027, 3, 20)},
        fresh=1,
    )
    _show(RoundId("2027-1"), Taken(pulse=pulse, answers=1, stopped=0, shut=()))
    assert capsys.readouterr().out == (
        "9 partnerships of round 2027-1: 4 in contact, 3 silent for a week or more, 1 with\n"
        "somebody who is away, asks or leaves, 1 too new to say. 1 answer so far.\n"
        "\n"
        "They asked for a new partner\n"
        "  G\n"
        "    counterpart end 2027-1 G --reason asked --new-partner --as NAME\n"
        "\n"
        "Silent for 14 days or more\n"
        "  A and B, 15 days: A said: nothing yet\n"
        "  C and D, 14 days\n"
        "\n"
        "Silent for 7 days or more\n"
        "  E and F, 13 days\n"
        "  A mail reminds them once after 7 and once after 14 days:\n"
        "    counterpart mail 2027-1 --as NAME\n"
        "  Who has said nothing after that leaves, and the other gets a new partner. For the\n"
        "  first:\n"
        "    counterpart end 2027-1 B --reason silent --as NAME\n"
        "\n"
        "Away, and left in peace\n"
        "  H until Saturday, 20 March 2027\n"
    )
