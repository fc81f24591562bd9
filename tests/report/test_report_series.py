"""The list of reports: rounds of three sizes side by side, the latest first, and nothing called what it is not."""

from __future__ import annotations

import json
import re
from pathlib import Path

from counterpart.report.downloads import report_files
from counterpart.report.report import Report
from counterpart.report.report_file import report_from
from counterpart.report.series import reports_page

CASES = Path(__file__).resolve().parents[1] / "cases" / "reports"


def reports() -> dict[str, Report]:
    """Rounds of 60, 600 and 1,162 people."""
    return {path.stem: report_from(json.loads(path.read_bytes())) for path in sorted(CASES.glob("*.json"))}


def test_the_list_and_every_table_begin_with_the_latest_round() -> None:
    page = reports_page(list(reports().values()))
    titles = [
        "First round of 2026 (sample)",
        "Second round of 2025 (sample)",
        "First round of 2025 (sample)",
    ]
    assert re.findall(r"^- \[(.*?)\]", page, re.M) == titles
    tables = re.findall(r"<table.*?</table>", page, re.S)
    assert len(tables) == 4
    for table in tables:
        assert re.findall(r"\w+ round of \d+ \(sample\)", table) == titles


def test_each_table_has_a_sentence_and_a_file() -> None:
    page = reports_page(list(reports().values()))
    parts = page.split("\n### ")[1:]
    assert [part.split("\n\n")[:2] for part in parts] == [
        ["People", "The round with the most people: First round of 2026 (sample), 1,160."],
        ["Partnerships", "The largest figure that is shown: First round of 2026 (sample), 590."],
        ["Countries reached", "The largest figure that is shown: First round of 2026 (sample), 95."],
        ["Regions", "The largest figure that is shown: Asia in “First round of 2026 (sample)”, 360."],
    ]
    assert [part.strip().split("\n\n")[-1] for part in parts] == [
        "[Download “People from round to round” (CSV)](series/total.csv){ .cp-download }",
        "[Download “Partnerships from round to round” (CSV)](series/partnerships.csv){ .cp-download }",
        "[Download “Countries reached from round to round” (CSV)](series/countries.csv){ .cp-download }",
        "[Download “Regions from round to round” (CSV)](series/region.csv){ .cp-download }",
    ]


def test_what_a_small_round_does_not_publish_is_not_called_withheld() -> None:
    files = report_files(reports())
    assert files["reports/series/partnerships.csv"] == (
        "Round,partnerships\n"
        "First round of 2026 (sample),590\n"
        "Second round of 2025 (sample),305\n"
        "First round of 2025 (sample),not published\n"
    )
    assert "First round of 2025 (sample),Africa,withheld\n" in str(files["reports/series/region.csv"])
    page = reports_page(list(reports().values()))
    assert '<td><span class="cp-withheld">not published</span></td>' in page
    assert (
        "Where it says *not published*, the report of that round has no such table: small rounds have only their "
        "total, regions and sectors."
    ) in page
    assert "not published" not in reports_page(list(reports().values())[1:])
