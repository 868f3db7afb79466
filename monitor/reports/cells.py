"""Text for spreadsheets. Law: a cell is never a formula.

A spreadsheet runs a cell that begins with = + - @ or a control character: such text gets a leading quote (OWASP CSV
injection). Numbers are written as numbers.
"""

import csv
import io
from collections.abc import Iterable, Sequence

Cell = str | float | int | None

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """A text no spreadsheet takes for a formula."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def csv_text(rows: Iterable[Sequence[Cell]]) -> str:
    """Rows as CSV (RFC 4180); every text is made safe, None is an empty cell."""
    written = io.StringIO()
    csv.writer(written).writerows([_written(cell) for cell in row] for row in rows)
    return written.getvalue()


def _written(cell: Cell) -> str | float | int:
    if cell is None:
        return ""
    return safe_cell(cell) if isinstance(cell, str) else cell
