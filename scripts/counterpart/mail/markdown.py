"""Markdown with marks in it, as the parts of a letter: HTML and plain text come from the same tree.

The tree holds the few things that a letter may consist of. Markup, images and styles that a template brings
along as HTML are text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from html import escape
from html.parser import HTMLParser
from urllib.parse import quote

import markdown

from counterpart.mail.letter import CLOSE, END_OF_ISOLATE, FIRST_STRONG, OPEN, from_right, isolated

#: The plain text is broken at this column.
WIDTH = 72

_MARK = re.compile(f"{OPEN}([0-9]+){CLOSE}")
_ADDRESS = re.compile(r"https://[^\s<>\"'\\`{}|^]+|mailto:[^\s<>\"'\\]+")
_BLOCKS = frozenset({"p", "h1", "h2", "h3", "ul", "ol", "li", "blockquote", "pre", "hr"})
_INLINE = frozenset({"strong", "em", "code", "a", "br"})
_UNDERLINE = {"h1": "=", "h2": "-"}


@dataclass(slots=True)
class Node:
    """A part of a letter: what it is, where it leads if it is a link, and what is in it."""

    tag: str
    href: str = ""
    parts: list[Node | str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """The values that the marks stand for, cleaned. *apart*: whether each is isolated in plain text."""

    words: tuple[str, ...]
    apart: bool = False

    def text(self, content: str) -> str:
        """*content* with its values as text."""
        if OPEN not in content:
            return content
        return _MARK.sub(lambda mark: self._isolated(self.words[int(mark[1])]), content)

    def _isolated(self, words: str) -> str:
        return isolated(words) if self.apart or from_right(words) else words

    def html(self, content: str) -> str:
        """*content* as HTML; each value keeps its writing direction and its line ends."""
        fixed = _escaped(content)
        return _MARK.sub(lambda mark: _bdi(self.words[int(mark[1])]), fixed) if OPEN in fixed else fixed

    def address(self, href: str) -> str:
        """The address that *href* comes to, or "" when a letter may not lead there."""
        whole = _MARK.fullmatch(href)
        address = (
            self.words[int(whole[1])]
            if whole
            else _MARK.sub(lambda mark: quote(self.words[int(mark[1])], safe="@"), href)
        )
        return address if _ADDRESS.fullmatch(address) else ""


@lru_cache(maxsize=4096)  # the same in every letter of a kind
def _escaped(content: str) -> str:
    return escape(content, quote=False)


@lru_cache(maxsize=4096)
def _spaced(content: str) -> str:
    """*content* with its line ends as spaces."""
    return re.sub(r"\s+", " ", content)


def _bdi(words: str) -> str:
    return "<bdi>" + escape(words).replace("\n", "<br>") + "</bdi>"


# From Markdown to the tree


@lru_cache(maxsize=256)
def tree(source: str) -> Node:
    """The parts of a letter whose Markdown is *source*; letters of a kind mostly share it: never change it.

    The values are not in it yet: what stands in *source* for them are marks.
    """
    reader = _Reader()
    reader.feed(_converter().reset().convert(source))
    reader.close()
    return reader.root


@cache
def _converter() -> markdown.Markdown:
    converter = markdown.Markdown(extensions=["sane_lists"], output_format="html")
    converter.preprocessors.deregister("html_block")
    for name in ("html", "image_link", "image_reference", "short_image_ref"):
        converter.inlinePatterns.deregister(name)
    return converter


class _Reader(HTMLParser):
    """Reads what Markdown made; what is none of a letter's parts counts as its contents."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("letter")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = "h3" if tag in ("h4", "h5", "h6") else tag
        if tag in _BLOCKS | _INLINE:
            node = Node(tag, href=dict(attrs).get("href") or "")
            self._open[-1].parts.append(node)
            if tag not in ("br", "hr"):
                self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        tag = "h3" if tag in ("h4", "h5", "h6") else tag
        if self._open[-1].tag == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].parts.append(data)


@lru_cache(maxsize=256)
def links(source: str) -> tuple[str, ...]:
    """Where the links of a letter lead whose Markdown is *source*, as the template has it."""
    return tuple(_links(tree(source)))


def _links(node: Node) -> Iterator[str]:
    for part in node.parts:
        if isinstance(part, Node):
            if part.tag == "a":
                yield part.href
            yield from _links(part)


# From the tree to HTML


def html(node: Node, values: Values, styles: Mapping[str, str]) -> str:
    """The HTML of the parts of *node*; *styles* holds the attributes of each tag, such as ``class="q"``."""
    return "".join(_html(part, values, styles) for part in node.parts)


def _html(part: Node | str, values: Values, styles: Mapping[str, str]) -> str:
    if isinstance(part, str):
        return values.html(part)
    inner = html(part, values, styles)
    attributes = f" {styles[part.tag]}" if part.tag in styles else ""
    if part.tag == "a":
        address = values.address(part.href)
        return f'<a href="{escape(address)}"{attributes}>{inner}</a>' if address else inner
    if part.tag in ("br", "hr"):
        return f"<{part.tag}{attributes}>"
    return f"<{part.tag}{attributes}>{inner}</{part.tag}>"


# From the tree to plain text


def text(node: Node, values: Values) -> str:
    """The plain text of the parts of *node*, with one empty line between paragraphs."""
    return "\n".join(_lines(node, values, WIDTH)) + "\n"


def _lines(node: Node, values: Values, width: int) -> list[str]:
    """The lines of a part that holds others, or words: blocks with an empty line between."""
    found: list[str] = []
    words: list[Node | str] = []
    for part in [*node.parts, Node("end")]:
        if isinstance(part, str) or part.tag in _INLINE:
            words.append(part)
            continue
        if said := _words(words, values):
            found += [*([""] if found else []), *_broken(said, width)]
        words = []
        block = [] if part.tag == "end" else _block(part, values, width)
        # A list inside an item follows its line at once.
        tight = node.tag == "li" and part.tag in ("ul", "ol") and not _is_loose(part)
        found += [*([""] if found and block and not tight else []), *block]
    return found


def _block(node: Node, values: Values, width: int) -> list[str]:
    if node.tag == "hr":
        return ["-" * 12]
    if node.tag == "pre":
        return [f"    {line}".rstrip() for line in _verbatim(node, values).rstrip("\n").split("\n")]
    if node.tag == "blockquote":
        # Set in with spaces, not with the usual sign: what stands there is often meant to be copied.
        return [f"    {line}".rstrip() for line in _lines(node, values, width - 4)]
    if node.tag in ("ul", "ol"):
        return _items(node, values, width)
    lines = _lines(node, values, width)
    if node.tag in _UNDERLINE and lines:
        lines.append(_UNDERLINE[node.tag] * min(width, max(len(line) for line in lines)))
    return lines


def _items(node: Node, values: Values, width: int) -> list[str]:
    found: list[str] = []
    items = [part for part in node.parts if isinstance(part, Node)]
    for number, item in enumerate(items, start=1):
        sign = "- " if node.tag == "ul" else f"{number}. "
        if found and _is_loose(node):
            found.append("")
        for place, line in enumerate(_lines(item, values, width - len(sign))):
            found.append(f"{sign if place == 0 else ' ' * len(sign)}{line}".rstrip())
    return found


def _is_loose(node: Node) -> bool:
    items = (part for part in node.parts if isinstance(part, Node))
    return any(isinstance(inner, Node) and inner.tag == "p" for item in items for inner in item.parts)


def _verbatim(node: Node, values: Values) -> str:
    return "".join(values.text(p) if isinstance(p, str) else _verbatim(p, values) for p in node.parts)


def _words(parts: list[Node | str], values: Values) -> str:
    """Running words: line ends of the source are spaces, those of values and of ``br`` stay."""
    said = ""
    for part in parts:
        if isinstance(part, str):
            said += values.text(_spaced(part))
        elif part.tag == "br":
            said = said.rstrip(" ") + "\n"
        elif part.tag == "a":
            said += _link(part, values)
        else:
            said += _words(part.parts, values)
    return "\n".join(line.strip(" ") for line in said.split("\n")).strip()


def _link(node: Node, values: Values) -> str:
    words, address = _words(node.parts, values), values.address(node.href)
    target = address.removeprefix("mailto:").partition("?")[0]
    if not target or words == target or quote(words, safe="@") == target:
        return words
    return f"{words}: <{target}>"


def _broken(words: str, width: int) -> list[str]:
    """*words* in lines of at most *width* characters; a longer word, such as an address, is left whole."""
    lines: list[str] = []
    for line in words.split("\n"):
        if len(line) <= width and "  " not in line and line == line.strip(" "):
            lines.append(line)
            continue
        row = ""
        for word in filter(None, line.split(" ")):
            if row and len(row) + 1 + len(word) > width:
                lines.append(row)
                row = word
            else:
                row = f"{row} {word}" if row else word
        lines.append(row)
    return list(_closed(lines))


def _closed(lines: list[str]) -> Iterator[str]:
    """The lines, in each of which what was begun apart also ends: a line end ends it everywhere."""
    open = False
    for line in lines:
        line = f"{FIRST_STRONG}{line}" if open else line
        open = line.count(FIRST_STRONG) > line.count(END_OF_ISOLATE)
        yield f"{line}{END_OF_ISOLATE}" if open else line
