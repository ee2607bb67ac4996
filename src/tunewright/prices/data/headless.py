"""Tables without a header: read by the order of their columns where one order alone fits the numbers."""

import math
from collections.abc import Sequence
from itertools import pairwise

from tunewright.prices.data.clocks import is_clock
from tunewright.prices.data.datecolumn import day_number
from tunewright.prices.data.dates import looks_like_date
from tunewright.prices.data.sheets import Record

_ORDER = ("Open", "High", "Low", "Close", "Volume")
_PRICES = 4
_USUAL = {1: ("Close",), 2: ("Close", "Volume"), 6: (*_ORDER[:_PRICES], "Adj Close", "Volume")}


def without_header(head: Sequence[Record]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Titles for the columns and a sentence on them: a date, a time of the day or none, open, high, low, close, and a
    volume or none. None unless in every row near the top the second price is the highest and the third the lowest, the
    first is nearer to the last one of the day before than the other way round, and a fifth number is no price."""
    rows = [[cell.strip() for cell in cells] for _, cells in head]
    timed = all(len(cells) > 1 and is_clock(cells[1]) for cells in rows)
    start = 2 if timed else 1
    if len({len(cells) for cells in rows}) > 1 or not all(looks_like_date(cells[0]) for cells in rows):
        return None
    numbers = [[_number(cell) for cell in cells[start:]] for cells in rows]
    if not _in_order(numbers) or not _opens_first([day_number(cells[0]) for cells in rows], numbers):
        return None
    titles = ("Date", *(("Time",) if timed else ()), *_ORDER[: len(numbers[0])])
    return titles, (f"the file has no header: by their order the columns are {', '.join(titles)}",)


def likely_titles(cells: Sequence[str]) -> list[str]:
    """What the columns may be by the usual order, for a first row of such cells."""
    kinds = [_kind(cell) for cell in cells]
    if "Date" in kinds:
        kinds[kinds.index("Date") + 1 :] = ["" if kind == "Date" else kind for kind in kinds[kinds.index("Date") + 1 :]]
    names = iter(_USUAL.get(kinds.count(""), _ORDER))
    return [kind or next(names, f"Column {at}") for at, kind in enumerate(kinds, 1)]


def _kind(cell: str) -> str:
    if is_clock(cell):
        return "Time"
    if looks_like_date(cell):
        return "Date"
    return "" if any(map(str.isdigit, cell)) or not cell else "Ticker"


def is_number(cell: str) -> bool:
    """Whether a cell is a plain number."""
    return not math.isnan(_number(cell.strip()))


def _number(cell: str) -> float:
    try:
        return float(cell) if cell.isascii() and "_" not in cell else math.nan
    except ValueError:
        return math.nan


def _in_order(numbers: Sequence[Sequence[float]]) -> bool:
    if len(numbers[0]) not in (_PRICES, _PRICES + 1) or any(math.isnan(n) for row in numbers for n in row):
        return False
    fits = all(0 < row[2] <= min(row[0], row[3]) and row[1] >= max(row[0], row[3]) for row in numbers)
    moves = any(row[2] < row[1] for row in numbers)
    return fits and moves and (len(numbers[0]) == _PRICES or _are_volumes(numbers))


def _are_volumes(numbers: Sequence[Sequence[float]]) -> bool:
    """Whether fifth numbers are whole, none a price of its day, and not all near the prices, as adjusted closes are."""
    whole = all(row[4] % 1 == 0 and row[4] >= 0 for row in numbers)
    a_price, far = any(row[2] <= row[4] <= row[1] for row in numbers), any(row[4] > 2 * row[1] for row in numbers)
    return whole and far and not a_price


def _opens_first(days: Sequence[float | None], numbers: Sequence[Sequence[float]]) -> bool:
    """Whether the first price goes on from the fourth one of the row before, in time, rather than the fourth from the
    first: which of them is the open cannot be seen in a row alone."""
    known = [day for day in days if day is not None]
    if len(numbers) < 2 or len(known) < len(numbers):
        return False
    ordered = list(numbers) if known[0] <= known[-1] else list(reversed(numbers))
    kept, swapped = (
        sum(abs(after[first] - before[last]) for before, after in pairwise(ordered))
        for first, last in ((0, _PRICES - 1), (_PRICES - 1, 0))
    )
    return kept < swapped
