"""Cells of text as days: the whole column is read one way, and what could be read two ways is asked for."""

import re
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tunewright.core.errors import DataError
from tunewright.core.words import shown
from tunewright.prices.data.cells import Column, Lines, place
from tunewright.prices.data.table import Dates

_MONTHS = (
    ("jan",), ("feb", "fév", "fev"), ("mar", "mär", "mrz"), ("apr", "avr"), ("may", "mai"), ("jun", "juin"),
    ("jul", "juil"), ("aug", "aoû", "aou"), ("sep",), ("oct", "okt"), ("nov",), ("dec", "dez", "déc"),
)  # fmt: skip
"""How each begins in English, German and French."""
_WORD = r"(?P<word>[^\W\d_]{3,})\.?"
_TIME = r"(?:[T ,]\s*(?P<clock>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?|[0-9]{6})(?:\s?(?P<half>[AaPp][Mm]))?"
_REST = _TIME + r"\s?(?P<zone>Z|UTC|GMT|[A-Z]{3,4}|[+-][0-9]{2}:?[0-9]{2}(?::[0-9]{2})?)?)?"
_NUMERIC, _DAY_FIRST, _MONTH_FIRST = "numeric", "day/month/year", "month/day/year"
_PATTERNS = {
    "year-month-day": re.compile(r"(?P<y>[0-9]{4})(?P<s>[-/.])(?P<m>[0-9]{1,2})(?P=s)(?P<d>[0-9]{1,2})" + _REST),
    "yearmonthday": re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?:\.0)?" + _REST),
    _NUMERIC: re.compile(r"(?P<a>[0-9]{1,2})(?P<s>[-/.])(?P<b>[0-9]{1,2})(?P=s)(?P<y>[0-9]{4}|[0-9]{2})" + _REST),
    "day-month-year": re.compile(rf"(?P<d>[0-9]{{1,2}})[-/. ]+{_WORD}[-/., ]+(?P<y>[0-9]{{4}}|[0-9]{{2}})" + _REST),
    "month day, year": re.compile(rf"{_WORD}[-/. ]+(?P<d>[0-9]{{1,2}})(?:,|[-/. ])\s*(?P<y>[0-9]{{4}})" + _REST),
    "month.year": re.compile(r"(?P<m>[0-9]{1,2})[-/.](?P<y>[0-9]{4})"),
    "year-month": re.compile(r"(?P<y>[0-9]{4})[-/.](?P<m>[0-9]{1,2})"),
}
_EXAMPLES = {"year-month-day": "1999-12-31", "yearmonthday": "19991231", "month/day/year": "12/31/1999",
             "day/month/year": "31/12/1999", "day-month-year": "31-Dec-1999", "month day, year": "Dec 31, 1999",
             "month.year": "12.1999", "year-month": "1999-12"}  # fmt: skip
_EPOCH = date(1970, 1, 1).toordinal()
_BUDDHIST = 543  # years that the era of Thailand is ahead
_PIVOT = 69  # POSIX: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068


@dataclass(frozen=True)
class Days:
    """`dates`: datetime64[D], `seconds`: int64 since midnight by the file's own clock, both of shape (rows,).

    `reasons`: how the column was read, in sentences for the data card; none for plain year-month-day.
    """

    dates: Dates
    seconds: NDArray[np.int64]
    reasons: tuple[str, ...]


def looks_like_date(cell: str) -> bool:
    """Whether a cell has the shape of a date in any of the ways that are read."""
    return _form(cell.strip()) is not None


def read_dates(column: Column, lines: Lines, *, source: str, title: str, order: str = "auto") -> Days:
    """Read every cell the way the first one is written.

    `order` decides between day and month where both are numbers; for `auto` a part above 12 decides, then a dot
    (day first), then which reading has no Saturday or Sunday. A time zone is not applied: the day stays the one
    that is written. Raises DataError for any other date, for one that the calendar lacks, and where day and month
    cannot be told apart.
    """
    form = _form(column.first.strip())
    reasons: list[str] = []
    if form == _NUMERIC:
        form = _day_or_month(column, lines, source=source, title=title, order=order, reasons=reasons)
    pattern = _PATTERNS[_NUMERIC if form in (_DAY_FIRST, _MONTH_FIRST) else form or "year-month-day"]
    dates, seconds = np.empty(len(column), dtype=np.int64), np.zeros(len(column), dtype=np.int64)
    zoned = short = False
    eras: dict[bool, int] = {}  # whether years are Buddhist, and the first row of each kind
    for row, cell in enumerate(column):
        text = cell.strip()
        match = pattern.fullmatch(text)
        parts = match.groupdict() if match else {}
        day = _day(parts, form or "") if match else None
        clock = _seconds(parts) if match else None
        if day is None or clock is None:
            raise DataError(_unreadable(text, place(source, lines[row], title), form=form or "year-month-day"))
        dates[row], seconds[row] = day.toordinal() - _EPOCH, clock
        eras.setdefault(_is_buddhist(parts["y"]), row)
        if len(eras) == 2:
            raise DataError(
                f"{place(source, lines[row], title)}: expected years of one calendar, found {shown(text)} where line "
                f"{lines[0]} has {shown(column.first.strip())}. Correct the date."
            )
        zoned, short = zoned or bool(parts.get("zone")), short or len(parts["y"]) == 2
    if form not in ("year-month-day", None) and not reasons:
        reasons.append(f"dates are {form}")
    if form in ("month.year", "year-month"):
        reasons.append("a month counts as its first day")
    if short:
        reasons.append("years of two digits are 1969 to 2068")
    if True in eras:
        reasons.append(f"years are of the Buddhist era: {_BUDDHIST} are taken off")
    if zoned:
        reasons.append("dates carry a time zone: the day is the one that is written")
    return Days(dates.astype("datetime64[D]"), seconds, tuple(reasons))


def _form(text: str) -> str | None:
    return next((name for name, pattern in _PATTERNS.items() if pattern.fullmatch(text)), None)


def _day(parts: dict[str, str | None], form: str) -> date | None:
    first, second, year = parts.get("a"), parts.get("b"), parts["y"] or ""
    if first and second:
        day, month = (first, second) if form == _DAY_FIRST else (second, first)
    else:
        word = parts.get("word") or ""
        day, month = parts.get("d") or "1", parts.get("m") or _month(word)
    full = int(year) if len(year) == 4 else int(year) + (1900 if int(year) >= _PIVOT else 2000)
    full -= _BUDDHIST if _is_buddhist(year) else 0
    try:
        return date(full, int(month), int(day))
    except ValueError:
        return None


def _is_buddhist(year: str | None) -> bool:
    return len(year or "") == 4 and 2400 <= int(year or 0) <= 2600


def _month(word: str) -> str:
    """`3` for `Mar`; `0`, which no calendar has, for what is no month."""
    month = next((at for at, starts in enumerate(_MONTHS, 1) if word and word.lower().startswith(starts)), 0)
    return str(month)


def _seconds(parts: dict[str, str | None]) -> int | None:
    """Since midnight; None for a time that no clock shows."""
    clock = parts.get("clock")
    if not clock:
        return 0
    pieces = clock.split(":") if ":" in clock else [clock[:2], clock[2:4], clock[4:]]
    hour, minute, second = int(pieces[0]), int(pieces[1]), int(float(pieces[2])) if len(pieces) > 2 else 0
    half = (parts.get("half") or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return hour * 3600 + minute * 60 + second if hour < 24 and minute < 60 and second < 61 else None


def _day_or_month(column: Column, lines: Lines, *, source: str, title: str, order: str, reasons: list[str]) -> str:
    """Which of two numbers is the day: as asked, or by the rule that `read_dates` states."""
    if order != "auto":
        form = _DAY_FIRST if order == "day_first" else _MONTH_FIRST
        reasons.append(f"dates are {form}, as asked for")
        return form
    decided = _above_twelve(column, lines)
    if len(decided) == 2:
        (line, form), (other_line, _, text) = decided[0][:2], decided[1]
        raise DataError(
            f"{place(source, other_line, title)}: expected {form}, as in line {line}, found {shown(text)}, which is "
            f"{decided[1][1]}. Write the dates as year-month-day, such as 1999-01-04."
        )
    if decided:
        line, form, _ = decided[0]
        reasons.append(f"dates are {form}: line {line} has a day above 12")
        return form
    if "." in column.first:
        reasons.append(f"dates are {_DAY_FIRST}: they are written with dots, and no day is above 12")
        return _DAY_FIRST
    weekdays = [form for form in (_DAY_FIRST, _MONTH_FIRST) if _weekdays_only(column, form)]
    if len(weekdays) == 1:
        reasons.append(f"dates are {weekdays[0]}: no day is above 12, but read the other way some are at a weekend")
        return weekdays[0]
    raise DataError(
        f"{place(source, lines[0], title)}: expected dates that can be read one way only, found "
        f"{shown(column.first.strip())} and no day above 12 in the whole column: month/day/year or day/month/year? "
        "Set dates to 'month_first' or 'day_first', or write them as year-month-day, such as 1999-01-04."
    )


def _above_twelve(column: Column, lines: Lines) -> list[tuple[int, str, str]]:
    """The first line that decides for each order, the order, and the cell; the earliest first, at most two."""
    found: dict[str, tuple[int, str, str]] = {}
    for line, cell in zip(lines, column, strict=True):
        match = _PATTERNS[_NUMERIC].fullmatch(cell.strip())
        for part, form in (("a", _DAY_FIRST), ("b", _MONTH_FIRST)):
            if match and int(match[part]) > 12 and form not in found:
                found[form] = (line, form, cell.strip())
        if len(found) == 2:
            break
    return list(found.values())


def _weekdays_only(column: Column, form: str) -> bool:
    matches = (_PATTERNS[_NUMERIC].fullmatch(cell.strip()) for cell in column)
    days = (_day(match.groupdict(), form) for match in matches if match)
    return all(day is not None and day.weekday() < 5 for day in days)


def _unreadable(text: str, where: str, *, form: str) -> str:
    return (
        f"{where}: expected a date as {form}, the same way in every row, found {shown(text)}. Write it as "
        f"{_EXAMPLES[form]}, or remove the line if it is no row of prices."
    )
