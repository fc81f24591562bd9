"""The end of a round: everybody is told, gets a statement that anybody can check, and what names people goes."""

from __future__ import annotations

import base64
import json
import re
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from counterpart.mail.statement import statement_bytes
from counterpart.mail.statements import is_genuine
from counterpart.sealing.receipt import new_receipt, sign
from tests.desk import flat, id_of
from tests.mail.test_season import mail
from tests.pairing.test_rematch import Round, round  # noqa: F401 - the fixture
from tests.responses import response
from tests.rounds.test_contact import linked, links_in_mails, take_in  # noqa: F401 - the fixture

LAST, LATER = "2027-06-28", "2027-07-20"


def close(round: Round, *more: str, day: str = LATER, code: int = 0) -> str:  # noqa: F811
    now = ("--key", "demo", "--pretend-now", f"{day}T09:00:00Z")
    done, out, err = round.run("close", "2027-1", *now, *more)
    assert done == code, out + err
    return flat(out + err)


@pytest.fixture
def ended(linked: Round) -> Round:  # noqa: F811
    """A round whose last day has come, and of which two people have recorded something."""
    tokens = links_in_mails(linked)
    path = linked.root / "rounds/2027-1/round.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "points: One point an hour.\n", encoding="utf-8")
    for number, said in ((0, {"hours": 14, "reflection": "Maps <b>elsewhere</b>."}), (1, {"guides": ["a-guide"]})):
        assert take_in(linked, response(tokens[id_of(number)], "statement", **said))[0] == 0
    linked.names.add("Maps <b>elsewhere</b>.")
    linked.commit("answers")
    return linked


def statements_in_mails(round: Round) -> dict[str, str]:  # noqa: F811
    """The statement that each address got, as its page."""
    found = {}
    for address, content in round.mailbox.mails:
        for each in message_from_bytes(content, policy=policy.default).iter_attachments():
            if each.get_filename() == "statement.html":
                found[address] = each.get_content()
    return found


def payload_of(page: str) -> str:
    [payload] = re.findall(r'name="counterpart-statement" content="([A-Za-z0-9_-]+)"', page)
    return payload


def test_a_statement_says_what_was_recorded_and_a_forged_one_is_recognised(ended: Round) -> None:
    said = mail(ended, LAST)
    assert "6 people hear that the round has ended" in said
    assert "2 people get the statement of participation" in said
    pages = statements_in_mails(ended)
    assert pages.keys() == {"canary-0@example.org", "canary-1@example.org"}
    page = pages["canary-0@example.org"]
    public = ended.data("links.yaml")["public"]
    for words in (
        "<bdi>Canary Number 0</bdi>",
        "<dd>14</dd>",
        "Maps &lt;b&gt;elsewhere&lt;/b&gt;.",
        "One point an hour.",
    ):
        assert words in page, words
    assert "<b>" not in page and "<script" not in page
    payload = payload_of(page)
    assert is_genuine(payload, public)
    signed = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert signed["statement"]["began"] <= signed["statement"]["ended"] == LAST
    more = {**signed, "statement": {**signed["statement"], "hours": 140}}
    own = new_receipt()
    forged = {**more, "signature": sign(own.private, statement_bytes(more["statement"]))}
    for wrong in (more, forged, {"statement": 1}, [], "x"):
        text = base64.urlsafe_b64encode(json.dumps(wrong).encode()).decode().rstrip("=")
        assert not is_genuine(text, public)
    assert not is_genuine(payload, own.public)
    assert not is_genuine("?", public)
    said = mail(ended, LATER)
    assert "Sent 4 mails now; 12 of 12 that are due have gone." in said, "the others three weeks later"
    ended.nobody_named()


def test_statements_can_be_written_to_a_private_folder_and_nowhere_else(ended: Round) -> None:
    now = ("--key", "demo", "--pretend-now", f"{LAST}T09:00:00Z")
    code, out, _ = ended.run("statement", "2027-1", id_of(1), *now, "--out", ended.folder / "statements")
    assert (code, "Wrote 1 statement to" in out) == (0, True)
    assert [path.name for path in (ended.folder / "statements").iterdir()] == [f"statement-{id_of(1)}.html"]
    code, _, err = ended.run("statement", "2027-1", *now, "--out", ended.root / "statements")
    assert (code, "must not lie in a Git repository" in flat(err)) == (2, True)
    code, _, err = ended.run(
        "statement",
        "2027-1",
        "--key",
        "demo",
        "--pretend-now",
        "2027-06-27T09:00:00Z",
        "--out",
        ended.folder / "x",
    )
    assert (code, "from the round's last day on, 2027-06-28" in flat(err)) == (2, True)
    ended.nobody_named()


def test_a_statement_names_the_programme_where_the_sites_file_does(ended: Round) -> None:
    now = ("--key", "demo", "--pretend-now", f"{LAST}T09:00:00Z")
    said = []
    for name in ("without", "with"):
        code, _, _ = ended.run("statement", "2027-1", id_of(1), *now, "--out", ended.folder / name)
        assert code == 0
        text = (ended.folder / name / f"statement-{id_of(1)}.html").read_text(encoding="utf-8")
        assert is_genuine(payload_of(text), ended.data("links.yaml")["public"])
        said.append(text)
        programme = (Path(__file__).parents[2] / "site/programme.yaml").read_text(encoding="utf-8")
        (ended.root / "site").mkdir(exist_ok=True)
        (ended.root / "site/programme.yaml").write_text(programme, encoding="utf-8")
    words = ("Counterpart", "The Example Library Association", "mailto:mentoring@example.org")
    assert [[each in text for each in words] for text in said] == [[False] * 3, [True] * 3]


def test_a_round_is_closed_only_when_everybody_was_told_and_then_nothing_of_anybody_is_left(ended: Round) -> None:
    assert "The round lasts until Monday, 28 June 2027." in close(ended, day="2027-06-01", code=1)
    said = close(ended, code=1)
    for words in (
        "Nobody has heard that the round has ended",
        "There is no report yet: 'counterpart report 2027-1'.",
        "Name the next round, which gets the sealed memory",
    ):
        assert words in said
    mail(ended, LAST)
    (ended.root / "rounds/2027-1/report.json").write_text("{}\n", encoding="utf-8")
    assert "The report is not as it must be: 'counterpart check' says why." in close(ended, code=1)
    (ended.root / "rounds/2027-1/report.json").unlink()
    following = ("--next", "2027-2", "--without-report")  # six people are too few for any figure
    assert "There is no round 2027-2" in close(ended, *following, code=1)
    folder = ended.root / "rounds/2027-2"
    folder.mkdir()
    text = (ended.root / "rounds/2027-1/round.yaml").read_text(encoding="utf-8")
    folder.joinpath("round.yaml").write_text(text.replace("2027-1", "2027-2"), encoding="utf-8")
    assert "mails are due and not sent" in close(ended, *following, code=1)
    mail(ended, LATER)
    ended.commit("told")
    before = sorted(path for path in ended.root.rglob("*") if path.is_file() and ".git" not in path.parts)
    said = close(ended, *following)
    assert (
        "12 files would be removed: - sealed answers: 2 - applications, corrections and withdrawals: 6 - "
        "approval.yaml: 1 - pairings.yaml: 1 - roll.yaml: 1 - certificate.json: 1 Nothing was changed."
    ) in said
    assert before == sorted(p for p in ended.root.rglob("*") if p.is_file() and ".git" not in p.parts)
    said = close(ended, *following, "--yes")
    assert "Round 2027-1 is closed. 12 files were removed." in said
    assert not list((ended.root / "applicants/2027-1").iterdir())
    kept = sorted(path.name for path in (ended.root / "rounds/2027-1").iterdir() if path.is_file())
    assert kept == ["closing.md", "links.yaml", "round.yaml"]
    assert ended.data("links.yaml").keys() == {"format", "round", "public"}
    assert ended.data("round.yaml")["closed"] is True
    record = (ended.root / "rounds/2027-1/closing.md").read_text(encoding="utf-8")
    assert "- sealed answers: 2\n- applications, corrections and withdrawals: 6\n- approval.yaml: 1\n" in record
    assert ended.check() == ""
    code, out, _ = ended.run("today", "2027-1", "--pretend-now", f"{LATER}T09:00:00Z")
    assert (code, "Closed: 2027-1" in out) == (0, True)
    assert "memory.yaml" in " ".join(path.name for path in folder.iterdir())
    assert "0 files were removed" in close(ended, "--yes"), "again, it changes nothing"
    ids = [id_of(number) for number in range(6)]
    for path in ended.root.rglob("*"):
        if path.is_file() and ".git" not in path.parts:
            content = path.read_bytes().decode("utf-8", "replace")
            assert not [id for id in ids if id in content], path
    ended.commit("closed")
    ended.nobody_named()


def test_whoever_is_killed_while_closing_goes_on(ended: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    mail(ended, LAST)
    mail(ended, LATER)
    from counterpart.files.repository import Repository

    real = Repository.remove_all

    def half(self: Repository, entries: object) -> None:
        real(self, list(entries)[:5])  # type: ignore[call-overload]
        raise KeyboardInterrupt

    monkeypatch.setattr(Repository, "remove_all", half)
    assert "Stopped." in close(ended, "--without-memory", "--without-report", "--yes", code=130)
    monkeypatch.setattr(Repository, "remove_all", real)
    again = "Closing was stopped before everything was removed: run it again. counterpart close 2027-1 --yes"
    assert again in flat(ended.run("today", "2027-1", "--pretend-now", f"{LATER}T09:00:00Z")[1])
    assert "7 files were removed" in close(ended, "--yes")
    assert not list((ended.root / "applicants/2027-1").iterdir())
    record = (ended.root / "rounds/2027-1/closing.md").read_text(encoding="utf-8")
    assert "- applications, corrections and withdrawals: 6\n" in record, "all of them, not those of the second try"
    assert again not in flat(ended.run("today", "2027-1", "--pretend-now", f"{LATER}T09:00:00Z")[1])


def test_erasing_somebody_within_a_round_takes_the_answers_too(ended: Round) -> None:
    one = id_of(0)
    code, out, _ = ended.run("erase", one, "--key", "demo", "--yes")
    assert code == 0
    assert f"rounds/2027-1/responses/{one}-" in out
    assert "counterpart rematch 2027-1" in out
    names = [path.name for path in (ended.root / "rounds/2027-1/responses").iterdir()]
    assert len(names) == 1 and not names[0].startswith(one)
    ended.commit("erased")
    code, out, _ = ended.run("rematch", "2027-1")
    assert code == 2, "one person alone has nobody to be paired with"
    assert Path(ended.root, "rounds/2027-1/pairings.yaml").exists()
