"""The shape of "test" in results.json (schema 1), as frozen values. `None`: unknown or undefined."""

from dataclasses import dataclass
from typing import Literal

from tunewright.report.values import Number


@dataclass(frozen=True)
class Scores:
    """Errors on the price scale (mse: price squared; mase: no unit; directional_accuracy: a share)."""

    mse: Number
    mae: Number
    rmse: Number
    mase: Number
    directional_accuracy: Number


@dataclass(frozen=True)
class Metrics:
    model: Scores
    last_value: Scores
    drift: Scores
    ridge: Scores


@dataclass(frozen=True)
class Directional:
    majority: Literal["up", "down"]
    majority_accuracy: Number
    days: int
    p: Number


@dataclass(frozen=True)
class Statistic:
    statistic: Number
    p: Number


@dataclass(frozen=True)
class PValue:
    p: Number


@dataclass(frozen=True)
class LagCheck:
    correlation_with_today: Number
    correlation_with_yesterday: Number
    looks_like_yesterday: bool


@dataclass(frozen=True)
class Outcome:
    """The sealed test and its verdict; shares and skills are fractions, not per cent."""

    openings: int
    rows: int
    metrics: Metrics
    directional: Directional
    skill_vs_last_value: Number
    smallest_detectable_skill: Number
    clark_west: Statistic
    diebold_mariano: Statistic
    spa: PValue
    lag_check: LagCheck
    leak_warning: str | None
    conclusion: Literal["skill", "no_skill", "worse"]
    verdict: str
    outside_training_range: Number
