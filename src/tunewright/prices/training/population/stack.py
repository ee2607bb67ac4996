"""The numbers of all members that are trained together, a row each, on one device."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from tunewright.prices.training.population.masks import Chance, limit
from tunewright.prices.training.population.network import forecasts
from tunewright.prices.training.population.rules import Rules, update
from tunewright.prices.training.population.seat import Key, Seat


@dataclass(frozen=True, eq=False)
class Batches:
    """Some batches of all members, one after another. ends: the last rows of windows in the shelf, int64 of shape
    (steps, members, windows). targets: alike. weights: 1 / windows of the member's batch, and 0 where it has fewer than
    others."""

    ends: Tensor
    targets: Tensor
    weights: Tensor


@dataclass(frozen=True, eq=False)
class Stack:
    """parameters, first and second: float32 of shape (members, numbers). steps: int64 of shape (members,), batches
    trained. losses: float64 alike, squared errors of the epoch so far, summed over samples. series: of all members,
    shape (rows, features)."""

    key: Key
    series: Tensor
    parameters: Tensor
    first: Tensor
    second: Tensor
    steps: Tensor
    losses: Tensor
    rules: Rules
    chances: tuple[Chance | None, ...]

    @classmethod
    def of(cls, seats: Sequence[Seat], series: Tensor) -> "Stack":
        """On the device of the series; all seats have one key."""
        here, memories = series.device, [seat.memory.tensors() for seat in seats]
        first, second = (
            torch.stack([seat.padded(memory[name]) for seat, memory in zip(seats, memories, strict=True)]).to(here)
            for name in ("first", "second")
        )
        return cls(
            seats[0].key,
            series,
            torch.stack([seat.row() for seat in seats]).to(here),
            first,
            second,
            torch.cat([memory["steps"] for memory in memories]).to(here),
            torch.zeros(len(seats), dtype=torch.float64, device=here),
            Rules.of([seat.member.training for seat in seats], here),
            tuple(_chance(seats, layer, here) for layer in range(len(seats[0].units))),
        )

    def take(self, rows: Tensor) -> "Stack":
        """Of these members alone, in this order."""
        return replace(
            self,
            parameters=self.parameters[rows],
            first=self.first[rows],
            second=self.second[rows],
            steps=self.steps[rows],
            losses=self.losses[rows],
            rules=self.rules.take(rows),
            chances=tuple(chance and chance.take(rows) for chance in self.chances),
        )

    def train(self, batches: Batches) -> None:
        """Every member learns from each of its batches."""
        for ends, targets, weights in zip(batches.ends, batches.targets, batches.weights, strict=True):
            rows = self.parameters.detach().requires_grad_()
            found = forecasts(self.key.layout, rows, self._windows(ends), chances=self.chances, steps=self.steps)
            # The sum over members of each one's mean: nobody's gradient knows of the others.
            errors = torch.where(weights > 0, found - targets, 0.0)
            losses = (weights * errors.square()).sum(1)
            (gradient,) = torch.autograd.grad(losses.sum(), rows)
            self.steps.add_(1)
            self.losses.add_(losses.detach().double() * (weights > 0).sum(1))
            update(self.rules, self.parameters, gradient, first=self.first, second=self.second, steps=self.steps)

    def predict(self, members: Tensor, ends: Tensor, *, most: int = 512) -> Tensor:
        """What these members forecast of windows that end in these rows of the series, of shape (members, windows):
        without dropout."""
        without, parameters = (None,) * len(self.chances), self.parameters[members]
        with torch.no_grad():
            parts = [
                forecasts(self.key.layout, parameters, self._windows(part), chances=without, steps=self.steps)
                for part in torch.split(ends, most, dim=1)
            ]
        return torch.cat(parts, 1)

    def _windows(self, ends: Tensor) -> Tensor:
        """Of shape (members, moments, windows, features)."""
        moments = torch.arange(1 - self.key.time_step, 1, device=ends.device)
        return self.series[ends[:, None, :] + moments[None, :, None]]


def _chance(seats: Sequence[Seat], layer: int, here: torch.device) -> Chance | None:
    if not any(seat.model.dropout[layer] for seat in seats):
        return None
    layout = seats[0].layout
    seeds = [seat.member.seeds.integer("dropout") for seat in seats]
    own = torch.zeros(len(seats), layout.units[layer] * layout.ways, dtype=torch.int64)
    for seat, states in zip(seats, own, strict=True):
        where = layout.states(layer, seat.units[layer])
        states[where] = torch.arange(len(where))
    return Chance(
        torch.tensor([(seed & 0xFFFFFFFF, seed >> 32) for seed in seeds], device=here),
        torch.tensor([limit(seat.model.dropout[layer]) for seat in seats], device=here),
        own.to(here),
        torch.tensor([-(-seat.units[layer] * layout.ways // 8) for seat in seats], device=here),
    )
