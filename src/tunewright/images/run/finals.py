"""The final models of a run on images: trained as a study of their own, and read back from the run folder."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tunewright.core.codec import Json, digest, written
from tunewright.core.errors import RunFolderError, StudyFailure
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params
from tunewright.images.data.imageset import Pixels
from tunewright.images.experiment.final import (
    CONTESTANT,
    SEED,
    Contestant,
    FinalObjective,
    contestants,
    final_plan,
)
from tunewright.images.experiment.settings import ImageExperiment, content_of
from tunewright.images.preparation.folds import ImageFold
from tunewright.images.run.setup import PreparedImages
from tunewright.images.training.classifier import Classifier, Probabilities
from tunewright.runs.folder import RunFolder
from tunewright.runs.searching import TRAINING, Crew, Stage, open_study, search
from tunewright.search.records import State, TrialRecord
from tunewright.search.study import StudyStore
from tunewright.training.kept import Damaged
from tunewright.trials.search import Plan


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
        contestants(experiment, best), prepared.development, hold_out, SeedTree(experiment.seed), place
    )
    trained = _train(objective, _study(experiment, best, crew.folder), crew)
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
        detail = _details(store).get(name)
    if detail is None:
        raise RunFolderError(
            f"{folder.path}: its study does not know the final model {name!r}; train it with "
            f"`tunewright resume {folder.path}`, without results.json there"
        )
    return int(detail["best_epoch"]) + 1


@dataclass(frozen=True)
class _Study:
    """The study that trains the final models. under_way: the folder of their checkpoints."""

    name: str
    plan: Plan
    identity: Json
    under_way: Path


def _study(experiment: ImageExperiment, best: Params, folder: RunFolder) -> _Study:
    # Where more trials found another winner, the final models are others too.
    identity: Json = {"best": dict(best), "experiment": _content(experiment)}
    mark = digest(identity)[:12]
    names = tuple(one.name for one in contestants(experiment, best))
    # Checkpoints of their own: when a run goes on, its search, though it is over, clears those of its trials.
    under_way, seeds = folder.path / "final" / mark, SeedTree(experiment.seed).child("final")
    plan = final_plan(names, seeds=experiment.final.seeds, tree=seeds, checkpoints=under_way)
    return _Study(f"{experiment.name} final {mark}", plan, identity, under_way)


@dataclass(frozen=True)
class _Trained:
    """All trainings, what those told that were of the first seed, and why contestants failed, both by name."""

    records: tuple[TrialRecord, ...]
    details: Mapping[str, Mapping[str, Any]]
    failed: Mapping[str, str]


def _train(objective: FinalObjective, study: _Study, crew: Crew) -> _Trained:
    with written(study.under_way):
        study.under_way.mkdir(parents=True, exist_ok=True)
    with open_study(crew.folder, study.plan, name=study.name, identity=study.identity) as store:
        found = search(crew, store, study.plan, objective=objective, phase=TRAINING)
        shutil.rmtree(study.under_way, ignore_errors=True)
        details = _details(store)
    # A failed training is tried again: what counts is whether any try of it came through.
    done = {digest(dict(one.params)) for one in found.records if one.state is State.COMPLETE}
    lost = [one for one in found.records if digest(dict(one.params)) not in done]
    failed = {str(one.params[CONTESTANT]): one.reason or "" for one in lost}
    return _Trained(found.records, details, failed)


def _details(store: StudyStore) -> Mapping[str, Mapping[str, Any]]:
    """What the trainings of the first seed told, by the name of the contestant."""
    firsts = [one for one in store.records() if one.params[SEED] == 0 and one.state is State.COMPLETE]
    details = {str(one.params[CONTESTANT]): store.fold_details(one.number)[0] for one in firsts}
    return cast("Mapping[str, Mapping[str, Any]]", details)


def _model(objective: FinalObjective, one: Contestant, trained: _Trained, crew: Crew, *, seeds: int) -> FinalModel:
    mine = (record for record in trained.records if record.params == {SEED: 0, CONTESTANT: one.name})
    first = next(record for record in mine if record.state is State.COMPLETE)
    classifiers = tuple(_classifier(objective, one.name, seed, crew) for seed in range(seeds))
    return FinalModel(one, classifiers, trained.details[one.name], first.seconds)


def _classifier(objective: FinalObjective, name: str, seed: int, crew: Crew) -> Classifier:
    try:
        return objective.classifier(name, seed)
    except Damaged as damaged:
        crew.watch(Stage(f"training {name} from seed {seed} again, as its file is damaged: {damaged}", (), 1))
        objective.train_again(name, seed)
        return objective.classifier(name, seed)


def _content(experiment: ImageExperiment) -> Json:
    return content_of(experiment, exclude={"search", "stop", "space", "start"})
