"""``intake --mapping`` takes in a table: all rows or none, each once, and shows nothing of a cell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from counterpart.files.yaml_read import Document, read
from counterpart.rounds.open_sealed import sealed_words
from counterpart.sealing.demo_keys import DEMONSTRATION_IDENTITIES, DEMONSTRATION_RECIPIENTS
from tests import runner
from tests.miniature import lay_out

PAGE = Path(__file__).resolve().parents[2] / "site" / "coordinators" / "applications.md"
TEXT = PAGE.read_text(encoding="utf-8")
TABLE, MAPPING = (re.search(rf"^```{kind}\n(.*?)^```$", TEXT, re.M | re.S)[1] for kind in ("csv", "yaml"))  # type: ignore[index]
CANARIES = ("Oriel", "oriel@", "Ines", "ines@", "Canary", "canary")
NO_ROLL = "".join(f"# rounds/2027-1/{name}.yaml, removed\n" for name in ("roll", "pairings", "decisions"))
SAMPLE = "# rounds/2027-1/round.yaml, in part\nsample: true\nrecipients:\n" + "".join(
    f"  - {recipient}\n" for recipient in DEMONSTRATION_RECIPIENTS
)
HERE = "applicants/2027-1"


class Desk:
    """A coordinator's machine: a programme, a table, a mapping."""

    def __init__(self, folder: Path) -> None:
        self.root = lay_out(folder / "programme", NO_ROLL + SAMPLE)
        self.folder = folder
        self.before = self.applications()

    def applications(self) -> set[str]:
        return {path.name for path in (self.root / HERE).iterdir()}

    def intake(
        self, table: str | bytes = TABLE, *more: str, mapping: str = MAPPING, key: str = "demo"
    ) -> tuple[int, str, str]:
        content = table if isinstance(table, bytes) else table.encode()
        (self.folder / "answers.csv").write_bytes(content)
        (self.folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
        sheet, how = self.folder / "answers.csv", self.folder / "mapping.yaml"
        return self.run("intake", sheet, "--mapping", how, "--round", "2027-1", "--key", key, *more)

    def run(self, *arguments: object) -> tuple[int, str, str]:
        code, out, err = runner.run(*arguments, root=self.root)
        assert not [word for word in CANARIES if word in out + err]
        return code, out, err

    def new(self) -> list[Document]:
        """The applications that are new, by their time."""
        made = []
        for name in self.applications() - self.before:
            document = read((self.root / HERE / name).read_bytes(), name)
            assert isinstance(document, Document)
            made.append(document)
        return sorted(made, key=lambda document: (document.data["received"], document.path))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_each_row_of_the_documented_table_becomes_an_application_that_passes(desk: Desk) -> None:
    code, out, err = desk.intake()
    assert (code, err, out.splitlines()[-1]) == (0, "", "3 files are new.")
    first, second = desk.new()
    assert first.data["received"] == "2027-01-14T06:12:09Z"
    assert first.data["profile"] == {
        "country": "AU",
        "time_zone": "Australia/Sydney",
        "languages": ["en", "vi"],
        "sector": "academic",
        "career_stage": "early",
        "interests": ["open-access"],
        "wishes": {"sector": "different"},
        "membership": "member",
        "returning": False,
        "code_of_conduct": "2027-01",
    }
    assert second.data["profile"]["languages"] == ["pt", "en"]
    assert second.data["profile"]["wishes"] == {}
    identity = sealed_words(first.data, DEMONSTRATION_IDENTITIES)
    assert (identity["name"], identity["email"]) == ("Oriel Bookend", "oriel@example.org")
    assert desk.run("check")[0] == 0
    written = b"".join(path.read_bytes() for path in desk.root.rglob("*") if path.is_file())
    assert not [word for word in CANARIES[:4] if word.encode() in written]


def test_the_same_table_in_another_order_adds_nothing_and_a_new_row_one_file(desk: Desk) -> None:
    desk.intake()
    before = {path: path.read_bytes() for path in desk.root.rglob("*.yaml")}
    titles, first, second = TABLE.splitlines(keepends=True)
    assert desk.intake(titles + second + first)[1].splitlines()[-1] == "0 files are new."
    assert {path: path.read_bytes() for path in desk.root.rglob("*.yaml")} == before

    third = second.replace("ines@", "third@").replace("Ines Marginalia", "Thora Index")
    assert desk.intake(titles + third + second + first)[1].splitlines()[-1] == "1 file is new."
    assert len(desk.new()) == 3


def test_a_changed_row_becomes_a_correction_and_the_older_table_does_not_undo_it(desk: Desk) -> None:
    desk.intake()
    changed = TABLE.replace("Canary", "").replace("Portugal", "Brazil").replace("Europe/Lisbon", "America/Bahia")
    code, out, _ = desk.intake(changed, "--received", "2027-02-01T00:00:00Z")
    assert (code, out.splitlines()[-1]) == (0, "1 file is new.")
    corrected = [document for document in desk.new() if document.path.endswith(".2.yaml")]
    assert [document.data["profile"]["country"] for document in corrected] == ["BR"]
    assert desk.run("check")[0] == 0
    assert desk.intake()[1].splitlines()[-1] == "0 files are new."
    assert desk.intake(changed)[1].splitlines()[-1] == "0 files are new."


def test_changed_words_alone_are_noticed_although_they_are_sealed(desk: Desk) -> None:
    desk.intake()
    code, out, _ = desk.intake(TABLE.replace("Marginalia", "Errata"), "--received", "2027-02-01T00:00:00Z")
    assert (code, out.splitlines()[-1]) == (0, "1 file is new.")


def test_all_problems_of_all_rows_are_said_and_nothing_is_written(desk: Desk) -> None:
    wrong = (
        TABLE.replace("Australia,", "Canary Land,").replace("Portugal", "").replace("ines@example.org", "canary")
    )
    wrong = wrong.replace("26/01/2027 09:30:00", "1/26/2027").replace("Different", "canary song")
    code, out, err = desk.intake(wrong)
    assert (code, err) == (1, "")
    assert [line for line in out.splitlines() if "error[" in line] == [
        "answers.csv:2:1: error[table-cell]: Row 2, column 'Country': `country` must be a country's name in "
        "English or in its own languages, or its code of ISO 3166-1.",
        "answers.csv:2:1: error[table-cell]: Row 2, column 'Partner's sector': `partner_sector` must be "
        "'similar', 'different' or 'any'.",
        "answers.csv:3:1: error[table-cell]: Row 3, column 'Country': `country` must be a country's name in "
        "English or in its own languages, or its code of ISO 3166-1.",
        "answers.csv:3:1: error[table-cell]: Row 3, column 'Email Address': `email` must be an e-mail address.",
        "answers.csv:3:1: error[table-cell]: Row 3, column 'Timestamp': this must be a time as `time` says.",
    ]
    assert out.endswith("Nothing was taken in.\n")
    assert desk.applications() == desk.before
    assert not (desk.root / "rounds/2027-1/import.yaml").exists()


def test_a_row_without_a_name_or_an_address_is_named_and_stops_the_others(desk: Desk) -> None:
    code, out, err = desk.intake(TABLE.replace("oriel@example.org", "").replace("Ines Marginalia", " "))
    assert (code, err) == (1, "")
    assert [line for line in out.splitlines() if "error[" in line] == [
        "answers.csv:2:1: error[table-cell]: Row 2, column 'Email Address': `email` must be an e-mail address.",
        "answers.csv:3:1: error[table-cell]: Row 3, column 'Your name': `name` must be a name of at most 100 "
        "characters on one line, without links or addresses.",
    ]
    assert desk.applications() == desk.before


def test_a_row_outside_the_window_is_named_and_stops_the_others(desk: Desk) -> None:
    code, out, _ = desk.intake(TABLE.replace("26/01/2027", "20/01/2027"))
    assert code == 1
    assert (
        "answers.csv:3:1: error[received-before-everyone]: Row 3: Before 2027-01-24T13:00:00Z only members" in out
    )
    assert desk.applications() == desk.before


@pytest.mark.parametrize(
    "table",
    [
        b"\xef\xbb\xbf" + TABLE.replace("\n", "\r\n").encode(),
        ("\ufeff" + TABLE).encode("utf-16-le"),
        b"sep=,\r\n" + TABLE.encode(),
        TABLE.replace(",", ";").replace('"English; V', '"English, V').replace('"Portu', '"Portu')
        .replace("preservation; ", "preservation, ").replace("ês; ", "ês, ").encode(),
        TABLE.replace("Your name", " Your\u00a0name ")
        .replace("Oriel Bookend", ' ="Oriel Bookend"\u00a0')
        .encode(),
        TABLE.encode() + b",,,,,,,,,,\n\n",
    ],
    ids=["bom", "utf-16", "sep", "semicolons", "spaces", "empty-rows"],
)  # fmt: skip
def test_what_spreadsheets_do_to_a_table_does_no_harm(desk: Desk, table: bytes) -> None:
    code, out, _ = desk.intake(table)
    assert (code, out.splitlines()[-1]) == (0, "3 files are new.")
    names = {sealed_words(document.data, DEMONSTRATION_IDENTITIES)["name"] for document in desk.new()}
    assert names == {"Oriel Bookend", "Ines Marginalia"}


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (TABLE.encode("cp1252"), "'answers.csv' is not in UTF-8"),
        (b"PK\x03\x04 a workbook", "'answers.csv' is a workbook."),
        (b'a,b\n"canary', "'answers.csv' is no CSV table that can be read: a quotation mark is not closed."),
        (b"", "'answers.csv' is no CSV table that can be read: it has no row of titles."),
    ],
    ids=["cp1252", "workbook", "quote", "empty"],
)
def test_what_is_no_table_is_said_in_a_sentence(desk: Desk, table: bytes, sentence: str) -> None:
    code, out, err = desk.intake(table)
    assert (code, out) == (2, "")
    assert err.replace("\n", " ").startswith(f"counterpart: {sentence}")


def test_an_answer_that_holds_the_separator_is_one_answer(desk: Desk) -> None:
    mapping = MAPPING.replace(
        "values:\n", 'values:\n  - {field: interests, cell: "Books, old", means: open-access}\n'
    )
    table = TABLE.replace('"Digital preservation, Open access"', '"Books, old, Digital preservation"')
    assert desk.intake(table, mapping=mapping)[0] == 0
    assert desk.new()[1].data["profile"]["interests"] == ["open-access", "digital-preservation"]


def test_two_rows_that_nothing_tells_apart_are_refused(desk: Desk) -> None:
    code, out, _ = desk.intake(TABLE + TABLE.splitlines(keepends=True)[2])
    assert code == 1
    assert "error[table-row-twice]: Row 4 must not be of the same person and moment as row 3." in out


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (
            ("column: Country}", "column: Land}"),
            "error[table-column]: The table must have a column with the title",
        ),
        (
            ("Australia/Sydney   ", "Sydney   "),
            "mapping.yaml:2:7: error[mapping-wrong]: `zone` must be an IANA name",
        ),
        (("%d/%m/%Y", "%Y"), "mapping.yaml:3:7: error[mapping-wrong]: `time` must say where day, month and year"),
        (("  - {field: country, column: Country}\n", ""), "`columns` must give the field 'country'"),
        (("field: name", "field: nmae"), "mapping.yaml:6:13: error[value-not-listed]"),
        (("format: 1", "format: 2"), "mapping.yaml:1:9: error["),
    ],
)
def test_a_wrong_mapping_is_told_by_its_line(desk: Desk, change: tuple[str, str], finding: str) -> None:
    assert change[0] in MAPPING
    code, out, _ = desk.intake(mapping=MAPPING.replace(*change, 1))
    assert code == 1
    assert finding in out
    assert desk.applications() == desk.before


def test_the_second_time_needs_a_key_that_opens(desk: Desk, tmp_path: Path) -> None:
    desk.intake()
    other = tmp_path / "other.txt"
    other.write_text("AGE-SECRET-KEY-1" + "Q" * 58 + "\n", encoding="ascii")
    from pyrage import x25519

    other.write_text(f"{x25519.Identity.generate()}\n", encoding="ascii")
    code, out, err = desk.intake(key=str(other))
    assert (code, out) == (2, "")
    assert err == (
        "counterpart: 'rounds/2027-1/import.yaml' does not open with this key: it is another coordinator's.\n"
    )


def test_a_dry_run_says_what_would_be_new_and_writes_nothing(desk: Desk) -> None:
    code, out, _ = desk.intake(TABLE, "--dry-run")
    assert (code, out.splitlines()[-1]) == (0, "3 files are new (nothing was written: --dry-run).")
    assert desk.applications() == desk.before


def test_an_import_that_was_killed_between_two_files_goes_on(desk: Desk) -> None:
    desk.intake()
    removed = desk.new()[0].path
    (desk.root / HERE / removed).unlink()
    code, out, _ = desk.intake()
    assert (code, out.splitlines()[-1]) == (0, "1 file is new.")
    assert removed in desk.applications()
