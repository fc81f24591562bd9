"""``intake`` takes in what the form made, all or nothing, and shows nothing of what a person typed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from counterpart.files.repository import Repository
from counterpart.files.yaml_read import Document, read
from counterpart.rounds.load import load_round
from counterpart.rounds.submission import judge
from counterpart.sealing.demo_keys import DEMONSTRATION_IDENTITIES
from counterpart.sealing.seal import open_sealed
from tests import runner
from tests.miniature import lay_out
from tests.submissions import CANARIES, ID, application, correction, withdrawal

NEW = "applicants/2027-1/7GQ2MK4XHQ.yaml"
WHEN = ("--received", "2027-02-03T04:05:06Z")
NO_ROLL = "".join(f"# rounds/2027-1/{name}.yaml, removed\n" for name in ("roll", "pairings", "decisions"))


def run(*arguments: object) -> tuple[int, str, str]:
    code, out, err = runner.run(*arguments)
    assert not [word for word in CANARIES if word in out + err]
    return code, out, err


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "programme", NO_ROLL)


def put(tmp_path: Path, document: dict[str, Any], name: str = "sent.json") -> Path:
    path = tmp_path / name
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_an_application_becomes_a_file_that_passes_and_opens_with_the_key(root: Path, tmp_path: Path) -> None:
    sent = put(tmp_path, application())
    assert run("--root", root, "intake", sent, *WHEN) == (0, f"  wrote {NEW}\n1 file is new.\n", "")

    text = (root / NEW).read_text(encoding="utf-8")
    document = read(text.encode(), NEW)
    assert isinstance(document, Document)
    assert document.data["received"] == "2027-02-03T04:05:06Z"
    assert list(document.data) == ["format", "round", "id", "received", "receipt", "profile", "sealed"]
    assert json.loads(open_sealed(document.data["sealed"], DEMONSTRATION_IDENTITIES))["name"] == CANARIES[0]
    assert not [word for word in CANARIES if word in text]
    assert run("--root", root, "check") == (0, "Checked 6 files: no findings.\n", "")


def test_a_warning_is_told_and_the_application_is_taken_in_all_the_same(root: Path, tmp_path: Path) -> None:
    sent = put(tmp_path, application(profile={"time_zone": "Europe/Madrid"}))
    code, out, err = run("--root", root, "intake", sent, *WHEN)
    assert (code, err) == (0, "")
    assert (
        "warning[time-zone-elsewhere]: `time_zone` is expected to be one of the country 'AU', not 'Europe/Madrid'"
        in out
    )
    assert out.endswith(f"  wrote {NEW}\n1 file is new.\n")
    assert (root / NEW).exists()


def test_of_what_does_not_pass_no_file_is_made_and_of_what_passes_with_a_warning_one_is(root: Path) -> None:
    settings = load_round(Repository(root), "2027-1").round
    assert settings is not None
    arrived = datetime(2027, 2, 3, 4, 5, 6, tzinfo=UTC)
    wrong = judge(application(profile={"sector": "canary"}), settings, arrived, {})
    assert [finding.rule for finding in wrong.findings] == ["sector-unknown"]
    assert (wrong.entry, wrong.content, wrong.known) == (None, b"", False)
    odd = judge(application(profile={"time_zone": "Europe/Madrid"}), settings, arrived, {})
    assert [finding.rule for finding in odd.findings] == ["time-zone-elsewhere"]
    assert odd.entry is not None and odd.entry.path == NEW
    assert read(odd.content, NEW).data["profile"]["time_zone"] == "Europe/Madrid"  # type: ignore[union-attr]


def test_the_same_file_again_adds_nothing_and_keeps_the_first_moment(root: Path, tmp_path: Path) -> None:
    sent = put(tmp_path, application())
    run("--root", root, "intake", sent, *WHEN)
    before = (root / NEW).read_bytes()

    again = run("--root", root, "intake", sent, "--received", "2027-02-04T00:00:00Z")
    assert again == (0, f"  {NEW} is there already, just so\n0 files are new.\n", "")
    assert (root / NEW).read_bytes() == before


def test_what_a_mail_program_adds_does_no_harm(root: Path, tmp_path: Path) -> None:
    sent = tmp_path / "mailed.json"
    sent.write_bytes(
        b"\xef\xbb\xbf\r\n" + json.dumps(application(), indent=2).replace("\n", "\r\n").encode() + b"\r\n"
    )
    assert run("--root", root, "intake", sent, *WHEN)[0] == 0


def test_a_correction_and_a_withdrawal_are_taken_in_whatever_the_order(root: Path, tmp_path: Path) -> None:
    files = [
        put(tmp_path, withdrawal(), "c.json"),
        put(tmp_path, correction(profile={"sector": "public"}), "b.json"),
        put(tmp_path, application(), "a.json"),
    ]
    code, out, _ = run("--root", root, "intake", *files, *WHEN)

    folder = "applicants/2027-1/7GQ2MK4XHQ"
    wrote = "".join(f"  wrote {folder}{end}.yaml\n" for end in ("", ".2", ".withdrawal"))
    assert (code, out) == (0, wrote + "3 files are new.\n")
    assert run("--root", root, "check")[:2] == (0, "Checked 8 files: no findings.\n")


CLIMBING = {**application(), "id": "../../../x"}
WRONG: list[tuple[dict[str, Any], str]] = [
    ({**application(), "kind": "order"}, "error[submission-form]"),
    ({**application(), "received": "2027-02-01T00:00:00Z"}, "error[submission-stamped]"),
    ({**application(), "name": "Canary Shelfmark"}, "error[key-unknown]"),
    (application(profile={"country": "Canary Shelfmark"}), "error[value-form]"),
    (application(profile={"interests": ["<script>alert(1)</script>"]}), "error[value-form]"),
    (application(profile={"sector": "::error::canary song"}), "error[value-form]"),
    (application(profile={"sector": "unheard-of"}), "error[sector-unknown]"),
    (application(id="7GQ2MK4XHN"), "error[submission-taken]"),
    (CLIMBING, "error[value-form]"),
    ({**application(), "id": 12.5}, "error[yaml-number-not-whole]"),
    ({**application(), "sealed": "Canary Shelfmark"}, "error[sealed-armor]"),
    (correction(), "error[application-missing]"),
    (withdrawal(), "error[application-missing]"),
]


@pytest.mark.parametrize(("document", "finding"), WRONG, ids=[f"{i}-{w[1][6:-1]}" for i, w in enumerate(WRONG)])
def test_a_wrong_document_stops_all_of_them_and_nothing_is_written(
    root: Path, tmp_path: Path, document: dict[str, Any], finding: str
) -> None:
    right = put(tmp_path, application("7GQ2MK4XHR"), "right.json")
    before = sorted(root.rglob("*"))
    code, out, err = run("--root", root, "intake", put(tmp_path, document), right, *WHEN)

    assert (code, err) == (1, "")
    assert finding in out
    assert out.endswith("Nothing was taken in.\n")
    assert sorted(root.rglob("*")) == before


def test_nobody_corrects_or_withdraws_with_another_persons_receipt(root: Path, tmp_path: Path) -> None:
    run("--root", root, "intake", put(tmp_path, application()), *WHEN)
    for forged in (correction(key="7GQ2MK4XHN"), withdrawal(key="7GQ2MK4XHN")):
        code, out, _ = run("--root", root, "intake", put(tmp_path, forged), *WHEN)
        assert (code, "error[signature-wrong]" in out) == (1, True)
    changed = {**correction(), "profile": correction(profile={"sector": "public"})["profile"]}
    code, out, _ = run("--root", root, "intake", put(tmp_path, changed), *WHEN)
    assert (code, "error[signature-wrong]" in out) == (1, True)
    assert [path.name for path in (root / "applicants/2027-1").glob(f"{ID}*")] == [f"{ID}.yaml"]


def test_outside_the_windows_nothing_is_taken_in(root: Path, tmp_path: Path) -> None:
    sent = put(tmp_path, application())
    code, out, _ = run("--root", root, "intake", sent, "--received", "2027-09-01T00:00:00Z")
    assert (code, "error[received-outside-window]" in out) == (1, True)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe{", b"[]", b'{"kind": 1}', b'{"kind":"application","kind":"x"}']
)
def test_what_is_no_document_is_told_in_a_sentence(root: Path, tmp_path: Path, content: bytes) -> None:
    sent = tmp_path / "sent.json"
    sent.write_bytes(content)
    assert run("--root", root, "intake", sent, *WHEN) == (
        1,
        "sent.json:1:1: error[submission-form]: This must be the file that the application form made: JSON, whole "
        "and unchanged.\n"
        "  help: Ask for the file that the form saved, as an attachment, and try again with that.\n"
        "Nothing was taken in.\n",
        "",
    )


def test_too_large_a_document_and_deep_nesting_are_refused(root: Path, tmp_path: Path) -> None:
    for content in (b" " * (1 << 17), b"[" * 60_000):
        sent = tmp_path / "sent.json"
        sent.write_bytes(content)
        code, out, _ = run("--root", root, "intake", sent, *WHEN)
        assert (code, "error[submission-form]" in out) == (1, True)


def test_a_dry_run_says_the_same_and_writes_nothing(root: Path, tmp_path: Path) -> None:
    sent = put(tmp_path, application())
    assert run("--root", root, "intake", "--dry-run", sent, *WHEN) == (
        0,
        f"  would write {NEW}\n1 file is new (nothing was written: --dry-run).\n",
        "",
    )
    assert not (root / NEW).exists()


def test_wrong_commands_get_a_sentence(root: Path, tmp_path: Path) -> None:
    sent = put(tmp_path, {**application(), "round": "2031-1"})
    assert run("--root", root, "intake", sent) == (
        2,
        "",
        "counterpart: 'sent.json' is for a round that is not in this programme.\n",
    )
    assert run("--root", root, "intake", tmp_path / "no")[0] == 2
    assert run("--root", root, "intake", sent, "--received", "yesterday") == (
        2,
        "",
        "counterpart: --received must be a moment in UTC, such as 2027-01-14T06:12:09Z.\n",
    )
