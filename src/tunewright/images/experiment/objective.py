"""The score of one configuration on one fold of an image set: all is fitted on the fold's training images."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np
import torch

from tunewright.core.codec import Json
from tunewright.core.errors import TrialFailure
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params
from tunewright.core.threads import threads
from tunewright.images.experiment.beginnings import Known, beginning
from tunewright.images.experiment.settings import SCALING, TUNING, ImageExperiment
from tunewright.images.families.network import Network
from tunewright.images.preparation.folds import ImageFold, Indices, stratified_subset
from tunewright.images.preparation.normalise import Normalisation, fit_normalisation
from tunewright.images.preparation.seal import ImageDevelopment
from tunewright.images.training.classifier import cross_entropy, share_right
from tunewright.images.training.engines import engine
from tunewright.images.training.loop import ImageConfiguration, TrainedClassifier
from tunewright.images.training.schedule import ends_low
from tunewright.training.observer import UNOBSERVED, Epoch, Observer, Snapshot
from tunewright.trials.rungs import Rungs
from tunewright.trials.second_objective import cost

IMAGE_METRICS: Mapping[str, str] = MappingProxyType(
    {"error": "share of the validation images that are classified wrongly", "log_loss": "mean cross-entropy"}
)
"""Metrics by name, each with its meaning; lower is better."""


@dataclass(frozen=True)
class ImageScore:
    """A fold's score, the curves of its training, and the second objective where there is one."""

    score: float
    trained: TrainedClassifier
    cost: float | None = None

    def detail(self) -> dict[str, Json]:
        return curves(self.trained)


@dataclass(frozen=True)
class ImageObjective:
    """Scores configurations of one experiment on its folds: what a worker needs, and nothing of the sealed test."""

    experiment: ImageExperiment
    development: ImageDevelopment
    cuts: tuple[ImageFold, ...]
    known: Known = field(default_factory=dict)

    @property
    def folds(self) -> int:
        return len(self.cuts)

    def __call__(self, params: Params, fold: int, *, seeds: SeedTree, rungs: Rungs | None = None) -> ImageScore:
        """Train on the fold's training images, or the subset of them that the fidelity leaves, and judge the others.

        rungs: told after every epoch, may end the trial. Raises TrialFailure where the training diverges or the network
        cannot be built.
        """
        experiment, cut = self.experiment, self.cuts[fold]
        fidelity = experiment.fidelity
        chosen = configuration(TUNING.with_params(experiment, params), self.development, self.known)
        chosen = replace(chosen, training=replace(chosen.training, epochs=fidelity.epochs or chosen.training.epochs))
        images, fitted = self._training_images(fold)
        metric, always = experiment.search.metric, ends_low(chosen.training.schedule)
        truth = self.development.images.labels[cut.validation]
        started = time.monotonic()
        trained = train_images(
            experiment,
            self.development,
            chosen,
            train=images,
            normalisation=chosen.normalisation or fitted,
            validation=cut.validation,
            seeds=seeds,
            observer=UNOBSERVED if rungs is None else _AtRungs(rungs, metric, truth, always=always),
        )
        # With rungs, the time of earlier processes counts, as their epochs do.
        seconds = time.monotonic() - started if rungs is None else rungs.seconds()
        second = cost(
            experiment.search.second_objective,
            trained.classifier.model,
            seconds_per_epoch=seconds / len(trained.train_loss),
        )
        curve = trained.validation_loss if metric == "log_loss" else [1 - one for one in trained.validation_accuracy]
        return ImageScore(curve[trained.best_epoch], trained, second)

    def _training_images(self, fold: int) -> tuple[Indices, Normalisation]:
        """Those of the fold, or the subset of them that the fidelity leaves, and what was fitted on them."""
        if fold not in self._prepared:
            images, share = self.cuts[fold].train, self.experiment.fidelity.subset
            if share < 1:
                labels, seed = self.development.images.labels, SeedTree(self.experiment.seed).integer("subset")
                images = stratified_subset(labels, images, share=share, seed=seed)
            self._prepared[fold] = images, fit_normalisation(self.development.images.images[images])
        return self._prepared[fold]

    @cached_property
    def _prepared(self) -> dict[int, tuple[Indices, Normalisation]]:
        """By fold, as every trial in this process has them."""
        return {}


def network_of(experiment: ImageExperiment, development: ImageDevelopment) -> Network:
    """The network of an experiment with nothing left to tune. Raises ConfigError where there can be none."""
    return Network(experiment.model.spec(), development.images.shape, len(development.images.classes))


def configuration(experiment: ImageExperiment, development: ImageDevelopment, known: Known) -> ImageConfiguration:
    """What this experiment trains. Raises as `network_of` does. known: trained weights that trainings begin with."""
    training, (weights, normalisation) = experiment.training.training(), beginning(experiment, known)
    return ImageConfiguration(
        network_of(experiment, development),
        replace(training, tuned_on=SCALING.tuned_on(experiment), beginning=weights),
        experiment.augmentation.spec(),
        experiment.model.shared.mirror,
        normalisation,
    )


def train_images(
    experiment: ImageExperiment,
    development: ImageDevelopment,
    chosen: ImageConfiguration,
    *,
    train: Indices,
    normalisation: Normalisation,
    validation: Indices | None,
    seeds: SeedTree,
    observer: Observer,
) -> TrainedClassifier:
    """Train on these images of the development set, on which alone the normalisation was fitted."""
    compute = experiment.compute.compute()
    device = torch.device(compute.device)
    with threads(compute.threads):
        store = development.store
        return engine(chosen)(
            chosen,
            store.of(train).on(device),
            normalisation=normalisation,
            validation=None if validation is None else store.of(validation).on(device),
            compute=compute,
            seeds=seeds,
            observer=observer,
        )


def curves(trained: TrainedClassifier) -> dict[str, Json]:
    """The learning curves, one figure per epoch, and the epoch that was kept, counted from 0."""
    return {
        "train_loss": list(trained.train_loss),
        "validation_loss": list(trained.validation_loss),
        "validation_accuracy": list(trained.validation_accuracy),
        "best_epoch": trained.best_epoch,
    }


class _AtRungs:
    """Turns the epochs of a training into rungs. always: whether an epoch's score replaces a better one before it, as
    the last epoch's weights are the ones that are kept."""

    def __init__(self, rungs: Rungs, metric: str, truth: np.ndarray[tuple[int], np.dtype[np.int64]], *, always: bool):
        self._rungs, self._metric, self._truth, self._always = rungs, metric, truth, always

    def snapshot(self) -> Snapshot | None:
        return self._rungs.snapshot()

    def after(self, epoch: Epoch) -> None:
        value, found = self._rungs.value, epoch.forecasts
        assert found is not None, "trials have validation images"
        if self._always or epoch.best or value is None:
            by_loss = self._metric == "log_loss"
            value = cross_entropy(found, self._truth) if by_loss else 1 - share_right(found, self._truth)
        if not np.isfinite(value):
            raise TrialFailure(f"the probabilities of epoch {epoch.number} are not finite numbers")
        self._rungs.report(epoch.number, value)
        if epoch.snapshot is not None:
            self._rungs.keep(epoch.snapshot)
