"""Parameters: the values that one of them may take."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tunewright.core.errors import ConfigError

Value: TypeAlias = bool | int | float | str

FURTHEST = 2**53
"""The largest whole number below which a float tells each from the next: samplers reckon in floats."""

FINEST = 1e-12
"""The smallest step of real numbers: their values are rounded to so many digits, so that 3 steps of 0.1 are 0.3."""


@dataclass(frozen=True)
class Integer:
    """Whole numbers from `low` to `high`, both included, `step` apart or, with `log`, evenly by their logarithm."""

    low: int
    high: int
    step: int = 1
    log: bool = False

    def __post_init__(self) -> None:
        if max(abs(self.low), abs(self.high)) > FURTHEST:
            raise ConfigError(
                f"whole numbers must lie between -2**53 and 2**53, found {self.low}..{self.high}; "
                "take a range of real ones"
            )
        _check_range(self.low, self.high, self.log)
        if self.step < 1 or (self.log and self.step != 1):
            raise ConfigError(f"step must be at least 1, and 1 on a log scale, found {self.step}")
        if (self.high - self.low) % self.step:
            raise ConfigError(f"high - low must be a multiple of step, found {self.low}..{self.high} by {self.step}")

    def __contains__(self, value: object) -> bool:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole and self.low <= value <= self.high and (value - self.low) % self.step == 0  # type: ignore[operator]

    def count(self) -> int:
        return (self.high - self.low) // self.step + 1

    def values(self) -> Sequence[Value]:
        return range(self.low, self.high + 1, self.step)

    def at(self, index: int) -> int:
        """The value at a place among `values()`, counted from 0."""
        return self.low + index * self.step

    def index(self, value: Value) -> int:
        """The place of the value that is nearest to a number."""
        return _nearest((float(value) - self.low) / self.step, self.count())

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
        if self.step is not None and (self.step < FINEST or (self.high - self.low) / self.step > FURTHEST):
            raise ConfigError(
                f"a step must be at least {FINEST:g}, and a range has at most 2**53 of them, "
                f"found {self.low}..{self.high} by {self.step}; take a larger step, or none"
            )

    def __contains__(self, value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float) or not self.low <= value <= self.high:
            return False
        return self.step is None or math.isclose(value, self.exact(value), rel_tol=1e-9, abs_tol=1e-9)

    def count(self) -> int:
        """Number of values. Raises ConfigError where there is no step."""
        if self.step is None:
            raise ConfigError("a range without a step has no finite grid; give it a step, or name its choices")
        return math.floor((self.high - self.low) / self.step + 1e-9) + 1

    def values(self) -> Sequence[Value]:
        return tuple(self.at(index) for index in range(self.count()))

    def ends(self) -> Sequence[Value]:
        return (self.low, self.high)

    def at(self, index: int) -> float:
        """The value at a place among `values()`, counted from 0."""
        assert self.step is not None, "a range without a step has no places"
        return round(self.low + index * self.step, 12)

    def index(self, value: Value) -> int:
        """The place of the value that is nearest to a number."""
        assert self.step is not None, "a range without a step has no places"
        return _nearest((float(value) - self.low) / self.step, self.count())

    def exact(self, value: float) -> float:
        """The value itself as a float; the nearest value of the grid where there is one."""
        return float(value) if self.step is None else self.at(self.index(value))

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

    def at(self, index: int) -> Value:
        """The value at a place among `values()`, counted from 0."""
        return self.choices[index]

    def index(self, value: Value) -> int:
        """The place of a value. Raises ValueError where it is none of them."""
        return self.choices.index(value)

    def ends(self) -> Sequence[Value]:
        """All of them, as none lies between others."""
        return self.choices

    def as_dict(self) -> dict[str, str | list[Value]]:
        return {"type": "choice", "choices": list(self.choices)}


Parameter: TypeAlias = Integer | Real | Choice


def _nearest(place: float, count: int) -> int:
    """The one of so many places that is nearest."""
    return min(max(round(place), 0), count - 1)


def _check_range(low: float, high: float, log: bool) -> None:
    if not (math.isfinite(high - low) and low <= high):
        raise ConfigError(f"low <= high must hold and high - low be finite, found low = {low}, high = {high}")
    if log and low <= 0:
        raise ConfigError(f"a log scale needs low > 0, found low = {low}")
