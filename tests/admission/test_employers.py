"""The same employer, however its name was typed; what is near is asked, and keeps two people apart until then."""

from __future__ import annotations

import pytest

from counterpart.admission.employers import Employed, Employers, employers


def grouped(
    *names: str, same: str = "", different: str = "", one_country: bool = False, trade: tuple[str, ...] = ()
) -> Employers:
    """Employers of people A, B, C …, each in a country of their own; answers such as "AB"."""
    people = [
        Employed(id=chr(65 + i), country="AU" if one_country else f"C{i}", employer=name)
        for i, name in enumerate(names)
    ]
    return employers(
        people,
        [frozenset(pair) for pair in same.split()],
        [frozenset(pair) for pair in different.split()],
        trade,
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("British Council", "british  council"),
        ("The British Council", "British Council."),
        ("Université de Genève", "Universite Geneve"),
        ("U.N. Library", "UN Library"),
        ("St. Mary's College", "st marys college"),
    ],
)
def test_the_same_name_typed_in_another_way_is_the_same(one: str, other: str) -> None:
    assert grouped(one, other) == Employers(groups=(("A", "B"),), questions=())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("UNSW Library", "University of New South Wales"),
        ("University of New South Wales Library", "UNSW"),
        ("Goethe-Institut Hanoi", "Goethe Institut"),
        ("World Health Organization", "WHO"),
        ("Médecins Sans Frontières", "MSF Nairobi"),
    ],
)
def test_a_near_name_is_asked_about_and_keeps_the_two_apart_until_then(one: str, other: str) -> None:
    assert grouped(one, other) == Employers(groups=(), questions=(("A", "B"),), doubts=(("A", "B"),))
    assert grouped(one, other, same="AB") == Employers(groups=(("A", "B"),), questions=())
    assert grouped(one, other, different="AB") == Employers(groups=(), questions=())


@pytest.mark.parametrize(("one", "other"), [("City Library of Quillhaven", "Foliowick Archive"), ("", "")])
def test_other_names_and_no_names_are_nothing_in_common(one: str, other: str) -> None:
    assert grouped(one, other) == Employers(groups=(), questions=())


def test_people_of_one_country_are_not_asked_about_as_they_are_never_a_pair() -> None:
    near = grouped("UNSW Library", "University of New South Wales", one_country=True)
    assert near == Employers(groups=(), questions=())


def test_an_answer_counts_for_everybody_who_wrote_the_same() -> None:
    names = ("UNSW", "University of New South Wales", "unsw", "University of New South Wales")
    assert grouped(*names) == Employers(
        groups=(("A", "C"), ("B", "D")),
        questions=(("A", "B"),),
        doubts=(("A", "B"), ("A", "D"), ("B", "C"), ("C", "D")),
    )
    assert grouped(*names, same="CD") == Employers(groups=(("A", "B", "C", "D"),), questions=())
    assert grouped(*names, different="CD") == Employers(groups=(("A", "C"), ("B", "D")), questions=())


def test_a_coordinator_can_join_what_no_rule_finds() -> None:
    assert grouped("Old Mill", "New Barn", same="AB").groups == (("A", "B"),)


def test_a_word_that_many_names_share_says_nothing() -> None:
    names = [f"Library of {place}" for place in ("Alba", "Brea", "Cosa", "Dion", "Enna", "Fano", "Gela")]
    assert grouped(*names) == Employers(groups=(), questions=())


def test_the_order_in_which_people_come_does_not_matter() -> None:
    people = [
        Employed(id=f"P{i}", country=f"C{i % 7}", employer=name)
        for i, name in enumerate(
            ["UNSW", "University of New South Wales", "Unsw Sydney", "Goethe", "Goethe Institut"]
        )
    ]
    assert employers(people, [], []) == employers(people[::-1], [], [])


@pytest.mark.parametrize(
    "names",
    [
        ("Oslo Public Library", "Lisbon Public Library", "Delhi Public Library", "Accra Public Library"),
        ("Supreme Court Library", "Library of the Supreme Court", "Supreme Court of Fallowmere"),
        ("National Library", "National Library", "The national library"),
        ("Universität Falkenau", "Universidad de Quillona", "University of Foliowick"),
        ("Prison Service", "Prison library service", "State prison"),
    ],
)
def test_words_of_the_trade_make_nobody_colleagues(names: tuple[str, ...]) -> None:
    assert grouped(*names) == Employers(groups=(), questions=())


@pytest.mark.parametrize(
    "name", ["none", "N/A", "Self-employed", "self employed", "Freelance", "private", "Retired", "-"]
)
def test_who_has_no_employer_has_no_colleagues(name: str) -> None:
    assert grouped(name, name, name.upper()) == Employers(groups=(), questions=())


def test_the_names_of_the_round_s_kinds_of_workplace_tell_no_employer_either() -> None:
    names = ("Natural History Gallery of Alba", "Natural History Gallery of Brea")
    assert grouped(*names).questions == (("A", "B"),)
    assert grouped(*names, trade=("Natural history", "Gallery or museum")) == Employers(groups=(), questions=())


def test_a_doubt_joins_nobody_to_a_group() -> None:
    near = grouped("Quillhaven Alba", "Quillhaven Brea", "Brea Cosa", "Cosa Dion")
    assert near == Employers(
        groups=(),
        questions=(("A", "B"), ("B", "C"), ("C", "D")),
        doubts=(("A", "B"), ("B", "C"), ("C", "D")),
    )
    assert grouped("Quillhaven Alba", "Quillhaven Brea", "Brea Cosa", "Cosa Dion", same="AB").doubts == (
        ("A", "C"),
        ("B", "C"),
        ("C", "D"),
    ), "what is true of one of the group may be true of the other"
