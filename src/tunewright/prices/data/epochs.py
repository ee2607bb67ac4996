"""Moments written as one number: seconds since 1970 or parts of them, and the days that a spreadsheet counts."""

import re

import numpy as np
from numpy.typing import NDArray

from tunewright.core.errors import DataError
from tunewright.core.words import shown
from tunewright.prices.data.cells import Column, Lines, place

_NUMBER = re.compile(r"(?:-?[1-9][0-9]*|0)(?:\.[0-9]*)?")
_FIRST, _LAST = -631_152_000, 4_102_444_800  # 1950 to 2099, in seconds
_LEAST = 10**8  # of seconds, to tell them from other numbers: beyond March 1973, or before November 1966
_MINUTE, _DAY = 60, 86_400
_UNITS = {"epoch seconds": 1, "epoch milliseconds": 10**3, "epoch microseconds": 10**6, "epoch nanoseconds": 10**9}
SERIAL = "Excel serial numbers"
_SERIALS = (18_264, 73_051)  # 1950 to 2099
_SERIAL_EPOCH = 25_569  # that of 1970-01-01


def number_form(text: str) -> str | None:
    """What a number counts if it is a moment between 1950 and 2099; None for any other text."""
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    if _SERIALS[0] <= value < _SERIALS[1]:
        return SERIAL
    whole = int(value)
    return next(
        (form for form, per in _UNITS.items() if abs(whole) >= _LEAST * per and _FIRST <= whole // per < _LAST), None
    )


def moment_of(text: str, form: str) -> tuple[int, int] | None:
    """Days since 1970-01-01 and seconds of the day (UTC); None for what is no such number between 1950 and 2099."""
    if not _NUMBER.fullmatch(text):
        return None
    if form == SERIAL:
        seconds = round((float(text) - _SERIAL_EPOCH) * _DAY)
    else:
        seconds = int(text.partition(".")[0]) // _UNITS[form]
    if abs(seconds) < _LEAST and seconds % _MINUTE:
        return None
    return divmod(seconds, _DAY) if _FIRST <= seconds < _LAST else None


def read_moments(
    column: Column, lines: Lines, *, source: str, title: str, form: str
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Days and seconds of the day of every cell. Raises DataError for one that is no such number."""
    days, seconds = np.empty(len(column), dtype=np.int64), np.empty(len(column), dtype=np.int64)
    for row, cell in enumerate(column):
        found = moment_of(cell.strip(), form)
        if found is None:
            raise DataError(
                f"{place(source, lines[row], title)}: expected a date as {form}, the same way in every row, found "
                f"{shown(cell.strip())}. Write it like {shown(column.first.strip())}, or remove the line if it is no "
                "row of prices."
            )
        days[row], seconds[row] = found
    return days, seconds


def unit_of(column: Column) -> str | None:
    """What the numbers of a column count, told by the first cell or the last: one of them is far from 1970."""
    return number_form(column.first.strip()) or number_form(column.last.strip())
