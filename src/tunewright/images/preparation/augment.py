"""Augmentation: from stored pixels to the batch that a training step takes, in as few passes as it needs."""

from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor

from tunewright.images.preparation.augmentation import AugmentationSpec
from tunewright.images.preparation.effects import coloured, cut_out, mix
from tunewright.images.preparation.geometry import draw_moves, moved
from tunewright.images.preparation.normalise import Normalisation


@dataclass(frozen=True, eq=False)
class Batch:
    """What a training step takes: `images` float32 of shape (images, channels, height, width) in channels_last.

    Where images are mixed, the loss of image i is `weights[i] * loss(output, labels) + (1 - weights[i]) * loss(output,
    others)`; otherwise `others` and `weights` are None. These three are of shape (images,).
    """

    images: Tensor
    labels: Tensor
    others: Tensor | None = None
    weights: Tensor | None = None


def augment(pixels: Tensor, spec: AugmentationSpec, generator: torch.Generator) -> Tensor:
    """The geometric part, flip and crop, each image by its own draw: uint8 in and out, on the device of `pixels`.

    Shape (images, channels, height, width). Raises ValueError where the images are too small for the spec.
    """
    spec.check(*pixels.shape[2:])
    if not (spec.flip or spec.crop):
        return pixels
    moves = draw_moves(len(pixels), flip=spec.flip, crop=spec.crop, generator=generator)
    return moved(pixels, moves, crop=spec.crop)


@final
class Augmentation:
    """All of it in one call: geometry in uint8, colour, normalisation, cutout, mixup, in this order.

    Random numbers come from the CPU generator given, in this order too, whatever the device of the images: the draws
    depend on nothing else. A spec that does nothing draws nothing and is `normalisation.apply`.
    """

    def __init__(self, spec: AugmentationSpec, normalisation: Normalisation) -> None:
        self.spec = spec
        self.normalisation = normalisation

    def __call__(self, pixels: Tensor, labels: Tensor, generator: torch.Generator) -> Batch:
        """`pixels`: uint8 of shape (images, channels, height, width), fastest in channels_last (`PixelStore.batch`);
        `labels`: int64 of shape (images,), on the same device. Neither is changed."""
        moved_pixels = augment(pixels, self.spec, generator)
        if self.spec.colour:
            moved_pixels = coloured(moved_pixels, self.spec.colour, generator)
        images = self.normalisation.apply(moved_pixels)
        if self.spec.cutout:
            images = cut_out(images, self.spec.cutout, generator)
        if not self.spec.mixup:
            return Batch(images, labels)
        mixed, others, weights = mix(images, labels, self.spec.mixup, generator)
        return Batch(mixed, labels, others, weights)
