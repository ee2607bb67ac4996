"""`predict` with a bundle of prices."""

from collections.abc import Mapping, Sequence
from typing import cast

from tunewright.bundle.folder import BundleFolder
from tunewright.bundle.predicted import Predicted, Request
from tunewright.core.codec import Json
from tunewright.core.errors import ConfigError
from tunewright.core.words import counted
from tunewright.experiment.by_user import Factory
from tunewright.experiment.locating import locate
from tunewright.prices.bundle.bundle import maker_of, read_bundle
from tunewright.prices.bundle.inputs import joined_for
from tunewright.prices.bundle.predict import DayForecast, forecast_days, to_csv
from tunewright.prices.bundle.series import other_series
from tunewright.prices.data.options import ReadingOptions
from tunewright.prices.data.source import read_source
from tunewright.prices.experiment.customs import load_customs
from tunewright.prices.run.gathering import read_others

_INTERVAL = "interval  from the errors of the tested model on its sealed days, as there are no others"


def predict(folder: BundleFolder, request: Request) -> Predicted:
    """Read the prices and forecast. Raises InputError."""
    factory, features = of_the_user(maker_of(folder), request.custom)
    bundle = read_bundle(folder, factory)
    if bundle.refit is not None:
        for line in (*bundle.refit.lines(), _INTERVAL):
            request.note(line)
    options = ReadingOptions(bundle.close, request.ticker, request.dates, request.decimals)
    own, _ = read_source(request.data, options)
    if why := other_series(bundle.context, own):
        request.note(
            "warning: these are not the prices that the model was tested on: "
            f"{why}; what its test has shown and its interval do not hold for them"
        )
    joined = joined_for(bundle.inputs, own, read_others(request.others, options)[0])
    for warning in joined.warnings:
        request.note(f"warning: {warning}")
    forecasts = forecast_days(
        bundle, joined.table, last=request.last, coverage=request.coverage, customs=load_customs(features)
    )
    count = counted(len(forecasts), "forecast")
    if len(forecasts) < request.last:
        request.note(f"{count}, not {request.last}: earlier rows lack the history that one needs")
    return Predicted(
        count,
        _table(forecasts, request.coverage),
        to_csv(forecasts),
        cast("Json", [cast("Mapping[str, Json]", day.as_dict()) for day in forecasts]),
    )


def of_the_user(maker: str | None, custom: Sequence[str]) -> tuple[Factory | None, list[str]]:
    """The function that makes the network, which is known by its name, and the places of those that make features."""
    if maker is None:
        return None, list(custom)
    name = maker.rpartition(":")[2]
    named = [call for call in custom if call.rpartition(":")[2] == name]
    own = [call for call in named if call == maker] or named
    if len(own) > 1:
        raise ConfigError(f"--custom: expected one function called as the network's, {maker}, found {', '.join(own)}")
    try:
        return (locate(own[0]).function if own else None), [call for call in custom if call not in own]
    except ConfigError as error:
        raise ConfigError(f"--custom: {error}") from None


def _table(forecasts: Sequence[DayForecast], coverage: float) -> list[str]:
    """The second interval, scaled by volatility, only where there is one of any day."""
    quantity, digits = forecasts[0].quantity, 2 if forecasts[0].quantity == "close" else 5
    both = any(day.scaled_low is not None for day in forecasts)
    heads = [f"{coverage:.0%} interval", *(["by volatility"] if both else [])]
    spans = "".join(f"{head:>26}" for head in heads)
    lines = [f"{'made after':<12}{'for':<12}{f'last {quantity}':>{len(quantity) + 7}}{'forecast':>12}{spans}"]
    for day in forecasts:
        spans = f"{_span(day.low, day.high, digits) or 'none: too few sealed days':>26}"
        if both:
            spans += f"{_span(day.scaled_low, day.scaled_high, digits) or 'none: too few rows':>26}"
        values = f"{day.last:>{len(quantity) + 7},.{digits}f}{day.forecast:>12,.{digits}f}"
        lines.append(f"{day.made_after:<12}{day.target_day:<12}{values}{spans}")
    return lines


def _span(low: float | None, high: float | None, digits: int) -> str:
    """Both ends; empty where there is none."""
    return "" if low is None or high is None else f"{low:,.{digits}f} .. {high:,.{digits}f}"
