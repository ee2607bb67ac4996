"""The weights of a bundle: read, compared with the network that is to have them, and put there.

A bundle may come from a stranger, and a number in it ask for a network of any size. So the weights come first: what is
built from the rest may grow no larger than they are.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import torch
from safetensors.torch import load
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from tunewright.training.pretrained import form

_LARGER = 4
"""How many times as many numbers as the weights have may be made on the way to them: some are made aside."""


@dataclass(frozen=True)
class Room:
    """What a network may take beside. numbers: in its tensors. steps: calls of torch, and more for each weight."""

    numbers: int
    steps: int
    steps_each: int = 200


SCANT, GENEROUS = Room(numbers=2**16, steps=2000), Room(numbers=2**26, steps=1_000_000)
"""For networks of the families here, and for those that a function of the user's makes, which may do more."""

_MAKERS = frozenset({torch.empty, torch.zeros, torch.ones, torch.full, torch.rand, torch.randn})


class WeightsError(ValueError):
    """The weights are not those of the network that is to have them."""


def read_weights(data: bytes) -> dict[str, Tensor]:
    """The tensors by name. Raises SafetensorError where they cannot be read."""
    return load(data)


def check_finite(weights: Mapping[str, Tensor]) -> None:
    """Raises WeightsError where one of them holds what is no number."""
    for name, tensor in weights.items():
        if not torch.isfinite(tensor.float()).all():
            raise WeightsError(f"its weights {name!r} are not all finite numbers; train the model again")


class Frugal(TorchFunctionMode):
    """While this holds, tensors are made of no more numbers than the weights have, give or take.

    Raises WeightsError out of the call that would go beyond, before it makes anything.
    """

    def __init__(self, weights: Mapping[str, Tensor], room: Room = SCANT) -> None:
        super().__init__()
        self._numbers = _LARGER * sum(tensor.numel() for tensor in weights.values()) + room.numbers
        self._steps = room.steps + room.steps_each * len(weights)

    def __torch_function__(
        self, call: Callable[..., Any], types: Iterable[type], args: Any = (), kwargs: Any = None
    ) -> Any:
        if call is torch._C._set_grad_enabled:  # how `no_grad` ends, which it must after an error, too
            return call(*args, **(kwargs or {}))
        self._steps -= 1
        if call in _MAKERS:
            self._numbers -= _size(args)
        if self._numbers < 0 or self._steps < 0:
            raise WeightsError(
                "it describes a network that is larger than its weights are; get it from where it was made"
            )
        return call(*args, **(kwargs or {}))


def _size(arguments: tuple[Any, ...]) -> int:
    """Numbers of a tensor that is asked for, before it is made; 0 where they are not given by place."""
    sizes = arguments[0] if arguments and isinstance(arguments[0], tuple | list | torch.Size) else arguments
    return prod(size for size in sizes if isinstance(size, int))


def fill(model: nn.Module, weights: Mapping[str, Tensor], *, maker: str = "its network", remedy: str = "") -> nn.Module:
    """The model with these weights, ready to judge. Raises WeightsError where they are not those of such a model."""
    there = model.state_dict()
    for name in {**there, **weights}:
        makes, saved = form(there.get(name)), form(weights.get(name))
        if makes != saved:
            raise WeightsError(f"{maker} makes {name!r} as {makes}, but saved was {saved}{remedy}")
    model.load_state_dict(weights)
    return model.eval()
