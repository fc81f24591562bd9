"""The documentation says what the program does: its examples run, its tables are compared."""

from __future__ import annotations

import doctest
import re
from dataclasses import fields, replace
from pathlib import Path

import click
import pytest
import yaml

import counterpart.matching
from counterpart.admission.admission import REASONS
from counterpart.cli.main import VERBS, group
from counterpart.files.repository import Repository
from counterpart.mail.kinds import MailKind
from counterpart.mail.smtp import read_settings
from counterpart.mail.template import press
from counterpart.model import Round, Rules, Weights
from counterpart.pairing.criteria import ORDER
from counterpart.pairing.rehearse_round import rehearse_round
from counterpart.pairing.rules import rules
from counterpart.pairing.verify_proposal import RULES
from counterpart.rounds.load import load_round
from tests.people import crowd, decide
from tests.repositories import write

SITE = Path(__file__).parent.parent / "site"
POINTS = (SITE / "how-it-works" / "points.md").read_text(encoding="utf-8")
VERIFY = (SITE / "reference" / "verify.md").read_text(encoding="utf-8")
COMMANDS = SITE / "reference" / "commands.md"


def examples(text: str) -> list[str]:
    found = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert found
    return found


def test_every_command_that_a_page_shows_is_one() -> None:
    pages = [page.read_text(encoding="utf-8") for page in (*SITE.rglob("*.md"), SITE.parent / "README.md")]
    blocks = [block for page in pages for block in re.findall(r"```\w*\n(.*?)```", page, re.DOTALL)]
    verb = re.compile(r"^(?:\$ )?counterpart ([a-z]+)", re.MULTILINE)
    shown = {found for block in blocks for found in verb.findall(block)}

    assert {"match", "keys", "intake", "relay"} <= shown
    assert shown <= VERBS.keys()


def test_the_page_on_admission_has_every_reason_in_the_words_of_the_command() -> None:
    page = (SITE / "coordinators" / "admission.md").read_text(encoding="utf-8")
    documented = dict(re.findall(r"^\| `[a-z]+` \| `([a-z-]+)` \| (.*) \|$", page, re.MULTILINE))

    assert documented == REASONS


def test_the_page_on_mails_has_every_kind_and_its_template_can_be_used() -> None:
    page = (SITE / "coordinators" / "mails.md").read_text(encoding="utf-8")
    [template] = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    values = {"me": {"name": "Oriel"}, "round": {"title": "A round", "ends": "a day"}, "contact": None}

    shown = re.findall(r"^\| `([a-z-]+)` \| [a-z]+ .* \| .* \|$", page, re.MULTILINE)
    assert sorted(shown[: len(MailKind)]) == sorted(MailKind)
    assert press("k", template, {**values, "contact_link": None}, "A round").subject == "You take part: A round"


def test_the_settings_that_a_page_rehearses_can_be_rehearsed(tmp_path: Path) -> None:
    [settings] = examples((SITE / "coordinators" / "rehearsing.md").read_text(encoding="utf-8"))
    files = write(crowd(3, 12), tmp_path / "programme")
    path = tmp_path / "other.yaml"
    path.write_text(settings, encoding="utf-8")

    done = rehearse_round(Repository(files.root), "2027-1", path, report=lambda _: None)

    assert done.rehearsal is not None
    assert done.rehearsal.optimal


def test_the_settings_of_mail_that_a_page_shows_can_be_used(tmp_path: Path) -> None:
    page = (SITE / "coordinators" / "sending.md").read_text(encoding="utf-8")
    [settings] = examples(page)
    path = tmp_path / "mail.yaml"
    path.write_text(settings.replace("[pass, show, mentoring]", "[echo, swordfish]"), encoding="utf-8")

    assert read_settings(path, tmp_path / "programme").password == "swordfish"


def test_the_example_of_the_package_runs() -> None:
    result = doctest.testmod(counterpart.matching)

    assert result.attempted >= 5
    assert result.failed == 0


def test_the_page_on_points_names_each_rule_and_no_other() -> None:
    some = crowd(1, 10)
    ids = some.ids
    everything = crowd(1, 10, rules=Rules(time_difference=9), decisions=decide(pins=[ids[:2]], forbids=[ids[2:4]]))

    documented = re.findall(r"^\| `([a-z-]+)` \| .* \| .*\|$", POINTS.split("## Criteria")[0], re.MULTILINE)

    doubt = replace(everything.places[ids[4]], perhaps=(ids[5],))
    later = replace(everything, number=2, places={**everything.places, ids[4]: doubt})
    assert sorted(documented) == sorted(rule.id for rule in rules(later))


def test_the_page_on_points_has_the_weights_by_default() -> None:
    table = re.findall(r"^\| `([a-z_]+)` \| .* \| (\d+) \|$", POINTS, re.MULTILINE)

    assert {name: int(weight) for name, weight in table} == {
        field.name: getattr(Weights(), field.name) for field in fields(Weights)
    }
    assert "100, 80, 65, 50 or 40 per cent" in POINTS
    assert ORDER == (100, 80, 65, 50, 40)
    assert f"(`acceptable`, {Round.__dataclass_fields__['acceptable'].default} points by default" in POINTS


def test_the_settings_on_the_page_on_points_are_accepted(tmp_path: Path) -> None:
    files = write(crowd(1, 10, acceptable=150), tmp_path / "programme", roll=False)
    path = files.path("round.yaml")
    for example in examples(POINTS):
        names = yaml.safe_load(example).keys()
        kept = [x for x in path.read_text(encoding="utf-8").splitlines() if x.split(":")[0] not in names]
        path.write_text("\n".join(kept) + "\n" + example, encoding="utf-8", newline="\n")

        loaded = load_round(Repository(files.root), "2027-1")

        assert loaded.findings == ()
        assert loaded.round is not None
        assert loaded.round.acceptable == 180
        assert loaded.round.weights.interests == 150
        assert loaded.round.rules.time_difference == 9


def test_each_fault_that_verify_can_report_has_a_section() -> None:
    assert re.findall(r"^## ([a-z-]+)$", VERIFY, re.MULTILINE) == list(RULES)


def test_the_reason_on_the_page_on_verify_is_accepted(tmp_path: Path) -> None:
    files = write(crowd(1, 10), tmp_path / "programme")
    (example,) = examples(VERIFY)
    files.path("decisions.yaml").write_text(example, encoding="utf-8", newline="\n")

    loaded = load_round(Repository(files.root), "2027-1")

    assert loaded.findings == ()
    assert loaded.decisions is not None
    assert loaded.decisions.overrule is not None


def help_of(verb: str) -> str:
    command = group.get_command(click.Context(group), verb)
    assert command is not None
    parent = click.Context(group, info_name="counterpart", **group.context_settings)
    context = click.Context(command, info_name=verb, parent=parent, max_content_width=88, terminal_width=88)
    return command.get_help(context)


def commands_page() -> str:
    """The page on commands: the help of each, as it is printed."""
    head = "---\ntitle: Commands\ndescription: Every command of counterpart, with its options.\n---\n"
    parts = [head, "# Commands\n", "What `counterpart COMMAND --help` says, for each command.\n"]
    for verb in VERBS:
        parts += [f"## {verb}\n", f"```text\n{help_of(verb)}\n```\n"]
    return "\n".join(parts)


@pytest.mark.parametrize("verb", VERBS)
def test_the_page_on_commands_has_the_help_of_each(verb: str) -> None:
    """To write the page again: python -m tests.test_documentation."""
    assert f"```text\n{help_of(verb)}\n```" in COMMANDS.read_text(encoding="utf-8")


if __name__ == "__main__":
    COMMANDS.write_text(commands_page(), encoding="utf-8", newline="\n")
