"""``admit`` writes the roll: everybody has a status and a reason, and nobody is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from counterpart.admission.members import read_members
from counterpart.files.yaml_write import dump
from counterpart.findings import UsageError
from counterpart.sealing.receipt import sign
from counterpart.sealing.signed import signed_bytes
from tests.desk import AFTER, Desk, flat, id_of
from tests.submissions import receipt


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def withdraw(desk: Desk, number: int) -> None:
    id = id_of(number)
    data = {"format": 1, "round": "2027-1", "id": id, "withdrawn": "2027-02-20T00:00:00Z"}
    data["signature"] = sign(receipt(id).private, signed_bytes("withdrawal", data))
    path = desk.root / "applicants" / "2027-1" / f"{id}.withdrawal.yaml"
    path.write_text(dump(data), encoding="utf-8")


def test_everybody_is_admitted_where_there_is_room_and_the_answer_reads_well(desk: Desk) -> None:
    for number in range(8):
        desk.apply(number, received=f"2027-02-0{number + 1}T00:00:00Z")
    code, out, err = desk.admit()
    assert (code, err) == (0, "")
    assert out == (
        "8 people of 8 applications are admitted to round 2027-1.\n"
        "\n"
        "Everybody, by status and reason\n"
        "     8  admitted    In time, and with a place.\n"
        "\n"
        "Look at these\n"
        "  - Nobody's membership was compared with a list; give one with --members.\n"
        "  - There is no memory of earlier rounds (rounds/2027-1/memory.yaml), so no past partner\n"
        "    is known.\n"
        "\n"
        "Files\n"
        "  wrote rounds/2027-1/roll.yaml (generation 1 of the pool)\n"
        "  Next: counterpart match 2027-1\n"
    )
    assert [desk.data("roll.yaml")["people"][id_of(n)]["place"] for n in range(8)] == list(range(1, 9))
    assert desk.run("check")[0] == 0
    assert flat(desk.admit()[1]).endswith("Files roll.yaml is already just so; nothing was written. ")


def test_before_applications_close_nobody_is_admitted_and_a_dry_run_says_what_would_be(desk: Desk) -> None:
    desk.apply(1)
    code, _, err = desk.admit(now="2027-02-14T12:59:59Z")
    assert code == 2
    assert flat(err) == (
        "counterpart: Round 2027-1 takes applications until 2027-02-14T13:00:00Z, and nobody is admitted before. "
        "To see what would become of those who are there, add --dry-run. "
    )
    code, out, _ = desk.admit("--dry-run", now="2027-02-14T12:59:59Z")
    assert code == 0
    assert "1 person of 1 applications would be admitted" in out
    assert "Nothing was written." in out
    assert not (desk.root / "rounds/2027-1/roll.yaml").exists()
    assert desk.admit(now="2027-02-14T13:00:00Z")[0] == 0


def test_a_withdrawal_promotes_who_waits_and_says_loudly_that_the_pool_changed(desk: Desk) -> None:
    for number in range(10):
        desk.apply(number, country="PL" if number < 4 else None, received=f"2027-02-01T0{number}:00:00Z")
    assert desk.admit()[0] == 0
    assert desk.statuses()[id_of(2)] == "waiting country-cap"
    assert desk.run("match", "2027-1")[0] == 0
    assert desk.run("approve", "2027-1", "--as", "coordinator-1", "--pretend-now", AFTER)[0] == 0
    assert desk.run("check")[0] == 0
    withdraw(desk, 3)
    assert desk.run("match", "2027-1")[0] == 0, "nobody who takes part has withdrawn"
    assert desk.admit()[0] == 0
    assert desk.statuses()[id_of(3)] == "withdrawn withdrew"
    assert desk.run("check")[0] == 0, "somebody left the waiting list: the approval still stands"
    withdraw(desk, 0)
    code, out, _ = desk.run("match", "2027-1")
    assert code == 1
    assert "error[person-withdrawn]" in out
    code, out, _ = desk.admit()
    assert code == 0
    assert (
        "THE POOL HAS CHANGED\n"
        "  This is generation 2. A proposal or approval of an earlier one is void.\n"
        f"  1 person got a place that became free: {id_of(2)}\n"
        f"  1 person takes part no longer: {id_of(0)}\n"
    ) in out
    code, out, _ = desk.run("check")
    assert code == 1
    assert (
        "error[approval-void]: The approval must be of what there is now; changed since: the admitted pool." in out
    )


@pytest.mark.parametrize(
    ("answer", "statuses", "places"),
    [
        ("s", {1: "admitted", 2: "admitted", 3: "duplicate same-address"}, {1: 1, 2: 2}),
        ("y", {1: "duplicate same-person", 2: "admitted", 3: "admitted"}, {3: 1, 2: 2}),
        ("n", {1: "admitted", 2: "admitted", 3: "admitted"}, {1: 1, 2: 2, 3: 3}),
    ],
)
def test_whoever_says_somebodys_address_takes_nobodys_place_until_a_coordinator_has_answered(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, answer: str, statuses: dict[int, str], places: dict[int, int]
) -> None:
    desk.apply(1, country="AU", received="2027-02-01T00:00:00Z")
    desk.apply(2, country="PL", received="2027-02-02T00:00:00Z")
    desk.apply(3, country="NG", received="2027-02-03T00:00:00Z", email="Canary-1@Example.org")
    code, out, _ = desk.admit("--dry-run")
    assert code == 0
    assert (
        "1 time two applications have the same e-mail address, which is nobody's proof. The first counts until "
        f"you say whether it is one person: {id_of(1)} and {id_of(3)}" in flat(out)
    )
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: answer)
    code, out, _ = desk.admit("--ask", "--as", "coordinator-1", show_names=True)
    assert "These two applications have the same e-mail address. Are they of the same person?" in out
    assert desk.statuses() == {id_of(number): status for number, status in statuses.items()}
    people = desk.data("roll.yaml")["people"]
    assert {n: people[id_of(n)].get("place") for n in places} == places


def test_who_has_a_place_keeps_it_when_somebody_else_says_the_same_address_and_came_earlier(desk: Desk) -> None:
    desk.apply(1, received="2027-02-02T00:00:00Z")
    assert desk.admit()[0] == 0
    desk.apply(2, country="NG", received="2027-02-01T00:00:00Z", email="canary-1@example.org")
    assert desk.admit()[0] == 0
    assert desk.statuses() == {id_of(1): "admitted", id_of(2): "duplicate same-address"}


def test_three_with_one_address_are_asked_about_two_by_two_until_all_is_said(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        desk.apply(number, received=f"2027-02-0{number}T00:00:00Z", email="canary-1@example.org")
    assert desk.admit()[0] == 0
    assert [*desk.statuses().values()] == ["admitted", "duplicate same-address", "duplicate same-address"]
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: "n")
    assert desk.admit("--ask", "--as", "coordinator-1", show_names=True)[0] == 0
    assert len(desk.data("confirmed.yaml")["people"]) == 3
    assert [*desk.statuses().values()] == ["admitted"] * 3


def test_a_membership_list_decides_whose_early_turn_counts(desk: Desk) -> None:
    member = {"membership": "member"}
    desk.apply(1, country="PL", received="2027-01-12T00:00:00Z", profile=member, member_number="A 10-42")
    desk.apply(2, country="PL", received="2027-01-11T00:00:00Z", profile=member, member_number="B-1")
    desk.apply(3, country="PL", received="2027-01-13T00:00:00Z", profile=member)
    path = desk.folder / "members.csv"
    path.write_text(
        "\ufeffName;Member number;E-mail\nCanary;a1042;\nCanary;;canary-3@example.org\n", encoding="utf-8"
    )
    code, out, _ = desk.admit("--members", path)
    assert code == 0
    assert desk.statuses() == {
        id_of(1): "admitted",
        id_of(2): "waiting country-cap",
        id_of(3): "waiting country-cap",
    }
    assert "1 person applied early as a member and cannot be found on the list." in flat(out)
    inside = desk.root / "members.csv"
    inside.write_text("number\n1\n", encoding="utf-8")
    code, _, err = desk.admit("--members", inside)
    assert code == 2
    assert "must lie outside the programme's folder" in flat(err)
    for content, words in (
        (b"\xff\xfe", "must be UTF-8"),
        (b"Surname\nCanary\n", "must name a column 'member number' or 'email'"),
        (b'number\n"1\n', "a quote in it is not closed"),
        (b"", "must name a column"),
    ):
        path.write_bytes(content)
        code, _, err = desk.admit("--members", path)
        assert (code, words in flat(err)) == (2, True)


def test_a_membership_list_is_read_to_its_end_or_refused(tmp_path: Path) -> None:
    path, most = tmp_path / "members.csv", 64 * 1024 * 1024
    rows = ["number,notes", *["1," + "x" * 100_000] * 600]
    text = "\n".join(rows)
    path.write_text(text + "," * (most - len(text) - len("\n7,")) + "\n7,", encoding="utf-8")
    assert path.stat().st_size == most
    assert read_members(path, tmp_path / "programme").has("", "7")
    for content in (text + "," * (most - len(text) + 1), "number,notes\n" + ("1," + "é" * 50_000 + "\n") * 700):
        path.write_text(content, encoding="utf-8")  # of the last one, fewer letters than bytes
        with pytest.raises(UsageError, match=r"^The membership list must be at most 64 MiB large\.$"):
            read_members(path, tmp_path / "programme")


def test_what_does_not_pass_or_does_not_open_is_not_admitted_and_stops_nobody_else(desk: Desk) -> None:
    good, other, moved = desk.apply(1), desk.apply(2), desk.apply(3)
    folder = desk.root / "applicants" / "2027-1"
    text = (folder / f"{other}.yaml").read_text(encoding="utf-8")
    (folder / f"{other}.yaml").write_text(text.replace("sector: academic", "sector: unheard-of"), encoding="utf-8")
    sealed = (folder / f"{good}.yaml").read_text(encoding="utf-8").partition("sealed:")[2]
    head = (folder / f"{moved}.yaml").read_text(encoding="utf-8").partition("sealed:")[0]
    (folder / f"{moved}.yaml").write_text(f"{head}sealed:{sealed}", encoding="utf-8")
    assert desk.admit()[0] == 0
    assert desk.statuses() == {
        good: "admitted",
        other: "ineligible does-not-pass",
        moved: "ineligible sealed-part-wrong",
    }


def test_an_error_in_the_application_of_somebody_who_takes_part_stops_matching_and_no_other_does(
    desk: Desk,
) -> None:
    folder = desk.root / "applicants" / "2027-1"
    for number in range(10):
        desk.apply(number, country="PL" if number < 3 else None, received=f"2027-02-01T0{number}:00:00Z")
    assert desk.admit()[0] == 0
    assert desk.statuses()[id_of(2)] == "waiting country-cap"

    def with_an_error(number: int) -> tuple[int, list[str]]:
        path = folder / f"{id_of(number)}.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"(?m)^  sector: .*", "  sector: unheard-of", text), encoding="utf-8")
        code, out, _ = desk.run("match", "2027-1")
        path.write_text(text, encoding="utf-8")
        return code, re.findall(r"^([\w/.-]+):\d+:\d+: error\[([\w-]+)\]", out, re.MULTILINE)

    assert with_an_error(2) == (0, [])
    code, errors = with_an_error(1)
    assert (code, errors[0]) == (1, (f"applicants/2027-1/{id_of(1)}.yaml", "sector-unknown"))


def test_a_key_that_opens_nothing_is_said_and_nothing_is_written(desk: Desk) -> None:
    from pyrage import x25519

    desk.apply(1)
    path = desk.folder / "key.txt"
    path.write_text(str(x25519.Identity.generate()), encoding="ascii")
    code, _, err = desk.run("admit", "2027-1", "--key", path, "--pretend-now", AFTER)
    assert code == 2
    assert "does not open with this key" in flat(err)
    assert not (desk.root / "rounds/2027-1/roll.yaml").exists()


def test_near_employers_are_asked_about_and_each_answer_is_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = desk.apply(1, country="AU", employer="UNSW Library")
    two = desk.apply(2, country="PL", employer="University of New South Wales")
    three = desk.apply(3, country="NG", employer="Canary Archive")
    code, out, _ = desk.admit()
    assert code == 0
    assert (
        "1 time two employers' names are near. "
        "These people are kept apart until you say whether the employer is one." in flat(out)
    )
    people = desk.data("roll.yaml")["people"]
    assert (people[one]["perhaps"], people[two]["perhaps"]) == ([two], [one])
    assert not [id for id, line in people.items() if "employer" in line]
    assert "perhaps" not in people[three]
    assert desk.run("check")[0] == 0
    said = flat(desk.run("match", "2027-1")[1])
    assert (
        "1 pair of people is kept apart only because nobody has said whether they have the same employer. "
        "To answer: counterpart admit 2027-1 --ask --as NAME" in said
    )
    assert frozenset((one, two)) not in {frozenset(pair["people"]) for pair in desk.data("pairings.yaml")["pairs"]}
    assert desk.run("verify", "2027-1")[0] == 0
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: "n")
    code, out, _ = desk.admit("--ask", "--as", "coordinator-1", show_names=True)
    assert code == 0
    assert f"Are these the same employer?\n  {one}  UNSW Library\n  {two}  University of New South Wales\n" in out
    assert desk.data("confirmed.yaml")["employers"] == [
        {"people": [one, two], "same": False, "by": "coordinator-1"}
    ]
    assert "perhaps" not in desk.data("roll.yaml")["people"][one]
    assert "THE POOL HAS CHANGED" not in out, "the same people take part"
    desk.nobody_named()
    assert desk.run("check")[0] == 0


def test_people_who_look_alike_are_asked_about_and_count_as_two_until_then(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = desk.apply(1, country="AU", name="Canary Bookend")
    two = desk.apply(2, country="AU", name="CANARY BOOKEND", received="2027-02-03T00:00:00Z")
    _, out, _ = desk.admit("--dry-run")
    assert (
        f"two applications may be of one person, and count as two people until you say otherwise: {one} and {two}"
        in flat(out)
    )
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: "y")
    assert desk.admit("--ask", "--as", "coordinator-1", show_names=True)[0] == 0
    assert desk.statuses() == {one: "duplicate same-person", two: "admitted"}


def test_the_memory_travels_to_the_next_round(desk: Desk) -> None:
    for number in range(5):
        desk.apply(number)
    assert desk.admit()[0] == 0
    assert desk.run("match", "2027-1")[0] == 0
    pairs = {frozenset(pair["people"]) for pair in desk.data("pairings.yaml")["pairs"]}
    alone = desk.data("pairings.yaml")["unpaired"][0]["id"]
    settings = (desk.root / "rounds/2027-1/round.yaml").read_text(encoding="utf-8")
    later = settings.replace("2027-1\n", "2027-2\n").replace("2027-0", "2027-3")
    for old, new in (
        ("2027-3", "2027-0"),
        ("2027-06", "2027-12"),
        ("2027-04", "2027-10"),
        ("2027-03", "2027-09"),
        ("2027-02", "2027-08"),
        ("2027-01-", "2027-07-"),
    ):
        later = later.replace(old, new)
    (desk.root / "rounds/2027-2").mkdir()
    (desk.root / "rounds/2027-2/round.yaml").write_text(later, encoding="utf-8")
    code, out, _ = desk.run("memory", "pass", "2027-1", "2027-2", "--key", "demo")
    assert code == 0
    assert "It holds 2 past pairs, 1 person who went without a partner and 0 bans, of 1 round." in flat(out)
    new = {
        number: desk.apply(
            number + 160, round="2027-2", received="2027-08-01T00:00:00Z", email=f"canary-{number}@example.org"
        )
        for number in range(5)
    }  # fmt: skip
    code, out, err = desk.run("admit", "2027-2", "--key", "demo", "--pretend-now", "2027-09-01T00:00:00Z")
    assert code == 0, out + err
    people = desk.data("roll.yaml", "2027-2")["people"]
    known = {id_of(number): id for number, id in new.items()}
    for pair in pairs:
        one, other = (known[id] for id in pair)
        assert people[one]["past"] == [other]
        assert people[other]["past"] == [one]
    assert people[known[alone]]["carried_over"] is True
    assert "There is no memory" not in out
    desk.nobody_named()
    assert desk.run("check")[0] == 0
    code, out, _ = desk.run("memory", "renew", "2027-2", "--key", "demo", "--yes")
    assert code == 0
    assert "Lost: 0 past pairs, 0 people who went without a partner, 0 bans." in flat(out)


def test_erasing_a_person_leaves_the_id_alone(desk: Desk) -> None:
    for number in range(4):
        desk.apply(number)
    withdraw(desk, 2)
    assert desk.admit()[0] == 0
    id = id_of(1)
    code, out, _ = desk.run("erase", id, "--key", "demo", "--yes")
    assert code == 0
    assert f"  - applicants/2027-1/{id}.yaml\n" in out
    assert "on the roll: everything but the id and 'withdrawn, erased'" in out
    assert "counterpart admit 2027-1, then match and approve again." in flat(out)
    assert desk.data("roll.yaml")["people"][id] == {"status": "withdrawn", "reason": "erased"}
    assert not (desk.root / f"applicants/2027-1/{id}.yaml").exists()
    assert desk.run("check")[0] == 0
    assert desk.admit()[0] == 0
    assert desk.statuses()[id] == "withdrawn erased"
    code, _, err = desk.run("erase", id, "--key", "demo", "--yes")
    assert code == 2
    assert f"There is no application '{id}'." in flat(err)


def test_the_files_are_the_same_whenever_it_runs(desk: Desk) -> None:
    for number in range(12):
        desk.apply(number, received="2027-02-01T00:00:00Z")
    assert desk.admit()[0] == 0
    first = (desk.root / "rounds/2027-1/roll.yaml").read_bytes()
    (desk.root / "rounds/2027-1/roll.yaml").unlink()
    assert desk.admit()[0] == 0
    assert (desk.root / "rounds/2027-1/roll.yaml").read_bytes() == first
    assert b"Canary" not in first


def test_a_pin_that_cannot_be_is_told_at_its_line_before_anything_is_solved(desk: Desk) -> None:
    for number in range(10):
        desk.apply(number, country="PL" if number < 4 else None, received=f"2027-02-01T0{number}:00:00Z")
    assert desk.admit()[0] == 0
    pairs = [(4, 5), (6, 2), (0, 1)]
    pins = "".join(
        f"  - {{people: [{id_of(one)}, {id_of(other)}], by: coordinator-1, reason: asked-for-each-other}}\n"
        for one, other in pairs
    )
    path = desk.root / "rounds/2027-1/decisions.yaml"
    path.write_text(f"format: 1\nround: 2027-1\npins:\n{pins}", encoding="utf-8")
    code, out, _ = desk.run("match", "2027-1")
    assert code == 1
    assert [line for line in out.splitlines() if "error" in line] == [
        f"rounds/2027-1/decisions.yaml:5:14: error[pin-breaks-rule]: The pin of {id_of(6)} and {id_of(2)} breaks "
        f"the rule 'not-in-the-pool'. {id_of(2)} is not admitted but waiting.",
        f"rounds/2027-1/decisions.yaml:6:14: error[pin-breaks-rule]: The pin of {id_of(0)} and {id_of(1)} breaks "
        "the rule 'different-country'. They live in the same country, and partners are always in different "
        "countries.",
    ]
    assert not (desk.root / "rounds/2027-1/pairings.yaml").exists()
    withdraw(desk, 4)
    assert desk.admit()[0] == 0
    path.write_text(f"format: 1\nround: 2027-1\npins:\n{pins.splitlines()[0]}\n", encoding="utf-8")
    out = desk.run("match", "2027-1")[1]
    assert (
        f"decisions.yaml:4:14: error[pin-breaks-rule]: The pin of {id_of(4)} and {id_of(5)} breaks the rule" in out
    )
    assert f"{id_of(4)} is not admitted but withdrawn." in out
