"""Whether prices are those of the series that a model was tested on."""

import numpy as np

from tunewright.core.words import counted
from tunewright.prices.data.table import PriceTable

_SAME = 5e-4
"""Difference of log returns up to which two sources of one series agree: rounding, and adjustment for dividends."""
_LEVELS = np.log(3.0)
"""Change of level between the last known row and a later file above which they can hardly be one series."""


def other_series(known: PriceTable, given: PriceTable) -> str | None:
    """Why `given` is another series than the one whose last rows are `known`, in a sentence; None where it may be it.

    Days in common are compared by their moves, which splits and dividends change on single days alone; without them,
    the level at which a later file goes on.
    """
    common, ours, theirs = np.intersect1d(known.dates, given.dates, return_indices=True)
    if len(common) >= 3:
        moves = (np.diff(np.log(table.close[rows])) for table, rows in ((known, ours), (given, theirs)))
        differ = int((np.abs(np.subtract(*moves)) > _SAME).sum())
        if 2 * differ > len(common) - 1:
            days = counted(len(common) - 1, "day")
            return f"of {days} that the bundle knows too, {differ} moved otherwise"
        return None
    later = given.dates[0] > known.dates[-1]
    jump = float(np.log(given.close[0] / known.close[-1]))
    if later and abs(jump) > _LEVELS:
        return f"the bundle's last close is {known.close[-1]:g}, and the file goes on at {given.close[0]:g}"
    return None
