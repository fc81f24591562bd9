"""``explain`` and ``outlook``: whole answers."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.pairing.test_match import run
from tests.people import person, pool
from tests.repositories import write


def test_a_pair_is_explained_from_both_sides(tmp_path: Path) -> None:
    people = (
        person("A", interests=("access", "books"), languages=("en", "es")),
        person("B", country="PL", interests=("books",), languages=("en", "es"), sector="public"),
    )
    files = write(pool(*people), tmp_path / "programme")
    run(files, "match", "2027-1")

    code, out, _ = run(files, "explain", "2027-1", "000000000a", "000000000B")

    assert code == 0
    assert out == (
        "000000000A and 000000000B are paired.\n"
        "\n"
        "As 000000000A sees it: 236 points\n"
        "  Interests      80  both name Books (named second)\n"
        "  Sector         60  does not mind; Academic and Public\n"
        "  Career stage   60  does not mind; both Early\n"
        "  Hours          16  awake at the same time 6 hours a day\n"
        "  Languages      20  both speak English and Spanish\n"
        "\n"
        "As 000000000B sees it: 256 points\n"
        "  Interests     100  both name Books (named first)\n"
        "  Sector         60  does not mind; Public and Academic\n"
        "  Career stage   60  does not mind; both Early\n"
        "  Hours          16  awake at the same time 6 hours a day\n"
        "  Languages      20  both speak English and Spanish\n"
    )


def test_without_a_proposal_of_these_very_applications_the_best_one_is_explained_and_that_is_said(
    tmp_path: Path,
) -> None:
    people = (person("A"), person("B", country="PL"))
    files = write(pool(*people), tmp_path / "before")
    fresh = "There is no proposal for these applications yet; this is about the best one there is.\n"
    paired = "000000000A is paired with 000000000B. The rules allow {} in this round.\n"

    assert run(files, "explain", "2027-1", "000000000A")[1].startswith(fresh + paired.format("1 partner"))
    run(files, "match", "2027-1")
    assert run(files, "explain", "2027-1", "000000000A")[1].startswith(paired.format("1 partner"))
    later = write(pool(*people, person("C", country="PL", sector="public")), tmp_path / "later")
    for name in ("pairings.yaml", "certificate.json"):
        shutil.copy(files.path(name), later.path(name))
    assert run(later, "explain", "2027-1", "000000000A")[1].startswith(fresh)


def test_why_not_a_with_b_names_the_rule_or_the_exact_price(tmp_path: Path) -> None:
    people = (
        person("A", interests=("access",)),
        person("B", country="PL", interests=("access",)),
        person("C", country="JP", interests=("books",)),
        person("D", country="NG", interests=("books",)),
        person("E", interests=("books",)),
        person("F", country="NG", interests=("books",)),
    )
    files = write(pool(*people), tmp_path / "programme")
    run(files, "match", "2027-1")

    code, barred, _ = run(files, "explain", "2027-1", "000000000A", "000000000E")
    assert code == 0
    assert barred.startswith(
        "000000000A and 000000000E cannot be paired. They live in the same country, and partners\n"
        "are always in different countries.\n"
    )

    code, price, _ = run(files, "explain", "2027-1", "000000000A", "000000000C")
    assert code == 0
    assert price.startswith("000000000A and 000000000C are not paired, though no rule forbids it.\n")
    assert "\nIf 000000000A and 000000000C were paired\n" in price
    assert " fewer points in all.\n" in price
    assert "    new     000000000A 000000000C\n" in price
    assert "    undone  000000000A 000000000B\n" in price


def test_why_somebody_is_unpaired_names_the_rule_in_the_way(tmp_path: Path) -> None:
    people = (person("A"), person("B", country="PL"), person("C", country="JP", languages=("ja",)), person("D"))
    files = write(pool(*people), tmp_path / "programme")
    run(files, "match", "2027-1")

    code, out, _ = run(files, "explain", "2027-1", "000000000C")

    assert code == 0
    assert out.startswith(
        "000000000C is unpaired: the rules leave no possible partner in this round.\n"
        "The rules allow 0 partners for 000000000C in this round.\n"
        "\n"
        "If the rule 'shared-language' did not apply to 000000000C\n"
        "  3 partners would be possible.\n"
        "  2 more people would be paired.\n"
    )
    assert "different-country" not in out


def test_the_outlook_says_what_binds_and_whom_to_recruit(tmp_path: Path) -> None:
    people = (
        person("A"),
        person("B"),
        person("C"),
        person("D", country="PL"),
        person("E", country="JP", languages=("ja",)),
    )
    files = write(pool(*people), tmp_path / "programme", roll=False)

    code, out, _ = run(files, "outlook", "2027-1")

    assert code == 0
    assert out == (
        "Round 2027-1 so far: 5 people from 3 countries.\n"
        "\n"
        "The most that can be reached\n"
        "  1 pairs (2 of 5 people) under all rules\n"
        "  2 pairs by number and country alone; Australia is the largest with 3 people\n"
        "\n"
        "What binds\n"
        "  - different-country: without it 2 more people could be paired. They live in the same\n"
        "    country, and partners are always in different countries.\n"
        "  - shared-language: without it 2 more people could be paired. They have no language in\n"
        "    common.\n"
        "\n"
        "Nobody may be paired with these\n"
        "  000000000E\n"
        "\n"
        "What to do\n"
        "  - Australia has 3 of 5 people. Each of them needs a partner from another country: 1\n"
        "    more people from other countries are needed.\n"
        "  - 1 person has no possible partner so far. Recruit people in other countries who speak\n"
        "    Japanese.\n"
    )
