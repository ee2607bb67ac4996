"""Input features. Each is causal: its value in a row uses that row and earlier ones, nothing later."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from tunewright.core.errors import DataError
from tunewright.data.table import PriceTable

Array = npt.NDArray[np.float64]
Columns = Mapping[str, Array]


@dataclass(frozen=True)
class Feature:
    """A feature's name, the columns it reads, and the number of first rows in which it is not defined."""

    name: str
    needs: tuple[str, ...]
    warmup: int
    compute: Callable[[Columns], Array]


def _log_return(columns: Columns) -> Array:
    close = np.log(columns["close"])
    return np.diff(close, prepend=close[:1])


def _column(name: str) -> Feature:
    return Feature(name, (name,), 0, lambda columns: columns[name])


FEATURES: Mapping[str, Feature] = MappingProxyType(
    {
        feature.name: feature
        for feature in (
            *(_column(name) for name in ("open", "high", "low", "close", "volume")),
            Feature("log_return", ("close",), 1, _log_return),
            Feature("high_low", ("high", "low"), 0, lambda columns: np.log(columns["high"] / columns["low"])),
            Feature("open_close", ("open", "close"), 0, lambda columns: np.log(columns["close"] / columns["open"])),
        )
    }
)
"""`log_return` = ln(close / close of the row before), `high_low` = ln(high / low), `open_close` = ln(close / open)."""

RETURN_FEATURES = ("log_return", "high_low", "open_close")


def available(table: PriceTable, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of `names` whose columns the table has."""
    return tuple(name for name in names if set(FEATURES[name].needs) <= set(table.columns))


def warmup(names: tuple[str, ...]) -> int:
    """Number of first rows in which at least one of the features is not defined."""
    return max(FEATURES[name].warmup for name in names)


def compute(table: PriceTable, names: tuple[str, ...]) -> Array:
    """Features side by side, float64 of shape (rows, features). Raises DataError where the table lacks a column."""
    for name in names:
        missing = [column for column in FEATURES[name].needs if column not in table.columns]
        if missing:
            raise DataError(
                f"feature {name!r} needs the column {missing[0]!r}, but the data has only "
                f"{', '.join(table.columns)}; give data with this column, or train with other preparation.features"
            )
    return np.column_stack([FEATURES[name].compute(table.columns) for name in names])
