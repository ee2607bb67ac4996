"""A classifier: a trained network together with what its images go through, from pixels to probabilities."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from tunewright.core.threads import threads
from tunewright.images.data.imageset import Pixels
from tunewright.images.preparation.normalise import Normalisation
from tunewright.images.preparation.store import PixelStore, store_pixels
from tunewright.images.training.compute import Compute

Probabilities = npt.NDArray[np.float32]

BATCH = 500
"""Images judged at once."""
LEAST_PROBABILITY = 1e-12


@dataclass(frozen=True, eq=False)
class Classifier:
    """mirror: whether the probabilities are the mean of those of the image and of its mirror image."""

    model: nn.Module
    normalisation: Normalisation
    mirror: bool = False

    def probabilities(self, images: Pixels, compute: Compute) -> Probabilities:
        """Of uint8 images of shape (images, channels, height, width): float32 of shape (images, classes)."""
        store = store_pixels(images, np.zeros(len(images), np.int64), torch.device(compute.device))
        with threads(compute.threads):
            return self.judge(store, compute)

    def judge(self, store: PixelStore, compute: Compute) -> Probabilities:
        """The same of stored images, on as many threads as are set."""
        training = self.model.training
        self.model.eval()
        with torch.no_grad(), compute.autocast():
            parts = [self._batch(store, part) for part in torch.split(torch.arange(len(store)), BATCH)]
        self.model.train(training)
        return torch.cat(parts).cpu().numpy()

    def _batch(self, store: PixelStore, indices: torch.Tensor) -> torch.Tensor:
        images = self.normalisation.apply(store.batch(indices)[0])
        found: torch.Tensor = self.model(images).float().softmax(dim=1)
        if self.mirror:
            found = (found + self.model(images.flip(3)).float().softmax(dim=1)) / 2
        return found


def share_right(found: npt.NDArray[np.floating], labels: npt.NDArray[np.int64]) -> float:
    """Share of the images whose most probable class is their own. found: of shape (images, classes)."""
    return float((found.argmax(axis=1) == labels).mean())


def cross_entropy(found: npt.NDArray[np.floating], labels: npt.NDArray[np.int64]) -> float:
    """Mean of -ln(probability of the image's own class), in nats; a probability counts as 1e-12 at least."""
    own = found[np.arange(len(found)), labels].astype(np.float64)
    return float(-np.log(np.clip(own, LEAST_PROBABILITY, 1.0)).mean())
