"""`predict` with a bundle of prices."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tunewright.bundle.folder import BundleFolder
from tunewright.cli.writing import write_out
from tunewright.core.words import counted
from tunewright.prices.bundle.bundle import Bundle, read_bundle
from tunewright.prices.bundle.inputs import joined_for
from tunewright.prices.bundle.predict import DayForecast, forecast_days, to_csv
from tunewright.prices.data.options import ReadingOptions
from tunewright.prices.data.source import read_source
from tunewright.prices.data.table import PriceTable
from tunewright.prices.experiment.customs import load_customs
from tunewright.prices.run.gathering import read_others


@dataclass(frozen=True)
class Prices:
    """What to forecast from, and how to read it: the options of that name."""

    data: str
    others: Sequence[str]
    ticker: str | None
    dates: str
    decimals: str

    def read(self, bundle: Bundle) -> PriceTable:
        """The table that the bundle's forecasts are made from; warnings are said."""
        options = ReadingOptions(bundle.close, self.ticker, self.dates, self.decimals)
        own, _ = read_source(self.data, options)
        joined = joined_for(bundle.inputs, own, read_others(self.others, options)[0])
        for warning in joined.warnings:
            print(f"warning: {warning}", file=sys.stderr)
        return joined.table


def forecast(
    folder: BundleFolder,
    prices: Prices,
    *,
    custom: Sequence[str],
    last: int,
    coverage: float,
    out: Path | None,
    as_json: bool,
) -> None:
    """Read the prices, forecast, and print or write the forecasts."""
    bundle = read_bundle(folder)
    table = prices.read(bundle)
    forecasts = forecast_days(bundle, table, last=last, coverage=coverage, customs=load_customs(custom))
    if out is not None:
        write_out(out, to_csv(forecasts))
    if len(forecasts) < last:
        print(
            f"{counted(len(forecasts), 'forecast')}, not {last}: earlier rows lack the history that one needs",
            file=sys.stderr,
        )
    if as_json:
        print(json.dumps([day.as_dict() for day in forecasts], indent=2))
    elif out is None:
        _print_table(forecasts, coverage)
    else:
        print(f"{counted(len(forecasts), 'forecast')}: {out}")


def _print_table(forecasts: Sequence[DayForecast], coverage: float) -> None:
    quantity, interval = forecasts[0].quantity, f"{coverage:.0%} interval"
    digits = 2 if quantity == "close" else 5
    print(f"{'made after':<12}{'for':<12}{f'last {quantity}':>{len(quantity) + 7}}{'forecast':>12}{interval:>26}")
    for day in forecasts:
        span = f"{day.low:,.{digits}f} .. {day.high:,.{digits}f}"
        values = f"{day.last:>{len(quantity) + 7},.{digits}f}{day.forecast:>12,.{digits}f}"
        print(f"{day.made_after:<12}{day.target_day:<12}{values}{span:>26}")
