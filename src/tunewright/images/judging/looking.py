"""What a network sees: its first filters, the maps at the end of each stage, and where it looked (Grad-CAM)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tunewright.images.data.imageset import Labels, Pixels
from tunewright.images.training.classifier import Classifier

Singles = NDArray[np.float32]

MOST_FILTERS, STRONGEST, LEAST_SIDE = 64, 6, 8
"""Filters that are shown, maps of a stage, and the shortest side in pixels of the maps that Grad-CAM is taken from:
smaller ones are too coarse to show where."""
FAINT = 0.01
"""Filters are faint whose weights have at most this share of the norm of the strongest's."""


@dataclass(frozen=True, eq=False)
class Filters:
    """weights: of the 64 largest at most, in the layer's order, float32 of shape (filters, channels, height, width).
    total: how many the layer has; faint: how many of these hardly weigh."""

    weights: Singles
    total: int
    faint: int


@dataclass(frozen=True, eq=False)
class Stage:
    """maps: of the strongest channels, float32 of shape (images, channels, height, width), the strongest first. dead:
    share of all channels that have the same value everywhere on all images."""

    maps: Singles
    dead: float


def first_filters(model: nn.Module, shape: tuple[int, int, int]) -> Filters | None:
    """Weights of the first layer on the pixels as images.

    shape: of an image. None where the first layer is neither a convolution nor a matrix on all pixels.
    """
    weights = _first_weights(model, shape)
    if weights is None or weights.shape[1] != shape[0]:
        return None
    norms = weights.flatten(1).norm(dim=1)
    largest = norms.argsort(descending=True)[:MOST_FILTERS].sort().values
    faint = int((norms <= FAINT * norms.max()).sum())
    return Filters(np.ascontiguousarray(weights[largest].numpy()), total=len(norms), faint=faint)


def _first_weights(model: nn.Module, shape: tuple[int, int, int]) -> Tensor | None:
    if hasattr(model, "first_weights"):  # of a network whose layers are not torch's
        return cast("Tensor | None", model.first_weights)
    layer = next((one for one in model.modules() if isinstance(one, nn.Conv2d | nn.Linear)), None)
    if layer is None:
        return None
    weights = layer.weight.detach().float().cpu()
    if isinstance(layer, nn.Linear):
        return weights.view(-1, *shape) if weights.shape[1] == np.prod(shape) else None
    return weights


def stage_maps(classifier: Classifier, images: Pixels) -> tuple[Stage, ...]:
    """The last maps of every size that the network makes of these images, in its order; () for one without maps.
    Maps one pixel high or wide show no place and are left out.

    images: uint8 of shape (images, channels, height, width).
    """
    with torch.no_grad(), _last_maps(classifier.model) as found:
        classifier.model(_ready(classifier, images))
    return tuple(_stage(maps) for maps in found.values())


def grad_cam(classifier: Classifier, images: Pixels, predicted: Labels) -> Singles | None:
    """Where the network looked to find the class `predicted`: float32 from 0 to 1, shape (images, height, width).

    predicted: int64 of shape (images,). It is given, as the prediction may rest on more than one look at an image.

    Grad-CAM (Selvaraju et al. 2017) on the last maps of at least eight pixels, laid over the image bilinearly. None for
    a network without maps that a gradient reaches.
    """
    model = classifier.model
    with _last_maps(model) as found, torch.enable_grad():
        # A copy, as networks that change their images in place may not do so with what a gradient is wanted for.
        scores = model(_ready(classifier, images).requires_grad_().clone())
        traced = [maps for maps in found.values() if maps.requires_grad]
        large = [maps for maps in traced if min(maps.shape[2:]) >= LEAST_SIDE] or traced[:1]
        if not large:
            return None
        maps = large[-1]
        chosen = scores.gather(1, torch.from_numpy(predicted)[:, None].to(scores.device))
        (gradients,) = torch.autograd.grad(chosen.sum(), maps, allow_unused=True)
    if gradients is None:
        return None
    heat = (gradients.mean(dim=(2, 3), keepdim=True) * maps).sum(dim=1, keepdim=True).clamp(min=0).detach()
    heat = nn.functional.interpolate(heat, size=images.shape[2:], mode="bilinear", align_corners=False)[:, 0]
    heat = heat / heat.amax(dim=(1, 2), keepdim=True).clamp(min=1e-12)
    return heat.float().cpu().numpy()


def _ready(classifier: Classifier, images: Pixels) -> Tensor:
    device = next((one.device for one in classifier.model.parameters()), torch.device("cpu"))
    return classifier.normalisation.apply(torch.from_numpy(images.copy()).to(device))


@contextmanager
def _last_maps(model: nn.Module) -> Iterator[Mapping[tuple[int, ...], Tensor]]:
    """Filled while the model runs: the last maps of each height and width, in the order in which sizes come up.

    A stack of modules ends later than its parts, so what is kept is what a stage gives on. Convolutions and norms are
    passed over: without the activation that follows they are no features yet.
    """
    found: dict[tuple[int, ...], Tensor] = {}

    def keep(module: nn.Module, inputs: object, output: object) -> None:
        if isinstance(output, Tensor) and output.ndim == 4 and min(output.shape[2:]) > 1:
            found[tuple(output.shape[2:])] = output

    unfinished = (nn.Conv2d, nn.BatchNorm2d, nn.GroupNorm)
    parts = [one for one in model.modules() if one is not model and not isinstance(one, unfinished)]
    hooks = [one.register_forward_hook(keep) for one in parts]
    try:
        yield found
    finally:
        for hook in hooks:
            hook.remove()


def _stage(maps: Tensor) -> Stage:
    strength = maps.float().clamp(min=0).mean(dim=(0, 2, 3))
    strongest = strength.argsort(descending=True)[:STRONGEST]
    same = maps.amax(dim=(0, 2, 3)) == maps.amin(dim=(0, 2, 3))
    return Stage(np.ascontiguousarray(maps[:, strongest].float().cpu().numpy()), float(same.float().mean()))
