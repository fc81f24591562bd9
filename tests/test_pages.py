"""The pages for readers: what each must have, and that they say what the program does."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from counterpart.admission.memory import ROUNDS
from counterpart.files.repository import Repository
from counterpart.files.schema import schema
from counterpart.findings import Severity
from counterpart.mail.statements import checked_at
from counterpart.model import Weights
from counterpart.rounds.load import load_round
from counterpart.sealing.demo_keys import DEMONSTRATION_RECIPIENTS
from counterpart.site.pages import FRAGMENTS
from counterpart.site.placeholders import filled

SITE = Path(__file__).resolve().parent.parent / "site"
PAGES = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.md"))
OTHERS = ("coordinators/", "developers/", "reference/", "guides/", "licence")
FOR_READERS = [name for name in PAGES if not name.startswith(OTHERS)]


def head(name: str) -> dict[str, Any]:
    """The page's front matter."""
    found = re.match(r"---\n(.*?)\n---\n", (SITE / name).read_text(encoding="utf-8"), re.DOTALL)
    assert found, f"site/{name} begins without front matter"
    data: dict[str, Any] = yaml.safe_load(found[1])
    return data


def text(name: str) -> str:
    return (SITE / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_a_title_and_a_description(name: str) -> None:
    data = head(name)

    assert 3 <= len(data["title"]) <= 60
    assert 25 <= len(data.get("description") or data["summary"]) <= 200
    # Themes put both into HTML as they are.
    assert re.findall('["<>&]', data["title"] + data.get("description", "")) == []


def test_no_two_pages_have_the_same_title_or_description() -> None:
    heads = [head(name) for name in PAGES]
    titles = [data["title"] for data in heads]
    descriptions = [data.get("description") or data["summary"] for data in heads]

    assert len(set(titles)) == len(titles) > 30
    assert len(set(descriptions)) == len(descriptions)


@pytest.mark.parametrize("name", FOR_READERS)
def test_a_page_for_readers_names_no_profession_and_shouts_at_nobody(name: str) -> None:
    words = re.sub(r"https?://\S+|International Librarians Network", "", text(name))

    assert re.findall(r"(?i)\b\w*librar\w*", words) == []
    assert re.findall(r"[^`]!(?!\[)", words) == []


def test_the_code_of_conduct_names_its_version_as_a_round_does() -> None:
    version = head("code-of-conduct.md")["version"]

    assert f"**Version {version}.**" in text("code-of-conduct.md")
    assert re.fullmatch(schema("round")["properties"]["code_of_conduct"]["pattern"], version)


#: What the page on privacy calls each field that is sealed, and each that is not.
SEALED = {
    "name": "your name",
    "email": "mail address",
    "member_number": "member number",
    "employer": "employer or school",
    "about_me": "what you say about yourself",
    "partner_may_see": "which of these your partner may see",
}
READABLE = {
    "country": "country",
    "time_zone": "time zone",
    "languages": "languages",
    "sector": "kind of workplace (sector)",
    "career_stage": "career stage",
    "interests": "topics, in your order",
    "wishes": "your wishes about a partner",
    "membership": "whether you say that you are a member, and took part before",
    "returning": "whether you say that you are a member, and took part before",
    "code_of_conduct": "which version of the code of conduct you accepted",
}


def test_the_page_on_privacy_names_everything_that_an_application_holds() -> None:
    table = text("privacy.md").split("## What is sealed")[1].split("## Who sees what")[0]
    rows = [row.strip("| ").split("|") for row in re.findall(r"^\| .* \|$", table, re.MULTILINE)[1:]]
    left = {row[0].strip() for row in rows if len(row) == 2}
    right = {row[-1].strip() for row in rows}
    identity, profile = schema("identity")["properties"], schema("application")["properties"]["profile"]

    assert SEALED.keys() == identity.keys() - {"format", "round", "id", "profile"}
    assert READABLE.keys() == profile["properties"].keys()
    assert left == set(SEALED.values())
    assert right == {*READABLE.values(), "when the application arrived"}


def test_what_a_partner_may_see_on_the_page_on_privacy_is_what_the_form_lets_one_choose() -> None:
    choices = schema("identity")["properties"]["partner_may_see"]["items"]["enum"]

    assert choices == ["name", "email", "employer", "about_me"]
    assert "your name and mail address; your country" in text("privacy.md")
    assert "your employer and your own words **only if you agreed**" in text("privacy.md")


def test_the_page_on_privacy_says_for_how_long_the_memory_remembers() -> None:
    assert ROUNDS == 4
    assert "| the sealed memory | four rounds |" in text("privacy.md")


def named(node: Mapping[str, Any], prefix: str = "") -> set[str]:
    """The fields of a schema, those of `rules` and `weights` with the name before them."""
    found: set[str] = set()
    for name, each in node["properties"].items():
        found |= named(each, f"{name}: ") if name in ("rules", "weights") else {prefix + name}
    return found


def test_the_page_on_settings_names_each_field_and_its_default() -> None:
    before, _, rest = text("coordinators/settings.md").partition("| event |")
    page = before + rest.partition("\n\n")[2]
    rows = dict(re.findall(r"^\| `([a-z_]+(?:: [a-z_-]+)?)` \| (.*?) \|", page, re.MULTILINE))
    fields = schema("round")["properties"]

    assert rows.keys() | {"points"} == named(schema("round")) | {"points"}
    assert {name for name, said in rows.items() if said == "must"} == set(schema("round")["required"])
    rules = {name: str(each["default"]).lower() for name, each in fields["rules"]["properties"].items()}
    assert {name: rows[f"rules: {name}"].strip("`") for name in rules} == rules
    weights = {each.name: str(getattr(Weights(), each.name)) for each in dataclasses.fields(Weights)}
    assert {name: rows[f"weights: {name}"] for name in weights} == weights
    for name in ("country_cap", "acceptable", "threes"):
        assert rows[name].strip("`") == str(fields[name]["default"])


def test_the_page_on_settings_has_every_event_of_a_calendar() -> None:
    events = schema("round")["properties"]["calendar"]["items"]["properties"]["event"]["enum"]
    table = text("coordinators/settings.md").split("| event |")[1].split("```")[0]

    assert [name for name in re.findall(r"`([a-z-]+)`", table) if name in events] == events


def test_the_examples_on_the_page_on_settings_are_a_round_together(tmp_path: Path) -> None:
    examples = re.findall(r"```yaml\n(.*?)```", text("coordinators/settings.md"), re.DOTALL)
    keys = "sample: true\nrecipients:\n" + "".join(f"  - {each}\n" for each in DEMONSTRATION_RECIPIENTS)
    path = tmp_path / "rounds" / "2027-1" / "round.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("".join(examples) + keys, encoding="utf-8", newline="\n")

    loaded = load_round(Repository(tmp_path), "2027-1")

    assert [finding for finding in loaded.findings if finding.severity is Severity.ERROR] == []
    assert loaded.round is not None
    assert loaded.round.weights.hours == 60
    assert loaded.round.rules.time_difference == 9


@pytest.mark.parametrize("name", FOR_READERS)
def test_another_profession_needs_no_page_of_its_own(name: str) -> None:
    other = Path(__file__).parent / "cases" / "programmes" / "conservators" / "site" / "programme.yaml"
    programme = yaml.safe_load(other.read_text(encoding="utf-8"))

    said = filled(text(name), programme, dict.fromkeys(FRAGMENTS, ""))

    assert re.findall(r"(?i)librar\w*", re.sub(r"https?://\S+|International Librarians Network", "", said)) == []
    assert "{{" not in said
    assert "{%" not in said
    assert (programme["name"] in said) == ("programme.name" in text(name))


def test_the_page_on_professional_development_leads_to_the_page_on_which_statements_are_checked() -> None:
    programme = {"site": "https://mentoring.example.org"}
    shown = text("professional-development.md").replace("{{ programme.site }}", programme["site"])

    assert f"]({checked_at(programme['site'])})" in shown
