"""Intervals around the forecasts of the sealed days, made in three ways, and whether they held what they promised."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from tunewright.core.codec import Json
from tunewright.prices.judging.interval_wording import Kept, sentence
from tunewright.prices.judging.regimes import REGIMES
from tunewright.statistics.adaptive import adaptive_bounds
from tunewright.statistics.coverage import Christoffersen, christoffersen, coverage_test
from tunewright.statistics.forecasts import TestResult
from tunewright.statistics.intervals import Bounds, Flags, fixed_bounds
from tunewright.statistics.matching import Prices
from tunewright.statistics.pinball import crps, pinball

PROMISED = (0.8, 0.9)
TOLD = 0.9
"""The coverage that the sentence and the figure are about."""
GRID = tuple((2 * place + 1) / 20 for place in range(10))
"""Coverages whose ends are the quantiles at 0.025, 0.075 ... 0.975: what the CRPS is made of."""
FEWEST = 39
"""Errors that an interval of 95 %, the widest of them, needs; and wild days that are tested by themselves."""
WILD = REGIMES[-1]


@dataclass(frozen=True, eq=False)
class Errors:
    """Of forecasts, day by day: ln(actual / forecast), and the spread known when each was made; both of shape (n,)."""

    log: Prices
    spread: Prices

    def kept(self, days: Flags) -> "Errors":
        return Errors(self.log[days], self.spread[days])

    @property
    def whole(self) -> Flags:
        """The days that have both."""
        return np.isfinite(self.log) & np.isfinite(self.spread)


@dataclass(frozen=True, eq=False)
class Way:
    """One way to make intervals. learnt, scores: of the errors known and of the sealed days; scale: from scores to log
    errors, shape (days,)."""

    learnt: Prices
    scores: Prices
    scale: Prices
    adaptive: bool
    horizon: int

    def bounds(self, coverage: float) -> Bounds:
        """Of the log errors of the sealed days."""
        if self.adaptive:
            made = adaptive_bounds(self.learnt, self.scores, coverage=coverage, delay=self.horizon)
        else:
            made = fixed_bounds(self.learnt, coverage=coverage, days=len(self.scores))
        return made.times(self.scale)

    def learnt_misses(self, coverage: float) -> Flags:
        """What the fixed interval misses of the errors that it was made of."""
        return fixed_bounds(self.learnt, coverage=coverage, days=len(self.learnt)).missed(self.learnt)


def ways(known: Errors, sealed: Errors, *, horizon: int, scaled: bool) -> dict[str, Way]:
    """By name. scaled: whether the spread tells how far off a forecast may be, as it does of a price's; the log errors
    of a volatility are relative to it already."""
    ones = np.ones(len(sealed.log))
    constant = Way(known.log, sealed.log, ones, False, horizon)
    if not scaled:
        return {"constant": constant, "adaptive": Way(known.log, sealed.log, ones, True, horizon)}
    scores = (known.log / known.spread, sealed.log / sealed.spread, sealed.spread)
    return {"constant": constant, "scaled": Way(*scores, False, horizon), "adaptive": Way(*scores, True, horizon)}


@dataclass(frozen=True)
class Level:
    """What the intervals of one promised coverage came to. by_regime: the share held; None where there is no day.
    width: the mean of (high - low) / forecast. pinball: the mean loss of both ends, in log errors. test: of the promise
    on all days; wild: on those forecast in a wild market alone, None where they are fewer than `FEWEST`."""

    promised: float
    held: float
    by_regime: Mapping[str, float | None]
    width: float
    pinball: float
    test: TestResult
    wild: TestResult | None
    christoffersen: Christoffersen | None

    def as_dict(self) -> dict[str, Json]:
        return {
            "promised": self.promised,
            "held": self.held,
            "by_regime": dict(self.by_regime),
            "width": self.width,
            "pinball": self.pinball,
            "test": asdict(self.test),
            "wild": asdict(self.wild) if self.wild else None,
            "christoffersen": asdict(self.christoffersen) if self.christoffersen else None,
        }


@dataclass(frozen=True)
class IntervalJudgement:
    """All ways by name, each at the levels of `PROMISED`; crps in log errors, likewise by name."""

    levels: Mapping[str, tuple[Level, ...]]
    crps: Mapping[str, float]
    days: int

    def sentence(self) -> str:
        """Which way held its promise, at the coverage `TOLD`."""
        told = {name: next(one for one in found if one.promised == TOLD) for name, found in self.levels.items()}
        return sentence({name: _kept(one) for name, one in told.items()}, promised=TOLD, days=self.days)


def _kept(level: Level) -> Kept:
    rows = level.christoffersen.independence if level.christoffersen else None
    return Kept(level.held, level.test, wild_held=level.by_regime[WILD], wild=level.wild, independence=rows)


def judge_intervals(made: Mapping[str, Way], regimes: npt.NDArray[np.int64]) -> IntervalJudgement:
    """regimes: the place in `REGIMES` of each sealed day's origin, shape (days,)."""
    return IntervalJudgement(
        levels={name: tuple(_level(way, one, regimes) for one in PROMISED) for name, way in made.items()},
        crps={name: _crps(way) for name, way in made.items()},
        days=len(regimes),
    )


def _level(way: Way, promised: float, regimes: npt.NDArray[np.int64]) -> Level:
    errors, rate, tail = way.scores * way.scale, 1 - promised, (1 - promised) / 2
    bounds = way.bounds(promised)
    missed, learnt = bounds.missed(errors), way.learnt_misses(promised)
    ends = ((bounds.low, tail), (bounds.high, 1 - tail))
    days = {name: regimes == place for place, name in enumerate(REGIMES)}
    wild = days[WILD]
    return Level(
        promised=promised,
        held=1 - float(missed.mean()),
        by_regime={name: 1 - float(missed[one].mean()) if one.any() else None for name, one in days.items()},
        width=float(np.mean(np.exp(bounds.high) - np.exp(bounds.low))),
        pinball=float(np.mean([pinball(errors, end, level=level) for end, level in ends])),
        test=coverage_test(missed, learnt, rate=rate, horizon=way.horizon),
        wild=coverage_test(missed[wild], learnt, rate=rate, horizon=way.horizon) if wild.sum() >= FEWEST else None,
        christoffersen=christoffersen(missed, rate=rate) if way.horizon == 1 else None,
    )


def _crps(way: Way) -> float:
    made = {coverage: way.bounds(coverage) for coverage in GRID}
    low = {(1 - coverage) / 2: bounds.low for coverage, bounds in made.items()}
    high = {(1 + coverage) / 2: bounds.high for coverage, bounds in made.items()}
    return crps(way.scores * way.scale, {**low, **high})
