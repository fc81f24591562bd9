"""Keys: made outside the repository, added without harm to a signature, lost in a drill, destroyed on record."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pyrage
import pytest

from counterpart.files.repository import Repository
from counterpart.rounds.load import load_round
from counterpart.sealing.demo_keys import DEMONSTRATION_IDENTITIES
from tests import runner
from tests.miniature import lay_out
from tests.submissions import CANARIES, ID, application, correction

NO_ROLL = "".join(f"# rounds/2027-1/{name}.yaml, removed\n" for name in ("roll", "pairings", "decisions"))
EMPTY = NO_ROLL + "".join(
    f"# applicants/2027-1/{id}.yaml, removed\n" for id in ("7GQ2MK4XHN", "9B3C5D7F8G", "M4XH2Q9KTA", "P2Q4R6S8T0")
)
SAMPLE = EMPTY + "# rounds/2027-1/round.yaml, in part\nsample: true\n"
ROUND = "rounds/2027-1/round.yaml"


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COUNTERPART_KEYS", str(tmp_path / "keys"))
    return tmp_path / "keys"


def run(root: Path, *arguments: object) -> tuple[int, str, str]:
    code, out, err = runner.run(*arguments, root=root)
    assert "AGE-SECRET-KEY" not in out + err
    return code, " ".join(out.split()), err


def take_in(root: Path, *documents: dict[str, object]) -> None:
    for number, document in enumerate(documents):
        sent = root.parent / f"sent-{number}.json"
        sent.write_text(json.dumps(document), encoding="utf-8")
        assert run(root, "intake", sent, "--received", "2027-02-03T04:05:06Z")[0] == 0


def test_two_coordinators_make_keys_and_the_settings_keep_their_comments(tmp_path: Path, keys: Path) -> None:
    root = lay_out(tmp_path / "p", EMPTY)
    before = (root / ROUND).read_text(encoding="utf-8")
    for name in ("coordinator-8", "coordinator-9"):
        code, out, err = run(root, "keys", "new", "2027-1", "--as", name)
        assert (code, err) == (0, "")
        assert out.startswith(f"Made the key of {name}. Its private half is in this file, and nowhere else:")

    after = (root / ROUND).read_text(encoding="utf-8")
    added = [line for line in after.splitlines() if line not in before.splitlines()]
    assert len(added) == 2 and all("- age1" in line for line in added)
    assert [line for line in after.splitlines() if line not in added] == before.splitlines()
    assert run(root, "check")[0] == 0
    file = keys / "2027-1-coordinator-8.txt"
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    private = file.read_text(encoding="ascii").splitlines()[-1]
    assert str(pyrage.x25519.Identity.from_str(private).to_public()) in added[0]
    assert not [p for p in root.rglob("*") if p.is_file() and b"AGE-SECRET-KEY" in p.read_bytes()]


def test_the_first_coordinator_hears_that_one_key_is_not_enough_and_the_second_does_not(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "p", EMPTY)
    text = (root / ROUND).read_text(encoding="utf-8")
    (root / ROUND).write_text(re.sub(r"(?m)^recipients:\n(?:  - .*\n)+", "", text), encoding="utf-8")
    ends = []
    for name in ("coordinator-8", "coordinator-9"):
        code, out, err = run(root, "keys", "new", "2027-1", "--as", name)
        assert (code, err) == (0, "")
        ends.append(re.split(r"now: age1\w+ ?", out)[1])
    assert ends == [
        "One more coordinator must make a key before applications open: else one lost key loses the round.",
        "",
    ]


def test_making_a_key_again_goes_on_with_the_one_that_is_there(tmp_path: Path, keys: Path) -> None:
    root = lay_out(tmp_path / "p", EMPTY)
    before = (root / ROUND).read_bytes()
    run(root, "keys", "new", "2027-1", "--as", "coordinator-8")
    whole = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    (root / ROUND).write_bytes(before)  # as if it had been stopped before the last file
    run(root, "keys", "new", "2027-1", "--as", "coordinator-8")
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == whole
    assert len(list(keys.iterdir())) == 1


def test_a_private_key_is_never_put_into_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = lay_out(tmp_path / "p", EMPTY)
    (root / ".git").mkdir()
    monkeypatch.setenv("COUNTERPART_KEYS", str(root / "keys"))
    code, out, err = run(root, "keys", "new", "2027-1", "--as", "coordinator-8")
    assert (code, out) == (2, "")
    assert err.startswith("counterpart: A private key must not lie in a Git repository, as it would at ")
    assert not (root / "keys").exists()


def test_the_drill_one_key_is_lost_and_another_coordinator_takes_over(tmp_path: Path, keys: Path) -> None:
    root = lay_out(tmp_path / "p", SAMPLE)
    take_in(root, application(), correction(profile={"sector": "public"}))
    digests = {p.id: p.digest for p in load_round(Repository(root), "2027-1").applicants}
    new = pyrage.x25519.Identity.generate()
    file = tmp_path / "new.txt"
    file.write_text(f"{new}\n", encoding="ascii")
    lost = tmp_path / "one.txt"  # of two recipients, one is enough
    lost.write_text(DEMONSTRATION_IDENTITIES[1] + "\n", encoding="ascii")

    code, _, err = run(root, "open", ID, "--key", file)
    assert (code, "does not open with this key" in err) == (2, True)
    added = run(root, "keys", "add", "2027-1", new.to_public(), "--as", "coordinator-3", "--key", lost)
    assert added[0] == 0
    assert added[1].startswith("Sealed 2 files again; coordinator-3 can open them now. Commit the change.")

    code, out, err = run(root, "open", ID, "--key", file)
    assert (code, err) == (0, "")
    assert all(word in out for word in CANARIES)
    assert out.startswith(f"{ID} of round 2027-1, as corrected (form 2)")
    assert run(root, "check") == (0, "Checked 4 files: no findings.", "")  # the signature still holds
    assert {p.id: p.digest for p in load_round(Repository(root), "2027-1").applicants} == digests
    again = run(root, "keys", "add", "2027-1", new.to_public(), "--as", "coordinator-3", "--key", file)
    assert again[0] == 0
    assert run(root, "check")[0] == 0


def test_a_key_that_opens_too_little_changes_nothing(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "p", SAMPLE)
    take_in(root, application())
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    other = tmp_path / "other.txt"
    other.write_text(f"{pyrage.x25519.Identity.generate()}\n", encoding="ascii")
    public = pyrage.x25519.Identity.generate().to_public()
    code, _, err = run(root, "keys", "add", "2027-1", public, "--as", "c-3", "--key", other)
    assert (code, err) == (
        2,
        f"counterpart: 'applicants/2027-1/{ID}.yaml' does not open with this key, so nothing was changed. Use a "
        "key that opens all.\n",
    )
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_the_demonstration_key_is_refused_for_a_real_round(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "p", NO_ROLL)
    assert run(root, "open", "7GQ2MK4XHN", "--key", "demo") == (
        2,
        "",
        "counterpart: The demonstration keys are for made-up rounds alone; this round is a real one.\n",
    )


def test_a_sealed_part_of_another_application_is_refused(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "p", SAMPLE)
    stolen = {**application("7GQ2MK4XHR"), "sealed": application()["sealed"]}
    take_in(root, application(), stolen)
    code, out, err = run(root, "open", "7GQ2MK4XHR", "--key", "demo")
    assert (code, out) == (2, "")
    assert err == (
        "counterpart: The sealed part of '7GQ2MK4XHR' was sealed for another application or profile; do not rely "
        "on it.\n"
    )


def test_a_key_is_destroyed_on_record_and_only_after_asking(
    tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = lay_out(tmp_path / "p", EMPTY)
    run(root, "keys", "new", "2027-1", "--as", "coordinator-8")
    file = keys / "2027-1-coordinator-8.txt"
    monkeypatch.setattr("sys.stdin", io.StringIO("2027-2\n"))
    assert run(root, "keys", "destroy", "2027-1", "--as", "coordinator-8")[0] != 0
    assert file.exists()

    code, out, _ = run(root, "keys", "destroy", "2027-1", "--as", "coordinator-8", "--yes")
    assert (code, file.exists()) == (0, False)
    assert out.endswith("Copies in other places, and what backups and disks keep, are for you to destroy.")
    register = (root / "rounds/2027-1/keys.yaml").read_text(encoding="utf-8")
    assert "destroyed: " in register
    assert "coordinator-8, made " in run(root, "keys", "list", "2027-1")[1]
    code, _, err = run(root, "keys", "destroy", "2027-1", "--as", "coordinator-8", "--yes")
    assert (code, "There is no key of coordinator-8 for round 2027-1 here" in err) == (2, True)


def test_a_terminal_shows_what_was_typed_and_does_not_obey_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = lay_out(tmp_path / "p", SAMPLE)
    monkeypatch.setattr("tests.submissions.CANARIES", ("کتاب‌دان", *CANARIES[1:4], "one\ntwo"))
    take_in(root, application())
    _, out, _ = run(root, "open", ID, "--key", "demo")
    assert "کتاب‌دان" in out and "one two" in out
    monkeypatch.setattr("tests.submissions.CANARIES", ("\x1b[31mRed", *CANARIES[1:]))
    take_in(root, application("7GQ2MK4XHR"))
    code, out, err = run(root, "open", "7GQ2MK4XHR", "--key", "demo")
    assert (code, out) == (2, "")
    assert err == (
        "counterpart: The sealed part of '7GQ2MK4XHR' is not what the application form makes; do not rely on it.\n"
    )


AGE = shutil.which("age")


@pytest.fixture
def age() -> str:
    if AGE is None:
        assert not os.environ.get("COUNTERPART_ALL"), "the reference program must be here: apt-get install age"
        pytest.skip("the reference program 'age' is not here; install it with: apt-get install age")
    return AGE


def test_the_reference_program_opens_what_we_seal(tmp_path: Path, age: str) -> None:
    key = tmp_path / "key.txt"
    key.write_text(DEMONSTRATION_IDENTITIES[0] + "\n", encoding="ascii")
    opened = subprocess.run(
        [age, "-d", "-i", str(key)], input=str(application()["sealed"]).encode(), capture_output=True, check=True
    )
    assert json.loads(opened.stdout)["name"] == CANARIES[0]


def test_we_open_what_the_reference_program_seals(tmp_path: Path, age: str) -> None:
    root = lay_out(tmp_path / "p", SAMPLE)
    document = application()
    key = tmp_path / "key.txt"
    key.write_text(DEMONSTRATION_IDENTITIES[0] + "\n", encoding="ascii")
    sealed = str(document["sealed"]).encode()
    plain = subprocess.run([age, "-d", "-i", str(key)], input=sealed, capture_output=True, check=True).stdout
    public = str(pyrage.x25519.Identity.from_str(DEMONSTRATION_IDENTITIES[1]).to_public())
    again = subprocess.run([age, "-r", public, "-a"], input=plain, capture_output=True, check=True).stdout
    take_in(root, {**document, "sealed": again.decode()})
    code, out, _ = run(root, "open", ID, "--key", "demo")
    assert (code, CANARIES[1] in out) == (0, True)
