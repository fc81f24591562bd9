"""The sentence over each table of a report: true for every count that its rounded figures may stand for."""

from __future__ import annotations

import itertools

import pytest

from counterpart.report.disclosure import OTHERS, rounded
from counterpart.report.report import Figure, Published, Report
from counterpart.report.sentences import sentence, sentence_on
from counterpart.report.words import ROWS, TITLES


def table(id: str, **counts: int | None) -> Published:
    """A table of one question; its rows have their real names where they have some, else the key as a name."""
    words = ROWS.get(id, {})
    keys = {key.replace("_", "-"): count for key, count in counts.items()}
    return Published(
        id=id,
        columns=TITLES[id][1],
        unit="people",
        figures=tuple(
            Figure(key=(key,), names=(words.get(key, key.title()),), count=count) for key, count in keys.items()
        ),
    )


def said(one: Published, people: int | None = 600, partnerships: int = 300) -> str:
    """The sentence of a table in a report of so many people."""
    wholes = (("total", people), ("partnerships", partnerships))
    tables = tuple(
        Published(id=id, columns=(), unit="people", figures=(Figure(key=(), names=(), count=count),))
        for id, count in wholes
    )
    report = Report(
        round="2027-1", title="A round", tables=(*tables, one), geography="M49, 2024", least=10, base=5
    )
    return sentence(report, one)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (
            table("region", africa=80, americas=130, asia=115, europe=195, oceania=85),
            "More people came from Europe than from any other region: 195.",
        ),
        (
            table("region", africa=80, americas=230, asia=115, europe=95, oceania=85),
            "More people came from the Americas than from any other region: 230.",
        ),
        (
            table("subregion", caribbean=300, asia=205, europe=95),
            "More people came from the Caribbean than from any other subregion: 300.",
        ),
        (table("region", asia=305, europe=295), "More than half of the people came from Asia: 305 of 600."),
        (table("sector", academic=235, public=210, school=155), "The sector with the most people: Academic, 235."),
        (
            table("career-stage", early=200, mid=205, late=195),
            "The career stage with the most people: Mid, 205.",
        ),
        (
            table("interest", archives=185, maps=180),
            "The topic that was named most often: Archives, 185. One person may name several.",
        ),
        (
            table("wishes", none=140, some=120, all=240, no_wish=80),
            "The largest group of those who had a partner: people who had all their wishes met, 240.",
        ),
        (
            table("wishes", none=115, some=100, all=320, no_wish=65),
            "More than half of the people had all their wishes met: 320 of 600.",
        ),
        (
            table("pairing", paired_once=585, paired_again=10, unpaired=None),
            "More than half of the people had one partner: 585 of 600.",
        ),
        (
            table("outcome", completed=500, not_completed=85, unpaired=15),
            "More than half of the people completed the partnership: 500 of 600.",
        ),
        (
            table("satisfaction", low=30, middle=85, high=210, no_answer=275),
            "The largest group of those who answered: people who were very satisfied, 210. "
            "No answer came from 275.",
        ),
        (
            table("satisfaction", low=None, middle=None, high=None, no_answer=275),
            "Every other figure of this table is withheld. No answer came from 275.",
        ),
        (
            table("returning", new=445, returning=155),
            "More than half of the people took part for the first time: 445 of 600.",
        ),
        (
            table("distance", same_region=70, other_region=235),
            "More than half of the partnerships were between partners in two regions: 235 of 300.",
        ),
        (table("outcome", completed=None, unpaired=None), "Every figure of this table is withheld."),
    ],
)
def test_the_largest_figure_is_told_as_what_it_is(one: Published, expected: str) -> None:
    assert said(one) == expected


def test_more_than_half_is_said_only_where_the_rounding_leaves_no_doubt() -> None:
    # 300 may be 302 of 598, but it may be 298 of 602 as well
    assert said(table("region", asia=300, europe=200, africa=100)) == (
        "More people came from Asia than from any other region: 300."
    )
    assert said(table("region", asia=305, europe=200, africa=95), people=None) == (
        "More people came from Asia than from any other region: 305."
    )


def test_what_is_withheld_may_be_larger_unless_too_little_is_left_of_the_whole() -> None:
    # about 290 are left for those that are withheld
    assert said(table("region", africa=None, asia=160, europe=150, oceania=None)) == (
        "The largest figure that is shown: Asia, 160."
    )
    # about 20 are left, and at most 30
    assert said(table("region", africa=None, asia=200, europe=190, americas=190, oceania=None)) == (
        "More people came from Asia than from any other region: 200."
    )
    assert said(table("interest", archives=185, maps=None)) == (
        "The largest figure that is shown: Archives, 185. One person may name several."
    )


def test_equal_figures_are_named_together_so_that_their_order_says_nothing() -> None:
    assert said(table("region", africa=200, asia=200, europe=195)) == (
        "Two or more rows share the largest figure, 200: Africa; Asia."
    )
    assert said(table("region", africa=20, asia=20, europe=None)) == (
        "Two or more rows share the largest figure that is shown, 20: Africa; Asia."
    )
    assert said(table("region", **dict.fromkeys(("a", "b", "c", "d", "e"), 120))) == (
        "Two or more rows share the largest figure, 120."
    )


def test_a_row_of_two_questions_is_named_in_full() -> None:
    rows = {("Europe", "Early career"): 65, ("Europe", "In mid-career"): 65, ("Asia", "Early career"): None}
    figures = tuple(Figure(key=names, names=names, count=count) for names, count in rows.items())
    one = Published(id="region-career-stage", columns=("Region", "Career stage"), unit="people", figures=figures)
    assert said(one) == (
        "Two or more rows share the largest figure that is shown, 65: "
        "Early career (Europe); In mid-career (Europe)."
    )
    last = Published(id=one.id, columns=one.columns, unit="people", figures=(figures[0], figures[2]))
    assert said(last) == "The largest figure that is shown: Early career (Europe), 65."
    first = Published(id=one.id, columns=one.columns, unit="people", figures=(figures[0],))
    assert said(first) == "The largest group: Early career (Europe), 65."


def test_countries_that_are_summed_up_are_no_country() -> None:
    figures = (
        Figure(key=("AU",), names=("Australia",), count=80),
        Figure(key=(OTHERS, "asia"), names=("Other countries of Asia",), count=120),
    )
    one = Published(id="country", columns=("Country",), unit="people", figures=figures)
    assert said(one) == "Of the countries with a row of their own, the one with the most people: Australia, 80."


def test_large_figures_are_grouped() -> None:
    assert said(table("returning", new=1135, returning=25), people=1160) == (
        "More than half of the people took part for the first time: 1,135 of 1,160."
    )


def test_names_are_text() -> None:
    assert "<b>" not in said(table("sector", **{"<b>[x](y)": 20}))


def test_rounds_are_compared_only_where_each_has_the_figure() -> None:
    assert sentence_on("total", [("B", 1160), ("A", 600)]) == "The round with the most people: B, 1,160."
    assert sentence_on("partnerships", [("B", 580), ("A", None)]) == "The largest figure that is shown: B, 580."
    assert sentence_on("countries", [("B", 60), ("A", 60)]) == (
        "Two or more rows share the largest figure, 60: B; A."
    )


def test_no_sentence_is_false_for_any_true_counts() -> None:
    """Every way in which three regions can have up to 30 people each: the sentence against the truth."""
    for counts in itertools.product(range(1, 31), repeat=3):
        shown = {name: rounded(count) if count >= 10 else None for name, count in zip("abc", counts, strict=True)}
        words = said(table("region", **shown), people=rounded(sum(counts)))
        most = max(counts)
        if words.startswith("More than half"):
            assert 2 * most > sum(counts)
        if words.startswith("More "):
            name = words.partition(" came from ")[2][0].lower()
            assert counts["abc".index(name)] == most and counts.count(most) == 1
