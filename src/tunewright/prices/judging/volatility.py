"""What the sealed test says of a volatility forecast: skill over two naive forecasts, and over HAR.

Volatility clusters, so here skill over the last value is real. It is also cheap: a day's volatility is mostly noise, so
even a constant halves the last value's squared error where nothing clusters at all. Hence skill needs both naive
forecasts beaten, the last value and the mean of the development rows, and the verdict always says how HAR did.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tunewright.core.codec import Json
from tunewright.prices.judging.metrics import check_naive_mae
from tunewright.prices.judging.sealed import check_days
from tunewright.prices.judging.verdict import skill_against
from tunewright.prices.judging.volatility_metrics import VolatilityMetrics, volatility_metrics
from tunewright.prices.judging.volatility_wording import Against, Standing, VolatilityFinding, leak_warning, sentence
from tunewright.prices.judging.wording import DAYS, Conclusion
from tunewright.runs.openings.looked import Looked, looked_together
from tunewright.runs.openings.looks import NO_LOOKS, Looks
from tunewright.statistics.forecasts import (
    clark_west,
    diebold_mariano,
    smallest_detectable_skill,
    superior_predictive_ability,
)
from tunewright.statistics.levels import LEVEL
from tunewright.statistics.matching import Prices


@dataclass(frozen=True, eq=False)
class VolatilityForecasts:
    """The sealed test day by day, in order of time: arrays of shape (n,), volatilities, finite, above zero.

    `actual` is the volatility of the target days and `last` that known at the forecast's origin; the others are the
    forecasts of the same days. Raises as `Forecasts`.
    """

    dates: NDArray[Any]
    actual: Prices
    last: Prices
    model: Prices
    mean: Prices
    ewma: Prices
    har: Prices
    garch: Prices
    ridge: Prices

    def __post_init__(self) -> None:
        check_days(self.dates, self.actual, last=self.last, methods=self.methods(), name="volatility")

    def methods(self) -> dict[str, Prices]:
        """The forecasts that try more than the last value, by name."""
        return {name: getattr(self, name) for name in ("model", "mean", "ewma", "har", "garch", "ridge")}

    def columns(self) -> dict[str, Prices]:
        """What was observed and every forecast, by the names of predictions.csv."""
        model, *others = self.methods().items()
        return dict([("volatility", self.actual), model, ("last_value", self.last), *others])


@dataclass(frozen=True)
class VolatilityContext:
    """As `TestContext`, of volatilities."""

    horizon: int
    naive_mae: float
    training_low: float
    training_high: float
    seed: int
    model_name: str = "LSTM"

    def __post_init__(self) -> None:
        check_naive_mae(self.naive_mae)


@dataclass(frozen=True)
class VolatilityJudgement:
    """Everything that the sealed test tells; the names are those of `test` in results.json."""

    rows: int
    metrics: Mapping[str, VolatilityMetrics]
    last: Against
    against: Mapping[str, Against]
    smallest_detectable_skill: float
    spa: float
    spa_vs_har: float
    standing_vs_har: Standing
    leak_warning: str | None
    conclusion: Conclusion
    doubts: tuple[str, ...]
    verdict: str
    outside_training_range: float
    looks: Looked

    def as_dict(self) -> dict[str, Json]:
        """The object `test` of results.json, but for `openings` and `looks`. Directions and the lag check say nothing
        here: any forecast of volatility falls after a high and follows the days before."""
        return {
            "rows": self.rows,
            "metrics": {name: metrics.as_dict() for name, metrics in self.metrics.items()},
            "directional": None,
            "skill_vs_last_value": self.last.skill,
            "smallest_detectable_skill": self.smallest_detectable_skill,
            "clark_west": self.last.clark_west.as_dict(),
            "diebold_mariano": self.last.diebold_mariano.as_dict(),
            "spa": {"p": self.spa},
            "against": {name: one.as_dict() for name, one in self.against.items()},
            "spa_vs_har": {"p": self.spa_vs_har},
            "standing_vs_har": self.standing_vs_har,
            "lag_check": None,
            "leak_warning": self.leak_warning,
            "conclusion": self.conclusion,
            "doubts": list(self.doubts),
            "verdict": self.verdict,
            "outside_training_range": self.outside_training_range,
        }


def judge_volatility(
    forecasts: VolatilityForecasts, context: VolatilityContext, looks: Looks = NO_LOOKS
) -> VolatilityJudgement:
    """Compare the model with the last value, the mean and HAR on the sealed test, and conclude; looks: that others had
    at these days before. Skill is claimed of two tests, so the larger p of the two counts for it."""
    actual, rows = forecasts.actual, len(forecasts.actual)
    scored = {**forecasts.methods(), "last_value": forecasts.last}
    # Losses come in clusters as the volatility does, so long-run variances look back n^(1/3) days at least.
    span = min(max(context.horizon, round(rows ** (1 / 3))), rows - 1)
    last, mean, har = (
        compare(actual, benchmark, forecasts.model, horizon=context.horizon, span=span)
        for benchmark in (forecasts.last, forecasts.mean, forecasts.har)
    )
    skills = {name: skill_against(actual, forecasts.last, values) for name, values in forecasts.methods().items()}
    metrics = {name: volatility_metrics(actual, one, naive_mae=context.naive_mae) for name, one in scored.items()}
    conclusion, standing = conclude_volatility(last, mean), stands(har)
    before = looked_together(
        looks,
        max(last.clark_west.p, mean.clark_west.p),
        loss=(actual - forecasts.model) ** 2,
        benchmark=(actual - forecasts.last) ** 2,
        horizon=span,
        seed=context.seed,
    )
    doubts = (before.doubt(DAYS),) if conclusion == "skill" and before.spoil else ()
    conclusion = "hint" if doubts else conclusion
    qlike_gain = 1 - metrics["model"].qlike / metrics["har"].qlike
    finding = VolatilityFinding(
        conclusion, standing, context.model_name, rows, last, mean, har, skills, qlike_gain, before
    )
    rivals = {name: values for name, values in forecasts.methods().items() if name != "har"}
    outside = (actual < context.training_low) | (actual > context.training_high)
    return VolatilityJudgement(
        rows=rows,
        metrics=metrics,
        last=last,
        against={"mean": mean, "har": har},
        smallest_detectable_skill=smallest_detectable_skill(rows // context.horizon),
        spa=superior_predictive_ability(actual, forecasts.last, forecasts.methods(), horizon=span, seed=context.seed),
        spa_vs_har=superior_predictive_ability(actual, forecasts.har, rivals, horizon=span, seed=context.seed),
        standing_vs_har=standing,
        leak_warning=leak_warning(har.skill),
        conclusion=conclusion,
        doubts=doubts,
        verdict=sentence(finding),
        outside_training_range=float(np.mean(outside)),
        looks=before,
    )


def compare(actual: Prices, benchmark: Prices, model: Prices, *, horizon: int, span: int) -> Against:
    """The model against one benchmark; `span` - 1 autocovariances go into Diebold-Mariano's long-run variance."""
    return Against(
        skill=skill_against(actual, benchmark, model),
        clark_west=clark_west(actual, benchmark, model, horizon=horizon, clustered=True),
        diebold_mariano=diebold_mariano(actual, benchmark, model, horizon=span),
    )


def conclude_volatility(last: Against, mean: Against) -> Conclusion:
    """Skill must show against both who know nothing; worse than the last value is worse."""
    if all(one.skill > 0 and one.clark_west.p < LEVEL for one in (last, mean)):
        return "skill"
    if last.skill < 0 and last.diebold_mariano.p < LEVEL:
        return "worse"
    return "no_skill"


def stands(har: Against) -> Standing:
    """The model beside HAR; neither is a special case of the other, so Diebold-Mariano decides."""
    if har.diebold_mariano.p >= LEVEL:
        return "even"
    return "better" if har.skill > 0 else "worse"
