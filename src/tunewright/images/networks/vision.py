"""Classifiers of torchvision: made for so many classes, and the weights that torchvision has for them."""

import urllib.error
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from tunewright.core.errors import ConfigError
from tunewright.core.words import closest, not_installed, one_line

if TYPE_CHECKING:
    from tunewright.images.families.vision import TorchvisionSpec


_WITH_HEADS = ("googlenet", "inception_v3")
"""Architectures with classifiers in their middle, too, which some train with; they would give more than scores."""


@dataclass(frozen=True, eq=False)
class OwnWeights:
    """Trained weights that a family has by a name. source: for messages. tensors: by the names of the module's state.
    mean, std: by which the images were normalised, channel by channel on the scale from 0 to 1. side: height and width
    of these images."""

    source: str
    tensors: Mapping[str, Tensor]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    side: int


def classifier(spec: "TorchvisionSpec", shape: tuple[int, int, int], classes: int) -> nn.Module:
    """A new network of this architecture; grey images are given to it as colours that are all alike.

    Raises ConfigError where torchvision is missing, or has no such classifier.
    """
    build = _builder(spec.architecture)
    if shape[0] not in (1, 3):
        raise ConfigError(f"the family 'torchvision' takes images of 1 or 3 channels, found {shape[0]}")
    without = {"aux_logits": False, "init_weights": True} if spec.architecture in _WITH_HEADS else {}
    made: nn.Module = build(weights=None, num_classes=classes, **without)
    made.register_forward_pre_hook(_Fitted(spec.input_size))
    return made


def trained(architecture: str, name: str) -> OwnWeights:
    """The weights of this name, from torchvision's own place of keeping or its own download.

    Raises ConfigError where it has none of this name, or they cannot be fetched.
    """
    known = import_module("torchvision.models").get_model_weights(_builder(architecture))
    names = [one.name for one in known] + ["DEFAULT"] * (len(known) > 0)
    if name not in names:
        raise ConfigError(
            f"model.weights: {name!r} is no file, no folder, and none of torchvision's weights of {architecture}; "
            f"{closest(name, names) if names else 'it has none'}"
        )
    found = known[name]
    try:
        tensors = found.get_state_dict(progress=False, check_hash=True, weights_only=True)
    except (urllib.error.URLError, OSError, RuntimeError) as error:
        place = Path(torch.hub.get_dir()) / "checkpoints" / str(found.url).rpartition("/")[2]
        raise ConfigError(
            f"model.weights: {found.name} of {architecture} cannot be fetched ({one_line(str(error))}); put "
            f"{found.url} there as {place}, or run once where there is a network"
        ) from None
    form = found.transforms()
    mean, std = tuple(form.mean), tuple(form.std)
    if architecture in _WITH_HEADS:  # with these weights torchvision brings images from -1 to 1 within the network
        mean = std = (0.5, 0.5, 0.5)
    return OwnWeights(
        f"{found.name} of {architecture}",
        {key: tensor for key, tensor in tensors.items() if not key.lower().startswith("aux")},
        mean,
        std,
        int(form.crop_size[0]),
    )


class _Fitted:
    """Brings images to what a network takes: three channels, and height and width of `side` where it is given."""

    def __init__(self, side: int | None) -> None:
        self._side = side

    def __call__(self, module: nn.Module, given: tuple[Any, ...]) -> tuple[Tensor]:
        images: Tensor = given[0]
        if images.shape[1] == 1:
            images = images.expand(-1, 3, -1, -1)
        if self._side is not None and images.shape[2:] != (self._side, self._side):
            side = (self._side, self._side)
            images = nn.functional.interpolate(images, side, mode="bilinear", antialias=True)
        return (images,)


def _builder(architecture: str) -> Any:
    try:
        models = import_module("torchvision.models")
    except ModuleNotFoundError:
        raise ConfigError(not_installed("torchvision", extra="vision")) from None
    except (ImportError, RuntimeError, OSError) as error:
        raise ConfigError(
            f"torchvision cannot be loaded ({one_line(str(error))}); it was built for another torch than "
            f"{torch.__version__}: install both again, from one index"
        ) from None
    known = models.list_models(module=models)
    if architecture not in known:
        raise ConfigError(
            f"model.architecture: torchvision has no classifier {architecture!r}; {closest(architecture, known)}"
        )
    return models.get_model_builder(architecture)
