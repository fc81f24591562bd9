"""What the pages of a round and of its group discussions list."""

from __future__ import annotations

from datetime import UTC, datetime

from counterpart.programme.public import Discussion
from counterpart.site.discussion_page import discussions_list
from counterpart.site.round_page import round_page
from tests.site.test_round_state import ROUND, public


def discussion(id: str, title: str, day: int) -> Discussion:
    starts = datetime(2027, 4, day, 15, 30, tzinfo=UTC)
    return Discussion(
        round="2027-1", id=id, title=title, starts=starts, minutes=60, host="a coordinator", join="Open the link."
    )


def test_a_guide_of_the_discussion_programme_is_linked_and_a_later_one_comes_with_its_day() -> None:
    text = round_page(ROUND, public("2027-03-10 12:00", ROUND))
    assert (
        "1. Wednesday, 3 March 2027: **[The first mail](../guides/first-mail.md)**\n"
        "2. Wednesday, 17 March 2027: the guide comes with the day.\n"
    ) in text


def test_group_discussions_to_come_stand_before_those_that_are_over() -> None:
    three = (discussion("maps", "Maps", 1), discussion("dust", "Dust", 8), discussion("ink", "Ink", 15))
    text = discussions_list(public("2027-04-09 12:00", ROUND, discussions=three), "discussions/index.md")
    lines = [line.partition("**:")[0] for line in text.splitlines() if line]
    assert lines == [
        "## To come",
        "- **[Ink](../rounds/2027-1/ink.md)",
        "## Archive",
        "- **[Dust](../rounds/2027-1/dust.md)",
        "- **[Maps](../rounds/2027-1/maps.md)",
    ]
