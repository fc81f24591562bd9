"""The mails of a round under way, through the same ledger; and the words that may be quoted."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from counterpart.files.repository import Repository
from counterpart.report.survey_answers import read_answers
from counterpart.rounds.contact_report import opened
from counterpart.rounds.load import load_round
from tests.desk import flat, id_of
from tests.pairing.test_rematch import Round, round  # noqa: F401 - the fixture
from tests.responses import response
from tests.rounds.test_contact import linked, links_in_mails, take_in  # noqa: F401 - the fixture


@pytest.fixture
def season(linked: Round) -> Round:  # noqa: F811
    """A round under way, whose calendar has a second guide."""
    guides = linked.root / "site/guides"
    guides.mkdir(parents=True)
    text = (Path(__file__).parents[2] / "site/guides/getting-to-know-you.md").read_text(encoding="utf-8")
    (guides / "getting-to-know-you.md").write_text(text, encoding="utf-8")
    second = re.sub("(?m)^title: .*", "title: The second guide", text)
    (guides / "a-second-guide.md").write_text(second, encoding="utf-8")
    path = linked.root / "rounds/2027-1/round.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if "mid-survey" in line)
    lines.insert(at, '  - {date: "2027-03-15", event: topic, guide: a-second-guide}\n')
    path.write_text("".join(lines), encoding="utf-8")
    linked.commit("a second guide")
    return linked


def mail(round: Round, day: str) -> str:  # noqa: F811
    now = ("--pretend-now", f"{day}T09:00:00Z")
    code, out, err = round.run("mail", "2027-1", "--key", "demo", "--as", "coordinator-1", *now)
    assert code == 0, out + err
    return flat(out)


def test_guides_reminders_surveys_and_the_end_come_once_each(season: Round) -> None:
    tokens = links_in_mails(season)
    ids = [id_of(n) for n in range(6)]
    assert take_in(season, response(tokens[ids[0]], "mails", mails="stopped"))[0] == 0
    season.commit("an answer")
    said = mail(season, "2027-03-15")
    assert "5 people get this fortnight's guide" in said
    assert "Sent 0 mails now" in mail(season, "2027-03-16")
    guide = "This fortnight’s guide: The second guide"
    assert [season.subjects(id).count(guide) for id in ids] == [0, 1, 1, 1, 1, 1]
    assert season.subjects(ids[1]).count("Have you two talked yet?") == 1
    body = next(c for a, c in reversed(season.mailbox.mails) if "a-second-guide" in c.decode("utf-8", "replace"))
    assert re.search(rb"answer\.html#mails\.2027-1\.", body.replace(b"=\r\n", b"").replace(b"=\n", b""))
    calendar = (season.root / "rounds/2027-1/round.yaml").read_text(encoding="utf-8")
    middle = re.search(r'"(2027-\d\d-\d\d)", event: mid-survey', calendar)
    assert middle
    assert take_in(season, response(tokens[ids[2]], "mid-survey", satisfaction="satisfied"))[0] == 0
    assert "5 people get a survey" in mail(season, middle[1])
    assert "6 people hear that the round has ended" in mail(season, "2027-06-28")
    assert season.subjects(ids[0])[-1] == "The round has ended. Thank you: First round of 2027"
    assert "Sent 0 mails now" in mail(season, "2027-06-30")
    season.nobody_named()


def test_the_words_of_those_who_agreed_are_shown_and_nobody_elses(season: Round) -> None:
    tokens = links_in_mails(season)
    said = {
        0: {"impact": "Words zero.", "quote": "with-name"},
        1: {"impact": "Words one.", "words": "More one.", "quote": "without-name"},
        2: {"impact": "Words two.", "quote": "no"},
        3: {"impact": "Words three."},
    }
    for number, answer in said.items():
        assert take_in(season, response(tokens[id_of(number)], "end-survey", **answer))[0] == 0
    code, out, _ = season.run("voices", "2027-1", "--key", "demo", show_names=True)
    assert code == 0
    assert "2 answers may be quoted." in out
    assert f"{id_of(0)}, end-survey: as Canary Number 0\n  Words zero.\n" in out
    assert f"{id_of(1)}, end-survey: without a name\n  Words one.\n  More one.\n" in out
    assert "two" not in out and "three" not in out
    satisfied = response(tokens[id_of(4)], "end-survey", satisfaction="very-satisfied", contact="none")
    assert take_in(season, satisfied)[0] == 0
    repository = Repository(season.root)
    settings = load_round(repository, "2027-1").round
    assert settings is not None
    found = read_answers(repository, settings, opened(repository, settings, "demo").answers, "demo")
    assert found is not None and len(found) == 5
    assert (found[id_of(4)].completed, found[id_of(4)].satisfaction) == (False, "high"), "for the report"
    again = response(tokens[id_of(0)], "end-survey", impact="Words zero.", quote="no")
    assert take_in(season, again, "2027-07-01T00:00:00Z")[0] == 0
    assert "Canary" not in season.run("voices", "2027-1", "--key", "demo")[1]


DISCUSSION = """format: 1
round: 2027-1
discussions:
  - id: maps
    title: What maps leave out
    starts: "2027-03-17T23:30:00Z"
    minutes: 60
    host: a coordinator
    guide: a-second-guide
    join: Open the link.
    link: https://meet.example.org/maps
"""


def test_a_group_discussion_is_told_once_at_the_readers_own_hour_with_a_way_to_stop(season: Round) -> None:
    (season.root / "rounds/2027-1/discussions.yaml").write_text(DISCUSSION, encoding="utf-8")
    season.commit("a discussion")
    tokens = links_in_mails(season)
    assert take_in(season, response(tokens[id_of(5)], "mails", mails="stopped"))[0] == 0
    season.commit("an answer")
    code, out, _ = season.run("today", "2027-1", "--pretend-now", "2027-03-12T09:00:00Z")
    assert code == 0
    assert "Write to the host of the group discussion 'What maps leave out'" in flat(out)
    assert "group discussion" not in mail(season, "2027-03-12")
    assert "5 people get a reminder of a group discussion" in mail(season, "2027-03-15")
    assert "Sent 0 mails now" in mail(season, "2027-03-17")
    mails = [(str(to), content) for to, content in season.mailbox.mails if b"What maps leave out" in content]
    raw = [next(content for to, content in mails if f"canary-{n}@" in to) for n in (0, 1)]
    australia, poland = (message_from_bytes(each, policy=default) for each in raw)
    assert australia["Subject"] == "Group discussion on Thursday, 18 March 2027: What maps leave out"
    said = flat(australia.get_body(("plain",)).get_content()).replace("*", "")
    assert "Thursday, 18 March 2027, at 10:30 on your clock. That is 23:30 on Wednesday UTC." in said
    said = flat(poland.get_body(("plain",)).get_content()).replace("*", "")
    assert "Thursday, 18 March 2027, at 00:30 on your clock. That is 23:30 on Wednesday UTC." in said
    assert re.fullmatch(r"<https://\S+/answer\.html#mails\.2027-1\.\S+>", str(australia["List-Unsubscribe"]))
    assert re.search(rb"\nList-Unsubscribe: <https://[^>=?]*>\r?\n", raw[0]), "as it is, or no program finds it"
    season.nobody_named()
