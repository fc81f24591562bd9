"""The cells of a CSV file, however a spreadsheet wrote it."""

from __future__ import annotations

import csv
import io
import re
import unicodedata

from counterpart.findings import UsageError

#: The largest table that is read, in bytes; 10,000 rows with long answers take about 20 MiB.
LARGEST = 64 * 1024 * 1024


def read_cells(content: bytes, name: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The titles in row 1, and the cells of every other row that is not empty, with the row's number."""
    text, delimiter = _delimited(_text(content, name))
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise UsageError(f"'{name}' is no CSV table that can be read: a quotation mark is not closed.") from None
    if not table or "\0" in text:
        raise UsageError(f"'{name}' is no CSV table that can be read: it has no row of titles.")
    lines = [
        (number, [_cell(cell) for cell in cells])
        for number, cells in enumerate(table[1:], 2)
        if any(cell.strip() for cell in cells)
    ]
    return [title(cell) for cell in table[0]], lines


def _text(content: bytes, name: str) -> str:
    if len(content) > LARGEST:
        raise UsageError(f"'{name}' must be at most {LARGEST // 1024 // 1024} MiB large.")
    if content[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise UsageError(
            f"'{name}' is a workbook. Save it as CSV in UTF-8 first: one sheet, with titles in row 1."
        )
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(
            f"'{name}' is not in UTF-8, so letters with accents would be wrong. Save it as 'CSV UTF-8'."
        ) from None


def _delimited(text: str) -> tuple[str, str]:
    """The table, and the sign between its cells: as a first line ``sep=;`` says, or as the titles show."""
    stated = re.match(r'"?sep=(.)"?\r?\n', text)
    if stated:
        return text[stated.end() :], stated[1]
    return text, max(",;\t", key=text.partition("\n")[0].count)


def _cell(text: str) -> str:
    """A cell without what spreadsheets put around it: spaces, and ="…" to keep zeros in front."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip("\ufeff \u00a0\n\t")
    kept = re.fullmatch(r'="(.*)"', text, re.S)
    return kept[1] if kept else text


def title(text: str) -> str:
    """A title as it is compared: without what spreadsheets put around it, and with single spaces."""
    return " ".join(_cell(text).split())
