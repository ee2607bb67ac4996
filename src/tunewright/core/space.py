"""Search spaces: what may be tuned and in which range.

A configuration is a plain mapping from a parameter's name to its value.
"""

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from tunewright.core.errors import ConfigError

Value: TypeAlias = bool | int | float | str
Params: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True)
class Integer:
    """Whole numbers from `low` to `high`, both included, `step` apart or, with `log`, evenly by their logarithm."""

    low: int
    high: int
    step: int = 1
    log: bool = False

    def __post_init__(self) -> None:
        _check_range(self.low, self.high, self.log)
        if self.step < 1 or (self.log and self.step != 1):
            raise ConfigError(f"step must be at least 1, and 1 on a log scale, found {self.step}")
        if (self.high - self.low) % self.step:
            raise ConfigError(f"high - low must be a multiple of step, found {self.low}..{self.high} by {self.step}")

    def __contains__(self, value: object) -> bool:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole and self.low <= value <= self.high and (value - self.low) % self.step == 0  # type: ignore[operator]

    def values(self) -> tuple[Value, ...]:
        return tuple(range(self.low, self.high + 1, self.step))

    def as_dict(self) -> dict[str, Value | None]:
        return {"type": "int", "low": self.low, "high": self.high, "step": self.step, "log": self.log}


@dataclass(frozen=True)
class Real:
    """Real numbers from `low` to `high`, both included, on a grid of `step` where one is given."""

    low: float
    high: float
    step: float | None = None
    log: bool = False

    def __post_init__(self) -> None:
        _check_range(self.low, self.high, self.log)
        if self.step is not None and (self.step <= 0 or self.log):
            raise ConfigError(f"step must be positive, and absent on a log scale, found {self.step}")

    def __contains__(self, value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float) or not self.low <= value <= self.high:
            return False
        return self.step is None or any(math.isclose(value, point, abs_tol=1e-9) for point in self.values())  # type: ignore[arg-type]

    def values(self) -> tuple[Value, ...]:
        if self.step is None:
            raise ConfigError("a range without a step has no finite grid; give it a step, or name its choices")
        count = math.floor((self.high - self.low) / self.step + 1e-9) + 1
        return tuple(round(self.low + index * self.step, 12) for index in range(count))

    def as_dict(self) -> dict[str, Value | None]:
        return {"type": "float", "low": self.low, "high": self.high, "step": self.step, "log": self.log}


@dataclass(frozen=True)
class Choice:
    """One of a few values, in no order."""

    choices: tuple[Value, ...]

    def __post_init__(self) -> None:
        if not self.choices or len(set(self.choices)) != len(self.choices):
            raise ConfigError(f"choices must be different values, at least one, found {list(self.choices)}")

    def __contains__(self, value: object) -> bool:
        return any(value == choice and type(value) is type(choice) for choice in self.choices)

    def values(self) -> tuple[Value, ...]:
        return self.choices

    def as_dict(self) -> dict[str, str | list[Value]]:
        return {"type": "choice", "choices": list(self.choices)}


Parameter: TypeAlias = Integer | Real | Choice


@dataclass(frozen=True)
class Space:
    """Parameters by name, in the order in which they were written."""

    parameters: Mapping[str, Parameter]

    def __contains__(self, params: Params) -> bool:
        same_names = params.keys() == self.parameters.keys()
        return same_names and all(params[name] in parameter for name, parameter in self.parameters.items())

    def grid_size(self) -> int:
        """Number of grid points. Raises ConfigError where a range has no step."""
        return math.prod(len(values) for values in self._axes())

    def grid(self) -> Iterator[dict[str, Value]]:
        """Every point once; the last parameter changes fastest. Raises ConfigError where a range has no step."""
        for point in itertools.product(*self._axes()):
            yield dict(zip(self.parameters, point, strict=True))

    def as_dict(self) -> dict[str, dict[str, Value | None] | dict[str, str | list[Value]]]:
        return {name: parameter.as_dict() for name, parameter in self.parameters.items()}

    def _axes(self) -> list[tuple[Value, ...]]:
        axes = []
        for name, parameter in self.parameters.items():
            try:
                axes.append(parameter.values())
            except ConfigError as error:
                raise ConfigError(f"grid search cannot use {name!r}: {error}") from None
        return axes


def _check_range(low: float, high: float, log: bool) -> None:
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise ConfigError(f"low <= high must hold and both be finite, found low = {low}, high = {high}")
    if log and low <= 0:
        raise ConfigError(f"a log scale needs low > 0, found low = {low}")
