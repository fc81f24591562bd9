"""``counterpart check`` as a person meets it: whole outputs, exit codes, and nothing private in any of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.miniature import lay_out
from tests.runner import run

CASES = Path(__file__).resolve().parent.parent / "cases" / "check"
WRITTEN = sorted(path.relative_to(CASES).with_suffix("").as_posix() for path in CASES.glob("*/*.txt"))
CANARY = "Canary Fictional"


def test_there_are_cases() -> None:
    assert len(WRITTEN) > 40


@pytest.mark.parametrize("case", WRITTEN)
def test_the_output_is_as_the_case_says(case: str, tmp_path: Path) -> None:
    change, _, expected = (CASES / f"{case}.txt").read_text(encoding="utf-8").partition("# expected\n")
    root = lay_out(tmp_path / "programme", change)
    assert run("check", "--root", root) == (1, expected, "")
    assert f"[{case.split('/')[0]}]" in expected


def test_a_valid_programme_has_no_findings(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "p")
    assert run("check", "--root", root) == (0, "Checked 8 files: no findings.\n", "")


WARNING = "# applicants/2027-1/M4XH2Q9KTA.yaml, in part\nprofile:\n  time_zone: Asia/Tokyo\n"
TWO = WARNING + "# rounds/2027-1/round.yaml, in part\ntitle: ''\n"


def test_a_warning_alone_does_not_fail(tmp_path: Path) -> None:
    code, out, err = run("--root", lay_out(tmp_path / "p", WARNING), "check")
    assert (code, err) == (0, "")
    assert out == (
        "applicants/2027-1/M4XH2Q9KTA.yaml:8:14: warning[time-zone-elsewhere]: `time_zone` is expected to be one "
        "of the country 'PT', not 'Asia/Tokyo'.\n"
        "  help: Leave it if the person really lives by that time; else correct one of the two.\n"
        "Checked 8 files: 1 warning.\n"
    )


def test_with_a_path_only_what_lies_there_is_shown_and_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = lay_out(tmp_path / "p", TWO)
    monkeypatch.chdir(root / "applicants")
    code, out, _ = run("check", "2027-1")
    assert code == 0
    assert out.endswith("Checked 8 files: 1 warning. 1 finding elsewhere not shown.\n")
    code, out, _ = run("check", "../rounds/2027-1/round.yaml")
    assert code == 1
    assert out.splitlines()[0].startswith("rounds/2027-1/round.yaml:3:8: error[text-too-short]")
    assert run("check", "..")[1].endswith("Checked 8 files: 1 error and 1 warning.\n")
    assert run("check", "nowhere") == (2, "", "counterpart: There is no file or folder 'nowhere'.\n")
    assert run("check", "../..") == (
        2,
        "",
        "counterpart: '../..' lies outside the programme's folder.\n",
    )


def test_annotations_are_escaped_as_the_host_asks(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "p", "# rounds/2027-1/decisions.yaml\nformat: 1\nround: 2027-1\npins: &p []\n")
    strange = root / "applicants/2027-1/50%,a b.yaml"
    strange.write_text("", encoding="utf-8")
    code, out, _ = run("check", "--root", root, "--format", "github")
    assert code == 1
    assert out == (
        "::error file=applicants/2027-1/50%25%2Ca b.yaml,line=1,col=1,title=file-name::An application's file must "
        "be named by its id, such as '7GQ2MK4XHN.yaml'. Rename the file or the folder, or move it out of here.\n"
        "::error file=rounds/2027-1/decisions.yaml,line=3,col=7,title=yaml-anchor::A value must not be given a "
        "name by '&'. Delete the word that begins with '&' and write the value out wherever it is needed.\n"
        "Checked 8 files: 2 errors.\n"
    )


def test_the_json_document_holds_the_same_findings(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "p", TWO)
    code, out, _ = run("check", "--root", root, "--format", "json")
    document = json.loads(out)
    assert (code, document["format"], document["files"]) == (1, 1, 8)
    assert [list(finding) for finding in document["findings"]] == [
        ["path", "line", "column", "severity", "rule", "message", "help"]
    ] * 2
    assert document["findings"][1] == {
        "path": "rounds/2027-1/round.yaml",
        "line": 3,
        "column": 8,
        "severity": "error",
        "rule": "text-too-short",
        "message": "`title` must have at least 1 character.",
        "help": "Write something here.",
    }


PLANTED = {
    "sealed": f'sealed: "{CANARY}"\n',
    "beyond the sealed block": f"sealed: |\n  -----BEGIN AGE ENCRYPTED FILE-----\n  {CANARY}\n",
    "an unknown field": f"name: {CANARY}\n",
    "an unknown key": f"{CANARY}: true\n",
    "a list of an unknown field": f"contact: [{CANARY}, {{{CANARY}: 1}}]\n",
    "an interest": f"profile:\n  interests: [{CANARY}]\n",
    "a wish": f"profile:\n  wishes: {{sector: {CANARY}, {CANARY}: any}}\n",
    "a time zone": f"profile:\n  time_zone: {CANARY}\n",
    "an id": f"id: {CANARY}\n",
    "a duplicate key": f"{CANARY}: 1\n{CANARY} again: 2\n",
    "bad syntax": f"round: [{CANARY}\n",
    "a tag": f"round: !{CANARY.replace(' ', '')} x\n",
    "an anchor": f"round: &{CANARY.replace(' ', '')} x\n",
}


@pytest.mark.parametrize("shape", ["text", "github", "json"])
@pytest.mark.parametrize("where", PLANTED)
def test_free_text_never_appears_in_any_output(where: str, shape: str, tmp_path: Path) -> None:
    case = f"# applicants/2027-1/M4XH2Q9KTA.yaml, in part\n{PLANTED[where]}"
    root = lay_out(tmp_path / "p", case)
    assert "Canary" in (root / "applicants/2027-1/M4XH2Q9KTA.yaml").read_text(encoding="utf-8")
    code, out, err = run("check", "--root", root, "--format", shape)
    assert code == 1
    assert "anary" not in out + err
    assert "ictional" not in out + err


def test_without_a_programme_the_command_says_where_to_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("check") == (
        2,
        "",
        "counterpart: There is no programme here: neither this folder nor one above it has a folder 'rounds'. "
        "Go to the programme's folder, or name it with --root.\n",
    )
    assert run("check", "--root", tmp_path) == (
        2,
        "",
        "counterpart: There is no programme in this folder: it has no folder 'rounds'.\n",
    )


def test_a_name_that_is_no_text_is_printed_escaped(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "p")
    try:
        with open(os.fsencode(root / "applicants/2027-1") + b"/a\xff\x1b[2J.yaml", "wb"):
            pass
    except (OSError, UnicodeDecodeError):
        pytest.skip("this file system takes only names that are text")
    code, out, _ = run("check", "--root", root)
    assert code == 1
    assert out.startswith("applicants/2027-1/a\\udcff\\x1b[2J.yaml:1:1: error[file-name]")


def process(*arguments: str, **options: object) -> subprocess.Popen[bytes]:
    code = "from counterpart.cli.main import main; main()"
    return subprocess.Popen([sys.executable, "-c", code, *arguments], **options)  # type: ignore[call-overload,no-any-return]


def test_a_reader_who_had_enough_sees_no_traceback(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "p", TWO)
    running = process("check", "--root", str(root), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.close()
    errors = running.stderr.read()
    running.stderr.close()
    assert errors == b""
    if os.name == "posix":
        assert running.wait() == 141
    else:
        assert running.wait() != 0


def test_colours_need_a_terminal(tmp_path: Path) -> None:
    _, out, err = run("check", "--root", lay_out(tmp_path / "p", TWO))
    assert "\x1b" not in out + err
