"""A table of a report in HTML: its columns are those that it has figures for."""

from __future__ import annotations

import re

import pytest

from counterpart.report.charts import bars
from counterpart.report.report import Figure, Published


def figure(id: str, count: int | None, share: int | None) -> Figure:
    return Figure(key=(id,), names=(id.title(),), count=count, share=share)


@pytest.mark.parametrize(
    ("shares", "heads"),
    [
        ((60, 40), ["Sector", "People", "Per cent"]),
        ((60, None), ["Sector", "People", "Per cent"]),
        ((None, None), ["Sector", "People"]),
    ],
)
def test_there_is_a_column_of_shares_where_a_table_has_any(
    shares: tuple[int | None, ...], heads: list[str]
) -> None:
    figures = tuple(figure(id, 30, share) for id, share in zip(("academic", "public"), shares, strict=True))
    html = bars(Published(id="sector", columns=("Sector",), unit="people", figures=figures))
    assert re.findall(r'<th scope="col">([^<]*)</th>', html) == heads
    assert html.count("<td>") == 2 * (len(heads) - 1)
