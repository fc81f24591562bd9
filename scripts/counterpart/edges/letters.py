"""The letterpress: one template, with values, makes a letter in plain text and in HTML.

A template is Markdown with Jinja2. Whatever it prints is taken for something that a stranger wrote: a sign
stands for it until the Markdown is understood, and only then comes the value itself, escaped for where it
stands. So no name can become a link, a heading or a header, whatever it is made of.
"""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import markdown
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from counterpart.core.letter import Attachment, Letter

WIDTH = 72

_OPEN, _CLOSE = "\ue000", "\ue001"  # private use: no text of a person keeps them
_SIGN = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_ATTRIBUTE = re.compile(r'(href|title|alt)="([^"]*)"')
_LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]*)\)")
_STRONG = re.compile(r"(\*\*|__)(.+?)\1|(?<!\w)([*_])([^*_\s][^*_]*)\3(?!\w)")
_ITEM = re.compile(r"(\s*)([-*]|\d+\.) +(.*)", re.DOTALL)
_TURNING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)))
_FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


@dataclass(frozen=True, slots=True)
class TemplateFault(Exception):
    """What is wrong with a template, in a sentence without any value, and the line."""

    message: str
    line: int


def packaged(kind: str) -> str:
    """The text of the template that comes with the program; KeyError for an unknown kind."""
    file = resources.files("counterpart.commands").joinpath("templates", "mails", f"{kind}.md.j2")
    if not re.fullmatch(r"[a-z-]+", kind) or not file.is_file():
        raise KeyError(kind)
    return file.read_text(encoding="utf-8")


def press(
    key: str, template: str, values: Mapping[str, Any], title: str, attachments: tuple[Attachment, ...] = ()
) -> Letter:
    """The letter *key* from the text of a *template* and its *values*; *title* stands above the HTML.

    Raises ``TemplateFault`` where the template cannot be used.
    """
    kept: list[str] = []
    source = _filled(template, values, kept)
    head, _, body = source.partition("\n")
    if not head.startswith("Subject: "):
        raise TemplateFault("The first line must be the mail's subject: 'Subject: …'.", 1)
    subject = " ".join(_plain(head.removeprefix("Subject: "), kept).split())
    return Letter(
        key=key,
        subject=subject,
        text=_text(body, kept),
        html=_page(_markup(body, kept), title, subject),
        attachments=attachments,
    )


def _filled(template: str, values: Mapping[str, Any], kept: list[str]) -> str:
    """The template's Markdown, in which signs stand for what it printed; that is in *kept*."""

    def sign(value: Any) -> str:
        # An undefined name is printed as such, which raises; None is a mistake of the template.
        text = str(value)
        kept.append(clean(text))
        return f"{_OPEN}{len(kept) - 1}{_CLOSE}"

    if _OPEN in template or _CLOSE in template:
        raise TemplateFault("The template must not hold characters of private use.", 1)
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, finalize=sign, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    try:
        return environment.from_string(template).render(**values)
    except TemplateSyntaxError as error:
        raise TemplateFault(
            "The template cannot be understood: look at its brackets and tags.", error.lineno
        ) from None
    except UndefinedError as error:
        name = re.search(r"'([A-Za-z_][A-Za-z0-9_]{0,40})' is undefined|no attribute '(\w{1,40})'", str(error))
        what = f"'{name[1] or name[2]}'" if name else "a word"
        raise TemplateFault(
            f"The template names {what}, which this kind of mail does not have.", _line(error)
        ) from None
    except (TemplateError, SecurityError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        raise TemplateFault("The template does something that does not work here.", _line(error)) from None


def _line(error: BaseException) -> int:
    """The line of the template in which an error arose."""
    place, line = error.__traceback__, 1
    while place is not None:
        if place.tb_frame.f_code.co_filename == "<template>":
            line = place.tb_lineno
        place = place.tb_next
    return line


def clean(text: str) -> str:
    """What a person wrote, as it may be shown: without signs that are not seen or that turn the writing."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(
        c
        for c in text
        if c == "\n" or (c.isprintable() and c not in _TURNING and c not in (_OPEN, _CLOSE)) or c in "\u200c\u200d"
    )


# HTML


def _markup(source: str, kept: list[str]) -> str:
    made = markdown.markdown(source, extensions=["sane_lists"], output_format="html")
    made = _ATTRIBUTE.sub(lambda found: _attribute(found[1], found[2], kept), made)
    return _SIGN.sub(lambda found: _shown(kept[int(found[1])]), made)


def _attribute(name: str, value: str, kept: list[str]) -> str:
    whole = _SIGN.sub(lambda found: html.escape(kept[int(found[1])]).replace("\n", " "), value)
    if name == "href" and not whole.startswith(("https://", "mailto:")):
        whole = "#"  # whatever it is, it must not be followed
    return f'{name}="{whole}"'


def _shown(value: str) -> str:
    escaped = html.escape(value).replace("\n", "<br>\n")
    return f"<bdi>{escaped}</bdi>" if _FROM_THE_RIGHT.search(value) else escaped


def _page(body: str, title: str, subject: str) -> str:
    frame = resources.files("counterpart.commands").joinpath("templates", "mails", "frame.html")
    page = frame.read_text(encoding="utf-8")
    parts = {"TITLE": html.escape(clean(title)), "SUBJECT": html.escape(subject), "BODY": body}
    return re.sub("<!--(TITLE|SUBJECT|BODY)-->", lambda found: parts[found[1]], page)


# Plain text


def _text(source: str, kept: list[str]) -> str:
    """The Markdown as people like to read it where there is nothing but text."""
    blocks = [block for block in re.split(r"\n\s*\n", source.strip("\n")) if block.strip()]
    return "\n\n".join(_block(block, kept) for block in blocks) + "\n"


def _block(block: str, kept: list[str]) -> str:
    lines = block.split("\n")
    if lines[0].startswith("#"):
        heading = _plain(lines[0].lstrip("#").strip(), kept)
        return f"{heading}\n{'-' * min(len(heading), WIDTH)}"
    if all(line.startswith(">") for line in lines):
        inside = "\n".join(line[1:].removeprefix(" ") for line in lines)
        quoted = _text(inside, kept).rstrip("\n").split("\n")
        return "\n".join(f"> {line}".rstrip() for line in quoted)
    if _ITEM.match(lines[0]):
        items: list[str] = []
        for line in lines:
            if _ITEM.match(line) or not items:
                items.append(line)
            else:
                items[-1] += " " + line.strip()
        return "\n".join(_wrapped(item, kept) for item in items)
    return "\n".join(
        _wrapped(part, kept)
        for part in " ".join(line if line.endswith("  ") else line.strip() for line in lines).split("   ")
    )


def _wrapped(text: str, kept: list[str]) -> str:
    """One paragraph or item, in lines that fit; where a person wrote several lines, these stay."""
    item = _ITEM.match(text)
    mark = f"{item[1]}{item[2]} " if item else ""
    words = _plain(item[3] if item else text, kept)
    lines: list[str] = []
    for number, part in enumerate(words.strip().split("\n")):
        lines += textwrap.wrap(
            part,
            WIDTH,
            initial_indent=" " * len(mark) if number else mark,
            subsequent_indent=" " * len(mark),
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
    return "\n".join(lines)


def _plain(text: str, kept: list[str]) -> str:
    """Without the signs of Markdown, with what the signs of this module stand for."""
    text = _LINK.sub(lambda found: _address(found[1], found[2], kept), text)
    text = _STRONG.sub(lambda found: found[2] or found[4], text)
    text = re.sub(r"\\([\\`*_{}\[\]()#+.!<>-])", r"\1", text)
    return _SIGN.sub(lambda found: _turned(kept[int(found[1])]), text)


def _address(words: str, target: str, kept: list[str]) -> str:
    plain = _SIGN.sub(lambda found: kept[int(found[1])], target)
    shown = _SIGN.sub(lambda found: kept[int(found[1])], words)
    if plain.removeprefix("mailto:") == shown:
        return words
    return f"{words} <{target}>"


def _turned(value: str) -> str:
    """A value that may be written from the right stands apart from what is around it."""
    return f"\u2068{value}\u2069" if _FROM_THE_RIGHT.search(value) else value
