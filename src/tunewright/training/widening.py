"""What was tuned on a narrow network holds on a wide one: the maximal-update parametrisation (Yang et al. 2022, "Tensor
Programs V", table 3), of any module, from the shapes of its parameters alone.

A dimension that grows is one that has more numbers in the wide network than in the narrow one. With r_out and r_in how
often the outputs and the inputs of a parameter have grown (1 where they have not):

    first weights' deviation    input 1, hidden 1/sqrt(r_in), output 1/r_in, as multiples of the narrow network's own
    learning rate of SGD        r_out / r_in
    learning rate of Adam       1 / r_in

Biases, scales and shifts have outputs alone. Nothing in the network's forward pass changes.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from types import MappingProxyType

import torch
from torch import Tensor, nn

from tunewright.training.names import OptimizerName
from tunewright.training.optimizers import Group

NOTHING: Mapping[str, "Growth"] = MappingProxyType({})
NO_SHARES: Mapping[str, float] = MappingProxyType({})
_DRAWS = 4
"""Narrow networks whose first weights are measured."""


@dataclass(frozen=True)
class Growth:
    """How often the outputs and the inputs of a parameter have grown."""

    outputs: float
    inputs: float

    @classmethod
    def of(cls, narrow: Tensor, wide: Tensor) -> "Growth":
        """Parameters have shapes (outputs, inputs, ...), and vectors outputs alone."""
        ratios = [b / a for a, b in zip(narrow.shape, wide.shape, strict=True)]
        return cls(ratios[0] if ratios else 1.0, ratios[1] if len(ratios) > 1 else 1.0)

    @property
    def deviation(self) -> float:
        """Of first weights, as a multiple of the narrow network's."""
        return 1 / (sqrt(self.inputs) if self.outputs > 1 else self.inputs)

    def rate(self, *, adaptive: bool) -> float:
        """Learning rate, as a multiple of the narrow network's. adaptive: of an optimizer whose steps do not grow with
        the gradient, such as Adam and RMSprop."""
        return (1 if adaptive else self.outputs) / self.inputs


def growths(narrow: nn.Module, wide: nn.Module) -> Mapping[str, Growth]:
    """By name of the parameter. Raises ValueError where the two are not one network of two widths."""
    small, large = dict(narrow.named_parameters()), dict(wide.named_parameters())
    other = [name for name in {*small, *large} if _dimensions(small, name) != _dimensions(large, name)]
    if other:
        raise ValueError(f"the networks differ in more than their width: {sorted(other)[0]}")
    return {name: Growth.of(small[name], large[name]) for name in large}


def begin_wide(wide: nn.Module, narrow: Callable[[int], nn.Module]) -> Mapping[str, Growth]:
    """Bring the first weights of a wide network to the deviation that those of the narrow one ask for; what has grown.

    narrow: makes one with first weights of its own for each number.
    """
    many = [narrow(number) for number in range(_DRAWS)]
    grown = growths(many[0], wide)
    measured = [dict(one.named_parameters()) for one in many]
    with torch.no_grad():
        for name, parameter in wide.named_parameters():
            growth, own = grown[name], _size([parameter])
            if growth != Growth(1, 1) and own > 0:
                parameter.mul_(growth.deviation * _size(one[name] for one in measured) / own)
    return grown


def groups(
    model: nn.Module,
    optimizer: OptimizerName,
    *,
    weight_decay: float,
    grown: Mapping[str, Growth] = NOTHING,
    shares: Mapping[str, float] = NO_SHARES,
    decays: Callable[[Tensor], bool] = lambda parameter: True,
) -> list[Group]:
    """The trainable parameters by how they decay and by their learning rates. Where weights decay by a share of
    themselves in each step, that share is the same for every width.

    grown: as `begin_wide` tells, where the network is wider than the one that was tuned. shares: of the learning rate,
    by parameter; the whole of it without. decays: whether a parameter does at all.
    """
    found: dict[tuple[bool, float, float], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        width = grown[name].rate(adaptive=optimizer != "sgd") if name in grown else 1.0
        found.setdefault((not decays(parameter), width, shares.get(name, 1.0)), []).append(parameter)
    by_rate = optimizer in ("sgd", "adamw")
    return [
        Group.of(
            found[spared, width, share],
            weight_decay=0.0 if spared else weight_decay / width if by_rate else weight_decay,
            width=width,
            share=share,
        )
        for spared, width, share in sorted(found)  # those that decay first
    ]


def _size(tensors: Iterable[Tensor]) -> float:
    """Root mean square."""
    return float(torch.cat([one.detach().double().reshape(-1) for one in tensors]).square().mean().sqrt())


def _dimensions(parameters: Mapping[str, Tensor], name: str) -> int:
    return parameters[name].ndim if name in parameters else -1
