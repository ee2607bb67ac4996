"""Cells of text as numbers and dates. Nothing is guessed: what could be read two ways is an error."""

import math
import re
from collections.abc import Sequence
from datetime import date

import numpy as np

from tunewright.core.errors import DataError
from tunewright.data.table import Dates, Floats

MISSING = frozenset({"", "null", "nan", "n/a", "na", "#n/a", "none", "-", "--", "."})
"""What a cell without a value may hold, in lower case."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INFINITE = re.compile(r"[+-]?inf(?:inity)?", re.IGNORECASE)
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_LONGEST_SHOWN = 40


def shown(cell: str) -> str:
    """A cell in quotes for a message, on one line and not too long."""
    return repr(cell if len(cell) <= _LONGEST_SHOWN else cell[: _LONGEST_SHOWN - 3] + "...")


def counted(count: int, thing: str) -> str:
    """A number with its noun: `1 row`, `2 rows`."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def place(source: str, line: int, column: str) -> str:
    """Where a message points to."""
    return f"{source}, line {line}, column '{column}'"


def read_numbers(cells: Sequence[str], lines: Sequence[int], *, source: str, column: str) -> Floats:
    """The column as float64, NaN where a cell is missing. Raises DataError for text and for infinity."""
    values = np.empty(len(cells))
    for row, cell in enumerate(cells):
        text = cell.strip()
        if _NUMBER.fullmatch(text):
            values[row] = float(text)
        elif text.lower() in MISSING:
            values[row] = math.nan
            continue
        elif not _INFINITE.fullmatch(text):
            raise DataError(
                f"{place(source, lines[row], column)}: expected a number, found {shown(text)}. Write digits "
                "with a decimal point and no other sign, or leave the cell empty where there is no value."
            )
        else:
            values[row] = math.inf
        if math.isinf(values[row]):
            raise DataError(
                f"{place(source, lines[row], column)}: expected a finite number, found {shown(text)}. "
                "Correct the cell, or leave it empty where there is no value."
            )
    return values


def read_dates(cells: Sequence[str], lines: Sequence[int], *, source: str, column: str) -> Dates:
    """The column as datetime64[D]: all of it year-month-day with dashes, or all month/day/year with slashes.

    Raises DataError for any other date, for one that the calendar lacks, and for slashes of which every one
    could also be day/month/year.
    """
    texts = [cell.strip() for cell in cells]
    slashed = bool(_SLASHED.fullmatch(texts[0]))
    pattern, wanted = (_SLASHED, "month/day/year") if slashed else (_ISO, "year-month-day")
    days = []
    told_apart = not slashed
    for text, line in zip(texts, lines, strict=True):
        match = pattern.fullmatch(text)
        if not match:
            raise DataError(_unreadable(text, place(source, line, column), wanted=wanted))
        first, second, third = (int(part) for part in match.groups())
        if slashed and first > 12 >= second:
            raise DataError(
                f"{place(source, line, column)}: expected month/day/year, found {shown(text)}, which is "
                "day/month/year. Write the dates as year-month-day, such as 1999-01-04."
            )
        told_apart = told_apart or second > 12
        try:
            days.append(date(third, first, second) if slashed else date(first, second, third))
        except ValueError:
            raise DataError(_unreadable(text, place(source, line, column), wanted=wanted)) from None
    if not told_apart:
        raise DataError(
            f"{place(source, lines[0], column)}: expected dates that can be read one way only, found "
            f"{shown(texts[0])} and no day above 12 in the whole column: month/day/year or day/month/year? "
            "Write the dates as year-month-day, such as 1999-01-04."
        )
    return np.array(days, dtype="datetime64[D]")


def _unreadable(text: str, where: str, *, wanted: str) -> str:
    return (
        f"{where}: expected a date as {wanted}, the same way in every row, found {shown(text)}. Write it as "
        f"{'12/31/1999' if '/' in wanted else '1999-12-31'}, or remove the line if it is no row of prices."
    )
