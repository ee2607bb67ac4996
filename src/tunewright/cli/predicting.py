"""`predict`."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

# Torch takes seconds to load, so the command imports what it needs when it runs.


def predict(
    bundle: Annotated[Path, typer.Argument(help="A bundle folder, or the run folder around it.")],
    data: Annotated[str, typer.Option(help="A CSV of daily prices up to the last known day, or builtin:NAME.")],
    last: Annotated[int, typer.Option(min=1, help="Forecast after each of the last so many rows.")] = 1,
    coverage: Annotated[float, typer.Option(min=0.01, max=0.999, help="Share of days the interval should hold.")] = 0.9,
    out: Annotated[Path | None, typer.Option(help="Write a CSV file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Forecast the next day's price, with the interval that held on the sealed test."""
    from tunewright.bundle.bundle import load_bundle
    from tunewright.bundle.predict import DayForecast, forecast_days, to_csv
    from tunewright.core.codec import write_atomically
    from tunewright.core.errors import InputError
    from tunewright.data.source import read_source

    loaded = load_bundle(bundle)
    table, _ = read_source(data, close=loaded.close)
    forecasts: list[DayForecast] = forecast_days(loaded, table, last=last, coverage=coverage)
    if out is not None:
        try:
            write_atomically(out, to_csv(forecasts))
        except OSError as error:
            raise InputError(f"{out} cannot be written: {error.strerror}; choose another --out") from None
    if len(forecasts) < last:
        print(f"{len(forecasts)} forecasts, not {last}: earlier rows lack the history that one needs", file=sys.stderr)
    if as_json:
        print(json.dumps([forecast.as_dict() for forecast in forecasts], indent=2))
    elif out is None:
        print(f"{'made after':<12}{'for':<12}{'last close':>12}{'forecast':>12}{f'{coverage:.0%} interval':>26}")
        for day in forecasts:
            interval = f"{day.low:,.2f} .. {day.high:,.2f}"
            print(
                f"{day.made_after:<12}{day.target_day:<12}{day.last_close:>12,.2f}{day.forecast:>12,.2f}{interval:>26}"
            )
    else:
        print(f"{len(forecasts)} forecasts: {out}")
