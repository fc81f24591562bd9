"""The tables of a report in HTML, each figure with its bar: read without a script, and without the bars too.

A bar's geometry is the figure itself: its width in a drawing that is as wide as the table's largest figure.
What is withheld has no bar but a word with a small mark, which is the same whatever it stands for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from counterpart.report.report import Figure, Published
from counterpart.report.sentences import number
from counterpart.report.words import TITLES, in_order, row_name

WITHHELD = "withheld"
NOT_PUBLISHED = "not published"
#: A figure of the chart: its count, or the word that stands for it.
Value = int | str


def value(figure: Figure) -> Value:
    """What is shown of a figure."""
    return WITHHELD if figure.count is None else figure.count


def shown(what: Value) -> str:
    """A figure's HTML."""
    if isinstance(what, int):
        return number(what)
    mark = '<span class="cp-hatch" aria-hidden="true"></span>' if what == WITHHELD else ""
    return f'<span class="cp-withheld">{mark}{what}</span>'


def bars(table: Published) -> str:
    """A report's table of one question."""
    figures = in_order(table)
    shares = any(figure.share is not None for figure in figures)
    heads = (table.columns[0], table.unit.title(), *(("Per cent",) if shares else ()))
    rows = [(row_name(table.id, figure), value(figure), _share(figure) if shares else None) for figure in figures]
    return chart(TITLES[table.id][0], heads, rows)


def chart(title: str, heads: Sequence[str], rows: Sequence[tuple[str, Value, str | None]]) -> str:
    """A table of names, each with its bar, its figure and perhaps a further cell, which is HTML.

    Cells stand on lines of their own: an index of words would else join two figures to one that is in no report.
    """
    widest = _widest([what for _, what, _ in rows])
    head = "".join(f'\n<th scope="col">{escape(name)}</th>' for name in heads)
    body = []
    for name, what, more in rows:
        label = f'<span class="cp-row"><span>{escape(name)}</span>{_bar(what, widest)}</span>'
        cells = f"<td>{shown(what)}</td>" + ("" if more is None else f"\n<td>{more}</td>")
        body.append(f'<tr><th scope="row">{label}</th>\n{cells}</tr>')
    return (
        f'<table class="cp-figures"><caption>{escape(title)}</caption>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n" + "\n".join(body) + "\n</tbody></table>"
    )


def has_dash(table: Published) -> bool:
    """Whether a figure is shown whose share is not, where others' shares are."""
    shares = any(figure.share is not None for figure in table.figures)
    return shares and any(figure.share is None and figure.count is not None for figure in table.figures)


def _share(figure: Figure) -> str:
    if figure.share is None:
        return '<span aria-hidden="true">–</span><span class="sr">not given</span>'
    return str(figure.share)


def crossed(table: Published) -> str:
    """A report's table of two questions: down goes the one that has more answers."""
    values = {figure.names: value(figure) for figure in table.figures}
    first, second = (list(dict.fromkeys(figure.names[n] for figure in table.figures)) for n in (0, 1))
    if len(second) > len(first):
        values = {(there, here): what for (here, there), what in values.items()}
        return grid(TITLES[table.id][0], table.columns[1], second, first, values)
    return grid(TITLES[table.id][0], table.columns[0], first, second, values)


def grid(
    title: str, corner: str, down: Sequence[str], across: Sequence[str], values: Mapping[tuple[str, ...], Value]
) -> str:
    """A table with many columns, which a keyboard can scroll where the screen is narrow."""
    widest = _widest(values.values())
    head = "".join(f'\n<th scope="col">{escape(name)}</th>' for name in across)
    rows = []
    for row in down:
        cells = "".join(
            f"\n<td>{shown(values[row, name])}{_bar(values[row, name], widest)}</td>" for name in across
        )
        rows.append(f'<tr><th scope="row">{escape(row)}</th>{cells}</tr>')
    return (
        '<p class="cp-aside">If you cannot see every column, scroll this table sideways.</p>\n\n'
        f'<div class="cp-scroll" role="region" aria-label="{escape(title)}" tabindex="0">'
        f'<table class="cp-grid"><caption>{escape(title)}</caption>'
        f'<thead><tr><th scope="col">{escape(corner)}</th>{head}</tr></thead>\n'
        "<tbody>\n" + "\n".join(rows) + "\n</tbody></table></div>"
    )


def _widest(values: Iterable[Value]) -> int:
    return max((what for what in values if isinstance(what, int)), default=0)


def _bar(what: Value, widest: int) -> str:
    """The figure as a length; nothing where there is none to show."""
    if not isinstance(what, int):
        return ""
    return (
        f'<svg class="cp-bar" viewBox="0 0 {widest} 1" preserveAspectRatio="none" aria-hidden="true" '
        f'focusable="false"><rect width="{what}" height="1"></rect></svg>'
    )
