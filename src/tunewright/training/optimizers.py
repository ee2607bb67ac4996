"""Optimizers by name, with one meaning of learning rate and weight decay each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import torch
from torch import Tensor, nn
from torch.optim import SGD, Adam, AdamW, Optimizer, RMSprop

from tunewright.training.names import OptimizerName

OPTIMIZERS: tuple[OptimizerName, ...] = get_args(OptimizerName)


@dataclass(frozen=True, eq=False)
class Group:
    """Trainable parameters that decay alike. width, share: multiples of the optimizer's learning rate that are theirs,
    for how wide the network is and for which part of it they are."""

    parameters: tuple[nn.Parameter, ...]
    weight_decay: float
    width: float = 1.0
    share: float = 1.0

    @classmethod
    def of(
        cls, parameters: Iterable[nn.Parameter], *, weight_decay: float, width: float = 1.0, share: float = 1.0
    ) -> "Group":
        """Those of the parameters that are trained."""
        return cls(tuple(parameter for parameter in parameters if parameter.requires_grad), weight_decay, width, share)

    @property
    def rate(self) -> float:
        """Their learning rate, as a multiple of the optimizer's."""
        return self.width * self.share


def make_optimizer(
    name: OptimizerName, groups: Sequence[Group], *, learning_rate: float, momentum: float = 0.0
) -> Optimizer:
    """`adamw` decays the weights directly; the others add the L2 gradient. RMSprop has Keras' smoothing of 0.9.

    momentum: of `sgd`, as Nesterov's (Sutskever et al. 2013); the others have their own.
    """
    listed = [
        {"params": list(one.parameters), "weight_decay": one.weight_decay, "lr": one.rate * learning_rate}
        for one in groups
        if one.parameters
    ]
    # One kernel for the whole update: at 16-64 units the update's Python cost is what a step waits for.
    fused = all(parameter.dtype == torch.float32 for one in groups for parameter in one.parameters)
    if name == "adam":
        return Adam(listed, lr=learning_rate, fused=fused)
    if name == "adamw":
        return AdamW(listed, lr=learning_rate, fused=fused)
    if name == "rmsprop":
        return RMSprop(listed, lr=learning_rate, alpha=0.9, eps=1e-7)
    return SGD(listed, lr=learning_rate, momentum=momentum, nesterov=momentum > 0, fused=fused)


@dataclass(frozen=True, eq=False)
class TorchMemory:
    """What an optimizer of torch remembers, by number of the parameter and name."""

    optimizer: Optimizer

    def tensors(self) -> dict[str, Tensor]:
        return {
            f"{index}.{name}": value
            for index, values in self.optimizer.state_dict()["state"].items()
            for name, value in values.items()
            if isinstance(value, Tensor)
        }

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        state: dict[int, dict[str, Tensor]] = {}
        parameters = [one for group in self.optimizer.param_groups for one in group["params"]]
        for name, tensor in tensors.items():
            index, _, key = name.partition(".")
            like = parameters[int(index)]
            # In the order of the parameter's memory, which kernels that update both at once count on.
            laid_out = torch.empty_like(like).copy_(tensor) if tensor.shape == like.shape else tensor
            state.setdefault(int(index), {})[key] = laid_out
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": state})
