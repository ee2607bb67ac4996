"""How the weights of stacked networks lie: one row of numbers each, wide enough for the widest of their bucket."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Self

import torch
from torch import Tensor, nn

from tunewright.prices.networks.recurrent import Recurrent, recurrent_layers
from tunewright.training.native.network import CellName

_NARROWEST = 8

GATES: Mapping[CellName, tuple[int, ...]] = MappingProxyType({"lstm": (0, 1, 3, 2), "gru": (0, 1, 2)})
"""Of each gate of torch's, where it lies here: those of a sigmoid side by side."""


@dataclass(frozen=True)
class Layout:
    """Networks that are stacked have this in common. units: by layer, padded.

    Padded units stay zero, and so do all weights from and to them: from zeros their cells and states are zero, and no
    gradient comes back from these. So nothing needs a mask.
    """

    cell: CellName
    units: tuple[int, ...]
    both_ways: bool
    features: int

    @classmethod
    def of(cls, model: Recurrent, features: int) -> Self:
        """The one of this network; it depends on nobody else's."""
        layers = recurrent_layers(model)
        cell: CellName = "lstm" if isinstance(layers[0], nn.LSTM) else "gru"
        return cls(cell, tuple(_padded(one.hidden_size) for one in layers), bool(layers[0].bidirectional), features)

    @property
    def ways(self) -> int:
        return 1 + self.both_ways

    def inputs(self, layer: int) -> int:
        return self.units[layer - 1] * self.ways if layer else self.features

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The parts of a row by name, each with its shape."""
        gates, shapes = len(GATES[self.cell]), dict[str, tuple[int, ...]]()
        for layer, units in enumerate(self.units):
            shapes[f"inputs {layer}"] = (self.ways, self.inputs(layer), gates, units)
            shapes[f"states {layer}"] = (self.ways, units, gates, units)
            shapes[f"bias {layer}"] = (self.ways, gates, units)
            if self.cell == "gru":
                shapes[f"state bias {layer}"] = (self.ways, gates, units)
        return {**shapes, "head": (self.units[-1] * self.ways,), "head bias": (1,)}

    @property
    def numbers(self) -> int:
        """In a row."""
        return sum(_count(shape) for shape in self.shapes().values())

    def parts(self, rows: Tensor) -> dict[str, Tensor]:
        """The parts of rows of shape (members, numbers) by name, each of shape (members, ...)."""
        shapes = self.shapes()
        split = torch.split(rows, [_count(shape) for shape in shapes.values()], dim=1)
        return {name: part.view(-1, *shapes[name]) for name, part in zip(shapes, split, strict=True)}

    def states(self, layer: int, units: int) -> Tensor:
        """Where the states of a layer of so many units lie among those of the padded one."""
        return torch.cat([way * self.units[layer] + torch.arange(units) for way in range(self.ways)])

    def places(self, units: tuple[int, ...]) -> Tensor:
        """Where a network of these units has its numbers in a row: of `trained(model)`, one after another."""
        row = {name: part[0] for name, part in self.parts(torch.arange(self.numbers)[None]).items()}
        order, found = torch.tensor(GATES[self.cell]), list[Tensor]()
        for layer, own in enumerate(units):
            inputs = self.states(layer - 1, units[layer - 1]) if layer else torch.arange(self.features)
            biases = ["bias", "state bias"] if self.cell == "gru" else ["bias"]
            for way in range(self.ways):
                for name, rows in (("inputs", inputs), ("states", torch.arange(own))):
                    weights = row[f"{name} {layer}"][way][rows][:, order, :own]
                    found.append(weights.permute(1, 2, 0).reshape(-1))
                found += [row[f"{name} {layer}"][way][order, :own].reshape(-1) for name in biases]
        return torch.cat([*found, row["head"][self.states(len(units) - 1, units[-1])], row["head bias"]])


def trained(model: nn.Module) -> list[nn.Parameter]:
    """The parameters that training changes, in the order of the module."""
    return [one for one in model.parameters() if one.requires_grad]


def numbers_of(model: nn.Module) -> Tensor:
    """Those of the trained parameters, one after another."""
    return torch.cat([one.detach().reshape(-1) for one in trained(model)])


def give_numbers(model: nn.Module, numbers: Tensor) -> None:
    """The inverse of `numbers_of`: copied into the module's own memory."""
    parameters = trained(model)
    parts = torch.split(numbers, [one.numel() for one in parameters])
    with torch.no_grad():
        for one, part in zip(parameters, parts, strict=True):
            one.copy_(part.view_as(one))


def _padded(units: int) -> int:
    """The next power of two: few buckets, and each network's own choice."""
    return max(_NARROWEST, 1 << (units - 1).bit_length())


def _count(shape: tuple[int, ...]) -> int:
    return int(torch.Size(shape).numel())
