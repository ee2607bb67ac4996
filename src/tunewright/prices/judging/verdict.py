"""The sealed test's numbers, and what they come to: skill, no skill, or worse than doing nothing."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np

from tunewright.core.codec import Json
from tunewright.prices.judging.clauses import (
    Clause,
    agreement_clause,
    doubts_of,
    looks_clause,
    rival_clause,
    size_clause,
    skill_clause,
    stability_clauses,
    superior_clause,
)
from tunewright.prices.judging.lag import LagCheck, lag_check
from tunewright.prices.judging.measured import NAIVE, RIVALS, Measured, measure
from tunewright.prices.judging.metrics import Metrics, price_metrics, right_directions
from tunewright.prices.judging.sealed import Forecasts, TestContext
from tunewright.prices.judging.stability import Stability
from tunewright.prices.judging.wording import Conclusion, Finding, headline, leak_warning, sentence
from tunewright.runs.openings.looked import Looked
from tunewright.runs.openings.looks import NO_LOOKS, Looks
from tunewright.statistics.directions import direction_test
from tunewright.statistics.forecasts import TestResult
from tunewright.statistics.levels import LEVEL

__all__ = ["Direction", "Forecasts", "Judgement", "LagCheck", "TestContext", "conclude", "judge"]


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
    spa: float | None
    lag_check: LagCheck
    leak_warning: str | None
    stability: Stability
    clauses: tuple[Clause, ...]
    conclusion: Conclusion
    doubts: tuple[str, ...]
    headline: str
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
            "stability": self.stability.as_dict(),
            "clauses": [one.as_dict() for one in self.clauses],
            "conclusion": self.conclusion,
            "doubts": list(self.doubts),
            "headline": self.headline,
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
    actual, last = forecasts.actual, forecasts.last
    measured = measure(forecasts, context, looks)
    clauses = _clauses(measured)
    conclusion = conclude(
        measured.skill, clark_west_p=measured.clark_west.p, diebold_mariano_p=measured.diebold_mariano.p
    )
    doubts = doubts_of(clauses) if conclusion == "skill" else ()
    finding = Finding(
        conclusion="hint" if doubts else conclusion,
        model_name=context.model_name,
        days=len(actual),
        skill=measured.skill,
        smallest_skill=measured.smallest_skill,
        clark_west=measured.clark_west,
        diebold_mariano=measured.diebold_mariano,
        doubts=doubts,
        rivals=measured.rivals,
        looked=measured.looked,
    )
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
        spa=None if measured.superior is None else measured.superior.spa,
        lag_check=lag_check(forecasts),
        leak_warning=leak_warning(finding.skill, finding.clark_west.p),
        stability=measured.stability,
        clauses=clauses,
        conclusion=finding.conclusion,
        doubts=finding.doubts,
        headline=headline(finding.conclusion, finding.rivals, naive=NAIVE),
        verdict=sentence(finding),
        outside_training_range=float(np.mean(outside)),
        looks=measured.looked,
    )


def _clauses(found: Measured) -> tuple[Clause, ...]:
    rivals = zip(RIVALS, found.rivals, strict=True)
    return (
        skill_clause("last_value", found.skill, test=found.clark_west, benchmark=NAIVE),
        agreement_clause(found.diebold_mariano, value="price"),
        superior_clause(found.superior, methods="model, drift and ridge"),
        size_clause(found.skill, found.smallest_skill),
        *stability_clauses(found.stability, value="price"),
        looks_clause(found.looked),
        *(rival_clause(name, one.standing, test=one.test, rival=one.name) for name, one in rivals),
    )


def conclude(skill: float, *, clark_west_p: float, diebold_mariano_p: float) -> Conclusion:
    """Skill and its absence both need a sign and a test: Clark-West for better, Diebold-Mariano for worse. Of skill,
    what a clause doubts makes a hint."""
    if skill > 0 and clark_west_p < LEVEL:
        return "skill"
    if skill < 0 and diebold_mariano_p < LEVEL:
        return "worse"
    return "no_skill"


def _direction(forecasts: Forecasts, context: TestContext) -> Direction:
    actual, last, majority = forecasts.actual, forecasts.last, context.majority
    moved = actual != last  # on some day, as Forecasts refuses a price that stays
    followed = (actual > last if majority == "up" else actual < last)[moved]
    right = right_directions(actual, forecasts.model, last=last)[moved]
    p = direction_test(right, followed, horizon=context.horizon)
    return Direction(majority, float(followed.mean()), int(moved.sum()), p)
