"""The final models from the run's own seed, side by side on the workers: the tuned model, and the untuned default,
which goes through the folds first to know for how long it is trained."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from tunewright.core.codec import Json
from tunewright.core.errors import TrialFailure
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params
from tunewright.prices.experiment.objective import PriceObjective
from tunewright.prices.experiment.refit import typical_epochs
from tunewright.prices.experiment.settings import SCALING, TUNING, identity_of
from tunewright.prices.judging.seeds import DEFAULT, TUNED
from tunewright.prices.run.contestants import Contestant
from tunewright.prices.run.seeded import SeedObjective, TrainedScore
from tunewright.prices.run.setup import Prepared
from tunewright.prices.training.forecaster import Forecaster
from tunewright.runs.finals import FinalStudy, final_study, read_back, train_all
from tunewright.runs.searching import Crew
from tunewright.search.records import TrialRecord
from tunewright.trials.finals import CONTESTANT
from tunewright.trials.rungs import Rungs
from tunewright.trials.together import Together


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
class Firsts:
    """train_loss: of the tuned model, by epoch. untuned: None where nothing is tuned or it cannot be trained. seconds:
    of all trainings."""

    tuned: Forecaster
    train_loss: tuple[float, ...]
    untuned: Untuned | None
    seconds: float


@dataclass(frozen=True)
class FirstScore:
    """Of one of them. fold_scores: of the default; the tuned model has none here."""

    trained: TrainedScore
    epochs: int
    fold_scores: tuple[float, ...] = ()
    cost: None = None

    @property
    def score(self) -> float:
        return self.trained.score

    def detail(self) -> dict[str, Json]:
        return {**self.trained.detail(), "epochs": self.epochs, "fold_scores": list(self.fold_scores)}

    def files(self) -> Mapping[str, bytes]:
        return self.trained.files()


@dataclass(frozen=True)
class FirstObjective:
    """Takes `contestant` for a parameter. final: what the tuned model is trained by. in_folds: what the default is
    scored by in the folds, as wide as all that was searched. untuned: what its final model has beside the experiment's
    fixed values."""

    final: SeedObjective
    in_folds: PriceObjective
    untuned: Params = field(default_factory=dict)
    folds: int = 1

    def __call__(self, params: Params, fold: int, *, seeds: SeedTree, rungs: Rungs | None = None) -> FirstScore:
        """`seeds`, those of the trial, stay unused. Raises TrialFailure where a training diverges."""
        if params[CONTESTANT] == TUNED:
            return FirstScore(self.final(params, 0, seeds=seeds, rungs=rungs), self.final.named(TUNED).epochs)
        tree = SeedTree(self.final.experiment.seed).child("default")
        found = [self.in_folds({}, number, seeds=tree.child("fold", number)) for number in range(self.in_folds.folds)]
        epochs = typical_epochs([one.detail() for one in found])
        trained = self.knowing(epochs)(params, 0, seeds=seeds, rungs=rungs)
        return FirstScore(trained, epochs, tuple(one.score for one in found))

    def together(self) -> Together | None:
        return self.final.together()

    def knowing(self, epochs: int) -> SeedObjective:
        """What trains the default as well, now that it is known for how long."""
        return replace(self.final, contestants=(*self.final.contestants, Contestant(DEFAULT, self.untuned, epochs)))


def train_firsts(prepared: Prepared, best: TrialRecord, *, epochs: int, crew: Crew) -> Firsts:
    """Train what an earlier process did not train. Raises RunFolderError where nothing can be written, TrialFailure
    where the tuned model cannot be trained. best: with the widths of the final model."""
    experiment, wide = prepared.experiment, SCALING.wide(prepared.experiment)
    tuned = Contestant(TUNED, best.params, epochs, best.number)
    study = _study(prepared, tuned, crew)
    folder = crew.folder.path / "final"
    weights = prepared.weights
    final = SeedObjective(experiment, (tuned,), prepared.development, prepared.final, folder, study.mark, weights)
    in_folds = PriceObjective(experiment, prepared.development, prepared.folds, weights)
    objective = FirstObjective(final, in_folds, wide)
    trained = train_all(study, objective, crew=crew)
    if TUNED in trained.failed:
        raise TrialFailure(trained.failed[TUNED])
    told, untuned = trained.details[TUNED, 0], None
    if (DEFAULT, 0) in trained.details:
        default = cast("Any", trained.details[DEFAULT, 0])
        untuned = Untuned(
            TUNING.default_params(experiment),
            tuple(default["fold_scores"]),
            default["epochs"],
            _read_back(objective.knowing(default["epochs"]), DEFAULT, crew),
        )
    seconds = sum(record.seconds for record in trained.records)
    return Firsts(_read_back(final, TUNED, crew), tuple(told["train_loss"]), untuned, seconds)


def _read_back(trainer: SeedObjective, name: str, crew: Crew) -> Forecaster:
    return read_back(trainer.forecaster, trainer.train_again, name, 0, crew=crew)


def _study(prepared: Prepared, tuned: Contestant, crew: Crew) -> FinalStudy:
    experiment = prepared.experiment
    return final_study(
        crew.folder,
        (TUNED, DEFAULT) if experiment.space else (TUNED,),
        seeds=range(1),
        of=experiment.name,
        tree=SeedTree(experiment.seed),
        identity={
            "tuned": [dict(tuned.params), tuned.epochs],
            "experiment": identity_of(experiment),
            "data": prepared.data_fingerprint,
        },
    )
