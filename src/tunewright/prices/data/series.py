"""Several rows of one moment that differ: a column of names that tells them apart, and the ordinary name in it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tunewright.core.errors import DataError
from tunewright.core.words import counted, listed
from tunewright.prices.data.dates import looks_like_date
from tunewright.prices.data.grid import Grid
from tunewright.prices.data.layout import Layout
from tunewright.prices.data.raw import RawTable, rows_of

_ORDINARY = frozenset({"EQ", "TQBR"})
"""Ordinary shares on the exchanges of India and of Moscow, beside block deals, odd lots and other boards."""

_LOOKED_AT, _ROWS_OF_EACH = 200, 20  # moments and rows of each, to find the column

Clash = NDArray[np.int64]
"""Rows of one moment that differ."""


def one_series(raw: RawTable, grid: Grid, layout: Layout) -> RawTable:
    """The table without the rows of other series than the ordinary one, where several stand at one moment.

    Raises DataError naming the column where a column of names tells such rows apart, and none is ordinary.
    """
    clashes = find_clashes(raw)
    if not clashes:
        return raw
    column = _naming_column([rows[:_ROWS_OF_EACH] for rows in clashes[:_LOOKED_AT]], raw, grid, layout)
    if column is None:
        return raw
    lines = {int(raw.lines[row]): int(row) for rows in clashes for row in rows}
    names = {lines[line]: _cell(cells, column) for line, cells in grid.records() if line in lines}
    plain = [[row for row in rows if names[row] in _ORDINARY] for rows in clashes]
    if any(len({names[row] for row in rows}) != 1 for rows in plain):
        raise _several(raw, clashes[0], sorted(set(names.values())), layout.titles[column])
    others = [row for rows in clashes for row in rows if names[row] not in _ORDINARY]
    kept = ", ".join(sorted({names[rows[0]] for rows in plain}))
    note = (
        f"left out {counted(len(others), 'row')} of other series than {kept!r} in the column "
        f"'{layout.titles[column]}' ({listed(sorted({names[row] for row in others}))}), on dates that both have"
    )
    return replace(rows_of(raw, np.setdiff1d(np.arange(len(raw)), others)), notes=(*raw.notes, note))


def find_clashes(raw: RawTable) -> list[Clash]:
    """The rows of each moment that has several with a close, not all of them alike."""
    close = raw.columns["close" if "close" in raw.columns else "adj_close"]
    moments = raw.dates.astype(np.int64) * 86_400 + raw.seconds
    rows = np.flatnonzero(~np.isnan(close))
    rows = rows[np.argsort(moments[rows], kind="stable")]
    again = moments[rows[1:]] == moments[rows[:-1]]
    if not again.any():
        return []
    values = np.nan_to_num(np.array([column[rows] for column in raw.columns.values()]), nan=-1.0)
    differing = again & (values[:, 1:] != values[:, :-1]).any(axis=0)
    starts = np.flatnonzero(np.append(True, ~again))
    ends = np.append(starts[1:], len(rows))
    chosen = np.unique(np.searchsorted(starts, np.flatnonzero(differing), side="right") - 1)
    return [rows[starts[group] : ends[group]] for group in chosen]


def _naming_column(clashes: Sequence[Clash], raw: RawTable, grid: Grid, layout: Layout) -> int | None:
    """The column that is not read, holds names or dates, and differs from row to row at each of the moments; of
    several the one with the fewest names."""
    read = {layout.date, layout.ticker, layout.clock, *layout.numbers.values()}
    lines = {int(raw.lines[row]) for rows in clashes for row in rows}
    cells = {line: cells for line, cells in grid.records() if line in lines}
    groups = [[cells[int(raw.lines[row])] for row in rows] for rows in clashes]
    names: dict[int, set[str]] = {}
    for column in (column for column in range(layout.width) if column not in read):
        found = [[_cell(record, column) for record in group] for group in groups]
        if all(len(set(group)) > 1 and all(map(_is_name, group)) for group in found):
            names[column] = {name for group in found for name in group}
    return min(names, key=lambda column: len(names[column]), default=None)


def _cell(record: Sequence[str], column: int) -> str:
    return record[column].strip() if column < len(record) else ""


def _is_name(cell: str) -> bool:
    return any(map(str.isalpha, cell)) or looks_like_date(cell)


def _several(raw: RawTable, rows: Clash, names: Sequence[str], title: str) -> DataError:
    return DataError(
        f"{raw.source}: expected one row a day of one series, found {len(rows)} rows on {raw.dates[rows[0]]} (lines "
        f"{', '.join(str(raw.lines[row]) for row in rows[:5])}) that differ in the column '{title}': {listed(names)}. "
        f"Keep the rows of one of them, and remove the others."
    )
