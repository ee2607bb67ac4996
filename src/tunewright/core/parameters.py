"""Parameters: the values that one of them may take."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tunewright.core.errors import ConfigError

Value: TypeAlias = bool | int | float | str


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

    def count(self) -> int:
        return len(self.values())

    def values(self) -> Sequence[Value]:
        return range(self.low, self.high + 1, self.step)

    def ends(self) -> Sequence[Value]:
        return (self.low, self.high)

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
        return self.step is None or math.isclose(value, self._nearest(value), rel_tol=1e-9, abs_tol=1e-9)

    def count(self) -> int:
        """Number of values. Raises ConfigError where there is no step."""
        if self.step is None:
            raise ConfigError("a range without a step has no finite grid; give it a step, or name its choices")
        return math.floor((self.high - self.low) / self.step + 1e-9) + 1

    def values(self) -> Sequence[Value]:
        return tuple(self._value(index) for index in range(self.count()))

    def ends(self) -> Sequence[Value]:
        return (self.low, self.high)

    def _value(self, index: int) -> float:
        assert self.step is not None
        return round(self.low + index * self.step, 12)

    def _nearest(self, value: float) -> float:
        assert self.step is not None
        return self._value(min(round((value - self.low) / self.step), self.count() - 1))

    def exact(self, value: float) -> float:
        """The value itself as a float; the nearest value of the grid where there is one."""
        return float(value) if self.step is None else self._nearest(value)

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

    def count(self) -> int:
        return len(self.choices)

    def values(self) -> Sequence[Value]:
        return self.choices

    def ends(self) -> Sequence[Value]:
        """All of them, as none lies between others."""
        return self.choices

    def as_dict(self) -> dict[str, str | list[Value]]:
        return {"type": "choice", "choices": list(self.choices)}


Parameter: TypeAlias = Integer | Real | Choice


def _check_range(low: float, high: float, log: bool) -> None:
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise ConfigError(f"low <= high must hold and both be finite, found low = {low}, high = {high}")
    if log and low <= 0:
        raise ConfigError(f"a log scale needs low > 0, found low = {low}")
