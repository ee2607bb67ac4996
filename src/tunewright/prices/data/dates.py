"""Cells of text as days: the whole column is read one way, and what could be read two ways is asked for."""

import re
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tunewright.core.errors import DataError
from tunewright.core.words import shown
from tunewright.prices.data.cells import Column, Lines, place
from tunewright.prices.data.clocks import clock_seconds
from tunewright.prices.data.dateforms import (
    BUDDHIST,
    DAY_FIRST,
    EXAMPLES,
    MONTH_FIRST,
    MONTH_YEAR,
    NUMERIC,
    PATTERNS,
    REPUBLIC,
    ROC,
    SHORT_REPUBLIC,
    YEAR_MONTH,
    day_of,
    form_of,
    is_buddhist,
    seconds_of,
    without_weekday,
)
from tunewright.prices.data.dayorder import day_or_month
from tunewright.prices.data.epochs import SERIAL, number_form, read_moments, unit_of
from tunewright.prices.data.table import Dates

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Days:
    """`dates`: datetime64[D], `seconds`: int64 since midnight by the file's own clock, both of shape (rows,).

    `reasons`: how the column was read, in sentences for the data card; none for plain year-month-day.
    """

    dates: Dates
    seconds: NDArray[np.int64]
    reasons: tuple[str, ...]


def looks_like_date(cell: str) -> bool:
    """Whether a cell has the shape of a date in any of the ways that are read; short numbers have not."""
    text = cell.strip()
    return form_of(text) is not None or number_form(text) not in (None, SERIAL) or without_weekday(text) != text


def read_dates(column: Column, lines: Lines, *, source: str, title: str, order: str = "auto") -> Days:
    """Read every cell the way the first one is written.

    `order` decides between day and month where both are numbers; for `auto` a part above 12 decides, then a dot
    (day first), then which reading has no Saturday or Sunday. A time zone is not applied: the day stays the one
    that is written; that of a number of seconds is the day in UTC. Raises DataError for any other date, for one that
    the calendar lacks, and where day and month cannot be told apart.
    """
    first = column.first.strip()
    if form_of(first) is None and (unit := unit_of(column)):
        days, seconds = read_moments(column, lines, source=source, title=title, form=unit)
        return Days(days.astype("datetime64[D]"), seconds, (f"dates are {unit}{'' if unit == SERIAL else ' (UTC)'}",))
    reasons: list[str] = []
    if form_of(first) is None and without_weekday(first) != first:
        column = _without_weekdays(column)
    form = form_of(column.first.strip())
    if form == NUMERIC and _has_years_of_the_republic(column, lines, source=source, title=title):
        form = REPUBLIC
    if form == NUMERIC:
        form = day_or_month(column, lines, source=source, title=title, order=order, reasons=reasons)
    return _read_written(column, lines, source=source, title=title, form=form, reasons=reasons)


def with_clocks(days: Days, clocks: Column, lines: Lines, *, source: str, title: str) -> Days:
    """The days with the times of another column, where a day comes more than once and has no time of its own.

    Raises DataError for a cell that is no time of the day.
    """
    if days.seconds.any() or len(np.unique(days.dates)) == len(days.dates):
        return days
    seconds = np.zeros(len(clocks), dtype=np.int64)
    for row, cell in enumerate(clocks):
        found = clock_seconds(cell.strip())
        if found is None:
            raise DataError(
                f"{place(source, lines[row], title)}: expected a time of the day, found {shown(cell.strip())}. "
                "Write it as 09:30:00, or remove the column."
            )
        seconds[row] = found
    told = (f"times of the day are in the column {shown(title)}",) if seconds.any() else ()
    return Days(days.dates, seconds, (*days.reasons, *told))


def _without_weekdays(column: Column) -> Column:
    bare = Column()
    for cell in column:
        bare.add(without_weekday(cell.strip()))
    return bare


def _read_written(
    column: Column,
    lines: Lines,
    *,
    source: str,
    title: str,
    form: str | None,
    reasons: list[str],
) -> Days:
    pattern = _pattern(form)
    dates, seconds = np.empty(len(column), dtype=np.int64), np.zeros(len(column), dtype=np.int64)
    zoned = short = False
    eras: dict[bool, int] = {}  # whether years are Buddhist, and the first row of each kind
    for row, cell in enumerate(column):
        text = cell.strip()
        match = pattern.fullmatch(text)
        parts = match.groupdict() if match else {}
        day = day_of(parts, form or "") if match else None
        clock = seconds_of(parts) if match else None
        if day is None or clock is None:
            raise DataError(_unreadable(text, place(source, lines[row], title), form=form or "year-month-day"))
        dates[row], seconds[row] = day.toordinal() - _EPOCH, clock
        eras.setdefault(is_buddhist(parts["y"]), row)
        if len(eras) == 2:
            raise DataError(
                f"{place(source, lines[row], title)}: expected years of one calendar, found {shown(text)} where line "
                f"{lines[0]} has {shown(column.first.strip())}. Correct the date."
            )
        zoned, short = zoned or bool(parts.get("zone")), short or len(parts["y"]) == 2
    told = _told(form, said=bool(reasons), short=short, buddhist=True in eras, zoned=zoned)
    return Days(dates.astype("datetime64[D]"), seconds, (*reasons, *told))


def _pattern(form: str | None) -> "re.Pattern[str]":
    if form == REPUBLIC:
        return SHORT_REPUBLIC
    return PATTERNS[NUMERIC if form in (DAY_FIRST, MONTH_FIRST) else form or "year-month-day"]


def _told(form: str | None, *, said: bool, short: bool, buddhist: bool, zoned: bool) -> list[str]:
    """What the data card says of dates that are not plain year-month-day."""
    reasons = [f"dates are {form}"] if form not in ("year-month-day", None) and not said else []
    if form in (MONTH_YEAR, YEAR_MONTH):
        reasons.append("a month counts as its first day")
    if form == REPUBLIC:
        reasons.append(f"years are of the Republic of China: {ROC} are added")
    elif short:
        reasons.append("years of two digits are 1969 to 2068")
    if buddhist:
        reasons.append(f"years are of the Buddhist era: {BUDDHIST} are taken off")
    if zoned:
        reasons.append("dates carry a time zone: the day is the one that is written")
    return reasons


def _has_years_of_the_republic(column: Column, lines: Lines, *, source: str, title: str) -> bool:
    """`92/06/30` is no day of any month, but a year first: Taiwan's, if later ones have three digits.

    Raises DataError where no cell has: then the year may be 1992 or, of the Republic, 2003.
    """
    first = column.first.strip()
    parts = PATTERNS[NUMERIC].fullmatch(first)
    if not parts or int(parts["a"]) <= 31:
        return False
    if any(PATTERNS[REPUBLIC].fullmatch(cell.strip()) for cell in column):
        return True
    year = int(parts["a"])
    raise DataError(
        f"{place(source, lines[0], title)}: expected years of four digits before the month, found {shown(first)}, "
        f"which may be of 19{year} or, in years of the Republic of China (+{ROC}), of {year + ROC}. "
        "Write the dates as year-month-day, such as 1999-01-04."
    )


def _unreadable(text: str, where: str, *, form: str) -> str:
    return (
        f"{where}: expected a date as {form}, the same way in every row, found {shown(text)}. Write it as "
        f"{EXAMPLES[form]}, or remove the line if it is no row of prices."
    )
