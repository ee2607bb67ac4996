"""The stored pixels of an image set, laid out so that batches are copied and not gathered."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tunewright.images.data.imageset import Labels, Pixels


@dataclass(frozen=True, eq=False)
class PixelStore:
    """`pixels`: uint8 of shape (stored, height, width, channels), of these images and perhaps of others, too. `labels`:
    int64 of shape (images,). `places`: int64 of the same shape, where each lies in `pixels`. All on one device."""

    pixels: Tensor
    labels: Tensor
    places: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def batch(self, indices: Tensor) -> tuple[Tensor, Tensor]:
        """These images, uint8 of shape (batch, channels, height, width) in channels_last, and their labels.

        `indices`: int64, on any device.
        """
        there = indices.to(self.labels.device)
        # index_select copies image by image, which is ten times faster than indexing by brackets.
        found = self.pixels.index_select(0, self.places.index_select(0, there))
        return found.permute(0, 3, 1, 2), self.labels.index_select(0, there)

    def of(self, images: NDArray[np.int64]) -> "PixelStore":
        """A part of them, in this order; the pixels stay where they are."""
        chosen = torch.tensor(images, device=self.labels.device)
        return PixelStore(self.pixels, self.labels[chosen], self.places[chosen])

    def on(self, device: torch.device) -> "PixelStore":
        """The same there; copied where that is elsewhere, without images that are not its own."""
        if device == self.pixels.device:
            return self
        own = self.pixels.index_select(0, self.places).to(device)
        return PixelStore(own, self.labels.to(device), torch.arange(len(self), device=device))


def store_pixels(images: Pixels, labels: Labels, device: torch.device | None = None) -> PixelStore:
    """Copy uint8 images of shape (images, channels, height, width) to a store; the first cost is the last."""
    pixels = torch.from_numpy(np.array(images.transpose(0, 2, 3, 1), order="C")).to(device)
    return PixelStore(pixels, torch.from_numpy(labels.copy()).to(device), torch.arange(len(labels), device=device))
