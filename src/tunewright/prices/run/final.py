"""After the search: the final model beside the untuned default and the ridge."""

from dataclasses import dataclass

from tunewright.core.seeds import SeedTree
from tunewright.prices.experiment.objective import configuration
from tunewright.prices.experiment.refit import fit_baseline_ridge
from tunewright.prices.families.known import FAMILIES
from tunewright.prices.judging.regimes import Regimes
from tunewright.prices.run.firsts import Untuned, train_firsts
from tunewright.prices.run.judging import Judge, make_judge
from tunewright.prices.run.setup import Prepared
from tunewright.prices.training.forecaster import Forecaster
from tunewright.runs.searching import Crew
from tunewright.search.records import TrialRecord


@dataclass(frozen=True)
class FinalModels:
    """All that meets on the sealed test. `untuned` is None where nothing is tuned or it cannot be trained. epochs,
    train_loss: of the tuned model. seconds: of training."""

    best: TrialRecord
    epochs: int
    tuned: Forecaster
    train_loss: tuple[float, ...]
    untuned: Untuned | None
    ridge: Forecaster
    judge: Judge
    seconds: float


def train_final(
    prepared: Prepared, best: TrialRecord, *, epochs: int, seeds: SeedTree, regimes: Regimes, crew: Crew
) -> FinalModels:
    """Train what the search chose and what it is compared with. The sealed test is still closed."""
    experiment, development = prepared.experiment, prepared.development
    firsts = train_firsts(prepared, best, epochs=epochs, crew=crew)
    ridge = fit_baseline_ridge(experiment, best.params, development=development, seeds=seeds.child("ridge"))
    model_name = FAMILIES.named(configuration(experiment, best.params).model.family).label
    judge = make_judge(prepared, model_name=model_name, regimes=regimes)
    return FinalModels(best, epochs, firsts.tuned, firsts.train_loss, firsts.untuned, ridge, judge, firsts.seconds)
