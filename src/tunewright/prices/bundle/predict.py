"""Forecasts of the next day from a bundle, with an empirical interval."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np

from tunewright.core.errors import BundleError, DataError
from tunewright.prices.bundle.bundle import Bundle
from tunewright.prices.bundle.inputs import check_functions
from tunewright.prices.data.calendar import trading_day
from tunewright.prices.data.table import PriceTable, concat
from tunewright.prices.judging.spread import ROWS, spread_at
from tunewright.prices.preparation.custom import CustomFeatures, extend
from tunewright.statistics.intervals import conformal_bounds
from tunewright.statistics.matching import Prices

HOLE = 5


@dataclass(frozen=True)
class DayForecast:
    """A forecast made after the close of `made_after` for `target_day`, of the price or of the volatility.

    quantity: `close` or `volatility`. last: its value in the row of `made_after`.
    target_day: the date in the data where it is there, else the next one by the calendar that the data shows.
    low, high: the interval, from the errors on the sealed days; None where these are too few for it. scaled_low,
    scaled_high: one of a price that is as wide as the market was restless before; None also where the bundle has no
    scaled errors, or the prices fewer than `ROWS` rows up to the forecast. tested: whether it was this model that was
    tested; the intervals are the tested model's, whichever this one is.
    """

    made_after: str
    target_day: str
    last: float
    forecast: float
    low: float | None
    high: float | None
    scaled_low: float | None = None
    scaled_high: float | None = None
    quantity: Literal["close", "volatility"] = "close"
    tested: bool = True

    def as_dict(self) -> Mapping[str, str | float | None]:
        """The values under their names; `last` is `last_close` or `last_volatility`, and a volatility has no interval
        scaled by it. Those of a model that was not tested say so."""
        values = asdict(self)
        quantity, tested = values.pop("quantity"), values.pop("tested")
        if quantity == "volatility":
            del values["scaled_low"], values["scaled_high"]
        told = {f"last_{quantity}" if name == "last" else name: value for name, value in values.items()}
        return told if tested else {**told, "tested": False, "interval_of": "tested model"}


def forecast_days(
    bundle: Bundle,
    table: PriceTable,
    *,
    last: int = 1,
    coverage: float = 0.9,
    customs: Sequence[CustomFeatures] = (),
) -> list[DayForecast]:
    """One forecast after each of the last `last` rows of the table; fewer where earlier rows lack the history.

    Where the table goes on from the bundle's own rows and is too short for a window, those rows go before it.
    table: with the other tickers that the bundle needs (`joined_for`). customs: the functions it needs. Raises
    BundleError where functions are missing, DataError where there are too few rows even so.
    """
    check_functions(bundle.inputs, customs)
    given, spec = len(table), bundle.forecaster.preparation.spec
    close = with_context(bundle, table, rows=ROWS).close
    table = with_context(bundle, table, rows=spec.history() + bundle.inputs.warmup)
    table = extend(table, customs).table
    first = max(spec.history() - 1, len(table) - given)
    if len(table) <= first:
        raise DataError(
            f"a forecast needs {spec.history()} rows of prices, found {len(table)}: give a file with more history"
        )
    origins = np.arange(max(first, len(table) - last), len(table))
    known = spec.quantity().series(table)
    spread = spread_at(close, origins + len(close) - len(table), horizon=spec.horizon)
    with np.errstate(all="ignore"):  # told by `_checked`
        forecasts = _checked(bundle.forecaster.forecast(table, origins))
    ends = _ends(forecasts, bundle.errors, coverage=coverage, scale=np.ones(len(origins)))
    scaled_ends = _ends(forecasts, bundle.scaled_errors or (), coverage=coverage, scale=spread)
    return [
        DayForecast(
            made_after=str(table.dates[origin]),
            target_day=_target_day(table, int(origin), spec.horizon),
            last=float(known[origin]),
            forecast=float(forecast),
            low=low,
            high=high,
            scaled_low=scaled_low,
            scaled_high=scaled_high,
            quantity="volatility" if spec.target == "volatility" else "close",
            tested=bundle.refit is None,
        )
        for origin, forecast, (low, high), (scaled_low, scaled_high) in zip(
            origins, forecasts, ends, scaled_ends, strict=True
        )
    ]


def _ends(
    forecasts: Prices, errors: Sequence[float], *, coverage: float, scale: Prices
) -> list[tuple[float, float] | tuple[None, None]]:
    """The interval of each forecast; none where the errors are too few, or where its scale is not known (NaN)."""
    bounds = conformal_bounds(errors, coverage=coverage)
    if bounds is None:
        return [(None, None)] * len(forecasts)
    known = np.isfinite(scale)
    with np.errstate(all="ignore"):
        low, high = (_checked(np.where(known, forecasts * np.exp(bound * scale), 0.0)) for bound in bounds)
    return [
        (float(one), float(other)) if there else (None, None)
        for one, other, there in zip(low, high, known, strict=True)
    ]


def _checked(values: Prices) -> Prices:
    if not np.isfinite(values).all():
        raise BundleError("the bundle's model gives no numbers for these prices: it is not usable; train it again")
    return values


def with_context(bundle: Bundle, table: PriceTable, *, rows: int) -> PriceTable:
    """The table with those of the bundle's rows before it that are older, where it has fewer than `rows` by itself.

    Only where both make one series: the same columns, and fewer than `HOLE` weekdays missing between them.
    """
    older = int(np.searchsorted(bundle.context.dates, table.dates[0]))
    if len(table) >= rows or not older:
        return table
    missing = int(np.busday_count(bundle.context.dates[older - 1], table.dates[0])) - 1
    same_columns = list(bundle.context.columns) == list(table.columns)
    return concat(bundle.context.head(older), table) if same_columns and missing < HOLE else table


def _target_day(table: PriceTable, origin: int, horizon: int) -> str:
    if origin + horizon < len(table):
        return str(table.dates[origin + horizon])
    return str(trading_day(table.dates, origin + horizon - (len(table) - 1)))


def to_csv(forecasts: Sequence[DayForecast]) -> str:
    """One row per forecast, under the names of `as_dict`; at least one forecast."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(forecasts[0].as_dict()), lineterminator="\n")
    writer.writeheader()
    writer.writerows(forecast.as_dict() for forecast in forecasts)
    return text.getvalue()
