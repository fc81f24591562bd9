"""What people and coordinators can ask once partnerships have ended: status, reasons, review, words."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from counterpart.files import yaml_read
from counterpart.forge.local import LocalForge
from counterpart.sealing.receipt import sign
from counterpart.sealing.signed import signed_bytes
from tests.admission.test_admit import withdraw
from tests.desk import AFTER, flat, id_of
from tests.pairing.test_rematch import Round, round  # noqa: F401 - the fixture
from tests.relay.test_relay import Client, talk
from tests.submissions import receipt


def status(round: Round, id: str) -> str:  # noqa: F811
    """What the relay tells who holds the receipt."""
    question = {"round": "2027-1", "id": id, "at": "2027-03-08T04:05:06Z"}
    signed = {**question, "signature": sign(receipt(id).private, signed_bytes("status", question))}

    async def story(client: Client) -> Any:
        return (await client.http.post("/v1/status", json=signed)).json()["status"]

    return str(talk(LocalForge(round.root), story, datetime(2027, 3, 8, 4, 5, 6, tzinfo=UTC)))


@pytest.fixture
def again(round: Round) -> tuple[Round, list[str], list[str]]:  # noqa: F811
    """A second pairing: of two pairs, one person left and one withdrew; their partners are a pair now."""
    assert round.introduce()[0] == 0
    one, other, _ = round.pairs()
    round.end(one[0], "--reason", "silent")
    withdraw(round, next(n for n in range(6) if id_of(n) == other[0]))
    round.commit("ended")
    return round, one, other


def test_the_status_follows_the_partnerships_that_stand(again: tuple[Round, list[str], list[str]]) -> None:
    round, one, other = again  # noqa: F811
    third = round.pairs()[2]
    assert [status(round, id) for id in (*one, *other, *third)] == [
        *("withdrawn", "in the pool"),
        *("withdrawn", "in the pool"),
        *("paired", "paired"),
    ]
    round.rematch()
    assert round.run("approve", "2027-1", "--as", "coordinator-2", "--pretend-now", AFTER)[0] == 0
    round.commit("second")
    assert [status(round, id) for id in (one[1], other[1])] == ["paired", "paired"]
    round.end(one[1], "--reason", "asked", "--new-partner", code=2)  # nobody is introduced by it yet
    assert round.introduce()[0] == 0
    round.end(one[1], "--reason", "asked", "--new-partner")
    round.commit("asked")
    assert [status(round, id) for id in (one[1], other[1])] == ["in the pool", "in the pool"]


def test_a_later_pairing_is_explained_and_reviewed_like_the_first(
    again: tuple[Round, list[str], list[str]],
) -> None:
    round, one, other = again  # noqa: F811
    round.rematch()
    code, out, _ = round.run("explain", "2027-1", one[1])
    assert code == 0
    assert f"{one[1]} is paired with {other[1]}. The rules allow 1 partner in this round." in flat(out)
    code, out, _ = round.run("explain", "2027-1", *one)
    assert (code, f"{one[0]} and {one[1]} are paired." in out) == (0, True), "in the first pairing"
    code, _, err = round.run("explain", "2027-1", one[0], "--number", "2")
    assert code == 2
    assert flat(err) == f"counterpart: {one[0]} is not in pairing 2 of round 2027-1: it holds who was free. "
    code, _, err = round.run("explain", "2027-1", one[1], "--number", "3")
    assert (code, flat(err)) == (2, "counterpart: Round 2027-1 has no pairing 3; the latest is 2. ")
    code, out, err = round.run("review", "2027-1")
    assert code == 0, out + err
    assert "Wrote 1 pair to look through" in out
    page = (round.root / "build/review-2027-1.html").read_text(encoding="utf-8")
    assert one[1] in page and other[1] in page


def test_why_somebody_left_is_written_in_words_for_coordinators_alone(
    round: Round,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert round.introduce()[0] == 0
    one, other, _ = round.pairs()
    words = "Canary words about what happened, said Óscar."
    round.names.add(words)
    said = iter([words])
    monkeypatch.setattr("click.prompt", lambda *_, **__: next(said))
    round.end(one[0], "--reason", "conduct", "--ban", "--note", "--pretend-now", "2027-03-05T00:00:00Z")
    code, _, err = round.run("end", "2027-1", *other, "--reason", "silent", "--as", "coordinator-1", "--note")
    assert (code, flat(err)) == (2, "counterpart: A note is about one person: name one. ")
    assert round.run(
        *("pulse", "2027-1", "--note", one[1], "away", "--until", "2027-04-12", "--words", "moving house"),
        *("--as", "coordinator-2", "--pretend-now", "2027-03-06T00:00:00Z"),
    )[0] == 0  # fmt: skip
    assert round.check() == ""
    round.nobody_named()
    _, out, _ = round.run("open", one[0], "--key", "demo", show_names=True)
    assert out.endswith(
        f"\n\nWhat was said\n  2027-03-05  note (written down by coordinator-1)\n              {words}\n"
    )
    _, out, _ = round.run("open", one[1], "--key", "demo", show_names=True)
    assert out.endswith(
        "\n\nWhat was said\n  2027-03-06  away until 2027-04-12 (written down by coordinator-2)\n"
        "              moving house\n"
    )


def test_erasing_somebody_takes_the_sealed_notes_on_decisions_too(
    round: Round,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert round.introduce()[0] == 0
    one, other, _ = round.pairs()
    monkeypatch.setattr("click.prompt", lambda *_, **__: "Canary words.")
    decide = ("decide", "2027-1", "forbid", one[0], other[0], "--as", "coordinator-1", "--reason", "poor-fit")
    assert round.run(*decide, "--note")[0] == 0
    path = round.root / "rounds/2027-1/decisions.yaml"
    noted = path.read_text(encoding="utf-8")
    data = yaml_read.read(noted.encode(), "decisions.yaml").data
    on_a_line = json.dumps(data)  # which is YAML, and where no line can be taken out
    path.write_text(on_a_line, encoding="utf-8")
    code, out, _ = round.run("erase", one[0], "--key", "demo", "--yes")
    assert code == 0
    assert (
        "1 sealed note in decisions.yaml, as the file is laid out in a way that Counterpart does not change: take "
        "the lines 'note' of this person out yourself."
    ) in flat(out)
    assert path.read_text(encoding="utf-8") == on_a_line

    path.write_text("# ours\n" + noted, encoding="utf-8")
    code, out, _ = round.run("erase", other[0], "--key", "demo", "--yes")
    assert code == 0
    assert "- in decisions.yaml: 1 sealed note" in out
    assert "The id in decisions.yaml, with the code of a reason." in flat(out)
    left = path.read_text(encoding="utf-8")
    assert left == "# ours\n" + noted[: noted.index("    note: |")]
    assert other[0] in left
