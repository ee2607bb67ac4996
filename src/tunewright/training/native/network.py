"""A recurrent network in native code, and what its optimizer remembers; nothing malformed gets past here."""

import weakref
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

from tunewright.training.names import OptimizerName
from tunewright.training.native.library import (
    MOST_LAYERS,
    COptimizer,
    CSamples,
    CShape,
    Library,
)

CellName = Literal["lstm", "gru"]
CELLS: tuple[CellName, ...] = ("lstm", "gru")
RULES: tuple[OptimizerName, ...] = ("adam", "adamw", "rmsprop", "sgd")
"""In the order of engine.h."""

_MOST_UNITS = 4096
_MOST_NUMBERS = 1 << 33
"""Of all arrays of a network together, 32 GiB: where counting would still be far from overflowing."""

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Shape:
    """Of a network: its cells, units and dropout by layer, whether each layer goes both ways, and the windows it is
    given: their features and rows, and how many of them at most make a batch. Raises ValueError."""

    cell: CellName
    units: tuple[int, ...]
    dropout: tuple[float, ...]
    both_ways: bool
    features: int
    time_step: int
    batch: int

    def __post_init__(self) -> None:
        if self.cell not in CELLS:
            raise ValueError(f"a cell must be one of {CELLS}, found {self.cell!r}")
        if not 1 <= len(self.units) == len(self.dropout) <= MOST_LAYERS:
            raise ValueError(
                f"expected units and dropout of 1 to {MOST_LAYERS} layers, found {self.units} and {self.dropout}"
            )
        if not all(1 <= units <= _MOST_UNITS for units in self.units):
            raise ValueError(f"expected 1 to {_MOST_UNITS} units in a layer, found {self.units}")
        if not all(0 <= rate < 1 for rate in self.dropout):
            raise ValueError(f"dropout must be at least 0 and below 1, found {self.dropout}")
        if min(self.features, self.time_step, self.batch) < 1:
            raise ValueError(
                "features, time_step and batch must be at least 1, "
                f"found {self.features}, {self.time_step} and {self.batch}"
            )
        if self._numbers() > _MOST_NUMBERS:
            raise ValueError(f"a batch of {self.batch} windows of {self.time_step} rows is more than memory can hold")

    def _numbers(self) -> int:
        """About how many numbers a batch needs, no fewer than it does."""
        ways = 1 + self.both_ways
        widths = pairwise((self.features, *(units * ways for units in self.units)))
        return sum((self.time_step + 1) * (self.batch + 64) * (inputs + 9 * states + 9) for inputs, states in widths)

    def in_c(self) -> CShape:
        made = CShape(
            CELLS.index(self.cell), len(self.units), 1 + self.both_ways, self.features, self.time_step, self.batch
        )
        for index, (units, rate) in enumerate(zip(self.units, self.dropout, strict=True)):
            made.units[index], made.dropout[index] = units, rate
        return made


@dataclass(frozen=True)
class Batches:
    """Windows of a series of shape (rows, features): float32; their last rows `origins` and targets of shape (n,):
    int64 and float32. Raises ValueError where a window would begin before the series or end behind it."""

    series: Floats
    origins: Integers
    targets: Floats
    time_step: int

    def __post_init__(self) -> None:
        if self.series.ndim != 2 or self.origins.ndim != 1 or self.targets.shape != self.origins.shape:
            raise ValueError(
                f"expected a series of shape (rows, features) and a target for each origin, found "
                f"{self.series.shape}, {self.origins.shape} and {self.targets.shape}"
            )
        _check(self.series, np.float32)
        _check(self.origins, np.int64)
        _check(self.targets, np.float32)
        if len(self.origins) and not self.time_step - 1 <= self.origins.min() <= self.origins.max() < len(self.series):
            raise ValueError(
                f"origins must lie from {self.time_step - 1} to {len(self.series) - 1}, "
                f"found {self.origins.min()} to {self.origins.max()}"
            )

    def __len__(self) -> int:
        return len(self.origins)

    def in_c(self) -> CSamples:
        return CSamples(self.series.ctypes.data, self.origins.ctypes.data, self.targets.ctypes.data)


@dataclass(frozen=True)
class Rule:
    """How weights are updated, as `make_optimizer` has it, and the seed of dropout."""

    name: OptimizerName
    learning_rate: float
    weight_decay: float
    seed: int


@dataclass(frozen=True, eq=False)
class Memory:
    """What an optimizer remembers: running means of gradients and of their squares, float32 of shape (parameters,),
    and the number of batches trained, int64 of shape (1,), from which dropout draws as well."""

    first: Floats
    second: Floats
    steps: Integers

    @classmethod
    def empty(cls, parameters: int) -> "Memory":
        return cls(np.zeros(parameters, np.float32), np.zeros(parameters, np.float32), np.zeros(1, np.int64))


class Network:
    """A network of this shape; it works on parameters that lie elsewhere. Raises MemoryError where they do not fit."""

    def __init__(self, library: Library, shape: Shape, *, instructions: str | None = None) -> None:
        """instructions: by name; the widest that the processor has where none is given."""
        self.shape = shape
        self._call = library.functions
        number = library.sets[instructions] if instructions else min(library.sets.values())
        self.parameters: int = self._call["parameters"](shape.in_c())
        handle = self._call["open"](number, shape.in_c())
        if not handle:
            raise MemoryError(f"there is no memory for {shape}")
        self._handle = handle
        weakref.finalize(self, self._call["close"], handle)

    def train(self, parameters: Floats, memory: Memory, batches: Batches, order: Integers, *, by: Rule) -> float:
        """Train on the samples in this order, batch by batch: `parameters` and `memory` change. Gives the squared
        error, summed over the samples, each before its batch was learnt from."""
        self._check_given(parameters, memory.first, memory.second)
        _check(memory.steps, np.int64, (1,))
        self._check_order(batches, order)
        rule = COptimizer(
            RULES.index(by.name),
            by.learning_rate,
            by.weight_decay,
            memory.first.ctypes.data,
            memory.second.ctypes.data,
            memory.steps.ctypes.data,
            by.seed,
        )
        return float(
            self._call["train"](
                self._handle, rule, parameters.ctypes.data, batches.in_c(), order.ctypes.data, len(order)
            )
        )

    def gradient(
        self, parameters: Floats, batches: Batches, order: Integers, *, seed: int, step: int
    ) -> tuple[float, Floats]:
        """The squared error summed over one batch, and the gradient of its mean, float32 of shape (parameters,)."""
        self._check_given(parameters)
        self._check_order(batches, order)
        if not 1 <= len(order) <= self.shape.batch:
            raise ValueError(f"expected a batch of 1 to {self.shape.batch} samples, found {len(order)}")
        found = np.empty(self.parameters, np.float32)
        loss = self._call["gradient"](
            self._handle,
            parameters.ctypes.data,
            batches.in_c(),
            order.ctypes.data,
            len(order),
            seed,
            step,
            found.ctypes.data,
        )
        return float(loss), found

    def predict(self, parameters: Floats, batches: Batches) -> Floats:
        """Forecasts without dropout, float32 of shape (n,)."""
        self._check_given(parameters)
        self._check_windows(batches)
        found = np.empty(len(batches), np.float32)
        self._call["predict"](self._handle, parameters.ctypes.data, batches.in_c(), len(batches), found.ctypes.data)
        return found

    def _check_given(self, *arrays: Floats) -> None:
        for array in arrays:
            _check(array, np.float32, (self.parameters,))

    def _check_windows(self, batches: Batches) -> None:
        given, expected = (batches.time_step, batches.series.shape[1]), (self.shape.time_step, self.shape.features)
        if given != expected:
            raise ValueError(f"expected windows of shape {expected}, found {given}")

    def _check_order(self, batches: Batches, order: Integers) -> None:
        self._check_windows(batches)
        _check(order, np.int64)
        if order.ndim != 1 or (len(order) and not 0 <= order.min() <= order.max() < len(batches)):
            raise ValueError(f"expected indices below {len(batches)}, found {order}")


def mask(
    library: Library, shape: tuple[int, int, int], rate: float, *, seed: int, layer: int, step: int, instructions: str
) -> Floats:
    """What dropout multiplies the states of a layer by in the batch number `step`: 0, or 1 / (1 - rate), with the rate
    in whole 65536ths; float32 of shape (moments, windows, units). After the last layer there is one moment."""
    if min(shape) < 1 or not 0 <= rate < 1:
        raise ValueError(f"expected a shape of positive numbers and a rate below 1, found {shape} and {rate}")
    drawn = np.empty(shape, np.float32)
    moments, windows, units = shape
    library.functions["mask"](
        library.sets[instructions], drawn.ctypes.data, moments, units, windows, rate, seed, layer, step
    )
    return drawn


def _check(array: npt.NDArray[np.generic], kind: type[np.generic], shape: tuple[int, ...] | None = None) -> None:
    if array.dtype != kind or not array.flags.c_contiguous or not array.flags.aligned:
        raise ValueError(f"expected a contiguous array of {kind.__name__}, found {array.dtype}, {array.strides}")
    if shape is not None and array.shape != shape:
        raise ValueError(f"expected an array of shape {shape}, found {array.shape}")
