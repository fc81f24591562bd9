"""What the site is made from: read from public files, and every mistake told by its file and line."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from counterpart.files.repository import Repository
from counterpart.lifecycle.check import check
from counterpart.model import Applicant, Decisions, Profile, Proposal, Roll
from counterpart.programme.load import load_site
from counterpart.site.load import load_public
from counterpart.site.public import Public
from tests.site.built import copied

NOW = datetime(2027, 3, 14, tzinfo=UTC)

#: file, what stands there, what stands there instead, and what is told
MISTAKES = {
    "a date that is none": (
        "rounds/2027-1/round.yaml",
        '"2027-03-15"',
        '"2027-02-30"',
        "12:12 value-form: `date` must be a date that exists, such as '2027-01-25', not '2027-02-30'.",
    ),
    "a date before the one above": (
        "rounds/2027-1/round.yaml",
        '"2027-02-15", event: matching',
        '"2027-02-05", event: matching',
        "9:12 calendar-order: The calendar must run forward; 2027-02-05 stands after 2027-02-14.",
    ),
    "a guide that is not there": (
        "rounds/2027-1/round.yaml",
        "guide: light-and-air",
        "guide: light-and-dust",
        "12:47 guide-unknown: `guide` must be the name of a guide in site/guides, not 'light-and-dust'.",
    ),
    "a guide used twice": (
        "rounds/2027-1/round.yaml",
        "guide: light-and-air",
        "guide: first-mail",
        "12:47 guide-repeated: A round reads each guide once; 'first-mail' stands further up.",
    ),
    "a guide without a head": (
        "site/guides/light-and-air.md",
        "---\ntitle",
        "title",
        "1:1 guide-head: A guide must begin with its title and the rest, between two lines '---'.",
    ),
    "a guide without questions": (
        "site/guides/light-and-air.md",
        "questions:\n  - Who decides about the blinds where you work?\n  - What did you once fail to protect?\n",
        "",
        "2:1 key-missing: The file must have the key `questions`.",
    ),
    "a guide's topic that the programme does not name": (
        "site/guides/light-and-air.md",
        "[climate, paper]",
        "[climate, dust]",
        "5:19 topic-unknown: Entry 2 of `topics` must be a topic of site/programme.yaml, not 'dust'.",
    ),
    "news without a head": (
        "site/news/guild-meets.md",
        "---\ntitle",
        "title",
        "1:1 news-head: A piece of news must begin with its title and the rest, between two lines '---'.",
    ),
    "news of no day": (
        "site/news/guild-meets.md",
        '"2027-02-01"',
        '"1 February 2027"',
        "3:7 value-form: `date` must be a date that exists, such as '2027-01-25'.",
    ),
    "an ambassador without consent": (
        "site/ambassadors.yaml",
        "    consent: true\n",
        "",
        "7:5 consent-missing: Entry 1 of `ambassadors` must have `consent: true`, "
        "or it may not stand on the site.",
    ),
    "an ambassador who does not consent": (
        "site/ambassadors.yaml",
        "    consent: true\n",
        "    consent: false\n",
        "12:14 consent-missing: Entry 1 of `ambassadors` must have `consent: true`, "
        "or it may not stand on the site.",
    ),
    "an ambassador without an end": (
        "site/ambassadors.yaml",
        '    until: "2027-12-31"\n',
        "",
        "7:5 key-missing: Entry 1 of `ambassadors` must have the key `until`.",
    ),
    "an ambassador of no region": (
        "site/ambassadors.yaml",
        "country: ZA",
        "country: PE",
        "14:37 region-missing: The country 'PE' must be in one of the regions.",
    ),
    "a country that is none": (
        "site/ambassadors.yaml",
        "[FJ]",
        "[FJ, QX]",
        "5:50 country-unknown: A country must be given by its code of ISO 3166-1 such as 'PT', not 'QX'.",
    ),
    "a country in two regions": (
        "site/ambassadors.yaml",
        "[FJ]",
        "[FJ, SE]",
        "5:50 name-repeated: Each country must stand in one region; 'SE' stands further up already.",
    ),
    "a region twice": (
        "site/ambassadors.yaml",
        "id: islands",
        "id: north",
        "5:10 name-repeated: Each id in `regions` must stand once; 'north' stands further up already.",
    ),
    "a language that is none": (
        "site/ambassadors.yaml",
        "[en, nb]",
        "[en, qqq]",
        "9:21 language-unknown: Entry 2 of `languages` must be a language's code of BCP 47 such as 'en' or "
        "'pt-BR', not 'qqq'.",
    ),
    "a voice without consent": (
        "site/voices.yaml",
        "Chile\n    consent: true\n",
        "Chile\n",
        "3:5 consent-missing: Entry 1 of `voices` must have `consent: true`, or it may not stand on the site.",
    ),
    "a discussion's guide that is not there": (
        "rounds/2027-1/discussions.yaml",
        "guide: first-mail",
        "guide: last-mail",
        "9:12 guide-unknown: `guide` must be the name of a guide in site/guides, not 'last-mail'.",
    ),
    "a discussion in another year": (
        "rounds/2027-1/discussions.yaml",
        "2027-03-24T07:00:00Z",
        "2028-03-24T07:00:00Z",
        "17:13 discussion-outside-round: `starts` must lie in the round, from 2027-01-11 to two weeks after "
        "2027-04-26, not at 2028-03-24T07:00:00Z.",
    ),
    "a discussion in local time": (
        "rounds/2027-1/discussions.yaml",
        "2027-03-24T07:00:00Z",
        "2027-03-24T07:00:00+01:00",
        "17:13 value-form: `starts` must be a moment in UTC that exists, such as '2027-01-14T06:12:09Z', "
        "not '2027-03-24T07:00:00+01:00'.",
    ),
    "two discussions of one name": (
        "rounds/2027-1/discussions.yaml",
        "id: air",
        "id: two-benches",
        "15:9 name-repeated: Each id in `discussions` must stand once; 'two-benches' stands further up already.",
    ),
    "discussions of another round": (
        "rounds/2027-1/discussions.yaml",
        "round: 2027-1",
        "round: 2027-2",
        "2:8 round-differs: `round` must be '2027-1', as the folder is named, not '2027-2'.",
    ),
    "a topic of the programme twice": (
        "site/programme.yaml",
        "id: climate",
        "id: paper",
        "24:10 name-repeated: Each id in `topics` must stand once; 'paper' stands further up already.",
    ),
    "an address that could run a script": (
        "site/programme.yaml",
        "https://guild.example.org/practice",
        "javascript:alert(1)",
        "21:9 value-form: `link` must look like 'https://association.example.org/pd'.",
    ),
    "a page that uses a name that nobody knows": (
        "site/index.md",
        "{{ programme.words.fee }}",
        "{{ programme.words.fees }}",
        "10:1 placeholder-unknown: A name in double braces must be one of the programme's or of the site's; "
        "'programme.words.fees' is not one.",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_by_check_and_stops_the_build(mistake: str, tmp_path: Path) -> None:
    path, there, instead, expected = MISTAKES[mistake]
    root = copied(tmp_path / "programme")
    file = root / path
    text = file.read_text(encoding="utf-8")
    assert there in text
    file.write_text(text.replace(there, instead, 1), encoding="utf-8", newline="\n")
    findings = check(Repository(root)).findings
    here = [finding for finding in findings if finding.location.path == path]
    told = [f"{f.location.line}:{f.location.column} {f.rule}: {f.message}" for f in here]
    assert told[0] == expected
    if not expected.partition(" ")[2].startswith("placeholder"):
        assert load_public(load_site(Repository(root)), Repository(root), NOW)[0] is None


def test_a_public_thing_holds_nothing_of_an_applicant() -> None:
    private = {each.__name__ for each in (Applicant, Decisions, Profile, Proposal, Roll)}
    assert not any(name in str(field.type) for field in fields(Public) for name in private)


def test_a_round_that_lacks_only_its_recipients_is_announced(tmp_path: Path) -> None:
    root = copied(tmp_path / "programme")
    path = root / "rounds" / "2027-2" / "round.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.partition("recipients:")[0] + "recipients: []\n", encoding="utf-8")
    public, findings = load_public(load_site(Repository(root)), Repository(root), NOW)
    assert findings == ()
    assert public is not None
    assert [round.id for round in public.rounds] == ["2027-1", "2027-2"]
