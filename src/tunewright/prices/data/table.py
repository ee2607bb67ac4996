"""A clean table of daily prices: what every later room takes, and nothing it could change."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tunewright.core.errors import DataError

Dates = NDArray[np.datetime64]
Floats = NDArray[np.float64]
_Array = TypeVar("_Array", Dates, Floats)

COLUMNS = ("open", "high", "low", "close", "volume")
"""The names of a series' own columns, in the order in which a table holds them."""

JOINED = re.compile(r"[^\s,]+\.[A-Za-z_][A-Za-z0-9_]*")
"""What other columns are called: `<ticker>.<column>`, or `custom.<name>`. They follow, in the order given."""


@dataclass(frozen=True, eq=False)
class PriceTable:
    """One row per trading day, oldest first. Prices in the file's currency, volume in its units.

    `dates`: shape (rows,), datetime64[D], strictly increasing. `columns`: float64 of shape (rows,) under
    names from `COLUMNS` or of the form `JOINED`; `close` is always there and above zero; every number is
    finite. The table keeps read-only copies of what it is given. Raises DataError where any of this does not hold.
    """

    dates: Dates
    columns: Mapping[str, Floats]

    def __post_init__(self) -> None:
        dates = _frozen(np.array(self.dates, dtype="datetime64[D]"))
        _check_names(self.columns)
        names = (*(name for name in COLUMNS if name in self.columns), *(name for name in self.columns if "." in name))
        columns = {name: _frozen(np.array(self.columns[name], dtype=np.float64)) for name in names}
        _check_values(dates, columns)
        object.__setattr__(self, "dates", dates)
        object.__setattr__(self, "columns", MappingProxyType(columns))

    def __len__(self) -> int:
        return len(self.dates)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PriceTable) and self.fingerprint() == other.fingerprint()

    def __hash__(self) -> int:
        return hash(self.fingerprint())

    def __reduce__(self) -> "tuple[type[PriceTable], tuple[Dates, dict[str, Floats]]]":
        # A mapping proxy cannot be pickled, and a pickled array comes back writable: build anew instead.
        return PriceTable, (self.dates, dict(self.columns))

    @property
    def close(self) -> Floats:
        """The closing prices, shape (rows,)."""
        return self.columns["close"]

    def rows(self, start: int, stop: int) -> "PriceTable":
        """Rows [start, stop) as copies: no other row can be reached from them.

        Raises IndexError for bounds outside the table. Negative ones are refused too: counting from the end
        is how rows of the future slip in.
        """
        if not 0 <= start <= stop <= len(self):
            raise IndexError(f"rows [{start}, {stop}) of a table of {len(self)} rows")
        return PriceTable(self.dates[start:stop], {name: v[start:stop] for name, v in self.columns.items()})

    def head(self, stop: int) -> "PriceTable":
        """The first `stop` rows as copies; see `rows`."""
        return self.rows(0, stop)

    def fingerprint(self) -> str:
        """SHA-256 over the row count, the dates and every column with its name, as 64 hexadecimal digits."""
        sha = hashlib.sha256(f"{len(self)} {' '.join(self.columns)}\n".encode())
        sha.update(self.dates.astype("<i8").tobytes())
        for values in self.columns.values():
            sha.update(values.astype("<f8").tobytes())
        return sha.hexdigest()

    def to_json(self) -> dict[str, list[str] | list[float]]:
        """Lists by name: ISO dates under `dates`, the columns under theirs. Floats round-trip exactly."""
        lists: dict[str, list[str] | list[float]] = {"dates": [str(day) for day in self.dates]}
        for name, values in self.columns.items():
            lists[name] = [float(value) for value in values]
        return lists

    @staticmethod
    def from_json(lists: Mapping[str, Sequence[str] | Sequence[float]]) -> "PriceTable":
        """The inverse of `to_json`. Raises DataError for what is not such a mapping."""
        try:
            dates = np.array(lists["dates"], dtype="datetime64[D]")
            columns = {name: np.array(v, dtype=np.float64) for name, v in lists.items() if name != "dates"}
        except (KeyError, TypeError, ValueError) as problem:
            raise DataError(
                f"a stored price table cannot be read ({problem!r}): expected lists, ISO dates under 'dates' "
                "and numbers under each column's name. Write it again with PriceTable.to_json."
            ) from problem
        return PriceTable(dates, columns)


def concat(earlier: PriceTable, later: PriceTable) -> PriceTable:
    """Both tables in one. Raises DataError where they overlap in time or their columns differ."""
    if list(earlier.columns) != list(later.columns):
        raise DataError(
            "two price tables cannot be joined: expected the same columns, found "
            f"{', '.join(earlier.columns)} and {', '.join(later.columns)}. Give both files the same columns."
        )
    columns = {name: np.concatenate([earlier.columns[name], later.columns[name]]) for name in earlier.columns}
    return PriceTable(np.concatenate([earlier.dates, later.dates]), columns)


def _frozen(values: _Array) -> _Array:
    values.setflags(write=False)
    return values


def _check_names(columns: Mapping[str, Floats]) -> None:
    unknown = [name for name in columns if name not in COLUMNS and not JOINED.fullmatch(name)]
    if unknown or "close" not in columns:
        raise DataError(
            f"a price table takes 'close' and any of {', '.join(COLUMNS)}; found "
            f"{', '.join(columns) or 'none'}. Rename the columns."
        )


def _check_values(dates: Dates, columns: Mapping[str, Floats]) -> None:
    if any(values.shape != dates.shape for values in columns.values()) or dates.ndim != 1:
        shapes = ", ".join(f"{name} {values.shape}" for name, values in columns.items())
        raise DataError(f"a price table needs one value per date: found dates {dates.shape}, {shapes}.")
    if np.isnat(dates).any():
        raise DataError("a price table needs a date in every row: found one missing. Give each row its date.")
    late = np.flatnonzero(np.diff(dates) <= np.timedelta64(0, "D"))
    if len(late):
        before, after = dates[late[0]], dates[late[0] + 1]
        raise DataError(
            f"dates must increase from row to row: found {after} after {before}. Sort the rows and keep one per date."
        )
    for name, values in columns.items():
        bad = np.flatnonzero(~np.isfinite(values) | ((values <= 0) if name == "close" else False))
        if len(bad):
            wanted = "price above zero" if name == "close" else "number"
            raise DataError(
                f"column '{name}' on {dates[bad[0]]}: expected a finite {wanted}, found {values[bad[0]]}. "
                "Mend or remove the row."
            )
