"""Pages and downloads of a report: every number is one of the report's, whatever is withheld stays so."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import markdown
import pytest

from counterpart.report.downloads import report_csv, report_files
from counterpart.report.page import report_page
from counterpart.report.report import Figure, Published, Report
from counterpart.report.report_file import report_bytes, report_data, report_from, report_of
from counterpart.report.series import reports_page
from counterpart.world.names import names
from tests.finished import crowd, disclosed, finished, person, published

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")


def numbers(text: str) -> set[str]:
    """The numbers of a text; "1,160" is the number 1160."""
    found = NUMBER.findall(text)
    return {each.replace(",", "") if GROUPED.fullmatch(each) else each for each in found}


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
            self.found |= numbers(value or "")

    def handle_data(self, data: str) -> None:
        self.found |= numbers(data)


def numbers_of(report: Report) -> set[str]:
    """Every number of the artefact."""
    return numbers(json.dumps(report_data(report)))


def numbers_in(text: str) -> set[str]:
    """Every number of a page in Markdown, as readers get it."""
    parser = Numbers()
    head, _, body = text.removeprefix("---\n").partition("\n---\n")
    parser.feed(markdown.markdown(body, extensions=["attr_list", "tables"]))
    return parser.found | numbers(head)


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
    single = sum(
        len(table.columns) == 0 for table in report.tables
    )  # they stand at the top, and in the whole report
    assert len(files) == 3 + len(report.tables) - single


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


def test_what_is_withheld_looks_the_same_whatever_it_is_and_has_no_bar() -> None:
    report = published(finished(3, 450))
    page = report_page(report)
    cells = re.findall(r"<td>.*?</td>", page, re.S)
    mark = '<span class="cp-withheld"><span class="cp-hatch" aria-hidden="true"></span>withheld</span>'
    assert {cell for cell in cells if "withheld" in cell} == {f"<td>{mark}</td>"}
    rows = re.findall(
        r'<tr><th scope="row"><span class="cp-row"><span>.*?</span>(.*?)</span></th>\n(.*?)</tr>', page
    )
    assert {bar for bar, what in rows if "withheld" in what} <= {""}
    assert len(re.findall("cp-hatch", page)) > 5


def test_a_table_that_is_withheld_as_a_whole_says_so() -> None:
    table = Published(
        id="outcome", columns=("Outcome",), unit="people", figures=(Figure(key=("x",), names=("X",), count=None),)
    )
    report = replace(published(finished(1, 60)), tables=(table,))
    assert "### What became of it\n\nEvery figure of this table is withheld." in report_page(report)


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


def _report(name: str) -> Report:
    path = Path(__file__).resolve().parents[1] / "cases" / "reports" / f"{name}.json"
    return report_from(json.loads(path.read_bytes()))


def _text(page: str) -> str:
    """A page's words."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


SMALL = (
    "This was a small round. For a round of its size only the total, regions and sectors are published: more "
    "tables could point at somebody."
)


def test_a_small_round_says_why_it_has_so_few_tables() -> None:
    assert SMALL in report_page(_report("2025-1"))
    assert SMALL not in report_page(_report("2025-2"))
    # a large round may publish as little, by --without, but not for its size
    large = _report("2026-1")
    few = replace(
        large, tables=tuple(table for table in large.tables if table.id in ("total", "region", "sector"))
    )
    assert SMALL not in report_page(few)
    assert "country" not in _text(report_page(_report("2025-1"))).lower()


def test_other_countries_stand_last_by_name_and_the_page_says_what_they_are() -> None:
    report = _report("2026-1")
    rows = re.search(r"<caption>Countries</caption>.*?</table>", report_page(report), re.S)
    assert rows is not None
    names = re.findall(r'<span class="cp-row"><span>(.*?)</span>', rows[0])
    others = [name for name in names if name.startswith("Other countries of ")]
    assert names == sorted(set(names) - set(others)) + sorted(others) and len(others) > 5
    middle = report_page(_report("2025-2"))
    assert "Other countries of the Americas" in middle and "Other countries of Americas" not in middle
    assert (
        "*Other countries* of a subregion are those that have no row of their own. *Other countries* of a region "
        "are the rest of it: countries without a row, in subregions whose other countries have no row either."
    ) in report_page(report)
    table = report.table("country")
    assert table is not None
    assert [row[0] for row in csv.reader(io.StringIO(report_csv(table)))] == ["Country", *names]


def test_a_share_that_is_not_given_is_a_dash_that_is_explained() -> None:
    note = "A dash stands for a share that would round to none or to all: such shares are not given."
    figures = (
        Figure(key=("a",), names=("A",), count=25),
        Figure(key=("b",), names=("B",), count=1135, share=98),
    )
    table = Published(id="sector", columns=("Sector",), unit="people", figures=figures)
    report = replace(_report("2026-1"), tables=(table,))
    dash = '<td><span aria-hidden="true">–</span><span class="sr">not given</span></td>'
    assert f"<td>25</td>\n{dash}</tr>" in report_page(report) and note in report_page(report)
    assert report_csv(table) == "Sector,people,per cent\nA,25,\nB,1135,98\n"
    assert note not in report_page(_report("2025-1"))  # there the only dashes are of withheld figures


def test_the_question_with_more_answers_goes_down_the_page() -> None:
    page = report_page(_report("2026-1"))
    grids = dict(re.findall(r'<table class="cp-grid"><caption>(.*?)</caption><thead>(.*?)</thead>', page, re.S))
    heads = {title: re.findall(r'<th scope="col">(.*?)</th>', head) for title, head in grids.items()}
    assert heads["Sectors by region"] == ["Sector", "Africa", "Americas", "Asia", "Europe", "Oceania"]
    assert heads["What became of it by region"][0] == "Region"
    academic = re.search(r'<tr><th scope="row">Academic libraries</th>(.*?)</tr>', page, re.S)
    assert academic is not None
    assert re.findall(r"<td>(\d+)<", academic[1]) == [
        str(_report("2026-1").count("region-sector", region, "academic"))
        for region in ("africa", "americas", "asia", "europe", "oceania")
    ]


def test_each_download_says_of_which_table_and_in_what_format() -> None:
    report = _report("2026-1")
    page = report_page(report)
    links = re.findall(r"\[(Download [^]]*)\]\(([^)]*)\)", page)
    assert len({words for words, _ in links}) == len(links) == len(report.tables) - 3 + 1
    assert ("Download “Sectors by region” (CSV)", "2026-1/region-sector.csv") in links
    assert links[-1] == ("Download the whole report (JSON)", "2026-1/2026-1.json")


def test_every_file_to_download_is_linked() -> None:
    reports = {name: _report(name) for name in ("2025-1", "2025-2", "2026-1")}
    files = report_files(reports)
    linked = set()
    for path, content in files.items():
        if path.endswith(".md"):
            linked |= {f"reports/{target}" for target in re.findall(r"\]\(([^)]*\.(?:csv|json))\)", str(content))}
    assert linked == {path for path in files if not path.endswith(".md")}
