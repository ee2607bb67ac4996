"""Small trainings of image networks, for the tests of the loop and of what it is made of."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from tunewright.core.seeds import SeedTree
from tunewright.core.threads import threads
from tunewright.experiment.by_user import CustomSpec
from tunewright.experiment.families import Spec
from tunewright.images.data.imageset import Labels, Pixels
from tunewright.images.families.cnn import CNNSpec
from tunewright.images.families.network import Network
from tunewright.images.preparation.augmentation import AugmentationSpec
from tunewright.images.preparation.normalise import fit_normalisation
from tunewright.images.preparation.store import PixelStore, store_pixels
from tunewright.images.training.compute import Compute
from tunewright.images.training.loop import ImageConfiguration, TrainedClassifier, fit_classifier
from tunewright.images.training.training import ImageTraining
from tunewright.training.observer import UNOBSERVED, Epoch, Observer, Snapshot

SHAPE, CLASSES = (2, 8, 8), 3
TINY = CNNSpec((4, 6), (0, 1), dropout=0.3)
PLAIN = AugmentationSpec()
EVERYTHING = AugmentationSpec(flip=True, crop=2, cutout=3, mixup=0.4, colour=0.3)
CPU = Compute()


def banded(count: int, seed: int) -> tuple[Pixels, Labels]:
    """Noise with a band of brighter rows, whose place is the class."""
    random = np.random.default_rng(seed)
    images, labels = random.integers(0, 160, (count, *SHAPE)), np.arange(count) % CLASSES
    for image, label in zip(images, labels, strict=True):
        image[:, 3 * label : 3 * label + 2] += 90
    return images.astype(np.uint8), labels.astype(np.int64)


IMAGES, LABELS = banded(48, 0)
TRAIN, VALIDATION = store_pixels(IMAGES, LABELS), store_pixels(*banded(30, 1))
NORMALISATION = fit_normalisation(IMAGES)


def configuration(
    training: ImageTraining, *, spec: Spec = TINY, augmentation: AugmentationSpec = PLAIN
) -> ImageConfiguration:
    return ImageConfiguration(Network(spec, SHAPE, CLASSES), training, augmentation)


def fit(
    chosen: ImageConfiguration,
    *,
    train: PixelStore = TRAIN,
    validation: PixelStore | None = VALIDATION,
    compute: Compute = CPU,
    seed: int = 0,
    observer: Observer = UNOBSERVED,
) -> TrainedClassifier:
    with threads(1):
        return fit_classifier(
            chosen,
            train,
            normalisation=NORMALISATION,
            validation=validation,
            compute=compute,
            seeds=SeedTree(seed),
            observer=observer,
        )


def custom(build: "type[nn.Module]") -> CustomSpec:
    """A network of the user's own without options."""
    return CustomSpec("own.py:net", {}, lambda shape, classes: build())


def state(trained: TrainedClassifier) -> Mapping[str, Tensor]:
    return trained.classifier.model.state_dict()


def same(one: Mapping[str, Tensor], other: Mapping[str, Tensor]) -> bool:
    """Whether all tensors are, bit for bit."""
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


class Watching:
    """Keeps every epoch that it is told of, and a snapshot of each; may bring the snapshot to start from."""

    def __init__(self, start: Snapshot | None = None) -> None:
        self._start = start
        self.epochs: list[Epoch] = []
        self.snapshots: list[Snapshot] = []

    def snapshot(self) -> Snapshot | None:
        return self._start

    def after(self, epoch: Epoch) -> None:
        self.epochs.append(epoch)
        assert epoch.snapshot is not None
        self.snapshots.append(epoch.snapshot())
