"""Whatever stands in a field of data is shown as text; and nothing of an application comes to the site."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from counterpart.cli.main import main
from counterpart.files import schema
from counterpart.sealing.demo_keys import DEMONSTRATION_IDENTITIES
from counterpart.sealing.seal import open_sealed
from tests.site.built import ROOT, built, copied, page, parsed

HOSTILE = (
    "</title><script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "[go](javascript:alert(3))",
    "{{ 6*7 }}{% raw %}",
    "**b** `c` # d | e",
    "1. one",
    "- two",
    "<!-- x",
    "&lt;b&gt; &amp;",
    "</figure></div><style>",
    "--8<-- \"programme.yaml\"",
)  # fmt: skip


#: What no page of the conservators shows as text: their pages do not use it, or it is over.
UNUSED = {
    "programme.summary",  # stands in the description of the first page
    "programme.association.members",
    "programme.profession.name",
    "programme.profession.person",
    "programme.profession.workplace",
    "programme.development.short",
    "programme.topics.name",  # the round's own names come first
    "round.draw",
    "discussions.discussions.join",  # of the one that is over
}


def spoiled(data: Any, node: Any, texts: Iterator[str], written: dict[str, str], key: str = "") -> Any:
    """*data* with one hostile text after another in each field that its schema leaves free."""
    if isinstance(data, dict):
        inner = node.get("properties", {})
        other = node.get("additionalProperties", {})
        return {
            name: spoiled(each, inner.get(name, other), texts, written, f"{key}.{name}")
            for name, each in data.items()
        }
    if isinstance(data, list):
        return [spoiled(each, node["items"], texts, written, key) for each in data]
    free = isinstance(data, str) and isinstance(node, dict) and "enum" not in node and "format" not in node
    if not free or ("pattern" in node and not node["pattern"].startswith("^[^")):
        return data
    text = next(texts)
    if len(text) <= node.get("maxLength", 1000):
        written[text] = key
        return text
    return data


def with_everything(folder: Path) -> Path:
    """The conservators' programme, with nothing expired and nothing still to come."""
    root = copied(folder)
    for name in ("ambassadors.yaml", "voices.yaml", "news/later.md"):
        path = root / "site" / name
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace("2027-01-31", "2027-12-31").replace("2027-09-01", "2027-01-01"), encoding="utf-8"
        )
    return root


def spoil(root: Path, shift: int) -> dict[str, str]:
    """Write hostile texts into every file of data: text -> its field. *shift*: which text comes to which field."""

    def texts() -> Iterator[str]:
        number = shift
        while True:
            yield f"{HOSTILE[number % len(HOSTILE)]} q{number}"
            number += 1

    stream, written = texts(), dict[str, str]()
    kinds = {path: path.stem for path in (root / "site").glob("*.yaml")}
    kinds |= {path: path.stem for path in (root / "rounds").rglob("*.yaml")}
    for path, kind in sorted(kinds.items()):
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=Strings)
        made = spoiled(data, schema.schema(kind), stream, written, kind)
        path.write_text(json.dumps(made), encoding="utf-8")
    for path in sorted((root / "site").rglob("*/*.md")):
        kind = {"guides": "guide", "news": "news"}[path.parent.name]
        _, head, text = path.read_text(encoding="utf-8").split("---\n", 2)
        made = spoiled(yaml.load(head, Loader=Strings), schema.schema(kind), stream, written, kind)
        path.write_text(f"---\n{json.dumps(made)}\n---\n{text}", encoding="utf-8")
    return written


class Strings(yaml.SafeLoader):
    """As the programme reads YAML: no dates and no words that mean something else."""


Strings.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag in ("tag:yaml.org,2002:int", "tag:yaml.org,2002:bool")]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    if first not in "yYnNoO"
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(
        with_everything(tmp_path_factory.mktemp("plain") / "p"), tmp_path_factory.mktemp("plain-site") / "site"
    )


@pytest.mark.parametrize("shift", range(0, len(HOSTILE), 3))
def test_hostile_text_in_any_field_is_shown_as_text(shift: int, plain: Path, tmp_path: Path) -> None:
    root = with_everything(tmp_path / "programme")
    written = spoil(root, shift)
    made = built(root, tmp_path / "site")

    shown = ""
    for path in sorted(made.rglob("*.html")):
        name = str(path.relative_to(made))
        now, before = page(made, name), page(plain, name)
        assert sorted({tag for tag, _ in now.elements}) == sorted({tag for tag, _ in before.elements}), name
        for tag in ("script", "style", "img", "figure", "title", "strong", "em", "code"):
            assert sum(each == tag for each, _ in now.elements) == sum(each == tag for each, _ in before.elements)
        for tag, attributes in now.elements:
            assert not any(each.startswith("on") for each in attributes), (name, tag)
            assert not any(
                "javascript:" in each for each in (attributes.get("href", ""), attributes.get("src", ""))
            )
        shown += now.text + " "
    assert len(written) > 60
    hidden = {key for text, key in written.items() if " ".join(text.split()) not in shown}
    assert hidden <= UNUSED


def test_hostile_text_in_the_feeds_and_the_search_stays_text(tmp_path: Path) -> None:
    from xml.etree import ElementTree

    root = with_everything(tmp_path / "programme")
    spoil(root, 0)
    made = built(root, tmp_path / "site")
    feed = ElementTree.fromstring((made / "feed.xml").read_text(encoding="utf-8"))
    assert {each.tag.rpartition("}")[2] for each in feed.iter()} == {
        "feed", "id", "title", "subtitle", "updated", "link", "author", "name", "entry", "summary",
    }  # fmt: skip
    index = json.loads((made / "search" / "search_index.json").read_text(encoding="utf-8"))
    for entry in index["docs"]:
        # The theme puts these into the page as HTML.
        assert {tag for tag, _ in parsed(entry["text"] + entry["title"]).elements} <= {
            *("p", "ul", "ol", "li", "em", "strong", "code", "time", "a", "div", "br", "h2", "pre", "table"),
            *("figure", "blockquote", "figcaption", "thead", "tbody", "tr", "td", "th"),
        }, entry


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A round's repository with sixty applications, a roll, decisions and a proposal, beside the site."""
    root = copied(tmp_path_factory.mktemp("lived") / "programme")
    for arguments in (["sample", "2028-1", "--people", "60", "--seed", "3"], ["match", "2028-1"]):
        with pytest.raises(SystemExit) as stopped:
            main(["--root", str(root), *arguments])
        assert stopped.value.code == 0
    folder = root / "rounds" / "2028-1"
    (folder / "decisions.yaml").write_text(
        "format: 1\nround: 2028-1\nremoved: []\n# canary-in-a-comment\n", encoding="utf-8"
    )
    (root / "applicants" / "2028-1" / "notes.txt").write_text("canary-in-notes\n", encoding="utf-8")
    (folder / "mails").mkdir()
    (folder / "mails" / "received.md.j2").write_text("canary-in-a-mail\n", encoding="utf-8")
    (folder / "responses").mkdir()
    (folder / "responses" / "first.yaml").write_text("canary: canary-in-a-response\n", encoding="utf-8")
    # The sample's guides are those of librarians, and are not in this programme.
    text = (folder / "round.yaml").read_text(encoding="utf-8")
    (folder / "round.yaml").write_text(re.sub(r", guide: [a-z-]+", "", text), encoding="utf-8")
    return root


def canaries(root: Path) -> set[str]:
    """What would betray an applicant: ids, names, addresses, words, keys, seals."""
    found = {"canary-in"}
    for path in (root / "applicants" / "2028-1").glob("*.yaml"):
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        identity = json.loads(open_sealed(data["sealed"], DEMONSTRATION_IDENTITIES))
        found |= {data["id"], data["receipt"], *data["sealed"].split("\n")[1:3]}
        found |= {value for value in identity.values() if isinstance(value, str) and len(value) > 5}
    return found - {"2028-1", "identity"}


def test_nothing_of_an_application_is_on_the_site(lived: Path, tmp_path: Path) -> None:
    made = built(lived, tmp_path / "site", epoch=1840000000)
    wanted = canaries(lived)
    assert len(wanted) > 300
    assert "First round of 2028 (sample)" in page(made, "rounds/2028-1/index.html").text
    for path in made.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            content = gzip.decompress(content) if path.suffix == ".gz" else content
            text = content.decode("utf-8", "replace")
            assert [each for each in wanted if each in text] == [], path.name


WATCHED = """
import os, runpy, sys
opened = []
def watch(event, arguments):
    if event in ("open", "os.scandir", "os.listdir") and isinstance(arguments[0], (str, bytes, os.PathLike)):
        opened.append(os.fsdecode(arguments[0]))
sys.addaudithook(watch)
sys.argv = ["mkdocs", "build", "--strict", "--site-dir", sys.argv[1]]
try:
    runpy.run_module("mkdocs", run_name="__main__")
except SystemExit as stopped:
    print(stopped.code or 0)
print("\\n".join(sorted({path for path in opened if path.startswith(os.getcwd())})))
"""


def test_the_build_does_not_even_open_what_is_not_public(lived: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(tmp_path / "site")],
        cwd=lived,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "1840000000"},
        capture_output=True,
        encoding="utf-8",
    )
    code, *opened = done.stdout.split("\n")
    inside = [Path(path).relative_to(lived).as_posix() for path in opened if path]

    told = [line for line in done.stderr.splitlines() if not line.startswith("INFO")]
    assert (code, told) == ("0", [])
    assert "rounds/2028-1/round.yaml" in inside
    private = re.compile(r"applicants/.|rounds/[^/]+/(?!round\.yaml|discussions\.yaml|report\.json)")
    assert [path for path in inside if private.match(path)] == []
    assert ROOT not in [Path(path) for path in opened]
