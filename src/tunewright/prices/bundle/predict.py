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
from tunewright.prices.preparation.custom import CustomFeatures, extend
from tunewright.statistics.intervals import conformal_bounds

HOLE = 5


@dataclass(frozen=True)
class DayForecast:
    """A forecast made after the close of `made_after` for `target_day`, of the price or of the volatility.

    quantity: `close` or `volatility`. last: its value in the row of `made_after`.
    target_day: the date in the data where it is there, else the next one by the calendar that the data shows.
    low, high: the interval, from the errors on the sealed days; None where these are too few for it. tested: whether it
    was this model that was tested; the interval is the tested model's, whichever this one is.
    """

    made_after: str
    target_day: str
    last: float
    forecast: float
    low: float | None
    high: float | None
    quantity: Literal["close", "volatility"] = "close"
    tested: bool = True

    def as_dict(self) -> Mapping[str, str | float | None]:
        """The values under their names; `last` is `last_close` or `last_volatility`. Those of a model that was not
        tested say so."""
        values = asdict(self)
        quantity, tested = values.pop("quantity"), values.pop("tested")
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
    given = len(table)
    table = with_context(bundle, table)
    table = extend(table, customs).table
    spec = bundle.forecaster.preparation.spec
    first = max(spec.history() - 1, len(table) - given)
    if len(table) <= first:
        raise DataError(
            f"a forecast needs {spec.history()} rows of prices, found {len(table)}: give a file with more history"
        )
    origins = np.arange(max(first, len(table) - last), len(table))
    known = spec.quantity().series(table)
    bounds = conformal_bounds(bundle.errors, coverage=coverage)
    with np.errstate(all="ignore"):  # told below
        forecasts = bundle.forecaster.forecast(table, origins)
        ends = [forecasts * np.exp(bound) for bound in bounds or ()]
    if not np.isfinite([forecasts, *ends]).all():
        raise BundleError("the bundle's model gives no numbers for these prices: it is not usable; train it again")
    return [
        DayForecast(
            made_after=str(table.dates[origin]),
            target_day=_target_day(table, int(origin), spec.horizon),
            last=float(known[origin]),
            forecast=float(forecast),
            low=float(ends[0][place]) if ends else None,
            high=float(ends[1][place]) if ends else None,
            quantity="volatility" if spec.target == "volatility" else "close",
            tested=bundle.refit is None,
        )
        for place, (origin, forecast) in enumerate(zip(origins, forecasts, strict=True))
    ]


def with_context(bundle: Bundle, table: PriceTable) -> PriceTable:
    """The table with those of the bundle's rows before it that are older, where it is too short by itself.

    Only where both make one series: the same columns, and fewer than `HOLE` weekdays missing between them.
    """
    older = int(np.searchsorted(bundle.context.dates, table.dates[0]))
    needed = bundle.forecaster.preparation.spec.history() + bundle.inputs.warmup
    if len(table) >= needed or not older:
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
