"""This site with a made-up round in it, built once, and a browser that is given its files and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.form.browser import browser
from tests.site.built import built as build_site
from tests.site.built import lived

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "https://site.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A built site's folder, and its pages: address -> file."""

    folder: Path
    pages: dict[str, Path]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    programme = lived(tmp_path_factory.mktemp("lived") / "programme")
    folder = build_site(programme, tmp_path_factory.mktemp("built"))
    pages = {
        "/" + path.relative_to(folder).as_posix().removesuffix("index.html"): path
        for path in sorted(folder.rglob("*.html"))
    }
    assert len(pages) > 20
    assert {
        "/rounds/2027-1/",
        "/rounds/2027-1/air/",
        "/ambassadors/",
        "/voices/",
        "/news/guild-meets/",
        "/reports/2026-1/",
    } <= pages.keys()
    return Built(folder=folder, pages=pages)


@pytest.fixture(scope="package")  # no longer: while it is open, no other test can run an event loop
def chromium() -> Iterator[Any]:
    with browser() as running:
        yield running


@dataclass(slots=True)
class Reader:
    """A reader's browser. It is given the site's files; whatever else a page asks for is noted and refused."""

    context: Any
    elsewhere: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, address: str, page: Any = None) -> Any:
        """What lies at the address, in the *page* that is open, or in a new one."""
        if page is None:
            page = self.context.new_page()
            page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))
        page.goto(f"{HOST}{address}")
        return page


@pytest.fixture
def reader(chromium: Any, built: Built) -> Iterator[Callable[..., Reader]]:
    contexts = []

    def made(**options: Any) -> Reader:
        context = chromium.new_context(**options)
        contexts.append(context)
        one = Reader(context=context)

        def give(route: Any) -> None:
            url = route.request.url
            if not url.startswith(f"{HOST}/"):
                one.elsewhere.append(url)
                route.abort()
                return
            path = built.folder / url.removeprefix(f"{HOST}/").partition("?")[0].partition("#")[0]
            path = path / "index.html" if path.is_dir() else path
            if path.is_file():
                route.fulfill(path=path)
            else:
                one.missing.append(url)
                route.fulfill(status=404, body="")

        context.route("**/*", give)
        return one

    yield made
    for context in contexts:
        context.close()
