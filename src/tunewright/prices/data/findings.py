"""What looks odd in a clean table and is left as it is: gaps, jumps, prices that contradict each other."""

import math

import numpy as np
from numpy.typing import NDArray

from tunewright.core.words import changed, counted
from tunewright.prices.data.card import Gap
from tunewright.prices.data.clean import Cleaned
from tunewright.prices.data.table import PriceTable

_SHORTEST_GAP = 5
_GAPS_LISTED = 10
_LARGEST_MOVE = 0.4  # of the logarithm of the close, in one row
_MOVES_LISTED = 5
_HUNDREDFOLD = math.log(100)
_ROUNDING = 1e-6  # relative: the single precision of many sources
_MANY = 0.1  # of the rows
_ENOUGH = 20  # rows, to tell a market's week
_FEW_AT_WEEKENDS = 0.1  # of the rows: a market without weekends has 29 %, one that opens on Sunday night 17 %


def find_gaps(table: PriceTable) -> tuple[tuple[Gap, ...], int]:
    """The ten longest gaps, longest first, and how many there are.

    A gap is five or more weekdays (Monday to Friday) without a row: no exchange's holidays are that long in a
    normal year, and one to four are not worth a word.
    """
    one_day = np.timedelta64(1, "D")
    missing = np.busday_count(table.dates[:-1] + one_day, table.dates[1:])
    rows = np.flatnonzero(missing >= _SHORTEST_GAP)
    longest = rows[np.argsort(-missing[rows], kind="stable")][:_GAPS_LISTED]
    gaps = [Gap(str(table.dates[row]), str(table.dates[row + 1]), int(missing[row])) for row in longest]
    return tuple(gaps), len(rows)


def missing_weekdays(table: PriceTable) -> int:
    """Mondays to Fridays between the first row and the last that have no row, holidays among them."""
    one_day = np.timedelta64(1, "D")
    return int(np.busday_count(table.dates[0], table.dates[-1] + one_day) - np.is_busday(table.dates).sum())


def weekend_rows(table: PriceTable) -> int:
    """How many rows are on a Saturday or a Sunday."""
    return int((~np.is_busday(table.dates)).sum())


def zero_volume_rows(table: PriceTable) -> int:
    """In how many rows nothing was traded; 0 without a volume column."""
    return int((table.columns["volume"] == 0).sum()) if "volume" in table.columns else 0


def find_warnings(table: PriceTable, cleaned: Cleaned) -> list[str]:
    """Sentences on what a user should look at before trusting the file. What they name is left as it is."""
    return (
        _future(table)
        + _rarely_daily(table)
        + _weekdays(table)
        + _contradictions(table)
        + _broken(cleaned)
        + _moves(table, cleaned)
    )


def _future(table: PriceTable) -> list[str]:
    """Tomorrow may be today elsewhere; no price is later."""
    late = table.dates > np.datetime64("today") + np.timedelta64(1, "D")
    if not late.any():
        return []
    first = table.dates[late][0]
    return [f"{counted(int(late.sum()), 'row')} in the future (first: {first}): wrong dates, or another calendar"]


def _rarely_daily(table: PriceTable) -> list[str]:
    step = float(np.median(np.diff(table.dates).astype(np.int64)))
    return [f"rows are {step:g} days apart (median): these are not daily prices"] if step > 4 else []


def _weekdays(table: PriceTable) -> list[str]:
    """A market has weekends or has none: a few such rows are special sessions, or days that a time zone moved."""
    if len(table) < _ENOUGH:
        return []
    days = np.bincount((table.dates.astype(np.int64) + 3) % 7, minlength=7)  # 1970-01-01 was a Thursday
    weekend, fridays = int(days[5:].sum()), int(days[4])
    told = []
    if 0 < weekend < _FEW_AT_WEEKENDS * len(table):
        first = table.dates[~np.is_busday(table.dates)][0]
        told.append(
            f"{counted(weekend, 'row')} at a weekend (first: {first}): "
            "special sessions, or dates that a time zone moved"
        )
    if 4 * fridays < days[1:4].mean():
        told.append(
            f"{counted(fridays, 'row')} on a Friday where Tuesday to Thursday have {days[1:4].mean():.0f} each: "
            "a market of its own week, or dates that a time zone moved by a day"
        )
    return told


def _contradictions(table: PriceTable) -> list[str]:
    if "high" not in table.columns or "low" not in table.columns:
        return []
    high, low = table.columns["high"], table.columns["low"]
    outside = {"high is below low": high < low}
    for name in ("open", "close"):
        if name in table.columns:
            price = table.columns[name]
            beyond = (price > high * (1 + _ROUNDING)) | (price < low * (1 - _ROUNDING))
            outside[f"{name} is not between low and high"] = beyond & (low <= high)
    return [_told(what, table, rows) for what, rows in outside.items() if rows.any()]


def _told(what: str, table: PriceTable, rows: NDArray[np.bool_]) -> str:
    count, first = int(rows.sum()), table.dates[rows][0]
    doubt = "; is it the right column?" if what.startswith("close") and count > _MANY * len(table) else ""
    return f"{what} in {counted(count, 'row')} (first: {first}){doubt}"


def _broken(cleaned: Cleaned) -> list[str]:
    """Days on which Adj Close moves as no split and no dividend makes it."""
    broken = [jump for jump in cleaned.jumps if not jump.explained]
    listed = [f"{jump.text()}: no split or dividend explains it" for jump in broken[:_MOVES_LISTED]]
    rest = len(broken) - len(listed)
    return [*listed, f"Adj Close moved like that on {counted(rest, 'more day')}"] if rest else listed


def _moves(table: PriceTable, cleaned: Cleaned) -> list[str]:
    logs = np.log(table.close)
    rows = np.flatnonzero(np.abs(np.diff(logs)) > _LARGEST_MOVE)
    listed = [
        f"the close moved by {changed(logs[row + 1] - logs[row])} on {table.dates[row + 1]}: "
        f"{_explained(str(table.dates[row + 1]), float(logs[row + 1] - logs[row]), cleaned)}"
        for row in rows[:_MOVES_LISTED]
    ]
    rest = len(rows) - len(listed)
    return [*listed, f"the close moved as far on {counted(rest, 'more day')}"] if rest else listed


def _explained(day: str, move: float, cleaned: Cleaned) -> str:
    """What a large move may be, as far as the file lets one tell."""
    split = next((split for split in cleaned.splits if split.date == day and not split.adjusted), None)
    if split:
        return f"the {split.ratio}{'' if 'split' in split.ratio else ' split'}, which this close is not adjusted for"
    if abs(abs(move) - _HUNDREDFOLD) < _LARGEST_MOVE / 2:
        return "about a hundredfold, as where pence and pounds are mixed; correct the file"
    jump = next((jump for jump in cleaned.jumps if jump.date == day), None)
    if jump and not jump.explained:
        return "a wrong number, as Close and Adj Close contradict each other"
    if jump:
        other = jump.adjusted if cleaned.choice.name == "close" else jump.close
        name = "Adj Close" if cleaned.choice.name == "close" else "Close"
        return f"a large dividend, an unusual split or a wrong number, as {name} moved by {changed(other)}"
    if cleaned.compared:
        return "no split, as Close and Adj Close agree: a wrong number or a real move"
    return "a split not adjusted for, a wrong number, or a real move"
