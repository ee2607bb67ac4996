"""`predict`."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tunewright.bundle.predict import DayForecast

# Torch takes seconds to load, so the command imports what it needs when it runs.


def predict(
    bundle: Annotated[Path, typer.Argument(help="A bundle folder, or the run folder around it.")],
    data: Annotated[str, typer.Option(help="A CSV of daily prices up to the last known day, or builtin:NAME.")],
    others: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="FILE[:TICKER]", help="Prices of another ticker that the model needs."),
    ] = None,
    custom: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE.py:NAME", help="A feature function that the model needs; it is executed."),
    ] = None,
    ticker: Annotated[str | None, typer.Option(help="Which of several tickers in the file to read.")] = None,
    dates: Annotated[str, typer.Option(help="auto, day_first or month_first.")] = "auto",
    decimals: Annotated[str, typer.Option(help="auto, point or comma: what marks the decimals of numbers.")] = "auto",
    last: Annotated[int, typer.Option(min=1, help="Forecast after each of the last so many rows.")] = 1,
    coverage: Annotated[float, typer.Option(min=0.01, max=0.999, help="Share of days the interval should hold.")] = 0.9,
    out: Annotated[Path | None, typer.Option(help="Write a CSV file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Forecast the next day's price, or volatility, with the interval that held on the sealed test."""
    from tunewright.bundle.bundle import load_bundle
    from tunewright.bundle.inputs import joined_for
    from tunewright.bundle.predict import forecast_days, to_csv
    from tunewright.core.codec import write_atomically
    from tunewright.core.errors import InputError, RunFolderError
    from tunewright.data.cells import counted
    from tunewright.data.source import read_source
    from tunewright.experiment.customs import load_customs
    from tunewright.runs.gathering import read_others

    loaded = load_bundle(bundle)
    own, _ = read_source(data, close=loaded.close, ticker=ticker, dates=dates, decimals=decimals)
    joined = joined_for(
        loaded.inputs, own, read_others(others or [], close=loaded.close, dates=dates, decimals=decimals)[0]
    )
    for warning in joined.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    customs = load_customs(custom or [])
    forecasts = forecast_days(loaded, joined.table, last=last, coverage=coverage, customs=customs)
    if out is not None:
        try:
            write_atomically(out, to_csv(forecasts))
        except RunFolderError as error:
            raise InputError(f"{str(error).partition(';')[0]}; choose another --out") from None
    if len(forecasts) < last:
        print(
            f"{counted(len(forecasts), 'forecast')}, not {last}: earlier rows lack the history that one needs",
            file=sys.stderr,
        )
    if as_json:
        print(json.dumps([forecast.as_dict() for forecast in forecasts], indent=2))
    elif out is None:
        _print_table(forecasts, coverage)
    else:
        print(f"{counted(len(forecasts), 'forecast')}: {out}")


def _print_table(forecasts: "list[DayForecast]", coverage: float) -> None:
    quantity, interval = forecasts[0].quantity, f"{coverage:.0%} interval"
    digits = 2 if quantity == "close" else 5
    print(f"{'made after':<12}{'for':<12}{f'last {quantity}':>{len(quantity) + 7}}{'forecast':>12}{interval:>26}")
    for day in forecasts:
        span = f"{day.low:,.{digits}f} .. {day.high:,.{digits}f}"
        values = f"{day.last:>{len(quantity) + 7},.{digits}f}{day.forecast:>12,.{digits}f}"
        print(f"{day.made_after:<12}{day.target_day:<12}{values}{span:>26}")
