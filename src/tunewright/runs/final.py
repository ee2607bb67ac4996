"""After the search: the final model beside the untuned default and the ridge, and the sealed test of all three."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tunewright.bundle.bundle import Bundle, sorted_errors
from tunewright.core.codec import Json
from tunewright.core.errors import TrialFailure
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params
from tunewright.evaluation.sealed import Forecasts, TestContext
from tunewright.evaluation.tuning import TuningGain, compare_with_default
from tunewright.evaluation.verdict import Judgement, judge
from tunewright.experiment.objective import PriceObjective, configuration
from tunewright.experiment.refit import fit_baseline_ridge, refit, typical_epochs
from tunewright.experiment.settings import default_params
from tunewright.preparation.seal import OpenedTest
from tunewright.runs.setup import Prepared
from tunewright.search.records import TrialRecord
from tunewright.training.forecaster import Forecaster
from tunewright.training.loop import Trained

MODEL_NAMES = {"lstm": "LSTM", "ridge": "ridge"}


@dataclass(frozen=True)
class Untuned:
    """The experiment's fixed values, trained by the same rules and from the same seed as the winner, nothing tuned."""

    params: Params
    fold_scores: tuple[float, ...]
    forecaster: Forecaster

    @property
    def score(self) -> float:
        return sum(self.fold_scores) / len(self.fold_scores)


@dataclass(frozen=True)
class FinalModels:
    """All that meets on the sealed test. `untuned` is None where nothing is tuned or it cannot be trained."""

    best: TrialRecord
    tuned: Forecaster
    trained: Trained
    untuned: Untuned | None
    ridge: Forecaster


@dataclass(frozen=True)
class SealedResult:
    """What the sealed test told. `gain` is None where there is no untuned model to compare with."""

    opened: OpenedTest
    forecasts: Forecasts
    judgement: Judgement
    gain: TuningGain | None


def train_final(prepared: Prepared, best: TrialRecord, *, epochs: int, seeds: SeedTree) -> FinalModels:
    """Train what the search chose and what it is compared with. The sealed test is still closed."""
    experiment, development = prepared.experiment, prepared.development
    tuned, trained = refit(experiment, best.params, development=development, epochs=epochs, seeds=seeds.child("refit"))
    ridge = fit_baseline_ridge(experiment, best.params, development=development, seeds=seeds.child("ridge"))
    return FinalModels(best, tuned, trained, _train_untuned(prepared, seeds), ridge)


def _train_untuned(prepared: Prepared, seeds: SeedTree) -> Untuned | None:
    experiment, development = prepared.experiment, prepared.development
    if not experiment.space:
        return None
    in_folds = seeds.child("default")
    try:
        objective = PriceObjective(experiment, development, prepared.folds)
        results = [objective({}, fold, seeds=in_folds.child("fold", fold)) for fold in range(objective.folds)]
        epochs = typical_epochs([result.detail() for result in results])
        forecaster, _ = refit(experiment, {}, development=development, epochs=epochs, seeds=seeds.child("refit"))
    except TrialFailure:
        return None
    return Untuned(default_params(experiment), tuple(result.score for result in results), forecaster)


def judge_sealed(final: FinalModels, opened: OpenedTest, prepared: Prepared) -> SealedResult:
    """All forecasts for the same sealed days, and what they come to."""
    forecasts = _forecast(final, opened, prepared)
    gain = None
    if final.untuned is not None:
        horizon = prepared.experiment.preparation.horizon
        default = final.untuned.forecaster.forecast(opened.table, _origins(opened, horizon))
        scores = (final.best.score or 0.0, final.untuned.score)
        gain = compare_with_default(forecasts.actual, forecasts.model, default, scores=scores, horizon=horizon)
    return SealedResult(opened, forecasts, judge(forecasts, _context(prepared)), gain)


def make_bundle(final: FinalModels, sealed: SealedResult, prepared: Prepared, provenance: dict[str, Json]) -> Bundle:
    """The forecaster with its sealed-test errors and the last rows that one forecast needs."""
    table = sealed.opened.table
    history = final.tuned.preparation.spec.history()
    return Bundle(
        forecaster=final.tuned,
        model=configuration(prepared.experiment, final.best.params).model,
        errors=sorted_errors(sealed.forecasts.actual, sealed.forecasts.model),
        context=table.rows(max(0, len(table) - history), len(table)),
        close=prepared.experiment.data.close,
        provenance=provenance,
    )


def _origins(opened: OpenedTest, horizon: int) -> npt.NDArray[np.int64]:
    return np.arange(opened.rows.start, opened.rows.stop) - horizon


def _forecast(final: FinalModels, opened: OpenedTest, prepared: Prepared) -> Forecasts:
    horizon = prepared.experiment.preparation.horizon
    origins, close = _origins(opened, horizon), opened.table.close
    growth = np.diff(np.log(prepared.development.table.close)).mean()
    return Forecasts(
        dates=opened.table.dates[origins + horizon],
        actual=close[origins + horizon],
        last=close[origins],
        model=final.tuned.forecast(opened.table, origins),
        drift=close[origins] * np.exp(horizon * growth),
        ridge=final.ridge.forecast(opened.table, origins),
    )


def _context(prepared: Prepared) -> TestContext:
    """The verdict's yardsticks, from the development rows: MASE scale, majority direction, range of prices."""
    experiment, close = prepared.experiment, prepared.development.table.close
    horizon = experiment.preparation.horizon
    trained = close[prepared.final.start : prepared.final.stop]
    moves = close[horizon:] - close[:-horizon]
    return TestContext(
        horizon=horizon,
        naive_mae=float(np.mean(np.abs(moves))),
        majority="up" if np.sum(moves > 0) >= np.sum(moves < 0) else "down",
        training_low=float(trained.min()),
        training_high=float(trained.max()),
        seed=SeedTree(experiment.seed).integer("spa", bits=31),
        model_name=MODEL_NAMES[experiment.model.family],
    )
