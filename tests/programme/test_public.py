"""What may be shown for some time is shown until the last moment of it, and not after."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from counterpart.programme.public import shown_until


def test_the_last_day_on_which_something_may_be_shown_is_a_whole_day_of_utc() -> None:
    last = date(2027, 6, 30)
    assert shown_until(last, datetime(2027, 6, 30, 23, 59, 59, tzinfo=UTC))
    assert not shown_until(last, datetime(2027, 7, 1, tzinfo=UTC))
    assert shown_until(last, datetime(2027, 7, 1, 9, tzinfo=timezone(timedelta(hours=10))))
