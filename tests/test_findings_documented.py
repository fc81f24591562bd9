"""Every rule has its section in the reference, whose examples do what the section says."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from counterpart.files.repository import Repository
from counterpart.findings import RULES, Severity
from counterpart.intake import spreadsheet
from counterpart.lifecycle.check import check
from counterpart.pairing import verify_proposal
from counterpart.rounds import submission
from tests.miniature import lay_out

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "site" / "reference" / "findings.md"
PACKAGE = HERE.parent / "scripts" / "counterpart"
SECTIONS = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", PAGE.read_text(encoding="utf-8"), re.M | re.S))
CHECKED = {rule: SECTIONS[rule] for rule in RULES if rule in SECTIONS}
WARNINGS = {"time-zone-elsewhere", "calendar-unusual"}


def example(section: str, which: str) -> str:
    found = re.search(rf"^{which}:\n\n```yaml\n(.*?)^```$", section, re.M | re.S)
    assert found, f"the section has no example called {which}"
    return found[1]


def test_every_rule_has_a_section_and_every_section_a_rule_in_the_same_order() -> None:
    assert [rule for rule in SECTIONS if rule in RULES] == list(RULES)
    others = (
        verify_proposal.RULES.keys() | submission.RULES.keys() | spreadsheet.RULES.keys() | {"pin-breaks-rule"}
    )
    assert SECTIONS.keys() - RULES.keys() == others


def test_every_section_says_what_to_do_in_the_words_of_the_finding() -> None:
    for rule, help in {**RULES, **verify_proposal.RULES, **submission.RULES, **spreadsheet.RULES}.items():
        assert help in SECTIONS[rule], rule


def test_the_code_uses_every_registered_rule_and_no_other() -> None:
    used: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"found", "self._report"}:
                rule = node.args[0]
                if isinstance(rule, ast.Constant):
                    used.add(str(rule.value))
    from counterpart.files.schema_words import MESSAGES

    used |= {rule for rule, _ in MESSAGES.values()}
    assert used == RULES.keys()


@pytest.mark.parametrize("rule", CHECKED)
def test_what_stands_before_yields_exactly_this_finding(rule: str, tmp_path: Path) -> None:
    root = lay_out(tmp_path / "programme", example(CHECKED[rule], "Before"))
    if rule == "file-unreadable" and _may_read_all(root):
        pytest.skip("this account may read every file")
    findings = check(Repository(root)).findings
    assert [finding.rule for finding in findings] == [rule]
    assert findings[0].severity is (Severity.WARNING if rule in WARNINGS else Severity.ERROR)


@pytest.mark.parametrize("rule", CHECKED)
def test_what_stands_after_yields_no_finding(rule: str, tmp_path: Path) -> None:
    root = lay_out(tmp_path / "programme", example(CHECKED[rule], "After"))
    assert check(Repository(root)).findings == ()


def _may_read_all(root: Path) -> bool:
    """As an administrator may, and everybody on Windows."""
    try:
        (root / "rounds/2027-1/decisions.yaml").read_bytes()
    except OSError:
        return False
    return True
