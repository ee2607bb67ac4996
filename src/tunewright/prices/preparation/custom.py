"""A user's own features: a function from a pandas table to columns of the same index, watched for what it returns.

The first rows, in which a function has no value yet (leading NaN), are its warm-up and are dropped. A value that is
missing later is an error, never filled.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tunewright.core.errors import DataError
from tunewright.core.words import told
from tunewright.prices.data.table import JOINED, PriceTable
from tunewright.prices.preparation.names import CUSTOM
from tunewright.prices.preparation.perturbing import change_after

if TYPE_CHECKING:
    import pandas as pd

Array = npt.NDArray[np.float64]
CUTS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.97)
"""Where the future is changed at set-up, as shares of the rows."""


@dataclass(frozen=True)
class CustomFeatures:
    """One function of the user's. call: where it stands, "module:function" or "file.py:function".

    It gets a DataFrame (DatetimeIndex; own and joined columns, float64) and returns a DataFrame or a Series with the
    same index. A Series becomes the feature `custom.<name of the function>`, whatever its own name is, as it keeps that
    of the column it was computed from; the columns of a DataFrame become `custom.<their name>`.
    """

    call: str
    function: "Callable[[pd.DataFrame], Any]" = field(compare=False, repr=False)


@dataclass(frozen=True)
class Extended:
    """The table with the columns of the user's functions, from the row on in which all of them have a value.

    warmup: rows dropped before it. returned: the columns of each function, by its call.
    """

    table: PriceTable
    warmup: int
    returned: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class LookAhead:
    """A value that changed though only later rows did. row, day: where it stands; ahead: how many rows at least."""

    column: str
    row: int
    day: str
    ahead: int

    def text(self) -> str:
        rows = "row" if self.ahead == 1 else "rows"
        return (
            f"{self.column} looks ahead: its value in row {self.row} ({self.day}) depends on rows at least "
            f"{self.ahead} {rows} later"
        )


def extend(table: PriceTable, customs: Sequence[CustomFeatures]) -> Extended:
    """The table with the users' columns. Raises DataError in one line for what a function may not return."""
    if not customs:
        return Extended(table, 0, {})
    made = _made(table, customs)
    columns = _columns(made)
    warmup = max(_warmup(name, values, table) for name, values in columns.items())
    kept = table.rows(warmup, len(table))
    later = {name: values[warmup:] for name, values in columns.items()}
    returned = {call: tuple(values) for call, values in made.items()}
    return Extended(PriceTable(kept.dates, {**kept.columns, **later}), warmup, returned)


def find_look_ahead(
    table: PriceTable, customs: Sequence[CustomFeatures], *, cuts: Sequence[float] = CUTS
) -> LookAhead | None:
    """The first value that moves where rows after it are changed or taken away; None where none does.

    cuts: after which rows, as shares of all. Changed rows must leave every bit as it was; where rows are taken away,
    rounding may differ (by less than 1e-7 of the column's largest value). Raises DataError as `extend` does, and
    where a function gives other values when it is called again on the same table.
    """
    if not customs:
        return None
    before = _columns(_made(table, customs))
    _check_repeatable(before, _columns(_made(table, customs)))
    for cut in sorted({max(2, round(len(table) * share)) for share in cuts if round(len(table) * share) < len(table)}):
        changed = change_after(table, table.dates[cut - 1], seed=0)
        found = _first_move(before, _columns(_made(changed, customs)), table, cut) or _first_move(
            before, _columns(_made(table.head(cut), customs)), table, cut, tolerance=1e-7
        )
        if found:
            return found
    return None


def _check_repeatable(before: dict[str, Array], again: dict[str, Array]) -> None:
    """Raise DataError: chance, too, moves values that lie before a change, and would look like a look ahead."""
    for name, values in before.items():
        if name not in again or not np.array_equal(values, again[name], equal_nan=True):
            raise DataError(
                f"{name}: expected the same values from the same table, but its function gives other values each time; "
                "fix its seed, and let it keep nothing from one call to the next"
            )


def _first_move(
    before: dict[str, Array], after: dict[str, Array], table: PriceTable, cut: int, tolerance: float = 0.0
) -> LookAhead | None:
    found: list[LookAhead] = []
    for name, values in before.items():
        old, new = values[:cut], after.get(name, np.empty(0))[:cut]
        if len(new) < cut:
            new = np.full(cut, np.nan)
        allowed = tolerance * np.nanmax(np.abs(old), initial=0.0)
        with np.errstate(invalid="ignore"):
            near = np.abs(old - new) < allowed
        moved = np.flatnonzero(~((old == new) | near | (np.isnan(old) & np.isnan(new))))
        if len(moved):
            row = int(moved[0])
            found.append(LookAhead(name, row, str(table.dates[row]), cut - row))
    return min(found, key=lambda one: one.row, default=None)


def _made(table: PriceTable, customs: Sequence[CustomFeatures]) -> dict[str, dict[str, Array]]:
    """The columns of each function, by its call."""
    return {custom.call: _call(custom, table) for custom in customs}


def _columns(made: Mapping[str, Mapping[str, Array]]) -> dict[str, Array]:
    columns: dict[str, Array] = {}
    for call, named in made.items():
        for name, values in named.items():
            if name in columns:
                raise DataError(f"{call}: another function has a column {name!r} already; rename one of them")
            columns[name] = values
    return columns


def _call(custom: CustomFeatures, table: PriceTable) -> dict[str, Array]:
    import pandas as pd

    columns = {name: values.copy() for name, values in table.columns.items()}
    frame = pd.DataFrame(columns, index=pd.DatetimeIndex(table.dates.astype("datetime64[ns]"), name="date"))
    try:
        returned = custom.function(frame.copy())
    except (Exception, SystemExit) as error:
        raise DataError(f"{custom.call} failed with {told(error)}; it gets the columns {', '.join(columns)}") from None
    if isinstance(returned, pd.Series):
        returned = returned.to_frame(custom.call.rpartition(":")[2])
    if not isinstance(returned, pd.DataFrame):
        raise DataError(f"{custom.call}: expected a DataFrame or a Series, found {type(returned).__name__}")
    if not returned.index.equals(frame.index):
        raise DataError(
            f"{custom.call}: expected the index of the table it was given ({len(frame)} rows), "
            f"found another one ({len(returned)} rows); return one row for each row"
        )
    return dict(_numbers(custom, str(name), returned.iloc[:, place]) for place, name in enumerate(returned.columns))


def _numbers(custom: CustomFeatures, name: str, values: "pd.Series[Any]") -> tuple[str, Array]:
    full = f"{CUSTOM}.{name}"
    if not JOINED.fullmatch(full):
        raise DataError(f"{custom.call}: expected column names of letters, digits and underscores, found {name!r}")
    try:
        return full, values.to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
    except (TypeError, ValueError):
        raise DataError(f"{custom.call}: expected numbers in column {name!r}, found {values.dtype}") from None


def _warmup(name: str, values: Array, table: PriceTable) -> int:
    """Number of leading NaN. Raises DataError for a later one, for infinity, and where nothing else is there."""
    known = np.flatnonzero(~np.isnan(values))
    if len(known) == 0 or len(values) - known[0] < 2:
        raise DataError(f"{name} has fewer than 2 values in {len(values)} rows; give more data or look back less far")
    bad = np.flatnonzero(~np.isfinite(values[known[0] :]))
    if len(bad):
        row = int(known[0] + bad[0])
        raise DataError(
            f"{name}: expected a finite number in every row from the first one on that has any, found {values[row]} "
            f"on {table.dates[row]}; let the function fill it from earlier rows"
        )
    return int(known[0])
