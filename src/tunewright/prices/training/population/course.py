"""The course of a stack: batches, ends of epochs, and the members that are left."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from tunewright.prices.training.loop import ended
from tunewright.prices.training.population.member import Outcome
from tunewright.prices.training.population.seat import Seat
from tunewright.prices.training.population.shelf import Shelf
from tunewright.prices.training.population.stack import Batches, Stack

_MOST_BATCHES = 64
"""Gathered at once."""


@final
class Course:
    """Of members that can be stacked. Each has epochs of its own: what their ends wait for is only the batch that all
    are in."""

    def __init__(self, seats: Sequence[Seat], device: torch.device) -> None:
        self._done = [seat for seat in seats if seat.ended]
        left = [seat for seat in seats if not seat.ended]
        samples = [one for seat in left for one in (seat.member.train, seat.member.validation) if one is not None]
        self._shelf = Shelf(samples)
        self._rows = {seat: row for row, seat in enumerate(left)}
        self._device = device
        if left:
            self._stack = Stack.of(left, self._shelf.series().to(device))
        for seat in left:
            seat.memory.read = partial(self._remembered, seat)
            seat.shuffle()

    def run(self, stopped: Callable[[], bool] = lambda: False) -> Iterator[tuple[Seat, Outcome]]:
        """Every member once, as they end; none after it is stopped."""
        yield from ((seat, ended(seat.progress)) for seat in self._done)
        while self._rows and not stopped():
            self._stack.train(self._next(min(_MOST_BATCHES, *(seat.batches for seat in self._rows))))
            for seat, outcome in self._epochs_ended([seat for seat in self._rows if not seat.batches]):
                del self._rows[seat]
                yield seat, outcome
            if 2 * len(self._rows) <= len(self._stack.steps):
                self._compact()

    def _next(self, count: int) -> Batches:
        """The next batches of all members. Rows of those that have ended learn from nothing."""
        shape = (count, len(self._stack.steps), max(seat.member.training.batch_size for seat in self._rows))
        ends = torch.full(shape, self._stack.key.time_step - 1)
        targets, weights = torch.zeros(shape), torch.zeros(shape)
        for seat, row in self._rows.items():
            batches, train = seat.next_batches(count), seat.member.train
            there, chosen, size = batches >= 0, batches.clamp(min=0), batches.shape[1]
            ends[:, row, :size] = self._shelf.ends(train)[chosen]
            targets[:, row, :size] = torch.from_numpy(train.targets)[chosen]
            weights[:, row, :size] = there / there.sum(1, keepdim=True)
        return Batches(ends.to(self._device), targets.to(self._device), weights.to(self._device))

    def _epochs_ended(self, seats: Sequence[Seat]) -> Iterator[tuple[Seat, Outcome]]:
        """Tell them, and give those for which it was the last epoch."""
        if not seats:
            return
        rows = torch.tensor([self._rows[seat] for seat in seats], device=self._device)
        losses, weights = self._stack.losses[rows].tolist(), self._stack.parameters[rows].cpu()
        self._stack.losses[rows] = 0.0
        found = self._forecasts(seats, rows)
        for seat, loss, row, forecasts in zip(seats, losses, weights, found, strict=True):
            try:
                seat.epoch_ended(loss, row, forecasts)
            except Exception as error:  # an observer may raise anything, and it ends this member alone
                yield seat, error
                continue
            if seat.ended:
                yield seat, ended(seat.progress)
            else:
                seat.shuffle()

    def _forecasts(self, seats: Sequence[Seat], rows: Tensor) -> list[npt.NDArray[np.float32] | None]:
        """Of each one's validation windows; None where it has none."""
        held_out = [seat.member.validation for seat in seats]
        counts = [0 if one is None else len(one) for one in held_out]
        if not any(counts):
            return [None if one is None else np.empty(0, np.float32) for one in held_out]
        ends = torch.full((len(seats), max(counts)), self._stack.key.time_step - 1)
        for one, row, count in zip(held_out, ends, counts, strict=True):
            if one is not None:
                row[:count] = self._shelf.ends(one)
        found = self._stack.predict(rows, ends.to(self._device)).cpu().numpy()
        forecasts = (one[:count].copy() for one, count in zip(found, counts, strict=True))
        return [None if one is None else forecast for one, forecast in zip(held_out, forecasts, strict=True)]

    def _compact(self) -> None:
        """Leave the rows of those that have ended behind."""
        self._stack = self._stack.take(torch.tensor(list(self._rows.values()), device=self._device, dtype=torch.int64))
        self._rows = {seat: row for row, seat in enumerate(self._rows)}

    def _remembered(self, seat: Seat) -> Mapping[str, Tensor]:
        row, stack = self._rows[seat], self._stack
        return {
            "first": stack.first[row].cpu()[seat.places],
            "second": stack.second[row].cpu()[seat.places],
            "steps": stack.steps[row : row + 1].cpu(),
        }
