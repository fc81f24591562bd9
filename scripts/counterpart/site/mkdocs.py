"""The site's generated pages, handed to MkDocs: as thin as can be, because the generator may be replaced.

The moment for which the site is made is that of SOURCE_DATE_EPOCH, or now.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.utils import get_build_datetime

from counterpart.files.markup import attribute, href
from counterpart.files.paths import GUIDES, NEWS, SITE
from counterpart.files.repository import Repository
from counterpart.findings import Finding, Severity
from counterpart.programme.guide_page import guide_page, in_order
from counterpart.programme.load import DATA, SiteData, load_site
from counterpart.site.files import SCRIPT
from counterpart.site.files import files as made_from
from counterpart.site.load import load_public
from counterpart.site.navigation import expanded, paths
from counterpart.site.pages import FEED, fragments, news_page
from counterpart.site.placeholders import check_pages, filled
from counterpart.site.public import Public

_EMPTY_HEADER = re.compile(r"<th((?: [^>]*)?)></th>")


class Settings(Config):  # type: ignore[no-untyped-call]
    """Everything else is in the programme's files."""

    #: The folder of the programme whose rounds are shown, seen from mkdocs.yml; usually the same programme.
    rounds_of = config_options.Type(str, default=".")


class Plugin(BasePlugin[Settings]):  # type: ignore[no-untyped-call]
    """Names the site after the programme, adds the pages that are made from data, and fills in names on others."""

    _data: SiteData
    _public: Public

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read the programme; nothing is built while anything of it is wrong."""
        root = Path(config.config_file_path).parent
        programme = Repository(root)
        self._data = load_site(programme)
        public, findings = load_public(self._data, Repository(root / self.config.rounds_of), get_build_datetime())
        findings = (*findings, *check_pages(programme, self._data.programme))
        errors = [finding for finding in findings if finding.severity is Severity.ERROR]
        if public is None or errors:
            raise PluginError("The site is not built.\n" + "\n".join(map(_told, sorted(set(errors)))))
        self._public = public
        config.site_name = attribute(public.programme.name)  # themes put it into HTML as it is
        config.site_description = attribute(public.programme.summary)
        config.site_url = f"{public.programme.site}/"
        config.extra_javascript.append(SCRIPT)
        return config

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Add the files that are made from data; a page that people wrote stays. Data itself is not published."""
        withheld = _DATA | self._early_news(files)
        for file in list(files):
            if file.src_uri in withheld:
                files.remove(file)
        generated = [
            File.generated(config, path, content=content)
            for path, content in made_from(self._public).items()
            if files.get_file_from_path(path) is None
        ]
        for file in generated:
            files.append(file)
        if config.nav is not None:
            config.nav = expanded(config.nav, self._pages(files))
            # What the navigation does not name is reached from the pages that list it.
            for file in generated:
                if file.src_uri not in paths(config.nav):
                    file.inclusion = InclusionLevel.NOT_IN_NAV
        return files

    def _early_news(self, files: Files) -> set[str]:
        """The news whose day has not come."""
        shown = {f"{_folder(NEWS)}/{news.id}.md" for news in self._public.news} | {f"{_folder(NEWS)}/index.md"}
        return {file.src_uri for file in files if posixpath.dirname(file.src_uri) == _folder(NEWS)} - shown

    def _pages(self, files: Files) -> list[str]:
        """The pages for the navigation: guides as they are read, behind all others, which stay in their order."""
        pages = [
            file.src_uri for file in files.documentation_pages() if file.inclusion is not InclusionLevel.NOT_IN_NAV
        ]
        guides = [f"{_folder(GUIDES)}/{guide.id}.md" for guide in in_order(self._public.guides)]
        return sorted(pages, key=lambda path: guides.index(path) if path in guides else -1)

    def on_page_markdown(self, markdown: str, page: Any, **_: Any) -> str:
        """A page with the names on it filled in; of a guide and of news, also what the head says."""
        path = page.file.src_uri
        if page.file.generated_by is not None:
            return markdown
        programme = self._data.programme or {}
        here = fragments(self._public, path)
        text = filled(markdown, programme, here)
        folder, name = posixpath.split(path)
        id = name.removesuffix(".md")
        guide = self._public.guides.get(id) if folder == _folder(GUIDES) else None
        news = (
            next((each for each in self._public.news if each.id == id), None) if folder == _folder(NEWS) else None
        )
        if guide is not None:
            page.meta.update(title=attribute(guide.title), description=attribute(guide.summary))
            return guide_page(replace(guide, text=text))
        if news is not None:
            page.meta.update(title=attribute(news.title), description=attribute(news.summary))
            return news_page(news, text)
        for key in ("title", "description"):
            if isinstance(page.meta.get(key), str):
                page.meta[key] = filled(page.meta[key], programme, here)
        return text

    def on_post_page(self, output: str, page: Any, **_: Any) -> str:
        """Let feed readers and calendars find what they can subscribe to."""
        where = attribute(href(FEED, page.file.src_uri))
        title = attribute(self._public.programme.name)
        found = f'<link rel="alternate" type="application/atom+xml" title="{title}" href="{where}">'
        return _allowed(output.replace("</head>", f"{found}</head>", 1))

    def on_post_template(self, output_content: str, **_: Any) -> str:
        """The page for what is not found, as HTML allows it."""
        return _allowed(output_content)


_DATA = frozenset(Repository.site_file(kind).path.removeprefix(f"{SITE}/") for kind in DATA)


def _folder(path: str) -> str:
    """A folder of the programme as seen from the site's sources."""
    return path.removeprefix(f"{SITE}/")


def _told(finding: Finding) -> str:
    place = finding.location
    return f"{place.path}:{place.line}:{place.column}: {finding.rule}: {finding.message} {finding.help}"


def _allowed(html: str) -> str:
    # The theme puts this attribute on its two checkboxes, where it may not stand.
    for name in ("drawer", "search"):
        html = html.replace(f'id="__{name}" autocomplete="off"', f'id="__{name}"')
    # A cell without words heads nothing.
    return _EMPTY_HEADER.sub(r"<td\1></td>", html)
