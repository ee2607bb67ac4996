"""Optimizers by name, with one meaning of learning rate and weight decay each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import get_args

import torch
from torch import nn
from torch.optim import SGD, Adam, AdamW, Optimizer, RMSprop

from tunewright.training.names import OptimizerName

OPTIMIZERS: tuple[OptimizerName, ...] = get_args(OptimizerName)


@dataclass(frozen=True, eq=False)
class Group:
    """Trainable parameters that decay alike."""

    parameters: tuple[nn.Parameter, ...]
    weight_decay: float

    @classmethod
    def of(cls, parameters: Iterable[nn.Parameter], *, weight_decay: float) -> "Group":
        """Those of the parameters that are trained."""
        return cls(tuple(parameter for parameter in parameters if parameter.requires_grad), weight_decay)


def make_optimizer(
    name: OptimizerName, groups: Sequence[Group], *, learning_rate: float, momentum: float = 0.0
) -> Optimizer:
    """`adamw` decays the weights directly; the others add the L2 gradient. RMSprop has Keras' smoothing of 0.9.

    momentum: of `sgd`, as Nesterov's (Sutskever et al. 2013); the others have their own.
    """
    listed = [{"params": list(one.parameters), "weight_decay": one.weight_decay} for one in groups if one.parameters]
    # One kernel for the whole update: at 16-64 units the update's Python cost is what a step waits for.
    fused = all(parameter.dtype == torch.float32 for one in groups for parameter in one.parameters)
    if name == "adam":
        return Adam(listed, lr=learning_rate, fused=fused)
    if name == "adamw":
        return AdamW(listed, lr=learning_rate, fused=fused)
    if name == "rmsprop":
        return RMSprop(listed, lr=learning_rate, alpha=0.9, eps=1e-7)
    return SGD(listed, lr=learning_rate, momentum=momentum, nesterov=momentum > 0, fused=fused)
