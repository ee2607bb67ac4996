"""The tests of a price forecast against the last value, the drift and the ridge, before they are put into words."""

from dataclasses import dataclass
from types import MappingProxyType

from tunewright.prices.judging.metrics import skill_against
from tunewright.prices.judging.sealed import Forecasts, TestContext
from tunewright.prices.judging.stability import Losses, Stability, stability
from tunewright.prices.judging.wording import Rival
from tunewright.runs.openings.looked import Looked, looked_together
from tunewright.runs.openings.looks import Looks
from tunewright.statistics.forecasts import (
    TestResult,
    clark_west,
    diebold_mariano,
    smallest_detectable_skill,
)
from tunewright.statistics.superior import Superior, superior

NAIVE = "repeating the last price"
RIVALS = MappingProxyType({"ridge": "a ridge regression on the same windows", "drift": "the average drift"})


@dataclass(frozen=True)
class Measured:
    """Skills are shares of the last value's squared error. superior: of model, drift and ridge."""

    skill: float
    smallest_skill: float
    clark_west: TestResult
    diebold_mariano: TestResult
    superior: Superior | None
    rivals: tuple[Rival, ...]
    stability: Stability
    looked: Looked


def measure(forecasts: Forecasts, context: TestContext, looks: Looks) -> Measured:
    """Every test. Raises DataError where the sealed test has no more days than the horizon."""
    actual, last, model, horizon = forecasts.actual, forecasts.last, forecasts.model, context.horizon
    losses = Losses(forecasts.dates, (actual - last) ** 2, (actual - model) ** 2, forecasts.regimes)
    nested = clark_west(actual, last, model, horizon=horizon)
    return Measured(
        skill=skill_against(actual, last, model),
        smallest_skill=smallest_detectable_skill(len(actual) // horizon),
        clark_west=nested,
        diebold_mariano=diebold_mariano(actual, last, model, horizon=horizon),
        superior=superior(actual, last, forecasts.methods(), of="model", horizon=horizon, seed=context.seed),
        rivals=rivals(forecasts, horizon=horizon),
        stability=stability(losses, horizon=horizon, span=horizon, seed=context.seed),
        looked=looked_together(
            looks, nested.p, loss=losses.model, benchmark=losses.benchmark, horizon=horizon, seed=context.seed
        ),
    )


def rivals(forecasts: Forecasts, *, horizon: int) -> tuple[Rival, ...]:
    """Ridge and drift, each beside the model."""
    return tuple(_rival(forecasts, name, horizon=horizon) for name in RIVALS)


def _rival(forecasts: Forecasts, name: str, *, horizon: int) -> Rival:
    actual, rival = forecasts.actual, forecasts.methods()[name]
    test = diebold_mariano(actual, rival, forecasts.model, horizon=horizon)
    return Rival(RIVALS[name], skill_against(actual, forecasts.last, rival), test)
