"""How often Clark-West calls noise a skill twenty and sixty days ahead, and why more often than it should. In Markdown.

    python benchmarks/long_horizons.py [SERIES]

The series and the regression of calibration.py, Clark-West's gain alone, at p < 0.01. By the sign of the regression's
slope: one that is below zero expects the way back. With other numbers of degrees of freedom, one to so many horizons,
where the program has one to four; and what that costs where returns have a mean that moves slowly (a tenth of their
variance, of persistence 0.97).
"""

import sys
from dataclasses import dataclass

import numpy as np
from calibration import DEVELOPMENT, LOOK_BACK, Array, Design, Returns, returns_of
from scipy import signal, stats

from tunewright.statistics.levels import LEVEL

SPANS = (4, 6, 8, 12)
DESIGNS: list[tuple[Returns | None, int, int]] = [
    *(("normal", horizon, days) for horizon in (20, 60) for days in (250, 500, 1000)),
    ("heavy", 20, 500),
    ("clustered", 20, 500),
    (None, 20, 1000),
]


@dataclass(frozen=True)
class Gain:
    """f of Clark & West (2007), shape (days,), and the slope of the regression on earlier returns."""

    values: Array
    slope: float


def gain(returns: Array, *, horizon: int) -> Gain:
    rows = len(returns)
    logs = np.cumsum(returns)
    lags = np.column_stack([np.roll(returns, lag) for lag in range(5)])
    smooth = np.convolve(returns, np.ones(LOOK_BACK) / LOOK_BACK)[:rows]
    ahead, features = np.roll(logs, -horizon) - logs, np.column_stack([lags, smooth])
    learnt, asked = np.arange(LOOK_BACK, DEVELOPMENT - horizon), np.arange(DEVELOPMENT, rows) - horizon
    columns = np.column_stack([np.ones(rows), features])
    weights, *_ = np.linalg.lstsq(columns[learnt], ahead[learnt], rcond=None)
    close = 100 * np.exp(logs)
    actual, last = close[asked + horizon], close[asked]
    model = last * np.exp(columns[asked] @ weights)
    values = (actual - last) ** 2 - (actual - model) ** 2 + (last - model) ** 2
    return Gain(values, float(weights[1:6].mean() + weights[6]))


def p_of(values: Array, *, horizon: int, spans: int) -> float:
    """One-sided; of four spans, what `clark_west` gives."""
    days = len(values)
    freedom = max(1, int(min(0.4 * days ** (2 / 3), days / (spans * horizon))))
    angles = np.pi * np.outer(np.arange(1, freedom + 1), (np.arange(days) + 0.5) / days)
    waves = np.cos(angles) @ values * (2 / days) ** 0.5
    return float(stats.t.sf(values.mean() / (np.mean(waves**2) / days) ** 0.5, freedom))


def slow(rng: np.random.Generator, *, rows: int) -> Array:
    """Returns with a mean that moves slowly."""
    mean = signal.lfilter([1], [1, -0.97], rng.normal(size=rows + 300))[300:] * (1 - 0.97**2) ** 0.5
    return np.asarray(0.01 * (0.9**0.5 * rng.normal(size=rows) + 0.1**0.5 * mean))


def main(series: int) -> None:
    print(f"Clark-West p < 0.01 in {series:,} series each, %\n")
    heads = ("returns", "horizon", "days", "slope below 0", "above 0", *(f"one to {one} horizons" for one in SPANS))
    print(f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}")
    for returns, horizon, days in DESIGNS:
        found, back = np.empty((series, len(SPANS)), dtype=bool), np.empty(series, dtype=bool)
        for seed in range(series):
            rng, rows = np.random.default_rng([seed, horizon, days]), DEVELOPMENT + days
            values = returns_of(Design(returns, horizon, days), rng, rows=rows) if returns else slow(rng, rows=rows)
            one = gain(values, horizon=horizon)
            back[seed] = one.slope < 0
            found[seed] = [p_of(one.values, horizon=horizon, spans=spans) < LEVEL for spans in SPANS]
        rates = (found[back, 0].mean(), found[~back, 0].mean(), *found.mean(axis=0))
        told = " | ".join(f"{100 * rate:.1f}" for rate in rates)
        print(f"| {returns or 'slow mean'} | {horizon} | {days} | {told} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3000)
