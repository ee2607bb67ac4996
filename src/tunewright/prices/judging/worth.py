"""What forecasts of a price are worth: two plain strategies on the sealed days, after costs, beside buy-and-hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tunewright.core.codec import Json
from tunewright.prices.judging.trading import (
    Array,
    Performance,
    Traded,
    held,
    performance,
    sign_positions,
    size_positions,
)
from tunewright.prices.judging.worth_wording import BUY_AND_HOLD, SIGN, SIZE, Told, worth_sentence
from tunewright.statistics.sharpe import expected_best

DAYS_A_YEAR = 365.25
DRAWN_POINTS = 500


@dataclass(frozen=True)
class Terms:
    """What is fixed before the sealed test opens. horizon: in days. costs: of a half-turn, in basis points. scale: mean
    absolute forecast return on the development rows, by which forecasts are sized. trials: of the study, all of them,
    and of those that looked at the same days before. variance: of the study's daily Sharpe ratios in validation; None
    where fewer than two have one."""

    horizon: int
    costs: float
    scale: float
    trials: int
    variance: float | None


@dataclass(frozen=True, eq=False)
class Market:
    """dates, close: of the sealed days and of the day before them, shape (days + 1,). forecast, last: made at, and
    known at, each origin from `horizon` days before the first sealed day to the day before the last, shape
    (days + horizon - 1,)."""

    dates: NDArray[Any]
    close: Array
    forecast: Array
    last: Array

    @property
    def year(self) -> float:
        """Trading days in a year, from the dates."""
        passed = (self.dates[-1] - self.dates[0]) / np.timedelta64(1, "D")
        return float((len(self.dates) - 1) / passed * DAYS_A_YEAR)


@dataclass(frozen=True, eq=False)
class Worth:
    """best_by_luck: daily Sharpe ratio that the best of as many trials without skill reaches on average. strategies and
    wealth, what 1 becomes: by name; wealth of shape (days + 1,), as `dates`."""

    terms: Terms
    dates: NDArray[Any]
    year: float
    best_by_luck: float
    strategies: Mapping[str, Performance]
    wealth: Mapping[str, Array]

    @property
    def days(self) -> int:
        return len(self.dates) - 1

    def sentence(self) -> str:
        """What it comes to, in plain words; never advice."""
        return worth_sentence(Told(self.days, self.year, self.terms.costs, self.terms.trials, self.strategies))

    def as_dict(self) -> dict[str, Json]:
        """The object `worth` of results.json; Sharpe ratios are annual there."""
        drawn = np.unique(np.linspace(0, self.days, min(self.days + 1, DRAWN_POINTS)).round().astype(int))
        variance = self.terms.variance
        return {
            "sentence": self.sentence(),
            "days": self.days,
            "days_a_year": self.year,
            "costs": self.terms.costs,
            "scale": self.terms.scale,
            "trials": self.terms.trials,
            "trial_sharpe_deviation": None if variance is None else (variance * self.year) ** 0.5,
            "best_by_luck": self.best_by_luck * self.year**0.5,
            "strategies": {name: _as_dict(found, year=self.year) for name, found in self.strategies.items()},
            "curve": {
                "dates": [str(day) for day in self.dates[drawn]],
                **{name: (wealth[drawn] - 1).tolist() for name, wealth in self.wealth.items()},
            },
        }


def worth(market: Market, terms: Terms) -> Worth:
    """On the sealed days: the sign of the forecast, its size, and the price bought once and held."""
    returns = market.close[1:] / market.close[:-1] - 1
    sign = sign_positions(market.forecast, market.last)
    size = size_positions(market.forecast, market.last, scale=terms.scale)
    positions = {
        SIGN: held(sign, horizon=terms.horizon),
        SIZE: held(size, horizon=terms.horizon),
        BUY_AND_HOLD: np.ones(len(returns)),
    }
    traded = {name: Traded(own, returns, terms.costs) for name, own in positions.items()}
    by_chance = 1 / (len(returns) - 1)  # the variance of Sharpe ratios around zero, where trials do not tell theirs
    luck = expected_best(trials=terms.trials, variance=by_chance if terms.variance is None else terms.variance)
    year = market.year
    return Worth(
        terms=terms,
        dates=market.dates,
        year=year,
        best_by_luck=luck,
        strategies={
            name: performance(own, year=year, best_by_luck=None if name == BUY_AND_HOLD else luck)
            for name, own in traded.items()
        },
        wealth={name: np.concatenate([[1.0], own.wealth()]) for name, own in traded.items()},
    )


def _as_dict(found: Performance, *, year: float) -> Json:
    ratio: Json = None
    if found.sharpe is not None:
        low, high = found.sharpe.interval()
        annual = year**0.5
        ratio = {"ratio": found.sharpe.ratio * annual, "low": low * annual, "high": high * annual}
    return {
        "turnover": found.turnover,
        "gross_return": found.gross,
        "net_return": found.net,
        "volatility": found.volatility,
        "sharpe": ratio,
        "deflated_sharpe": found.deflated,
        "max_drawdown": found.drawdown,
        "break_even_costs": found.break_even,
    }
