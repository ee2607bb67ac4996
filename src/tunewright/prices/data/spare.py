"""Columns that a price series can do without: left out where they would cost it rows."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tunewright.core.words import counted
from tunewright.prices.data.close import CloseChoice
from tunewright.prices.data.raw import RawTable

LONGEST_MISSING_RUN = 4
"""Rows on end that may lack a value; more are a hole."""

_FEW = 0.01  # of the rows


def without_spare(raw: RawTable, choice: CloseChoice, repairs: list[str]) -> RawTable:
    """Without an open, high, low or volume that lacks its value in many rows.

    Only rows with a close count. A price of zero is a missing one: so do sources write an open that they do not know.
    Many are more than 1 % of the rows and than four, or five on end; fewer rows are dropped later, with their close.
    """
    closed = ~np.isnan(raw.columns[choice.name])
    left: list[str] = []
    for name in ("open", "high", "low", "volume"):
        if name not in raw.columns:
            continue
        values = raw.columns[name]
        missing = closed & (np.isnan(values) if name == "volume" else np.isnan(values) | (values == 0))
        if missing.any() and _many(missing):
            what = "value" if name == "volume" else "price above zero"
            repairs.append(
                f"left out the column {raw.headers[name]!r}: it has no {what} in {counted(int(missing.sum()), 'row')} "
                f"with a close (first: line {raw.lines[missing].min()})"
            )
            left.append(name)
    return replace(raw, columns={name: values for name, values in raw.columns.items() if name not in left})


def long_runs(missing: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The first row and the one after the last of each run that is a hole."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], missing, [False]])))
    return [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2) if stop - start > LONGEST_MISSING_RUN]


def _many(missing: NDArray[np.bool_]) -> bool:
    return bool(missing.sum() > max(LONGEST_MISSING_RUN, _FEW * len(missing)) or long_runs(missing))
