"""What the forecast's figures show, in words and as tables."""

from collections.abc import Mapping, Sequence

import numpy as np

from tunewright.prices.report.predictions import Predictions
from tunewright.prices.report.results import Fold, Span
from tunewright.prices.report.strategies import Curve
from tunewright.report.look import NAMES
from tunewright.report.told import Cell, Told, course, listed
from tunewright.report.values import Dates, Floats, Number
from tunewright.report.words import number

PREDICTIONS = "predictions.csv"


def comparison(names: Sequence[str], panels: Mapping[str, Sequence[Number]]) -> Told:
    """panels: a value for each forecast, by the title of the axis."""
    forecasts = [NAMES[name] for name in names]
    said = [f"{title}: {listed(dict(zip(forecasts, values, strict=True)))}." for title, values in panels.items()]
    return Told(" ".join(said), {"Forecast": forecasts, **panels})


def forecast(told: Predictions, value: str) -> Told:
    """On the scale of what was forecast. value: in one word."""
    off = float(np.median(np.abs(told.model - told.actual)))
    naive = float(np.median(np.abs(told.last_value - told.actual)))
    return Told(
        f"{_span(told.dates)} the {value} goes {course(told.actual)}. On the median day the forecast is {number(off)} "
        f"off, the last {value} {number(naive)}.",
        {"Date": _days(told.dates), "Actual": _cells(told.actual), "Forecast": _cells(told.model),
         f"Last {value}": _cells(told.last_value)},
        PREDICTIONS,
    )  # fmt: skip


def change(dates: Dates, actual: Floats, model: Floats, *, unit: str) -> Told:
    """As change from the last known value, in `unit`."""
    both = actual.std() > 0 and model.std() > 0
    together = f" Their correlation is {number(float(np.corrcoef(actual, model)[0, 1]), digits=2)}." if both else ""
    reach = [f"{number(float(one.min()))} to {number(float(one.max()))}" for one in (actual, model)]
    return Told(
        f"The actual changes run from {reach[0]}, the predicted ones from {reach[1]} ({unit}).{together}",
        {"Date": _days(dates), f"Actual ({unit})": _cells(actual), f"Predicted ({unit})": _cells(model)},
        PREDICTIONS,
    )


def intervals(dates: Dates, actual: Floats, ends: Mapping[str, tuple[Floats, Floats]]) -> Told:
    """ends: low and high of each way to make them, in per cent of the forecast, as `actual`."""
    outside = {name: int(((actual < low) | (actual > high)).sum()) for name, (low, high) in ends.items()}
    said = ", ".join(f"{name} {count}" for name, count in outside.items())
    columns = {
        f"{name}: {end} (%)": _cells(values)
        for name, pair in ends.items()
        for end, values in zip(("low", "high"), pair, strict=True)
    }
    return Told(
        f"Days outside their interval, of {len(dates):,}: {said}.",
        {"Date": _days(dates), "Actual (%)": _cells(actual), **columns},
    )


def folds(folds: Sequence[Fold], test: Span) -> Told:
    spans = [("Sealed test", "Sealed test", test)]
    spans = [
        *((f"Fold {fold.number + 1}", role, span) for fold in folds
          for role, span in (("Training", fold.train), ("Validation", fold.validation))),
        *spans,
    ]  # fmt: skip
    ends = (
        f"{len(folds)} folds: training ends before {folds[0].validation.first} in the first; validation reaches "
        f"{folds[-1].validation.last} in the last. " if folds else "No folds. "
    )  # fmt: skip
    names, roles, held = zip(*spans, strict=True)
    return Told(
        f"{ends}The sealed test is {test.first} to {test.last}.",
        {"Fold": names, "Use": roles, "First day": [str(one.first) for one in held],
         "Last day": [str(one.last) for one in held], "Days": [f"{one.rows:,}" for one in held]},
    )  # fmt: skip


def worth(curve: Curve) -> Told:
    names = ("sign", "size", "buy_and_hold")
    returns = {NAMES[name]: 100 * np.array(getattr(curve, name), dtype=np.float64) for name in names}
    said = "; ".join(f"{name} {course(values, ' %')}" for name, values in returns.items())
    days = [str(day) for day in curve.dates]
    shown = {f"{name} (%)": _cells(values) for name, values in returns.items()}
    return Told(f"Net return, {days[0]} to {days[-1]}: {said}.", {"Date": days, **shown})


def seeds(skills: Mapping[str, Floats]) -> Told:
    """skills: in per cent, one for each seed, by the configuration's name in print."""
    said = "; ".join(
        f"{name}: mean {number(float(one.mean()), digits=3)} %, {number(float(one.min()), digits=3)} to "
        f"{number(float(one.max()), digits=3)} %"
        for name, one in skills.items()
    )
    pairs = [(name, str(seed), float(value)) for name, one in skills.items() for seed, value in enumerate(one)]
    names, numbers, values = zip(*pairs, strict=True)
    return Told(f"Skill over seeds. {said}.", {"Configuration": names, "Seed": numbers, "Skill (%)": values})


def _span(dates: Dates) -> str:
    return f"From {dates[0]} to {dates[-1]}"


def _days(dates: Dates) -> list[Cell]:
    return [str(day) for day in dates]


def _cells(values: Floats) -> list[Cell]:
    return [float(value) for value in values]
