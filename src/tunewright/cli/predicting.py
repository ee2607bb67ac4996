"""`predict`."""

from pathlib import Path
from typing import Annotated

import typer

# Torch takes seconds to load, so the command imports what it needs when it runs.


def predict(
    context: typer.Context,
    bundle: Annotated[Path, typer.Argument(help="A bundle folder, or the run folder around it.")],
    data: Annotated[
        str,
        typer.Option(
            help="A CSV of daily prices up to the last known day; for a bundle of images a PNG or JPEG file, a folder "
            "of them or a set of images; or builtin:NAME."
        ),
    ],
    others: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="FILE[:TICKER]", help="Prices of another ticker that the model needs."),
    ] = None,
    custom: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE.py:NAME",
            help="A feature function that the model needs, or the function that makes a custom network; the file is "
            "executed.",
        ),
    ] = None,
    ticker: Annotated[str | None, typer.Option(help="Which of several tickers in the file to read.")] = None,
    dates: Annotated[str, typer.Option(help="auto, day_first or month_first.")] = "auto",
    decimals: Annotated[str, typer.Option(help="auto, point or comma: what marks the decimals of numbers.")] = "auto",
    last: Annotated[int, typer.Option(min=1, help="Forecast after each of the last so many rows.")] = 1,
    coverage: Annotated[float, typer.Option(min=0.01, max=0.999, help="Share of days the interval should hold.")] = 0.9,
    out: Annotated[Path | None, typer.Option(help="Write a CSV file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Forecast the next day's price, or volatility, with the interval that held on the sealed test; or tell the classes
    of images."""
    from tunewright.bundle.folder import open_bundle
    from tunewright.images.predicting import classify, refuse_options_of_prices
    from tunewright.prices.predicting import Prices, forecast

    folder = open_bundle(bundle)
    if folder.kind == "images":
        refuse_options_of_prices(context)
        classify(folder, data, custom=custom or [], out=out, as_json=as_json)
    else:
        prices = Prices(data, others or [], ticker=ticker, dates=dates, decimals=decimals)
        forecast(folder, prices, custom=custom or [], last=last, coverage=coverage, out=out, as_json=as_json)
