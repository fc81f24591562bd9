"""Texts from templates: plain Markdown, byte-stable."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment


def _packaged(name: str) -> str | None:
    file = resources.files("counterpart").joinpath(*name.split("/"))
    return file.read_text(encoding="utf-8") if file.is_file() else None


@cache
def _environment(*, markup: bool = False) -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined  # loaded when there is something to render

    environment = Environment(
        loader=FunctionLoader(_packaged),
        undefined=StrictUndefined,
        autoescape=markup,  # the others are Markdown made of ids, codes and the round's own words
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["n"] = lambda number: f"{number:,}"
    environment.filters["cell"] = _cell
    return environment


def _cell(words: str) -> str:
    """The round's own words where Markdown could take them for something else, in a table or out of it."""
    for sign in "\\`*_[]<>|#":
        words = words.replace(sign, "\\" + sign)
    return words


def render(template: str, **values: Any) -> str:
    """The text of *template*, without more than one empty line in a row."""
    lines = _environment().get_template(template).render(**values).splitlines()
    kept = [line for i, line in enumerate(lines) if line.strip() or (i and lines[i - 1].strip())]
    return "\n".join(kept).strip() + "\n"


def page(template: str, **values: Any) -> str:
    """The HTML page of *template*: every value is escaped unless the template says that it is markup."""
    lines = _environment(markup=True).get_template(template).render(**values).splitlines()
    return "\n".join(line for line in lines if line.strip()) + "\n"
