"""The sealed test of a price or of a volatility: every forecast of the same days, and what they come to."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Protocol

import numpy as np
import numpy.typing as npt

from tunewright.core.codec import Json
from tunewright.core.seeds import SeedTree
from tunewright.prices.experiment.resolved import quantity_of
from tunewright.prices.experiment.settings import Experiment
from tunewright.prices.judging.regimes import Regimes
from tunewright.prices.judging.sealed import Forecasts, TestContext
from tunewright.prices.judging.simple import SimpleMethods, fit_simple
from tunewright.prices.judging.verdict import Judgement, judge
from tunewright.prices.judging.volatility import VolatilityJudgement, judge_volatility
from tunewright.prices.judging.volatility_sealed import VolatilityContext, VolatilityForecasts
from tunewright.prices.preparation.seal import OpenedTest
from tunewright.prices.preparation.targets import FLOOR, Volatility
from tunewright.prices.run.setup import Prepared
from tunewright.prices.training.forecaster import Forecaster
from tunewright.runs.openings.looks import Looks

AnyForecasts = Forecasts | VolatilityForecasts
AnyJudgement = Judgement | VolatilityJudgement


@dataclass(frozen=True)
class Forecasted:
    """The forecasts of the sealed days, and what they come to, given what was looked at before."""

    forecasts: AnyForecasts
    judge: Callable[[Looks], AnyJudgement]


class Judge(Protocol):
    """Judges one kind of quantity. Whatever it fits is fitted when it is made, before the sealed test opens."""

    def __call__(self, opened: OpenedTest, *, tuned: Forecaster, ridge: Forecaster) -> Forecasted:
        """Every forecast is made; nothing is judged yet."""
        ...

    def about(self, opened: OpenedTest) -> dict[str, Json]:
        """What results.json tells beside the judgement, under keys of its own."""
        ...


def make_judge(prepared: Prepared, *, model_name: str, regimes: Regimes) -> Judge:
    """The judge of what this experiment forecasts."""
    quantity = quantity_of(prepared.experiment)
    if isinstance(quantity, Volatility):
        return VolatilityJudge(prepared, model_name, quantity, fit_simple(prepared.development, quantity), regimes)
    return PriceJudge(prepared, model_name, regimes)


def origins_of(opened: OpenedTest, experiment: Experiment) -> npt.NDArray[np.int64]:
    """The row in which the forecast of each sealed day is made."""
    return np.arange(opened.rows.start, opened.rows.stop) - experiment.preparation.horizon


@dataclass(frozen=True)
class PriceJudge:
    """Last value, drift and ridge beside the model."""

    prepared: Prepared
    model_name: str
    regimes: Regimes

    def __call__(self, opened: OpenedTest, *, tuned: Forecaster, ridge: Forecaster) -> Forecasted:
        experiment, close = self.prepared.experiment, opened.table.close
        horizon, origins = experiment.preparation.horizon, origins_of(opened, experiment)
        growth = np.diff(np.log(self.prepared.development.table.close)).mean()
        forecasts = Forecasts(
            dates=opened.table.dates[origins + horizon],
            actual=close[origins + horizon],
            last=close[origins],
            model=tuned.forecast(opened.table, origins),
            drift=close[origins] * np.exp(horizon * growth),
            ridge=ridge.forecast(opened.table, origins),
            regimes=self.regimes.of(close, origins),
        )
        return Forecasted(forecasts, partial(judge, forecasts, self._context()))

    def about(self, opened: OpenedTest) -> dict[str, Json]:
        return {}

    def _context(self) -> TestContext:
        """The verdict's yardsticks, from the development rows: MASE scale, majority direction, range of prices."""
        prepared, experiment, close = self.prepared, self.prepared.experiment, self.prepared.development.table.close
        horizon = experiment.preparation.horizon
        trained = close[prepared.final.start : prepared.final.stop]
        moves = close[horizon:] - close[:-horizon]
        return TestContext(
            horizon=horizon,
            naive_mae=float(np.mean(np.abs(moves))),
            majority="up" if np.sum(moves > 0) >= np.sum(moves < 0) else "down",
            training_low=float(trained.min()),
            training_high=float(trained.max()),
            seed=SeedTree(experiment.seed).integer("spa", bits=31),
            model_name=self.model_name,
        )


@dataclass(frozen=True)
class VolatilityJudge:
    """Last value, mean, EWMA, HAR, GARCH and ridge beside the model."""

    prepared: Prepared
    model_name: str
    volatility: Volatility
    simple: SimpleMethods
    regimes: Regimes

    def __call__(self, opened: OpenedTest, *, tuned: Forecaster, ridge: Forecaster) -> Forecasted:
        series, origins = self.volatility.series(opened.table), origins_of(opened, self.prepared.experiment)
        days = origins + self.volatility.horizon
        forecasts = VolatilityForecasts(
            dates=opened.table.dates[days],
            actual=series[days],
            last=series[origins],
            model=tuned.forecast(opened.table, origins),
            ridge=ridge.forecast(opened.table, origins),
            **self.simple.forecasts(opened.table, origins),
            regimes=self.regimes.of(opened.table.close, origins),
        )
        return Forecasted(forecasts, partial(judge_volatility, forecasts, self._context()))

    def about(self, opened: OpenedTest) -> dict[str, Json]:
        """How volatility is measured, and what the simple methods learnt."""
        daily = self.volatility.daily(opened.table)
        return {
            "volatility": {
                "measure": self.volatility.measure,
                "horizon": self.volatility.horizon,
                "floor": FLOOR,
                "floored_days": int(np.count_nonzero(daily <= FLOOR)),
                "har": {**asdict(self.simple.har), "weights": list(self.simple.har.weights)},
                "garch": self.simple.garch.as_dict(),
            }
        }

    def _context(self) -> VolatilityContext:
        prepared, experiment, horizon = self.prepared, self.prepared.experiment, self.volatility.horizon
        series = self.volatility.series(prepared.development.table)
        trained = series[max(prepared.final.start, self.volatility.look_back - 1) : prepared.final.stop]
        return VolatilityContext(
            horizon=horizon,
            naive_mae=float(np.nanmean(np.abs(series[horizon:] - series[:-horizon]))),
            training_low=float(trained.min()),
            training_high=float(trained.max()),
            seed=SeedTree(experiment.seed).integer("spa", bits=31),
            model_name=self.model_name,
        )
