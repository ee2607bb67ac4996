"""The intervals of a run: what is learnt before the sealed test opens, and what they come to on its days."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tunewright.core.codec import Json
from tunewright.prices.experiment.resolved import quantity_of
from tunewright.prices.judging.intervals import FEWEST, TOLD, Errors, Way, judge_intervals, ways
from tunewright.prices.judging.regimes import Regimes
from tunewright.prices.judging.spread import spread_at
from tunewright.prices.preparation.seal import OpenedTest
from tunewright.prices.run.judging import AnyForecasts
from tunewright.prices.run.setup import Prepared
from tunewright.prices.run.validated import Validated
from tunewright.statistics.matching import Prices

DRAWN = 120
"""The last sealed days, which the figure shows."""


@dataclass(frozen=True, eq=False)
class Learnt:
    """Known before the sealed test opens: the winner's validation errors, and where calm and wild markets part."""

    errors: Errors
    regimes: Regimes
    horizon: int
    scaled: bool

    def judged(self, opened: OpenedTest, forecasts: AnyForecasts) -> dict[str, Json] | None:
        """`intervals` of results.json; None where too few errors are known."""
        origins = np.arange(opened.rows.start, opened.rows.stop) - self.horizon
        sealed = errors_of(
            forecasts.actual, forecasts.model, spread_at(opened.table.close, origins, horizon=self.horizon)
        )
        days, known = sealed.whole, self.errors.kept(self.errors.whole)
        if len(known.log) < FEWEST or days.sum() < 2:
            return None
        made = ways(known, sealed.kept(days), horizon=self.horizon, scaled=self.scaled)
        found = judge_intervals(made, self.regimes.of(opened.table.close, origins[days]))
        return {
            "days": found.days,
            "days_left_out": int((~days).sum()),
            "learnt_from": len(known.log),
            "calm_below": self.regimes.calm_below,
            "wild_above": self.regimes.wild_above,
            "ways": {
                name: {"crps": found.crps[name], "levels": [one.as_dict() for one in levels]}
                for name, levels in found.levels.items()
            },
            "sentence": found.sentence(),
            "drawn": _drawn(made, forecasts.dates[days]),
        }


def learn_intervals(prepared: Prepared, found: Validated | None, *, winner: int, regimes: Regimes) -> Learnt | None:
    """From the development rows alone; None where the validation forecasts of the winner, by its number, were not kept.

    A validation error that is not yet known when the first sealed day is forecast, at a horizon above 1, is left out.
    """
    if found is None or winner not in found.trials:
        return None
    development, horizon = prepared.development, prepared.experiment.preparation.horizon
    close = development.table.close
    early = found.rows <= len(close) - horizon
    spread = spread_at(close, found.rows[early] - horizon, horizon=horizon)
    return Learnt(
        errors=errors_of(found.actual[early], found.of(winner)[early], spread),
        regimes=regimes,
        horizon=horizon,
        scaled=quantity_of(prepared.experiment).traded,
    )


def errors_of(actual: Prices, forecast: Prices, spread: Prices) -> Errors:
    """Log errors, NaN where the forecast is not above zero; all of shape (n,)."""
    return Errors(np.log(actual / np.where(forecast > 0, forecast, np.nan)), spread)


def _drawn(made: dict[str, Way], dates: npt.NDArray[np.datetime64]) -> dict[str, Json]:
    """The last days at the coverage `TOLD`, in shares of the forecast."""
    recent, errors = slice(-DRAWN, None), next(iter(made.values()))
    ends = {name: way.bounds(TOLD) for name, way in made.items()}
    return {
        "promised": TOLD,
        "dates": dates[recent].astype(str).tolist(),
        "actual": np.expm1(errors.scores * errors.scale)[recent].tolist(),
        "ends": {
            name: {"low": np.expm1(one.low)[recent].tolist(), "high": np.expm1(one.high)[recent].tolist()}
            for name, one in ends.items()
        },
    }
