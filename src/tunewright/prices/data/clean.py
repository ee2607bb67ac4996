"""From what a file says to a clean table: sort, drop, resolve, check, and keep account of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tunewright.core.errors import DataError
from tunewright.core.words import counted
from tunewright.prices.data.close import CloseChoice, adjusted, choose_close
from tunewright.prices.data.factor import Jump, find_jumps
from tunewright.prices.data.intraday import clocks_went_back, join_days
from tunewright.prices.data.raw import RawTable, rows_of
from tunewright.prices.data.spare import long_runs, without_spare
from tunewright.prices.data.splits import Split, find_splits
from tunewright.prices.data.table import PriceTable


@dataclass(frozen=True)
class Cleaned:
    """The table, the close it took, and what was done to get there, in sentences.

    `jumps`: where Adj Close and Close move apart; `compared`: the file has both, and they differ.
    """

    table: PriceTable
    choice: CloseChoice
    splits: tuple[Split, ...]
    jumps: tuple[Jump, ...]
    compared: bool
    repairs: tuple[str, ...]


def clean(raw: RawTable, *, close: str) -> Cleaned:
    """Bring raw rows into a table. Raises DataError for what cannot be mended without guessing.

    `close`: auto, close or adj_close, as in `choose_close`.
    """
    repairs = list(raw.notes)
    raw = _without_empty_columns(raw, repairs)
    choice = choose_close(raw, close)
    raw = without_spare(raw, choice, repairs)
    used = _used(raw, choice)
    _check_signs(raw, used)
    raw = _sorted(raw, repairs)
    raw = _without_missing(raw, used, repairs)
    raw = _without_copies(raw, used, repairs)
    raw = join_days(raw, repairs)
    raw = _one_per_date(raw, repairs)
    _check_content(raw, choice)
    columns, scaled = adjusted(raw, choice)
    jumps = find_jumps(raw)
    splits = find_splits(raw, choice, jumps)
    compared = choice.scales or bool(splits) or bool(jumps)
    return Cleaned(PriceTable(raw.dates, columns), choice, splits, jumps, compared, (*repairs, *scaled))


def _without_empty_columns(raw: RawTable, repairs: list[str]) -> RawTable:
    kept = {name: values for name, values in raw.columns.items() if not np.isnan(values).all()}
    empty = [repr(raw.headers[name]) for name in raw.columns if name not in kept]
    if "close" not in kept and "adj_close" not in kept:
        raise DataError(
            f"{raw.source}: expected closing prices, found no value at all in {' and '.join(empty)}. "
            "Download or export the file again."
        )
    if empty:
        repairs.append(f"left out columns without any value: {', '.join(empty)}")
    return replace(raw, columns=kept)


def _used(raw: RawTable, choice: CloseChoice) -> list[str]:
    """The columns the table is made of; Close too where the others are scaled from it."""
    closes = {"close", "adj_close"} if choice.scales else {choice.name}
    return [name for name in raw.columns if name not in ("close", "adj_close") or name in closes]


def _check_signs(raw: RawTable, used: Sequence[str]) -> None:
    for name in used:
        values = raw.columns[name]
        bad = np.flatnonzero(values < 0 if name == "volume" else values <= 0)
        if len(bad):
            wanted = "a volume of zero or more" if name == "volume" else "a price above zero"
            raise DataError(
                f"{raw.place(int(bad[0]), name)}: expected {wanted}, found {values[bad[0]]:g}. "
                "Correct the cell, or leave it empty where there is no value."
            )


def _sorted(raw: RawTable, repairs: list[str]) -> RawTable:
    moments = raw.dates.astype(np.int64) * 86400 + raw.seconds
    steps = np.diff(moments)
    if (steps >= 0).all():
        return raw
    found = "newest first" if (steps <= 0).all() else f"out of order (first: line {_first_late(raw, steps)})"
    repairs.append(f"sorted the rows by date: they were {found}")
    return rows_of(raw, np.argsort(moments, kind="stable"))


def _first_late(raw: RawTable, steps: NDArray[np.int64]) -> int:
    return int(raw.lines[np.flatnonzero(steps < 0)[0] + 1])


def _without_missing(raw: RawTable, used: Sequence[str], repairs: list[str]) -> RawTable:
    """Drop rows that lack a value. Five or more in a row are a hole, and a hole is the user's to judge."""
    absent = np.isnan([raw.columns[name] for name in used])
    missing = np.asarray(absent.any(axis=0))
    if not missing.any():
        return raw
    for start, stop in long_runs(missing):
        lines = raw.lines[start:stop]
        names = [raw.headers[name] for name, gone in zip(used, absent[:, start:stop], strict=True) if gone.any()]
        raise DataError(
            f"{raw.source}, lines {lines.min()} to {lines.max()}: expected a number in every row, found "
            f"{stop - start} rows on end ({raw.dates[start]} to {raw.dates[stop - 1]}) without a value "
            f"in {', '.join(map(repr, names))}. Fill them from another source, cut the file before or "
            "after them, or remove the column if it can be spared."
        )
    rows = counted(int(missing.sum()), "row")
    repairs.append(f"dropped {rows} with a missing value (first: line {raw.lines[missing].min()})")
    return rows_of(raw, np.flatnonzero(~missing))


def _without_copies(raw: RawTable, used: Sequence[str], repairs: list[str]) -> RawTable:
    """Of rows with one date and time keep the last in file order; the sort was stable, so that is the last here."""
    again = (raw.dates[1:] == raw.dates[:-1]) & (raw.seconds[1:] == raw.seconds[:-1])
    values = np.array([raw.columns[name] for name in used])
    same = again & (values[:, 1:] == values[:, :-1]).all(axis=0)
    if (again & ~same).any() and not clocks_went_back(raw, again & ~same):
        raise _several_series(raw, again & ~same)
    return _dropped(raw, same, "exactly like", repairs)


def _one_per_date(raw: RawTable, repairs: list[str]) -> RawTable:
    """What is left of rows with one date is the running day, which comes again as it ends."""
    return _dropped(raw, raw.dates[1:] == raw.dates[:-1], "of the running day before", repairs)


def _dropped(raw: RawTable, gone: NDArray[np.bool_], kind: str, repairs: list[str]) -> RawTable:
    if not gone.any():
        return raw
    rows, first = counted(int(gone.sum()), "row"), raw.dates[1:][gone][0]
    repairs.append(f"dropped {rows} {kind} a later one of the same date (first date: {first})")
    return rows_of(raw, np.flatnonzero(np.append(~gone, True)))


def _several_series(raw: RawTable, differing: NDArray[np.bool_]) -> DataError:
    row, dates = int(np.flatnonzero(differing)[0]), len(np.unique(raw.dates))
    return DataError(
        f"{raw.source}: expected one row a day of one series, found {len(raw)} rows on {dates} dates "
        f"(first: lines {raw.lines[row]} and {raw.lines[row + 1]}, {raw.dates[row]}). "
        "Split the file by ticker, or keep one row a day."
    )


def _check_content(raw: RawTable, choice: CloseChoice) -> None:
    if len(raw) < 2:
        raise DataError(
            f"{raw.source}: expected at least 2 rows of prices, found {len(raw)}. Use a file with a longer history."
        )
    close = raw.columns[choice.name]
    if (close == close[0]).all():
        raise DataError(
            f"{raw.source}, column '{raw.headers[choice.name]}': expected prices that change, found "
            f"{close[0]:g} in all {len(raw)} rows. There is nothing to forecast; use another file."
        )
