"""Ranges of so many values that they are shown to a sampler as stretches of real numbers."""

from tunewright.core.parameters import Choice, Parameter, Real, Value
from tunewright.core.space import Space

GP_VALUES = 10_000
"""Values of a range that a Gaussian process is shown at most: Optuna's writes all of them down at each ask."""

TPE_VALUES = 10**9
"""The same of TPE: the part of one value among more is lost in the rounding of the whole."""


def smooth(space: Space, most: int) -> Space:
    """The space with ranges of more values than `most` as real numbers, and without conditions."""
    return Space({name: _smooth(parameter, most) for name, parameter in space.parameters.items()})


def exact(parameter: Parameter, value: Value, *, seen: Parameter) -> Value:
    """The value of a parameter that is nearest to one of what it was `seen` as."""
    return value if seen is parameter else parameter.at(parameter.index(value))


def _smooth(parameter: Parameter, most: int) -> Parameter:
    if isinstance(parameter, Choice) or parameter.step is None or parameter.count() <= most:
        return parameter
    # Half a step beyond the ends, so that they are drawn as often as their neighbours.
    half = parameter.step / 2
    return Real(parameter.low - half, parameter.high + half, log=parameter.log)
