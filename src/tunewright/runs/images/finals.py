"""The final models of a run on images: trained as a study of their own, and read back from the run folder."""

import shutil
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any, cast

from tunewright.core.codec import Json, digest, written
from tunewright.core.errors import StudyFailure
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params
from tunewright.data.images.imageset import Pixels
from tunewright.experiment.images.final import (
    CONTESTANT,
    SEED,
    Contestant,
    FinalObjective,
    contestants,
    final_plan,
)
from tunewright.preparation.images.folds import ImageFold
from tunewright.runs.folder import RunFolder
from tunewright.runs.images.setup import PreparedImages
from tunewright.runs.searching import TRAINING, Watch, open_study, search
from tunewright.search.records import State
from tunewright.training.images.classifier import Classifier, Probabilities


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


def train_finals(
    prepared: PreparedImages, best: Params, *, folder: RunFolder, workers: int, watch: Watch
) -> FinalModels:
    """Train every contestant from every seed, but for those that an earlier process trained.

    Raises StudyFailure where the tuned model cannot be trained, RunFolderError where nothing can be written.
    """
    experiment = prepared.experiment
    tree, seeds = SeedTree(experiment.seed), experiment.final.seeds
    all_of_them = contestants(experiment, best)
    hold_out = prepared.folds[0] if experiment.final.hold_out else None
    place = folder.path / "final"
    with written(place):
        place.mkdir(exist_ok=True)
    objective = FinalObjective(all_of_them, prepared.development, hold_out, tree, place)
    names = tuple(one.name for one in all_of_them)
    identity: Json = {
        "best": dict(best),
        "experiment": cast("Json", experiment.model_dump(mode="json", exclude={"search", "stop"})),
    }
    # Where more trials found another winner, the final models are others too.
    mark = digest(identity)[:12]
    # Their own checkpoints: the search, though it is over, clears those of its trials when a run goes on.
    under_way = place / mark
    plan = final_plan(names, seeds=seeds, tree=tree.child("final"), checkpoints=under_way)
    name = f"{experiment.name} final {mark}"
    with written(under_way):
        under_way.mkdir(exist_ok=True)
    with closing(open_study(folder, plan, name=name, identity=identity)) as store:
        found = search(folder, store, plan, objective=objective, workers=workers, watch=watch, phase=TRAINING)
        shutil.rmtree(under_way, ignore_errors=True)
        by_place = {(str(one.params[CONTESTANT]), int(one.params[SEED])): one for one in found.records}
        failed = {place: one.reason or "" for place, one in by_place.items() if one.state is not State.COMPLETE}
        models = []
        for one in all_of_them:
            if any((one.name, seed) in failed for seed in range(seeds)):
                continue
            record = by_place[one.name, 0]
            detail = store.fold_details(record.number)[0]
            classifiers = tuple(objective.classifier(one.name, seed) for seed in range(seeds))
            models.append(FinalModel(one, classifiers, cast("Mapping[str, Any]", detail), record.seconds))
    reasons = {name: reason for (name, _), reason in failed.items()}
    first = names[0]
    if first in reasons:
        raise StudyFailure(f"the final model {first!r} could not be trained: {reasons[first]}")
    return FinalModels(tuple(models), hold_out, reasons, sum(one.seconds for one in found.records))
