"""The site's colours: contrasts computed from the style sheet itself, and two hues that everybody tells apart."""

from __future__ import annotations

import re
from itertools import product

import pytest

from tests.site.conftest import ROOT

STYLE = (ROOT / "site" / "assets" / "site.css").read_text(encoding="utf-8")
BLOCKS = {
    "light": r':root, \[data-md-color-scheme="default"\] \{(.*?)\}',
    "dark": r'\n\[data-md-color-scheme="slate"\] \{(.*?)\}',
    "dark without scripts": r'\.no-js \[data-md-color-scheme="default"\] \{(.*?)\}',
}
GROUNDS = ("paper", "sheet", "one-soft", "two-soft", "both-soft", "wrong-soft")
# What a protanope, a deuteranope and a tritanope see (Machado, Oliveira and Fernandes 2009, severity 1).
SEEN = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def colours(scheme: str) -> dict[str, str]:
    block = re.search(BLOCKS[scheme], STYLE, re.DOTALL)
    assert block
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block[1]))


def linear(colour: str) -> tuple[float, float, float]:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """The ratio as WCAG 2.2 defines it."""
    light = sorted(0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (linear(one), linear(other)))
    return (light[1] + 0.05) / (light[0] + 0.05)


def lab(rgb: tuple[float, float, float]) -> tuple[float, float, float]:
    """CIE 1976 L*a*b* of a linear colour, under D65."""
    r, g, b = (min(1.0, max(0.0, part)) for part in rgb)
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def distance(one: str, other: str, eyes: tuple[tuple[float, ...], ...]) -> float:
    def seen(colour: str) -> tuple[float, float, float]:
        rgb = linear(colour)
        r, g, b = (sum(weight * part for weight, part in zip(row, rgb, strict=True)) for row in eyes)
        return lab((r, g, b))

    return sum((a - b) ** 2 for a, b in zip(seen(one), seen(other), strict=True)) ** 0.5


@pytest.mark.parametrize("scheme", BLOCKS)
def test_every_text_passes_contrast_on_every_ground(scheme: str) -> None:
    named = colours(scheme)
    pairs = [*product(("ink", "quiet", "one", "two", "both"), GROUNDS)]
    pairs += [("wrong", "paper"), ("wrong", "sheet"), ("wrong", "wrong-soft"), ("paper", "both"), ("on", "one")]
    pairs += [("on", "two")]
    weak = {pair: round(contrast(*(named[each] for each in pair)), 2) for pair in pairs}

    assert len(named) == 15
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", BLOCKS)
def test_the_edge_of_a_field_is_seen(scheme: str) -> None:
    named = colours(scheme)

    assert min(contrast(named["edge"], named[ground]) for ground in ("paper", "sheet")) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("eyes", SEEN)
def test_the_two_hues_stay_apart_for_colour_blind_readers(scheme: str, eyes: str) -> None:
    named = colours(scheme)

    assert distance(named["one"], named["two"], SEEN[eyes]) > 30
    assert contrast(named["one"], named["both"]) > 1.3
    assert contrast(named["two"], named["both"]) > 1.3


def test_a_reader_without_scripts_sees_the_same_dark_colours() -> None:
    assert colours("dark without scripts") == colours("dark")


def test_no_colour_is_named_elsewhere_but_in_the_picture_of_two_desks() -> None:
    rest = STYLE
    for block in BLOCKS.values():
        rest = re.sub(block, "", rest, flags=re.DOTALL)
    rest = re.sub(r"@media print \{.*", "", rest, flags=re.DOTALL)
    named = [line.strip() for line in rest.splitlines() if re.search(r"#[0-9a-f]{3,8}\b", line)]

    assert [line for line in named if ".scene" not in line and 'img[src$=".svg"]' not in line] == []
