"""Parameters as intervals from 0 to 1, for samplers that know nothing but numbers."""

import math
from collections.abc import Sequence

from tunewright.core.parameters import Choice, Integer, Parameter, Real, Value


def from_unit(parameter: Parameter, position: float) -> Value:
    """The value at a position from 0 to 1. Values that can be counted have equal parts, or equal ones by logarithm."""
    if (values := _values(parameter)) is not None:
        return values[min(int(position * len(values)), len(values) - 1)]
    assert not isinstance(parameter, Choice)
    low, high = _ends(parameter)
    value = low + position * (high - low)
    if parameter.log:
        value = math.exp(value)
    if isinstance(parameter, Integer):
        value = round(value)
    return min(max(value, parameter.low), parameter.high)


def to_unit(parameter: Parameter, value: Value) -> float:
    """The position of a value; the middle of its part where values have parts."""
    if (values := _values(parameter)) is not None:
        return (_index(parameter, values, value) + 0.5) / len(values)
    assert not isinstance(parameter, Choice)
    low, high = _ends(parameter)
    found = math.log(float(value)) if parameter.log else float(value)
    return (found - low) / (high - low) if high > low else 0.5


def _values(parameter: Parameter) -> Sequence[Value] | None:
    """Values that have equal parts; None where the parameter is a stretch of numbers or of their logarithms."""
    if isinstance(parameter, Choice):
        return parameter.choices
    if parameter.log or parameter.step is None:
        return None
    if isinstance(parameter, Integer):
        return range(parameter.low, parameter.high + 1, parameter.step)
    return parameter.values()


def _index(parameter: Parameter, values: Sequence[Value], value: Value) -> int:
    if isinstance(parameter, Real):
        assert parameter.step is not None
        return round((float(value) - parameter.low) / parameter.step)
    return values.index(value)


def _ends(parameter: Integer | Real) -> tuple[float, float]:
    if not parameter.log:
        return parameter.low, parameter.high
    # Half a step beyond the ends, so that they are drawn as often as their neighbours.
    half = 0.5 if isinstance(parameter, Integer) else 0.0
    return math.log(parameter.low - half), math.log(parameter.high + half)
