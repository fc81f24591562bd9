"""The letterpress: one template, with values, makes a letter in plain text and in HTML.

A template is Markdown with Jinja2. Whatever it prints is taken for something that a stranger wrote: a mark
stands for it until the Markdown is understood, and only then comes the value itself, escaped for where it
stands. So no name can become a link, a heading or a header, whatever it is made of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import resources
from typing import Any

from jinja2 import (
    StrictUndefined,
    Template,
    TemplateError,
    TemplateSyntaxError,
    UndefinedError,
    nodes,
    pass_context,
)
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from counterpart.mail.letter import CLOSE, OPEN, Attachment, Letter, clean, from_right, one_line, shortened
from counterpart.mail.markdown import Values, html, links, text, tree

#: A value in a subject is cut at this length; so is no name that an application may hold.
LONGEST_IN_SUBJECT = 100

# What a template may do besides printing: anything else could print a value that was never marked.
_ALLOWED = (nodes.Output, nodes.If, nodes.For, nodes.Assign)
_MARKS = "_marks"  # the values of this letter; no template can name it


@dataclass(frozen=True, slots=True)
class TemplateFault(Exception):
    """What is wrong with a template, in a sentence without any value, and the line."""

    message: str
    line: int


class _Lines(str):
    """A value whose line ends stay, such as what somebody says about themselves."""


class _NotPrinted(Exception):
    """A template prints something that is neither text nor a number."""


_from_right = cache(from_right)  # of a template, which is long, and always the same


@cache
def packaged(kind: str) -> str:
    """The text of the template that comes with the program; KeyError for an unknown kind."""
    file = resources.files("counterpart").joinpath("mail", "templates", f"{kind}.md.j2")
    if not re.fullmatch(r"[a-z-]+", kind) or not file.is_file():
        raise KeyError(kind)
    return file.read_text(encoding="utf-8")


def press(
    key: str, template: str, values: Mapping[str, object], title: str, attachments: tuple[Attachment, ...] = ()
) -> Letter:
    """The letter *key* from the text of a *template* and its *values*; *title* stands above the HTML.

    Raises ``TemplateFault`` where the template cannot be used.
    """
    lines = template.split("\n", 2)
    if not lines[0].startswith("Subject: "):
        raise TemplateFault("The first line must be the mail's subject: 'Subject: …'.", 1)
    if "".join(lines[1:2]).strip():
        raise TemplateFault("The second line must be empty: it ends the subject.", 2)
    (head, body), marked = _filled(template, values)
    apart = _from_right(template)
    short = tuple(shortened(one_line(each), LONGEST_IN_SUBJECT) for each in marked)
    subject = " ".join(Values(words=short, apart=apart).text(head).split())
    letter, shown = tree(body), Values(words=marked, apart=apart)
    for href in links(body):
        if OPEN not in href and not shown.address(href):
            raise TemplateFault("A link must begin with https:// or mailto:.", _where(template, href))
    return Letter(
        key=key,
        subject=subject,
        text=text(letter, shown),
        html=_page(html(letter, shown, _STYLES), title, subject, apart),
        attachments=attachments,
    )


def _filled(template: str, values: Mapping[str, object]) -> tuple[tuple[str, str], tuple[str, ...]]:
    """The template's subject and its Markdown, in which marks stand for what it printed; and that, cleaned."""
    if not _is_clean(template):
        raise TemplateFault("The template must not hold characters that cannot be seen or are no text.", 1)
    marked: list[str] = []
    try:
        head, body = _compiled(template)
        for name, line in (*head.names, *body.names):
            if name not in values:
                raise _unknown(name, line)
        given = {**values, _MARKS: marked}
        return (head.template.render(given), body.template.render(given)), tuple(marked)
    except TemplateSyntaxError as error:
        raise TemplateFault(
            "The template cannot be understood: look at its brackets and tags.", error.lineno
        ) from None
    except UndefinedError as error:
        said = re.search(r"'([A-Za-z_][A-Za-z0-9_]{0,40})' is undefined|no attribute '(\w{1,40})'", str(error))
        raise _unknown((said[1] or said[2]) if said else None, _line(error)) from None
    except _NotPrinted as error:
        raise TemplateFault(
            "The template prints something that may be missing, or a list: use {% if %} or {% for %}.",
            _line(error),
        ) from None
    except (TemplateError, SecurityError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        raise TemplateFault("The template does something that does not work here.", _line(error)) from None


@cache
def _is_clean(template: str) -> bool:
    return clean(template) == template.replace("\t", " ").replace("\r\n", "\n")


def _unknown(name: str | None, line: int) -> TemplateFault:
    what = f"'{name}'" if name else "a word"
    return TemplateFault(f"The template names {what}, which this kind of mail does not have.", line)


@pass_context  # so that nothing is marked before there is a letter
def _mark(context: Context, value: Any) -> str:
    if not isinstance(value, str | int | StrictUndefined) or isinstance(value, bool):
        raise _NotPrinted
    words = str(value)  # an undefined name is printed as such, which raises
    marked: list[str] = context[_MARKS]
    marked.append(clean(words) if isinstance(value, _Lines) else one_line(words))
    return f"{OPEN}{len(marked) - 1}{CLOSE}"


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, finalize=_mark, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.clear()
    environment.filters.pop("random")  # the same values make the same letter
    environment.filters["lines"] = _Lines
    return environment


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compiled:
    """A template, and the names that it reads and does not give itself, with their lines."""

    template: Template
    names: tuple[tuple[str, int], ...]


@cache
def _compiled(template: str) -> tuple[_Compiled, _Compiled]:
    """The subject's template and that of the rest, in which the lines count as in the whole."""
    head, _, rest = template.partition("\n")
    return _read(head.removeprefix("Subject: ")), _read("\n" + rest)


def _read(source: str) -> _Compiled:
    parsed = _environment().parse(source)
    for node in parsed.find_all(nodes.Stmt):
        if not isinstance(node, _ALLOWED):
            raise TemplateFault(
                "The template does something that does not work here: it may print, and use if, for and set.",
                node.lineno,
            )
    names = tuple(sorted(set(_names(parsed)), key=lambda each: each[::-1]))
    return _Compiled(template=_environment().from_string(source), names=names)


def _names(parsed: nodes.Template) -> Iterator[tuple[str, int]]:
    given = {node.name for node in parsed.find_all(nodes.Name) if node.ctx != "load"} | {"loop"}
    for node in parsed.find_all(nodes.Name):
        if node.ctx == "load" and node.name not in given:
            yield node.name, node.lineno


def _line(error: BaseException) -> int:
    """The line of the template in which an error arose."""
    place, line = error.__traceback__, 1
    while place is not None:
        if place.tb_frame.f_code.co_filename == "<template>":
            line = place.tb_lineno
        place = place.tb_next
    return line


def _where(template: str, words: str) -> int:
    """The line of the template that holds *words*; 1 where that cannot be told."""
    before, found, _ = template.partition(words)
    return before.count("\n") + 1 if found else 1


# The page: every colour and measure stands at its element, for programs that drop the styles of a page;
# the classes let the page's head turn them for the dark.

_TEXT = "color:#25211b;overflow-wrap:anywhere"
_SERIF = "font-family:'Iowan Old Style',Palatino,'Palatino Linotype','Book Antiqua',Georgia,serif;font-weight:600"
_STYLES: Mapping[str, str] = {
    "p": f'class="ink" style="margin:0 0 16px;{_TEXT}"',
    "h1": f'class="ink" style="margin:0 0 24px;font-size:27px;line-height:1.25;{_SERIF};{_TEXT}"',
    "h2": f'class="ink" style="margin:32px 0 10px;font-size:21px;line-height:1.3;{_SERIF};{_TEXT}"',
    "h3": f'class="ink" style="margin:24px 0 8px;font-size:17px;line-height:1.4;font-weight:700;{_TEXT}"',
    "ul": 'style="margin:0 0 16px;padding:0 0 0 22px"',
    "ol": 'style="margin:0 0 16px;padding:0 0 0 26px"',
    "li": f'class="ink" style="margin:0 0 6px;{_TEXT}"',
    "blockquote": 'class="quote" style="margin:0 0 20px;padding:14px 16px 1px;background:#e4eef4;'
    'border-left:4px solid #1b5c85;border-radius:0 6px 6px 0"',
    "pre": f'class="ink" style="margin:0 0 16px;white-space:pre-wrap;{_TEXT}"',
    "hr": 'class="line" style="margin:32px 0 20px;border:0;border-top:1px solid #ddd3c3"',
    "a": 'class="link" style="color:#1b5c85;text-underline-offset:2px"',
}


@cache
def _frame() -> str:
    return resources.files("counterpart").joinpath("mail", "templates", "frame.html").read_text("utf-8")


def _page(body: str, title: str, subject: str, from_the_right: bool) -> str:
    parts = {
        "TITLE": f"<bdi>{escape(one_line(title))}</bdi>",
        "SUBJECT": escape(subject),
        "HEADING": f"<h1 {_STYLES['h1']}>{escape(subject)}</h1>",
        "BODY": body,
        "DIRECTION": ' dir="auto"' if from_the_right else "",
    }
    return re.sub("<!--(TITLE|SUBJECT|HEADING|BODY|DIRECTION)-->", lambda found: parts[found[1]], _frame())
