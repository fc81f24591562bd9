"""When a report may be written, and whom it counts as known to the public."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from counterpart.files.repository import Repository
from counterpart.files.yaml_write import dump
from counterpart.report.publicly_known import _is_named, _Site, _words
from counterpart.rounds.load import load_round
from counterpart.rounds.open_sealed import open_all
from counterpart.rounds.responses import written_down
from counterpart.sealing import keyring
from counterpart.sealing.demo_keys import DEMONSTRATION_RECIPIENTS
from tests.report.test_report import REPORT, finished, root, run

__all__ = ["finished", "root"]

SITE_VOICES = "site/voices.yaml"
SITE_AMBASSADORS = "site/ambassadors.yaml"


def shown(root: Path) -> dict[str, int | None]:
    """The countries that the report names, with their counts."""
    tables = json.loads((root / REPORT).read_bytes())["tables"]
    rows = next(table for table in tables if table["id"] == "country")["rows"]
    return {row["key"][0]: row["count"] for row in rows if len(row["key"]) == 1}


@pytest.fixture
def small(root: Path) -> tuple[str, dict[str, str]]:
    """The smallest country that a report would name, and the ids of its people with their names."""
    repository = Repository(root)
    loaded = load_round(repository, "2027-1")
    assert loaded.roll is not None
    here = [p for p in loaded.applicants if loaded.roll.people[p.id].status.value == "admitted"]
    counts = Counter(p.profile.country for p in here)
    country = min((c for c, n in counts.items() if 12 <= n < 30), key=lambda c: (counts[c], c))
    ids = [p.id for p in here if p.profile.country == country]
    keys = keyring.for_round("2027-1", True, "demo")
    opened = open_all(repository, "2027-1", ids, keys, lambda: None)
    return country, {each.id: each.identity.name for each in opened if each.identity}


def told(root: Path, answer: dict[str, object]) -> None:
    """A coordinator writes down what somebody answered."""
    when = datetime(2027, 7, 1, tzinfo=UTC)
    entry, content = written_down("2027-1", "coordinator-1", when, answer, DEMONSTRATION_RECIPIENTS)
    (root / entry.path).parent.mkdir(parents=True, exist_ok=True)
    (root / entry.path).write_bytes(content)


def write(root: Path, path: str, data: object) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(dump(data), encoding="utf-8")  # type: ignore[arg-type]


def test_who_is_an_ambassador_on_the_site_counts_as_known_without_being_named_again(
    root: Path, small: tuple[str, dict[str, str]]
) -> None:
    country, people = small
    assert run(root, "report", "2027-1", "--key", "demo")[0] == 0
    assert shown(root)[country] is not None
    (root / REPORT).unlink()

    few = list(people.values())[: len(people) - 9]
    ambassadors = [
        {"name": name.upper(), "country": country, "consent": True, "until": "2027-01-01"} for name in few
    ]
    regions = [{"id": "here", "name": "Here", "countries": [country]}]
    write(root, SITE_AMBASSADORS, {"format": 1, "regions": regions, "ambassadors": ambassadors})
    code, out, _ = run(root, "report", "2027-1", "--key", "demo")

    assert code == 0
    assert f"{len(few)} participants were counted as known to the public: {len(few)} from the site, 0 named" in out
    assert country not in shown(root), "only nine others are left"
    assert not [name for name in people.values() if name in out]


def test_who_is_quoted_on_the_site_counts_as_known_by_name_or_by_words(
    root: Path, small: tuple[str, dict[str, str]]
) -> None:
    country, people = small
    (_, name), (second, _), *rest = people.items()
    words = "Before this I had never talked to a librarian of another country. Now I do it every week!"
    answer = {"format": 1, "round": "2027-1", "id": second, "about": "end-survey", "impact": words, "quote": "no"}
    told(root, answer)
    said = [
        {"words": "It was good.", "by": f"{name}, a librarian", "consent": True, "until": "2029-01-01"},
        {"words": "… Now I do it, every week! …", "by": "Somebody", "consent": True, "until": "2029-01-01"},
    ]
    write(root, SITE_VOICES, {"format": 1, "voices": said})
    named = [argument for id in list(rest)[: len(people) - 11] for argument in ("--public", id[0])]
    code, out, _ = run(root, "report", "2027-1", "--key", "demo", *named)
    assert code == 0
    assert f"{len(people) - 9} participants were counted as known to the public: 2 from the site" in out
    assert country not in shown(root)


def test_who_agreed_to_be_quoted_and_is_not_yet_is_spoken_of_while_there_is_time(
    root: Path, small: tuple[str, dict[str, str]]
) -> None:
    for id in list(small[1])[:3]:
        said = {"about": "end-survey", "words": "Good.", "quote": "without-name"}
        told(root, {"format": 1, "round": "2027-1", "id": id, **said})
    one = next(iter(small[1]))
    _, out, _ = run(root, "report", "2027-1", "--key", "demo", "--public", one, "--dry-run")
    assert (
        "1 participant was counted as known to the public: 0 from the site, 1 named by you. 2 participants agreed "
        "to be quoted and did not count as known. Whoever is to be quoted must be named now, with --public ID, "
        "and nobody else may be quoted later: 'counterpart voices' lists them."
    ) in out


@pytest.mark.parametrize(
    ("on_site", "name", "same"),
    [
        ("Ana María Pérez", "ana maría pérez", True),
        ("Pérez, Ana María", "Ana María Pérez", True),
        ("Ana Pérez", "Ana María Pérez", True),
        ("Ana María Pérez López", "Ana Pérez", True),
        ("Ana", "Ana", True),
        ("Ana", "Ana Pérez", False),
        ("Ana Pérez", "Ana López", False),
    ],
)
def test_a_name_is_known_again_with_more_words_or_fewer_in_any_order(on_site: str, name: str, same: bool) -> None:
    assert _is_named(name, _Site(ambassadors=[_words(on_site)])) is same


def test_a_round_that_is_not_over_gets_no_report(root: Path) -> None:
    code, _, err = run(root, "report", "2027-1", "--key", "demo", now="2027-06-20T12:00:00Z")
    assert code == 2
    assert err == (
        "counterpart: Round 2027-1 lasts until 2027-06-21. Its report is written once, when it is over and the "
        "last survey is in.\n"
    )
    assert not (root / REPORT).exists()


def test_reports_are_written_in_the_order_of_the_rounds(root: Path) -> None:
    assert run(root, "report", "2027-1", "--key", "demo")[0] == 0
    written = json.loads((root / REPORT).read_bytes())
    (root / REPORT).unlink()
    shutil.copytree(root / "rounds/2027-1", root / "rounds/2027-2")
    (root / "rounds/2027-2/report.json").write_text(json.dumps(written | {"round": "2027-2"}), encoding="utf-8")
    code, _, err = run(root, "report", "2027-1", "--key", "demo")
    assert code == 2
    assert err == (
        "counterpart: Round 2027-2 has its report already. Reports are written in the order of the rounds: what "
        "this one would show was not thought of in that one.\n"
    )


def git(root: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)


def test_a_report_that_was_deleted_is_written_again_only_as_it_was(root: Path) -> None:
    assert run(root, "report", "2027-1", "--key", "demo")[0] == 0
    first = (root / REPORT).read_bytes()
    git(root, "init", "--quiet")
    git(root, "add", "rounds")
    git(root, "commit", "--quiet", "--message", "A report")
    git(root, "rm", "--quiet", REPORT)
    git(root, "commit", "--quiet", "--message", "No report")

    code, _, err = run(root, "report", "2027-1", "--key", "demo", "--without", "interest")
    assert code == 2
    assert err == (
        "counterpart: Round 2027-1 had another report once, as Git remembers, and it was deleted. It is not "
        "written again: what two versions differ in could point at a person.\n"
    )
    assert not (root / REPORT).exists()

    assert run(root, "report", "2027-1", "--key", "demo")[0] == 0
    assert (root / REPORT).read_bytes() == first
