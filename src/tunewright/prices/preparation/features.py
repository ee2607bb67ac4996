"""Input features. Each is causal: its value in a row uses that row and earlier ones, nothing later.

docs/features.md has the formulas. A feature looks back over `warmup` rows and no further, so that a forecast needs no
more than the last few rows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from tunewright.core.errors import DataError
from tunewright.prices.data.table import PriceTable
from tunewright.prices.preparation.indicators import (
    log_return,
    log_volume_change,
    macd,
    return_mean,
    return_std,
    rsi,
    weekly,
    yearly,
)
from tunewright.prices.preparation.names import CUSTOM, FEATURE_NAMES
from tunewright.prices.preparation.targets import absolute_return, log_range

Array = npt.NDArray[np.float64]
Columns = Mapping[str, Array]


@dataclass(frozen=True)
class Feature:
    """A feature's name, the columns it reads, and the number of first rows in which it is not defined.

    `day`, the row's date in days since 1970-01-01, is a column of every table.
    """

    name: str
    needs: tuple[str, ...]
    warmup: int
    compute: Callable[[Columns], Array]


def _column(name: str) -> Feature:
    return Feature(name, (name,), 0, lambda columns: columns[name])


def _of_close(name: str, warmup: int, compute: Callable[[Array], Array]) -> Feature:
    return Feature(name, ("close",), warmup, lambda columns: compute(columns["close"]))


def _of_day(name: str, compute: Callable[[Array], Array]) -> Feature:
    return Feature(name, ("day",), 0, lambda columns: compute(columns["day"]))


FEATURES: Mapping[str, Feature] = MappingProxyType(
    {
        feature.name: feature
        for feature in (
            *(_column(name) for name in ("open", "high", "low", "close", "volume")),
            _of_close("log_return", 1, log_return),
            Feature("high_low", ("high", "low"), 0, lambda columns: np.log(columns["high"] / columns["low"])),
            Feature("open_close", ("open", "close"), 0, lambda columns: np.log(columns["close"] / columns["open"])),
            Feature("log_range", ("high", "low"), 0, lambda columns: np.log(log_range(columns))),
            Feature("log_absolute_return", ("close",), 1, lambda columns: np.log(absolute_return(columns))),
            Feature("log_volume_change", ("volume",), 1, lambda columns: log_volume_change(columns["volume"])),
            *(_of_close(f"return_mean_{rows}", rows, return_mean(rows)) for rows in (5, 20)),
            *(_of_close(f"return_std_{rows}", rows, return_std(rows)) for rows in (5, 20)),
            _of_close("rsi_14", 14, rsi(14)),
            _of_close("macd", 25, macd(12, 26)),
            _of_day("weekday_sin", weekly(np.sin)),
            _of_day("weekday_cos", weekly(np.cos)),
            _of_day("month_sin", yearly(np.sin)),
            _of_day("month_cos", yearly(np.cos)),
        )
    }
)
"""The features of the series itself, by name."""

assert tuple(FEATURES) == FEATURE_NAMES, "every name that settings admit has its feature"

RETURN_FEATURES = ("log_return", "high_low", "open_close")
VOLATILITY_FEATURES = ("log_return", "log_range", "open_close")
"""The range in logarithms, as the target is: in a crash the plain one would throw a linear model far off."""


def find(name: str) -> Feature:
    """The feature of this name, which `is_name` admits, with the names of the columns it reads in the joined table."""
    owner, dot, short = name.rpartition(".")
    if not dot:
        return FEATURES[name]
    if owner == CUSTOM:
        return _column(name)
    feature = FEATURES[short]
    needs = {own: f"{owner}.{own}" for own in feature.needs}
    return Feature(
        name,
        tuple(needs.values()),
        feature.warmup,
        lambda columns: feature.compute({own: columns[joined] for own, joined in needs.items()}),
    )


def available(table: PriceTable, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of `names` whose columns the table has."""
    return tuple(name for name in names if not _missing(table, find(name)))


def warmup(names: tuple[str, ...]) -> int:
    """Number of first rows in which at least one of the features is not defined."""
    return max(find(name).warmup for name in names)


def check_columns(
    table: PriceTable, names: tuple[str, ...], *, returned: Mapping[str, tuple[str, ...]] = MappingProxyType({})
) -> None:
    """Raise DataError where the table lacks a column that a feature reads.

    returned: the columns of each of the user's functions, by its call.
    """
    for name in names:
        if missing := _missing(table, find(name)):
            owner, dot, _ = missing[0].rpartition(".")
            mend = (
                "give data with this column"
                if not dot
                else _returned(returned)
                if owner == CUSTOM
                else f"give the prices of {owner!r} too, with --with FILE or data.with"
            )
            raise DataError(
                f"feature {name!r} needs the column {missing[0]!r}, but the data has only "
                f"{', '.join(table.columns)}; {mend}, or train with other preparation.features"
            )


def _returned(returned: Mapping[str, tuple[str, ...]]) -> str:
    if not returned:
        return "give its function in preparation.custom"
    listed = "; ".join(f"{call} returns {', '.join(columns) or 'no column'}" for call, columns in returned.items())
    return f"{listed}; a Series has the name of its function"


def compute(table: PriceTable, names: tuple[str, ...]) -> Array:
    """Features side by side, float64 of shape (rows, features). Raises DataError where the table lacks a column."""
    check_columns(table, names)
    columns = {**table.columns, "day": table.dates.astype(np.int64).astype(np.float64)}
    return np.column_stack([find(name).compute(columns) for name in names])


def _missing(table: PriceTable, feature: Feature) -> list[str]:
    return [column for column in feature.needs if column != "day" and column not in table.columns]
