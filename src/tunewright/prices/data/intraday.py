"""Rows by the hour or the minute, joined into days: a file of another rhythm, taken by a stated rule."""

from dataclasses import replace

import numpy as np

from tunewright.prices.data.raw import RawTable

_JOINED = {"high": np.maximum, "low": np.minimum, "volume": np.add}


def join_days(raw: RawTable, repairs: list[str]) -> RawTable:
    """First open, highest high, lowest low, last close and the sum of the volume of each date, where at least half
    of the dates have rows at several times of the day. Rows are sorted by time and lack no value that is used.

    Fewer such dates are rows that come twice (yfinance adds today's price to today's row), not another rhythm.
    """
    if not len(raw) or not raw.seconds.any():
        return raw
    starts = np.flatnonzero(np.append(True, raw.dates[1:] != raw.dates[:-1]))
    ends = np.append(starts[1:], len(raw)) - 1
    if 2 * int((raw.seconds[ends] > raw.seconds[starts]).sum()) < len(starts):
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
