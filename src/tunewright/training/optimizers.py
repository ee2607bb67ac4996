"""Optimizers by name, with one meaning of learning rate and weight decay each."""

from collections.abc import Iterable
from typing import Literal, get_args

import torch
from torch import nn
from torch.optim import SGD, Adam, AdamW, Optimizer, RMSprop

OptimizerName = Literal["adam", "adamw", "rmsprop", "sgd"]
OPTIMIZERS: tuple[OptimizerName, ...] = get_args(OptimizerName)


def make_optimizer(
    name: OptimizerName, parameters: Iterable[nn.Parameter], *, learning_rate: float, weight_decay: float
) -> Optimizer:
    """`adamw` decays the weights directly; the others add the L2 gradient. RMSprop has Keras' smoothing of 0.9."""
    trainable = [parameter for parameter in parameters if parameter.requires_grad]
    if name == "adam":
        return Adam(trainable, lr=learning_rate, weight_decay=weight_decay, fused=_fusible(trainable))
    if name == "adamw":
        return AdamW(trainable, lr=learning_rate, weight_decay=weight_decay, fused=_fusible(trainable))
    if name == "rmsprop":
        return RMSprop(trainable, lr=learning_rate, weight_decay=weight_decay, alpha=0.9, eps=1e-7)
    return SGD(trainable, lr=learning_rate, weight_decay=weight_decay, fused=_fusible(trainable))


def _fusible(parameters: list[nn.Parameter]) -> bool:
    # One kernel for the whole update: at 16-64 units the update's Python cost is what a step waits for.
    return all(parameter.dtype == torch.float32 for parameter in parameters)
