"""How the weights of image networks are updated: what decays, and what Muon is given."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from tunewright.images.training.training import ImageOptimizerName
from tunewright.training.names import OptimizerName
from tunewright.training.optimizers import Group, make_optimizer
from tunewright.training.widening import NO_SHARES, NOTHING, Growth, groups

assert set(get_args(ImageOptimizerName)) == {*get_args(OptimizerName), "muon"}

REST = 0.5
"""Muon: the learning rate of all that are no kernels, as a share of the kernels' own."""
_A, _B, _C = 3.4445, -4.7750, 2.0315


def make_image_optimizer(
    name: ImageOptimizerName,
    model: nn.Module,
    *,
    learning_rate: float,
    momentum: float,
    weight_decay: float,
    grown: Mapping[str, Growth] = NOTHING,
    shares: Mapping[str, float] = NO_SHARES,
) -> Optimizer:
    """Matrices and kernels decay; biases, scales and shifts, which bend nothing, do not. grown, shares: as `groups` has
    them."""
    rule: OptimizerName = "sgd" if name == "muon" else name
    parts = groups(model, rule, weight_decay=weight_decay, grown=grown, shares=shares, decays=_is_bent)
    if name == "muon":
        return Muon(parts, learning_rate=learning_rate, momentum=momentum)
    return make_optimizer(rule, parts, learning_rate=learning_rate, momentum=momentum)


def _is_bent(parameter: Tensor) -> bool:
    return parameter.ndim > 1


def set_rate(optimizer: Optimizer, share: float) -> None:
    """Set every learning rate to this share of the one that its group was made with."""
    for group in optimizer.param_groups:
        group["lr"] = group.setdefault("highest_lr", group["lr"]) * share


class Muon(Optimizer):
    """Momentum whose steps are made orthogonal (Jordan et al. 2024), on kernels of the Frobenius norm sqrt(filters).

    A step has no direction that is longer than another, so its length is the learning rate alone; the kernels' norm,
    which a norm layer behind them makes meaningless, is held. All that are no kernels get Nesterov's momentum at half
    the learning rate, and weight decay where they are matrices.
    """

    def __init__(self, parts: Sequence[Group], *, learning_rate: float, momentum: float) -> None:
        """Kernels of wider networks need no other rate, as their steps are as long as they are themselves."""
        kernels: dict[float, list[nn.Parameter]] = {}
        for part in parts:
            kernels.setdefault(part.share, []).extend(one for one in part.parameters if one.ndim == 4)
        listed: list[dict[str, Any]] = [
            *(
                {"params": found, "lr": learning_rate * share, "weight_decay": 0.0, "orthogonal": True}
                for share, found in kernels.items()
            ),
            *(
                {
                    "params": [one for one in part.parameters if one.ndim != 4],
                    "lr": REST * learning_rate * part.rate,
                    "weight_decay": part.weight_decay,
                    "orthogonal": False,
                }
                for part in parts
            ),
        ]
        super().__init__([group for group in listed if group["params"]], {"momentum": momentum})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """Raises ValueError for a closure, which it has no use for."""
        if closure is not None:
            raise ValueError("this optimizer takes no closure")
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    self._update(weight, group)

    def _update(self, weight: Tensor, group: dict[str, Any]) -> None:
        gradient = weight.grad
        assert gradient is not None
        if group["weight_decay"]:
            gradient = gradient.add(weight, alpha=group["weight_decay"])
        state = self.state[weight]
        if "momentum_buffer" not in state:
            state["momentum_buffer"] = torch.zeros_like(weight)
        buffer = state["momentum_buffer"].mul_(group["momentum"]).add_(gradient)
        step = gradient.add(buffer, alpha=group["momentum"])
        if group["orthogonal"]:
            weight.mul_(len(weight) ** 0.5 / weight.norm().clamp(min=1e-12))
            step = orthogonal(step.flatten(1)).view_as(step)
        weight.sub_(step, alpha=group["lr"])


def orthogonal(matrix: Tensor, *, steps: int = 5) -> Tensor:
    """Nearly the orthogonal factor of the polar decomposition: singular values between about 0.7 and 1.2.

    A quintic Newton-Schulz iteration with the coefficients of Jordan et al. 2024. Each of its steps multiplies the
    matrix X by a polynomial of X X', and all of these commute; so they are multiplied with each other, being small
    squares, and X with their product, once.
    """
    wide = matrix if len(matrix) <= matrix.shape[1] else matrix.T
    wide = wide / (wide.norm() + 1e-7)
    square = wide @ wide.T
    product = factor = _factor(square)
    for _ in range(steps - 1):
        square = factor @ square @ factor
        factor = _factor(square)
        product = factor @ product
    found: Tensor = product @ wide
    return found if len(matrix) <= matrix.shape[1] else found.T


def _factor(square: Tensor) -> Tensor:
    """What one step multiplies X by, given X X'."""
    factor = _B * square
    factor.diagonal().add_(_A)
    return factor + _C * square @ square
