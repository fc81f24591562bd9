"""``check``: every file of the programme, each by itself and all together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from counterpart.files.repository import Repository
from counterpart.findings import Finding, Severity
from counterpart.model import Round
from counterpart.programme.guides import named_guides
from counterpart.programme.load import SiteData, discussions_findings, load_site
from counterpart.report.load import report_findings
from counterpart.rounds.check_people import check_ids
from counterpart.rounds.load import load_round
from counterpart.rounds.responses import check_responses


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What ``check`` found."""

    findings: tuple[Finding, ...]  # sorted; in the files that were asked for
    elsewhere: int  # findings in other files
    files: int  # how many files were looked at

    @property
    def clean(self) -> bool:
        """Whether there is no error; warnings do not count."""
        return all(finding.severity is not Severity.ERROR for finding in self.findings)


def check(
    repository: Repository, paths: Sequence[str] = (), after_file: Callable[[], None] | None = None
) -> Checked:
    """Check the whole programme and give the findings in *paths*: files or folders, seen from the root."""
    ids, stray = repository.rounds()
    findings = list(stray)
    applications: list[tuple[str, str]] = []
    files = 0
    site = load_site(repository)
    for round_id in ids:
        loaded = load_round(repository, round_id, after_file)
        findings += loaded.findings
        findings += report_findings(repository, round_id)
        files += loaded.files
        if loaded.round is not None and not loaded.round.closed:
            findings += _templates(repository, loaded.round)
            findings += named_guides(repository, loaded.round, site.guides)
        if loaded.round is not None:
            findings += discussions_findings(repository, loaded.round, site.guides)
            findings += check_responses(repository, round_id, loaded.roll.people if loaded.roll else ())
            files += len(repository.responses(round_id)[0])
        applied = (*(person.id for person in loaded.applicants), *loaded.refused)
        applications += [(id, repository.application_file(round_id, id).path) for id in applied]
    findings += check_ids(applications)
    findings += site.findings
    findings += _pages(repository, site)
    files += site.files
    asked = tuple(sorted(finding for finding in findings if _lies_in(finding.location.path, paths)))
    return Checked(findings=asked, elsewhere=len(findings) - len(asked), files=files)


def _templates(repository: Repository, round: Round) -> Iterator[Finding]:
    """What is wrong with the round's own templates; only where it has some is all loaded that writes e-mails."""
    if repository.templates(round.id):
        from counterpart.mail.preview import broken_templates

        yield from broken_templates(repository, round)


def _pages(repository: Repository, site: SiteData) -> Iterator[Finding]:
    """What is wrong with the names on pages that people wrote; without any, no template language is loaded."""
    if repository.site_pages():
        from counterpart.site.placeholders import check_pages

        yield from check_pages(repository, site.programme)


def _lies_in(path: str, paths: Sequence[str]) -> bool:
    return not paths or any(path == each or path.startswith(f"{each}/") or each == "." for each in paths)
