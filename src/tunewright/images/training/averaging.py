"""Averages of the weights of past steps, which often judge better than the last step's."""

import copy
from typing import Protocol

import torch
from torch import Tensor, nn

from tunewright.images.training.training import AveragingName

EVERY, PULL = 5, 0.5
"""Lookahead: steps between two meetings of fast and slow weights, and how far the slow ones go (Zhang et al. 2019)."""


class Averaging(Protocol):
    """judged: the network that is validated and kept. copies: what a snapshot holds beside the trained network."""

    @property
    def judged(self) -> nn.Module: ...

    @property
    def copies(self) -> tuple[nn.Module, ...]: ...

    def after(self, step: int) -> None:
        """A step was taken, counted from 1."""
        ...


class _Last:
    def __init__(self, model: nn.Module) -> None:
        self.judged, self.copies = model, ()

    def after(self, step: int) -> None:
        pass


class _Ema:
    """Exponential moving average; young averages forget faster, so that the first weights do not weigh long."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.judged = copy.deepcopy(model).requires_grad_(False)
        self.copies = (self.judged,)
        self._decay = decay
        self._pairs = [pair for pair in _pairs(self.judged, model) if pair[0].is_floating_point()]
        self._counts = [pair for pair in _pairs(self.judged, model) if not pair[0].is_floating_point()]

    @torch.no_grad()
    def after(self, step: int) -> None:
        weight = 1 - min(self._decay, (1 + step) / (10 + step))
        slow, fast = [pair[0] for pair in self._pairs], [pair[1] for pair in self._pairs]
        torch._foreach_lerp_(slow, fast, weight)
        for kept, counted in self._counts:
            kept.copy_(counted)


class _Lookahead:
    def __init__(self, model: nn.Module) -> None:
        self.judged = model
        slow = copy.deepcopy(model).requires_grad_(False)
        self.copies = (slow,)
        self._pairs = list(zip(slow.parameters(), model.parameters(), strict=True))

    @torch.no_grad()
    def after(self, step: int) -> None:
        if step % EVERY == 0:
            for slow, fast in self._pairs:
                fast.copy_(slow.lerp_(fast, PULL))


def make_averaging(name: AveragingName, model: nn.Module, *, decay: float) -> Averaging:
    """decay: of `ema`, per step."""
    if name == "ema":
        return _Ema(model, decay)
    return _Lookahead(model) if name == "lookahead" else _Last(model)


def _pairs(one: nn.Module, other: nn.Module) -> list[tuple[Tensor, Tensor]]:
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return list({pair[0].data_ptr(): pair for pair in pairs}.values())  # tied weights, of several names, move once
