"""``counterpart report`` on whole made-up rounds, and what keeps a report as it is."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from counterpart.cli import main as cli
from counterpart.files.repository import Repository
from counterpart.report import disclosure_audit
from counterpart.report.report_file import report_from
from counterpart.report.survey_answers import read_answers
from counterpart.rounds.load import load_round
from counterpart.sealing import keyring
from tests import runner
from tests.report.test_report_page import Numbers, numbers, numbers_of

ROOT = Path(__file__).resolve().parent.parent.parent
REPORT = "rounds/2027-1/report.json"


OVER = "2027-07-20T09:00:00Z"


def run(root: Path, *arguments: str, now: str = OVER) -> tuple[int, str, str]:
    if arguments[0] == "report":
        arguments = (*arguments, "--pretend-now", now)
    code, out, err = runner.run(*arguments, root=root)
    return code, " ".join(out.split()), err


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("programme")
    with pytest.raises(SystemExit) as stopped:
        cli.main(["--root", str(root), "sample", "2027-1", "--people", "260", "--closed", "--seed", "3"])
    assert stopped.value.code == 0
    return root


@pytest.fixture
def root(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "programme"))


def test_a_finished_round_gets_its_report_once(root: Path) -> None:
    code, out, err = run(root, "report", "2027-1", "--key", "demo")
    assert (code, err) == (0, "")
    assert re.fullmatch(
        r"14 tables: \d+ figures shown, \d+ withheld\. Attacked \d+ withheld counts: "
        r"(none can be narrowed too far|\d+ could be narrowed too far; more was withheld, and now none can)\. "
        r"wrote rounds/2027-1/report\.json Look at its page before you publish it: 'mkdocs serve' shows it at "
        r"/reports/2027-1/\. From then on it may be deleted, but never changed\.",
        out,
    )
    written = (root / REPORT).read_bytes()
    data = json.loads(written)
    assert data["proven"] is True
    assert {row["count"] for table in data["tables"] if table["id"] == "total" for row in table["rows"]} == {260}
    assert run(root, "check")[0] == 0

    code, _, err = run(root, "report", "2027-1", "--key", "demo")
    assert code == 2
    assert "a report is never changed" in err
    assert (root / REPORT).read_bytes() == written


def test_the_same_files_give_the_same_report(root: Path) -> None:
    run(root, "report", "2027-1", "--key", "demo")
    first = (root / REPORT).read_bytes()
    (root / REPORT).unlink()
    run(root, "report", "2027-1", "--key", "demo")
    assert (root / REPORT).read_bytes() == first


def test_a_dry_run_writes_nothing(root: Path) -> None:
    code, out, _ = run(root, "report", "2027-1", "--key", "demo", "--dry-run")
    assert code == 0 and out.endswith("Nothing is written.")
    assert not (root / REPORT).exists()


def test_without_answers_the_report_says_nothing_of_satisfaction(root: Path) -> None:
    (root / "rounds/2027-1/answers.yaml").unlink()
    code, out, _ = run(root, "report", "2027-1")
    assert code == 0
    assert "Nobody's answers are there, so the report says nothing of satisfaction." in out
    assert "satisfaction" not in (root / REPORT).read_text(encoding="utf-8")


def test_the_answers_open_with_the_rounds_key_alone(root: Path) -> None:
    path = root.parent / "keys" / "2027-1-another.txt"
    keyring.keep(path, "2027-1", "another", "2027-01-01")
    code, _, err = run(root, "report", "2027-1", "--key", str(path))
    assert code == 2
    assert err == "counterpart: 'rounds/2027-1/answers.yaml' does not open with this key.\n"
    assert not (root / REPORT).exists()


def test_a_finished_sample_round_has_answers_of_people_who_had_partners(root: Path) -> None:
    repository = Repository(root)
    loaded = load_round(repository, "2027-1")
    assert loaded.round is not None and len(loaded.proposals) == 2
    answers = read_answers(repository, loaded.round, (), "demo")
    assert answers is not None
    paired = {id for proposal in loaded.proposals.values() for pair in proposal.pairs for id in pair.people}
    assert answers.keys() == paired
    assert {answer.satisfaction for answer in answers.values()} == {"low", "middle", "high", None}
    first, second = loaded.proposals.values()
    apart = {frozenset(pair.people) for pair in first.pairs} & {frozenset(pair.people) for pair in second.pairs}
    assert not apart and second.pairs
    assert loaded.decisions is not None
    gone = {each.id for each in loaded.decisions.ended}
    assert gone and not gone & {id for pair in second.pairs for id in pair.people}
    assert not [id for id in gone if answers[id].completed or answers[id].satisfaction]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--public", "XX"), "the id of somebody who took part, or a country's code, and after a '/' a sector"),
        (("--public", "AU/nowhere"), "The sector must be one of academic, public"),
        (("--public", "AU/public/never"), "The career stage must be one of student, early"),
        (("--without", "towns"), "There is no table 'towns'; the tables are region, sector"),
    ],
)
def test_a_wrong_option_is_answered_in_a_sentence(root: Path, arguments: tuple[str, ...], sentence: str) -> None:
    code, _, err = run(root, "report", "2027-1", "--key", "demo", *arguments)
    assert code == 2 and sentence in err and "Traceback" not in err


def test_a_table_can_be_left_out(root: Path) -> None:
    assert run(root, "report", "2027-1", "--key", "demo", "--without", "country", "--public", "AU/public")[0] == 0
    ids = [table["id"] for table in json.loads((root / REPORT).read_bytes())["tables"]]
    assert "country" not in ids and "subregion" in ids


def test_a_round_without_pairs_has_nothing_to_report(tmp_path: Path) -> None:
    run(tmp_path, "sample", "2027-1", "--people", "12")
    code, _, err = run(tmp_path, "report", "2027-1", "--key", "demo")
    assert code == 2
    assert "Round 2027-1 has no pairs yet, so there is nothing to report." in err


def test_nine_people_are_too_few_for_any_figure(tmp_path: Path) -> None:
    run(tmp_path, "sample", "2027-1", "--people", "9", "--closed")
    code, _, err = run(tmp_path, "report", "2027-1", "--key", "demo")
    assert code == 2
    assert "fewer than 10 people took part. No figure can be published" in err


def test_a_refusal_names_the_table_and_what_would_help_and_no_value(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disclosure_audit, "PASSES", 0)
    monkeypatch.setattr(disclosure_audit, "VALUES", 9)
    code, out, _ = run(root, "report", "2027-1", "--key", "demo")
    assert code == 1
    assert "A reader could work out counts that are withheld, whatever else is withheld with them." in out
    assert re.search(r"- \w[\w ]+ \([a-z-]+\) .*counterpart report 2027-1 --without [a-z-]+", out)
    tables = re.findall(r"--without ([a-z-]+)", out)
    assert tables and not re.search(r"\d", re.sub(r"2027-1|\d+ tables?", "", out))
    assert not (root / REPORT).exists()


def test_the_built_site_holds_no_number_that_is_not_the_reports(root: Path, tmp_path: Path) -> None:
    run(root, "report", "2027-1", "--key", "demo")
    site = tmp_path / "site"
    shutil.copytree(ROOT / "site", site / "site")
    shutil.copy(ROOT / "mkdocs.yml", site)
    (site / REPORT).parent.mkdir(parents=True)
    shutil.copy(root / REPORT, site / REPORT)
    environ = dict(os.environ, NO_MKDOCS_2_WARNING="1")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"],
        cwd=site,
        env=environ,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr.decode()
    built = site / "build" / "site"
    own = numbers_of(report_from(json.loads((site / REPORT).read_bytes())))
    page = (built / "reports/2027-1/index.html").read_text(encoding="utf-8")
    article = re.search(r"<article.*?</article>", page, re.S)
    assert article is not None
    # the theme's own pictures are no part of the report
    content = re.sub(r'<svg xmlns="http://www.w3.org.*?</svg>', "", article[0], flags=re.S)
    parser = Numbers()
    parser.feed(content)
    assert parser.found <= own
    assert len(parser.found) > 20
    index = json.loads((built / "search/search_index.json").read_text(encoding="utf-8"))
    ours = [each for each in index["docs"] if each["location"].startswith("reports/")]
    found = {n for each in ours for n in numbers(re.sub(r"<[^>]+>", " ", each["title"] + " " + each["text"]))}
    assert len(ours) > 5 and found <= own
    assert (built / "reports/2027-1/2027-1.json").read_bytes() == (root / REPORT).read_bytes()


def test_nobody_who_applied_is_in_the_report_or_in_what_the_command_says(root: Path) -> None:
    ids = [path.name.partition(".")[0] for path in (root / "applicants/2027-1").iterdir()]
    _, out, err = run(root, "report", "2027-1", "--key", "demo")
    text = (root / REPORT).read_text(encoding="utf-8")
    assert len(ids) >= 260
    assert not [id for id in ids if id in text + out + err]
