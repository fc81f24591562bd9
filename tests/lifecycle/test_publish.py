"""``publish``: the built site on a branch of its own, whole or not at all, and nothing else on it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.desk import Kept, flat
from tests.mail.test_gate import Ready


class Site(Ready):
    """A programme with a site and a remote."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.shared = folder / "shared.git"
        subprocess.run(["git", "init", "--quiet", "--bare", str(self.shared)], check=True)
        self.git("remote", "add", "origin", str(self.shared))
        shutil.rmtree(self.root / "site", ignore_errors=True)
        (self.root / "site").mkdir()
        self.page("# Welcome\n")
        settings = "site_name: Mentoring\ndocs_dir: site\nsite_dir: build/site\nstrict: true\ntheme: mkdocs\n"
        (self.root / "mkdocs.yml").write_text(settings, encoding="utf-8")

    def page(self, text: str) -> None:
        (self.root / "site" / "index.md").write_text(text, encoding="utf-8")

    def published(self) -> list[str]:
        done = subprocess.run(
            ["git", "ls-tree", "-r", "--name-only", "gh-pages"], cwd=self.shared, capture_output=True, check=True
        )
        return done.stdout.decode().splitlines()

    def shown(self, path: str) -> str:
        done = subprocess.run(
            ["git", "show", f"gh-pages:{path}"], cwd=self.shared, capture_output=True, check=True
        )
        return done.stdout.decode()

    def commits(self) -> str:
        done = subprocess.run(
            ["git", "log", "--format=%an %s", "gh-pages"], cwd=self.shared, capture_output=True, check=True
        )
        return done.stdout.decode()


@pytest.fixture
def site(tmp_path: Path, kept: Kept) -> Site:
    return kept.copy(Site, tmp_path)


def test_the_site_and_the_application_page_are_pushed_and_nothing_else(site: Site) -> None:
    before = site.git("status", "--porcelain")
    code, out, err = site.run("publish", "--relay", "http://localhost:8731")
    assert code == 0, err
    assert "to the branch gh-pages of origin, with the application page of 2027-1." in flat(out)
    names = site.published()
    assert {".nojekyll", "index.html", "apply/2027-1/index.html", "apply/2027-1/apply.js"} <= set(names)
    assert not [name for name in names if name.startswith(("rounds/", "applicants/"))]
    assert "http://localhost:8731" in site.shown("apply/2027-1/index.html")
    assert "Welcome" in site.shown("index.html")
    read = {name: site.shown(name) for name in names if name.endswith((".html", ".js", ".json", ".xml", ".css"))}
    assert not [name for name, text in read.items() if any(known in text for known in site.names)]
    assert site.git("status", "--porcelain") == before
    assert not (site.root / "build").exists()


def test_the_same_site_is_not_pushed_again_and_a_new_one_leaves_no_history(site: Site) -> None:
    assert site.run("publish")[0] == 0
    code, out, _ = site.run("publish")
    assert code == 0
    assert "holds just this site already; nothing was pushed." in flat(out)
    site.page("# Farewell\n")
    assert site.run("publish")[0] == 0
    assert "Farewell" in site.shown("index.html")
    assert site.commits() == "Counterpart The site\n"


def test_a_site_that_does_not_build_is_not_published(site: Site) -> None:
    assert site.run("publish")[0] == 0
    site.page("# Broken\n\n[a link](nowhere.md)\n")
    code, _, err = site.run("publish")
    assert code == 2
    assert "The site was not built, and nothing was published. MkDocs says:" in flat(err)
    assert "nowhere.md" in flat(err)
    assert "Welcome" in site.shown("index.html")


def test_a_round_whose_settings_are_wrong_stops_it_with_its_finding(site: Site) -> None:
    site.change("rounds/2027-1/round.yaml", "zone: Australia/Sydney", "zone: Australia/Nowhere")
    code, out, _ = site.run("publish")
    assert code == 1
    assert "error[" in out
    assert "Nothing was published." in out


def test_a_remote_that_does_not_answer_is_said(site: Site) -> None:
    code, _, err = site.run("publish", "--remote", "nowhere")
    assert code == 2
    assert "The remote 'nowhere' does not answer" in flat(err)
