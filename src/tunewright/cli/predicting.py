"""`predict`."""

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from tunewright.cli.saying import say
from tunewright.cli.writing import write_out
from tunewright.core.errors import ConfigError

_OF_SOME = ("with", "custom", "ticker", "dates", "decimals", "last", "coverage")
"""Options that mean something to bundles of some kinds only."""

# Torch takes seconds to load, so the command imports what it needs when it runs.


def predict(
    context: typer.Context,
    bundle: Annotated[Path, typer.Argument(help="A bundle folder, or the run folder around it.")],
    data: Annotated[
        str | None,
        typer.Option(
            help="A CSV of daily prices up to the last known day; for a bundle of images a PNG or JPEG file, a folder "
            "of them or a set of images; or builtin:NAME. By default the data of the run around the bundle."
        ),
    ] = None,
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
    from tunewright.bundle.predicted import Request
    from tunewright.entrance import bundles_of, source_of

    folder = open_bundle(bundle)
    if data is None:
        data, of_run = source_of(folder.path.parent)
        others = others or of_run
    bundles = bundles_of(folder)
    _refuse_others(context, bundles.options, noun=folder.kind)
    note = partial(say, aside=True)
    found = bundles.predict(
        folder, Request(data, others or [], custom or [], ticker, dates, decimals, last, coverage, note)
    )
    if out is not None:
        write_out(out, found.csv)
    if as_json:
        print(json.dumps(found.json, indent=2))
    else:
        say("\n".join(found.table) if out is None else f"{found.count}: {out}")
    for remark in found.remarks:
        say(remark, aside=as_json)


def _refuse_others(context: typer.Context, options: Sequence[str], *, noun: str) -> None:
    """Raises ConfigError where an option was given that means nothing for such a bundle."""
    sources = {name: context.get_parameter_source("others" if name == "with" else name) for name in _OF_SOME}
    given = [f"--{name}" for name, source in sources.items() if source is not None and source.name != "DEFAULT"]
    if alien := [name for name in given if name.removeprefix("--") not in options]:
        raise ConfigError(f"{', '.join(alien)}: expected no such option with a bundle of {noun}; leave it out")
