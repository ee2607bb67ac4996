"""Whether the day or the month comes first in dates such as 03/04/2024: decided over the whole column."""

from tunewright.core.errors import DataError
from tunewright.core.words import shown
from tunewright.prices.data.cells import Column, Lines, place
from tunewright.prices.data.dateforms import DAY_FIRST, MONTH_FIRST, NUMERIC, PATTERNS, day_of


def day_or_month(column: Column, lines: Lines, *, source: str, title: str, order: str, reasons: list[str]) -> str:
    """Which of two numbers is the day: as asked, or by the rule that `read_dates` states, which `reasons` gets."""
    if order != "auto":
        form = DAY_FIRST if order == "day_first" else MONTH_FIRST
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
        reasons.append(f"dates are {DAY_FIRST}: they are written with dots, and no day is above 12")
        return DAY_FIRST
    weekdays = [form for form in (DAY_FIRST, MONTH_FIRST) if _weekdays_only(column, form)]
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
        match = PATTERNS[NUMERIC].fullmatch(cell.strip())
        for part, form in (("a", DAY_FIRST), ("b", MONTH_FIRST)):
            if match and int(match[part]) > 12 and form not in found:
                found[form] = (line, form, cell.strip())
        if len(found) == 2:
            break
    return list(found.values())


def _weekdays_only(column: Column, form: str) -> bool:
    matches = (PATTERNS[NUMERIC].fullmatch(cell.strip()) for cell in column)
    days = (day_of(match.groupdict(), form) for match in matches if match)
    return all(day is not None and day.weekday() < 5 for day in days)
