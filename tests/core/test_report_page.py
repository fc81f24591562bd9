"""Pages and downloads of a report: every number is one of the report's, whatever is withheld stays so."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import markdown
import pytest
from tests.finished import crowd, disclosed, finished, person, published

from counterpart.core.report import Figure, Published, Report
from counterpart.core.report_data import report_bytes, report_data, report_from, report_of
from counterpart.core.report_page import report_csv, report_files, report_page, reports_page
from counterpart.edges.names import names

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class Numbers(HTMLParser):
    """Every number of a page: in its text, and in the values of attributes, geometry included."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            # the drawing's origin and height, and that the keyboard may come here, are always the same
            if (name, value) in (("height", "1"), ("tabindex", "0")):
                continue
            if name == "viewbox":
                assert value is not None and re.fullmatch(r"0 0 \d+ 1", value)
                value = value.split()[2]
            self.found.update(NUMBER.findall(value or ""))

    def handle_data(self, data: str) -> None:
        self.found.update(NUMBER.findall(data))


def numbers_of(report: Report) -> set[str]:
    """Every number of the artefact."""
    return set(NUMBER.findall(json.dumps(report_data(report))))


def numbers_in(text: str) -> set[str]:
    """Every number of a page in Markdown, as readers get it."""
    parser = Numbers()
    head, _, body = text.removeprefix("---\n").partition("\n---\n")
    parser.feed(markdown.markdown(body, extensions=["attr_list", "tables"]))
    return parser.found | set(NUMBER.findall(head))


@pytest.mark.parametrize(("seed", "size"), [(1, 60), (2, 250), (3, 450), (4, 1600)])
def test_every_number_of_the_page_and_the_downloads_is_one_of_the_reports(seed: int, size: int) -> None:
    report = published(finished(seed, size))
    own = numbers_of(report)
    files = report_files({report.round: report})
    page = files[f"reports/{report.round}.md"]
    assert isinstance(page, str)
    assert numbers_in(page) <= own
    assert {
        str(figure.count) for table in report.tables for figure in table.figures if figure.count
    } <= numbers_in(page)
    for path, content in files.items():
        if path.endswith(".csv"):
            assert isinstance(content, str)
            assert set(re.findall(r"\d+", content)) <= own, path
    assert len(files) == 3 + len(report.tables)


def test_the_series_holds_figures_of_its_reports_and_no_difference_or_sum() -> None:
    reports = [
        published(finished(seed, size, round=id)) for seed, size, id in ((1, 60, "2026-1"), (2, 250, "2026-2"))
    ]
    page = reports_page(reports)
    assert numbers_in(page) <= numbers_of(reports[0]) | numbers_of(reports[1])
    assert "## From round to round" in page
    assert "## From round to round" not in reports_page(reports[:1])


def test_the_downloads_say_exactly_what_the_page_says() -> None:
    report = published(finished(3, 450))
    table = report.table("region")
    assert table is not None
    rows = list(csv.reader(io.StringIO(report_csv(table))))
    assert rows[0] == ["Region", "people", "per cent"]
    assert rows[1:] == [
        [*figure.names, "withheld" if figure.count is None else str(figure.count), str(figure.share or "")]
        for figure in table.figures
    ]


def test_the_file_is_the_report_to_the_byte_and_back() -> None:
    report = published(finished(3, 450))
    content = report_bytes(report)
    assert report_from(json.loads(content)) == report
    assert report_bytes(report_from(json.loads(content))) == content
    assert content.endswith(b"\n ]\n}\n")


def test_the_only_law_librarian_of_a_small_country_is_nowhere() -> None:
    facts = crowd(
        {("AU", "public", "mid"): 150, ("PL", "school", "early"): 200, ("NG", "academic", "senior"): 120}
    )
    alone = person("IS", "law", "changing", interests=("topic-7",), returning=True)
    with_them = replace(facts, people=dict(facts.people) | {"PLANTED001": alone})
    reports = [
        report_of(each, disclosed(each).screened, title="A round", countries=names(), proven=True)
        for each in (with_them, facts)
    ]
    files = [report_files({report.round: report}) for report in reports]
    everything = report_bytes(reports[0]).decode() + "".join(
        f"{path}\n{text}\n" for path, text in files[0].items()
    )
    assert "Australia" in everything and re.search(r"\bAU\b", everything)
    for word in ("Iceland", r"\bIS\b", "PLANTED001"):
        assert not re.search(word, everything)
    # What is said of law, of Northern Europe and of the topic is the same as if the person had not come.
    for path, row in (("sector", "Law"), ("subregion", "Northern Europe"), ("interest", "Topic H")):
        lines = [str(each[f"reports/2027-1/{path}.csv"]) for each in files]
        assert all(f"{row},withheld," in text for text in lines)


def test_what_is_withheld_looks_the_same_whatever_it_is() -> None:
    report = published(finished(3, 450))
    page = report_page(report)
    rows = re.findall(r"<tr>.*?</tr>", page, re.S)
    withheld = {row for row in rows if "cp-withheld" in row}
    shapes = {
        re.sub(r'<th scope="row">.*?</th>', "", row, flags=re.S)
        for row in withheld
        if "cp-hatch" in row and "cp-bar" not in row
    }
    assert len(withheld) > 5
    assert len({shape for shape in shapes if shape.count("<td>") == 2}) == 1
    assert '<span class="cp-hatch" aria-hidden="true"></span>' in page


def test_a_table_that_is_withheld_as_a_whole_says_so() -> None:
    table = Published(
        id="outcome", columns=("Outcome",), unit="people", figures=(Figure(key=("x",), names=("X",), count=None),)
    )
    report = replace(published(finished(1, 60)), tables=(table,))
    assert "### What became of it\n\nEvery figure of this table is withheld." in report_page(report)


def test_rows_of_the_same_figure_share_the_sentence_so_that_their_order_says_nothing() -> None:
    figures = tuple(Figure(key=(n,), names=(n.title(),), count=20) for n in ("africa", "asia"))
    table = Published(id="region", columns=("Region",), unit="people", figures=figures)
    report = replace(published(finished(1, 60)), tables=(table,))
    assert "Two or more rows share the largest figure, 20: Africa, Asia." in report_page(report)


def test_rows_stand_by_name_or_in_an_order_of_their_own_and_never_by_count() -> None:
    report = published(finished(3, 450))
    for table in report.tables:
        names = [figure.names for figure in table.figures]
        if table.id in ("region", "country", "sector", "interest", "region-sector"):
            assert names == sorted(names), table.id
    said = report.table("satisfaction") or report.table("wishes")
    assert said is not None
    assert [figure.key[0] for figure in said.figures] in (
        ["low", "middle", "high", "no-answer"],
        ["none", "some", "all", "no-wish"],
    )


def test_hostile_words_are_shown_as_words() -> None:
    report = published(finished(2, 250))
    hostile = "<script>alert(1)</script>=cmd|x"
    named = Figure(key=("evil",), names=(hostile,), count=20)
    formula = Figure(key=("worse",), names=("=1+1",), count=20)
    table = Published(id="sector", columns=("Sector",), unit="people", figures=(named, formula))
    report = replace(report, title="[a](javascript:b) <b>", tables=(table,))
    page = markdown.markdown(report_page(report).split("\n---\n", 1)[1])
    assert "<script" not in page and "<b>" not in page and 'href="javascript' not in page
    assert "'=1+1,20," in report_csv(table)


def test_the_page_says_that_the_pairing_is_proven_only_where_it_is() -> None:
    report = published(finished(1, 60))
    assert "proven to be the best" in report_page(report)
    assert "proven to be the best" not in report_page(replace(report, proven=False))
