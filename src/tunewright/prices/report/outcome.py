"""The shape of "test" in results.json (schema 1), as frozen values. `None`: unknown or undefined."""

from dataclasses import dataclass, field
from typing import Literal

from tunewright.report.looks import Looks
from tunewright.report.values import Number


@dataclass(frozen=True)
class Scores:
    """Errors on the scale of what was forecast (mse: its square; mase, qlike: no unit; directional_accuracy: a share).

    Prices have a direction, volatilities a qlike.
    """

    mse: Number
    mae: Number
    rmse: Number
    mase: Number
    directional_accuracy: Number = None
    qlike: Number = None


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
class Against:
    """The model against another benchmark than the last value."""

    skill: Number
    clark_west: Statistic
    diebold_mariano: Statistic


@dataclass(frozen=True)
class Clause:
    """One thing that a claim rests on; `holds` is None where it could not be tested."""

    name: str
    weight: Literal["ground", "doubt", "rival"]
    asks: str
    holds: bool | None
    p: Number
    told: str
    doubt: str


@dataclass(frozen=True)
class Slice:
    name: str
    days: int
    skill: Number
    p: Number


@dataclass(frozen=True)
class FewDays:
    days: int
    best: Number
    skill_without: Number


@dataclass(frozen=True)
class Stretch:
    first: str
    last: str
    skill: Number


@dataclass(frozen=True)
class Changing:
    best: Stretch
    worst: Stretch
    p_better: Number
    p_worse: Number


@dataclass(frozen=True)
class Stability:
    few_days: FewDays
    changing: Changing | None
    slices: list[Slice]


@dataclass(frozen=True)
class Outcome:
    """The sealed test and its verdict; shares and skills are fractions, not per cent.

    metrics: by forecast. headline, clauses, stability: missing in runs of earlier versions. Directions and lag are of
    prices alone; what is said of the mean and of HAR, of volatilities.
    """

    openings: int
    rows: int
    metrics: dict[str, Scores]
    directional: Directional | None
    skill_vs_last_value: Number
    smallest_detectable_skill: Number
    clark_west: Statistic
    diebold_mariano: Statistic
    spa: PValue
    lag_check: LagCheck | None
    leak_warning: str | None
    conclusion: Literal["skill", "hint", "no_skill", "worse"]
    verdict: str
    outside_training_range: Number
    against: dict[str, Against] = field(default_factory=dict)
    spa_vs_har: PValue | None = None
    standing_vs_har: Literal["better", "even", "worse"] | None = None
    doubts: list[str] = field(default_factory=list)
    headline: str | None = None
    clauses: list[Clause] = field(default_factory=list)
    stability: Stability | None = None
    looks: Looks | None = None
