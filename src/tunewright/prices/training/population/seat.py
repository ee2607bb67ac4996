"""A member under way: its module, its progress and the batches it has yet to see of its epoch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from tunewright.prices.networks.recurrent import Recurrent, recurrent_layers
from tunewright.prices.training.beginning import first_module
from tunewright.prices.training.loop import validate
from tunewright.prices.training.population.layout import Layout, give_numbers, numbers_of
from tunewright.prices.training.population.member import Member
from tunewright.training.progress import Progress, finite_loss
from tunewright.training.streams import stream

POPULATION = "population"


@final
class Memory:
    """What a member's optimizer remembers, without padding: where training began, and what `read` finds from then."""

    def __init__(self, numbers: int) -> None:
        self._begun = {
            "first": torch.zeros(numbers),
            "second": torch.zeros(numbers),
            "steps": torch.zeros(1, dtype=torch.int64),
        }
        self.read: Callable[[], Mapping[str, Tensor]] | None = None

    def tensors(self) -> Mapping[str, Tensor]:
        return self.read() if self.read else self._begun

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        for name, own in self._begun.items():
            own.copy_(tensors[name])


@final
class Seat:
    """One member's. The first weights, the shuffles and the dropout follow from its own seeds, as elsewhere.

    Raises TrialFailure where the spec cannot be built for the windows, TypeError where it is of no network that can be
    stacked. A snapshot that another engine made is left alone.
    """

    def __init__(self, member: Member) -> None:
        model = first_module(member.spec, member.train.windows, member.seeds)
        if not isinstance(model, Recurrent) or model.attention:
            raise TypeError(f"a population is of LSTM and GRU without attention, found {member.spec}")
        self.member, self.model = member, model
        self.units = tuple(one.hidden_size for one in recurrent_layers(model))
        self.layout = Layout.of(model, member.train.windows.features)
        self.places = self.layout.places(self.units)
        self.memory = Memory(len(self.places))
        self._shuffle = stream(member.seeds, "shuffle")
        self.progress = Progress(model, self.memory, {"shuffle": self._shuffle}, engine=POPULATION)
        self.progress.restore(member.observer.snapshot())
        self._order = torch.empty(0, member.training.batch_size, dtype=torch.int64)

    @property
    def key(self) -> "Key":
        return Key(self.layout, self.member.train.windows.time_step)

    @property
    def ended(self) -> bool:
        training = self.member.training
        return self.progress.ended(epochs=training.epochs, patience=training.patience)

    @property
    def batches(self) -> int:
        """Left in this epoch."""
        return len(self._order)

    @property
    def numbers(self) -> int:
        """About how many the backward pass of a batch needs."""
        layout, windows = self.layout, self.member.training.batch_size * self.member.train.windows.time_step
        by_layer = (layout.inputs(layer) + 9 * units for layer, units in enumerate(layout.units))
        return windows * layout.ways * sum(by_layer)

    def shuffle(self) -> None:
        """Begin an epoch: batches as the reference loop draws them, the last one filled up with -1."""
        size, count = self.member.training.batch_size, len(self.member.train)
        order = torch.randperm(count, generator=self._shuffle)
        filled = torch.full((-count % size,), -1, dtype=torch.int64)
        self._order = torch.cat([order, filled]).view(-1, size)

    def next_batches(self, count: int) -> Tensor:
        """Numbers of samples, of shape (count, batch size)."""
        found, self._order = self._order[:count], self._order[count:]
        return found

    def epoch_ended(self, loss: float, row: Tensor, forecasts: npt.NDArray[np.float32] | None) -> None:
        """loss: the sum over the samples. row: the weights now. forecasts: of the validation windows, where there are
        any. Raises what the observer does, and TrialFailure."""
        member, now = self.member, self.progress
        now.trained(finite_loss(loss / len(member.train), now.epochs))
        give_numbers(self.model, row[self.places])
        validate(now, forecasts, member.validation, member.observer)

    def row(self) -> Tensor:
        """The module's weights as a row of the layout."""
        return self.padded(numbers_of(self.model))

    def padded(self, numbers: Tensor) -> Tensor:
        return torch.zeros(self.layout.numbers).index_copy_(0, self.places, numbers)


@dataclass(frozen=True)
class Key:
    """What members must have in common to be stacked."""

    layout: Layout
    time_step: int
