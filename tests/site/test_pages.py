"""Every built page: valid as far as can be told without a browser, with its own title, and with no dead link."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from posixpath import dirname, join, normpath

from tests.site.conftest import ROOT, Built

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
BLOCKS = {
    "address",
    "article",
    "aside",
    "blockquote",
    "details",
    "div",
    "dl",
    "fieldset",
    "figure",
    "footer",
    "form",
}
BLOCKS |= {
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "ul",
}
INTERACTIVE = {"a", "button", "input", "label", "select", "summary", "textarea"}
#: Made by commands of their own, beside this site: the application pages.
ELSEWHERE = re.compile(r"/apply/[^/]+/$")


@dataclass(slots=True)
class Seen:
    title: str = ""
    description: str = ""
    headings: list[int] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)  # ids that an attribute refers to
    wrong: list[str] = field(default_factory=list)


class Reading(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen = Seen()
        self.open: list[str] = []
        self.feed(text)
        self.close()
        self.seen.wrong += [f"<{tag}> is never closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        given = {name: value or "" for name, value in attrs}
        where = f"line {self.getpos()[0]}: <{tag}>"
        if len(names) != len(set(names)):
            self.seen.wrong.append(f"{where} names an attribute twice")
        if tag in BLOCKS and "p" in self.open:
            self.seen.wrong.append(f"{where} in <p>")
        if tag in INTERACTIVE and any(each in ("a", "button", "summary") for each in self.open):
            self.seen.wrong.append(f"{where} in something that is itself pressed")
        if tag == "li" and self.open[-1] not in ("ul", "ol"):
            self.seen.wrong.append(f"{where} in <{self.open[-1]}>")
        if self.open and self.open[-1] in ("ul", "ol") and tag not in ("li", "template"):
            self.seen.wrong.append(f"{where} in <{self.open[-1]}>")
        if tag == "img" and "alt" not in given:
            self.seen.wrong.append(f"{where} without alt")
        if tag == "svg" and given.get("role") == "img" and "aria-labelledby" not in given:
            self.seen.wrong.append(f"{where} without a name")
        if re.fullmatch(r"h[1-6]", tag):
            self.seen.headings.append(int(tag[1]))
        if tag == "meta" and given.get("name") == "description":
            self.seen.description = given["content"]
        if "id" in given:
            self.seen.ids.append(given["id"])
        for name in ("aria-labelledby", "aria-describedby", "aria-controls"):
            self.seen.names += given.get(name, "").split()
        for name in ("href", "src"):
            if name in given:
                self.seen.links.append(given[name])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.seen.wrong.append(f"line {self.getpos()[0]}: </{tag}> closes <{self.open[-1:]}>")
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "title" and "svg" not in self.open:
            self.seen.title += data


def read(built: Built) -> dict[str, Seen]:
    return {address: Reading(path.read_text(encoding="utf-8")).seen for address, path in built.pages.items()}


def test_every_page_is_valid(built: Built) -> None:
    wrong = {}
    for address, seen in read(built).items():
        found = list(seen.wrong)
        found += [f"id '{id}' {count} times" for id, count in Counter(seen.ids).items() if count > 1]
        found += [f"no id '{id}'" for id in seen.names if id not in seen.ids]
        if found:
            wrong[address] = found

    assert wrong == {}


def test_every_page_has_a_title_and_a_description_of_its_own(built: Built) -> None:
    pages = read(built)
    titles = Counter(seen.title.strip() for seen in pages.values())
    told = Counter(seen.description.strip() for address, seen in pages.items() if address != "/404.html")

    assert [title for title, count in titles.items() if count > 1 or len(title) < 10] == []
    assert [words for words, count in told.items() if count > 1] == []
    assert {words: len(words) for words in told if not 30 <= len(words) <= 300} == {}
    assert pages["/"].title.strip() == "Counterpart: international peer mentoring"


def test_headings_begin_with_one_title_and_leave_no_step_out(built: Built) -> None:
    uneven: dict[str, object] = {}
    for address, seen in read(built).items():
        steps = [later - earlier for earlier, later in zip(seen.headings, seen.headings[1:], strict=False)]
        if seen.headings[:1] != [1] or seen.headings.count(1) != 1 or max(steps, default=0) > 1:
            uneven[address] = seen.headings

    assert uneven == {}


def targets(address: str, links: list[str]) -> Iterator[tuple[str, str, str]]:
    """The page or file that each link of the site leads to, and the anchor there."""
    for link in links:
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        path = path.partition("?")[0]
        joined = normpath(join(dirname(address), path)) if path else address
        if path.endswith(("/", "/.", "..")) or path in (".", ".."):
            joined = joined.rstrip("/") + "/"
        yield link, joined, anchor


def test_no_link_and_no_anchor_leads_nowhere(built: Built) -> None:
    pages = read(built)
    dead = []
    for address, seen in pages.items():
        for link, path, anchor in targets(address, seen.links):
            there = path in pages or (built.folder / path.lstrip("/")).is_file() or ELSEWHERE.search(path)
            if not there or (anchor and path in pages and anchor not in pages[path].ids):
                dead.append(f"{address}: {link}")

    assert dead == []


def test_what_the_frame_is_made_from_is_not_published(built: Built) -> None:
    published = {path.relative_to(built.folder).as_posix() for path in built.folder.rglob("*") if path.is_file()}

    assert [name for name in published if name.startswith("theme") or name.endswith((".j2", ".md"))] == []
    assert {"assets/fonts/atkinson-OFL.txt", "assets/fonts/literata-OFL.txt", "assets/mark.svg"} <= published


def test_the_letters_and_their_licences_lie_together() -> None:
    folder = ROOT / "site" / "assets" / "fonts"
    style = (ROOT / "site" / "assets" / "site.css").read_text(encoding="utf-8")
    named = set(re.findall(r'url\("fonts/([^"]+)"\)', style))
    licence = (ROOT / "site" / "licence.md").read_text(encoding="utf-8")

    assert {path.name for path in folder.glob("*.woff2")} == named
    assert all((folder / name).read_bytes()[:4] == b"wOF2" for name in named)
    for name in ("atkinson", "literata"):
        assert "SIL Open Font License, Version 1.1" in (folder / f"{name}-OFL.txt").read_text(encoding="utf-8")
        assert f"(assets/fonts/{name}-OFL.txt)" in licence


def test_the_picture_of_the_proof_is_itself_a_proof() -> None:
    picture = (ROOT / "site" / "assets" / "pictures" / "all-pairs.svg").read_text(encoding="utf-8")
    prices = {who: int(price) for who, price in re.findall(r'data-person="(\w)" data-price="(\d+)"', picture)}
    pairs = re.findall(
        r'data-pair="(\w) (\w)" data-points="(\d*)" data-prices="(\d+)">.*?>(?:(\d+) (=|&lt;) (\d+))?<', picture
    )
    allowed = [(a, b, int(points)) for a, b, points, *_ in pairs if points]
    proposed = [(a, b, points) for a, b, points in allowed if points == prices[a] + prices[b]]

    assert len(pairs) == 15
    assert all(int(together) == prices[a] + prices[b] for a, b, _, together, *_ in pairs)
    assert all(points <= prices[a] + prices[b] for a, b, points in allowed)
    assert sorted(who for a, b, _ in proposed for who in (a, b)) == sorted(prices)
    assert sum(points for *_, points in proposed) == sum(prices.values()) == 27


def test_every_picture_says_in_words_what_it_shows() -> None:
    for path in sorted((ROOT / "site" / "assets" / "pictures").glob("*.svg")):
        text = path.read_text(encoding="utf-8")
        if path.stem.startswith("step-"):
            assert 'aria-hidden="true"' in text  # the step's own words stand beside it
        else:
            name = path.stem
            assert f'role="img" aria-labelledby="{name}-title {name}-text"' in text
            assert re.search(
                rf'<title id="{name}-title">[^<]{{10,}}</title>\n<desc id="{name}-text">[^<]{{90,}}<', text
            )
