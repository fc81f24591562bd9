"""The page about the house is made from the import contracts. To make it again: python -m tests.test_house."""

from __future__ import annotations

import ast
import re
import tomllib
from html import escape
from pathlib import Path

import pytest

from tests.test_architecture import IMPURE, PACKAGE, ROOT

PAGE = ROOT / "site" / "developers" / "the-house.md"
PICTURE = ROOT / "site" / "assets" / "pictures" / "the-house.svg"
AGAIN = "the page is behind pyproject.toml and the docstrings; make it again: python -m tests.test_house"
BEGIN, END = "<!-- The table is made by: python -m tests.test_house -->\n", "<!-- The end of the table -->\n"
LEFT, WIDTH, TOP, HIGH, GAP = 40, 344, 52, 36, 10
FILLS = {"one-soft": "#e4eef4", "two-soft": "#f8e9df", "both-soft": "#f1e7ee"}
LEGEND = {
    "two-soft": "prints, and knows the time",
    "both-soft": "some of its modules touch the world",
    "one-soft": "pure: values in, values out",
}


def contracts() -> dict[str, dict[str, object]]:
    """The import contracts of pyproject.toml, by name."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    return {contract["name"]: contract for contract in settings["contracts"]}


def layers() -> list[list[str]]:
    """The packages of each layer, the top one first."""
    listed = contracts()["Packages lie in layers"]["layers"]
    assert isinstance(listed, list)
    return [[name.strip() for name in layer.split("|")] for layer in listed]


def impure(name: str) -> list[str]:
    """The modules of a package that may touch the world."""
    return sorted(each.removeprefix(f"{name}.") for each in IMPURE if each.startswith(f"{name}."))


def about(name: str) -> str:
    """The first line of the docstring of a package, or of a module beside the packages."""
    path = PACKAGE / name / "__init__.py" if (PACKAGE / name).is_dir() else PACKAGE / f"{name}.py"
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert text
    return text.splitlines()[0].replace("``", "`")


def kind(name: str) -> str:
    """The colour of a package's box."""
    if name == "cli":
        return "two-soft"
    return "both-soft" if impure(name) else "one-soft"


def picture() -> str:
    """The layers as one drawing without a script, which takes the page's colours."""
    rows = layers()
    bottom = TOP + len(rows) * (HIGH + GAP) - GAP
    said = "; ".join(" and ".join(row) for row in rows)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 {bottom + 94}" role="img" '
        'aria-labelledby="the-house-title the-house-text" font-family="sans-serif">',
        '<title id="the-house-title">The packages in their layers</title>',
        f'<desc id="the-house-text">From the top layer to the bottom: {escape(said)}. A package may import those '
        "in the layers below it. The table below says what each is.</desc>",
        _words(16, 22, "A package may import what is below it,"),
        _words(16, 41, "and nothing beside or above it."),
        f'<path class="stroke-quiet" fill="none" stroke="#5c5448" stroke-width="2" '
        f'd="M22 {TOP + 4}V{bottom - 4}m-6 -8l6 8l6 -8"/>',
    ]
    for place, row in enumerate(rows):
        wide = (WIDTH - GAP * (len(row) - 1)) / len(row)
        for i, name in enumerate(row):
            x, y = LEFT + i * (wide + GAP), TOP + place * (HIGH + GAP)
            lines.append(_box(name, kind(name), x, y, wide))
    for i, (colour, words) in enumerate(LEGEND.items()):
        y = bottom + 30 + 25 * i
        lines.append(f'<rect x="{LEFT}" y="{y - 14}" width="18" height="18" rx="4" {_fill(colour)}/>')
        lines.append(_words(LEFT + 28, y, words))
    return "\n".join([*lines, "</svg>", ""])


def _fill(colour: str) -> str:
    return f'class="{colour}" fill="{FILLS[colour]}" stroke="currentColor" stroke-opacity=".3"'


def _words(x: int, y: int, words: str) -> str:
    return f'<text x="{x}" y="{y}" font-size="15" class="quiet" fill="#5c5448">{words}</text>'


def _box(name: str, colour: str, x: float, y: float, wide: float) -> str:
    return (
        f'<g data-package="{name}"><rect x="{x:.1f}" y="{y}" width="{wide:.1f}" height="{HIGH}" rx="6" '
        f'{_fill(colour)}/><text x="{x + wide / 2:.1f}" y="{y + 23}" font-size="15.5" '
        f'text-anchor="middle" class="ink" fill="#25211b">{name}</text></g>'
    )


def table() -> str:
    """The same as the picture in words, with the modules of each package that are not pure."""
    rows = ["| layer, package | what it is | modules that touch the world |", "|---|---|---|"]
    every = layers()
    for place, row in enumerate(every):
        for name in row:
            touches = "all may" if name == "cli" else ", ".join(impure(name)).replace("_", "\\_") or "none"
            rows.append(f"| {len(every) - place} **{name}** | {about(name)} | {touches} |")
    return "\n".join(rows) + "\n"


def page() -> str:
    """The page with its table as it must be; the words around it stay."""
    text = PAGE.read_text(encoding="utf-8")
    return re.sub(f"(?<={re.escape(BEGIN)}\n).*?(?=\n{re.escape(END)})", lambda _: table(), text, flags=re.DOTALL)


def test_the_picture_of_the_house_is_that_of_the_import_contracts() -> None:
    assert PICTURE.read_bytes() == picture().encode(), AGAIN


def test_the_table_of_the_house_is_that_of_the_import_contracts() -> None:
    assert BEGIN in PAGE.read_text(encoding="utf-8")
    assert PAGE.read_bytes() == page().encode(), AGAIN


def test_every_package_has_its_own_paragraph_in_the_order_of_the_layers() -> None:
    described = re.findall(r"^### `(\w+)`$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert described == [name for layer in layers() for name in layer]


def test_every_package_there_is_lies_in_a_layer() -> None:
    found = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    found |= {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}

    assert {name for layer in layers() for name in layer} == found


@pytest.mark.parametrize("colour", FILLS)
def test_each_colour_of_the_picture_is_that_of_the_site(colour: str) -> None:
    style = (ROOT / "site" / "assets" / "site.css").read_text(encoding="utf-8")

    assert f"--{colour}: {FILLS[colour]};" in style
    assert f".{colour} {{ fill: var(--{colour}); }}" in style


def write() -> None:
    """Write the picture and the table."""
    for path, text in ((PICTURE, picture()), (PAGE, page())):
        Path(path).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
