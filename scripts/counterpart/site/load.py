"""Brings together all that the site may show, and opens nothing else: no application, no roll, no proposal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from counterpart.files.repository import Repository
from counterpart.findings import Finding, Location, Severity, found
from counterpart.model import Round
from counterpart.programme.guides import named_guides
from counterpart.programme.load import (
    SiteData,
    ambassadors_from,
    announced,
    programme_from,
    read_discussions,
    regions_from,
    voices_from,
)
from counterpart.programme.public import Ambassador, Discussion, Voice, shown_until
from counterpart.report.load import load_reports
from counterpart.site.public import Public
from counterpart.world import zones
from counterpart.world.names import names

_Dated = TypeVar("_Dated", Ambassador, Voice)


def load_public(
    site: SiteData, repository: Repository, now: datetime
) -> tuple[Public | None, tuple[Finding, ...]]:
    """What the site shows of *site* and of the rounds in *repository* at the moment *now*, and what is wrong.

    None when anything is wrong, or when nothing names the programme.
    """
    findings = list(site.findings)
    rounds, discussions = _rounds(site, repository, findings)
    if site.programme is None:
        place = Location(path=repository.site_file("programme").path)
        if not any(finding.location.path == place.path for finding in findings):
            findings.append(found("file-missing", place, "There must be a file of this name."))
    if site.programme is None or any(finding.severity is Severity.ERROR for finding in findings):
        return None, tuple(sorted(findings))
    return Public(
        now=now,
        programme=programme_from(site.programme),
        zone=zones.zone,
        rounds=tuple(rounds),
        guides=site.guides.guides,
        discussions=tuple(sorted(discussions, key=lambda one: (one.starts, one.round, one.id))),
        regions=regions_from(site.ambassadors),
        ambassadors=_shown(ambassadors_from(site.ambassadors), now),
        vacancies=tuple(site.ambassadors.get("vacancies", ())),
        voices=_shown(voices_from(site.voices), now),
        news=tuple(news for news in site.news if news.date <= now.date()),
        reports=load_reports(repository),
        names=names(),
    ), tuple(sorted(findings))


def _rounds(
    site: SiteData, repository: Repository, findings: list[Finding]
) -> tuple[list[Round], list[Discussion]]:
    """The rounds that are announced, and their discussions; what is wrong is added to *findings*."""
    rounds: list[Round] = []
    discussions: list[Discussion] = []
    for round_id in repository.rounds()[0]:
        settings = announced(repository, round_id, findings)
        if settings is not None:
            rounds.append(settings)
            findings += named_guides(repository, settings, site.guides)
            discussions += read_discussions(repository, settings, site.guides, findings)
    return rounds, discussions


def _shown(listed: Iterable[_Dated], now: datetime) -> tuple[_Dated, ...]:
    """Those whose last day has not passed."""
    return tuple(one for one in listed if shown_until(one.until, now))
