"""The final models of a run on images: trained as a study of their own, and read back from the run folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tunewright.core.codec import Json
from tunewright.core.errors import RunFolderError, StudyFailure
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params
from tunewright.images.data.imageset import Pixels
from tunewright.images.experiment.final import Contestant, FinalObjective, contestants
from tunewright.images.experiment.settings import ImageExperiment, content_of
from tunewright.images.preparation.folds import ImageFold
from tunewright.images.run.setup import PreparedImages
from tunewright.images.training.classifier import Classifier, Probabilities
from tunewright.runs.finals import FinalStudy, TrainedFinals, details_of, final_study, read_back, train_all
from tunewright.runs.folder import RunFolder
from tunewright.runs.searching import Crew, open_study
from tunewright.search.records import State
from tunewright.trials.finals import CONTESTANT, SEED


@dataclass(frozen=True, eq=False)
class FinalModel:
    """A contestant as it was trained, from one seed or several. detail: the curves of the first seed. seconds: of the
    training of the first seed."""

    contestant: Contestant
    classifiers: tuple[Classifier, ...]
    detail: Mapping[str, Any]
    seconds: float

    def probabilities(self, images: Pixels) -> tuple[Probabilities, ...]:
        """Of every seed."""
        compute = self.contestant.experiment.compute.compute()
        return tuple(classifier.probabilities(images, compute) for classifier in self.classifiers)


@dataclass(frozen=True, eq=False)
class FinalModels:
    """The tuned model first. failed: why, by the name of what could not be trained. seconds: of all trainings."""

    models: tuple[FinalModel, ...]
    hold_out: ImageFold | None
    failed: Mapping[str, str]
    seconds: float


def train_finals(prepared: PreparedImages, best: Params, *, crew: Crew) -> FinalModels:
    """Train every contestant from every seed, but for those that an earlier process trained.

    Raises StudyFailure where the tuned model cannot be trained, RunFolderError where nothing can be written.
    """
    experiment = prepared.experiment
    hold_out, place = prepared.folds[0] if experiment.final.hold_out else None, crew.folder.path / "final"
    objective = FinalObjective(
        contestants(experiment, best),
        prepared.development,
        hold_out,
        SeedTree(experiment.seed),
        place,
        prepared.known,
    )
    trained = train_all(_study(experiment, best, crew.folder), objective, crew=crew)
    first = objective.contestants[0].name
    if first in trained.failed:
        raise StudyFailure(f"the final model {first!r} could not be trained: {trained.failed[first]}")
    kept = [one for one in objective.contestants if one.name not in trained.failed]
    models = [_model(objective, one, trained, crew, seeds=experiment.final.seeds) for one in kept]
    return FinalModels(tuple(models), hold_out, trained.failed, sum(one.seconds for one in trained.records))


def trained_epochs(prepared: PreparedImages, best: Params, *, folder: RunFolder) -> int:
    """How long the tuned model of a run that has ended was trained from its first seed, up to the weights that were
    kept. Raises RunFolderError where its study does not tell."""
    experiment = prepared.experiment
    study, name = _study(experiment, best, folder), contestants(experiment, best)[0].name
    with open_study(folder, study.plan, name=study.name, identity=study.identity) as store:
        detail = details_of(store).get((name, 0))
    if detail is None:
        raise RunFolderError(
            f"{folder.path}: its study does not know the final model {name!r}; train it with "
            f"`tunewright resume {folder.path}`, without results.json there"
        )
    return int(detail["best_epoch"]) + 1


def _study(experiment: ImageExperiment, best: Params, folder: RunFolder) -> FinalStudy:
    return final_study(
        folder,
        tuple(one.name for one in contestants(experiment, best)),
        seeds=range(experiment.final.seeds),
        of=experiment.name,
        tree=SeedTree(experiment.seed),
        # Where more trials found another winner, the final models are others too.
        identity={"best": dict(best), "experiment": _content(experiment)},
    )


def _model(objective: FinalObjective, one: Contestant, trained: TrainedFinals, crew: Crew, *, seeds: int) -> FinalModel:
    mine = (record for record in trained.records if record.params == {SEED: 0, CONTESTANT: one.name})
    first = next(record for record in mine if record.state is State.COMPLETE)
    classifiers = tuple(
        read_back(objective.classifier, objective.train_again, one.name, seed, crew=crew) for seed in range(seeds)
    )
    return FinalModel(one, classifiers, trained.details[one.name, 0], first.seconds)


def _content(experiment: ImageExperiment) -> Json:
    return content_of(experiment, exclude={"search", "stop", "space", "start", "transfer", "resources"})
