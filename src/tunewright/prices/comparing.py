"""Runs on prices side by side: the sealed days that all of them have, and on these who errs less."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt

from tunewright.core.errors import ConfigError, RunFolderError
from tunewright.core.words import counted
from tunewright.prices.report.page import matching_predictions
from tunewright.prices.report.predictions import Predictions
from tunewright.prices.report.race import draw
from tunewright.prices.report.results import Forecast
from tunewright.prices.report.subject import Subject, subject_of
from tunewright.report.compared.outcome import Common, Contender, Contest, Measure
from tunewright.report.compared.pairing import Entry, Tested, Values, tested_pairs
from tunewright.report.reading import checked
from tunewright.report.values import Dates, Floats
from tunewright.report.words import number
from tunewright.runs.by_seed import read_by_seed
from tunewright.runs.finished import Finished
from tunewright.runs.folder import RunFolder
from tunewright.statistics.contenders import loss_ratio

ROUNDING = 1e-9
"""Share by which two readings of one price may differ."""
SQUARED = Measure(
    noun="squared error",
    head="Error",
    hint="Error: squared error of the tuned model in units of the last value's on the same days, so 1 is as good as "
    "repeating the last value.",
    test="Diebold-Mariano",
)
QLIKE = Measure(
    noun="QLIKE loss",
    head="QLIKE",
    hint="QLIKE: actual / forecast - ln(actual / forecast) - 1 on average; 0 is a perfect forecast of the volatility.",
    test="Diebold-Mariano",
)


@dataclass(frozen=True, eq=False)
class Sealed:
    """A run's sealed days. said: forecasts of its tuned model, shape (trainings, days), the shipped model's first."""

    run: Finished
    subject: Subject
    horizon: int
    days: Predictions
    said: Floats

    def on(self, dates: Dates) -> "Sealed":
        """Of these days alone."""
        kept = np.isin(self.days.dates, dates)
        of = self.days
        days = Predictions(of.dates[kept], of.actual[kept], of.model[kept], of.last_value[kept])
        return Sealed(self.run, self.subject, self.horizon, days, self.said[:, kept])


def compare_prices(runs: Sequence[Finished]) -> Contest:
    """Paired on the days that all have sealed. Raises ConfigError where they forecast different things or no day is
    common, RunFolderError where a file is missing or broken."""
    found = [_sealed(run) for run in runs]
    _check_alike(found)
    dates = _common(found)
    shared = [one.on(dates) for one in found]
    _check_same_days(shared)
    volatile, horizon = shared[0].subject.value == "volatility", shared[0].horizon
    measure, lost = (QLIKE, qlike) if volatile else (SQUARED, squared)
    losses = [lost(one.days.actual, one.said) for one in shared]
    naive = 1.0 if volatile else float(squared(shared[0].days.actual, shared[0].days.last_value).mean())
    by_day = [loss.mean(axis=0) for loss in losses]
    entries = [Entry(one.run.label, loss, one.days.model) for one, loss in zip(shared, losses, strict=True)]

    def test(one: Values, other: Values) -> Tested:
        ratio = loss_ratio(cast(Floats, one), cast(Floats, other), horizon=horizon)
        return Tested(ratio.change, ratio.low, ratio.high, ratio.p)

    return Contest(
        measure,
        tuple(_contender(before, float(loss.mean()) / naive) for before, loss in zip(found, losses, strict=True)),
        tested_pairs(entries, test, high_is_good=False),
        Common("sealed day", len(dates), str(dates[0]), str(dates[-1])),
        chance="days",
        figures=lambda: (draw([one.run.label for one in found], by_day, dates, noun=measure.noun),),
    )


def squared(actual: Floats, said: Floats) -> Floats:
    """Losses of the shape of `said`: (days,) or (trainings, days)."""
    return np.asarray((actual - said) ** 2)


def qlike(actual: Floats, said: Floats) -> Floats:
    """As `squared`; of Patton (2011), as in `volatility_metrics`."""
    ratio = actual / said
    return np.asarray(ratio - np.log(ratio) - 1)


def _sealed(run: Finished) -> Sealed:
    forecast = checked(run.folder / "results.json", run.record, Forecast)
    days, horizon = matching_predictions(run.folder, forecast), run.settings.get("preparation.horizon")
    if not isinstance(horizon, int):
        raise RunFolderError(
            f"{run.folder / 'experiment.toml'}: expected preparation.horizon, found {horizon!r}; bring the file back "
            "as it was"
        )
    return Sealed(run, subject_of(forecast), horizon, days, _said(run.folder, days))


def _said(folder: Path, days: Predictions) -> Floats:
    """From every seed where the run kept that, else the shipped model's alone."""
    path = RunFolder(folder).by_seed
    if not path.exists():
        return days.model[None, :]
    frame, seeds = read_by_seed(path, rows=("date",), texts=False)
    said = cast("npt.NDArray[np.float64]", frame[seeds].to_numpy(dtype=np.float64).T)
    if frame["date"].tolist() != days.dates.astype(str).tolist() or not np.allclose(said[0], days.model, rtol=ROUNDING):
        raise RunFolderError(
            f"{path}: expected the days and the forecasts of predictions.csv, found others; bring both back as they "
            "were"
        )
    return said


def _contender(sealed: Sealed, value: float) -> Contender:
    run, best = sealed.run, sealed.run.best
    return Contender(
        run.label, str(run.folder), run.ended, value, number(value),
        rows=len(sealed.days.dates), trainings=len(sealed.said), validation=best.score if best else None,
        looks=run.looks,
    )  # fmt: skip


def _check_alike(found: Sequence[Sealed]) -> None:
    first, *others = found
    for one in others:
        sides = [
            (side.run.label, f"{side.subject.axis}, {counted(side.horizon, 'day')} ahead") for side in (first, one)
        ]
        if sides[0][1] != sides[1][1]:
            told = " and ".join(f"{what} ({label})" for label, what in sides)
            raise ConfigError(
                f"expected runs that forecast the same thing equally far ahead, found {told}; leave one out"
            )


def _common(found: Sequence[Sealed]) -> Dates:
    first, *others = found
    dates = first.days.dates
    for one in others:
        dates = np.intersect1d(dates, one.days.dates, assume_unique=True)
        if len(dates) <= one.horizon:
            spans = "; ".join(
                f"{side.run.label} {side.days.dates[0]} to {side.days.dates[-1]}" for side in (first, *others)
            )
            raise ConfigError(
                f"expected more than {counted(one.horizon, 'sealed day')} that all runs have, found {len(dates)} "
                f"({spans}); compare runs whose sealed tests overlap"
            )
    return dates


def _check_same_days(shared: Sequence[Sealed]) -> None:
    """Days of the same date may be of other prices."""
    first, *others = shared
    for one in others:
        for name, here, there in (
            (first.subject.column, first.days.actual, one.days.actual),
            ("last value", first.days.last_value, one.days.last_value),
        ):
            apart = np.flatnonzero(np.abs(here - there) > ROUNDING * np.maximum(np.abs(here), np.abs(there)))
            if len(apart):
                day = int(apart[0])
                raise ConfigError(
                    f"expected the same data on the same days, found on {first.days.dates[day]} a {name} of "
                    f"{here[day]:.10g} ({first.run.label}) and {there[day]:.10g} ({one.run.label}); compare runs on "
                    "one file, or on the same ticker and close"
                )
