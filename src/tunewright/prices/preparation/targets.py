"""What is forecast: the price or the volatility, on its own scale and on the model's.

A day's volatility is measured from daily prices alone: as log range ln(high / low), or, where there is no high and low,
as absolute log return |ln(close / close of the row before)|. The log range is the better measure by far: it sees the
whole day, so at a constant volatility it scatters by 30 % of its mean where the absolute return does by 76 % (Parkinson
1980, "The extreme value method for estimating the variance of the rate of return"). It is not divided by Parkinson's
sqrt(4 ln 2) = 1.67, which would make it an estimate of the standard deviation: a constant changes no skill, and so each
value can be read off the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from tunewright.core.errors import DataError
from tunewright.core.words import counted
from tunewright.prices.data.table import PriceTable
from tunewright.prices.preparation.names import Measure, Target

Array = npt.NDArray[np.float64]
Columns = Mapping[str, Array]

FLOOR = 1e-4
"""The least volatility of a day, 0.01 %: a day without any movement counts as this, so that logarithms exist."""


class Quantity(Protocol):
    """What is forecast, as it was observed day by day, on its own scale."""

    @property
    def name(self) -> str:
        """In one word, for sentences."""
        ...

    @property
    def look_back(self) -> int:
        """Rows that one value is made of, its own included."""
        ...

    @property
    def traded(self) -> bool:
        """Whether it can be bought: then its moves have the market's volatility, and forecasts of it a worth."""
        ...

    def series(self, table: PriceTable) -> Array:
        """Shape (rows,): each value from its row and earlier ones alone; NaN where these are too few."""
        ...


@dataclass(frozen=True)
class Price:
    """The close, in the data's currency."""

    name: str = "price"
    look_back: int = 1
    traded: bool = True

    def series(self, table: PriceTable) -> Array:
        """The closes, shape (rows,)."""
        return table.close


@dataclass(frozen=True)
class Volatility:
    """The mean volatility of `horizon` days: in row t of the rows t - horizon + 1 to t. No unit: 0.01 is 1 %."""

    measure: Measure = "log_range"
    horizon: int = 1
    name: str = "volatility"
    traded: bool = False

    @property
    def look_back(self) -> int:
        """An absolute return needs the row before as well."""
        return self.horizon + (self.measure == "absolute_return")

    def series(self, table: PriceTable) -> Array:
        """Shape (rows,). Raises DataError as `daily`."""
        return trailing_mean(self.daily(table), self.horizon)

    def daily(self, table: PriceTable) -> Array:
        """Each day's own volatility, shape (rows,), at least `FLOOR`; NaN first where it is an absolute return.

        Raises DataError where a high is below its low or a price is not above zero.
        """
        if self.measure == "absolute_return":
            moves = absolute_return(table.columns)
            moves[:1] = np.nan
            return moves
        high, low = table.columns["high"], table.columns["low"]
        bad = np.flatnonzero((low <= 0) | (high < low))
        if len(bad):
            more = f" (and in {counted(len(bad) - 1, 'more row')})" if len(bad) > 1 else ""
            raise DataError(
                f"the log range needs 0 < low <= high in every row, found low = {low[bad[0]]:g} and "
                f"high = {high[bad[0]]:g} on {table.dates[bad[0]]}{more}: "
                "mend the rows, or set preparation.volatility = 'absolute_return'"
            )
        return log_range(table.columns)


def quantity_for(target: Target, *, measure: Measure, horizon: int) -> Quantity:
    """What a model with this target forecasts in the end."""
    return Volatility(measure, horizon) if target == "volatility" else Price()


def log_range(columns: Columns) -> Array:
    """max(ln(high / low), FLOOR), shape (rows,)."""
    return np.maximum(np.log(columns["high"] / columns["low"]), FLOOR)


def absolute_return(columns: Columns) -> Array:
    """max(|ln(close / close of the row before)|, FLOOR), shape (rows,); the first row has none, and holds FLOOR."""
    close = np.log(columns["close"])
    return np.maximum(np.abs(np.diff(close, prepend=close[:1])), FLOOR)


def trailing_mean(values: Array, rows: int) -> Array:
    """The mean over each row and the `rows` - 1 before it, shape (n,); NaN where there are too few.

    Summed shift by shift, so that no bit of a value depends on how many rows come after it.
    """
    count = len(values) - rows + 1
    means = np.full(len(values), np.nan)
    if count > 0:
        means[rows - 1 :] = sum(values[shift : shift + count] for shift in range(rows)) / rows
    return means


def encode(target: Target, actual: Array, last: Array) -> Array:
    """What the model learns. `actual` on the target days and `last` at their origins, both of shape (n,)."""
    if target == "log_return":
        return np.log(actual / last)
    return np.log(actual) if target == "volatility" else actual


def decode(target: Target, values: Array, last: Array) -> Array:
    """The inverse of `encode`."""
    if target == "log_return":
        return last * np.exp(values)
    return np.exp(values) if target == "volatility" else values
