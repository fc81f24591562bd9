"""The site's generated pages, handed to MkDocs: as thin as can be, because the generator may be replaced."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files

from counterpart.core.guide_page import guide_page, guides_page
from counterpart.core.navigation import expanded
from counterpart.edges.guides import load_guides
from counterpart.edges.paths import GUIDES
from counterpart.edges.repository import Repository

_EMPTY_HEADER = re.compile(r"<th((?: [^>]*)?)></th>")


class Settings(Config):  # type: ignore[no-untyped-call]
    """The plugin has no settings: everything is in the programme's files."""


class Plugin(BasePlugin[Settings]):  # type: ignore[no-untyped-call]
    """Makes the list of guides, and shows on each guide's page what its head says."""

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Add the pages that are made from data, and that are in no file."""
        root = Path(config.config_file_path).parent
        self._guides = load_guides(Repository(root)).guides
        if self._guides:
            folder = GUIDES.partition("/")[2]
            files.append(File.generated(config, f"{folder}/index.md", content=guides_page(self._guides)))
        if config.nav is not None:
            shown = [file.src_uri for file in files.documentation_pages() if file.inclusion.value >= 0]
            config.nav = expanded(config.nav, shown)
        return files

    def on_page_markdown(self, markdown: str, page: Any, **_: Any) -> str:
        """A guide's page in place of its bare text; every other page as it is."""
        folder, _, name = page.file.src_uri.rpartition("/")
        guide = self._guides.get(name.removesuffix(".md"))
        if folder != GUIDES.partition("/")[2] or guide is None:
            return markdown
        page.meta["description"] = guide.summary
        return guide_page(guide)

    def on_post_page(self, output: str, **_: Any) -> str:
        """The page as HTML allows it."""
        return _allowed(output)

    def on_post_template(self, output_content: str, **_: Any) -> str:
        """The page for what is not found, as HTML allows it."""
        return _allowed(output_content)


def _allowed(html: str) -> str:
    # The theme puts this attribute on its two checkboxes, where it may not stand.
    for name in ("drawer", "search"):
        html = html.replace(f'id="__{name}" autocomplete="off"', f'id="__{name}"')
    # A cell without words heads nothing.
    return _EMPTY_HEADER.sub(r"<td\1></td>", html)
