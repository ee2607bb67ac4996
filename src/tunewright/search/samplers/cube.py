"""Parameters as intervals from 0 to 1, for samplers that know nothing but numbers."""

import math

from tunewright.core.parameters import Choice, Integer, Parameter, Real, Value


def from_unit(parameter: Parameter, position: float) -> Value:
    """The value at a position from 0 to 1. Values that can be counted have equal parts, or equal ones by logarithm."""
    if _has_parts(parameter):
        return parameter.at(min(int(position * parameter.count()), parameter.count() - 1))
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
    if _has_parts(parameter):
        return (parameter.index(value) + 0.5) / parameter.count()
    assert not isinstance(parameter, Choice)
    low, high = _ends(parameter)
    found = math.log(float(value)) if parameter.log else float(value)
    return (found - low) / (high - low) if high > low else 0.5


def _has_parts(parameter: Parameter) -> bool:
    """Whether its values have equal parts; else it is a stretch of numbers or of their logarithms."""
    return isinstance(parameter, Choice) or not (parameter.log or parameter.step is None)


def _ends(parameter: Integer | Real) -> tuple[float, float]:
    if not parameter.log:
        return parameter.low, parameter.high
    # Half a step beyond the ends, so that they are drawn as often as their neighbours.
    half = 0.5 if isinstance(parameter, Integer) else 0.0
    return math.log(parameter.low - half), math.log(parameter.high + half)
