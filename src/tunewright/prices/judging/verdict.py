"""The sealed test's numbers, and what they come to: skill, no skill, or worse than doing nothing."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np

from tunewright.core.codec import Json
from tunewright.prices.judging.lag import LagCheck, lag_check
from tunewright.prices.judging.metrics import Metrics, price_metrics, right_directions
from tunewright.prices.judging.sealed import Forecasts, TestContext
from tunewright.prices.judging.wording import Conclusion, Finding, Rival, doubts, leak_warning, sentence
from tunewright.runs.openings.looked import Looked, looked_together
from tunewright.runs.openings.looks import NO_LOOKS, Looks
from tunewright.statistics.directions import direction_test
from tunewright.statistics.forecasts import (
    TestResult,
    clark_west,
    diebold_mariano,
    smallest_detectable_skill,
    superior_predictive_ability,
)
from tunewright.statistics.levels import LEVEL
from tunewright.statistics.matching import Prices

__all__ = ["Direction", "Forecasts", "Judgement", "LagCheck", "TestContext", "conclude", "judge"]

RIVALS = {"ridge": "a ridge regression on the same windows", "drift": "the average drift"}


@dataclass(frozen=True)
class Direction:
    """Always naming the majority direction, over the `days` with a change; `p` tests the model against it
    (`direction_test`)."""

    majority: str
    majority_accuracy: float
    days: int
    p: float


@dataclass(frozen=True)
class Judgement:
    """Everything that the sealed test tells; the names are those of `test` in results.json."""

    rows: int
    metrics: Mapping[str, Metrics]
    directional: Direction
    skill_vs_last_value: float
    smallest_detectable_skill: float
    clark_west: TestResult
    diebold_mariano: TestResult
    spa: float
    lag_check: LagCheck
    leak_warning: str | None
    conclusion: Conclusion
    doubts: tuple[str, ...]
    verdict: str
    outside_training_range: float
    looks: Looked

    def as_dict(self) -> dict[str, Json]:
        """The object `test` of results.json, but for `openings` and `looks`, to which the run adds."""
        return {
            "rows": self.rows,
            "metrics": {name: metrics.as_dict() for name, metrics in self.metrics.items()},
            "directional": asdict(self.directional),
            "skill_vs_last_value": self.skill_vs_last_value,
            "smallest_detectable_skill": self.smallest_detectable_skill,
            "clark_west": self.clark_west.as_dict(),
            "diebold_mariano": self.diebold_mariano.as_dict(),
            "spa": {"p": self.spa},
            "lag_check": self.lag_check.as_dict(),
            "leak_warning": self.leak_warning,
            "conclusion": self.conclusion,
            "doubts": list(self.doubts),
            "verdict": self.verdict,
            "outside_training_range": self.outside_training_range,
        }


def judge(forecasts: Forecasts, context: TestContext, looks: Looks = NO_LOOKS) -> Judgement:
    """Compare the model with the last value, the drift and the ridge on the sealed test, and conclude; looks: that
    others had at these days before.

    Skill is 1 - MSE(model) / MSE(last value). The smallest detectable skill counts rows // horizon days, as
    forecasts of overlapping spans repeat each other. SPA asks whether the best of model, drift and ridge
    beats the last value. Raises DataError where the sealed test has no more days than the horizon.
    """
    actual, last, horizon = forecasts.actual, forecasts.last, context.horizon
    spa = superior_predictive_ability(actual, last, forecasts.methods(), horizon=horizon, seed=context.seed)
    finding = _find(forecasts, context, spa=spa, looks=looks)
    outside = (actual < context.training_low) | (actual > context.training_high)
    return Judgement(
        rows=len(actual),
        metrics={
            name: price_metrics(actual, predicted, last=last, naive_mae=context.naive_mae)
            for name, predicted in {**forecasts.methods(), "last_value": last}.items()
        },
        directional=_direction(forecasts, context),
        skill_vs_last_value=finding.skill,
        smallest_detectable_skill=finding.smallest_skill,
        clark_west=finding.clark_west,
        diebold_mariano=finding.diebold_mariano,
        spa=spa,
        lag_check=lag_check(forecasts),
        leak_warning=leak_warning(finding.skill),
        conclusion=finding.conclusion,
        doubts=finding.doubts,
        verdict=sentence(finding),
        outside_training_range=float(np.mean(outside)),
        looks=finding.looked,
    )


def _find(forecasts: Forecasts, context: TestContext, *, spa: float, looks: Looks) -> Finding:
    actual, last, model = forecasts.actual, forecasts.last, forecasts.model
    nested = clark_west(actual, last, model, horizon=context.horizon)
    paired = diebold_mariano(actual, last, model, horizon=context.horizon)
    skill, smallest = skill_against(actual, last, model), smallest_detectable_skill(len(actual) // context.horizon)
    conclusion = conclude(skill, clark_west_p=nested.p, diebold_mariano_p=paired.p)
    before = looked_together(
        looks,
        nested.p,
        loss=(actual - model) ** 2,
        benchmark=(actual - last) ** 2,
        horizon=context.horizon,
        seed=context.seed,
    )
    doubted = doubts(skill=skill, smallest_skill=smallest, diebold_mariano=paired, spa=spa, looked=before)
    return Finding(
        conclusion="hint" if conclusion == "skill" and doubted else conclusion,
        model_name=context.model_name,
        days=len(actual),
        skill=skill,
        smallest_skill=smallest,
        clark_west=nested,
        diebold_mariano=paired,
        doubts=doubted if conclusion == "skill" else (),
        rivals=tuple(_rival(forecasts, name, horizon=context.horizon) for name in RIVALS),
        looked=before,
    )


def conclude(skill: float, *, clark_west_p: float, diebold_mariano_p: float) -> Conclusion:
    """Skill and its absence both need a sign and a test: Clark-West for better, Diebold-Mariano for worse. Of skill,
    what `doubts` finds makes a hint."""
    if skill > 0 and clark_west_p < LEVEL:
        return "skill"
    if skill < 0 and diebold_mariano_p < LEVEL:
        return "worse"
    return "no_skill"


def skill_against(actual: Prices, benchmark: Prices, model: Prices) -> float:
    """1 - MSE(model) / MSE(benchmark): the share of the benchmark's squared error that is taken off."""
    return 1 - float(np.mean((actual - model) ** 2)) / float(np.mean((actual - benchmark) ** 2))


def _direction(forecasts: Forecasts, context: TestContext) -> Direction:
    actual, last, majority = forecasts.actual, forecasts.last, context.majority
    moved = actual != last  # on some day, as Forecasts refuses a price that stays
    followed = (actual > last if majority == "up" else actual < last)[moved]
    right = right_directions(actual, forecasts.model, last=last)[moved]
    p = direction_test(right, followed, horizon=context.horizon)
    return Direction(majority, float(followed.mean()), int(moved.sum()), p)


def _rival(forecasts: Forecasts, name: str, *, horizon: int) -> Rival:
    actual, rival = forecasts.actual, forecasts.methods()[name]
    test = diebold_mariano(actual, rival, forecasts.model, horizon=horizon)
    return Rival(RIVALS[name], skill_against(actual, forecasts.last, rival), test)
