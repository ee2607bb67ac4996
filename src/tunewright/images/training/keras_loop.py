"""How a Keras model learns images: with the loss and the optimizer that it was compiled with, batch by batch."""

from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from tunewright.core.seeds import SeedTree
from tunewright.images.networks.keras import KerasClassifier, as_keras_has
from tunewright.images.preparation.augment import Augmentation
from tunewright.images.preparation.normalise import Normalisation
from tunewright.images.preparation.store import PixelStore
from tunewright.images.training.classifier import Classifier, cross_entropy, share_right
from tunewright.images.training.compute import Compute
from tunewright.images.training.loop import ImageConfiguration, TrainedClassifier
from tunewright.training.keras_seeds import seeded
from tunewright.training.observer import UNOBSERVED, Epoch, Observer
from tunewright.training.progress import finite_loss
from tunewright.training.streams import stream


def fit_keras(
    chosen: ImageConfiguration,
    train: PixelStore,
    *,
    normalisation: Normalisation,
    validation: PixelStore | None,
    compute: Compute,
    seeds: SeedTree,
    observer: Observer = UNOBSERVED,
) -> TrainedClassifier:
    """Train to the epoch of the lowest cross-entropy on the validation images. Arguments as of `fit_classifier`.

    A training that was cut off begins anew, to the same end. Raises TrialFailure.
    """
    training, shuffle, random = chosen.training, stream(seeds, "shuffle"), stream(seeds, "augment")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seeds.integer("layers"))
        network = chosen.network.build()
    assert isinstance(network, KerasClassifier), "the family's own"
    classifier = Classifier(network, normalisation, chosen.mirror)
    augmentation = Augmentation(chosen.augmentation, normalisation)
    labels = _Labels(network.model, chosen.network.classes)
    best, best_epoch = network.model.get_weights(), 0
    losses: list[float] = []
    validation_losses: list[float] = []
    accuracies: list[float] = []
    with seeded(stream(seeds, "layers")):
        for epoch in range(training.epochs):
            network.model.reset_metrics()
            told = 0.0
            for indices in torch.split(torch.randperm(len(train), generator=shuffle), training.batch_size):
                batch = augmentation(*train.batch(indices), random)
                given, wanted = as_keras_has(batch.images), labels(batch.labels.cpu().numpy())
                told = float(network.model.train_on_batch(given, wanted, return_dict=True)["loss"])
            losses.append(finite_loss(told, epoch))  # Keras tells the mean over the epoch
            found = None
            if validation is not None:
                found, truth = classifier.judge(validation, compute), validation.labels.cpu().numpy()
                validation_losses.append(finite_loss(cross_entropy(found, truth), epoch))
                accuracies.append(share_right(found, truth))
            if validation is None or epoch == 0 or validation_losses[-1] < validation_losses[best_epoch]:
                best, best_epoch = network.model.get_weights(), epoch
            observer.after(Epoch(epoch + 1, best_epoch == epoch, losses[-1], found, None))
            if training.patience is not None and epoch - best_epoch >= training.patience:
                break
    network.model.set_weights(best)
    return TrainedClassifier(classifier, tuple(losses), tuple(validation_losses), tuple(accuracies), best_epoch)


class _Labels:
    """Labels as the model's loss takes them: numbers, one column, or one column for each class."""

    def __init__(self, model: Any, classes: int) -> None:
        loss = model.loss
        self._name = loss if isinstance(loss, str) else getattr(loss, "name", getattr(loss, "__name__", ""))
        self._single, self._classes = model.output_shape[-1] == 1, classes

    def __call__(self, labels: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
        if self._single:
            return labels[:, None].astype(np.float32)
        return labels if "sparse" in str(self._name) else np.eye(self._classes, dtype=np.float32)[labels]
