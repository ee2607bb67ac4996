"""What looks odd in a clean table and is left as it is: gaps, jumps, prices that contradict each other."""

import numpy as np

from tunewright.data.card import Gap
from tunewright.data.cells import counted
from tunewright.data.table import PriceTable

_SHORTEST_GAP = 5
_GAPS_LISTED = 10
_LARGEST_MOVE = 0.4  # of the logarithm of the close, in one row
_MOVES_LISTED = 5


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


def zero_volume_rows(table: PriceTable) -> int:
    """In how many rows nothing was traded; 0 without a volume column."""
    return int((table.columns["volume"] == 0).sum()) if "volume" in table.columns else 0


def find_warnings(table: PriceTable) -> list[str]:
    """Sentences on what a user should look at before trusting the file."""
    return _rarely_daily(table) + _contradictions(table) + _moves(table)


def _rarely_daily(table: PriceTable) -> list[str]:
    step = float(np.median(np.diff(table.dates).astype(np.int64)))
    return [f"rows are {step:g} days apart (median): these are not daily prices"] if step > 4 else []


def _contradictions(table: PriceTable) -> list[str]:
    if "high" not in table.columns or "low" not in table.columns:
        return []
    bad = np.flatnonzero(table.columns["high"] < table.columns["low"])
    if not len(bad):
        return []
    return [f"high is below low in {counted(len(bad), 'row')} (first: {table.dates[bad[0]]})"]


def _moves(table: PriceTable) -> list[str]:
    close = table.close.tolist()
    rows = np.flatnonzero(np.abs(np.diff(np.log(table.close))) > _LARGEST_MOVE)
    listed = [
        f"the close moved by {close[row + 1] / close[row] - 1:+.1%} on {table.dates[row + 1]}: a split not "
        "adjusted for, a wrong number, or a real move"
        for row in rows[:_MOVES_LISTED]
    ]
    rest = len(rows) - len(listed)
    return [*listed, f"the close moved as far on {counted(rest, 'more day')}"] if rest else listed
