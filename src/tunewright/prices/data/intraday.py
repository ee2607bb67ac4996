"""Rows by the hour or the minute, joined into days: a file of another rhythm, taken by a stated rule."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tunewright.prices.data.raw import RawTable

_MOST_REPEATED = 183  # days: clocks go back once a year, but a year of rows may begin and end with such a night
_BY_NIGHT = 4 * 3600
_JOINED = {"high": np.maximum, "low": np.minimum, "volume": np.add}


def join_days(raw: RawTable, repairs: list[str]) -> RawTable:
    """First open, highest high, lowest low, last close and the sum of the volume of each date, where any date has rows
    at several times of the day. Rows are sorted by time and lack no value that is used.

    The running day is left alone: today's price beside today's row, as yfinance writes them.
    """
    if not len(raw) or not raw.seconds.any():
        return raw
    starts = np.flatnonzero(np.append(True, raw.dates[1:] != raw.dates[:-1]))
    ends = np.append(starts[1:], len(raw)) - 1
    several = raw.seconds[ends] > raw.seconds[starts]
    if not several.any() or (several.sum() == 1 and several[-1] and _is_running_day(raw, starts)):
        return raw
    columns = {name: values[starts] if name == "open" else values[ends] for name, values in raw.columns.items()}
    columns |= {name: join.reduceat(raw.columns[name], starts) for name, join in _JOINED.items() if name in columns}
    repairs.append(
        f"joined {len(raw)} rows at several times of the day into {len(starts)} days, by the file's own clock: first "
        "open, highest high, lowest low, last close, sum of volume"
    )
    return replace(
        raw,
        lines=raw.lines[ends],
        dates=raw.dates[ends],
        seconds=np.zeros(len(starts), dtype=np.int64),
        columns=columns,
        splits=None if raw.splits is None else raw.splits[ends],
    )


def clocks_went_back(raw: RawTable, repeated: NDArray[np.bool_]) -> bool:
    """Whether rows that share date and time with the next one and differ are the hour of the night that summer time
    repeats when it ends: on one day of half a year at most, in a file that has rows by the hour."""
    days = np.unique(raw.dates[:-1][repeated])
    span = int((raw.dates[-1] - raw.dates[0]).astype(np.int64))
    hourly = len(raw) > 2 * len(np.unique(raw.dates))
    return hourly and len(days) <= span // _MOST_REPEATED and bool((raw.seconds[:-1][repeated] < _BY_NIGHT).all())


def _is_running_day(raw: RawTable, starts: NDArray[np.int64]) -> bool:
    """Whether the newest date has two rows, the first at the time of the day that all other dates have."""
    return len(raw) == starts[-1] + 2 and bool((raw.seconds[starts] == raw.seconds[0]).all())
