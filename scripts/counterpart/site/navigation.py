"""The site's navigation: a line that names a folder stands for the pages in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def expanded(nav: Sequence[Any], pages: Sequence[str]) -> list[Any]:
    """The navigation *nav* of mkdocs.yml, with each folder replaced by its pages that *nav* names nowhere else.

    A folder is written with a slash at its end, "guides/"; "./" is the top. Its pages come in the order of
    *pages* (their paths below the site's folder), its index first. A folder without pages goes, and so does a
    heading that then has nothing below it. Pages in folders of a folder are not its own.
    """
    named = set(paths(nav))
    return [line for line in (_line(each, pages, named) for each in nav) if line is not None]


def _line(line: Any, pages: Sequence[str], named: set[str]) -> Any:
    if isinstance(line, dict):
        made = {title: _below(below, pages, named) for title, below in line.items()}
        kept = {title: below for title, below in made.items() if below not in ([], None)}
        return kept or None
    return line


def _below(below: Any, pages: Sequence[str], named: set[str]) -> Any:
    if isinstance(below, str):
        return _folder(below, pages, named) if below.endswith("/") else below
    found: list[Any] = []
    for each in below:
        if isinstance(each, str) and each.endswith("/"):
            found += _folder(each, pages, named)
        elif (line := _line(each, pages, named)) is not None:
            found.append(line)
    return found


def _folder(folder: str, pages: Sequence[str], named: set[str]) -> list[str]:
    start = folder.removeprefix("./")
    own = [
        page for page in pages if page.startswith(start) and "/" not in page[len(start) :] and page not in named
    ]
    return sorted(own, key=lambda page: page != f"{start}index.md")  # stable: the others stay in their order


def paths(nav: Any) -> list[str]:
    """Every page that the navigation names, in its order."""
    if isinstance(nav, str):
        return [nav]
    below = nav.values() if isinstance(nav, dict) else nav
    return [path for each in below for path in paths(each)]
