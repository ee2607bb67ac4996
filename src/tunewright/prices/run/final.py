"""After the search: the final model beside the untuned default and the ridge."""

from dataclasses import dataclass

from tunewright.core.errors import TrialFailure
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params
from tunewright.prices.experiment.objective import PriceObjective, configuration
from tunewright.prices.experiment.refit import fit_baseline_ridge, refit, typical_epochs
from tunewright.prices.experiment.settings import TUNING
from tunewright.prices.families.known import FAMILIES
from tunewright.prices.judging.regimes import Regimes
from tunewright.prices.run.judging import Judge, make_judge
from tunewright.prices.run.setup import Prepared
from tunewright.prices.training.forecaster import Forecaster
from tunewright.prices.training.loop import Trained
from tunewright.search.records import TrialRecord


@dataclass(frozen=True)
class Untuned:
    """The experiment's fixed values, trained by the same rules and from the same seed as the winner, nothing tuned."""

    params: Params
    fold_scores: tuple[float, ...]
    epochs: int
    forecaster: Forecaster

    @property
    def score(self) -> float:
        return sum(self.fold_scores) / len(self.fold_scores)


@dataclass(frozen=True)
class FinalModels:
    """All that meets on the sealed test. `untuned` is None where nothing is tuned or it cannot be trained. epochs: of
    the tuned model."""

    best: TrialRecord
    epochs: int
    tuned: Forecaster
    trained: Trained
    untuned: Untuned | None
    ridge: Forecaster
    judge: Judge


def train_final(
    prepared: Prepared, best: TrialRecord, *, epochs: int, seeds: SeedTree, regimes: Regimes
) -> FinalModels:
    """Train what the search chose and what it is compared with. The sealed test is still closed."""
    experiment, development = prepared.experiment, prepared.development
    tuned, trained = refit(
        experiment,
        best.params,
        development=development,
        rows=prepared.final,
        epochs=epochs,
        seeds=seeds.child("refit"),
    )
    ridge = fit_baseline_ridge(experiment, best.params, development=development, seeds=seeds.child("ridge"))
    model_name = FAMILIES.named(configuration(experiment, best.params).model.family).label
    judge = make_judge(prepared, model_name=model_name, regimes=regimes)
    return FinalModels(best, epochs, tuned, trained, _train_untuned(prepared, seeds), ridge, judge)


def _train_untuned(prepared: Prepared, seeds: SeedTree) -> Untuned | None:
    experiment, development = prepared.experiment, prepared.development
    if not experiment.space:
        return None
    in_folds = seeds.child("default")
    try:
        objective = PriceObjective(experiment, development, prepared.folds)
        results = [objective({}, fold, seeds=in_folds.child("fold", fold)) for fold in range(objective.folds)]
        epochs = typical_epochs([result.detail() for result in results])
        forecaster, _ = refit(
            experiment,
            {},
            development=development,
            rows=prepared.final,
            epochs=epochs,
            seeds=seeds.child("refit"),
        )
    except TrialFailure:
        return None
    return Untuned(TUNING.default_params(experiment), tuple(result.score for result in results), epochs, forecaster)
