"""What the sealed test says of a volatility forecast: skill over two naive forecasts, and over HAR.

Volatility clusters, so here skill over the last value is real. It is also cheap: a day's volatility is mostly noise, so
even a constant halves the last value's squared error where nothing clusters at all. Hence skill needs both naive
forecasts beaten, the last value and the mean of the development rows, and the verdict always says how HAR did.
"""

from collections.abc import Mapping
from dataclasses import dataclass

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
from tunewright.prices.judging.clauses import Standing as RivalStanding
from tunewright.prices.judging.metrics import skill_against
from tunewright.prices.judging.stability import Stability
from tunewright.prices.judging.volatility_measured import Measured, measure
from tunewright.prices.judging.volatility_sealed import (
    VolatilityContext,
    VolatilityForecasts,
    VolatilityMetrics,
    volatility_metrics,
)
from tunewright.prices.judging.volatility_wording import (
    METHODS,
    NAIVE,
    Against,
    Standing,
    VolatilityFinding,
    headline,
    leak_warning,
    sentence,
)
from tunewright.prices.judging.wording import Conclusion
from tunewright.runs.openings.looked import Looked
from tunewright.runs.openings.looks import NO_LOOKS, Looks
from tunewright.statistics.levels import LEVEL
from tunewright.statistics.spa import superior_predictive_ability


@dataclass(frozen=True)
class VolatilityJudgement:
    """Everything that the sealed test tells; the names are those of `test` in results.json."""

    rows: int
    metrics: Mapping[str, VolatilityMetrics]
    last: Against
    against: Mapping[str, Against]
    smallest_detectable_skill: float
    spa: float | None
    spa_vs_har: float | None
    standing_vs_har: Standing
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
            "stability": self.stability.as_dict(),
            "clauses": [one.as_dict() for one in self.clauses],
            "conclusion": self.conclusion,
            "doubts": list(self.doubts),
            "headline": self.headline,
            "verdict": self.verdict,
            "outside_training_range": self.outside_training_range,
        }


def judge_volatility(
    forecasts: VolatilityForecasts, context: VolatilityContext, looks: Looks = NO_LOOKS
) -> VolatilityJudgement:
    """Compare the model with the last value, the mean and HAR on the sealed test, and conclude; looks: that others had
    at these days before."""
    actual, rows, methods = forecasts.actual, len(forecasts.actual), forecasts.methods()
    # Losses come in clusters as the volatility does, so long-run variances look back n^(1/3) days at least.
    span = min(max(context.horizon, round(rows ** (1 / 3))), rows - 1)
    found = measure(forecasts, context, looks, span=span)
    skills = {name: skill_against(actual, forecasts.last, values) for name, values in methods.items()}
    scored = {**methods, "last_value": forecasts.last}
    metrics = {name: volatility_metrics(actual, one, naive_mae=context.naive_mae) for name, one in scored.items()}
    clauses, conclusion = _clauses(found), conclude_volatility(found.last, found.mean)
    doubts = doubts_of(clauses) if conclusion == "skill" else ()
    finding = VolatilityFinding(
        "hint" if doubts else conclusion,
        stands(found.har),
        context.model_name,
        rows,
        found.last,
        found.mean,
        found.har,
        skills,
        qlike_gain=1 - metrics["model"].qlike / metrics["har"].qlike,
        doubts=doubts,
        looked=found.looked,
    )
    rivals = {name: values for name, values in methods.items() if name != "har"}
    outside = (actual < context.training_low) | (actual > context.training_high)
    return VolatilityJudgement(
        rows=rows,
        metrics=metrics,
        last=found.last,
        against={"mean": found.mean, "har": found.har},
        smallest_detectable_skill=found.smallest_skill,
        spa=None if found.superior is None else found.superior.spa,
        spa_vs_har=superior_predictive_ability(actual, forecasts.har, rivals, horizon=span, seed=context.seed),
        standing_vs_har=finding.standing,
        leak_warning=leak_warning(found.har.skill, found.har.diebold_mariano.p),
        stability=found.stability,
        clauses=clauses,
        conclusion=finding.conclusion,
        doubts=doubts,
        headline=headline(finding),
        verdict=sentence(finding),
        outside_training_range=float(np.mean(outside)),
        looks=found.looked,
    )


def _clauses(found: Measured) -> tuple[Clause, ...]:
    last, mean, har = found.last, found.mean, found.har
    beside: dict[Standing, RivalStanding] = {"better": "behind", "even": "even", "worse": "better"}
    return (
        skill_clause("last_value", last.skill, test=last.clark_west, benchmark=NAIVE),
        skill_clause("mean", mean.skill, test=mean.clark_west, benchmark=f"always saying {METHODS['mean']}"),
        agreement_clause(last.diebold_mariano, value="volatility"),
        superior_clause(found.superior, methods="the forecasts"),
        size_clause(last.skill, found.smallest_skill),
        *stability_clauses(found.stability, value="volatility"),
        looks_clause(found.looked),
        rival_clause("har", beside[stands(har)], test=har.diebold_mariano, rival="HAR"),
    )


def conclude_volatility(last: Against, mean: Against) -> Conclusion:
    """Skill must show against both who know nothing; worse than the last value is worse."""
    if last.beaten and mean.beaten:
        return "skill"
    if last.skill < 0 and last.diebold_mariano.p < LEVEL:
        return "worse"
    return "no_skill"


def stands(har: Against) -> Standing:
    """The model beside HAR; neither is a special case of the other, so Diebold-Mariano decides."""
    if har.diebold_mariano.p >= LEVEL:
        return "even"
    return "better" if har.skill > 0 else "worse"
