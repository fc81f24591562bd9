"""Findings as text for people, as annotations for a code host, as JSON for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

import click

from counterpart.findings import Finding, Severity

FORMATS = ("text", "github", "json")


def as_text(findings: Sequence[Finding], colour: bool = False) -> str:
    """Each finding in two lines: place, severity, rule and message; then the help."""
    return "".join(f"{_headline(finding, colour)}\n  help: {finding.help}\n" for finding in findings)


def _headline(finding: Finding, colour: bool) -> str:
    place = f"{finding.location.path}:{finding.location.line}:{finding.location.column}"
    kind = f"{finding.severity}[{finding.rule}]"
    if colour:
        place = click.style(place, bold=True)
        kind = click.style(kind, fg="red" if finding.severity is Severity.ERROR else "yellow")
    return f"{place}: {kind}: {finding.message}"


def as_github(findings: Sequence[Finding]) -> str:
    """Each finding as a workflow command, which the host shows beside the line."""
    return "".join(
        f"::{finding.severity} file={_property(finding.location.path)},line={finding.location.line},"
        f"col={finding.location.column},title={_property(finding.rule)}"
        f"::{_data(f'{finding.message} {finding.help}')}\n"
        for finding in findings
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_json(findings: Sequence[Finding], files: int) -> str:
    """One document: how many files were looked at, and the findings."""
    listed = [
        {
            "path": finding.location.path,
            "line": finding.location.line,
            "column": finding.location.column,
            "severity": str(finding.severity),
            "rule": finding.rule,
            "message": finding.message,
            "help": finding.help,
        }
        for finding in findings
    ]
    return json.dumps({"format": 1, "files": files, "findings": listed}, indent=2) + "\n"


def counted(number: int, singular: str, plural: str) -> str:
    """``1 file``, ``1,163 files``."""
    return f"{number:,} {singular if number == 1 else plural}"


def closing(findings: Sequence[Finding], files: int, elsewhere: int) -> str:
    """The last line, in words: how much was looked at and what came of it."""
    kinds = Counter(finding.severity for finding in findings)
    parts = [
        counted(kinds[severity], str(severity), f"{severity}s")
        for severity in (Severity.ERROR, Severity.WARNING)
        if kinds[severity]
    ]
    more = f" {counted(elsewhere, 'finding', 'findings')} elsewhere not shown." if elsewhere else ""
    return f"Checked {counted(files, 'file', 'files')}: {' and '.join(parts) or 'no findings'}.{more}\n"
