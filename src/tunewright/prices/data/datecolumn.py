"""Which column of a table holds the dates: told by its title where that is known, and by what stands below it."""

from collections.abc import Sequence
from itertools import pairwise

from tunewright.prices.data.cells import is_missing
from tunewright.prices.data.dateforms import (
    COMPACT,
    DAY_FIRST,
    MONTH_FIRST,
    MONTH_YEAR,
    NUMERIC,
    PATTERNS,
    YEAR_MONTH,
    day_of,
    form_of,
    without_weekday,
)
from tunewright.prices.data.epochs import SERIAL, moment_of, number_form
from tunewright.prices.data.names import is_nameless, ranked
from tunewright.prices.data.sheets import Record

_BY_TITLE, _WITHOUT, _ALONE = 2, 1, 0
"""How far a column is trusted: its title names dates, it has no title, or any other one."""

_DIGITS = (COMPACT, MONTH_YEAR, YEAR_MONTH)
_LONGEST_STEP, _LONGEST_SERIAL_STEP = 40, 7  # days from row to row, for numbers that may be anything else
_LEAST_SERIALS = 5
_YEARS = (1950, 2100)
_MINUTE, _DAY = 60, 86_400


def date_column(titles: Sequence[str], below: Sequence[Record]) -> int | None:
    """The best title of a date above dates; else a column of dates without a title, or with any other one if it is the
    only one; else the best title alone. None where no title names a date and no column without a title holds them."""
    known = ranked(titles, "date")
    nameless = [index for index, title in enumerate(titles) if is_nameless(title)]
    for columns, trust in ((known, _BY_TITLE), (nameless, _WITHOUT)):
        for index in columns:
            if _are_dates(column_cells(below, index), trust):
                return index
    for index in nameless:
        if _run_like_days(column_cells(below, index)):  # unless the dates are written elsewhere
            return next(iter(_written(titles, below)), index)
    if known and len(dates := dated_columns(titles, below)) == 1:
        return dates[0]
    return known[0] if known else None


def dated_columns(titles: Sequence[str], below: Sequence[Record]) -> list[int]:
    """Every column of written dates, whatever stands above it; where there is none, of numbers that run like days."""
    columns = [column_cells(below, index) for index in range(len(titles))]
    return _written(titles, below) or [index for index, cells in enumerate(columns) if _run_like_days(cells)]


def day_number(text: str) -> float | None:
    """The day of a written date, counted from the first of the calendar; None for anything else."""
    return _day(text, _WITHOUT)


def _written(titles: Sequence[str], below: Sequence[Record]) -> list[int]:
    """The columns of dates that are no plain numbers."""
    return [index for index in range(len(titles)) if _are_dates(column_cells(below, index), _ALONE)]


def column_cells(below: Sequence[Record], index: int) -> list[str]:
    """The cells of a column near the top that are not missing."""
    return [cells[index].strip() for _, cells in below if len(cells) > index and not is_missing(cells[index])]


def _are_dates(cells: Sequence[str], trust: int) -> bool:
    """Whether more than half of the cells are dates in a form that the trust in their column allows."""
    return 2 * sum(_day(text, trust) is not None for text in cells) > len(cells)


def _day(text: str, trust: int) -> float | None:
    """The day of a cell in a form that the trust in its column allows."""
    form = form_of(text)
    if form is None and trust == _BY_TITLE and (unit := number_form(text)):
        return _number_day(text, unit)
    if form is None:
        text = without_weekday(text)
        form = form_of(text)
    if form is None or (form in _DIGITS and trust == _ALONE):
        return None
    return _written_day(text, form)


def _written_day(text: str, form: str) -> float | None:
    match = PATTERNS[form].fullmatch(text)
    parts = match.groupdict() if match else {}
    orders = (DAY_FIRST, MONTH_FIRST) if form == NUMERIC else (form,)
    days = [day.toordinal() for order in orders if match and (day := day_of(parts, order))]
    return days[0] if days else None


def _number_day(text: str, form: str | None) -> float | None:
    if form in _DIGITS:
        match = PATTERNS[form].fullmatch(text)
        plausible = match is not None and _YEARS[0] <= int(match["y"]) < _YEARS[1]
        return _written_day(text, form) if plausible else None
    found = moment_of(text, form) if form is not None and number_form(text) == form else None
    return found[0] + found[1] / _DAY if found else None


def _run_like_days(cells: Sequence[str]) -> bool:
    """Whether numbers rise or fall as days do in a table of prices: a volume may look like a date."""
    form = (form_of(cells[0]) or number_form(cells[0])) if len(cells) > 1 else None
    if form is None:
        return False
    days = [_number_day(text, form) for text in cells]
    if any(day is None or round(day * _DAY) % _MINUTE for day in days):
        return False
    steps = [0 if before is None or after is None else after - before for before, after in pairwise(days)]
    if form == SERIAL and (len(days) < _LEAST_SERIALS or any(day % 1 for day in days if day)):
        return False
    if form == SERIAL and all(abs(step) == 1 for step in steps):
        return False  # a counter: days of trading leave weekends out
    longest = _LONGEST_SERIAL_STEP if form == SERIAL else _LONGEST_STEP
    return all(0 < step <= longest for step in steps) or all(-longest <= step < 0 for step in steps)
