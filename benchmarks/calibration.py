"""How often the verdict on prices claims something where there is nothing to claim, and where there is. In Markdown.

    python benchmarks/calibration.py [SERIES]

Random walks with returns that are normal, of heavy tails (Student's t, 4 degrees of freedom) or of clustered
volatility (GARCH 0.05, 0.9), and AR(1) returns. Of each series 1,000 rows are for development: on them a linear
regression of the return over the horizon on the last five returns and their mean over twenty days is fitted, and one
on the last return stands in for the ridge. The rest are the sealed days, which the program's own `judge` judges. A
claim is p < 0.01; "does better" is what the verdict says of drift or ridge. The last three columns are the clauses on
stability that do not hold: on random walks the model is truly worse than the last price, so there they are no errors.
"""

import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tunewright.prices.data.table import PriceTable
from tunewright.prices.judging.regimes import fit_regimes
from tunewright.prices.judging.verdict import Forecasts, Judgement, TestContext, judge
from tunewright.prices.preparation.seal import Development
from tunewright.statistics.levels import LEVEL

DEVELOPMENT, LOOK_BACK = 1000, 20
Array = NDArray[np.float64]
Returns = Literal["normal", "heavy", "clustered", "ar"]


@dataclass(frozen=True)
class Design:
    """`phi` of AR(1) returns; 0 of the others."""

    returns: Returns
    horizon: int
    days: int
    phi: float = 0.0


WALKS = [
    *(Design("normal", horizon, days) for horizon in (1, 5, 20, 60) for days in (250, 500, 1000)),
    *(Design(returns, horizon, 500) for returns in ("heavy", "clustered") for horizon in (1, 20)),
]
SIGNALS = [Design("ar", 1, 1000, phi) for phi in (0.1, 0.2, 0.4)]
CLAIMS = ("skill", "hint", "worse", "does better", "Clark-West", "Diebold-Mariano", "SPA", "direction")
STABILITY = {"ordinary days": "few_days", "all times": "at_all_times", "years, markets": "everywhere"}
COLUMNS = (*CLAIMS, *STABILITY)


def returns_of(design: Design, rng: np.random.Generator, *, rows: int) -> Array:
    shocks = rng.standard_t(4, size=rows) / 2**0.5 if design.returns == "heavy" else rng.normal(size=rows)
    values, variance = np.empty(rows), 1.0
    for row, shock in enumerate(shocks):
        values[row] = variance**0.5 * shock + (design.phi * values[row - 1] if row else 0.0)
        if design.returns == "clustered":
            variance = 0.05 + 0.05 * values[row] ** 2 + 0.9 * variance
    return 0.01 * values


def regressed(features: Array, target: Array, *, learnt: NDArray[np.int64], asked: NDArray[np.int64]) -> Array:
    """Least squares on the rows `learnt`, for the rows `asked`."""
    columns = np.column_stack([np.ones(len(features)), features])
    weights, *_ = np.linalg.lstsq(columns[learnt], target[learnt], rcond=None)
    return np.asarray(columns[asked] @ weights)


def judged(design: Design, seed: int) -> Judgement:
    """One series from its seed to the verdict's numbers."""
    horizon, rows = design.horizon, DEVELOPMENT + design.days
    returns = returns_of(design, np.random.default_rng([seed, horizon, design.days]), rows=rows)
    logs = np.cumsum(returns)
    lags = np.column_stack([np.roll(returns, lag) for lag in range(5)])
    smooth = np.convolve(returns, np.ones(LOOK_BACK) / LOOK_BACK)[:rows]
    ahead = np.roll(logs, -horizon) - logs
    learnt = np.arange(LOOK_BACK, DEVELOPMENT - horizon)
    asked = np.arange(DEVELOPMENT, rows) - horizon
    close = 100 * np.exp(logs)
    model = regressed(np.column_stack([lags, smooth]), ahead, learnt=learnt, asked=asked)
    ridge = regressed(lags[:, :1], ahead, learnt=learnt, asked=asked)
    known = close[:DEVELOPMENT]
    table = PriceTable(np.busday_offset("2011-01-03", np.arange(DEVELOPMENT), roll="forward"), {"close": known})
    regimes = fit_regimes(Development(table)).of(close, asked)
    forecasts = Forecasts(
        dates=np.busday_offset("2015-01-01", np.arange(design.days), roll="forward"),
        actual=close[asked + horizon],
        last=close[asked],
        model=close[asked] * np.exp(model),
        drift=close[asked] * np.exp(horizon * returns[1:DEVELOPMENT].mean()),
        ridge=close[asked] * np.exp(ridge),
        regimes=regimes,
    )
    moves = known[horizon:] - known[:-horizon]
    context = TestContext(
        horizon=horizon,
        naive_mae=float(np.abs(moves).mean()),
        majority="up" if (moves > 0).mean() >= 0.5 else "down",
        training_low=float(known.min()),
        training_high=float(known.max()),
        seed=seed,
    )
    return judge(forecasts, context)


def claims_of(design: Design, seed: int) -> list[str]:
    """The names of COLUMNS that are true of this series."""
    found = judged(design, seed)
    failed = {one.name for one in found.clauses if one.holds is False}
    made = {
        "skill": found.conclusion == "skill",
        "hint": found.conclusion == "hint",
        "worse": found.conclusion == "worse",
        "does better": "it does better than" in found.verdict,
        "Clark-West": found.clark_west.p < LEVEL,
        "Diebold-Mariano": found.diebold_mariano.p < LEVEL,
        "SPA": found.spa is not None and found.spa < LEVEL,
        "direction": found.directional.p < LEVEL,
        **{name: clause in failed for name, clause in STABILITY.items()},
    }
    return [name for name, claimed in made.items() if claimed]


def main(series: int) -> None:
    print(f"Claims in {series:,} series each, %\n")
    print(f"| returns | horizon | days | {' | '.join(COLUMNS)} |\n| --- |{' --- |' * (2 + len(COLUMNS))}")
    with ProcessPoolExecutor() as pool:
        for design in [*WALKS, *SIGNALS]:
            made = pool.map(partial(claims_of, design), range(series), chunksize=20)
            counts = Counter(name for names in made for name in names)
            name = f"AR(1) {design.phi}" if design.phi else design.returns
            shares = " | ".join(f"{100 * counts[claim] / series:.1f}" for claim in COLUMNS)
            print(f"| {name} | {design.horizon} | {design.days} | {shares} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
