"""The tests of a volatility forecast against the last value, the mean and HAR, before they are put into words."""

from dataclasses import dataclass

from tunewright.prices.judging.metrics import skill_against
from tunewright.prices.judging.stability import Losses, Stability, stability
from tunewright.prices.judging.volatility_sealed import VolatilityContext, VolatilityForecasts
from tunewright.prices.judging.volatility_wording import Against
from tunewright.runs.openings.looked import Looked, looked_together
from tunewright.runs.openings.looks import Looks
from tunewright.statistics.forecasts import (
    clark_west,
    diebold_mariano,
    smallest_detectable_skill,
)
from tunewright.statistics.matching import Prices
from tunewright.statistics.superior import Superior, superior


@dataclass(frozen=True)
class Measured:
    """superior: of all forecasts, and stability of the skill, both against the last value."""

    last: Against
    mean: Against
    har: Against
    smallest_skill: float
    superior: Superior | None
    stability: Stability
    looked: Looked


def measure(forecasts: VolatilityForecasts, context: VolatilityContext, looks: Looks, *, span: int) -> Measured:
    """Every test. span: days whose losses depend on each other. Skill is claimed of two tests, so the larger p of the
    two counts for looks."""
    actual, horizon, model = forecasts.actual, context.horizon, forecasts.model
    losses = Losses(forecasts.dates, (actual - forecasts.last) ** 2, (actual - model) ** 2, forecasts.regimes)
    last, mean, har = (
        compare(actual, benchmark, model, horizon=horizon, span=span)
        for benchmark in (forecasts.last, forecasts.mean, forecasts.har)
    )
    return Measured(
        last=last,
        mean=mean,
        har=har,
        smallest_skill=smallest_detectable_skill(len(actual) // horizon),
        superior=superior(actual, forecasts.last, forecasts.methods(), of="model", horizon=span, seed=context.seed),
        stability=stability(losses, horizon=horizon, span=span, seed=context.seed),
        looked=looked_together(
            looks,
            max(last.clark_west.p, mean.clark_west.p),
            loss=losses.model,
            benchmark=losses.benchmark,
            horizon=span,
            seed=context.seed,
        ),
    )


def compare(actual: Prices, benchmark: Prices, model: Prices, *, horizon: int, span: int) -> Against:
    """The model against one benchmark; `span` - 1 autocovariances go into Diebold-Mariano's long-run variance."""
    return Against(
        skill=skill_against(actual, benchmark, model),
        clark_west=clark_west(actual, benchmark, model, horizon=horizon, clustered=True),
        diebold_mariano=diebold_mariano(actual, benchmark, model, horizon=span),
    )
