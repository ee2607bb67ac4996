"""After the search: the tuned model, the untuned default and all of [compare], each trained from every seed.

Their trainings are the trials of a study of their own, so that they spread over workers and go on after a crash.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from tunewright.core.codec import Json, write_atomically
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params
from tunewright.experiment.transfer import NO_TRANSFER
from tunewright.images.experiment.beginnings import Known
from tunewright.images.experiment.checks import compared
from tunewright.images.experiment.objective import configuration, curves, network_of, train_images
from tunewright.images.experiment.settings import SCALING, TUNING, ImageExperiment
from tunewright.images.families.network import Network
from tunewright.images.judging.names import DEFAULT, ONLY, TUNED
from tunewright.images.preparation.folds import ImageFold
from tunewright.images.preparation.normalise import Normalisation, fit_normalisation
from tunewright.images.preparation.seal import ImageDevelopment
from tunewright.images.training.classifier import Classifier
from tunewright.images.training.loop import TrainedClassifier
from tunewright.search.records import State, TrialRecord
from tunewright.training.kept import Kept, read_kept
from tunewright.trials.finals import CONTESTANT, SEED, Keeping, weights_file
from tunewright.trials.rungs import FoldRungs, Pruning, Rungs


@dataclass(frozen=True)
class Contestant:
    """A configuration with nothing left to tune, as an experiment without a space."""

    name: str
    experiment: ImageExperiment


def contestants(experiment: ImageExperiment, best: Params) -> tuple[Contestant, ...]:
    """All that meet on the sealed test, the tuned model first, or the one model there is."""
    fixed = experiment.model_copy(update={"space": {}, "start": [], "transfer": NO_TRANSFER})
    tuned = Contestant(TUNED, TUNING.with_params(fixed, {**best, **SCALING.wide(fixed)}))
    fixed = TUNING.with_params(fixed, SCALING.wide(fixed))
    found = (tuned, Contestant(DEFAULT, fixed)) if experiment.space else (Contestant(ONLY, fixed),)
    return (*found, *(Contestant(name, compared(fixed, name, own)) for name, own in experiment.compare.items()))


@dataclass(frozen=True)
class FinalScore:
    """A final model that was trained. score: its last training loss, which nothing is chosen by. file: the name that
    its weights are kept under."""

    score: float
    trained: TrainedClassifier
    images: int
    file: str
    cost: None = None

    def detail(self) -> dict[str, Json]:
        return {**curves(self.trained), "images": self.images}

    def files(self) -> Mapping[str, bytes]:
        return {self.file: _kept(self.trained.classifier).to_bytes()}


@dataclass(frozen=True)
class FinalObjective:
    """Takes `contestant` and `seed` for parameters, and leaves the weights behind. They are read back from `folder`.

    Seeds are the same for every contestant. hold_out: the fold whose validation images are kept out of the training and
    judged after every epoch; None trains on all development images.
    """

    contestants: tuple[Contestant, ...]
    development: ImageDevelopment
    hold_out: ImageFold | None
    seeds: SeedTree
    folder: Path
    known: Known = field(default_factory=dict)
    folds: int = 1

    def __call__(self, params: Params, fold: int, *, seeds: SeedTree, rungs: Rungs) -> FinalScore:
        """`seeds`, those of the trial, stay unused: the contestants of one seed are to have the same."""
        name, number = str(params[CONTESTANT]), int(params[SEED])
        one = next(one for one in self.contestants if one.name == name).experiment
        images = np.arange(len(self.development.images)) if self.hold_out is None else self.hold_out.train
        chosen = configuration(one, self.development, self.known)
        trained = train_images(
            one,
            self.development,
            chosen,
            train=images,
            normalisation=chosen.normalisation or fit_normalisation(self.development.images.images[images]),
            validation=None if self.hold_out is None else self.hold_out.validation,
            seeds=self.seeds.child("refit", number),
            observer=Keeping(rungs),
        )
        return FinalScore(trained.train_loss[-1], trained, len(images), weights_file(name, number))

    def train_again(self, name: str, number: int) -> None:
        """Train a contestant from a seed once more, to the same weights."""
        params: Params = {CONTESTANT: name, SEED: number}
        rungs = FoldRungs(TrialRecord(0, State.RUNNING, params), 0, Pruning(), None)
        for file, content in self(params, 0, seeds=self.seeds, rungs=rungs).files().items():
            write_atomically(self.folder / file, content)

    def classifier(self, name: str, number: int) -> Classifier:
        """The trained classifier of a contestant and a seed. Raises Damaged where its file is not what was written."""
        one = next(one for one in self.contestants if one.name == name).experiment
        found = _read(self.folder / weights_file(name, number), network_of(one, self.development), one)
        found.model.to(one.compute.compute().device)
        return found


def _kept(classifier: Classifier) -> Kept:
    # Copied one by one: tensors that a network uses twice are refused as one.
    weights = {
        name: tensor.detach().cpu().clone(memory_format=torch.contiguous_format)
        for name, tensor in classifier.model.state_dict().items()
    }
    told = {"normalisation": json.dumps(classifier.normalisation.as_dict())}
    return Kept(weights, told)


def _read(path: Path, network: Network, experiment: ImageExperiment) -> Classifier:
    kept = read_kept(path)
    normalisation = Normalisation.from_dict(json.loads(kept.texts["normalisation"]))
    model = network.build()
    model.load_state_dict(kept.tensors)
    model.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return Classifier(model, normalisation, experiment.model.shared.mirror)
