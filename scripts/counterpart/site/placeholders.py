"""Names in double braces, by which the site's pages use the programme's data.

A page may hold ``{{ programme.name }}``, ``{{ round_state }}`` and, around what only some programmes have,
``{% if programme.development %} … {% endif %}``; nothing else of the template language.
What stands in backquotes or in a block of code is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import SimpleNamespace
from typing import TypeAlias

from jinja2 import ChainableUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from counterpart.files import schema
from counterpart.files.markup import escaped, reach
from counterpart.files.paths import GUIDES, NEWS
from counterpart.files.repository import Repository
from counterpart.findings import Finding, Location, found
from counterpart.rounds.build import Data
from counterpart.site.pages import FRAGMENTS

_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[^\n]*\n.*?^[ \t]*\1[`~]*[ \t]*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(?<!`)(`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)\1(?!`)", re.DOTALL)
_HEAD = re.compile(r"\A\ufeff?---[ \t]*\n.*?^---[ \t]*$", re.MULTILINE | re.DOTALL)
_MASK = re.compile("\ue000([0-9]+)\n*\ue001")
#: Names that are made from others: a contact as an address that a link can lead to.
_LINKS = {"contact_link": "contact", "concern_link": "concern"}

#: Texts by their names, in groups.
Texts: TypeAlias = "Mapping[str, str | Texts]"


@cache
def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(
        autoescape=True,
        undefined=ChainableUndefined,  # what a page may lack stands in {% if %}, as was checked before
        keep_trailing_newline=True,
        comment_start_string="{##",  # {# is the beginning of an id of a heading
        comment_end_string="##}",
    )


def values(programme: Data) -> Texts:
    """The programme's data as pages name it: texts, in groups."""
    data: Texts = {key: value for key, value in programme.items() if isinstance(value, (str, Mapping))}
    return {**data} | {link: reach(programme[name]) for link, name in _LINKS.items() if name in data}


def check_page(text: str, path: str, programme: Data) -> Iterator[Finding]:
    """Every placeholder of a page that is not one; *programme* is the data of ``site/programme.yaml``."""
    if "{{" not in text and "{%" not in text:
        return
    try:
        tree = _environment().parse(_masked(text)[0])
    except TemplateSyntaxError as error:
        message = "This cannot be read as a name in double braces."
        yield found("placeholder-form", Location(path=path, line=error.lineno), message)
        return
    there = set(_names(values(programme), "programme.")) | set(FRAGMENTS)
    known = there | _possible()
    yield from _walk(tree.body, path, there, known, frozenset())


def check_pages(repository: Repository, programme: Data | None) -> Iterator[Finding]:
    """The placeholders of every page that people wrote; none where the programme's file is there and is wrong."""
    if programme is None and repository.exists(repository.site_file("programme")):
        return
    for entry in repository.site_pages():
        content = repository.read(entry)
        if isinstance(content, Finding):
            yield content
            continue
        text = content.decode("utf-8", "replace").replace("\r\n", "\n")
        if entry.path.startswith((f"{GUIDES}/", f"{NEWS}/")):
            # What their heads say is data, and is shown as it stands.
            text = _HEAD.sub(lambda head: "\n" * head[0].count("\n"), text)
        yield from check_page(text, entry.path, programme or {})


def filled(text: str, programme: Data, fragments: Mapping[str, str]) -> str:
    """A page's text with the values in place of their names: the programme's as text, fragments as they are."""
    if "{{" not in text and "{%" not in text:
        return text
    masked, code = _masked(text)
    spaces = _space(values(programme))
    made = _environment().from_string(masked)
    shown = made.render(programme=spaces, **{name: Markup(each) for name, each in fragments.items()})
    return _MASK.sub(lambda mask: code[int(mask[1])], shown)


def _masked(text: str) -> tuple[str, list[str]]:
    """The text without its code, as many lines long, and the code."""
    code: list[str] = []

    def mask(match: re.Match[str]) -> str:
        code.append(_MASK.sub(lambda inner: code[int(inner[1])], match[0]))
        return f"\ue000{len(code) - 1}" + "\n" * match[0].count("\n") + "\ue001"

    return _CODE.sub(mask, _FENCE.sub(mask, text)), code


def _space(data: Texts) -> SimpleNamespace:
    return SimpleNamespace(
        **{key: _space(each) if isinstance(each, Mapping) else Markup(escaped(each)) for key, each in data.items()}
    )


def _names(data: Texts, before: str) -> Iterator[str]:
    for key, value in data.items():
        yield before + key
        if isinstance(value, Mapping):
            yield from _names(value, f"{before}{key}.")


@cache
def _possible() -> frozenset[str]:
    """Every name that the file could have, whether it has it or not."""

    def of(node: Data, before: str) -> Iterator[str]:
        for key, each in node.get("properties", {}).items():
            if each["type"] in ("string", "object"):
                yield before + key
                yield from of(each, f"{before}{key}.")

    links = {f"programme.{link}" for link in _LINKS}
    return frozenset(of(schema.schema("programme"), "programme.")) | links


def _walk(
    parts: list[nodes.Node], path: str, there: set[str], known: set[str], sure: frozenset[str]
) -> Iterator[Finding]:
    for part in parts:
        if isinstance(part, nodes.Output):
            for node in part.nodes:
                if not isinstance(node, nodes.TemplateData):
                    yield from _output(node, path, there, known, sure)
        elif isinstance(part, nodes.If):
            name = _chain(part.test)
            if name is None:
                yield _form(part, path)
            elif name not in known:
                yield _unknown(part, path, name)
            yield from _walk(part.body, path, there, known, sure | {name or ""})
            yield from _walk([*part.elif_, *part.else_], path, there, known, sure)
        else:
            yield _form(part, path)


def _output(
    node: nodes.Node, path: str, there: set[str], known: set[str], sure: frozenset[str]
) -> Iterator[Finding]:
    name = _chain(node)
    if name is None:
        yield _form(node, path)
    elif name not in known or _is_group(name, known):
        yield _unknown(node, path, name)
    elif name not in there and not any(name == each or name.startswith(f"{each}.") for each in sure):
        message = f"'{name}' must have a value in site/programme.yaml, or stand inside {{% if {name} %}}."
        yield found("placeholder-unknown", Location(path=path, line=node.lineno), message)


def _chain(node: nodes.Node) -> str | None:
    """``programme.name`` of a name and what is taken from it; None of anything else."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        before = _chain(node.node)
        return None if before is None else f"{before}.{node.attr}"
    return None


def _is_group(name: str, names: set[str]) -> bool:
    return any(each.startswith(f"{name}.") for each in names)


def _form(node: nodes.Node, path: str) -> Finding:
    message = "A page may hold a name in double braces, and {% if %} with a name, and nothing else of the kind."
    return found("placeholder-form", Location(path=path, line=node.lineno), message)


def _unknown(node: nodes.Node, path: str, name: str) -> Finding:
    shown = f"'{name}' is not one" if len(name) <= 80 else "this is not one"
    message = f"A name in double braces must be one of the programme's or of the site's; {shown}."
    return found("placeholder-unknown", Location(path=path, line=node.lineno), message)
